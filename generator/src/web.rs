//! What pages load of the runtime: the page's JS, and the engine that answers what is on the page.

use crate::Mode;
use crate::prerender::Figures;
use std::collections::BTreeSet;

/// The page's JS and WASM, by name.
static WEB: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

const WORKER: &str = "worker.js";
const PREVIEW: &str = "preview.js";

/// An engine, which the browser fetches only after the first interaction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Engine {
    /// The module that loads it.
    pub glue: &'static str,
    /// The engine itself.
    pub wasm: &'static str,
}

/// Answers approximate aggregates too.
const WITH_SKETCHES: Engine = Engine { glue: "sketches.js", wasm: "sketches_bg.wasm" };

impl Default for Engine {
    /// Answers all that is exact.
    fn default() -> Engine {
        Engine { glue: "runtime.js", wasm: "runtime_bg.wasm" }
    }
}

/// The engine that a page's views need; none if it has no views.
pub fn engine(figures: &Figures) -> Option<Engine> {
    let engine = if figures.plan.is_approximate() { WITH_SKETCHES } else { Engine::default() };
    (!figures.plan.views.is_empty()).then_some(engine)
}

/// The engines that the site's pages need.
pub fn engines(figures: &[Figures]) -> BTreeSet<Engine> {
    figures.iter().filter_map(engine).collect()
}

/// The files that the site's pages load, with these engines.
pub fn files(mode: Mode, engines: &BTreeSet<Engine>) -> Vec<(&'static str, &'static [u8])> {
    let late: Vec<&str> = engines.iter().flat_map(|engine| late(*engine)).collect();
    let is_loaded = |name: &str| match name {
        PREVIEW => mode == Mode::Preview,
        name => early().contains(&name) || late.contains(&name),
    };
    WEB.iter().copied().filter(|(name, _)| is_loaded(name)).collect()
}

/// What the licences of all that is in these engines ask to pass on; none if there are none. With sketches an engine has all
/// that it has without.
pub fn notices(engines: &BTreeSet<Engine>) -> Option<&'static str> {
    let notices = if engines.contains(&WITH_SKETCHES) {
        include_str!(concat!(env!("OUT_DIR"), "/sketches.LICENSES.txt"))
    } else {
        include_str!(concat!(env!("OUT_DIR"), "/runtime.LICENSES.txt"))
    };
    (!engines.is_empty()).then_some(notices)
}

/// The files that a page loads at once.
pub fn early() -> Vec<&'static str> {
    let late = [Engine::default(), WITH_SKETCHES].map(late).concat();
    WEB.iter().map(|(name, _)| *name).filter(|name| !late.contains(name)).collect()
}

/// The files that a page with an engine loads after the first interaction.
pub fn late(engine: Engine) -> Vec<&'static str> {
    vec![WORKER, engine.glue, engine.wasm]
}

//! A reader at a built site: the site on a host of its own, and a window of the browser that all tests share.

use dashgen::tables::guarded;
use dashgen_tests::browser::{Browser, PageUnderTest};
use dashgen_tests::serve::Host;
use serde_json::Value as Json;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::thread;

/// A built site on a host under a sub-path, and a page to look at it.
pub struct Visit {
    /// Where the built site lies.
    pub folder: PathBuf,
    pub host: Host,
    pub page: PageUnderTest,
}

impl Visit {
    /// Serves a built site; the window's inside is so wide and high.
    pub fn to(built: &Path, (width, height): (u32, u32)) -> Visit {
        tell_failures();
        let (host, page) = (Host::start(built, "some/where"), Browser::shared().blank());
        let visit = Visit { folder: built.to_owned(), host, page };
        visit.page.set_viewport(width, height);
        visit
    }

    /// Goes to a page of the site and waits until it can be used.
    #[track_caller]
    pub fn open(&self, path: &str) -> &PageUnderTest {
        self.page.goto(&self.host.url(path));
        self.page.wait_for("!document.getElementById('dashgen-page') || window.dashgen");
        self.page.run("window.dashgen?.ready");
        &self.page
    }

    /// Waits until the page has answered everything.
    #[track_caller]
    pub fn rest(&self) {
        self.page.run("window.dashgen?.idle()");
    }

    /// What the page says its state is.
    #[track_caller]
    pub fn state(&self) -> Json {
        self.page.eval("(dashgen.state())")
    }
}

/// Has a test that fails say why while another one runs polars: dashgen prints no panic meanwhile, for it catches those of
/// polars.
fn tell_failures() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        guarded(|| Ok(())).expect("nothing is run");
        let quiet = panic::take_hook();
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |failure| {
            // The thread of a test has its name, which is a path.
            match thread::current().name() {
                Some(name) if name == "main" || name.contains("::") => told(failure),
                _ => quiet(failure),
            }
        }));
    });
}

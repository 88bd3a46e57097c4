//! dashgen turns a folder of Markdown pages with fenced query and chart blocks into a self-contained interactive
//! dashboard: plain files for any static host.
//!
//! A build is seven stages, each a function from the one before it: [`site`] reads, [`page`] parses, [`bind`] plans,
//! [`mod@slice`] runs the queries, [`prerender`] answers every view once, [`render`] makes HTML, [`bundle`] names and
//! collects the files. Only the first reads the disk (with polars reading sources in the fourth); only `main` and
//! [`preview`] emit.

pub mod diagnostics;

pub mod config;
pub mod site;
pub mod sources;

pub mod markdown;
pub mod page;
pub mod yaml;

pub mod bind;
pub mod expression;
pub mod sql;
pub mod tables;

pub mod slice;

pub mod prerender;
pub mod presets;

pub mod render;
pub mod theme;

pub mod assets;
pub mod budget;
pub mod bundle;
pub mod modules;
pub mod plotly;
pub mod report;

pub mod new;
pub mod preview;
pub mod progress;

use bundle::Bundle;
use diagnostics::{Diagnostics, Files};
use progress::Progress;
use report::Report;
use std::path::Path;

/// What a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Files for a host.
    Publish,
    /// The author's browser: pages listen for rebuilds.
    Preview,
    /// Finding mistakes: nothing is read but schemas.
    Check,
}

/// What came of a build: the bundle, if there was no error, and what there is to say.
pub struct Outcome {
    /// The texts that diagnostics point into.
    pub files: Files,
    /// Mistakes and warnings.
    pub diagnostics: Diagnostics,
    /// The finished site; none after an error, or in [`Mode::Check`].
    pub built: Option<Built>,
}

/// A finished site.
pub struct Built {
    /// Its files.
    pub bundle: Bundle,
    /// Its figures.
    pub report: Report,
}

/// Builds the site in a folder.
pub fn build(root: &Path, mode: Mode, progress: &Progress) -> Outcome {
    let mut diagnostics = Diagnostics::default();
    let site = site::read(root, &mut diagnostics);
    let built = stages(&site, mode, progress, &mut diagnostics);
    Outcome { files: site.files, diagnostics, built }
}

fn stages(site: &site::Site, mode: Mode, progress: &Progress, diagnostics: &mut Diagnostics) -> Option<Built> {
    let theme = theme::theme(&site.config.theme, &site.themes, diagnostics);
    let pages = page::parse_all(site, diagnostics);
    let mut bound = bind::bind(site, pages, diagnostics);
    if diagnostics.has_errors() || mode == Mode::Check {
        return None;
    }
    let slices = slice::slices(&mut bound, progress, diagnostics)?;
    let figures = prerender::figures(&bound, &slices, progress, diagnostics)?;
    let built = bundle_site(site, &theme?, &bound, &slices, &figures, mode, diagnostics)?;
    budget::check(site, &figures, &slices, &built.report, diagnostics);
    (!diagnostics.has_errors()).then_some(built)
}

use assets::bundle_site;

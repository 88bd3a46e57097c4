//! dashgen turns a folder of Markdown pages with fenced query and chart blocks into a self-contained interactive
//! dashboard: plain files for any static host.
//!
//! A build is eight stages, each a function from the one before it: [`site`] reads, [`template`] writes pages out,
//! [`page`] parses, [`bind`] plans, [`mod@slice`] runs the queries, [`prerender`] answers every view once, [`render`] makes HTML, [`bundle`] names and
//! collects the files. Only the first reads the disk (with polars reading sources in the fourth); only `main` and
//! [`preview`] emit.

pub mod diagnostics;

pub mod config;
pub mod site;
pub mod sources;

pub mod template;

pub mod diagram;
pub mod markdown;
pub mod page;
pub mod yaml;

pub mod links;
pub mod locale;
pub mod navigation;

pub mod bind;
pub mod expression;
pub mod lineage;
pub mod reactive;
pub mod sql;
pub mod tables;

pub mod cache;
pub mod checks;
pub mod components;
pub mod freshness;
pub mod rows;
pub mod slice;

pub mod prerender;
pub mod presets;

pub mod render;
pub mod theme;

pub mod assets;
pub mod budget;
pub mod bundle;
pub mod hosting;
pub mod icons;
#[cfg(test)]
mod modules;
pub mod plotly;
pub mod report;
pub mod search;
mod web;

pub mod assertions;
pub mod diff;
pub mod graph;
pub mod new;
pub mod preview;
pub mod progress;
pub mod query;
pub mod schema;

use assets::{Frame, Parts, bundle_site};
use bind::{BoundPage, Known};
use bundle::Bundle;
use cache::Cache;
use diagnostics::{Diagnostics, Files};
use links::Links;
use page::Page;
use prerender::Figures;
use progress::Progress;
use report::Report;
use site::Site;
use slice::Slice;
use std::path::Path;
use std::time::SystemTime;
use theme::Themes;

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
    /// What its pages have around them.
    pub frame: Frame,
}

/// All that a build has made, for a preview to go on from.
pub struct Made {
    /// The themes of its pages.
    pub themes: Themes,
    /// The tables that pages share.
    pub known: Known,
    /// What links lead to.
    pub links: Links,
    /// The pages with their plans.
    pub pages: Vec<BoundPage>,
    /// What is published of each page's tables.
    pub slices: Vec<Vec<Slice>>,
    /// What each page shows at first.
    pub figures: Vec<Figures>,
    /// The files.
    pub built: Built,
}

/// Builds the site in a folder, running every query.
pub fn build(root: &Path, mode: Mode, progress: &Progress) -> Outcome {
    build_with(root, mode, &Cache::none(), progress)
}

/// Builds the site in a folder, running the queries that the cache does not know.
pub fn build_with(root: &Path, mode: Mode, cache: &Cache, progress: &Progress) -> Outcome {
    let mut diagnostics = Diagnostics::default();
    let mut site = site::read(root, &mut diagnostics);
    let built = build_site(&mut site, mode, cache, progress, &mut diagnostics).map(|made| made.built);
    cache.prune();
    let diagnostics = diagnostics.traced(&site.files);
    Outcome { files: site.files, diagnostics, built }
}

/// Builds a site that has been read.
pub fn build_site(
    site: &mut Site,
    mode: Mode,
    cache: &Cache,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Made> {
    let known = bind::known(site, mode, diagnostics);
    let pages = pages(site, &known, mode, cache, diagnostics);
    let themes = theme::themes(site, &pages, diagnostics);
    let links = links::links(site, &pages, mode, diagnostics);
    let mut bound = bind::bind(site, &known, pages, diagnostics);
    components::check(site, &bound, diagnostics);
    if diagnostics.has_errors() || mode == Mode::Check {
        return None;
    }
    let counts = freshness::check(site, &known, cache, SystemTime::now(), diagnostics);
    checks::run(&bound, cache, progress, diagnostics);
    let slices = slice::slices(&mut bound, cache, progress, diagnostics)?;
    let figures = prerender::figures(&bound, &slices, progress, diagnostics)?;
    let themes = themes?;
    let parts = Parts { site, themes: &themes, pages: &bound, slices: &slices, figures: &figures, links: &links };
    let built = bundle_site(&parts, mode, diagnostics)?;
    budget::check(site, &figures, &slices, &built.report, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    freshness::keep(&counts, cache);
    Some(Made { themes, known, links, pages: bound, slices, figures, built })
}

/// The pages of a site: those that the author wrote, those of each row, and those that the others call for.
pub fn pages(site: &mut Site, known: &Known, mode: Mode, cache: &Cache, diagnostics: &mut Diagnostics) -> Vec<Page> {
    let texts = template::texts(site, known, mode, cache, diagnostics);
    let mut pages = page::parse_all(site, &texts, diagnostics);
    page::made::made(site, &mut pages, diagnostics);
    pages
}

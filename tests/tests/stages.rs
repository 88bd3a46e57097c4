//! The stages of the generator before the bundle, run over an example or a page made up for a test.

use dashgen::bind::BoundPage;
use dashgen::cache::Cache;
use dashgen::diagnostics::Diagnostics;
use dashgen::prerender::Figures;
use dashgen::progress::Progress;
use dashgen::slice::Slice;
use dashgen::tables::Table;
use dashgen_runtime::plan::Plan;
use dashgen_runtime::session::Session;
use polars::prelude::DataFrame;
use std::path::Path;

/// An example's pages, bound to its tables.
pub fn bound(name: &str) -> Vec<BoundPage> {
    bound_at(&dashgen_tests::example(name))
}

/// The pages of the site in a folder, bound to its tables.
pub fn bound_at(folder: &Path) -> Vec<BoundPage> {
    let mut diagnostics = Diagnostics::default();
    let site = dashgen::site::read(folder, &mut diagnostics);
    let known = dashgen::bind::known(&site, dashgen::Mode::Publish, &mut diagnostics);
    let pages = dashgen::page::parse_all(&site, &site.pages, &mut diagnostics);
    dashgen::bind::bind(&site, &known, pages, &mut diagnostics)
}

/// A page as it is published.
pub struct Page {
    pub plan: Plan,
    pub tables: Vec<Table>,
    /// The rows of the tables, which need no files any more.
    pub frames: Vec<DataFrame>,
    pub slices: Vec<Slice>,
}

impl Page {
    /// A session that has every file of every table.
    pub fn session(&self) -> Session {
        dashgen::prerender::session(&self.plan, &self.slices)
    }
}

/// Publishes bound pages, without mistakes.
pub fn published(mut bound: Vec<BoundPage>) -> Vec<Page> {
    let (mut diagnostics, progress) = (Diagnostics::default(), Progress::terminal());
    let slices = dashgen::slice::slices(&mut bound, &Cache::none(), &progress, &mut diagnostics).unwrap();
    let figures = dashgen::prerender::figures(&bound, &slices, &progress, &mut diagnostics).unwrap();
    assert!(!diagnostics.has_errors());
    let pages = bound.into_iter().zip(slices).zip(figures);
    let page = |((BoundPage { tables, .. }, slices), figures): ((BoundPage, Vec<Slice>), Figures)| {
        let frames = frames(&tables);
        Page { plan: figures.plan, tables, frames, slices }
    };
    pages.map(page).collect()
}

/// The page of a site of these files.
pub fn page_of(files: &[(&str, &str)]) -> Page {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    published(bound_at(folder.path())).remove(0)
}

/// The rows of tables.
pub fn frames(tables: &[Table]) -> Vec<DataFrame> {
    tables.iter().map(|table| table.frame.clone().collect().unwrap()).collect()
}

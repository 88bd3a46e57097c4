//! The first stages of the generator, run over an example.

use dashgen::bind::BoundPage;
use dashgen::diagnostics::Diagnostics;
use dashgen::tables::Table;
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

/// The rows of tables.
pub fn frames(tables: &[Table]) -> Vec<DataFrame> {
    tables.iter().map(|table| table.frame.clone().collect().unwrap()).collect()
}

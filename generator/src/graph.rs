//! `dashgen graph`: what each page's tables and views depend on, and where each of them runs.

use crate::bind::{self, BoundPage};
use crate::diagnostics::{Diagnostics, Files};
use crate::report::table;
use crate::{Mode, pages, site};
use dashgen_runtime::plan::{self, Origin, Plan, Shows, View};
use std::path::Path;

/// What there is to say of a site.
pub struct Drawn {
    /// The texts that diagnostics point into.
    pub files: Files,
    /// Mistakes and warnings.
    pub diagnostics: Diagnostics,
    /// The graph, as lines of text; none after a mistake.
    pub text: Option<String>,
}

/// Draws the graph of a site, without reading its data.
pub fn graph(root: &Path) -> Drawn {
    let mut diagnostics = Diagnostics::default();
    let mut site = site::read(root, &mut diagnostics);
    let known = bind::known(&site, Mode::Check, &mut diagnostics);
    let pages = pages(&mut site, &known, Mode::Check, &mut diagnostics);
    let bound = bind::bind(&site, &known, pages, &mut diagnostics);
    let text = (!diagnostics.has_errors()).then(|| text(&bound));
    let diagnostics = diagnostics.traced(&site.files);
    Drawn { files: site.files, diagnostics, text }
}

fn text(pages: &[BoundPage]) -> String {
    let mut lines = table(&["page", "what", "", "runs", "depends on"]);
    for page in pages.iter().filter(|page| !page.plan.views.is_empty()) {
        let path = format!("/{}", page.page.path);
        for of in &page.plan.tables {
            let depends = list([reads(&page.plan, of), parameters(of)]);
            lines.add_row([&path, &of.name, "table", runs(of), &depends]);
        }
        let is_shown = |view: &View| !matches!(view.shows, Shows::Detail { .. });
        for (index, view) in page.plan.views.iter().enumerate().filter(|(_, view)| is_shown(view)) {
            let from = vec![page.plan.tables[view.table].name.clone()];
            let depends = list([from, filtering(&page.plan, index)]);
            lines.add_row([&path, &view.id, kind(view), "in the browser", &depends]);
        }
    }
    lines.to_string()
}

fn list(parts: [Vec<String>; 2]) -> String {
    parts.concat().join(", ")
}

fn runs(table: &plan::Table) -> &'static str {
    match table.origin {
        Origin::Files => "at build",
        Origin::Values(_) => "nowhere: it is a list",
        Origin::Query(_) => "in the browser",
        Origin::Variants(_) => "at build, for every choice",
    }
}

/// The table of the plan that a table is made of.
fn reads(plan: &Plan, table: &plan::Table) -> Vec<String> {
    match &table.origin {
        Origin::Query(query) => vec![plan.tables[query.from].name.clone()],
        _ => Vec::new(),
    }
}

fn parameters(table: &plan::Table) -> Vec<String> {
    table.origin.inputs().into_iter().map(|input| format!("${input}")).collect()
}

/// The views whose selections filter a view.
fn filtering(plan: &Plan, view: usize) -> Vec<String> {
    let owners = plan.views.iter().enumerate().filter(|(owner, _)| plan.filters(*owner, view).is_some());
    owners.map(|(_, owner)| owner.id.clone()).collect()
}

fn kind(view: &View) -> &str {
    match &view.shows {
        Shows::Chart(chart) => &chart.kind,
        Shows::Input(input) => &input.kind,
        Shows::Metric(_) => "metric",
        Shows::Table(_) => "table view",
        Shows::Value(_) => "value",
        Shows::Detail { .. } => "detail",
    }
}

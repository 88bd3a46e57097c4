//! `dashgen graph`: what each page's tables and views depend on, and where each of them runs.

use crate::bind::{self, BoundPage};
use crate::cache::Cache;
use crate::diagnostics::{Diagnostics, Files};
use crate::lineage::Lineage;
use crate::{Mode, pages, site, slice};
use dashgen_runtime::plan::{self, Origin, Plan, Shows, View};
use std::path::Path;

mod drawn;

pub use drawn::{mermaid, svg, text};

/// The graph of a site, page by page.
pub struct Graph {
    /// The texts that diagnostics point into.
    pub files: Files,
    /// Mistakes and warnings.
    pub diagnostics: Diagnostics,
    /// The pages that show data; none after a mistake.
    pub pages: Option<Vec<Page>>,
}

/// What a page is made of, each after what it depends on.
pub struct Page {
    /// Its path, as in `/ranks`.
    pub path: String,
    /// Sources, tables and views.
    pub nodes: Vec<Node>,
}

/// A source, a table or a view.
pub struct Node {
    /// Its name on the page.
    pub name: String,
    /// What it is: `source`, `table`, or the type of a view.
    pub what: String,
    /// Where it runs, in words.
    pub runs: String,
    /// The same, for a drawing to tell apart.
    pub place: Place,
    /// The nodes that it reads.
    pub reads: Vec<String>,
    /// The inputs that are its parameters.
    pub parameters: Vec<String>,
    /// The views whose selections filter it.
    pub filtered_by: Vec<String>,
}

/// Where a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is a file, or a list.
    Given,
    /// Once, at build.
    Build,
    /// At build, for every choice of its parameters.
    Variants,
    /// In the reader's browser.
    Browser,
}

/// The graph of a site. Of its data only what parameters may be is read.
pub fn graph(root: &Path) -> Graph {
    let mut diagnostics = Diagnostics::default();
    let mut site = site::read(root, &mut diagnostics);
    let known = bind::known(&site, Mode::Check, &mut diagnostics);
    let pages = pages(&mut site, &known, Mode::Check, &Cache::none(), &mut diagnostics);
    let mut bound = bind::bind(&site, &known, pages, &mut diagnostics);
    if !diagnostics.has_errors() {
        slice::resolve_variants(&mut bound, &Cache::of(root), &mut diagnostics);
    }
    let with_views = bound.iter().filter(|page| !page.plan.views.is_empty());
    let pages = (!diagnostics.has_errors()).then(|| with_views.map(page).collect());
    let diagnostics = diagnostics.traced(&site.files);
    Graph { files: site.files, diagnostics, pages }
}

fn page(page: &BoundPage) -> Page {
    let mut nodes = Vec::new();
    for (of, table) in page.plan.tables.iter().zip(&page.tables) {
        let reads = match &of.origin {
            Origin::Query(query) => vec![page.plan.tables[query.from].name.clone()],
            _ => reads(&table.lineage, &mut nodes),
        };
        let parameters = of.origin.inputs().into_iter().map(str::to_owned).collect();
        let is_source = reads.is_empty() && table.span.is_none() && of.origin.is_files();
        let (what, (runs, place)) = if is_source { ("source", given()) } else { ("table", runs(of)) };
        let node = Node {
            name: of.name.clone(),
            what: what.to_owned(),
            runs,
            place,
            reads,
            parameters,
            filtered_by: Vec::new(),
        };
        add(&mut nodes, node);
    }
    let is_shown = |of: &View| of.shows.is_seen();
    let views = page.plan.views.iter().enumerate().filter(|(_, of)| is_shown(of));
    nodes.extend(views.map(|(index, of)| view(&page.plan, index, of)));
    Page { path: format!("/{}", page.page.path), nodes }
}

fn view(plan: &Plan, index: usize, of: &View) -> Node {
    let owners = plan.views.iter().enumerate().filter(|(owner, _)| plan.filters(*owner, index).is_some());
    Node {
        name: of.id.clone(),
        what: kind(of).to_owned(),
        runs: "in the browser".to_owned(),
        place: Place::Browser,
        reads: vec![plan.tables[of.table].name.clone()],
        parameters: Vec::new(),
        filtered_by: owners.map(|(_, owner)| owner.id.clone()).collect(),
    }
}

/// The tables that a query at build reads; those that the page's plan does not have become nodes of their own.
fn reads(lineage: &Lineage, nodes: &mut Vec<Node>) -> Vec<String> {
    let Lineage::Query { reads: of, .. } = lineage else { return Vec::new() };
    for (name, lineage) in of {
        let is_query = matches!(lineage.as_ref(), Lineage::Query { .. });
        let reads = reads(lineage, nodes);
        let (what, (runs, place)) = if is_query { ("table", build()) } else { ("source", given()) };
        let (what, parameters, filtered_by) = (what.to_owned(), Vec::new(), Vec::new());
        add(nodes, Node { name: name.clone(), what, runs, place, reads, parameters, filtered_by });
    }
    of.iter().map(|(name, _)| name.clone()).collect()
}

fn add(nodes: &mut Vec<Node>, node: Node) {
    match nodes.iter_mut().find(|known| known.name == node.name) {
        // The plan says more of a table than a query that reads it.
        Some(known) if known.parameters.is_empty() => *known = node,
        Some(_) => {}
        None => nodes.push(node),
    }
}

fn runs(table: &plan::Table) -> (String, Place) {
    match &table.origin {
        Origin::Files => build(),
        Origin::Values(_) => ("nowhere: it is a list".to_owned(), Place::Given),
        Origin::Query(_) => ("in the browser".to_owned(), Place::Browser),
        Origin::Variants(domains) => {
            let count: usize = domains.iter().map(|domain| domain.choices.len()).product();
            (format!("at build, for each of {count} choices"), Place::Variants)
        }
    }
}

fn build() -> (String, Place) {
    ("at build".to_owned(), Place::Build)
}

fn given() -> (String, Place) {
    ("nowhere: it is data".to_owned(), Place::Given)
}

fn kind(view: &View) -> &str {
    match &view.shows {
        Shows::Chart(chart) => &chart.kind,
        Shows::Input(input) => &input.kind,
        Shows::Metric(_) => "metric",
        Shows::Table(_) => "table view",
        Shows::Value(_) => "value",
        Shows::Component(_) => "component",
        Shows::Detail { .. } => "detail",
        Shows::Legend { .. } => "legend",
    }
}

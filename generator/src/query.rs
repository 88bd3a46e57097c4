//! `dashgen query`: runs a block of a page, or SQL over the site's tables, and gives back its rows.

use crate::bind::{self, BoundPage, Known};
use crate::cache::Cache;
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span, suggest};
use crate::site;
use crate::sql::Sql;
use crate::tables::{self, Definition, Table, Tables};
use crate::{Mode, error};
use polars::prelude::DataFrame;
use std::collections::BTreeSet;
use std::path::Path;

/// What came of a query.
pub struct Answered {
    /// The texts that diagnostics point into, the query among them.
    pub files: Files,
    /// Mistakes in the query, or in what it reads.
    pub diagnostics: Diagnostics,
    /// Its rows, if there was no error.
    pub rows: Option<DataFrame>,
}

/// Answers `asked`, a table's name, `page#name` or a query, with at most so many rows.
pub fn query(root: &Path, asked: &str, limit: Option<usize>) -> Answered {
    let mut found = Diagnostics::default();
    let mut site = site::read(root, &mut found);
    let file = site.files.add("dashgen query".to_owned(), asked.to_owned());
    let known = bind::known(&site, Mode::Publish, &mut found);
    let pages = crate::pages(&mut site, &known, Mode::Publish, &Cache::of(root), &mut found);
    let pages: Vec<BoundPage> =
        pages.into_iter().map(|page| bind::bind_page(&site, page, &known, &mut found)).collect();
    let mut diagnostics = Diagnostics::default();
    let table = match table(asked, file, &known, &pages, &mut diagnostics) {
        Ok(table) => table,
        // A table that is not there may have a mistake in its definition.
        Err(problem) => {
            if found.has_errors() {
                diagnostics.extend(found);
            }
            diagnostics.push(problem);
            None
        }
    };
    let rows = table.and_then(|table| {
        let frame = limit.map_or(table.frame.clone(), |limit| table.frame.clone().limit(limit as u32));
        let failed = |problem| error!(all(file, asked), "this query does not run: {problem}");
        tables::guarded(|| frame.collect()).map_err(|problem| diagnostics.push(failed(problem))).ok()
    });
    Answered { files: site.files, diagnostics, rows }
}

fn all(file: FileId, text: &str) -> Span {
    Span { file, start: 0, end: text.len() }
}

fn table(
    asked: &str,
    file: FileId,
    known: &Known,
    pages: &[BoundPage],
    diagnostics: &mut Diagnostics,
) -> Result<Option<Table>, Diagnostic> {
    let span = all(file, asked);
    if asked.trim().contains(char::is_whitespace) {
        let sql = Sql { text: asked.to_owned(), span };
        let definition = Definition { name: "query".to_owned(), name_span: span, sql };
        return Ok(tables::ask(&definition, (&readable(known, pages), &[]), &known.connections, diagnostics));
    }
    named(asked, span, known, pages).map(Some)
}

/// The tables that SQL may read: the shared ones, and those of pages whose name no other page uses.
fn readable(known: &Known, pages: &[BoundPage]) -> Tables {
    let mut tables = known.tables.clone();
    let mut several = BTreeSet::new();
    for table in pages.iter().flat_map(|page| &page.defined) {
        if tables.insert(table.name.clone(), table.clone()).is_some() {
            several.insert(table.name.clone());
        }
    }
    tables.retain(|name, _| !several.contains(name));
    tables
}

fn named(asked: &str, span: Span, known: &Known, pages: &[BoundPage]) -> Result<Table, Diagnostic> {
    let (page, name) = asked.split_once('#').map_or((None, asked), |(page, name)| (Some(page), name));
    if let Some(table) = known.tables.get(name).filter(|_| page.is_none()) {
        return Ok(table.clone());
    }
    let on_page = |of: &&BoundPage| page.is_none_or(|page| is_page(of, page));
    let found: Vec<(&BoundPage, &Table)> =
        pages.iter().filter(on_page).filter_map(|page| Some((page, block(page, name)?))).collect();
    match found[..] {
        [(_, table)] => Ok(table.clone()),
        [] => Err(unknown(asked, name, span, known, pages)),
        _ => {
            let places: Vec<String> = found.iter().map(|(of, _)| format!("`{}#{name}`", path(of))).collect();
            Err(error!(span, "several pages have a table `{name}`"; hint: "which? {}", places.join(", ")))
        }
    }
}

fn is_page(of: &BoundPage, page: &str) -> bool {
    let page = page.trim_matches('/');
    of.page.path == page || path(of) == page
}

fn path(of: &BoundPage) -> &str {
    if of.page.path.is_empty() { "index" } else { &of.page.path }
}

/// A page's `sql` or `check` block of that name.
fn block<'a>(page: &'a BoundPage, name: &str) -> Option<&'a Table> {
    let checks = page.checks.iter().filter(|check| check.name == name).map(|check| &check.rows);
    page.defined.iter().filter(|table| table.name == name).chain(checks).next()
}

fn unknown(asked: &str, name: &str, span: Span, known: &Known, pages: &[BoundPage]) -> Diagnostic {
    let checks = pages.iter().flat_map(|page| &page.checks).map(|check| check.name.as_str());
    let blocks = pages.iter().flat_map(|page| &page.defined).map(|table| table.name.as_str());
    let names: BTreeSet<&str> = known.tables.keys().map(String::as_str).chain(blocks).chain(checks).collect();
    match suggest(name, names.iter().copied()) {
        Some(near) => error!(span, "no table or check `{asked}`"; hint: "did you mean `{near}`?"),
        None => {
            let names: Vec<&str> = names.into_iter().collect();
            error!(span, "no table or check `{asked}`"; hint: "there are {}", tables::listed(&names))
        }
    }
}

//! The summary at the end of a build: what each page shows and weighs, what became of each table.

use crate::bundle::{Bundle, gzipped};
use crate::slice::{Alternative, VARIANT};
use comfy_table::{CellAlignment, Table, presets};
use std::io::Write;

/// Prints a line; nobody needs to read it, so a closed pipe ends no build and no preview.
pub fn say(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// The figures of a finished build.
#[derive(Debug, Default)]
pub struct Report {
    /// One line for each page.
    pub pages: Vec<PageReport>,
    /// One line for each table of each page.
    pub tables: Vec<TableReport>,
    /// For each table of each page, what was weighed.
    pub choices: Vec<Choice>,
}

/// What a reader downloads for a page. All bytes are as a host that compresses sends them.
#[derive(Debug)]
pub struct PageReport {
    /// Its path.
    pub path: String,
    /// How many views it shows.
    pub views: usize,
    /// What is needed until every chart is painted: HTML, CSS, JS and plotly.js with the first figures inlined.
    pub first_paint: usize,
    /// What is needed in all until the first click is answered: also the runtime and the slices.
    pub first_click: usize,
    /// What it downloads in all, the files in the background included.
    pub all: usize,
}

/// What became of a table.
#[derive(Debug)]
pub struct TableReport {
    /// The page that asks it.
    pub page: String,
    /// Its name.
    pub name: String,
    /// How the slice answers: `rows` holds the needed columns of every row.
    pub kind: &'static str,
    /// How many files it has.
    pub files: usize,
    /// Rows of the slice.
    pub rows: usize,
    /// The published columns.
    pub columns: Vec<String>,
    /// Size of the Parquet file.
    pub bytes: usize,
}

/// What a table could have been published as.
#[derive(Debug)]
pub struct Choice {
    /// The page that asks it.
    pub page: String,
    /// Its name.
    pub name: String,
    /// Which were chosen.
    pub chosen: Vec<&'static str>,
    /// All that were weighed.
    pub alternatives: Vec<Alternative>,
}

/// The compressed size of the bundle's files at these paths.
pub fn weight<'a>(bundle: &Bundle, paths: impl IntoIterator<Item = &'a String>) -> usize {
    paths.into_iter().filter_map(|path| bundle.files.get(path)).map(|bytes| gzipped(bytes)).sum()
}

impl Report {
    /// The report as two tables of text.
    pub fn text(&self) -> String {
        let mut pages = table(&["page", "views", "first paint", "first click"]);
        for page in &self.pages {
            let path = format!("/{}", page.path);
            pages.add_row(vec![path, page.views.to_string(), kilobytes(page.first_paint), kilobytes(page.first_click)]);
        }
        let mut text = pages.to_string();
        if !self.tables.is_empty() {
            let mut tables = table(&["table", "page", "slice", "rows", "published columns", "bytes"]);
            for one in &self.tables {
                let path = format!("/{}", one.page);
                tables.add_row(vec![
                    one.name.clone(),
                    path,
                    if one.kind == VARIANT { format!("{} variants", one.files) } else { one.kind.to_owned() },
                    one.rows.to_string(),
                    one.columns.join(", "),
                    kilobytes(one.bytes),
                ]);
            }
            text = format!("{text}\n\n{tables}");
        }
        text
    }
}

impl Report {
    /// What else each table could have been published as, with its bytes.
    pub fn explained(&self) -> String {
        let mut lines = table(&["table", "page", "could be", "rows", "bytes", "", "because"]);
        for choice in &self.choices {
            for one in &choice.alternatives {
                let is_chosen = choice.chosen.contains(&one.kind);
                lines.add_row(vec![
                    choice.name.clone(),
                    format!("/{}", choice.page),
                    one.kind.to_owned(),
                    if one.rows == 0 { String::new() } else { one.rows.to_string() },
                    if one.bytes == 0 { String::new() } else { kilobytes(one.bytes) },
                    if is_chosen { "chosen".to_owned() } else { String::new() },
                    one.note.clone(),
                ]);
            }
        }
        lines.to_string()
    }
}

/// An empty table for the terminal.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header.iter().copied());
    for (index, name) in header.iter().enumerate() {
        if matches!(*name, "views" | "rows" | "bytes" | "first paint" | "first click") {
            table.column_mut(index).into_iter().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        }
    }
    table
}

/// Bytes in units of 1,000, as download sizes are told.
pub fn kilobytes(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} KB", bytes as f64 / 1_000.0),
        _ => format!("{:.2} MB", bytes as f64 / 1_000_000.0),
    }
}

//! Where data comes from: the files, loaders and addresses that are a site's sources, opened as tables. A kind of file is
//! a module here and a line in [`KINDS`].

pub mod connection;

pub mod dates;
pub mod rows;
pub mod types;

mod cache;
mod import;
mod options;
mod text;
mod write;

mod arrow;
pub mod boundaries;
mod csv;
mod excel;
mod json;
mod parquet;
mod sqlite;

mod download;
pub mod engine;
mod find;
mod frames;
mod loader;
mod s3;

use crate::Mode;
use crate::config::sources::Settings;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::lineage::Lineage;
use crate::site::Site;
use crate::tables::{Table, Tables};
use cache::Cache;
use import::Open;
use loader::Loader;
use options::Options;
use polars::error::PolarsResult;
use polars::prelude::LazyFrame;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use find::find;

/// The kinds of file that hold tables.
pub const KINDS: [&Kind; 6] = [&parquet::KIND, &csv::KIND, &json::KIND, &arrow::KIND, &excel::KIND, &sqlite::KIND];

/// A kind of file.
#[derive(Debug)]
pub struct Kind {
    /// Its name in `format`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What its files end with.
    pub extensions: &'static [&'static str],
    /// The settings that it knows, beside those of every file.
    pub keys: &'static [&'static str],
    /// How it is read.
    pub reader: Reader,
}

/// How a kind of file is read.
#[derive(Debug)]
pub enum Reader {
    /// By polars, as it is.
    Lazy(fn(&Path) -> PolarsResult<LazyFrame>),
    /// Row by row, once, into the cache.
    Rows(Open),
    /// As rows, from a file that may hold several tables, listed by the first function.
    Tables(fn(&Path, &str) -> Result<Vec<String>, Diagnostic>, Open),
}

/// A file to open as rows.
pub struct Input<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// What messages call it.
    pub label: &'a str,
    /// The name of the source.
    pub source: &'a str,
    /// What `dashgen.toml` says of the source.
    pub settings: &'a Settings,
    /// The settings that all such files have in common.
    pub options: &'a Options,
    /// The table in the file; empty where the file is the table.
    pub table: &'a str,
}

/// A source of a site.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name of its table.
    pub name: String,
    /// What messages call it: a path in the site or an address.
    pub relative: String,
    /// Where `dashgen.toml` names it, if it does.
    pub span: Option<Span>,
    /// The kind of its files.
    pub kind: &'static Kind,
    /// Where they come from.
    pub origin: Origin,
    /// What `dashgen.toml` says of it.
    pub settings: Settings,
}

/// Where a source's files come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// They are there.
    Files(Vec<Part>),
    /// A program prints it.
    Loader(Loader),
    /// It is fetched from here.
    Address(String),
    /// From nowhere: what is wrong is told.
    Unsound,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it lies.
    pub path: PathBuf,
    /// What messages call it.
    pub relative: String,
    /// Columns that its folders name, as in `year=2026`, with their values.
    pub keys: Vec<(String, String)>,
}

/// The tables of a site's sources.
#[derive(Default)]
pub struct Opened {
    /// Those that can be asked.
    pub tables: Tables,
    /// The names of the others: why, is told.
    pub broken: Vec<String>,
}

/// Opens every source. Loaders run and files are fetched if the cache does not have what they give, except to check.
pub fn open(site: &Site, mode: Mode, diagnostics: &mut Diagnostics) -> Opened {
    let each = site.sources.par_iter().map(|source| {
        let mut diagnostics = Diagnostics::default();
        let tables = tables(site, source, mode, &mut diagnostics);
        (source, tables, diagnostics)
    });
    let mut opened = Opened::default();
    for (source, tables, told) in each.collect::<Vec<_>>() {
        diagnostics.extend(told);
        if tables.is_none() {
            opened.broken.push(source.name.clone());
        }
        opened.tables.extend(tables.into_iter().flatten().map(|table| (table.name.clone(), table)));
    }
    opened.broken.retain(|name| !opened.tables.contains_key(name));
    opened
}

/// The tables of one source; none if something is wrong, which is told.
fn tables(site: &Site, source: &Source, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Vec<Table>> {
    let options = options::options(&source.settings, diagnostics);
    let parts = match &source.origin {
        Origin::Files(parts) => Ok(Some(parts.clone())),
        Origin::Loader(loader) => loader::run(site, source, loader, mode),
        Origin::Address(address) => download::fetch(site, source, address, mode, diagnostics),
        Origin::Unsound => return None,
    };
    let parts = match parts {
        Ok(Some(parts)) => parts,
        Ok(None) => return unknown(source, diagnostics),
        Err(problem) => {
            diagnostics.push(problem);
            return None;
        }
    };
    let tables = of_kind(site, source, &parts, &options, diagnostics);
    if tables.is_none() && !matches!(source.origin, Origin::Files(_)) {
        forget(&parts);
    }
    tables.filter(|_| !diagnostics.has_errors())
}

/// To check a site, nothing is run or fetched.
fn unknown(source: &Source, diagnostics: &mut Diagnostics) -> Option<Vec<Table>> {
    let what = if matches!(source.origin, Origin::Loader(_)) { "has not run yet" } else { "was not fetched yet" };
    diagnostics.push(
        crate::warning!(source.span, "`{}` {what}: what reads table `{}` is not checked", source.relative, source.name; hint: "`dashgen build` does it once and keeps the result"),
    );
    None
}

/// What cannot be read must not stay in the cache.
fn forget(parts: &[Part]) {
    for part in parts {
        let _ = std::fs::remove_file(&part.path);
    }
}

fn of_kind(
    site: &Site,
    source: &Source,
    parts: &[Part],
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Table>> {
    let import = |name: &str, table: &str, open: Open, diagnostics: &mut Diagnostics| {
        let import = import::Import { source, table, parts, open, options };
        let path = import.run(&Cache::of(&site.root, "sources"), diagnostics)?;
        let part = Part { path: path.clone(), relative: source.relative.clone(), keys: Vec::new() };
        let read: frames::Read = (parquet::scan, lineage(source, parts, table));
        let table = frames::table(name, source, &[part], read, diagnostics)?;
        Some(Table { files: Arc::new([path]), ..table })
    };
    match source.kind.reader {
        Reader::Lazy(scan) => {
            let read = (scan, lineage(source, parts, ""));
            let table = frames::table(&source.name, source, parts, read, diagnostics)?;
            let is_parquet = std::ptr::eq(source.kind, &parquet::KIND) && parts.iter().all(|part| part.keys.is_empty());
            let files = if is_parquet { parts.iter().map(|part| part.path.clone()).collect() } else { Arc::default() };
            Some(vec![Table { files, ..table }])
        }
        Reader::Rows(open) => Some(vec![import(&source.name, "", open, diagnostics)?]),
        Reader::Tables(list, open) => {
            let names = chosen(source, &parts.first()?.path, list).map_err(|problem| diagnostics.push(problem)).ok()?;
            names.iter().map(|(name, table)| import(name, table, open, diagnostics)).collect()
        }
    }
}

/// What the rows of a table in some files come from.
fn lineage(source: &Source, parts: &[Part], table: &str) -> Lineage {
    let paths = parts.iter().map(|part| part.path.clone()).collect();
    Lineage::Files { paths, reading: format!("{} {table:?} {:?}", source.kind.name, source.settings.list) }
}

/// The tables of a file that may hold several, each with the name that queries use: the source's own for the only one
/// and for the one that the setting `table` names, else both names joined by `_`.
fn chosen(
    source: &Source,
    path: &Path,
    list: fn(&Path, &str) -> Result<Vec<String>, Diagnostic>,
) -> Result<Vec<(String, String)>, Diagnostic> {
    let tables = list(path, &source.relative)?;
    let Some(setting) = source.settings.get("table") else {
        return Ok(match &tables[..] {
            [] => return Err(error!(None, "`{}` has no tables", source.relative; hint: "is it the right file?")),
            [only] => vec![(source.name.clone(), only.clone())],
            several => several.iter().map(|table| (format!("{}_{table}", source.name), table.clone())).collect(),
        });
    };
    let wanted = setting.text()?;
    match tables.iter().any(|table| table == wanted) {
        true => Ok(vec![(source.name.clone(), wanted.to_owned())]),
        false => Err(error!(setting.value_span, "`{}` has no table `{wanted}`", source.relative)
            .hint(Some(options::nearest(wanted, &tables)))),
    }
}

/// Two files of a table of which only one has a column.
fn differing(column: &str, with: &str, without: &str) -> Diagnostic {
    error!(None, "`{with}` has a column `{column}`, `{without}` has none"; hint: "the files of one table have the same columns; a file that is a table of its own gets its own name in `sources/`, or a `path` in `[sources.NAME]`")
}

//! The template stage: pages with `{% … %}`, with values known at build, or with one page for each row of a query
//! become the Markdown that the parse stage reads. A page without any of them is left as it is.
//!
//! What the border is: `{% … %}` and `{{ name … }}` are written at build where `name` is known at build (`page`, a
//! loop's variable, a `{% set %}`); every other `{{ … }}` is SQL and lives under the reader's filters. Values reach `sql`
//! blocks as `$name`, bound as literals; nothing is pasted into them.

mod mistakes;
mod parameters;
mod rows;
mod scan;
mod weave;

use crate::bind::Known;
use crate::cache::Cache;
use crate::diagnostics::{Diagnostics, FileId, Files, Span};
use crate::locale;
use crate::page::front::{self, Front};
use crate::site::Site;
use crate::sql::Sql;
use crate::tables::{self, Definition, Table, Tables};
use crate::{Mode, error, page};
use minijinja::Value;
pub use rows::Row;
use scan::Scan;
use std::collections::BTreeMap;
use weave::Weave;

/// The texts of the site's pages, ready to be parsed, in the order of their files.
pub fn texts(site: &mut Site, known: &Known, mode: Mode, cache: &Cache, diagnostics: &mut Diagnostics) -> Vec<FileId> {
    let reading = Reading { known, mode, cache };
    let files = site.pages.clone();
    let mut texts = Vec::new();
    for file in files {
        match is_template(site.files.path(file), site.files.text(file)) {
            true => texts.extend(written(site, file, reading, diagnostics)),
            false => texts.push(file),
        }
    }
    texts
}

/// What rows of tables are read with.
#[derive(Clone, Copy)]
struct Reading<'a> {
    known: &'a Known,
    mode: Mode,
    cache: &'a Cache,
}

impl Reading<'_> {
    /// A table's rows, or one that could be its own where no data is to be read.
    fn rows(self, table: &Table) -> Result<Vec<Row>, String> {
        match self.mode {
            Mode::Check => Ok(vec![rows::stand_in(table)]),
            Mode::Publish | Mode::Preview => rows::read(table, self.cache),
        }
    }
}

/// True if a page is to be written from a template.
pub fn is_template(path: &str, text: &str) -> bool {
    let has_rows = text.starts_with("---") && text.contains("\nrows:");
    has_rows || !names_in(path).is_empty() || text.contains("{%") || scan::asks_page(text)
}

/// The columns that a path names: `content/[region].md`.
pub fn names_in(path: &str) -> Vec<&str> {
    let parts = path.split('[').skip(1);
    parts.filter_map(|part| part.split_once(']')).map(|(name, _)| name).filter(|name| !name.is_empty()).collect()
}

/// The pages that one file gives.
fn written(site: &mut Site, file: FileId, reading: Reading<'_>, diagnostics: &mut Diagnostics) -> Vec<FileId> {
    let (front, _) = front::parse(file, &site.files, &mut Diagnostics::default());
    let Some(rows) = rows_of(site, file, &front, reading, diagnostics) else { return Vec::new() };
    let parameters: Vec<String> = rows.first().map_or_else(Vec::new, |row| row.names().map(str::to_owned).collect());
    let mut scan = scan::scan(file, &site.files, &site.parts, &parameters, diagnostics);
    scan.tables = reading.known.tables.keys().cloned().collect();
    if !scan.is_sound {
        return Vec::new();
    }
    let locale = locale::locale(&site.config, &front);
    let Some(weave) = weave::compile(&scan, &site.files, locale, diagnostics) else { return Vec::new() };
    let mut made = Vec::new();
    for row in &rows {
        let path = path_of(site.files.path(file), row);
        let context = context(site, &scan, &weave, row, &front, &path, reading);
        match weave.write(&context, row) {
            Ok(text) => made.push((path, text)),
            Err(problem) => {
                diagnostics.push(mistakes::explain(&problem, &scan, &weave, &context, &site.files));
                break;
            }
        }
    }
    made.into_iter().map(|(path, text)| site.files.add_written(path, text.text, text.origins)).collect()
}

/// The rows of a page: those of its query, or one without columns.
fn rows_of(
    site: &Site,
    file: FileId,
    front: &Front,
    reading: Reading<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Row>> {
    let path = site.files.path(file);
    let names = names_in(path);
    let top = Span { file, start: 0, end: site.files.text(file).lines().next().unwrap_or_default().len() };
    match (&front.rows, names.is_empty()) {
        (None, true) => return Some(vec![Row::default()]),
        (Some((_, span)), true) => {
            diagnostics.push(error!(*span, "`rows` in a page without a `[name]` in its path"; hint: "name the file after a column of the query, as in `content/[region].md`"));
            return None;
        }
        (None, false) => {
            diagnostics.push(error!(top, "`[{}]` in the page's path needs a query", names[0]; hint: "add `rows: SELECT DISTINCT {} FROM …` to the front matter", names[0]));
            return None;
        }
        (Some(_), false) => {}
    }
    let (text, span) = front.rows.clone()?;
    let definition = Definition { name: ROWS.to_owned(), name_span: span, sql: Sql { text, span } };
    let known = reading.known;
    let tables = tables::define(&[definition], (&known.tables, &known.broken), &known.connections, &[], diagnostics);
    let table = tables.get(ROWS)?;
    let columns: Vec<&str> = table.names().collect();
    for name in names.iter().filter(|name| table.column(name).is_none()) {
        diagnostics.push(tables::unknown_column(name, span, &columns));
    }
    names.iter().all(|name| table.column(name).is_some()).then_some(())?;
    let rows = read(table, span, reading, diagnostics)?;
    distinct(rows, path, &names, span, diagnostics)
}

/// What the query of `rows` is called while it is read.
const ROWS: &str = "rows of this page";

fn read(table: &Table, span: Span, reading: Reading<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Row>> {
    let rows =
        reading.rows(table).map_err(|problem| diagnostics.push(error!(span, "this query cannot be read: {problem}")));
    let rows = rows.ok()?;
    if rows.len() > rows::MOST {
        diagnostics.push(error!(span, "more than {} rows", rows::MOST; hint: "each row becomes a page: choose fewer with WHERE, DISTINCT or LIMIT"));
        return None;
    }
    Some(rows)
}

/// The rows, if each gives a path of its own.
fn distinct(rows: Vec<Row>, path: &str, names: &[&str], span: Span, diagnostics: &mut Diagnostics) -> Option<Vec<Row>> {
    let mut paths: BTreeMap<String, &Row> = BTreeMap::new();
    let told = |row: &Row| names.iter().map(|name| row.text(name)).collect::<Vec<_>>().join(", ");
    for row in &rows {
        if let Some(name) = names.iter().find(|name| slug(&row.text(name)).is_empty()) {
            let hint = format!("leave such rows out, as in `WHERE {name} IS NOT NULL`");
            diagnostics.push(match row.text(name).as_str() {
                "" => error!(span, "a row has no `{name}`, which would be its page's path"; hint: "{hint}"),
                text => error!(span, "`{text}` makes no path for a page"; hint: "{hint}"),
            });
            return None;
        }
        if let Some(first) = paths.insert(path_of(path, row), row) {
            diagnostics.push(error!(span, "`{}` and `{}` are the same page, `{}`", told(first), told(row), page::path(&path_of(path, row)); hint: "write `SELECT DISTINCT`, or let rows differ in {}", page::listed(names)));
            return None;
        }
    }
    Some(rows)
}

/// The path of a row's page: each `[name]` replaced by what the row has there.
fn path_of(path: &str, row: &Row) -> String {
    names_in(path).iter().fold(path.to_owned(), |path, name| path.replace(&format!("[{name}]"), &slug(&row.text(name))))
}

/// A text as a part of an address: lower case, letters and digits joined by hyphens.
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// What a page's template may name: `page`, `site`, and the tables that it reads.
fn context(
    site: &Site,
    scan: &Scan,
    weave: &Weave<'_>,
    row: &Row,
    front: &Front,
    path: &str,
    reading: Reading<'_>,
) -> BTreeMap<String, Value> {
    let mut context = BTreeMap::new();
    let wanted = weave.undeclared();
    let tables = if wanted.is_empty() { Tables::new() } else { tables_of(&site.files, scan, row, reading.known) };
    for name in wanted {
        let Some(table) = tables.get(&name) else { continue };
        let rows = reading.rows(table);
        let rows = rows.map_or_else(|_| Value::from(Vec::<Value>::new()), |rows| rows.iter().map(Row::value).collect());
        context.insert(name, rows);
    }
    context.insert("page".to_owned(), page_value(front, row, path));
    let title = site.config.title.iter().map(|title| ("title".to_owned(), Value::from(title.as_str())));
    context.insert("site".to_owned(), Value::from(title.collect::<BTreeMap<_, _>>()));
    context
}

/// The tables that a page can read: those of the site and its own.
fn tables_of(files: &Files, scan: &Scan, row: &Row, known: &Known) -> Tables {
    let own: Vec<Definition> = scan.queries.iter().map(|query| query.definition(files, row)).collect();
    tables::define(&own, (&known.tables, &known.broken), &known.connections, &[], &mut Diagnostics::default())
}

/// `page`: the row's columns, and what the front matter says as texts.
fn page_value(front: &Front, row: &Row, path: &str) -> Value {
    let mut keys: BTreeMap<String, Value> = BTreeMap::from([("path".to_owned(), Value::from(page::path(path)))]);
    let environment = minijinja::Environment::new();
    let context = Value::from(BTreeMap::from([("page".to_owned(), row.value())]));
    for (key, node) in front.map.iter().filter(|(key, _)| key.name != "rows") {
        let Some(text) = node.text() else { continue };
        let written = if text.contains("{{") { environment.render_str(&text, &context).ok() } else { Some(text) };
        keys.extend(written.map(|text| (key.name.clone(), Value::from(text))));
    }
    keys.extend(row.values().map(|(name, value)| (name.to_owned(), value)));
    Value::from(keys)
}

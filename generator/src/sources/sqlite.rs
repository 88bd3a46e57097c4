//! SQLite: each table of a database file, read-only.

use super::rows::{Cell, Each, Rows};
use super::{Input, Kind, Reader};
use crate::diagnostics::Diagnostic;
use crate::error;
use crate::sql::quoted;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use std::path::{Path, PathBuf};

/// SQLite's database files.
pub const KIND: Kind = Kind {
    name: "sqlite",
    title: "SQLite",
    extensions: &["sqlite", "sqlite3", "db"],
    keys: &["table", "null", "types", "date_format"],
    reader: Reader::Tables(tables, open),
};

struct Sqlite {
    path: PathBuf,
    label: String,
    table: String,
    columns: Vec<String>,
    booleans: Vec<bool>,
}

/// The names of a file's tables and views.
fn tables(path: &Path, label: &str) -> Result<Vec<String>, Diagnostic> {
    let names = || {
        let connection = connect(path)?;
        let mut names = connection.prepare(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        )?;
        names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
    };
    names().map_err(|problem| refused(label, &problem))
}

fn open(input: &Input<'_>) -> Result<Box<dyn Rows>, Diagnostic> {
    let table = input.table.to_owned();
    let described = || {
        let connection = connect(input.path)?;
        let mut query = connection.prepare("SELECT name, type FROM pragma_table_info(?)")?;
        query
            .query_map([&table], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(String, String)>>>()
    };
    let described = described().map_err(|problem| refused(input.label, &problem))?;
    let booleans = described.iter().map(|(_, kind)| kind.to_lowercase().starts_with("bool")).collect();
    let columns = described.into_iter().map(|(name, _)| name).collect();
    Ok(Box::new(Sqlite { path: input.path.to_owned(), label: input.label.to_owned(), table, columns, booleans }))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn refused(label: &str, problem: &rusqlite::Error) -> Diagnostic {
    match problem {
        rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::NotADatabase => {
            error!(None, "`{label}` is not a SQLite database"; hint: "is the file whole? export it again, or remove it from `sources/`")
        }
        rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::DatabaseBusy => {
            error!(None, "`{label}` is locked by another program"; hint: "close the program that writes it, or give dashgen a copy")
        }
        _ => {
            error!(None, "cannot read source `{label}`: {problem}"; hint: "does `sqlite3` open it? export it again, or remove it from `sources/`")
        }
    }
}

impl Rows for Sqlite {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn unit(&self) -> &'static str {
        "row"
    }

    fn read(&self, each: &mut Each<'_>) -> Result<(), Diagnostic> {
        let refused = |problem: rusqlite::Error| refused(&self.label, &problem);
        let connection = connect(&self.path).map_err(refused)?;
        let columns: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        let text = format!("SELECT {} FROM {}", columns.join(", "), quoted(&self.table));
        let mut query = connection.prepare(&text).map_err(refused)?;
        let mut rows = query.query([]).map_err(refused)?;
        let mut number = 0;
        while let Some(row) = rows.next().map_err(refused)? {
            number += 1;
            each(number, &self.cells(number, row)?)?;
        }
        Ok(())
    }
}

impl Sqlite {
    fn cells<'a>(&self, number: u64, row: &'a Row<'_>) -> Result<Vec<Cell<'a>>, Diagnostic> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (index, is_boolean) in self.booleans.iter().enumerate() {
            cells.push(match row.get_ref(index).map_err(|problem| refused(&self.label, &problem))? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(value @ (0 | 1)) if *is_boolean => Cell::Boolean(value == 1),
                ValueRef::Integer(value) => Cell::Integer(value),
                ValueRef::Real(value) => Cell::Number(value),
                ValueRef::Blob(_) => Cell::Binary,
                ValueRef::Text(bytes) => Cell::Text(std::str::from_utf8(bytes).map_err(|_| {
                    error!(None, "row {number} of table `{}` in `{}` holds a text that is not UTF-8", self.table, self.label; hint: "column `{}`; leave it out by a view", self.columns[index])
                })?),
            });
        }
        Ok(cells)
    }
}

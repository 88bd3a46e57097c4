//! `engine = "duckdb"`: the tables of files belong to a DuckDB in memory, which then runs the queries over them.

use super::cache::Cache;
use super::connection::{Connection, DRIVERS, Remote};
use crate::config::connections::{ConnectionSettings, Secret};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::lineage::{Fingerprints, Lineage};
use crate::site::Site;
use crate::tables::{Table, Tables, guarded};
use polars::prelude::{ParquetWriter, PolarsResult};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What a site may write behind `engine`; queries run in the first unless it says otherwise.
pub const ENGINES: [&str; 2] = ["polars", "duckdb"];

/// The tables of files as tables of the engine, which is named at `span`.
pub fn moved(site: &Site, tables: Tables, span: Span, diagnostics: &mut Diagnostics) -> Tables {
    let connection = Arc::new(Connection::new(settings(span)));
    let mut moved = Tables::new();
    for (name, table) in tables {
        match within(site, &connection, &table, span) {
            Ok(Some(remote)) => {
                let lineage = Arc::new(through(&table.lineage));
                moved.insert(name, Table { remote: Some(remote), lineage, ..table });
            }
            Ok(None) => {
                moved.insert(name, table);
            }
            Err(problem) => {
                diagnostics.push(problem);
                // One message is enough for an engine that is not there.
                return moved;
            }
        }
    }
    moved
}

fn settings(span: Span) -> ConnectionSettings {
    let driver = DRIVERS.iter().find(|driver| driver.name == "duckdb").expect("it is one of ours");
    ConnectionSettings {
        name: driver.name.to_owned(),
        span,
        driver,
        driver_span: span,
        driver_path: None,
        dialect: driver.dialect,
        options: vec![(driver.address.to_owned(), Secret(":memory:".to_owned()))],
        secrets: Vec::new(),
        connect_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(24 * 60 * 60),
        attempts: 1,
        is_engine: true,
    }
}

/// A table as the engine reads it; none for one that is a connection's already.
fn within(site: &Site, connection: &Arc<Connection>, table: &Table, span: Span) -> Result<Option<Remote>, Diagnostic> {
    if table.remote.is_some() {
        return Ok(None);
    }
    let files = match table.files.is_empty() {
        true => vec![
            converted(site, table)
                .map_err(|problem| error!(span, "`{}` cannot be given to DuckDB: {problem}", table.name))?,
        ],
        false => table.files.to_vec(),
    };
    let listed: Vec<String> = files.iter().map(|path| literal(path)).collect();
    let sql = format!("SELECT * FROM read_parquet([{}], union_by_name = true)", listed.join(", "));
    Remote::new(connection, sql).map(Some).map_err(|problem| problem.diagnostic(Some(span)))
}

/// Writes a table that is no Parquet file as one, into the cache.
fn converted(site: &Site, table: &Table) -> PolarsResult<PathBuf> {
    let cache = Cache::of(&site.root, "engine");
    let key = Fingerprints::default().of(&table.lineage);
    let path = cache.path(&table.name, key.as_deref().unwrap_or("always"), "parquet");
    if key.is_none() || !path.exists() {
        let mut frame = guarded(|| table.frame.clone().collect())?;
        let file = cache.file()?;
        ParquetWriter::new(file.as_file()).finish(&mut frame)?;
        cache.keep(file, &path)?;
    }
    Ok(path)
}

fn literal(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', "''"))
}

/// Another engine may give other rows, so what the cache knows of the one is nothing to the other.
fn through(lineage: &Lineage) -> Lineage {
    match lineage {
        Lineage::Files { paths, reading } => {
            Lineage::Files { paths: paths.clone(), reading: format!("duckdb: {reading}") }
        }
        other => other.clone(),
    }
}

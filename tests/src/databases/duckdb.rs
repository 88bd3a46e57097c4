//! DuckDB's library, which is a driver too, from npm.

use super::{kept, run_by};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "@duckdb/node-bindings-linux-x64";

/// The library; it is installed if it is not there yet.
pub fn duckdb() -> PathBuf {
    let library = |folder: &Path| folder.join("node_modules").join(PACKAGE).join("libduckdb.so");
    let folder = kept("duckdb", |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(folder).arg(PACKAGE);
        let is_done = npm.status().is_ok_and(|status| status.success()) && library(folder).is_file();
        assert!(is_done, "DuckDB is missing: npm install --prefix {} {PACKAGE}", folder.display());
    });
    library(&folder)
}

/// Has Parquet files be the tables of a new database.
pub fn load(database: &Path, tables: &[(String, PathBuf)]) {
    let table = |(name, file): &(String, PathBuf)| format!("CREATE TABLE {name} AS FROM '{}'", file.display());
    let statements: Vec<String> = tables.iter().map(table).collect();
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    let path = database.to_str().expect("a plain path");
    run_by((&duckdb(), Some(b"duckdb_adbc_init")), ("path", path), &statements).expect("DuckDB reads Parquet files");
}

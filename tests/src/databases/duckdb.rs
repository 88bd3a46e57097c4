//! DuckDB's library, which is a driver too, from npm.

use super::run_by;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const PACKAGE: &str = "@duckdb/node-bindings-linux-x64";

/// The library; it is installed if it is not there yet, once for all that ask at the same time.
pub fn duckdb() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(installed).clone()
}

fn installed() -> PathBuf {
    let home = std::env::var_os("HOME").expect("a home folder");
    let folder = PathBuf::from(home).join(".cache/dashgen/duckdb");
    let library = folder.join("node_modules").join(PACKAGE).join("libduckdb.so");
    // While npm unpacks it, the file is there already.
    let complete = folder.join("complete");
    if !complete.exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&folder).arg(PACKAGE);
        let is_done = npm.status().is_ok_and(|status| status.success()) && library.is_file();
        assert!(is_done, "DuckDB is missing: npm install --prefix {} {PACKAGE}", folder.display());
        std::fs::write(complete, "").expect("the folder was just made");
    }
    library
}

/// Has Parquet files be the tables of a new database.
pub fn load(database: &Path, tables: &[(String, PathBuf)]) {
    let table = |(name, file): &(String, PathBuf)| format!("CREATE TABLE {name} AS FROM '{}'", file.display());
    let statements: Vec<String> = tables.iter().map(table).collect();
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    let path = database.to_str().expect("a plain path");
    run_by((&duckdb(), Some(b"duckdb_adbc_init")), ("path", path), &statements).expect("DuckDB reads Parquet files");
}

//! The drivers that are known, and where their libraries lie: in a Python wheel, in a folder that the author names, or
//! where the ADBC tools put them.

use super::Dialect;
use crate::config::connections::ConnectionSettings;
use adbc_core::options::AdbcVersion;
use adbc_core::{LOAD_FLAG_DEFAULT, error::Error};
use adbc_driver_manager::ManagedDriver;
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// A kind of database, and the library that talks to it.
#[derive(Debug)]
pub struct Driver {
    /// Its name in `dashgen.toml`.
    pub name: &'static str,
    /// The library's name, without the system's prefix and suffix.
    pub library: &'static str,
    /// How to get it.
    pub install: &'static str,
    /// The function that starts it, where that is not ADBC's own.
    entry: Option<&'static str>,
    /// The option that holds the address.
    pub address: &'static str,
    /// Whether the address is a file's path.
    pub is_file: bool,
    /// Which SQL the database speaks.
    pub dialect: Dialect,
}

/// The drivers by the names that authors use.
pub const DRIVERS: [Driver; 7] = [
    driver("postgresql", "adbc_driver_postgresql", "pip install adbc-driver-postgresql", Dialect::PostgreSql),
    Driver {
        is_file: true,
        ..driver("sqlite", "adbc_driver_sqlite", "pip install adbc-driver-sqlite", Dialect::Sqlite)
    },
    Driver {
        is_file: true,
        entry: Some("duckdb_adbc_init"),
        address: "path",
        ..driver("duckdb", "duckdb", "npm install @duckdb/node-bindings-linux-x64", Dialect::DuckDb)
    },
    driver("flightsql", "adbc_driver_flightsql", "pip install adbc-driver-flightsql", Dialect::Standard),
    driver("spark", "adbc_driver_spark", "pip install adbc-driver-spark", Dialect::Spark),
    driver("snowflake", "adbc_driver_snowflake", "pip install adbc-driver-snowflake", Dialect::Snowflake),
    driver("bigquery", "adbc_driver_bigquery", "pip install adbc-driver-bigquery", Dialect::BigQuery),
];

const fn driver(name: &'static str, library: &'static str, install: &'static str, dialect: Dialect) -> Driver {
    Driver { name, library, install, entry: None, address: "uri", is_file: false, dialect }
}

/// Why a driver is not there.
pub enum Missing {
    /// Its library was not found.
    Library,
    /// The path that the author gives is no file.
    File,
    /// The library is no driver, or not for this machine.
    Broken(PathBuf, Error),
}

/// Libraries stay loaded: those written in Go cannot be unloaded.
static LOADED: Mutex<BTreeMap<PathBuf, ManagedDriver>> = Mutex::new(BTreeMap::new());

/// Loads the driver of a connection.
pub fn load(settings: &ConnectionSettings) -> Result<ManagedDriver, Missing> {
    let path = match &settings.driver_path {
        Some(path) if !Path::new(path).is_file() => return Err(Missing::File),
        Some(path) => Some(PathBuf::from(path)),
        None => library(settings.driver),
    };
    let Some(path) = path else { return installed(settings.driver).ok_or(Missing::Library) };
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(driver) = loaded.get(&path) {
        return Ok(driver.clone());
    }
    let entry = settings.driver.entry.map(str::as_bytes);
    let driver = ManagedDriver::load_dynamic_from_filename(&path, entry, AdbcVersion::V110)
        .map_err(|error| Missing::Broken(path.clone(), error))?;
    loaded.insert(path, driver.clone());
    Ok(driver)
}

/// A driver whose manifest the ADBC tools know.
fn installed(driver: &Driver) -> Option<ManagedDriver> {
    let entry = driver.entry.map(str::as_bytes);
    ManagedDriver::load_from_name(driver.name, entry, AdbcVersion::V110, LOAD_FLAG_DEFAULT, None).ok()
}

fn library(driver: &Driver) -> Option<PathBuf> {
    folders(driver).iter().find_map(|folder| in_folder(folder, driver)).or_else(|| in_folder(&python(driver)?, driver))
}

fn in_folder(folder: &Path, driver: &Driver) -> Option<PathBuf> {
    let suffixes = [env::consts::DLL_SUFFIX, ".so"];
    let names = suffixes.map(|suffix| format!("{}{}{suffix}", env::consts::DLL_PREFIX, driver.library));
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Folders that may have a driver's library.
fn folders(driver: &Driver) -> Vec<PathBuf> {
    let listed = env::var_os("ADBC_DRIVER_PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&listed).collect();
    if let Some(environment) = env::var_os("VIRTUAL_ENV") {
        let versions = std::fs::read_dir(Path::new(&environment).join("lib")).into_iter().flatten().flatten();
        let mut packages: Vec<PathBuf> = versions.map(|entry| entry.path().join("site-packages")).collect();
        packages.sort();
        folders.extend(packages.into_iter().map(|packages| packages.join(driver.library)));
    }
    folders.push(PathBuf::from("node_modules/@duckdb/node-bindings-linux-x64"));
    folders.extend(["/usr/local/lib", "/usr/lib"].map(PathBuf::from));
    folders
}

/// The folder of the driver's package, as Python finds it.
fn python(driver: &Driver) -> Option<PathBuf> {
    let script = format!(
        "import importlib.util as u; s = u.find_spec('{}'); print(s.submodule_search_locations[0] if s else '')",
        driver.library
    );
    let told = Command::new("python3").args(["-c", &script]).output().ok()?;
    let folder = String::from_utf8(told.stdout).ok()?;
    Some(PathBuf::from(folder.trim())).filter(|folder| folder.is_dir())
}

//! Databases that run for real, for the suites: each is started by the test that asks it, from its own packages.

pub mod duckdb;
mod postgresql;
mod python;
mod sail;
mod spark;
mod wire;

pub use postgresql::{PASSWORD, PostgreSql, postgresql};
pub use python::{DRIVERS, Environment, SAIL, SPARK};
pub use sail::Sail;
pub use spark::{Spark, kill};
pub use wire::Wire;

use crate::devtools::lock;
use adbc_core::error::Error;
use adbc_core::options::{AdbcVersion, OptionDatabase, OptionValue};
use adbc_core::{Connection, Database, Driver, Statement};
use adbc_driver_manager::ManagedDriver;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A folder below `~/.cache/dashgen` that is kept between runs. What it holds is installed once, whoever asks at the same time:
/// before that is complete nobody is given it.
fn kept(name: &str, install: impl FnOnce(&Path)) -> PathBuf {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = lock(&INSTALLING);
    let home = std::env::var_os("HOME").expect("a home folder");
    let folder = PathBuf::from(home).join(".cache/dashgen").join(name);
    let complete = folder.join("complete");
    if !complete.exists() {
        install(&folder);
        std::fs::write(complete, "").expect("the folder was just made");
    }
    folder
}

/// A port that nobody listens at.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// Waits until something holds; what it is, for the message if it never does.
#[track_caller]
pub fn wait(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < limit, "{what} took more than {limit:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs statements by a driver.
pub fn run(library: &Path, address: &str, statements: &[&str]) -> Result<(), Error> {
    run_by((library, None), ("uri", address), statements)
}

/// Runs statements by a driver that starts with a function of its own, or has its address in an option of its own.
fn run_by(
    (library, entry): (&Path, Option<&[u8]>),
    (option, address): (&str, &str),
    statements: &[&str],
) -> Result<(), Error> {
    let mut driver = ManagedDriver::load_dynamic_from_filename(library, entry, AdbcVersion::V110)?;
    let option = (OptionDatabase::from(option), OptionValue::String(address.to_owned()));
    let database = driver.new_database_with_opts([option])?;
    let mut connection = database.new_connection()?;
    for sql in statements {
        let mut statement = connection.new_statement()?;
        statement.set_sql_query(sql)?;
        for batch in statement.execute()? {
            batch?;
        }
    }
    Ok(())
}

/// Writes the Meridian example's site, with its sales in a connection that is configured so.
pub fn write_site(site: &Path, connection: &str) {
    let example = crate::root().join("examples/meridian-sales");
    let text = |file: &str| std::fs::read_to_string(example.join(file)).expect("the example is complete");
    let page = text("content/index.md");
    assert!(page.contains("FROM sales"), "the example reads its sales");
    std::fs::create_dir_all(site.join("content")).expect("a temporary folder");
    let page = page.replace("FROM sales", "FROM warehouse.sales");
    std::fs::write(site.join("content/index.md"), page).expect("a temporary folder");
    let config = format!("{}\n[sources.warehouse]\n{connection}", text("dashgen.toml"));
    std::fs::write(site.join("dashgen.toml"), config).expect("a temporary folder");
}

//! Sail: a distributed engine that speaks Spark's SQL, here with two workers of its own, over Flight SQL.

use super::{DRIVERS, SAIL, free_port, run, wait};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A cluster.
pub struct Sail {
    /// Where it listens.
    pub port: u16,
    server: Child,
}

impl Sail {
    /// Starts a cluster.
    pub fn start() -> Sail {
        let port = free_port();
        let server = Command::new(SAIL.folder().join("bin/sail"))
            .args(["flight", "server", "--port", &port.to_string()])
            .envs([("SAIL_MODE", "local-cluster"), ("SAIL_CLUSTER__WORKER_INITIAL_COUNT", "2")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sail starts");
        let sail = Sail { port, server };
        wait("Sail's start", Duration::from_secs(60), || sail.run(&["SELECT 1"]).is_ok());
        sail
    }

    /// Has a Parquet file be a table.
    pub fn load(&self, name: &str, file: &Path) {
        let sql = format!("CREATE TABLE {name} USING parquet LOCATION '{}'", file.display());
        self.run(&[&sql]).expect("sail reads Parquet files");
    }

    /// Ends the cluster.
    pub fn kill(&mut self) {
        self.server.kill().and_then(|()| self.server.wait()).expect("the server is ours");
    }

    fn run(&self, statements: &[&str]) -> Result<(), adbc_core::error::Error> {
        run(&DRIVERS.driver("flightsql"), &format!("grpc://127.0.0.1:{}", self.port), statements)
    }
}

impl Drop for Sail {
    fn drop(&mut self) {
        self.kill();
    }
}

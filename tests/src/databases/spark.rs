//! Apache Spark's server for clients, with two executors in processes of their own.

use super::{SPARK, free_port, run, wait};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A cluster on this machine.
pub struct Spark {
    /// Where it listens.
    pub port: u16,
    folder: TempDir,
    server: Option<Child>,
}

impl Spark {
    /// Starts a cluster.
    pub fn start() -> Spark {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("events")).expect("the folder is ours");
        let port = free_port();
        let home = SPARK.packages_folder().join("pyspark");
        let settings = [
            format!("spark.connect.grpc.binding.port={port}"),
            "spark.eventLog.enabled=true".to_owned(),
            "spark.eventLog.compress=false".to_owned(),
            "spark.eventLog.rolling.enabled=false".to_owned(),
            format!("spark.eventLog.dir=file://{}/events", folder.path().display()),
            format!("spark.sql.warehouse.dir={}/warehouse", folder.path().display()),
            "spark.ui.enabled=false".to_owned(),
            "spark.sql.shuffle.partitions=8".to_owned(),
            "spark.driver.host=127.0.0.1".to_owned(),
        ];
        let mut server = Command::new(home.join("sbin/start-connect-server.sh"));
        server.args(["--master", "local-cluster[2,1,1024]"]);
        server.args(settings.iter().flat_map(|setting| ["--conf", setting]));
        let log = fs::File::create(folder.path().join("log")).expect("the folder is ours");
        let environment =
            [("SPARK_HOME", home.as_path()), ("SPARK_LOG_DIR", folder.path()), ("SPARK_WORKER_DIR", folder.path())];
        server
            .envs(environment)
            .env("SPARK_NO_DAEMONIZE", "1")
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .current_dir(folder.path())
            .process_group(0);
        let server = server
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("bash starts");
        let spark = Spark { port, folder, server: Some(server) };
        wait("Spark's start", Duration::from_secs(180), || spark.run(&["SELECT 1"]).is_ok());
        wait("its executors' start", Duration::from_secs(60), || spark.executors().len() == 2);
        spark
    }

    /// Has a Parquet file be a table.
    pub fn load(&self, name: &str, file: &Path) {
        let sql = format!("CREATE TABLE {name} USING parquet LOCATION '{}'", file.display());
        self.run(&[&sql]).expect("Spark reads Parquet files");
    }

    /// The processes that do its work.
    pub fn executors(&self) -> Vec<u32> {
        let mut group = self.group();
        group.retain(|process| {
            let command = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
            command.contains("CoarseGrainedExecutorBackend") && command.starts_with('/')
        });
        group
    }

    /// What it noted of its work: one line of JSON for each event.
    pub fn events(&self) -> String {
        let mut files: Vec<PathBuf> = crate::folders::read(&self.folder.path().join("events"))
            .into_iter()
            .map(|file| self.folder.path().join("events").join(file))
            .collect();
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap_or_default()).collect()
    }

    /// Ends the server and its executors.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        kill(&format!("-{}", server.id()));
        server.wait().expect("the server was killed");
    }

    fn run(&self, statements: &[&str]) -> Result<(), adbc_core::error::Error> {
        run(&SPARK.driver("spark"), &format!("sc://127.0.0.1:{}", self.port), statements)
    }

    /// The processes that the server started: those of its group.
    fn group(&self) -> Vec<u32> {
        let group = self.server.as_ref().map(Child::id);
        let numbers = crate::folders::entries(Path::new("/proc"))
            .into_iter()
            .filter_map(|path| path.file_name()?.to_str()?.parse().ok());
        numbers.filter(|process| group.is_some() && group_of(*process) == group).collect()
    }
}

/// The number of a process' group.
fn group_of(process: u32) -> Option<u32> {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    told.rsplit_once(") ")?.1.split(' ').nth(2)?.parse().ok()
}

/// Kills a process, or with a hyphen before it a group of processes.
pub fn kill(process: &str) {
    let killed = Command::new("kill").args(["-KILL", "--", process]).status();
    assert!(killed.is_ok_and(|status| status.success()), "{process} is not ours");
}

impl Drop for Spark {
    fn drop(&mut self) {
        self.kill();
    }
}

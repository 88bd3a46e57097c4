//! `cargo spark`: Meridian's page over a table in Apache Spark, whose server has two executors in processes of their own.
//!
//! The figures must be those of a file; Spark must have made the groups; a killed executor must change nothing, and a
//! killed server must leave no bundle. Spark is 930 MB, so this is no suite: `cargo spark [ROWS]`.

use dashgen_tests::bench::meridian;
use dashgen_tests::databases::{SPARK, Spark, Wire, kill, wait, write_site};
use dashgen_tests::{build, dashgen, page_data};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let rows = std::env::args().nth(1).and_then(|rows| rows.replace('_', "").parse().ok()).unwrap_or(10_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = File::build(rows, folder.path());
    let mut spark = Spark::start();
    println!("Spark's server has {} executors", spark.executors().len());
    spark.load("sales", &file.sales);
    grouped(&spark, &file, folder.path());
    executor_killed(&spark, &file, folder.path());
    server_killed(&mut spark, folder.path());
}

/// What the page shows of the file.
struct File {
    sales: PathBuf,
    rows: u64,
    dist: PathBuf,
}

impl File {
    fn build(rows: u64, folder: &Path) -> File {
        let site = folder.join("file");
        let sales = meridian::write(rows, &site);
        meridian::count_rows(&site);
        let dist = folder.join("file-dist");
        let started = Instant::now();
        build(&site, &dist);
        println!("{rows} rows in a file: built in {:.1} s", started.elapsed().as_secs_f64());
        File { sales, rows, dist }
    }

    fn assert_shown(&self, dist: &Path) {
        let (here, there) = (page_data(&self.dist), page_data(dist));
        assert_eq!(here["shown"], there["shown"], "the figures are those of the file");
        assert_eq!(files(&self.dist), files(dist), "and so are the slices, to the byte");
    }
}

/// The names of a bundle's slices, which are hashes of their bytes.
fn files(dist: &Path) -> Vec<String> {
    dashgen_tests::folders::read(&dist.join("_data"))
}

fn site(folder: &Path, name: &str, port: u16) -> PathBuf {
    let site = folder.join(name);
    write_site(&site, &format!("driver = \"spark\"\nuri = \"sc://127.0.0.1:{port}\"\nconnect_timeout = 120\n"));
    meridian::count_rows(&site);
    site
}

fn start(site: &Path) -> Child {
    let mut command = dashgen();
    command.arg("build").arg(site).env("VIRTUAL_ENV", SPARK.folder()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("dashgen starts")
}

fn end(build: Child) -> Output {
    build.wait_with_output().expect("dashgen ends")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn grouped(spark: &Spark, file: &File, folder: &Path) {
    let wire = Wire::before(spark.port);
    let site = site(folder, "grouped", wire.port);
    let started = Instant::now();
    let output = end(start(&site));
    assert!(output.status.success(), "{}", said(&output));
    let seconds = started.elapsed().as_secs_f64();
    file.assert_shown(&site.join("dist"));
    let events = spark.events();
    let is_grouped = |event: &&str| event.contains("HashAggregate") && event.contains("[k0#");
    let aggregates = events.lines().filter(is_grouped).count();
    assert!(aggregates > 0, "Spark's log has the groups");
    println!(
        "{} rows in Spark: built in {seconds:.1} s; {} bytes crossed the wire; its log has {aggregates} plans with the groups; \
         figures and slices are those of the file",
        file.rows,
        wire.answered()
    );
}

/// Starts a build and waits until Spark is at the groups.
fn started(spark: &Spark, site: &Path) -> Child {
    let before = spark.events().matches("SparkListenerJobStart").count();
    let build = start(site);
    wait("the query", Duration::from_secs(180), || spark.events().matches("SparkListenerJobStart").count() > before);
    build
}

fn executor_killed(spark: &Spark, file: &File, folder: &Path) {
    let site = site(folder, "executor", spark.port);
    let build = started(spark, &site);
    let executor = spark.executors()[0];
    kill(&executor.to_string());
    let output = end(build);
    assert!(output.status.success(), "{}", said(&output));
    file.assert_shown(&site.join("dist"));
    println!("executor {executor} was killed during the build: the figures are right");
}

fn server_killed(spark: &mut Spark, folder: &Path) {
    let site = site(folder, "server", spark.port);
    let build = started(spark, &site);
    spark.kill();
    let output = end(build);
    assert!(!output.status.success() && !site.join("dist").exists(), "there is no bundle");
    println!("the server was killed during the build: no bundle, but\n\n{}", said(&output));
}

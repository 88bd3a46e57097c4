//! What `dashgen build` takes over a bare scan of its source by polars: Meridian's page, from Parquet.
//!
//! `cargo bench --profile dev --bench build -- [--rows 1000000,100000000]`

use dashgen_tests::bench::memory::{self, Ended};
use dashgen_tests::bench::{Figures, argument, meridian, percentile, rows};
use polars::prelude::{LazyFrame, PolarsResult, col};
use std::path::Path;
use std::process::Command;

/// Each is measured so often; the middle counts.
const RUNS: usize = 3;
/// More rows than this dashgen publishes only as groups.
const MOST_PUBLISHED: u64 = 1 << 26;
/// The flag of the bench's own process that scans: memory is that of a process.
const SCAN: &str = "--scan";

fn main() {
    if let Some(file) = argument(SCAN) {
        let sum = scan(&file[0]).unwrap_or_else(|error| panic!("{}: {error}", file[0]));
        std::fs::write(&file[1], sum.to_string()).expect("a temporary folder");
        return;
    }
    let mut figures = Figures::new("build");
    for rows in rows(&[1_000_000]) {
        measure(rows, &mut figures);
    }
    figures.finish();
}

/// The sums of all columns of numbers; gives that of the revenue.
fn scan(file: &str) -> PolarsResult<f64> {
    let numbers = ["order_id", "units", "revenue"].map(|name| col(name).sum());
    let sums = LazyFrame::scan_parquet(file.into(), Default::default())?.select(numbers).collect()?;
    sums.column("revenue")?.cast(&polars::prelude::DataType::Float64)?.get(0)?.try_extract()
}

fn measure(rows: u64, figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, out) = (folder.path().join("site"), folder.path().join("dist"));
    let source = meridian::write(rows, &site);
    if rows > MOST_PUBLISHED {
        meridian::count_rows(&site);
    }
    let sum = folder.path().join("sum");
    let scanned: Vec<Ended> = (0..RUNS).map(|_| scan_apart(&source, &sum)).collect();
    let built: Vec<Ended> = (0..RUNS).map(|_| meridian::build(&site, &out)).collect();
    let sum: f64 = std::fs::read_to_string(sum).expect("the scan's sum").parse().expect("a number");
    let revenue = meridian::revenue(&out);
    assert!((revenue - sum).abs() < 0.005, "the page shows a revenue of {revenue}, polars sums {sum}");
    let floor = add("polars scan", rows, &scanned, figures);
    let whole = add("dashgen build", rows, &built, figures);
    figures.add("dashgen build", rows, "ratio", whole / floor);
}

fn scan_apart(source: &Path, sum: &Path) -> Ended {
    let bench = std::env::current_exe().expect("a bench knows where it is");
    let ended = memory::run(Command::new(bench).arg(SCAN).arg(format!("{},{}", source.display(), sum.display())));
    assert!(ended.status.success(), "the scan failed");
    ended
}

/// Adds the figures of a system; gives its seconds.
fn add(system: &str, rows: u64, runs: &[Ended], figures: &mut Figures) -> f64 {
    let seconds = percentile(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>(), 50);
    figures.add(system, rows, "build_s", seconds);
    if let Some(peak) = runs.iter().filter_map(|run| run.peak_mb).max_by(f64::total_cmp) {
        figures.add(system, rows, "memory_mb", peak);
    }
    seconds
}

//! The peers that show Meridian's page: the harnesses `statics` and `servers`, each with its own data of as many rows.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::{Figures, peers};

/// The peers' names in the harnesses: static sites first.
pub const PEERS: [&str; 5] = ["framework", "mosaic", "evidence", "dash-polars", "streamlit-polars"];
const STATICS: [&str; 5] = ["framework", "mosaic", "evidence", "framework_pre", "evidence_pre"];
const STATICS_PACKAGES: [&str; 4] = ["numpy", "pyarrow", "duckdb", "brotli"];
const SERVERS_PACKAGES: [&str; 8] =
    ["streamlit", "dash", "dash-bootstrap-components", "plotly", "pandas", "polars", "pyarrow", "numpy"];

/// Measures the peers and adds their figures; says in a line what could not be measured.
pub fn measure(rows: u64, systems: &[String], figures: &mut Figures) {
    for system in systems {
        let measured = if STATICS.contains(&system.as_str()) {
            run_static(system, rows).and_then(|report| add_static(system, rows, &report, figures))
        } else {
            run_server(system, rows).and_then(|report| add_server(system, rows, &report, figures))
        };
        if let Err(why) = measured {
            println!("{system} was not measured on {rows} rows: {why}");
        }
    }
}

fn run_static(system: &str, rows: u64) -> Result<Json, String> {
    let folder = peers::stage("statics")?;
    peers::install_npm(&folder)?;
    // The harness links its data into a folder that version control has not kept.
    std::fs::create_dir_all(folder.join("framework/src/data")).map_err(|error| format!("framework: {error}"))?;
    let python = peers::python(&STATICS_PACKAGES)?;
    let program = |arguments: &[&str]| peers::run(Command::new(&python).args(arguments).current_dir(&folder));
    let (size, data) = (rows.to_string(), folder.with_file_name("data"));
    let sales = data.join(format!("sales_{rows}.parquet"));
    if !sales.exists() {
        program(&["gen_data.py", "../data", &size])?;
    }
    let truth = program(&["expected.py", &sales.to_string_lossy()])?;
    let file = data.join(format!("expected_{rows}.json"));
    std::fs::write(&file, truth).map_err(|error| format!("{}: {error}", file.display()))?;
    program(&["run.py", system, &size, "--builds", "1", "--loads", "3"])?;
    peers::read_json(&folder.join(format!("results/{system}_{rows}.json")))
}

fn add_static(system: &str, rows: u64, report: &Json, figures: &mut Figures) -> Result<(), String> {
    let browser = &report["browser"];
    if browser["kpiOk"] != true {
        let why = browser["fail"].as_str().or(report["cold"]["tail"].as_str()).unwrap_or("it showed wrong values");
        let told = why.lines().find(|line| line.contains("rror")).or(why.lines().last());
        return Err(told.unwrap_or_default().to_owned());
    }
    let metrics = [
        ("build_s", &report["cold"]["wall_s"]),
        ("painted_ms", &browser["load_ms"]["median"]),
        ("painted_bytes_gzip", &browser["bytes"]),
        ("first_filter_ms", &browser["firstClick_ms"]["median"]),
        ("filter_p50_ms", &browser["region_ms"]["median"]),
        ("filter_p95_ms", &browser["region_ms"]["p95"]),
    ];
    add(system, rows, &metrics, figures);
    let bytes = ["bytes", "bytesFirstClick"].map(|name| browser[name].as_f64().unwrap_or_default());
    figures.add(system, rows, "bytes_gzip", bytes.iter().sum());
    Ok(())
}

fn run_server(system: &str, rows: u64) -> Result<Json, String> {
    let folder = peers::stage("servers")?;
    peers::install_npm(&folder)?;
    let python = peers::python(&SERVERS_PACKAGES)?;
    let (size, out) = (rows.to_string(), "bench.json");
    remove(&folder.join(out))?;
    let arguments = ["run.py", "--only", system, "--rows", &size, "--loads", "3", "--out", out];
    let phases = ["--do", "load,brush,region_filter"];
    peers::run(Command::new(python).args(arguments).args(phases).current_dir(&folder))?;
    let mut results = peers::read_json(&folder.join(out))?;
    Ok(results[format!("{system}/{rows}/rtt0")].take())
}

/// What an earlier run has left is not measured again by the harness.
fn remove(file: &Path) -> Result<(), String> {
    if file.exists() {
        std::fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn add_server(system: &str, rows: u64, report: &Json, figures: &mut Figures) -> Result<(), String> {
    if let Some(error) = report["error"].as_str() {
        return Err(error.to_owned());
    }
    let metrics = [
        ("painted_ms", &report["load"]["median_ms"]),
        ("painted_bytes_gzip", &report["load"]["bodies_gzipped_bytes"]),
        ("bytes_gzip", &report["load"]["bodies_gzipped_bytes"]),
        ("filter_p50_ms", &report["region_filter"]["median_ms"]),
        ("filter_p95_ms", &report["region_filter"]["p95_ms"]),
        ("brush_p50_ms", &report["brush"]["median_ms"]),
        ("brush_p95_ms", &report["brush"]["p95_ms"]),
    ];
    add(system, rows, &metrics, figures);
    Ok(())
}

fn add(system: &str, rows: u64, metrics: &[(&str, &Json)], figures: &mut Figures) {
    for (metric, value) in metrics {
        if let Some(value) = value.as_f64() {
            figures.add(system, rows, metric, value);
        }
    }
}

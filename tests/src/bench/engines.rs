//! The peers that brush: the harness `engines` in its Chromium, fed with our flights and held to our truth.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::flights::Flights;
use super::truth::{PHASES, Phase, Position, THEIR_VIEWS, positions};
use super::{Figures, PhaseTimes, peers};

/// The peers' names in the harness.
pub const PEERS: [&str; 5] = ["crossfilter", "arquero", "duckdb-eh", "mosaic", "falcon-arrow"];
/// What the harness takes falcon from: the package as it is published.
const FALCON: &str = "falcon-vis@0.17.4";

/// Measures the peers and adds their figures; says in a line what could not be measured.
pub fn measure(flights: &Flights, rows: u64, systems: &[String], figures: &mut Figures) {
    if systems.is_empty() {
        return;
    }
    let measured = install().and_then(|folder| {
        write_data(flights, rows, &folder)?;
        systems.iter().map(|system| run(&folder, system, rows)).collect::<Result<Vec<Run>, String>>()
    });
    match measured {
        Ok(runs) => runs.iter().for_each(|run| add(run, rows, figures)),
        Err(why) => println!("the peers were not measured: {why}"),
    }
}

fn install() -> Result<PathBuf, String> {
    let folder = peers::stage("engines")?;
    peers::install_npm(&folder)?;
    if !folder.join("vendor/package").is_dir() {
        create_folder(&folder.join("vendor"))?;
        let packed = peers::run(Command::new("npm").args(["pack", "--silent", FALCON]).current_dir(&folder))?;
        peers::run(Command::new("tar").args(["-xzf", packed.trim(), "-C", "vendor"]).current_dir(&folder))?;
    }
    let phases: Vec<Json> = PHASES.iter().map(theirs).collect();
    write_json(&folder.join("phases.json"), &Json::from(phases))?;
    copy_duckdb(&folder)?;
    peers::run(Command::new("node").args(["build.mjs", "--nodata"]).current_dir(&folder))?;
    Ok(folder)
}

/// Puts DuckDB's files where the harness wants them, so that it does not spend minutes on the smallest brotli of them:
/// all is measured with gzip.
fn copy_duckdb(folder: &Path) -> Result<(), String> {
    let to = folder.join("dist/duck");
    create_folder(&to)?;
    for kind in ["eh", "mvp"] {
        for name in [format!("duckdb-{kind}.wasm"), format!("duckdb-browser-{kind}.worker.js")] {
            let (from, to) = (folder.join("node_modules/@duckdb/duckdb-wasm/dist").join(&name), to.join(&name));
            if !to.exists() {
                std::fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
                compress(&to)?;
                write(&to.with_added_extension("br"), b"")?;
            }
        }
    }
    Ok(())
}

/// A phase as the harness reads it.
fn theirs(phase: &Phase) -> Json {
    let fixed: Map<String, Json> =
        phase.fixed.iter().map(|&(dimension, low, high)| (dimension.name().to_owned(), json!([low, high]))).collect();
    json!({
        "name": phase.name, "active": phase.active.name(), "fixed": fixed,
        "lo": phase.low, "step": phase.step, "width": phase.width, "n": super::truth::STEPS,
    })
}

/// Writes the flights and, for each phase, what a right answer sums up to.
fn write_data(flights: &Flights, rows: u64, folder: &Path) -> Result<(), String> {
    let data = folder.with_file_name("data");
    create_folder(&data)?;
    let truth: Vec<(&Phase, Vec<Position>)> =
        PHASES.iter().map(|phase| (phase, positions(flights, phase, &THEIR_VIEWS))).collect();
    let sums = |sum: fn(&Position) -> u64| -> Json {
        truth.iter().map(|(phase, positions)| (phase.name, positions.iter().map(sum).collect::<Vec<_>>())).collect()
    };
    write_json(&data.join(format!("expected-{rows}.json")), &sums(|at| at.checksum(at.distance)))?;
    write_json(&data.join(format!("expected-nosum-{rows}.json")), &sums(|at| at.checksum(0)))?;
    let file = data.join(format!("flights-{rows}.arrow"));
    let stream = file.with_extension("arrows");
    flights.write_arrow_file(&file);
    flights.write_arrow_stream(&stream);
    compress(&file)?;
    compress(&stream)
}

/// Writes a file's gzip beside it, which the harness's host sends.
fn compress(file: &Path) -> Result<(), String> {
    let zip = || {
        let to = BufWriter::new(File::create(file.with_added_extension("gz"))?);
        let mut encoder = GzEncoder::new(to, Compression::default());
        std::io::copy(&mut File::open(file)?, &mut encoder)?;
        encoder.finish().map(drop)
    };
    zip().map_err(|error: std::io::Error| format!("{}: {error}", file.display()))
}

fn create_folder(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn write_json(file: &Path, json: &Json) -> Result<(), String> {
    write(file, json.to_string().as_bytes())
}

/// A system's run as the harness reports it.
#[derive(Deserialize)]
struct Run {
    sys: String,
    error: Option<String>,
    ready_ms: Option<f64>,
    #[serde(default)]
    code_sent: f64,
    #[serde(default)]
    data_sent: f64,
    rss_peak: Option<f64>,
    #[serde(default)]
    phases: Vec<RunPhase>,
}

#[derive(Deserialize)]
struct RunPhase {
    name: String,
    error: Option<String>,
    activate_ms: Option<f64>,
    first_ms: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
    #[serde(default)]
    bad: u32,
}

fn run(folder: &Path, system: &str, rows: u64) -> Result<Run, String> {
    let (rows, out) = (rows.to_string(), format!("{system}-{rows}"));
    let arguments = ["run.mjs", "--sys", system, "--tags", &rows, "--enc", "gz", "--out", &out];
    peers::run(Command::new("node").args(arguments).current_dir(folder))?;
    let mut report = peers::read_json(&folder.join("results").join(format!("{out}.json")))?;
    serde_json::from_value(report["results"][0].take()).map_err(|error| format!("{system}'s report: {error}"))
}

fn add(run: &Run, rows: u64, figures: &mut Figures) {
    let Some(ready) = run.ready_ms.filter(|_| run.error.is_none()) else {
        return println!("{} failed on {rows} rows: {}", run.sys, run.error.as_deref().unwrap_or("it was never ready"));
    };
    figures.add(&run.sys, rows, "ready_ms", ready);
    figures.add(&run.sys, rows, "bytes_gzip", run.code_sent + run.data_sent);
    if let Some(peak) = run.rss_peak {
        figures.add(&run.sys, rows, "memory_mb", peak / 1e6);
    }
    let phases: Vec<PhaseTimes> = run.phases.iter().filter_map(|phase| times(&run.sys, phase)).collect();
    figures.add_phases(&run.sys, rows, &phases);
}

/// What a phase took, if all its answers were right.
fn times(system: &str, phase: &RunPhase) -> Option<PhaseTimes> {
    let name = &phase.name;
    if let Some(error) = &phase.error {
        println!("{system} failed while brushing {name}: {error}");
        return None;
    }
    if phase.bad > 0 {
        println!("{system} gave {} wrong answers while brushing {name}: its times do not count", phase.bad);
        return None;
    }
    Some(PhaseTimes {
        name: name.clone(),
        switch_ms: phase.activate_ms,
        first_step_ms: phase.first_ms?,
        p50: phase.p50?,
        p95: phase.p95?,
        p99: phase.p99?,
        // Their harness keeps none.
        steps: Vec::new(),
    })
}

//! Brushing six linked views of flights: our engine and the peers', in one Chromium, on the same rows.
//!
//! `cargo bench --profile dev --bench brush -- [--rows 1000000,10000000] [--peers crossfilter,mosaic | none]`

use dashgen_tests::bench::drive::{self, DrivenPhase};
use dashgen_tests::bench::flights::Flights;
use dashgen_tests::bench::{Figures, chosen_peers, engines, rows};

const SYSTEM: &str = "dashgen";

fn main() {
    let mut figures = Figures::new("brush");
    let peers = chosen_peers(&engines::PEERS);
    for rows in rows(&[1_000_000]) {
        let flights = Flights::new(rows);
        ours(&flights, rows, &mut figures);
        engines::measure(&flights, rows, &peers, &mut figures);
    }
    figures.finish();
}

fn ours(flights: &Flights, rows: u64, figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let driven = drive::drive(&drive::build(flights, folder.path()));
    drive::check(flights, &driven);
    figures.add(SYSTEM, rows, "ready_ms", driven.ready_ms);
    figures.add(SYSTEM, rows, "bytes_gzip", driven.bytes as f64);
    if let Some(peak) = driven.memory_mb {
        figures.add(SYSTEM, rows, "memory_mb", peak);
    }
    figures.add_phases(SYSTEM, rows, &driven.phases.iter().map(DrivenPhase::times).collect::<Vec<_>>());
}

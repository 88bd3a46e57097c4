//! Meridian's page on a slow phone and a slow line, by the figures that Lighthouse reports: the middle of several visits.
//!
//! `cargo bench --profile dev --bench vitals -- [--rows 100000] [--visits 5]`

use dashgen_tests::bench::{Figures, argument, meridian, percentile, rows};
use dashgen_tests::browser::{Browser, Vitals};
use dashgen_tests::serve::Host;

/// The windows of the figures' columns; the first is Lighthouse's phone.
const WINDOWS: [(&str, u32, u32); 2] = [("dashgen, 412 wide", 412, 823), ("dashgen, 1440 wide", 1440, 1000)];

fn main() {
    let mut figures = Figures::new("vitals");
    let visits = argument("--visits").map_or(3, |words| words[0].parse().expect("a number of visits"));
    for rows in rows(&[100_000]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (site, out) = (folder.path().join("site"), folder.path().join("dist"));
        meridian::write(rows, &site);
        meridian::build(&site, &out);
        let host = Host::start(&out, "");
        for (system, width, height) in WINDOWS {
            let seen: Vec<Vitals> = (0..visits).map(|_| visit(&host.url(""), width, height)).collect();
            add(system, rows, &seen, &mut figures);
        }
    }
    figures.finish();
}

/// A first visit, with nothing kept from before.
fn visit(url: &str, width: u32, height: u32) -> Vitals {
    let page = Browser::launch().blank();
    page.set_viewport(width, height);
    page.slow_down();
    page.vitals(url)
}

fn add(system: &str, rows: u64, seen: &[Vitals], figures: &mut Figures) {
    type Read = fn(&Vitals) -> f64;
    let metrics: [(&str, Read); 4] = [
        ("first_contentful_paint_ms", |vitals| vitals.first_contentful_paint),
        ("largest_contentful_paint_ms", |vitals| vitals.largest_contentful_paint),
        ("total_blocking_time_ms", |vitals| vitals.total_blocking_time),
        ("layout_shift", |vitals| vitals.layout_shift),
    ];
    for (metric, value) in metrics {
        let values: Vec<f64> = seen.iter().map(value).collect();
        figures.add(system, rows, metric, percentile(&values, 50));
    }
}

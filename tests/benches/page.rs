//! Meridian's page as its reader has it: first paint, a region chosen, a span of time brushed, until all is repainted; and
//! the same of a page with twelve charts and six inputs over the same sales.
//!
//! `cargo bench --profile dev --bench page -- [--rows 100000,10000000] [--peers framework,dash-polars | none]`

use dashgen_tests::bench::{Figures, chosen_peers, meridian, pages, rows};
use dashgen_tests::browser::{Browser, PageUnderTest};
use dashgen_tests::serve::Host;
use polars::prelude::{DataType, IntoLazy, LazyFrame, PolarsResult, col};
use std::path::Path;

/// The example's page in a window that shows all of it.
const MERIDIAN: &[(&str, u32)] = &[("dashgen", 1000)];
/// The full one in the same window, which shows half of its charts, and in one that shows them all.
const TWELVE: &[(&str, u32)] = &[("dashgen, 12 charts", 1000), ("all 12 on screen", 2700)];
/// How often each region is chosen.
const ROUNDS: usize = 10;
/// Positions of the brush, about one for each month.
const POSITIONS: u32 = 34;
/// How often the pointer moves while frames are counted.
const MOVES: u32 = 150;
const LINE: &str = "[data-view='line-date'] .plot .nsewdrag";
/// What the page measures of itself.
const MEASURE: &str = include_str!("page.js");

fn main() {
    let mut figures = Figures::new("page");
    let peers = chosen_peers(&pages::PEERS);
    for rows in rows(&[100_000, 1_000_000]) {
        [MERIDIAN, TWELVE].into_iter().for_each(|windows| ours(windows, rows, &mut figures));
        pages::measure(rows, &peers, &mut figures);
    }
    figures.finish();
}

fn ours(windows: &[(&str, u32)], rows: u64, figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, out) = (folder.path().join("site"), folder.path().join("dist"));
    let truth = Truth::new(&meridian::write(rows, &site)).expect("polars reads the sales");
    if windows == TWELVE {
        meridian::show_twelve_charts(&site);
    }
    let built = meridian::build(&site, &out);
    for &(system, height) in windows {
        figures.add(system, rows, "build_s", built.seconds);
        read(&out, &truth, height, (system, rows), figures);
    }
}

/// Reads the page in a window of this height.
fn read(out: &Path, truth: &Truth, height: u32, (system, rows): (&str, u64), figures: &mut Figures) {
    let host = Host::isolated(out);
    let page = Browser::launch().blank();
    page.set_viewport(1440, height);
    page.goto(&host.url(""));
    page.run("dashgen.ready");
    page.run(MEASURE);
    figures.add(system, rows, "painted_ms", page.eval("dashgen.timings.painted"));
    figures.add(system, rows, "painted_bytes_gzip", page.eval("bench.paintedBytes()"));
    figures.add(system, rows, "ready_ms", page.eval("bench.engine()"));
    figures.add(system, rows, "bytes_gzip", host.hits().iter().map(|hit| hit.bytes as f64).sum());
    filter(&page, truth, (system, rows), figures);
    brush(&page, truth, (system, rows), figures);
    figures.add(system, rows, "engine_mb", page.eval("dashgen.memory() / 1e6"));
    page.assert_clean();
}

/// Chooses every region, again and again.
fn filter(page: &PageUnderTest, truth: &Truth, (system, rows): (&str, u64), figures: &mut Figures) {
    let regions: Vec<String> = page.eval("bench.regions()");
    assert_eq!(regions.len(), 5, "Meridian sells in five regions");
    let mut times = Vec::new();
    for region in (0..ROUNDS).flat_map(|_| &regions) {
        times.push(page.eval::<f64>(&format!("bench.choose({region:?})")));
        let name: String = serde_json::from_str(region).expect("choices are JSON");
        truth.check(page, &format!("choosing {name}"), |_, of| of == name);
    }
    figures.add(system, rows, "first_filter_ms", times.remove(0));
    figures.add_percentiles(system, rows, "filter", &times);
    page.run("bench.choose('')");
}

/// Draws a span of time across the line, one position at a time; then moves as fast as the browser takes it.
fn brush(page: &PageUnderTest, truth: &Truth, (system, rows): (&str, u64), figures: &mut Figures) {
    let at = |part: f64| page.point(LINE, part, 0.5);
    let (left, right) = (at(0.02), at(0.98));
    let between = |step: u32, steps: u32| (left.0 + (right.0 - left.0) * f64::from(step) / f64::from(steps), left.1);
    page.press_at(left);
    let mut times = Vec::new();
    for step in 1..=POSITIONS {
        page.drag_to(between(step, POSITIONS));
        times.push(page.eval::<f64>("bench.repainted()"));
    }
    let [low, high]: [String; 2] = page.eval("dashgen.state().selections['line-date'].between");
    truth.check(page, "brushing", |date, _| low.as_str() <= date && date <= high.as_str());
    figures.add_percentiles(system, rows, "brush", &times);
    page.run("bench.count()");
    for step in (0..MOVES).map(|step| step % (2 * POSITIONS)) {
        page.drag_to(between(step.min(2 * POSITIONS - step), POSITIONS));
    }
    let (frames, repaints): (f64, f64) = page.eval("bench.counted()");
    figures.add(system, rows, "frames_per_s", frames);
    figures.add(system, rows, "repaints_per_s", repaints);
    page.release_at(between(MOVES % POSITIONS, POSITIONS));
}

/// The revenue of each day and region.
struct Truth(Vec<(String, String, f64)>);

impl Truth {
    fn new(sales: &Path) -> PolarsResult<Truth> {
        let path = sales.to_str().expect("temporary folders have plain names");
        let sums = LazyFrame::scan_parquet(path.into(), Default::default())?
            .group_by([col("date").cast(DataType::String), col("region")])
            .agg([col("revenue").sum()])
            .collect()?
            .lazy()
            .with_column(col("revenue").cast(DataType::Float64))
            .collect()?;
        let (dates, regions) = (sums.column("date")?.str()?.iter(), sums.column("region")?.str()?.iter());
        let revenue = sums.column("revenue")?.f64()?.iter();
        let row = |((date, region), revenue): ((Option<&str>, Option<&str>), Option<f64>)| {
            Some((date?.to_owned(), region?.to_owned(), revenue?))
        };
        Ok(Truth(dates.zip(regions).zip(revenue).filter_map(row).collect()))
    }

    /// Fails if the page shows another revenue than that of the days and regions that are kept.
    fn check(&self, page: &PageUnderTest, step: &str, keeps: impl Fn(&str, &str) -> bool) {
        let kept = self.0.iter().filter(|(date, region, _)| keeps(date, region));
        let expected: f64 = kept.map(|(_, _, revenue)| revenue).sum();
        let shown: f64 = page.eval("dashgen.shown('metric-revenue').value.value");
        assert!((expected - shown).abs() < 0.01, "after {step} the page shows {shown}, polars sums {expected}");
    }
}

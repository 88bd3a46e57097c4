//! Can a person use it? The examples in real Chromium, under a sub-path; after every step all views must show what the
//! native engine answers for the page's state, and nothing may complain or leave the origin.

use crate::engine::Native;
use crate::visit::Visit;
use dashgen_runtime::plan::{Part, State};
use dashgen_tests::bench::drive;
use dashgen_tests::bench::flights::Flights;
use dashgen_tests::bench::meridian;
use dashgen_tests::browser::Point;
use dashgen_tests::{built, example, folders};
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// A visit to a page, and the engine that knows what it should show.
struct Journey {
    visit: Visit,
    native: Native,
}

impl Journey {
    fn start(name: &str) -> Journey {
        Journey::to(&built(&example(name)), "")
    }

    /// To a page of a built site.
    fn to(built: &Path, path: &str) -> Journey {
        Journey { native: Native::of(&built.join(path)), visit: Visit::to(built, (1440, 1000)) }
    }

    fn open(&self, search: &str) {
        self.visit.open(search);
    }

    /// What the page says its state is.
    fn state(&self) -> State {
        serde_json::from_value(self.visit.state()).unwrap()
    }

    /// Waits until the page rests, then holds every view against the native engine.
    #[track_caller]
    fn settled(&self, step: &str) {
        let expected = self.native.agrees(&self.visit, step);
        let is_written = |view: &&String| view.starts_with("metric") || view.starts_with("value");
        for view in self.native.plan.views.iter().map(|view| &view.id).filter(is_written) {
            let text = expected[view]["value"]["text"].as_str().unwrap();
            assert!(
                self.visit.page.text(&format!("[data-view='{view}']")).ends_with(text),
                "{view} is not written as {text} after {step}"
            );
        }
    }

    /// The first of a site's slices whose name begins so.
    fn slice(&self, name: &str) -> PathBuf {
        let slices = folders::entries(&self.visit.folder.join("_data"));
        slices.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name)).unwrap()
    }

    fn selected(&self, owner: &str) -> Option<String> {
        self.state().selections.get(owner).map(|selection| serde_json::to_string(selection).unwrap())
    }
}

const LINE: &str = "[data-view='line-date'] .plot .nsewdrag";
/// Two clicks that are further apart are no double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);
const BARS: &str = "[data-view='bar-region'] .plot .bars .point path";
/// So many sales that tiles are published before the rows.
const ENOUGH_FOR_TILES: u64 = 600_000;
/// What the engine holds of each of them, with the tiles and the room that decoding takes.
const BYTES_OF_A_ROW: RangeInclusive<f64> = 10.0..=100.0;

#[test]
fn a_reader_filters_meridian() {
    let journey = Journey::start("meridian-sales");
    let page = &journey.visit.page;
    journey.open("");
    journey.settled("loading");
    let all = page.text("[data-view='metric-revenue']");

    page.select("[data-view='region'] select", "\"Europe\"");
    journey.settled("choosing Europe in the dropdown");
    assert_eq!(journey.selected("region").as_deref(), Some(r#"{"in":[["Europe"]]}"#));
    assert!(page.url().ends_with("?region=Europe"), "{}", page.url());
    assert_ne!(page.text("[data-view='metric-revenue']"), all);

    page.click("[data-view='product'] .field");
    page.click("[data-view='product'] .choices [role=option]:nth-child(2)");
    page.click("[data-view='product'] .choices [role=option]:nth-child(4)");
    journey.settled("checking two products");
    assert_eq!(journey.state().selections.len(), 2);
    page.key("Escape");

    page.click("[data-view='date'] .field");
    page.click("[data-view='date'] .presets button:nth-child(3)");
    journey.settled("choosing this year");
    assert_eq!(journey.selected("date").as_deref(), Some(r#"{"between":["2025-01-01","2025-12-31"]}"#));
    page.fill("[data-view='date'] input[aria-label$='from']", "2025-03-15");
    journey.settled("typing a first day");
    assert_eq!(
        journey.selected("date").as_deref(),
        Some(r#"{"between":["2025-03-15",null]}"#),
        "the last day of all is no bound"
    );

    let before = journey.state();
    page.reload();
    page.run("dashgen.ready");
    journey.settled("loading the page again");
    assert_eq!(journey.state(), before, "the address holds the whole state");

    page.back();
    journey.settled("going back");
    assert_ne!(journey.state(), before);

    page.click("#reset");
    journey.settled("reset");
    assert_eq!(journey.state(), journey.native.plan.state);
    assert_eq!(page.text("[data-view='metric-revenue']"), all);
    page.assert_clean();
}

#[test]
fn a_reader_sets_parameters() {
    let journey = Journey::to(&built(&example("gapminder")), "ranks");
    let page = &journey.visit.page;
    journey.open("ranks/");
    journey.settled("loading");
    let ranked = |step: &str| {
        journey.settled(step);
        page.text("[data-view='table'] tbody tr:first-child td:nth-child(2)")
    };
    assert_eq!(ranked("loading"), "Japan", "in 2007");
    page.select("[data-view='chosen_year'] select", "1952");
    assert_eq!(ranked("choosing another year, whose file has to come"), "Norway");
    page.click("[data-view='continents'] .field");
    page.click("[data-view='continents'] .choices [role=option]:nth-child(1)");
    journey.settled("choosing a continent, which filters one query in the browser");
    assert_eq!(journey.state().selections.len(), 3);
    page.key("Escape");
    page.select("[data-view='chosen_year'] select", "");
    journey.settled("choosing all years");
    page.reload();
    page.run("dashgen.ready");
    journey.settled("loading the page with its address again");
    page.click("#reset");
    assert_eq!(ranked("reset"), "Japan");
    page.assert_clean();
}

#[test]
fn a_reader_clicks_and_brushes_meridian() {
    let journey = Journey::start("meridian-sales");
    let page = &journey.visit.page;
    journey.open("");

    page.click(BARS);
    journey.settled("clicking a bar");
    let first = journey.selected("bar-region").expect("a click selects the bar");
    assert!(journey.visit.page.url().contains("bar-region="), "{}", page.url());
    thread::sleep(DOUBLE_CLICK);
    page.click(BARS);
    journey.settled("clicking it again");
    assert_eq!(journey.selected("bar-region"), None, "a second click on {first} clears it");
    thread::sleep(DOUBLE_CLICK);
    page.click(BARS);
    journey.settled("clicking it once more");
    assert_eq!(journey.selected("bar-region").as_deref(), Some(&*first));

    let (from, to): (Point, Point) = (page.point(LINE, 0.3, 0.5), page.point(LINE, 0.6, 0.5));
    page.mouse_drag(from, to, 12);
    journey.settled("brushing the line");
    let brushed = journey.selected("line-date").expect("a drag selects a range");
    page.mouse_drag(page.point(LINE, 0.45, 0.5), page.point(LINE, 0.6, 0.5), 8);
    journey.settled("moving the brush");
    assert_ne!(journey.selected("line-date").as_ref(), Some(&brushed), "a drag inside moves the range");
    page.run("document.querySelector(\"[data-view='line-date'] .handle[data-end='to']\").focus()");
    page.key("ArrowLeft");
    journey.settled("pulling an end by the keyboard");

    page.double_click_at(page.point(LINE, 0.05, 0.5));
    journey.settled("a double click on the line");
    assert_eq!(journey.selected("line-date"), None, "a double click clears the chart's own range");
    assert!(journey.selected("bar-region").is_some(), "and nothing else");

    page.click("[data-view='treemap-product-line'] .plot .slice:last-of-type");
    journey.settled("clicking a product in the treemap");
    assert!(journey.selected("treemap-product-line").is_some());
    page.click("[data-view='table'] thead th:nth-child(1) button");
    journey.settled("sorting the table");
    assert!(!journey.state().orders.is_empty());

    page.key("Escape");
    journey.settled("Escape");
    assert_eq!(journey.state().selections, journey.native.plan.state.selections, "Escape clears every selection");
    page.assert_clean();
}

#[test]
fn each_move_of_a_brush_shows_what_a_new_page_would() {
    let folder = tempfile::tempdir().unwrap();
    let journey = Journey::to(&drive::build(&Flights::new(20_000), folder.path()), "");
    let page = &journey.visit.page;
    page.set_viewport(1440, 4000);
    journey.open("");
    journey.settled("loading");
    for chart in ["histogram-delay", "line-date", "histogram-distance"] {
        let plot = format!("[data-view='{chart}'] .plot .nsewdrag");
        page.mouse_drag(page.point(&plot, 0.2, 0.5), page.point(&plot, 0.4, 0.5), 6);
        journey.settled(&format!("brushing {chart}"));
        for step in 0..6 {
            page.run(&format!("document.querySelector(\"[data-view='{chart}'] .handle[data-end='to']\").focus()"));
            page.key("ArrowLeft");
            journey.settled(&format!("move {step} in {chart}"));
        }
    }
    assert_eq!(journey.state().selections.len(), 3);
    page.assert_clean();
}

#[test]
fn a_shared_link_opens_as_it_was_sent() {
    let journey = Journey::start("meridian-sales");
    journey.open("?region=Europe&line-date=2024-04-01..2024-06-30&nobody=1&product=Nothing");
    journey.settled("opening a link");
    let state = journey.state();
    assert_eq!(journey.selected("region").as_deref(), Some(r#"{"in":[["Europe"]]}"#));
    assert!(journey.selected("line-date").is_some());
    assert!(!state.selections.contains_key("nobody"), "unknown names are dropped");
    journey.visit.page.assert_clean();
}

#[test]
fn charts_are_painted_before_the_engine_is_fetched_and_within_the_budget() {
    let journey = Journey::start("meridian-sales");
    journey.open("");
    let late = "performance.getEntriesByType('resource').filter((entry) => /\\.wasm|\\.parquet|worker/.test(entry.name)).map((entry) => entry.startTime)";
    let painted: f64 = journey.visit.page.eval("dashgen.timings.painted");
    let drawn: usize = journey.visit.page.eval(
        "[...document.querySelectorAll('dashgen-chart')].filter((chart) => chart.querySelector('.main-svg')).length",
    );
    assert!(drawn >= 3, "{drawn} charts are drawn");
    let started: Vec<f64> = journey.visit.page.eval(late);
    assert!(started.iter().all(|start| *start >= painted), "{started:?} before {painted}");
    let first_paint: u64 = bytes(&journey, |path| !late_file(path));
    journey.visit.page.click(BARS);
    journey.settled("the first click");
    let first_click: u64 = first_paint + bytes(&journey, late_file);
    assert!(first_paint <= 480_000, "first paint takes {first_paint} bytes");
    assert!(first_click <= 1_400_000, "the first click takes {first_click} bytes");
    println!("first paint {first_paint} bytes, first click {first_click} bytes on the wire");
}

fn late_file(path: &str) -> bool {
    path.ends_with(".wasm") || path.ends_with(".parquet") || path.contains("worker") || path.contains("runtime.js")
}

fn bytes(journey: &Journey, wanted: impl Fn(&str) -> bool) -> u64 {
    journey.visit.host.hits().iter().filter(|hit| wanted(&hit.path)).map(|hit| hit.bytes as u64).sum()
}

#[test]
fn without_scripts_figures_and_tables_are_there() {
    let journey = Journey::start("meridian-sales");
    journey.visit.page.scripts_off();
    journey.visit.page.goto(&journey.visit.host.url(""));
    assert!(journey.visit.page.text("[data-view='metric-revenue']").contains("$125,671,403"));
    assert!(
        journey.visit.page.text("[data-view='bar-region'] table").contains("Europe"),
        "a chart's figures stand in a table"
    );
    assert!(journey.visit.page.text("[data-view='table']").contains("Corva Chair"));
    journey.visit.page.assert_clean();
}

#[test]
fn a_phone_shows_meridian_without_sideways_scrolling() {
    let journey = Journey::start("meridian-sales");
    journey.visit.page.set_viewport(390, 844);
    journey.open("");
    let width: f64 = journey.visit.page.eval("document.scrollingElement.scrollWidth");
    assert!(width <= 390.0, "the page is {width} px wide");
    journey.visit.page.assert_clean();
}

#[test]
fn a_reader_drags_gapminders_year() {
    let journey = Journey::start("gapminder");
    let page = &journey.visit.page;
    journey.open("");
    journey.settled("loading");
    assert_eq!(journey.selected("year").as_deref(), Some(r#"{"in":[[2007.0]]}"#), "the year starts at its default");
    page.run("document.querySelector(\"[data-view='year'] input[type=range]\").focus()");
    page.key("ArrowLeft");
    page.key("ArrowLeft");
    journey.settled("two steps back");
    assert_eq!(
        journey.selected("year").as_deref(),
        Some(r#"{"in":[[1997.0]]}"#),
        "the slider stops at the years that there are"
    );
    page.run("document.querySelector(\"[data-view='scatter-income-per-person'] .plot\") !== null");
    page.assert_clean();
}

#[test]
fn tiles_answer_first_and_rows_come_behind() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(ENOUGH_FOR_TILES, site.path());
    let journey = Journey::to(&built(site.path()), "");
    let page = &journey.visit.page;
    use Part::{Groups, Rows};
    assert!(matches!(journey.native.plan.tables[0].parts[..], [Groups(_), Groups(_), Groups(_), Rows(_), ..]));
    let hidden = journey.visit.folder.join("hidden");
    let rows = journey.slice("orders-rows");
    fs::rename(&rows, &hidden).unwrap();
    journey.open("");
    page.select("[data-view='region'] select", "\"Europe\"");
    journey.settled("choosing a region, which tiles answer");

    page.click("[data-view='product'] .field");
    page.click("[data-view='product'] .choices [role=option]:nth-child(2)");
    page.click("[data-view='product'] .choices [role=option]:nth-child(4)");
    page.wait_for("document.querySelector(\"[data-view='metric-average-order'] .notice.error\")");
    fs::rename(&hidden, &rows).unwrap();
    page.key("Escape");
    page.click("[data-view='metric-average-order'] .notice button");
    journey.settled("trying again, which brings the rows");
    let held: f64 = page.eval("dashgen.memory()");
    assert!(BYTES_OF_A_ROW.contains(&(held / ENOUGH_FOR_TILES as f64)), "the engine holds {held} bytes");

    let (from, to): (Point, Point) = (page.point(LINE, 0.3, 0.5), page.point(LINE, 0.6, 0.5));
    page.mouse_drag(from, to, 12);
    journey.settled("brushing, which an index answers");
    assert_eq!(journey.state().selections.len(), 3);
}

const PAIRS: &str = "---
title: Pairs
---

```input dropdown
data: sales
column: region
```

```input dropdown
data: sales
column: product
```

```metric
data: sales
value: count(distinct order_id)
label: Orders
```

```chart line
data: sales
x: date_trunc('month', date)
y: sum(revenue)
```

```chart bar
data: sales
x: sum(revenue)
y: region
```

```chart pie
data: sales
names: channel
values: count(distinct order_id)
```
";

/// Without the cube nothing behind it comes either.
#[test]
fn three_way_tiles_alone_answer_two_selections() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(ENOUGH_FOR_TILES, site.path());
    fs::write(site.path().join("content/index.md"), PAIRS).unwrap();
    let journey = Journey::to(&built(site.path()), "");
    let page = &journey.visit.page;
    fs::remove_file(journey.slice("sales-cube")).unwrap();
    journey.open("");
    page.select("[data-view='region'] select", "\"Europe\"");
    page.select("[data-view='product'] select", "\"Atlas Desk\"");
    journey.settled("choosing a region and a product");
    assert_eq!(journey.state().selections.len(), 2);

    page.click("#reset");
    page.select("[data-view='region'] select", "\"Europe\"");
    let (from, to): (Point, Point) = (page.point(LINE, 0.3, 0.5), page.point(LINE, 0.6, 0.5));
    page.mouse_drag(from, to, 12);
    journey.settled("choosing a region and brushing a span of time");
    assert_eq!(journey.state().selections.len(), 2);

    page.select("[data-view='product'] select", "\"Atlas Desk\"");
    page.wait_for("document.querySelector(\"[data-view='pie-channel'] .notice.error\")");
    page.click("#reset");
    journey.settled("taking all three selections back");

    fs::remove_file(journey.slice("sales-3-way-tiles")).unwrap();
    page.reload();
    page.run("dashgen.ready");
    page.select("[data-view='region'] select", "\"Europe\"");
    journey.settled("choosing a region, which tiles answer");
    page.select("[data-view='product'] select", "\"Atlas Desk\"");
    page.wait_for("document.querySelector(\"[data-view='pie-channel'] .notice.error\")");
}

//! Does a chart that is redrawn by its points look as plotly would draw it? Pictures are compared as text, in real Chromium.

use crate::visit::Visit;
use dashgen_tests::bench::meridian;
use dashgen_tests::{built, example, golden};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::path::Path;

const COMPARE: &str = include_str!("redraw/compare.js");

/// What `compare.js` says of a chart that has gone through some steps.
#[derive(Debug, Deserialize)]
struct Found {
    steps: usize,
    /// Steps that the chart had plotly draw in full.
    full: usize,
    /// Steps after which a new figure shows the same.
    fresh: usize,
    differences: Vec<String>,
}

/// A built site in a browser.
struct Opened(Visit);

impl Opened {
    fn new(site: &Path) -> Opened {
        let visit = Visit::to(&built(site), (1440, 1600));
        visit.open("");
        Opened(visit)
    }

    fn example(name: &str) -> Opened {
        Opened::new(&example(name))
    }

    /// The chart takes answers made up from its own.
    fn answers(&self, chart: &str) {
        let found: Found = self.0.page.eval(&format!("{COMPARE}.answers({chart:?})"));
        assert!(found.fresh * 2 >= found.steps, "{chart} shows what a new figure shows: {found:?}");
        self.judge(chart, &found);
    }

    /// The chart takes the engine's answers to selections.
    fn selections(&self, chart: &str, selections: &Json) {
        self.judge(chart, &self.follow(chart, selections));
    }

    fn follow(&self, chart: &str, selections: &Json) -> Found {
        self.0.page.eval(&format!("{COMPARE}.selections({chart:?}, {selections})"))
    }

    /// The engine's answers leave the chart's frame where it is.
    fn stays(&self, chart: &str, selections: &Json) {
        let found = self.follow(chart, selections);
        assert_eq!(found.full, 0, "{chart} is never drawn in full: {found:?}");
    }

    fn judge(&self, chart: &str, found: &Found) {
        println!("{chart}: {} steps, {} drawn in full, {} as a new figure", found.steps, found.full, found.fresh);
        assert!(found.differences.is_empty(), "{chart}:\n{}", found.differences.join("\n"));
        assert!(found.full * 2 <= found.steps, "{chart} is redrawn by its points: {found:?}");
        self.0.page.assert_clean();
    }
}

fn redrawn(kind: &str) {
    Opened::new(&golden(&format!("chart-{kind}"))).answers("dashgen-chart");
}

#[test]
fn bars() {
    redrawn("bar");
}

#[test]
fn lines() {
    redrawn("line");
}

#[test]
fn areas() {
    redrawn("area");
}

#[test]
fn points() {
    redrawn("scatter");
}

#[test]
fn pies() {
    redrawn("pie");
}

#[test]
fn treemaps() {
    redrawn("treemap");
}

#[test]
fn rings_and_icicles() {
    redrawn("sunburst");
    redrawn("icicle");
}

#[test]
fn funnels() {
    redrawn("funnel");
}

#[test]
fn heatmaps() {
    redrawn("imshow");
}

#[test]
fn histograms() {
    redrawn("histogram");
}

#[test]
fn meridian_follows_selections() {
    let opened = Opened::example("meridian-sales");
    let selections = json!([
        ["region", { "in": [["Europe"]] }],
        ["line-date", { "between": ["2024-02-01", "2024-08-31"] }],
        ["line-date", { "between": ["2024-03-01", "2024-09-30"] }],
        ["bar-region", { "in": [["Europe"]] }],
        ["treemap-product-line", { "in": [["Seating"]] }],
        ["product", { "in": [["No such product"]] }],
        ["product", null],
        ["treemap-product-line", null],
        ["bar-region", null],
        ["line-date", null],
        ["region", null]
    ]);
    for view in ["line-date", "bar-region", "treemap-product-line"] {
        opened.selections(&format!("[data-view='{view}']"), &selections);
    }
}

/// A frame that moves is drawn in full, which takes several times as long, and jumps under the reader's eyes.
#[test]
fn regions_move_no_frame() {
    let opened = Opened::example("meridian-sales");
    let regions = ["Asia Pacific", "Europe", "Latin America", "Middle East & Africa", "North America"];
    let selections: Vec<Json> = regions.iter().map(|region| json!(["region", { "in": [[region]] }])).collect();
    for view in ["line-date", "bar-region", "treemap-product-line"] {
        opened.stays(&format!("[data-view='{view}']"), &json!(selections));
    }
}

/// A full page follows a brush by its points, but for the first steps, at which a frame may find its size.
#[test]
fn twelve_charts_follow_a_brush() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(20_000, site.path());
    meridian::show_twelve_charts(site.path());
    let opened = Opened::new(site.path());
    opened.0.page.set_viewport(1440, 2700);
    opened.0.page.run("dashgen.idle()");
    let months = ["02", "03", "04", "05", "06", "07", "08", "09"];
    let brush = |month| json!(["line-date", { "between": ["2023-01-01", format!("2024-{month}-01")] }]);
    let selections: Vec<Json> = months.into_iter().map(brush).collect();
    for view in ["line-date-2", "area-date", "density_heatmap-region", "sunburst-region", "funnel-channel"] {
        let found = opened.follow(&format!("[data-view='{view}']"), &json!(selections));
        assert!(found.full * 4 <= found.steps, "{view} is redrawn by its points: {found:?}");
    }
    // Where its own categories are filtered out, a chart keeps their entries in the legend, and its frame with them.
    let regions = ["Europe", "North America", "Asia Pacific"].map(|region| json!(["region", { "in": [[region]] }]));
    opened.stays("[data-view='line-date-2']", &json!(regions));
    let entries: usize =
        opened.0.page.eval("document.querySelectorAll(\"[data-view='line-date-2'] .legend .traces\").length");
    assert_eq!(entries, 5, "one for each region");
    // A ring without an end, or of nothing, would cross the names with the line where it begins and ends.
    let [rings, crossed]: [usize; 2] = opened.0.page.eval(
        "(async () => {
            document.querySelector('dashgen-chart').page.store.select('region', { in: [['Europe']] });
            await dashgen.drawn();
            const rings = [...document.querySelectorAll(\"[data-view='sunburst-region'] .slice\")].filter(({ __data__: { x0, x1 } }) => {
                const turn = (x1 - x0) / (2 * Math.PI);
                return turn < 1e-6 || turn > 1 - 1e-6;
            });
            const isCrossed = (ring) => {
                const { visibility, strokeOpacity } = getComputedStyle(ring.querySelector('path'));
                return visibility !== 'hidden' && Number(strokeOpacity) > 0;
            };
            return [rings.length, rings.filter(isCrossed).length];
        })()",
    );
    assert_eq!([rings, crossed], [5, 0], "one region is a whole ring, four are nothing");
}

/// Each measure of a label has the browser lay out the page: one that moves with its axis is not measured again.
#[test]
fn a_label_is_measured_once() {
    let opened = Opened::example("meridian-sales");
    let [texts, again]: [usize; 2] = opened.0.page.eval(
        "(async () => {
            const { store, drawing } = document.querySelector('dashgen-chart').page;
            const counts = new Map();
            const measure = Element.prototype.getBoundingClientRect;
            Element.prototype.getBoundingClientRect = function () {
                const text = this.closest('#js-plotly-tester') && (this.matches('text') ? this : this.querySelector('text'));
                if (text) {
                    const label = ['data-unformatted', 'text-anchor', 'style'].map((name) => text.getAttribute(name)).join();
                    counts.set(label, (counts.get(label) ?? 0) + 1);
                }
                return measure.call(this);
            };
            for (let month = 1; month <= 9; month++) {
                store.select('line-date', { between: ['2023-01-01', `2023-0${month}-28`] });
                await dashgen.drawn();
            }
            const all = [...counts.values()];
            return [all.length, all.reduce((sum, count) => sum + count - 1, 0)];
        })()",
    );
    assert!(texts > 0, "new labels are measured");
    assert_eq!(again, 0, "of {texts} labels none is measured twice");
}

/// The address says what is filtered; plotly is not to take that for another configuration of its charts.
#[test]
fn an_address_begins_no_chart_anew() {
    let opened = Opened::new(&golden("chart-violin"));
    let stays: bool = opened.0.page.eval(
        "(async () => {
            const chart = document.querySelector('dashgen-chart');
            const picture = chart.plot.querySelector('.main-svg');
            history.replaceState(null, '', '?other=address');
            chart.show({ traces: structuredClone(chart.traces) });
            await chart.page.drawing.settled();
            return picture === chart.plot.querySelector('.main-svg');
        })()",
    );
    assert!(stays, "the chart is drawn into the picture that stands");
}

#[test]
fn gapminder_follows_the_year() {
    let opened = Opened::example("gapminder");
    let selections: Vec<Json> = [2002, 1952, 1957, 1977, 2007].map(|year| json!(["year", { "in": [[year]] }])).into();
    opened.selections("[data-view='scatter-income-per-person']", &json!(selections));
}

#[test]
fn points_alone_are_drawn_no_slower_than_figures() {
    let opened = Opened::example("meridian-sales");
    for view in ["line-date", "bar-region", "treemap-product-line"] {
        let call = format!("{COMPARE}.measure(\"[data-view='{view}']\", 30)");
        let times: Vec<(String, f64, f64)> = opened.0.page.eval(&call);
        let (_, quickest, usual) = &times[0];
        for (way, least, middle) in &times {
            println!("{view}, {way}: {least:.1} / {middle:.1} ms, {:.1} times as fast as react", usual / middle);
            // Machines are noisy: only a path that has lost its purpose fails.
            assert!(*least <= quickest * 1.5, "{view}, {way}: {least} ms, react {quickest} ms");
        }
    }
}

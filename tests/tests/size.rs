//! Does the Meridian page stay light? The two figures that `dashgen build` prints, against their limits.

use dashgen::bundle::gzipped;
use dashgen::cache::Cache;
use dashgen::diagnostics::{Style, render};
use dashgen::progress::Progress;
use dashgen::{Built, Mode, build, build_with};
use dashgen_tests::bench::meridian;
use dashgen_tests::root;
use std::sync::LazyLock;

/// Until every chart is painted.
const FIRST_PAINT: usize = 400_000;
/// Until the first click is answered.
const FIRST_CLICK: usize = 1_000_000;
/// The page's JS and the engine, which every page with views loads.
const RUNTIME: usize = 300_000;

/// The example, built once for all tests.
fn meridian() -> &'static Built {
    static BUILT: LazyLock<Built> = LazyLock::new(|| {
        build(&dashgen_tests::example("meridian-sales"), Mode::Publish, &Progress::terminal()).built.unwrap()
    });
    &BUILT
}

#[test]
fn meridian_is_light() {
    let built = meridian();
    let page = &built.report.pages[0];
    println!("{}", built.report.text());
    assert!(page.first_paint <= FIRST_PAINT, "first paint takes {} of {FIRST_PAINT} bytes", page.first_paint);
    assert!(page.first_click <= FIRST_CLICK, "the first click takes {} of {FIRST_CLICK} bytes", page.first_click);
    assert!(
        page.first_paint > 100_000 && page.first_click > page.first_paint,
        "plotly.js, the engine and the slice are counted"
    );
    let text = built.report.text();
    for part in ["first paint", "first click", "orders", "rows", "100000"] {
        assert!(text.contains(part), "the table shows {part}\n{text}");
    }
}

#[test]
fn the_runtime_is_light() {
    let built = meridian();
    let files = built.bundle.files.iter().filter(|(path, _)| path.starts_with("_dashgen/web."));
    let sizes: Vec<(&String, usize)> = files.map(|(path, bytes)| (path, gzipped(bytes))).collect();
    println!("{sizes:?}");
    assert_eq!(sizes.len(), 5, "{sizes:?}");
    let total: usize = sizes.iter().map(|(_, size)| size).sum();
    assert!(total <= RUNTIME, "JS and WASM take {total} of {RUNTIME} bytes");
    assert!(total > 100_000, "the engine is counted");
}

#[test]
fn twelve_charts_and_six_inputs_are_light() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(100_000, site.path());
    meridian::show_twelve_charts(site.path());
    let built = build(site.path(), Mode::Publish, &Progress::terminal()).built.unwrap();
    let page = &built.report.pages[0];
    println!("{}", built.report.text());
    assert_eq!(page.views, 12 + 6 + 2 + 2, "charts, inputs, metrics and values");
    assert!(page.first_paint <= FIRST_PAINT, "first paint takes {} of {FIRST_PAINT} bytes", page.first_paint);
    assert!(page.first_click <= FIRST_CLICK, "the first click takes {} of {FIRST_CLICK} bytes", page.first_click);
}

/// Behind the tiles come those for two selections, where they are much smaller than what follows; two dimensions have none.
#[test]
fn three_way_tiles_are_published_where_they_pay() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(600_000, site.path());
    let built = || build(site.path(), Mode::Publish, &Progress::terminal()).built.unwrap();
    let report = built().report;
    println!("{}", report.explained());
    let bytes = |kind| report.tables.iter().find(|table| table.kind == kind).unwrap().bytes;
    let kinds: Vec<&str> = report.tables.iter().map(|table| table.kind).collect();
    assert_eq!(kinds, ["tiles", "3-way tiles", "cube", "rows"]);
    assert!(bytes("tiles") < bytes("3-way tiles") && bytes("3-way tiles") * 2 < bytes("rows"));
    assert!(report.explained().contains("answers while two selections are made"));

    let bars = ["region", "product"].map(|of| format!("```chart bar\ndata: sales\nx: {of}\ny: sum(revenue)\n```\n"));
    std::fs::write(site.path().join("content/index.md"), bars.join("\n")).unwrap();
    let explained = built().report.explained();
    assert!(explained.contains("tiles") && !explained.contains("3-way tiles"), "{explained}");
}

/// A page that would need every row is small if it is content with what is near.
#[test]
fn approximate_aggregates_need_no_rows() {
    let text = std::fs::read_to_string(root().join("tests/fixtures/approximate/index.md")).unwrap();
    let exact = text.replace("approx_count_distinct(", "count(distinct ").replace("approx_quantile(", "quantile_cont(");
    let [near, exact] = [text, exact].map(|text| {
        let site = tempfile::tempdir().unwrap();
        meridian::write(600_000, site.path());
        std::fs::write(site.path().join("content/index.md"), text).unwrap();
        let built = build(site.path(), Mode::Publish, &Progress::terminal()).built.unwrap();
        println!("{}{}", built.report.text(), built.report.explained());
        built
    });
    let kinds: Vec<&str> = near.report.tables.iter().map(|table| table.kind).collect();
    assert!(!kinds.contains(&"rows"), "{kinds:?}");
    let data = |built: &Built| built.report.tables.iter().map(|table| table.bytes).sum::<usize>();
    assert!(data(&near) * 3 < data(&exact), "{} and {} bytes", data(&near), data(&exact));
    let has = |built: &Built, name: &str| built.bundle.files.keys().any(|path| path.ends_with(name));
    for (built, own, other) in [(&near, "sketches", "runtime"), (&exact, "runtime", "sketches")] {
        assert!(has(built, &format!("/{own}_bg.wasm")) && !has(built, &format!("/{other}_bg.wasm")), "{own}");
    }
}

#[test]
fn a_page_over_its_budget_is_told_what_to_coarsen() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(600_000, site.path());
    // What was found about the rows does not depend on the budget.
    let cache = Cache::of(site.path());
    let said = |budget: &str| {
        std::fs::write(site.path().join("dashgen.toml"), format!("[budget]\n{budget}\n")).unwrap();
        let outcome = build_with(site.path(), Mode::Publish, &cache, &Progress::terminal());
        assert_eq!(outcome.built.is_some(), !outcome.diagnostics.has_errors());
        render(&outcome.diagnostics, &outcome.files, Style::Plain)
    };
    assert_eq!(said("first_paint = \"480 KB\"\nfirst_click = \"1.4 MB\"\npage = \"50 MB\""), "");
    let over = said("first_click = \"800 KB\"");
    assert!(over.contains("page `/` takes") && over.contains("2 | first_click = \"800 KB\""), "{over}");
    assert!(over.contains("help: `date` of `orders` by month would save about"), "{over}");
    let over = said("first_paint = \"10 KB\"\nfirst_click = \"20 KB\"");
    assert!(over.contains("until its charts are painted") && over.contains("the limit is below"), "{over}");
}

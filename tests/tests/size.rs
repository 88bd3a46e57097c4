//! Does the Meridian page stay light? The two figures that `dashgen build` prints, against their limits.
#![allow(clippy::unwrap_used)]

use dashgen::progress::Progress;
use dashgen::{Mode, build};

/// Until every chart is painted.
const FIRST_PAINT: usize = 480_000;
/// Until the first click is answered.
const FIRST_CLICK: usize = 1_400_000;

#[test]
fn meridian_is_light() {
    let site = dashgen_tests::root().join("examples/meridian-sales");
    let built = build(&site, Mode::Publish, &Progress::terminal()).built.unwrap();
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

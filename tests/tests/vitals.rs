//! Does a page stand still while it loads? On a slow phone with a slow line, what a reader begins to read must stay where
//! it is. `cargo bench --bench vitals` reports the other figures.

use dashgen_tests::bench::meridian;
use dashgen_tests::browser::{Browser, Vitals};
use dashgen_tests::serve::Host;
use dashgen_tests::{built, example};
use std::path::Path;

/// From here on a page moves.
const SHIFT: f64 = 0.02;

fn stands_still(site: &Path, windows: &[(u32, u32)]) {
    let host = Host::start(&built(site), "");
    for &(width, height) in windows {
        let page = Browser::launch().blank();
        page.set_viewport(width, height);
        page.slow_down();
        let vitals: Vitals = page.vitals(&host.url(""));
        println!("{width} wide: {vitals:?}");
        assert!(vitals.layout_shift < SHIFT, "{width} wide: {vitals:?}");
        assert!(vitals.first_contentful_paint > 562.5, "the line is slow: {vitals:?}");
        assert!(vitals.largest_contentful_paint >= vitals.first_contentful_paint, "{vitals:?}");
        page.assert_clean();
    }
}

#[test]
fn meridian_stands_still() {
    stands_still(&example("meridian-sales"), &[(412, 823), (1440, 1000)]);
}

#[test]
fn twelve_charts_stand_still() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(20_000, site.path());
    meridian::show_twelve_charts(site.path());
    stands_still(site.path(), &[(412, 823), (1440, 1000)]);
}

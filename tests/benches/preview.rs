//! How long an edit of a page takes from the author's editor to the author's eyes, in Chromium, on a site of many pages.
//!
//! `cargo bench --profile dev --workspace --bench preview -- [--rows 5000]`: rows are pages here.

use dashgen_tests::bench::{Figures, rows};
use dashgen_tests::browser::Browser;
use dashgen_tests::preview::{Preview, large, start_page};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// So many edits are made.
const EDITS: usize = 25;
/// Between two of them, as nobody types without a pause.
const PAUSE: Duration = Duration::from_millis(200);

fn main() {
    let mut figures = Figures::new("preview");
    for pages in rows(&[5_000]) {
        let times = edits(pages as usize);
        figures.add_percentiles("dashgen preview", pages, "edit", &times);
    }
    figures.finish();
}

/// For each edit the milliseconds until the page shows it.
fn edits(pages: usize) -> Vec<f64> {
    let preview = Preview::start(4573, |site| large(site, pages));
    let page = Browser::launch().open(&preview.address);
    page.run("dashgen.ready");
    let edit = |edit: usize| {
        thread::sleep(PAUSE);
        let started = Instant::now();
        fs::write(preview.file("content/index.md"), start_page(edit)).expect("a temporary folder");
        page.wait_for(&format!("document.body?.textContent.includes('Version {edit}.')"));
        started.elapsed().as_secs_f64() * 1e3
    };
    (1..=EDITS).map(edit).collect()
}

//! Meridian's page over any number of rows, and what its revenue must be.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::memory::{self, Ended};
use crate::sales;

/// Writes the example's site with so many sales; gives its source's file.
pub fn write(rows: u64, site: &Path) -> PathBuf {
    let example = crate::root().join("examples/meridian-sales");
    for file in ["dashgen.toml", "content/index.md"] {
        let to = site.join(file);
        std::fs::create_dir_all(to.parent().expect("files lie in folders")).expect("a temporary folder");
        std::fs::copy(example.join(file), to).expect("the example is complete");
    }
    let source = site.join("sources/sales.parquet");
    std::fs::create_dir_all(site.join("sources")).expect("a temporary folder");
    let out = BufWriter::new(File::create(&source).expect("a temporary folder"));
    sales::write(rows, out).expect("room for the sales");
    source
}

/// Shows the same sales on a page with twelve charts and six inputs.
pub fn show_twelve_charts(site: &Path) {
    let page = crate::root().join("tests/fixtures/twelve/index.md");
    std::fs::copy(page, site.join("content/index.md")).expect("a temporary folder");
}

/// Has the page count rows instead of orders: a distinct count needs every row in the reader's browser.
pub fn count_rows(site: &Path) {
    let page = site.join("content/index.md");
    let text = std::fs::read_to_string(&page).expect("the site was written");
    assert!(text.contains(DISTINCT), "the example counts orders");
    std::fs::write(&page, text.replace(DISTINCT, "count(*)")).expect("a temporary folder");
}

const DISTINCT: &str = "count(distinct order_id)";

/// Builds a site; what it took.
pub fn build(site: &Path, out: &Path) -> Ended {
    let mut command = crate::dashgen();
    let ended =
        memory::run(command.args(["build", "--no-cache"]).arg(site).arg("--out").arg(out).stdout(Stdio::null()));
    assert!(ended.status.success(), "the site does not build");
    ended
}

/// What the built page shows as its revenue before the reader does anything.
pub fn revenue(out: &Path) -> f64 {
    crate::page_data(out)["shown"]["metric-revenue"]["value"]["value"].as_f64().expect("the page shows its revenue")
}

//! How many Markdown pages a second dashgen builds, with navigation, table of contents and colored listings; Hugo on the
//! same text in the same run.
//!
//! `cargo bench --profile dev --bench pages -- [--rows 1000,5000] [--peers hugo | none]`

use dashgen_tests::bench::markdown::{self, Highlight};
use dashgen_tests::bench::memory::Ended;
use dashgen_tests::bench::{Figures, chosen_peers, meridian, percentile, rows};
use std::path::Path;

/// Each is built so often; the middle counts.
const RUNS: usize = 3;

fn main() {
    let mut figures = Figures::new("pages");
    let with_hugo = chosen_peers(&["hugo"]).iter().any(|name| name == "hugo");
    for pages in rows(&[5_000]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        ours(pages, folder.path(), &mut figures);
        for (name, highlight) in [("hugo", Highlight::On), ("hugo without highlighting", Highlight::Off)] {
            if !with_hugo {
                break;
            }
            if let Err(problem) = theirs(pages, &folder.path().join(name), highlight, name, &mut figures) {
                println!("{name} is not measured: {problem}");
            }
        }
    }
    figures.finish();
}

fn ours(pages: u64, folder: &Path, figures: &mut Figures) {
    let (site, out) = (folder.join("site"), folder.join("dist"));
    markdown::write(pages as usize, &site.join("content"), "index.md").expect("a temporary folder");
    let runs: Vec<Ended> = (0..RUNS)
        .map(|_| {
            drop(std::fs::remove_dir_all(&out));
            drop(std::fs::remove_dir_all(site.join(".dashgen")));
            meridian::build(&site, &out)
        })
        .collect();
    assert!(out.join("section-000/page-00007/index.html").exists(), "the pages are built");
    add("dashgen", pages, &runs, figures);
}

fn theirs(pages: u64, folder: &Path, highlight: Highlight, name: &str, figures: &mut Figures) -> Result<(), String> {
    let (site, out) = (folder.join("site"), folder.join("dist"));
    markdown::hugo(pages as usize, &site, highlight).map_err(|problem| problem.to_string())?;
    let runs = (0..RUNS).map(|_| markdown::build_hugo(&site, &out)).collect::<Result<Vec<_>, _>>()?;
    assert!(out.join("section-000/page-00007/index.html").exists(), "the pages are built");
    add(name, pages, &runs, figures);
    Ok(())
}

fn add(system: &str, pages: u64, runs: &[Ended], figures: &mut Figures) {
    let seconds = percentile(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>(), 50);
    figures.add(system, pages, "build_s", seconds);
    figures.add(system, pages, "pages_per_s", pages as f64 / seconds);
    if let Some(peak) = runs.iter().filter_map(|run| run.peak_mb).max_by(f64::total_cmp) {
        figures.add(system, pages, "memory_mb", peak);
    }
}

//! Does the manual hold? It builds as the site that it is, and each page of the gallery shows what it lists.

use crate::visit::Visit;
use dashgen::diagnostics::{Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, build};
use dashgen_runtime::charts;
use dashgen_tests::{built, root};
use std::fs;
use std::path::Path;

/// The manual's pages and data as a site of their own.
fn manual(to: &Path) {
    let root = root();
    for folder in ["content", "content/charts", "content/themes", "content/sources"] {
        fs::create_dir_all(to.join(folder)).unwrap();
        for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), to.join(folder).join(entry.file_name())).unwrap();
            }
        }
    }
}

/// The bodies of a page's fences that begin with this line.
fn fences<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

#[test]
fn the_manual_builds() {
    let folder = tempfile::tempdir().unwrap();
    manual(folder.path());
    let outcome = build(folder.path(), Mode::Publish, &Progress::terminal());
    let said = render(&outcome.diagnostics, &outcome.files, Style::Plain);
    assert!(outcome.diagnostics.is_empty(), "{said}");
    let files = outcome.built.unwrap().bundle.files;
    let pages = fs::read_dir(root().join("content/charts")).unwrap().count();
    let built = files.keys().filter(|path| path.starts_with("charts/") && path.ends_with("/index.html")).count();
    assert_eq!(built, pages);
}

#[test]
fn each_type_has_a_page_that_tells_of_its_keys() {
    let language = fs::read_to_string(root().join("content/language.md")).unwrap();
    let mut untold = Vec::new();
    for chart in charts::CHARTS {
        let page = root().join(format!("content/charts/{}.md", chart.name));
        assert!(page.is_file(), "`chart {}` has no page in content/charts", chart.name);
        let text = fs::read_to_string(page).unwrap();
        // `symbol_map` and its like are told of together.
        let keys = chart.encodings().filter(|key| !key.name.ends_with("_map") && !key.name.ends_with("_sequence"));
        let is_told = |name: &String| text.contains(name) || language.contains(name);
        untold.extend(
            keys.map(|key| format!("`{}`", key.name)).filter(|name| !is_told(name)).map(|name| (chart.name, name)),
        );
    }
    assert!(untold.is_empty(), "the manual does not tell of {untold:?}");
}

#[test]
fn each_page_of_the_gallery_shows_what_it_lists() {
    for entry in fs::read_dir(root().join("content/charts")).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(entry.path()).unwrap();
        let name = entry.path().file_stem().unwrap().to_string_lossy().into_owned();
        let listed = fences(&text, "\n````markdown\n", "````");
        assert!(!listed.is_empty(), "{name} lists its source");
        for listed in listed {
            for block in fences(&format!("\n{listed}"), "\n```", "\n```") {
                assert_eq!(text.matches(block.trim()).count(), 2, "{name} shows what it lists:\n{block}");
            }
            assert!(charts::chart(&name).is_none() || listed.contains(&format!("```chart {name}\n")), "{name}");
        }
    }
}

/// The pages of the gallery whose labels a phone has least room for.
const CROWDED: [&str; 6] = ["choropleth", "density_heatmap", "facets", "funnel", "parallel_coordinates", "timeline"];

/// The labels of a page's charts that stick out of them.
const CUT: &str = "[...document.querySelectorAll('dashgen-chart .plot')].flatMap((plot) => {
    const room = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('text')].filter((text) => {
        const { width, left, right, top, bottom } = text.getBoundingClientRect();
        return width && (left < room.left - 1.5 || right > room.right + 1.5 || top < room.top - 1.5 || bottom > room.bottom + 1.5);
    }).map((text) => text.textContent);
})";

#[test]
fn a_phone_cuts_no_label() {
    let visit = Visit::to(&built(&root()), (390, 2000));
    let page = &visit.page;
    for name in CROWDED {
        visit.open(&format!("charts/{name}/"));
        visit.rest();
        let cut: Vec<String> = page.eval(CUT);
        assert!(cut.is_empty(), "{name} cuts {cut:?}");
        let width: u32 = page.eval("document.documentElement.scrollWidth");
        assert!(width <= 390, "{name} is {width} wide");
    }
    page.assert_clean();
}

#[test]
fn no_page_is_wider_than_a_phone() {
    let folder = tempfile::tempdir().unwrap();
    manual(folder.path());
    let visit = Visit::to(&built(folder.path()), (390, 844));
    let pages: Vec<String> = fs::read_dir(folder.path().join("content"))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".md")?.to_owned()))
        .filter(|name| name != "index")
        .collect();
    for page in pages {
        visit.page.goto(&visit.host.url(&format!("{page}/")));
        let width: u32 = visit.page.eval("document.documentElement.scrollWidth");
        assert_eq!(width, 390, "{page} is wider than the window");
    }
}

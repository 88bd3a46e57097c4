//! Can a person find their way? Sites of several pages in real Chromium, under a sub-path: the search, the tree of pages,
//! a page for a row, the page for an address without one.

use crate::visit::Visit;
use dashgen_tests::browser::PageUnderTest;
use dashgen_tests::{built, golden};

fn visited(case: &str) -> Visit {
    Visit::to(&built(&golden(case)), (1280, 900))
}

/// Waits until a link has led to a page, and that has loaded.
fn arrive(page: &PageUnderTest, path: &str) {
    let there = format!("location.pathname.endsWith('{path}') && document.readyState === 'complete'");
    page.wait_for(&there);
}

#[test]
fn a_reader_searches_all_pages() {
    let visit = visited("pages");
    let page = &visit.page;
    visit.open("blog/second/");
    page.wait_for("document.querySelector('dialog.search') !== null");
    page.key("/");
    page.wait_for("document.querySelector('dialog.search[open]') !== null");
    page.type_text("pictur");
    page.wait_for("document.querySelectorAll('dialog.search .results a').length === 1");
    assert!(page.text("dialog.search .results").starts_with("Start"), "the start page has a picture");
    assert!(page.eval::<bool>("document.querySelector('dialog.search mark') !== null"), "what was found is marked");
    page.key("Escape");
    page.wait_for("!document.querySelector('dialog.search').open");
    page.click("#search");
    page.fill("dialog.search input", "firsst");
    page.wait_for("document.querySelectorAll('dialog.search .results a').length > 0");
    page.key("ArrowDown");
    page.key("Enter");
    arrive(page, "/blog/first/");
    page.wait_for("document.querySelector('dialog.search') !== null");
    page.click("#search");
    page.fill("dialog.search input", "nothing-has-this");
    page.wait_for("document.querySelector('.search-status').textContent.startsWith('No page')");
    page.assert_clean();
}

#[test]
fn a_reader_walks_through_the_pages() {
    let visit = visited("pages");
    let page = &visit.page;
    visit.open("");
    page.click(".beside .next");
    arrive(page, "/blog/first/");
    assert_eq!(page.text(".breadcrumbs li:first-child"), "Start");
    assert_eq!(page.text(".pages [aria-current]"), "First");
    page.click(".page-notes .tag:last-child");
    arrive(page, "/tags/sql/");
    page.click(".prose li:first-child a");
    arrive(page, "/blog/second/");
    page.set_viewport(390, 800);
    page.click(".menu");
    page.click("#pages li:first-child a");
    arrive(page, "/some/where/");
    assert_eq!(page.eval::<f64>("document.querySelector('img').naturalWidth"), 64.0);
    page.goto(&visit.host.url("old/start/"));
    arrive(page, "/blog/first/");
    page.assert_clean();
}

#[test]
fn each_row_has_a_page_that_lives() {
    let visit = visited("template");
    let page = &visit.page;
    visit.open("");
    page.click(".prose li:nth-child(1) a");
    arrive(page, "/regions/emea/");
    page.run("dashgen.ready");
    assert_eq!(page.text("h1"), "Sales in EMEA");
    assert_eq!(page.text("dashgen-value"), "150");
    page.run("dashgen.idle()");
    page.click("[data-view='bar-product'] .plot .bars .point:nth-child(1) path");
    page.run("dashgen.idle()");
    assert_ne!(page.text("dashgen-value"), "150", "a click on a bar filters the sentence's value");
    visit.open("regions/o-brien-x-y/");
    assert!(page.text("h1").ends_with("O'Brien *x* {{ y }}"));
    page.assert_clean();
}

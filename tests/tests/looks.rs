//! Does Chromium draw what only a browser can show: boundaries of one's own, points by the graphics card, frames at the
//! author's pace, plotly's buttons; and does a click on a row take what is below it?

use crate::visit::Visit;
use dashgen_tests::{built, golden};
use serde_json::json;
use std::time::Duration;

/// A golden site in a browser, drawn.
fn shown(case: &str) -> Visit {
    let visit = Visit::to(&built(&golden(case)), (1440, 2400));
    visit.open("");
    visit.rest();
    visit
}

/// An area whose ring ran the wrong way would cover the globe but for itself.
#[test]
fn boundaries_are_drawn_where_they_are() {
    let visit = shown("chart-boundaries");
    let page = &visit.page;
    page.wait_for("document.querySelectorAll('.choroplethlayer path').length === 3");
    let sizes: Vec<[f64; 2]> = page.eval(
        "([...document.querySelectorAll('.choroplethlayer path')].map((path) => path.getBBox()).map(({ width, height }) => [width, height]))",
    );
    let plot: f64 = page.eval("document.querySelector('.plot').clientWidth");
    for [width, height] in sizes {
        assert!(width > 20.0 && height > 20.0 && width < plot / 2.0, "an area is {width} by {height} of {plot}");
    }
    let points: usize = page.eval("document.querySelectorAll('.scatterlayer .point').length");
    assert_eq!(points, 3, "each number has a point in the middle of its area");
    // The first has a hole in its middle.
    page.click(".choroplethlayer path:nth-child(2)");
    page.run("dashgen.idle()");
    assert!(page.url().contains('?'), "a click on an area filters: {}", page.url());
    page.assert_clean();
}

#[test]
fn a_click_on_a_row_takes_what_is_below_it() {
    let visit = shown("chart-parents");
    let page = &visit.page;
    let of_sales = "[...document.querySelectorAll('[data-kind=treemap] .slice')].find((slice) => slice.textContent.startsWith('Sales'))";
    page.wait_for(&format!("Boolean({of_sales})"));
    page.run(&format!("({of_sales}.classList.add('wanted'))"));
    page.click_at(page.point(".wanted", 0.5, 0.03));
    page.wait_for("Object.keys(dashgen.state().selections).length === 1");
    let state = visit.state();
    let chosen = state["selections"].as_object().unwrap().values().next().unwrap()["in"].clone();
    assert_eq!(chosen, json!([[2], [3], [4]]), "Sales and its shop and web shop");
    page.assert_clean();
}

#[test]
fn points_are_drawn_by_the_graphics_card_where_there_is_one() {
    let visit = shown("chart-scatter");
    let page = &visit.page;
    let plot = "[...document.querySelectorAll('.chart')].find((chart) => chart.querySelector('.subtitle')).querySelector('.plot')";
    page.wait_for(&format!("Boolean({plot}._fullData)"));
    let has_webgl: bool = page.eval("Boolean(document.createElement('canvas').getContext('webgl'))");
    let kind: String = page.eval(&format!("{plot}._fullData[0].type"));
    assert_eq!(kind, if has_webgl { "scattergl" } else { "scatter" });
    let drawn: usize =
        page.eval(&format!("{plot}.querySelectorAll('{}').length", if has_webgl { "canvas" } else { ".point" }));
    assert!(drawn > 0, "{kind} draws");
    page.assert_clean();
}

#[test]
fn frames_follow_each_other_at_the_authors_pace() {
    let visit = shown("chart-animation");
    let page = &visit.page;
    let last = "document.querySelectorAll('.frames')[1]";
    page.run(&format!(
        "(globalThis.turns = [], new MutationObserver(() => turns.push(performance.now())).observe({last}.querySelector('output'), {{ childList: true, subtree: true, characterData: true }}), {last}.querySelector('button').click())"
    ));
    page.wait_for("turns.length >= 3");
    let turns: Vec<f64> = page.eval("(turns)");
    let between = (turns[2] - turns[0]) / 2.0;
    let usual = Duration::from_millis(900).as_secs_f64() * 1000.0;
    assert!(between >= 300.0 && between < usual, "a frame stands for {between} ms, not 400");
    page.assert_clean();
}

#[test]
fn plotlys_buttons_are_there_where_they_are_wanted() {
    let visit = shown("chart-choropleth");
    let page = &visit.page;
    page.wait_for("document.querySelectorAll('.modebar-btn').length > 2");
    let with_buttons: usize = page.eval("document.querySelectorAll('.chart:has(.modebar-btn)').length");
    assert_eq!(with_buttons, 1, "the other chart has none");
    let ground: String = page.eval("getComputedStyle(document.querySelector('.modebar-btn svg')).backgroundColor");
    assert_eq!(ground, "rgba(0, 0, 0, 0)", "a button is a drawing, not a square");
    let names: Vec<String> =
        page.eval("[...document.querySelectorAll('.modebar-btn')].map((button) => button.ariaLabel)");
    assert!(!names.iter().any(|name| name.contains("elect")), "selecting is dashgen's: {names:?}");
    page.assert_clean();
}

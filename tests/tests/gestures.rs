//! What can a hand choose? Boxes over two axes, legends and hovering by mouse and keys, and a phone worked by a finger; after
//! each step all views must show what the native engine answers for the page's state.

use crate::engine::Native;
use crate::visit::Visit;
use dashgen_tests::browser::{PageUnderTest, Point};
use dashgen_tests::{built, example, golden};
use serde_json::{Value as Json, json};
use std::path::Path;

fn visited(site: &Path) -> Visit {
    Visit::to(&built(site), (1440, 1600))
}

/// Waits until the page rests, then holds every view against the native engine; gives the selections.
#[track_caller]
fn settled(visit: &Visit) -> Json {
    Native::of(&visit.folder).agrees(visit, "a gesture");
    visit.state()["selections"].clone()
}

fn screenshot(page: &PageUnderTest, name: &str) {
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        page.screenshot(&Path::new(&folder).join(format!("{name}.png")));
    }
}

fn count(page: &PageUnderTest, selector: &str) -> usize {
    page.eval(&format!("document.querySelectorAll({selector:?}).length"))
}

/// JSON in which a number is the same with and without `.0`.
fn canonical(value: &Json) -> Json {
    match value {
        Json::Number(number) => json!(number.as_f64()),
        Json::Array(items) => items.iter().map(canonical).collect(),
        Json::Object(map) => map.iter().map(|(name, value)| (name.clone(), canonical(value))).collect(),
        other => other.clone(),
    }
}

const SELECT: &str = "chart-select";
const SCATTER: &str = "[data-view='scatter-length'] .plot .nsewdrag";
const HEAT: &str = "[data-view='heat'] .plot .nsewdrag";

#[test]
fn a_box_is_drawn_moved_pulled_typed_and_shared() {
    let visit = visited(&golden(SELECT));
    let page = &visit.page;
    visit.open("");
    let box_of = |view: &str| -> Vec<f64> {
        let ends = settled(&visit)[view]["box"].as_array().expect("a box is selected").clone();
        ends.iter().flat_map(|range| range.as_array().unwrap().iter().map(|end| end.as_f64().unwrap())).collect()
    };
    page.mouse_drag(page.point(SCATTER, 0.2, 0.7), page.point(SCATTER, 0.6, 0.2), 10);
    let drawn = box_of("scatter-length");
    assert!(drawn[0] < drawn[1] && drawn[2] < drawn[3], "{drawn:?}");
    screenshot(page, "box");
    let selected: Vec<usize> =
        page.eval("dashgen.shown('scatter-length').traces.map((trace) => trace.selectedpoints.length)");
    let points: usize = page.eval("dashgen.shown('scatter-length').traces.flatMap((trace) => trace.x).length");
    let count = selected.iter().sum::<usize>();
    assert!(count > 0 && count < points, "{selected:?} of {points} points are selected");
    assert!(page.text("main p").starts_with(&format!("{count} birds")), "the page counts the points in the box");
    assert!(page.text(".chip").contains('×'), "the chip names both axes: {}", page.text(".chip"));

    page.mouse_drag(page.point(SCATTER, 0.4, 0.45), page.point(SCATTER, 0.5, 0.55), 8);
    let moved = box_of("scatter-length");
    let near = |a: f64, b: f64| (a - b).abs() < 0.02 * (a.abs() + b.abs());
    assert!(moved[0] > drawn[0] && moved[2] < drawn[2], "inside of it a drag moves it: {drawn:?} to {moved:?}");
    assert!(near(moved[1] - moved[0], drawn[1] - drawn[0]) && near(moved[3] - moved[2], drawn[3] - drawn[2]));
    let handle = |part: &str| format!("[data-view='scatter-length'] .handle[data-part='{part}']");
    let (x, y) = page.center(&handle("y1"));
    page.mouse_drag((x, y), (x, y - 40.0), 8);
    let pulled = box_of("scatter-length");
    assert!(pulled[3] > moved[3] && pulled[..3] == moved[..3], "its upper end alone moves: {moved:?} to {pulled:?}");
    let ((x, _), (_, y)): (Point, Point) = (page.center(&handle("x0")), page.center(&handle("y0")));
    page.mouse_drag((x, y), (x - 30.0, y + 30.0), 8);
    let wider = box_of("scatter-length");
    assert!(wider[0] < pulled[0] && wider[2] < pulled[2] && wider[1] == pulled[1], "a corner moves both ends");

    page.run(&format!("document.querySelector(\"{}\").focus()", handle("y1")));
    page.key("ArrowDown");
    assert!(box_of("scatter-length")[3] < wider[3], "arrow keys move an end");
    page.click("[data-view='scatter-length'] [data-tool='bounds']");
    page.fill("[data-view='scatter-length'] .panel input[aria-label='Weight, To']", "1000");
    page.key("Escape");
    assert_eq!(box_of("scatter-length")[3], 1000.0);

    page.mouse_drag(page.point(HEAT, 0.1, 0.9), page.point(HEAT, 0.7, 0.4), 8);
    assert_eq!(settled(&visit).as_object().unwrap().len(), 2, "cells are chosen by a box, too, and both hold");
    let (before, words) = (settled(&visit), page.text("main p"));
    let address = page.url();
    page.goto(&address);
    page.run("dashgen.ready");
    assert_eq!(canonical(&settled(&visit)), canonical(&before), "{address}");
    assert_eq!(page.text("main p"), words);

    page.click(".chip");
    page.click(".chip");
    assert_eq!(settled(&visit), json!({}), "chips take the boxes away");
    page.assert_clean();
}

#[test]
fn a_legend_filters_where_its_author_wants() {
    let visit = visited(&golden(SELECT));
    let page = &visit.page;
    visit.open("");
    let entry =
        |view: &str, place: usize| format!("[data-view='{view}'] .legend .traces:nth-child({place}) .legendtoggle");
    page.click(&entry("months", 1));
    assert_eq!(settled(&visit), json!({ "months.legend": { "in": [["Gull"]] } }));
    assert!(page.text(".chip").contains("Species") && page.text("main p").starts_with("16 birds"));
    screenshot(page, "legend");
    let faded = "[data-view='months'] .scatterlayer .trace";
    let seen: Vec<f64> =
        page.eval(&format!("[...document.querySelectorAll({faded:?})].map((trace) => +trace.style.opacity)"));
    assert_eq!(seen.iter().filter(|opacity| **opacity < 0.5).count(), 2, "the others fade: {seen:?}");

    page.run("document.querySelector(\"[data-view='pie-species'] .legend .traces:nth-child(2)\").focus()");
    page.key("Enter");
    let chosen = settled(&visit);
    assert_eq!(chosen["pie-species"], json!({ "in": [["Heron"]] }), "by a key, and as a click on the slice does");
    assert!(page.text("main p").starts_with("0 birds"), "both hold at once");
    page.key("Escape");
    assert_eq!(settled(&visit), json!({}));
    page.click(&entry("bar-species", 1));
    assert_eq!(settled(&visit), json!({}), "without `legend: filter` it hides");
    page.assert_clean();
}

#[test]
fn what_is_pointed_at_is_marked_in_other_charts() {
    let visit = visited(&golden(SELECT));
    let page = &visit.page;
    visit.open("");
    page.mouse_move(page.center("[data-view='pie-species'] .slice:nth-child(1) path"));
    page.wait_for("document.querySelector('.unlinked')");
    screenshot(page, "linked");
    assert_eq!(count(page, "[data-view='months'] .trace.unlinked"), 2, "two of three lines fade");
    assert_eq!(count(page, "[data-view='bar-species'] .point.unlinked"), 4, "and the bars of two of three species");
    assert_eq!(count(page, "[data-view='pie-species'] .unlinked"), 0, "in the chart itself plotly marks it");
    page.mouse_move((2.0, 2.0));
    page.wait_for("!document.querySelector('.unlinked')");
    assert_eq!(settled(&visit), json!({}), "nothing is filtered");
    page.assert_clean();
}

#[test]
fn a_finger_works_meridian_on_a_phone() {
    let visit = visited(&example("meridian-sales"));
    let page = &visit.page;
    page.phone(390, 844);
    visit.open("");
    let line = "[data-view='line-date'] .plot .nsewdrag";
    let (x, y) = page.center(line);
    let top = || page.eval::<f64>("scrollY");
    let before = top();
    page.touch_drag((x, y), (x, y - 240.0), 12);
    page.wait_for(&format!("scrollY > {before} + 100"));
    page.wait_for("(async () => { const at = scrollY; await new Promise((done) => setTimeout(done, 200)); return at === scrollY; })()");
    assert_eq!(settled(&visit), json!({}), "a finger that goes up over a chart scrolls and selects nothing");

    page.touch_drag(page.point(line, 0.3, 0.5), page.point(line, 0.7, 0.5), 12);
    let brushed = settled(&visit)["line-date"]["between"].clone();
    assert!(brushed.is_array(), "a finger that goes sideways selects a range");
    screenshot(page, "phone-brush");
    let (x, y) = page.center("[data-view='line-date'] .handle[data-part='x1']");
    page.touch_drag((x, y), (x - 60.0, y), 8);
    let pulled = settled(&visit)["line-date"]["between"].clone();
    assert!(pulled[0] == brushed[0] && pulled[1] != brushed[1], "and pulls its end: {brushed} to {pulled}");

    page.tap("[data-view='bar-region'] .plot .bars .point path");
    let region = settled(&visit)["bar-region"]["in"][0][0].clone();
    assert!(region.is_string(), "a tap on a bar selects it");
    page.tap("#reset");
    assert_eq!(settled(&visit), json!({}));

    page.tap("[data-view='product'] .field");
    page.wait_for("document.querySelector('[data-view=\"product\"] [popover]:popover-open')");
    screenshot(page, "phone-options");
    page.tap("[data-view='product'] .choices [role=option]:nth-child(2)");
    assert_eq!(settled(&visit)["product"]["in"].as_array().unwrap().len(), 1, "a tap on an option chooses it");
    page.assert_clean();
}

#[test]
fn a_finger_draws_a_box_and_chooses_in_a_legend() {
    let visit = visited(&golden(SELECT));
    let page = &visit.page;
    page.phone(390, 844);
    visit.open("");
    page.touch_drag(page.point(SCATTER, 0.1, 0.8), page.point(SCATTER, 0.8, 0.3), 14);
    assert!(settled(&visit)["scatter-length"]["box"].is_array(), "a finger that sets off sideways draws a box");
    screenshot(page, "phone-box");
    page.tap("#reset");
    page.center("[data-view='months'] .plot");
    settled(&visit);
    page.tap("[data-view='months'] .legend .traces:nth-child(2) .legendtoggle");
    assert_eq!(settled(&visit)["months.legend"], json!({ "in": [["Heron"]] }));
    page.assert_clean();
}

#[test]
fn the_dark_mode_button_repaints_the_page() {
    let visit = visited(&golden(SELECT));
    let page = &visit.page;
    page.color_scheme("light");
    visit.open("");
    let ground = || page.eval::<String>("getComputedStyle(document.documentElement).backgroundColor");
    let ink = || page.eval::<String>("getComputedStyle(document.querySelector('.xtick text')).fill");
    let (light, light_ink) = (ground(), ink());
    let theme = || page.eval::<Option<String>>("document.documentElement.dataset.theme ?? null");
    while theme().as_deref() != Some("dark") {
        page.click("#theme-switch");
    }
    settled(&visit);
    page.wait_for("document.getAnimations().length === 0");
    assert_ne!(ground(), light, "the page is dark");
    assert_ne!(ink(), light_ink, "and its charts with it");
    screenshot(page, "dark");
    page.reload();
    page.run("dashgen.ready");
    assert_eq!(theme().as_deref(), Some("dark"), "the choice is kept");
    page.assert_clean();
}

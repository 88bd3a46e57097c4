//! Do maps that zoom work without tiles: outlines from the site alone, a first view that shows all, a view that is the
//! reader's to move and that filters leave alone?

use crate::visit::Visit;
use dashgen_tests::browser::Point;
use dashgen_tests::{build, built, golden};
use serde_json::json;
use std::fs;

/// The golden site of maps in a browser, all of them drawn.
fn shown() -> Visit {
    let visit = Visit::to(&built(&golden("chart-map")), (1280, 3000));
    visit.open("");
    drawn(&visit);
    visit
}

/// Waits until every map shows what it has, outlines too.
fn drawn(visit: &Visit) {
    visit.rest();
    visit.page.wait_for(
        "[...document.querySelectorAll('dashgen-chart .plot')].every(({ _fullLayout }) => {
            const subplot = _fullLayout?.map._subplot;
            return subplot?.map?.loaded() && (_fullLayout.map.style === 'white-bg' || subplot.outlined);
        })",
    );
}

/// The map of the chart at that place on the page.
fn map(chart: usize) -> String {
    format!("document.querySelectorAll('dashgen-chart .plot')[{chart}]._fullLayout.map._subplot.map")
}

/// Its view: longitude and latitude of the middle, and how close it is.
fn view(visit: &Visit, chart: usize) -> [f64; 3] {
    let map = map(chart);
    visit.page.eval(&format!("[{map}.getCenter().lng, {map}.getCenter().lat, {map}.getZoom()]"))
}

/// Where on the page a place of a map is.
fn point(visit: &Visit, chart: usize, (longitude, latitude): (f64, f64)) -> Point {
    let map = map(chart);
    visit.page.eval(&format!(
        "(() => {{
            const box = {map}.getCanvas().getBoundingClientRect();
            const at = {map}.project([{longitude}, {latitude}]);
            return [box.x + at.x, box.y + at.y];
        }})()"
    ))
}

const HAMBURG: (f64, f64) = (9.98, 53.54);
const ANTWERP: (f64, f64) = (4.35, 51.27);

#[test]
fn a_map_is_drawn_without_tiles() {
    let visit = shown();
    let page = &visit.page;
    for chart in [0, 2, 3, 4] {
        let map = map(chart);
        let areas: usize = page.eval(&format!("{map}.querySourceFeatures('land').length"));
        assert!(areas > 0, "map {chart} has land");
    }
    let sources: Vec<String> = page.eval(&format!("Object.keys({}.getStyle().sources)", map(1)));
    assert!(!sources.contains(&"land".to_owned()), "a blank map has none: {sources:?}");
    // All that the data has is in the first view, on all frames.
    for (chart, place) in [(0, HAMBURG), (0, ANTWERP), (3, HAMBURG), (3, ANTWERP)] {
        let seen: bool = page.eval(&format!("{}.getBounds().contains([{}, {}])", map(chart), place.0, place.1));
        assert!(seen, "map {chart} shows {place:?}");
    }
    assert_eq!(view(&visit, 1)[2].round(), 5.0, "the author's zoom");
    let [longitude, latitude, _] = view(&visit, 2);
    assert!((longitude - 7.0).abs() < 0.01 && (latitude - 52.5).abs() < 0.01, "the author's centre");
    // The text of a point is drawn by the browser's own fonts.
    let labels: usize = page.eval(&format!(
        "{map}.queryRenderedFeatures({{ layers: {map}.getStyle().layers.filter(({{ type }}) => type === 'symbol').map(({{ id }}) => id) }}).length",
        map = map(0)
    ));
    assert!(labels >= 3, "{labels} places are named");
    page.assert_clean();
}

/// What a map's canvas has at a place: red, green, blue and how opaque, of 255.
fn pixel(visit: &Visit, chart: usize, (longitude, latitude): (f64, f64)) -> [u8; 4] {
    let map = map(chart);
    visit.page.eval(&format!(
        "(() => {{
            const canvas = {map}.getCanvas();
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
            copy.drawImage(canvas, 0, 0);
            const at = {map}.project([{longitude}, {latitude}]);
            return [...copy.getImageData(at.x, at.y, 1, 1).data];
        }})()"
    ))
}

const ROTTERDAM: (f64, f64) = (4.14, 51.95);

#[test]
fn the_warmest_place_has_the_last_color_at_every_zoom() {
    let visit = shown();
    for zoom in [view(&visit, 3)[2], 3.0, 9.5] {
        visit.page.run(&format!("void {}.jumpTo({{ center: [4.14, 51.95], zoom: {zoom} }})", map(3)));
        drawn(&visit);
        let [red, green, blue, _] = pixel(&visit, 3, ROTTERDAM);
        // Viridis ends in yellow, here over what is under the heat.
        assert!(red > 190 && green > 190 && blue < 150, "at {zoom} it is {red}, {green}, {blue}");
    }
    visit.page.assert_clean();
}

/// Each of very many places is too weak to be seen alone.
#[test]
fn very_many_places_are_warm_together() {
    let site = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::with_seed(9);
    let mut degrees = |middle: f64| middle + (0..6).map(|_| rng.f64() - 0.5).sum::<f64>();
    let rows = (0..20_000).map(|_| format!("{:.4},{:.4}\n", degrees(50.0), degrees(10.0)));
    let page =
        "---\ntitle: Heat\n---\n\n```chart density_map\nlat: north\nlon: east\ncolor_continuous_scale: Viridis\n```\n";
    fs::create_dir_all(site.path().join("content")).unwrap();
    fs::create_dir_all(site.path().join("sources")).unwrap();
    fs::write(site.path().join("content/index.md"), page).unwrap();
    fs::write(site.path().join("sources/places.csv"), format!("north,east\n{}", rows.collect::<String>())).unwrap();
    let out = tempfile::tempdir().unwrap();
    build(site.path(), &out.path().join("site"));
    let visit = Visit::to(&out.path().join("site"), (900, 800));
    visit.open("");
    drawn(&visit);
    let [red, green, blue, _] = pixel(&visit, 0, (10.0, 50.0));
    assert!(red > 190 && green > 190 && blue < 150, "the middle is {red}, {green}, {blue}");
    visit.page.assert_clean();
}

#[test]
fn a_map_is_on_paper() {
    let visit = shown();
    let page = &visit.page;
    page.color_scheme("dark");
    drawn(&visit);
    // A browser that prints waits for what is under way, and for no frame.
    page.run(
        "new Promise((printed) => {
            dispatchEvent(new Event('beforeprint'));
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = printed;
            port2.postMessage(null);
        })",
    );
    for chart in [0, 2, 3] {
        let [red, green, blue, alpha] = pixel(&visit, chart, (5.7, 51.2));
        assert!(alpha == 255 && red.min(green).min(blue) > 150, "land on paper is {red}, {green}, {blue}, {alpha}");
    }
    page.assert_clean();
}

#[test]
fn a_map_moves_as_the_reader_has_it() {
    let visit = shown();
    let page = &visit.page;
    let first = view(&visit, 0);
    let moved = |from: [f64; 3]| page.wait_for(&format!("Math.abs({}.getZoom() - {}) > 0.2", map(0), from[2]));

    page.click("dashgen-chart .maplibregl-ctrl-zoom-in");
    moved(first);
    assert!(view(&visit, 0)[2] > first[2], "its button comes closer");

    // The wheel is the page's, which scrolls; with Ctrl it is the map's.
    let middle = page.center("dashgen-chart .maplibregl-canvas");
    let rest = format!("!{}.isMoving()", map(0));
    page.wait_for(&rest);
    let close = view(&visit, 0);
    page.wheel_at(middle, 240.0, false);
    page.wait_for("document.querySelector('.maplibregl-cooperative-gesture-screen').matches('.maplibregl-show')");
    assert_eq!(view(&visit, 0), close);
    let middle = page.center("dashgen-chart .maplibregl-canvas");
    page.wheel_at(middle, 240.0, true);
    moved(close);
    page.wait_for(&rest);

    let before = view(&visit, 0);
    page.mouse_drag(middle, (middle.0 + 120.0, middle.1 + 60.0), 6);
    page.wait_for(&rest);
    let dragged = view(&visit, 0);
    assert!(dragged[0] < before[0] && dragged[1] > before[1], "{before:?} to {dragged:?}");

    // What others filter leaves the view alone, as does the theme, whose colours it takes.
    let water = format!("{}.getPaintProperty('background', 'background-color')", map(0));
    let light: String = page.eval(&water);
    page.color_scheme("dark");
    page.wait_for(&format!("{water} !== {light:?}"));
    drawn(&visit);
    assert_eq!(view(&visit, 0), dragged, "the view in the dark");
    page.click("[data-view='country'] .field");
    page.click("[data-view='country'] .choices [role=option]:nth-child(1)");
    page.wait_for("Object.keys(dashgen.state().selections).length === 1");
    page.key("Escape");
    drawn(&visit);
    assert_eq!(view(&visit, 0), dragged, "the view under a filter");

    page.double_click_at(page.center("dashgen-chart .maplibregl-canvas"));
    page.wait_for(&format!("Math.abs({}.getZoom() - {}) < 0.001", map(0), first[2]));
    page.assert_clean();
}

#[test]
fn what_is_clicked_on_a_map_filters_the_page() {
    let visit = shown();
    let page = &visit.page;
    let before = view(&visit, 0);
    page.center("dashgen-chart .maplibregl-canvas");
    page.click_at(point(&visit, 0, HAMBURG));
    page.wait_for("Object.keys(dashgen.state().selections).length === 1");
    let state = visit.state();
    let chosen = state["selections"].as_object().unwrap().values().next().unwrap()["in"].clone();
    assert_eq!(chosen, json!([["Germany", "Hamburg"]]));
    drawn(&visit);
    assert_eq!(view(&visit, 0), before, "the map stays");
    let heat: Vec<f64> = page.eval("document.querySelectorAll('dashgen-chart .plot')[3]._fullData[0].z");
    assert_eq!(heat, [14300.0], "the other maps show what is left");

    // An area, and Shift with another one.
    let areas = "document.querySelectorAll('dashgen-chart')[4]";
    page.run(&format!("{areas}.scrollIntoView({{ block: 'center' }})"));
    page.click_at(point(&visit, 4, (10.15, 53.55)));
    page.wait_for("Object.keys(dashgen.state().selections).length === 2");
    drawn(&visit);
    let faded: Vec<usize> = page.eval(&format!("{areas}.querySelector('.plot')._fullData[0].selectedpoints"));
    assert_eq!(faded.len(), 1, "one area is marked");
    page.assert_clean();
}

#[test]
fn without_a_graphics_card_a_map_says_so() {
    let visit = Visit::to(&built(&golden("chart-map")), (1280, 3000));
    let page = &visit.page;
    page.at_start("HTMLCanvasElement.prototype.getContext = () => null");
    visit.open("");
    visit.rest();
    let notices: usize = page.eval("[...document.querySelectorAll('dashgen-chart .notice')].filter((notice) => notice.innerText.includes('WebGL')).length");
    assert_eq!(notices, 5);
    page.assert_clean();
}

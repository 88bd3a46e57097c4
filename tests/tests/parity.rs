//! Is the browser the same program? The WASM engine in Chromium and the native one give the same bytes in random states.

use crate::visit::Visit;
use crate::{engine, random, stages};
use dashgen_runtime::plan::{Plan, Selection, State};
use dashgen_tests::bench::meridian;
use dashgen_tests::{LOAD_ENGINE, built, example, root};
use serde_json::Value as Json;
use std::path::Path;

/// Runs the page's own engine over a list of states.
const RUN: &str = r"(async (states) => {
    const { engine } = await loadEngine(document);
    return states.map((state) => {
        const brushed = Object.entries(state.selections ?? {}).filter(([, selection]) => selection.between).at(-1);
        if (brushed) engine.activate(brushed[0], JSON.stringify(state));
        const catalogues = engine.catalogues();
        return `${catalogues} ${engine.update(JSON.stringify(state))} ${JSON.stringify([...engine.points()])}`;
    });
})";

/// The plan that a built page carries, and its slices.
fn page(folder: &Path) -> (Plan, Vec<Vec<Vec<u8>>>) {
    let data = dashgen_tests::page_data(folder);
    let slices = dashgen_tests::slices(folder, &data);
    (serde_json::from_value(read_in_javascript(&data["plan"])).unwrap(), slices)
}

/// JSON as JavaScript reads and writes it again: `0.0` is `0`.
fn read_in_javascript(json: &Json) -> Json {
    match json {
        Json::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => Json::from(float as i64),
            _ => json.clone(),
        },
        Json::Array(items) => items.iter().map(read_in_javascript).collect(),
        Json::Object(map) => {
            Json::Object(map.iter().map(|(key, value)| (key.clone(), read_in_javascript(value))).collect())
        }
        _ => json.clone(),
    }
}

fn states(site: &Path, plan: &Plan) -> Vec<State> {
    let frames = stages::frames(&stages::bound_at(site)[0].tables);
    let mut rng = fastrand::Rng::with_seed(7);
    std::iter::once(plan.state.clone()).chain((0..100).map(|_| random::state(&mut rng, plan, &frames))).collect()
}

fn native_equals_wasm(name: &str) {
    let updates = equal_updates(&example(name));
    assert!(
        updates.iter().any(|update| update.contains("\"points\"")),
        "no move of a brush was answered by points alone"
    );
}

/// What the engine in the browser answers in random states of a site's first page: the same as the native one.
fn equal_updates(source: &Path) -> Vec<String> {
    let site = built(source);
    let (plan, slices) = page(&site);
    let states = states(source, &plan);
    let visit = Visit::to(&site, (1440, 900));
    let page = visit.open("");
    let run = format!("{LOAD_ENGINE}\n{RUN}({})", serde_json::to_string(&states).unwrap());
    let theirs: Vec<String> = page.eval(&run);
    let mut session = engine::session(plan, &slices);
    for (state, theirs) in states.iter().zip(&theirs) {
        let mut brushed = state.selections.iter().filter(|(_, selection)| matches!(selection, Selection::Between(..)));
        if let Some((owner, _)) = brushed.next_back() {
            session.activate(owner, state);
        }
        let catalogues = serde_json::to_string(&session.catalogues()).unwrap();
        let update = serde_json::to_string(&session.update(state)).unwrap();
        let points: Vec<String> = session.points().iter().map(|number| point(*number)).collect();
        let ours = format!("{catalogues} {update} [{}]", points.join(","));
        assert!(ours == *theirs, "in {state:?}\nnative {ours}\nwasm   {theirs}");
    }
    page.assert_clean();
    theirs
}

/// A number as JavaScript writes it.
fn point(number: f64) -> String {
    if number.is_nan() { "null".to_owned() } else { number.to_string() }
}

#[test]
fn meridian_native_equals_wasm() {
    native_equals_wasm("meridian-sales");
}

/// Its engine is another, with sketches; here it makes them of rows.
#[test]
fn approximate_aggregates_of_rows_are_the_same() {
    equal_updates(&root().join("tests/golden/approximate/in"));
}

#[test]
fn approximate_aggregates_of_groups_are_the_same() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(600_000, site.path());
    let page = root().join("tests/fixtures/approximate/index.md");
    std::fs::copy(page, site.path().join("content/index.md")).unwrap();
    equal_updates(site.path());
}

#[test]
fn gapminder_native_equals_wasm() {
    native_equals_wasm("gapminder");
}

#[test]
fn penguins_native_equals_wasm() {
    native_equals_wasm("penguins");
}

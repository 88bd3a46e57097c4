//! Do rows that name their parents add up? Trees under random filters, each node against the rows of polars below it.

use crate::{judge, random, stages};
use dashgen_runtime::answer::Shown;
use dashgen_runtime::plan::{Shows, State, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STATES: usize = 20;
const UNITS: usize = 60;

/// Units of an organisation, each a part of one before it, but for two.
fn rows() -> (String, Vec<Option<usize>>) {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut csv = "unit,part_of,kind,people\n".to_owned();
    let mut above = Vec::new();
    for unit in 0..UNITS {
        let parent = (unit > 1).then(|| rng.usize(..unit));
        let name = parent.map_or_else(String::new, |parent| format!("u{parent}"));
        let _ = writeln!(csv, "u{unit},{name},{},{}", ["A", "B", "C"][rng.usize(..3)], rng.u32(1..90));
        above.push(parent);
    }
    (csv, above)
}

fn place(unit: &str) -> usize {
    unit[1..].parse().unwrap()
}

/// What a chart draws: by unit its value, and whether it can be selected.
fn drawn(trace: &Json) -> BTreeMap<usize, (f64, bool)> {
    let list = |name: &str| trace[name].as_array().unwrap();
    let nodes = list("labels").iter().zip(list("values")).zip(list("customdata"));
    let node = |((label, value), carried): ((&Json, &Json), &Json)| {
        (place(label.as_str().unwrap()), (value.as_f64().unwrap(), carried != &Json::Array(Vec::new())))
    };
    nodes.map(node).collect()
}

#[test]
fn each_node_has_what_is_below_it() {
    let (csv, above) = rows();
    let chart = |kind: &str| format!("```chart {kind}\nnames: unit\nparents: part_of\nvalues: sum(people)\n```\n\n");
    let inputs = "```input multiselect\ncolumn: kind\n```\n\n```input range-slider\ncolumn: people\n```\n\n";
    let text = format!("{inputs}{}{}", chart("treemap"), chart("sunburst"));
    let page = stages::page_of(&[("content/index.md", &text), ("sources/units.csv", &csv)]);
    let (plan, mut session, frames) = (&page.plan, page.session(), &page.frames);
    let mut rng = fastrand::Rng::with_seed(9);
    let mut compared = 0;
    for turn in 0..STATES {
        let state = if turn == 0 { State::default() } else { random::state(&mut rng, plan, frames) };
        let update = session.update(&state);
        for view in plan.views.iter().filter(|view| matches!(view.shows, Shows::Chart(_))) {
            let Some(Shown::Traces(traces)) = update.get(&view.id) else { continue };
            let mut theirs: BTreeMap<usize, (f64, bool)> = BTreeMap::new();
            for row in judge::answer(plan, view, &state, frames) {
                let [Value::Text(unit), _, Value::Number(people)] = &row[..] else { panic!("{row:?}") };
                let mut at = Some(place(unit));
                while let Some(unit) = at {
                    theirs.entry(unit).or_default().0 += people;
                    at = above[unit];
                }
                theirs.get_mut(&place(unit)).unwrap().1 = true;
            }
            assert_eq!(drawn(&traces[0]), theirs, "{} in {state:?}", view.id);
            compared += theirs.len();
        }
    }
    assert!(compared > 10 * STATES, "{compared} nodes are compared");
}

//! Does a brush that moves show what the same range shows when it is chosen at once? The one is subtractions and points that
//! the page knows, the other a whole answer.

use crate::{random, stages};
use dashgen_runtime::answer::{Shown, Update};
use dashgen_runtime::plan::{Select, Selection, State, Value};
use dashgen_runtime::session::Session;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The arrays of a trace that go with its points, as in `runtime-wasm/web/redraw.js`.
const POINTS: [&str; 8] = ["x", "y", "text", "customdata", "ids", "labels", "parents", "values"];

/// What a page shows, and the points that it knows, by view.
#[derive(Default)]
struct Page {
    shown: BTreeMap<String, Json>,
    catalogues: BTreeMap<String, Vec<Json>>,
    /// How many charts came as points, and how many answers as numbers alone.
    picked: usize,
    glided: usize,
    /// How many of these began a brush.
    begun: usize,
    /// How many moves nobody made, and to how many views a choice that nobody made went.
    rehearsed: usize,
    tried: usize,
}

impl Page {
    /// Takes an answer as the page's script does.
    fn take(&mut self, session: &mut Session, update: Update) {
        for (id, shown) in update {
            let whole = match shown {
                Shown::Points { axis, at, lengths, picked, selected } => {
                    self.picked += 1;
                    let mut rest = &session.points()[at..];
                    let mut parts = |sizes: &[usize]| {
                        let mut next = |size: &usize| {
                            let (part, others) = rest.split_at(*size);
                            rest = others;
                            part.to_vec()
                        };
                        sizes.iter().map(&mut next).collect::<Vec<_>>()
                    };
                    let values = parts(&lengths);
                    let picks = picked.then(|| parts(&lengths));
                    let marks = selected.map(|selected| parts(&selected));
                    let trace = |(place, trace): (usize, &Json)| {
                        let mut trace = trace.clone();
                        if let Some(picks) = &picks {
                            for name in POINTS {
                                let Some(all) = trace.get(name).and_then(Json::as_array) else { continue };
                                let some = picks[place].iter().map(|&at| all[at as usize].clone()).collect();
                                trace[name] = some;
                            }
                        }
                        if let Some(marks) = &marks {
                            trace["selectedpoints"] = json!(marks[place]);
                        }
                        trace[axis] = json!(values[place]);
                        trace
                    };
                    Json::Array(self.catalogues[&id].iter().enumerate().map(trace).collect())
                }
                Shown::Selected { at, lengths } => {
                    let mut rest = &session.points()[at..];
                    let mut traces = self.shown[&id].as_array().unwrap().clone();
                    for (trace, size) in traces.iter_mut().zip(lengths) {
                        let (part, others) = rest.split_at(size);
                        rest = others;
                        trace["selectedpoints"] = json!(part);
                    }
                    Json::Array(traces)
                }
                Shown::Traces(traces) => Json::Array(traces),
                other => serde_json::to_value(other).unwrap(),
            };
            self.shown.insert(id, whole);
        }
        self.catalogues.extend(session.catalogues());
    }

    fn update(&mut self, session: &mut Session, state: &State) {
        let update = session.update(state);
        self.take(session, update);
    }
}

/// What [`Session::glide`] says, as an update; the points stay where they are.
fn glided(session: &Session) -> Update {
    let numbers = session.points();
    let mut place = numbers[numbers.len() - 1] as usize;
    let mut at = place;
    let mut texts = session.texts().iter();
    let mut next = || {
        at += 1;
        numbers[at - 1] as usize
    };
    let mut update = session.others().clone();
    let end = numbers.len() - 3;
    while place < end {
        let (view, shows) = (next(), next());
        let shown = match shows {
            0 => {
                let (axis, start, picked, count) = (next(), next(), next(), next());
                let lengths: Vec<usize> = (0..count).map(|_| next()).collect();
                let selected = (next() == 1).then(|| (0..count).map(|_| next()).collect::<Vec<_>>());
                place += 7 + count * if selected.is_some() { 2 } else { 1 };
                Shown::Points { axis: ["x", "y"][axis], at: start, lengths, picked: picked == 1, selected }
            }
            1 => {
                let (start, count) = (next(), next());
                place += 4 + count;
                Shown::Selected { at: start, lengths: (0..count).map(|_| next()).collect() }
            }
            _ => {
                let number = numbers[place + 2];
                next();
                place += 3;
                let value = if number.is_nan() { Value::Null } else { Value::Number(number) };
                Shown::Value { text: texts.next().unwrap().clone(), value, delta: None, sparkline: Vec::new() }
            }
        };
        update.insert(session.plan().views[view].id.clone(), shown);
    }
    update
}

/// Rounding may differ, and what is marked is a list of floats in the one, of integers in the other.
fn agree(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            let [a, b] = [a, b].map(|number| number.as_f64().unwrap());
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-6)
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| agree(a, b)))
        }
        _ => a == b,
    }
}

/// Prepares and moves brushes that nobody sees, as the worker does; how many moves there were.
fn rehearse(session: &mut Session, state: &State) -> usize {
    let mut moves = 0;
    while session.prepare(state) {
        for (low, high) in session.rehearse(state) {
            assert!(session.glide(low.clone(), high.clone()).is_some(), "no move to {low:?} and {high:?}");
            moves += 1;
        }
        session.forget();
    }
    moves
}

/// Moves each brush of a page by random steps, from random selections elsewhere.
fn moves(of: &stages::Page, seed: u64) -> [usize; 5] {
    let (plan, frames) = (&of.plan, &of.frames);
    let mut rng = fastrand::Rng::with_seed(seed);
    let is_brushed = |select: &Option<Select>| matches!(select, Some(Select::Interval(_)));
    let owners: Vec<&String> = plan.views.iter().filter(|view| is_brushed(&view.select)).map(|view| &view.id).collect();
    let (mut moving, mut still) = (of.session(), of.session());
    let (mut page, mut whole) = (Page::default(), Page::default());
    page.update(&mut moving, &State::default());
    page.rehearsed = rehearse(&mut moving, &State::default());
    for _ in 0..20 {
        for owner in &owners {
            let mut state = random::state(&mut rng, plan, frames);
            state.selections.remove(*owner);
            page.update(&mut moving, &state);
            let mut told = state.clone();
            // A choice that is tried out while nobody brushes is forgotten.
            moving.activate("", &state);
            page.tried += moving.try_choice(&state).len();
            moving.activate(owner, &state);
            page.catalogues.extend(moving.catalogues());
            for _ in 0..6 {
                // What is prepared meanwhile changes nothing.
                moving.prepare(&state);
                // A selection elsewhere may come in the middle of it.
                let goes_on = rng.u8(..8) > 0;
                if !goes_on {
                    state = random::state(&mut rng, plan, frames);
                }
                // Which views have a selection is random, too.
                let mut ranges =
                    std::iter::repeat_with(|| random::state(&mut rng, plan, frames).selections.remove(*owner));
                let range = ranges.find_map(|range| range.filter(|range| matches!(range, Selection::Between(..))));
                let Some(range) = range else { continue };
                let Selection::Between(low, high) = range.clone() else { unreachable!() };
                let others = |state: &State| {
                    let mut state = state.clone();
                    state.selections.remove(*owner);
                    state
                };
                let is_first = !told.selections.contains_key(*owner);
                state.selections.insert((*owner).clone(), range);
                if others(&told) == others(&state) && rng.bool() && moving.glide(low, high).is_some() {
                    page.begun += usize::from(is_first);
                    let update = glided(&moving);
                    page.take(&mut moving, update);
                    page.glided += 1;
                } else {
                    page.update(&mut moving, &state);
                }
                told = state.clone();
                whole.update(&mut still, &state);
                for (id, expected) in &whole.shown {
                    let found = &page.shown[id];
                    assert!(agree(found, expected), "{id} in {state:?}\nmoved {found}\nwhole {expected}");
                }
            }
        }
    }
    [page.picked, page.glided, page.begun, page.rehearsed, page.tried]
}

/// How many charts came as points, how many answers as numbers alone, how many of these began a brush, how many moves were
/// rehearsed, and to how many views a choice that was tried out went.
fn example(name: &str, seed: u64) -> [usize; 5] {
    let mut counts = [0; 5];
    for page in stages::published(stages::bound(name)) {
        let found = moves(&page, seed);
        counts.iter_mut().zip(found).for_each(|(count, found)| *count += found);
    }
    counts
}

#[test]
fn meridian_moves_as_it_stands() {
    let [picked, glided, begun, rehearsed, tried] = example("meridian-sales", 1);
    assert!(picked > 200, "{picked} charts came as points");
    assert!(glided > 30, "{glided} moves were numbers alone");
    assert!(begun > 5, "{begun} of them began a brush");
    assert!(rehearsed > 200, "{rehearsed} moves were rehearsed");
    assert!(tried > 100, "{tried} views answered a choice that was tried out");
}

/// Where the points of a chart stand is known after a choice was tried out, so a brush that begins then only marks them.
#[test]
fn a_choice_that_is_tried_out_leaves_brushes_prepared() {
    let mut session = stages::published(stages::bound("meridian-sales"))[0].session();
    let state = State::default();
    session.update(&state);
    rehearse(&mut session, &state);
    assert!(!session.try_choice(&state).is_empty());
    session.activate("line-date", &state);
    session.catalogues();
    let [low, high] = ["2024-03-01", "2024-03-31"].map(|day| Value::Text(day.to_owned()));
    assert!(session.glide(low, high).is_some());
    assert!(!session.others().contains_key("line-date"), "its points are marked, it is not asked again");
}

#[test]
fn gapminder_moves_as_it_stands() {
    example("gapminder", 2);
}

#[test]
fn penguins_move_as_they_stand() {
    example("penguins", 3);
}

//! Is the engine right? Random states of the examples and random questions to random tables; polars judges.
#![allow(clippy::unwrap_used)]

mod judge;
mod random;

use dashgen::diagnostics::Diagnostics;
use dashgen::progress::Progress;
use dashgen::slice::{Slice, slice};
use dashgen_runtime::answer::Answer;
use dashgen_runtime::plan::{Plan, State, Value, View};
use dashgen_runtime::session::Session;
use polars::prelude::{DataFrame, IntoLazy};

/// The rows of an answer, keys first.
fn rows(answer: &Answer) -> Vec<Vec<Value>> {
    (0..answer.rows)
        .map(|row| answer.keys.iter().chain(&answer.measures).map(|column| column[row].clone()).collect())
        .collect()
}

/// Compares what the engine and polars answer for every view in a state.
fn compare(session: &Session, plan: &Plan, frames: &[DataFrame], state: &State) {
    for (index, view) in plan.views.iter().enumerate() {
        let ours = rows(&session.answer(index, state).unwrap());
        let theirs = judge::answer(plan, view, state, frames);
        assert_eq!(ours.len(), theirs.len(), "rows of {} in {state:?}", view.id);
        for (row, (our, their)) in ours.iter().zip(&theirs).enumerate() {
            let agrees = our.len() == their.len() && our.iter().zip(their).all(|(a, b)| judge::agree(a, b));
            assert!(
                agrees,
                "row {row} of {} in {state:?}\nours   {our:?}\npolars {their:?}\n{}\nall ours   {ours:?}\nall polars {theirs:?}",
                view.id,
                question(view)
            );
        }
    }
}

fn question(view: &View) -> String {
    serde_json::to_string(&view.question).unwrap()
}

/// The plan of an example's first page, its slices, and the same rows as polars frames.
fn example(name: &str) -> (Plan, Vec<Slice>, Vec<DataFrame>) {
    let mut diagnostics = Diagnostics::default();
    let site = dashgen::site::read(&dashgen_tests::root().join("examples").join(name), &mut diagnostics);
    let pages = dashgen::page::parse_all(&site, &mut diagnostics);
    let bound = dashgen::bind::bind(&site, pages, &mut diagnostics);
    let mut slices = dashgen::slice::slices(&bound, &Progress::terminal(), &mut diagnostics).unwrap();
    let mut figures = dashgen::prerender::figures(&bound, &slices, &Progress::terminal(), &mut diagnostics).unwrap();
    let frames = bound[0].tables.iter().map(|table| table.frame.clone().collect().unwrap()).collect();
    (figures.remove(0).plan, slices.remove(0), frames)
}

fn session(plan: &Plan, slices: &[Slice]) -> Session {
    let mut session = Session::new(plan.clone());
    for (index, slice) in slices.iter().enumerate() {
        session.load(index, &slice.bytes).unwrap();
    }
    session
}

fn two_hundred_states(name: &str, seed: u64) {
    let (plan, slices, frames) = example(name);
    let session = session(&plan, &slices);
    let mut rng = fastrand::Rng::with_seed(seed);
    compare(&session, &plan, &frames, &plan.state);
    for _ in 0..200 {
        compare(&session, &plan, &frames, &random::state(&mut rng, &plan, &frames));
    }
}

#[test]
fn meridian_equals_polars_in_200_states() {
    two_hundred_states("meridian-sales", 1);
}

#[test]
fn gapminder_equals_polars_in_200_states() {
    two_hundred_states("gapminder", 2);
}

#[test]
fn random_questions_to_random_tables_equal_polars() {
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (table, wanted) = random::table(&mut rng);
        let plan = random::plan(&mut rng, &wanted);
        let slices = [slice(&table, &wanted).unwrap()];
        let session = session(&plan, &slices);
        let frames = [table.frame.clone().collect().unwrap()];
        for _ in 0..10 {
            compare(&session, &plan, &frames, &random::state(&mut rng, &plan, &frames));
        }
    }
}

#[test]
fn a_decision_of_the_judge_is_no_tautology() {
    let (plan, slices, mut frames) = example("meridian-sales");
    let session = session(&plan, &slices);
    let revenue = plan.views.iter().position(|view| view.id == "metric-revenue").unwrap();
    let ours = rows(&session.answer(revenue, &plan.state).unwrap());
    frames[0] = frames[0].clone().lazy().slice(1, 1_000_000).collect().unwrap();
    let without_first_row = judge::answer(&plan, &plan.views[revenue], &plan.state, &frames);
    assert!(!judge::agree(&ours[0][0], &without_first_row[0][0]), "one row of 100,000 makes a difference");
}

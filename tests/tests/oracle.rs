//! Is the engine right? Random states of the examples and random questions to random tables; polars judges.

use crate::{engine, judge, random, stages};
use dashgen::slice::{Candidates, File, candidates};
use dashgen::tables::Table;
use dashgen_runtime::answer::Answer;
use dashgen_runtime::plan::{Aggregate, Measure, Part, Plan, Selection, State, Value, View};
use dashgen_runtime::session::Session;
use polars::prelude::{DataFrame, IntoLazy, ParquetReader, SerReader};
use std::collections::BTreeMap;

/// The rows of an answer, keys first.
fn rows(answer: &Answer) -> Vec<Vec<Value>> {
    (0..answer.rows)
        .map(|row| answer.keys.iter().chain(&answer.measures).map(|column| column[row].clone()).collect())
        .collect()
}

/// Which kinds of slice have answered, and how often.
type Answered = BTreeMap<&'static str, usize>;

/// A page whose tables are there in every representation at once.
struct Page {
    plan: Plan,
    session: Session,
    frames: Vec<DataFrame>,
    kinds: Vec<Vec<&'static str>>,
}

/// Compares what the engine answers from each representation that can, and what polars answers, for every view in a state.
fn compare(page: &mut Page, state: &State, answered: &mut Answered) {
    let mut ranges = state.selections.iter().filter(|(_, selection)| matches!(selection, Selection::Between(..)));
    if let Some((owner, _)) = ranges.next_back() {
        page.session.activate(owner, state);
    }

    let mut judge = judge::answers(&page.plan, state, &page.frames);
    for (index, view) in page.plan.views.iter().enumerate() {
        let theirs = judge(view);
        let answers = page.session.answers(index, state);
        assert!(!answers.is_empty(), "nothing answers {}", view.id);
        let mut answers: Vec<_> =
            answers.into_iter().map(|(file, answer)| (page.kinds[view.table][file], answer)).collect();
        if let Some(answer) = page.session.answer_by_index(index, state) {
            answers.push(("index", answer));
        }
        let mut nearly = None;
        for (kind, answer) in answers {
            *answered.entry(kind).or_default() += 1;
            let answer = answer.unwrap();
            let ours = rows(&answer);
            let same = nearly.get_or_insert_with(|| approximations(view, &answer));
            assert_eq!(
                *same,
                approximations(view, &answer),
                "{} from {kind} in {state:?}\n{}",
                view.id,
                question(view)
            );
            assert_eq!(ours.len(), theirs.len(), "rows of {} from {kind} in {state:?}\n{}", view.id, question(view));
            for (row, (our, their)) in ours.iter().zip(&theirs).enumerate() {
                let agrees = our.len() == their.len() && (0..our.len()).all(|at| agree(view, at, &our[at], &their[at]));
                assert!(
                    agrees,
                    "row {row} of {} from {kind} in {state:?}\nours   {our:?}\npolars {their:?}\n{}\nall ours   {ours:?}\nall polars {theirs:?}",
                    view.id,
                    question(view)
                );
            }
        }
    }
}

/// The approximate aggregate in a column of an answer, if it is one.
fn approximate(view: &View, column: usize) -> Option<Aggregate> {
    match view.question.measures.get(column.checked_sub(view.question.keys.len())?)? {
        Measure::Aggregate { function, .. } => function.sketch().and(Some(*function)),
        _ => None,
    }
}

/// What an answer says approximately: that is the same number from whatever it is answered.
fn approximations(view: &View, answer: &Answer) -> Vec<Vec<Value>> {
    let keys = view.question.keys.len();
    let measures = answer.measures.iter().enumerate();
    measures.filter(|(at, _)| approximate(view, at + keys).is_some()).map(|(_, column)| column.clone()).collect()
}

fn agree(view: &View, column: usize, ours: &Value, theirs: &Value) -> bool {
    match approximate(view, column) {
        Some(function) => judge::is_near(function, ours, theirs),
        None => judge::agree(ours, theirs),
    }
}

fn question(view: &View) -> String {
    serde_json::to_string(&view.question).unwrap()
}

/// Publishes tables in every representation that there is for them.
fn page(mut plan: Plan, tables: &[Table]) -> Page {
    let mut slices = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let Candidates { tiles, three_way, cube, rows, .. } = candidates(table, &plan, index).unwrap();
        slices.push([tiles, three_way, cube].into_iter().flatten().chain(rows).collect::<Vec<File>>());
    }
    for (table, files) in plan.tables.iter_mut().zip(&slices) {
        table.parts = files.iter().map(|file| file.part.clone()).collect();
    }
    for (files, table) in slices.iter().zip(&plan.tables) {
        files.iter().for_each(|file| opens_elsewhere(file, table));
    }
    let bytes = slices.iter().map(|files| files.iter().map(|file| &*file.bytes));
    let session = engine::session(plan.clone(), bytes);
    let kinds = slices.iter().map(|files| files.iter().map(|file| file.kind).collect()).collect();
    Page { plan, session, frames: stages::frames(tables), kinds }
}

/// Slices are Parquet to others, too: polars has a reader of its own.
fn opens_elsewhere(file: &File, table: &dashgen_runtime::plan::Table) {
    let frame = ParquetReader::new(std::io::Cursor::new(file.bytes.as_slice())).finish().unwrap();
    let columns = match &file.part {
        Part::Groups(sets) => sets.columns(table),
        Part::Rows(_) | Part::MoreRows => table.columns.clone(),
    };
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(frame.get_column_names(), names, "{}", file.kind);
    assert_eq!(frame.height(), file.rows, "{}", file.kind);
}

/// An example's first page.
fn example(name: &str) -> Page {
    let first = stages::published(stages::bound(name)).remove(0);
    page(first.plan, &first.tables)
}

fn two_hundred_states(name: &str, seed: u64) -> Answered {
    let mut page = example(name);
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut answered = Answered::new();
    let start = page.plan.state.clone();
    compare(&mut page, &start, &mut answered);
    for _ in 0..200 {
        let state = random::state(&mut rng, &page.plan, &page.frames);
        compare(&mut page, &state, &mut answered);
    }
    answered
}

#[test]
fn meridian_equals_polars_in_200_states() {
    let answered = two_hundred_states("meridian-sales", 1);
    println!("{answered:?}");
    for kind in ["tiles", "3-way tiles", "cube", "rows", "index"] {
        assert!(answered.get(kind).is_some_and(|count| *count > 300), "{answered:?}");
    }
}

#[test]
fn gapminder_equals_polars_in_200_states() {
    two_hundred_states("gapminder", 2);
}

#[test]
fn random_questions_to_random_tables_equal_polars() {
    let mut answered = Answered::new();
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (table, wanted) = random::table(&mut rng);
        let mut page = page(random::plan(&mut rng, &wanted), &[table]);
        for _ in 0..10 {
            let state = random::state(&mut rng, &page.plan, &page.frames);
            compare(&mut page, &state, &mut answered);
        }
    }
    println!("{answered:?}");
    for kind in ["tiles", "3-way tiles", "cube", "rows", "index"] {
        assert!(answered.get(kind).is_some_and(|count| *count > 300), "{answered:?}");
    }
}

#[test]
fn approximate_answers_are_near_and_the_same_from_everything() {
    let mut answered = Answered::new();
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (table, wanted) = random::table(&mut rng);
        let plan = random::plan(&mut rng, &wanted);
        let mut page = page(random::approximate(&mut rng, plan), &[table]);
        for _ in 0..10 {
            let state = random::state(&mut rng, &page.plan, &page.frames);
            compare(&mut page, &state, &mut answered);
        }
    }
    println!("{answered:?}");
    for kind in ["tiles", "3-way tiles", "cube", "rows"] {
        assert!(answered.get(kind).is_some_and(|count| *count > 300), "{answered:?}");
    }
}

#[test]
fn a_decision_of_the_judge_is_no_tautology() {
    let mut page = example("meridian-sales");
    let revenue = page.plan.views.iter().position(|view| view.id == "metric-revenue").unwrap();
    let ours = rows(&page.session.answer(revenue, &page.plan.state).unwrap());
    page.frames[0] = page.frames[0].clone().lazy().slice(1, 1_000_000).collect().unwrap();
    let without_first_row = judge::answer(&page.plan, &page.plan.views[revenue], &page.plan.state, &page.frames);
    assert!(!judge::agree(&ours[0][0], &without_first_row[0][0]), "one row of 100,000 makes a difference");
}

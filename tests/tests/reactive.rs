//! Do reactive queries say what polars would? Every combination of choices on the example's page of them.

use crate::engine::Native;
use crate::{judge, stages};
use dashgen::bind::BoundPage;
use dashgen::cache::Cache;
use dashgen::progress::Progress;
use dashgen::reactive::Choices;
use dashgen::tables::{self, Table};
use dashgen_runtime::plan::{
    self, Format, Grain, Key, Kind, Origin, Plan, Question, Rows, Selection, Shows, State, Term, Value,
};
use dashgen_runtime::session::Session;
use dashgen_tests::{built, example};
use polars::prelude::{DataFrame, IntoLazy};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page with reactive queries: its bound form, and the engine with all of its files.
struct Reactive {
    bound: Vec<BoundPage>,
    page: usize,
    session: Session,
    plan: Plan,
    /// The page's tables over sources that have been read.
    judged: Vec<Table>,
    /// What polars gave, by table and choices.
    known: BTreeMap<String, DataFrame>,
}

impl Reactive {
    fn of(example: &str, path: &str) -> Reactive {
        let mut diagnostics = dashgen::diagnostics::Diagnostics::default();
        let mut bound = stages::bound(example);
        let slices =
            dashgen::slice::slices(&mut bound, &Cache::none(), &Progress::terminal(), &mut diagnostics).unwrap();
        let page = bound.iter().position(|bound| bound.page.path == path).unwrap();
        let mut plan = bound[page].plan.clone();
        // Of each reactive table one view of all its rows.
        for (table, of) in plan.tables.clone().iter().enumerate().filter(|(_, table)| !table.origin.is_files()) {
            let keys = (0..of.columns.len()).map(|column| Key { column, grain: Grain::Value }).collect();
            let question = Question { keys, rows: Rows::Each, ..Question::default() };
            let mut view = plan.views[0].clone();
            (view.id, view.table, view.question, view.select) = (format!("all of {table}"), table, question, None);
            view.shows = Shows::Value(Format { term: Term::Key(0), kind: Kind::Text, format: None });
            plan.views.push(view);
        }
        for (table, slice) in plan.tables.iter_mut().zip(&slices[page]) {
            table.parts = slice.files.iter().map(|file| file.part.clone()).collect();
        }
        let mut session = Session::new(plan.clone());
        for (table, slice) in slices[page].iter().enumerate() {
            for (file, slice) in slice.files.iter().enumerate() {
                session.load(table, file, &slice.bytes).unwrap();
            }
        }
        let judged = bound[page].tables.iter().map(in_memory).collect();
        Reactive { bound, page, session, plan, judged, known: BTreeMap::new() }
    }

    /// Holds every reactive table against polars; gives how many rows were compared.
    fn compare(&mut self, state: &State) -> usize {
        self.session.update(state);
        let mut compared = 0;
        for (index, table) in self.judged.iter().enumerate() {
            let is_files = self.plan.tables[index].origin.is_files();
            let Some(reactive) = table.reactive.as_ref().filter(|_| !is_files) else { continue };
            let choices: Choices = reactive
                .parameters
                .iter()
                .map(|parameter| (parameter.name.clone(), (parameter.kind, chosen(state, &parameter.input))))
                .collect();
            let ask = || tables::guarded(|| tables::chosen(table, &choices)?.collect()).unwrap();
            let theirs = self.known.entry(format!("{index} {choices:?}")).or_insert_with(ask).clone();
            let view = self.plan.views.iter().position(|view| view.id == format!("all of {index}")).unwrap();
            let ours = self.session.answer(view, state).unwrap();
            let columns = &self.plan.tables[index].columns;
            assert_eq!(ours.rows, theirs.height(), "rows of {} in {state:?}", table.name);
            for (column, ours) in columns.iter().zip(&ours.keys) {
                let theirs = values(&theirs, &column.name);
                let (ours, theirs) = match table.ordered {
                    true => (ours.clone(), theirs),
                    false => (sorted(ours), sorted(&theirs)),
                };
                for (our, their) in ours.iter().zip(&theirs) {
                    assert!(
                        judge::agree(our, their),
                        "{} of {} in {state:?}: {our:?}, polars {their:?}",
                        column.name,
                        table.name
                    );
                }
            }
            compared += ours.rows;
        }
        compared
    }
}

/// A table whose query reads its sources from memory, not from their files each time.
fn in_memory(table: &Table) -> Table {
    let reactive = table.reactive.as_ref().map(|reactive| {
        let relations = reactive.relations.iter().map(|table| match table.reactive {
            Some(_) => in_memory(table),
            None => Table { frame: table.frame.clone().collect().unwrap().lazy(), ..table.clone() },
        });
        Arc::new(dashgen::reactive::Reactive { relations: relations.collect(), ..reactive.as_ref().clone() })
    });
    Table { reactive, ..table.clone() }
}

fn chosen(state: &State, input: &str) -> Vec<Value> {
    match state.selections.get(input) {
        Some(Selection::In(tuples)) => tuples.iter().map(|tuple| tuple[0].clone()).collect(),
        _ => Vec::new(),
    }
}

fn values(frame: &DataFrame, name: &str) -> Vec<Value> {
    judge::values(frame.column(name).unwrap())
}

fn sorted(values: &[Value]) -> Vec<Value> {
    let mut values = values.to_vec();
    values.sort_by_key(|value| format!("{value:?}"));
    values
}

/// What a reader can choose in each input: nothing, each value, and of several values some sets.
fn choices(plan: &Plan, session: &mut Session) -> Vec<(String, Vec<Vec<Value>>)> {
    let inputs = plan.views.iter().enumerate().filter(|(_, view)| matches!(view.shows, Shows::Input(_)));
    inputs
        .map(|(index, view)| {
            let offered = session.answer(index, &State::default()).unwrap().keys[0].clone();
            let mut choices: Vec<Vec<Value>> = vec![Vec::new()];
            choices.extend(offered.iter().map(|value| vec![value.clone()]));
            if matches!(&view.shows, Shows::Input(input) if input.kind == "multiselect") {
                choices.extend([offered[1..3].to_vec(), offered.clone()]);
            }
            (view.id.clone(), choices)
        })
        .collect()
}

/// Where a table is made.
fn place(table: &plan::Table) -> &'static str {
    match table.origin {
        Origin::Files => "files",
        Origin::Values(_) => "values",
        Origin::Query(_) => "browser",
        Origin::Variants(_) => "variants",
    }
}

/// Compares under every combination of choices; gives how many there are, and how many rows were compared.
fn every_combination(page: &mut Reactive) -> (usize, usize) {
    page.session.update(&State::default());
    let inputs = choices(&page.plan, &mut page.session);
    let combinations: usize = inputs.iter().map(|(_, choices)| choices.len()).product();
    let mut compared = 0;
    for mut combination in 0..combinations {
        let mut state = State::default();
        for (input, choices) in &inputs {
            let choice = &choices[combination % choices.len()];
            combination /= choices.len();
            if !choice.is_empty() {
                let tuples = choice.iter().map(|value| vec![value.clone()]).collect();
                state.selections.insert(input.clone(), Selection::In(tuples));
            }
        }
        compared += page.compare(&state);
    }
    (combinations, compared)
}

#[test]
fn every_combination_of_choices_gives_what_polars_gives() {
    let mut page = Reactive::of("gapminder", "ranks");
    let kinds: Vec<&str> = page.plan.tables.iter().map(place).collect();
    assert!(kinds.contains(&"browser") && kinds.contains(&"variants"), "{kinds:?}");
    let (combinations, compared) = every_combination(&mut page);
    assert!(combinations > 400 && compared > 10_000, "{combinations} combinations, {compared} rows");
}

#[test]
fn a_day_is_its_midnight_when_moments_are_compared_with_it() {
    let mut page = Reactive::of("../tests/fixtures/moments", "");
    let of = |name: &str| place(page.plan.tables.iter().find(|table| table.name == name).unwrap());
    let places = ["until", "since", "noon", "latest"].map(of);
    // The engine takes a day for all its moments: where that is not SQL's answer, it is not asked.
    assert_eq!(places, ["variants", "browser", "browser", "variants"]);
    let (combinations, compared) = every_combination(&mut page);
    assert_eq!((combinations, compared > 30), (4, true), "{compared} rows");
}

#[test]
fn a_parameter_has_the_kind_of_what_its_input_offers() {
    let page = Reactive::of("gapminder", "ranks");
    let parameters = page.bound[page.page].tables.iter().filter_map(|table| table.reactive.as_ref());
    let mut kinds: Vec<(String, Kind)> =
        parameters.flat_map(|reactive| &reactive.parameters).map(|one| (one.name.clone(), one.kind)).collect();
    kinds.sort_by(|a, b| a.0.cmp(&b.0));
    kinds.dedup();
    let expected = [("chosen_year", Kind::Integer), ("continents", Kind::Text), ("places", Kind::Integer)];
    assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn lines_are_there_before_the_first_choice() {
    let folder = built(&example("gapminder"));
    let native = Native::of(&folder.join("ranks"));
    let state = native.plan.state.clone();
    let lines = native.session().lines("table", &state, 100..142, &[]).unwrap();
    assert_eq!((lines.lines, lines.rows.len()), (142, 42));
    let csv = native.session().csv("table", &state).unwrap();
    assert_eq!(csv.lines().count(), 143);
}

#[test]
fn the_graph_says_where_each_part_runs() {
    let pages = dashgen::graph::graph(&dashgen_tests::root().join("examples/gapminder")).pages.unwrap();
    let drawn = dashgen::graph::text(&pages);
    let line = |name: &str| {
        let found =
            drawn.lines().find(|line| line.starts_with(" /ranks") && line.split_whitespace().nth(1) == Some(name));
        found.unwrap_or_else(|| panic!("{name} is not in\n{drawn}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(line("gapminder").contains("source nowhere"), "{drawn}");
    assert!(line("ranked").contains("at build, for each of 13 choices gapminder, $chosen_year"), "{drawn}");
    assert!(line("leaders").contains("in the browser ranked, $places"), "{drawn}");
    assert!(line("richest").contains("(below its parameters)"), "{drawn}");
    let mermaid = dashgen::graph::mermaid(&pages);
    assert_eq!(mermaid.matches("ranked<br/>").count(), 1, "{mermaid}");
    let svg = dashgen::graph::svg(&pages);
    assert!(svg.starts_with("<svg ") && svg.contains(">ranked<"), "{svg}");
}

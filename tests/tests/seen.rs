//! A chart of penguins in random states: what it draws, and the rows behind it as polars filters them.

use crate::{judge, random, stages};
use dashgen_runtime::charts;
use dashgen_runtime::plan::{Chart, Key, Plan, Question, Rows, Shows, State, Term, Value, View};
use dashgen_runtime::session::Session;
use polars::prelude::DataFrame;
use serde_json::Value as Json;

const STATES: usize = 20;

/// A page of one chart of penguins, with inputs and another chart to filter by.
struct Page {
    plan: Plan,
    session: Session,
    frames: Vec<DataFrame>,
    view: usize,
}

fn page(chart: &str) -> Page {
    let text = format!(
        "```input multiselect\ncolumn: island\n```\n\n```input range-slider\ncolumn: bill_depth\n```\n\n```chart bar\nx: sex\ny: count(*)\nname: other\n```\n\n{chart}\n"
    );
    let penguins = std::fs::read_to_string(dashgen_tests::root().join("content/sources/penguins.csv")).unwrap();
    let page = stages::page_of(&[("content/index.md", &text), ("sources/penguins.csv", &penguins)]);
    let view = page.plan.views.iter().position(|view| view.id == "seen").unwrap();
    Page { session: page.session(), frames: page.frames, plan: page.plan, view }
}

/// What a chart draws, and the rows behind it as polars filters them: the columns of its channels in their order.
pub struct Seen {
    pub chart: Chart,
    pub traces: Vec<Json>,
    pub rows: Vec<Vec<Value>>,
    pub groups: Vec<Vec<Value>>,
}

/// Looks at a chart in random states.
pub fn under_filters(chart: &str, check: impl Fn(&Seen)) {
    let mut page = page(chart);
    let mut rng = fastrand::Rng::with_seed(7);
    let mut drawn = 0;
    for number in 0..=STATES {
        let state = if number == 0 { State::default() } else { random::state(&mut rng, &page.plan, &page.frames) };
        let seen = look(&mut page, &state);
        drawn += usize::from(seen.rows.len() > 3);
        check(&seen);
    }
    assert!(drawn > STATES / 2, "most states leave something to compute: {drawn}");
}

fn look(page: &mut Page, state: &State) -> Seen {
    page.session.update(state);
    let view = page.plan.views[page.view].clone();
    let Shows::Chart(chart) = &view.shows else { unreachable!("the view is a chart") };
    let answer = page.session.answer(page.view, state).unwrap();
    let keys: Vec<Key> = view.question.keys.iter().map(|key| Key { column: key.column, ..plain() }).collect();
    let each = View { question: Question { keys, rows: Rows::Each, ..Question::default() }, ..view.clone() };
    Seen {
        chart: chart.clone(),
        traces: charts::traces(chart, &answer, None),
        rows: judge::answer(&page.plan, &each, state, &page.frames),
        groups: judge::answer(&page.plan, &view, state, &page.frames),
    }
}

fn plain() -> Key {
    Key { column: 0, grain: Default::default() }
}

impl Seen {
    /// The column of a role.
    pub fn place(&self, role: &str) -> usize {
        match self.chart.channels.iter().find(|channel| channel.role == role).unwrap().term {
            Term::Key(key) => key,
            Term::Measure(_) => panic!("{role} is a column"),
        }
    }

    /// The numbers of a column where other columns have these values.
    pub fn numbers(&self, role: &str, of: &[(&str, &str)]) -> Vec<f64> {
        let fits = |row: &&Vec<Value>| of.iter().all(|(role, name)| text(&row[self.place(role)]) == *name);
        let rows = self.rows.iter().filter(fits);
        rows.filter_map(|row| if let Value::Number(number) = row[self.place(role)] { Some(number) } else { None })
            .collect()
    }

    /// Pairs of numbers, from left to right.
    pub fn pairs(&self, color: &str) -> Vec<(f64, f64)> {
        let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
        let rows = self.rows.iter().filter(|row| text(&row[self.place("color")]) == color);
        let pairs = rows.filter_map(|row| Some((number(&row[self.place("x")])?, number(&row[self.place("y")])?)));
        let mut pairs: Vec<(f64, f64)> = pairs.collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        pairs
    }
}

pub fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Null => "(none)".to_owned(),
        other => format!("{other:?}"),
    }
}

pub fn list(trace: &Json, name: &str) -> Vec<f64> {
    trace[name].as_array().unwrap().iter().map(|number| number.as_f64().unwrap_or(f64::NAN)).collect()
}

pub fn texts(trace: &Json, name: &str) -> Vec<String> {
    trace[name].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

pub fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{what}: {ours} is not {theirs}");
}

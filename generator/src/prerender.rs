//! The prerender stage: the runtime's own engine, linked natively, answers every view once, so that the page shows figures before any WASM arrives.

mod data_tables;
mod inputs;

pub use data_tables::{DataColumn, DataTable};
pub use inputs::{not_a_value, value};

use crate::bind::{BoundPage, Card, keys};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::progress::Progress;
use crate::slice::Slice;
use crate::sources::boundaries::Boundaries;
use crate::{error, warning};
use dashgen_runtime::answer::{Answer, Update};
use dashgen_runtime::charts;
use dashgen_runtime::plan::{Base, Chart, Grain, Kind, Metric, Plan, Question, Shows, State, Table, Term, Value, View};
use dashgen_runtime::session::Session;
use data_tables::data_tables;
use inputs::{complete, value_text};
use std::collections::BTreeMap;

/// A page's finished plan and what its views show at first.
pub struct Figures {
    /// The plan with everything that had to be read from the data: bins, bounds, categories, layouts, start state.
    pub plan: Plan,
    /// What each view shows at first.
    pub shown: Update,
    /// For each chart, by view id, its figures as a table.
    pub data_tables: BTreeMap<String, DataTable>,
}

/// Marks drawn one by one for each row of the data, above which a page becomes slow and heavy.
const MANY_MARKS: usize = 10_000;
/// The same, where the graphics card draws them.
const MANY_MARKS_IN_WEBGL: usize = 100_000;
/// Answers every view of every page.
pub fn figures(
    pages: &[BoundPage],
    slices: &[Vec<Slice>],
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Figures>> {
    progress.stage("drawing pages", pages.len());
    let figures = pages.iter().zip(slices).map(|(page, slices)| {
        let figures = prerender(page, slices, diagnostics);
        progress.step();
        figures
    });
    figures.collect()
}

/// Answers every view of a page from its slices.
pub fn prerender(bound: &BoundPage, slices: &[Slice], diagnostics: &mut Diagnostics) -> Option<Figures> {
    let mut plan = bound.plan.clone();
    for (table, slice) in plan.tables.iter_mut().zip(slices) {
        table.parts = slice.files.iter().map(|file| file.part.clone()).collect();
    }
    let cards: Vec<&Card> = bound.cards.values().collect();
    let mut session = session(&plan, slices);
    // Reactive tables are made.
    session.update(&State::default());
    let answers: Vec<Answer> = (0..plan.views.len())
        .map(|view| session.answer(view, &State::default()).expect("bound questions fit their tables"))
        .collect();
    for card in &cards {
        complete(&mut plan, card, &answers, diagnostics);
    }
    periods(&mut plan, &answers);
    let mut colors = BTreeMap::new();
    for card in &cards {
        let view = &mut plan.views[card.view];
        finish(view, card, &plan.tables[view.table], &answers[card.view], &mut colors, diagnostics);
    }
    for card in &cards {
        let view = &mut plan.views[card.view];
        color(view, &plan.tables[view.table], &colors);
    }
    session.set_plan(plan.clone());
    let shown = session.update(&plan.state);
    let data_tables = data_tables(&session, &plan);
    Some(Figures { plan, shown, data_tables })
}

/// Tells metrics that look back where their data begins and ends.
fn periods(plan: &mut Plan, answers: &[Answer]) {
    for view in &mut plan.views {
        let Shows::Metric(Metric { compare: Some(compare), .. }) = &mut view.shows else { continue };
        let Base::Previous { view, first, last } = &mut compare.with else { continue };
        let [.., min, max] = answers[*view].measures.as_slice() else { continue };
        if let (Some(min), Some(max)) = (min.first(), max.first()) {
            (*first, *last) = (min.clone(), max.clone());
        }
    }
}

/// The engine of a page, with all of its slices.
pub fn session(plan: &Plan, slices: &[Slice]) -> Session {
    let mut session = Session::new(plan.clone());
    for (table, slice) in slices.iter().enumerate() {
        for (index, file) in slice.files.iter().enumerate() {
            session.load(table, index, &file.bytes).expect("the slice was just written for this plan");
        }
    }
    session
}

/// Finishes a chart. `colors` has the order in which the page's charts so far color the categories of a column: a category
/// is to have one color on the whole page.
fn finish(
    view: &mut View,
    card: &Card,
    table: &Table,
    answer: &Answer,
    colors: &mut BTreeMap<String, Vec<Value>>,
    diagnostics: &mut Diagnostics,
) {
    if let (Shows::Component(_), true) = (&view.shows, answer.rows > MANY_MARKS) {
        let count = answer.rows;
        diagnostics.push(warning!(card.span, "this component is given {count} rows"; hint: "aggregate, as in `columns: [date, sum(…)]`, or set a `limit`"));
    }
    let View { shows: Shows::Chart(chart), question, .. } = view else { return };
    chart.categories = given_categories(chart, card);
    let colored = colored(chart, question, table).map(|(role, column)| (role.to_owned(), column.to_owned()));
    let known = colored.as_ref().and_then(|(role, column)| Some((role, colors.get(column)?)));
    if let Some((role, known)) = known.filter(|(role, _)| *role == "color") {
        chart.categories.entry(role.clone()).or_insert_with(|| known.clone());
    }
    let places = if table.origin.is_files() { charts::CategoryPlaces::Kept } else { charts::CategoryPlaces::Free };
    charts::finish(chart, question, answer, places);
    if let Some((own, (_, column))) = colored.and_then(|colored| Some((chart.categories.get(&colored.0)?, colored))) {
        let order = colors.entry(column).or_default();
        let new: Vec<Value> = own.iter().filter(|value| !order.contains(value)).cloned().collect();
        order.extend(new);
    }
    if let Some(boundaries) = &card.boundaries {
        unbounded(chart, boundaries).into_iter().for_each(|problem| diagnostics.push(problem));
    }
    let entries = charts::entries(chart);
    if entries > charts::MANY_ENTRIES {
        diagnostics.push(warning!(
            card.span, "this chart has {entries} colors, too many for a legend and slow to draw"; hint: "`limit: 20` keeps the largest, and `other: Others` draws the rest as one"
        ));
    }
    let many = if charts::is_webgl(chart) { MANY_MARKS_IN_WEBGL } else { MANY_MARKS };
    if question.measures.is_empty() && answer.rows > many {
        let marks = charts::marks(&charts::traces(chart, answer, None));
        if marks > many {
            diagnostics.push(warning!(
                card.span, "this chart draws {marks} marks, one for each row"; hint: "aggregate, as in `y: sum(…)`, or thin the rows out in a `sql` block"
            ));
        }
    }
}

/// The places of a map, as its boundaries name them.
pub fn places(chart: &Chart) -> Vec<String> {
    let text = |value: &Value| (*value != Value::Null).then(|| value_text(value));
    chart.categories.get("locations").into_iter().flatten().filter_map(text).collect()
}

/// The diagnostic for places without a boundary: a mistake if it is all of them.
fn unbounded(chart: &Chart, boundaries: &Boundaries) -> Option<Diagnostic> {
    let places = places(chart);
    let missing = boundaries.missing(places.iter().map(String::as_str));
    let list = |names: &[&str]| keys::names(&names.iter().take(5).copied().collect::<Vec<_>>());
    let (first, file, known) = (list(&missing), &boundaries.name, list(&boundaries.sample()));
    let (span, count, of) = (boundaries.span, missing.len(), places.len());
    match count {
        0 => None,
        _ if count == of => Some(
            error!(span, "no place has a boundary in `{file}`: {first}"; hint: "`featureidkey` says what boundaries go by; here they are {known}"),
        ),
        _ => Some(
            warning!(span, "{count} of {of} places have no boundary in `{file}`: {first}"; hint: "the first boundaries are {known}"),
        ),
    }
}

/// Gives a chart the page's order of colors, unless it is how its own categories begin.
fn color(view: &mut View, table: &Table, colors: &BTreeMap<String, Vec<Value>>) {
    let View { shows: Shows::Chart(chart), question, .. } = view else { return };
    let Some((role, column)) = colored(chart, question, table) else { return };
    let (own, page) = (chart.categories.get(role).map_or(&[][..], Vec::as_slice), colors.get(column));
    // The categories of a reactive table come and go: another chart may know those that come.
    let is_known = |page: &&Vec<Value>| page.starts_with(own) && (table.origin.is_files() || page.len() == own.len());
    if let Some(page) = page.filter(|page| !is_known(page)) {
        chart.colors = page.clone();
    }
}

/// What a chart colors: the role, and the column whose values it is.
fn colored<'a>(chart: &'a Chart, question: &Question, table: &'a Table) -> Option<(&'a str, &'a str)> {
    let channel = charts::colored(chart)?;
    let Term::Key(key) = channel.term else { return None };
    let key = question.keys.get(key).filter(|key| key.grain == Grain::Value)?;
    Some((&channel.role, &table.columns[key.column].name))
}

fn given_categories(chart: &Chart, card: &Card) -> BTreeMap<String, Vec<Value>> {
    let kind = |role: &str| {
        chart.channels.iter().find(|channel| channel.role == role).map_or(Kind::Text, |channel| channel.kind)
    };
    card.categories
        .iter()
        .map(|(role, texts)| (role.clone(), texts.iter().map(|text| value(text, kind(role))).collect()))
        .collect()
}

//! The prerender stage: the runtime's own engine, linked natively, answers every view once, so that the page shows figures before any WASM arrives.

use crate::bind::{BoundPage, Card, keys};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::presets;
use crate::progress::Progress;
use crate::slice::Slice;
use crate::sources::boundaries::Boundaries;
use crate::{error, warning};
use dashgen_runtime::answer::{Answer, Update};
use dashgen_runtime::calendar::{parse_day, parse_moment};
use dashgen_runtime::format::Spec;
use dashgen_runtime::inputs::Choice;
use dashgen_runtime::locale::Locale;
use dashgen_runtime::plan::{
    Base, Chart, Component, Grain, Input, Kind, Metric, Plan, Question, Select, Selection, Shows, State, Table, Term,
    Value, View,
};
use dashgen_runtime::session::Session;
use dashgen_runtime::{charts, format, inputs};
use serde::Serialize;
use serde_json::Value as Json;
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

/// A chart's figures as text, for readers without scripts or without sight.
#[derive(Debug, Clone, Serialize)]
pub struct DataTable {
    /// The columns' headings.
    pub columns: Vec<DataColumn>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
    /// How many rows were left out.
    pub omitted: usize,
}

/// A column of a data table.
#[derive(Debug, Clone, Serialize)]
pub struct DataColumn {
    /// Its heading.
    pub label: String,
    /// True if its cells are numbers.
    pub number: bool,
}

/// Marks drawn one by one for each row of the data, above which a page becomes slow and heavy.
const MANY_MARKS: usize = 10_000;
/// The same, where the graphics card draws them.
const MANY_MARKS_IN_WEBGL: usize = 100_000;
/// Rows of a chart's data table.
const TABLE_ROWS: usize = 500;

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

/// Fills in what an input offers and where it starts.
fn complete(plan: &mut Plan, card: &Card, answers: &[Answer], diagnostics: &mut Diagnostics) {
    let (view, answer) = (&mut plan.views[card.view], &answers[card.view]);
    if let Shows::Input(input) = &mut view.shows {
        let choice = inputs::input(&input.kind).map(|kind| kind.choice);
        let ends = || answer.measures.iter().filter_map(|values| values.first().cloned());
        let all: Vec<Value> = match (answer.keys.first(), choice) {
            (Some(values), _) => values.clone(),
            (None, Some(Choice::Number | Choice::Day | Choice::Moment)) => ends().collect(),
            (None, _) => Vec::new(),
        };
        let values: Vec<Value> = all.iter().filter(|value| **value != Value::Null).cloned().collect();
        let end = |given: &Option<(String, Span)>, own: Option<&Value>| {
            given.as_ref().map(|(text, _)| value(text, input.column)).or(own.cloned()).unwrap_or(Value::Null)
        };
        input.min = end(&card.ends[0], values.first());
        input.max = end(&card.ends[1], values.last());
        input.presets = presets::presets(&card.presets, &input.min, &input.max, diagnostics);
        input.values = offered(input, card, all, diagnostics);
        if let Some((headings, span)) = card.groups {
            let grouped = grouped(&answers[headings], &mut input.values);
            input.groups = grouped.headings;
            grouped.several.iter().for_each(|value| diagnostics.push(below_several(value, input.column, span)));
        }
        let start = start(view, card, &values, diagnostics);
        if let Some(selection) = start {
            plan.state.selections.insert(view.id.clone(), selection);
        }
    }
}

/// The values that an input offers: those the author listed, else all of the column's. A range offers none.
fn offered(input: &Input, card: &Card, all: Vec<Value>, diagnostics: &mut Diagnostics) -> Vec<Value> {
    if inputs::input(&input.kind).is_some_and(|kind| !kind.choice.is_listed()) || input.step.is_some() {
        return Vec::new();
    }
    if let Some([on, _]) = input.states.as_ref().filter(|[on, _]| !all.contains(on)) {
        diagnostics.push(not_a_value(&value_text(on), card.span, &all, input.column));
    }
    if card.options.is_empty() {
        return all;
    }
    for (text, span) in card.options.iter().filter(|(text, _)| !all.contains(&value(text, input.column))) {
        diagnostics.push(not_a_value(text, *span, &all, input.column));
    }
    card.options.iter().map(|(text, _)| value(text, input.column)).collect()
}

/// Headings over values.
#[derive(Default)]
struct Grouped {
    /// Each with how many values stand below it.
    headings: Vec<(Value, usize)>,
    /// A value that has several.
    several: Option<Value>,
}

/// Puts values under the headings of an answer, each under the first that it has.
fn grouped(answer: &Answer, values: &mut Vec<Value>) -> Grouped {
    let [headings, of] = answer.keys.as_slice() else { return Grouped::default() };
    let mut grouped = Grouped::default();
    let mut rest = std::mem::take(values);
    let mut of = of.iter();
    for run in headings.chunk_by(|one, next| one == next) {
        let own: Vec<&Value> = of.by_ref().take(run.len()).collect();
        let (below, others): (Vec<Value>, Vec<Value>) = rest.into_iter().partition(|value| own.contains(&value));
        let again = own.iter().find(|value| values.contains(value)).map(|value| (*value).clone());
        grouped.several = grouped.several.or(again);
        grouped.headings.push((run[0].clone(), below.len()));
        values.extend(below);
        rest = others;
    }
    // What the author lists and no row has is reported already.
    values.extend(rest);
    grouped.headings.retain(|(_, count)| *count > 0);
    grouped
}

fn below_several(value: &Value, kind: Kind, span: Span) -> Diagnostic {
    let value = format::write(value, kind, None);
    warning!(span, "`{value}` has several headings and stands below the first"; hint: "take a column that has one value for each option")
}

/// The diagnostic for a value that a column does not have.
pub fn not_a_value(text: &str, span: Span, values: &[Value], kind: Kind) -> Diagnostic {
    error!(span, "`{text}` is not a value of this column"; hint: "its first values are {}", sample(values, kind))
}

/// An input's start selection: the author's default, checked against the column's values.
fn start(view: &View, card: &Card, values: &[Value], diagnostics: &mut Diagnostics) -> Option<Selection> {
    let Shows::Input(input) = &view.shows else { return None };
    if let Some(states) = &input.states {
        return toggled(states, card, diagnostics);
    }
    let choice = inputs::input(&input.kind)?.choice;
    if choice == Choice::Contains {
        return card.default.first().map(|(text, _)| Selection::Contains(text.clone()));
    }
    let mut chosen = Vec::new();
    for (text, span) in &card.default {
        let named = input.presets.iter().find(|(name, _, _)| name == text);
        if let Some((_, from, to)) = named {
            return Some(Selection::Between(from.clone(), to.clone()));
        }
        let value = value(text, input.column);
        let is_range = matches!(view.select, Some(Select::Interval(_)));
        match choice {
            _ if is_range => {}
            Choice::Text => {}
            Choice::Number | Choice::Day | Choice::Moment => {
                not_within(text, *span, &value, input).into_iter().for_each(|problem| diagnostics.push(problem))
            }
            _ if values.contains(&value) => {}
            _ => diagnostics.push(not_a_value(text, *span, values, input.column)),
        }
        chosen.push(value);
    }
    match (&view.select, &chosen[..]) {
        (Some(Select::Interval(_)), [from, to]) => Some(Selection::Between(from.clone(), to.clone())),
        (Some(Select::Values(_)), [_, ..]) => {
            Some(Selection::In(chosen.into_iter().map(|value| vec![value]).collect()))
        }
        _ => None,
    }
}

/// What a toggle chooses at first.
fn toggled(states: &[Value; 2], card: &Card, diagnostics: &mut Diagnostics) -> Option<Selection> {
    let is_on = match card.default.first() {
        Some((text, span)) => text.parse().unwrap_or_else(|_| {
            diagnostics.push(error!(*span, "`default` of a toggle is `true` or `false`"));
            false
        }),
        None => false,
    };
    let value = states[usize::from(!is_on)].clone();
    (value != Value::Null).then(|| Selection::In(vec![vec![value]]))
}

/// The diagnostic for a number or a day that is none, or that lies outside of what an input takes.
fn not_within(text: &str, span: Span, value: &Value, input: &Input) -> Option<Diagnostic> {
    let order = |value: &Value, end: &Value| match (value, end) {
        (Value::Number(value), Value::Number(end)) => value.partial_cmp(end),
        (Value::Text(value), Value::Text(end)) => Some(value.as_str().cmp(end.get(..value.len()).unwrap_or(end))),
        _ => None,
    };
    let is_moment = inputs::input(&input.kind).is_some_and(|kind| kind.choice == Choice::Moment);
    let is_one = match value {
        Value::Number(_) => input.column.is_number(),
        Value::Text(text) if is_moment => parse_day(text).is_some() || parse_moment(text).is_some(),
        Value::Text(day) => parse_day(day).is_some() && input.column.is_time(),
        _ => false,
    };
    if !is_one {
        let (what, example) = match input.column {
            _ if is_moment => ("moment", "2024-03-31T18:30"),
            kind if kind.is_time() => ("day", "2024-03-31"),
            _ => ("number", "12.5"),
        };
        return Some(error!(span, "`{text}` is no {what}"; hint: "as in `default: {example}`"));
    }
    let is_outside = order(value, &input.min).is_some_and(|order| order.is_lt())
        || order(value, &input.max).is_some_and(|order| order.is_gt());
    let (min, max) = (value_text(&input.min), value_text(&input.max));
    is_outside.then(|| error!(span, "`{text}` lies outside of what the input takes"; hint: "that is {min} to {max}"))
}

fn sample(values: &[Value], kind: Kind) -> String {
    let written = values.iter().take(8).map(|value| match kind {
        Kind::Integer => value_text(value),
        _ => format::write(value, kind, None),
    });
    written.map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
    }
}

/// An author's text as a value of a column.
pub fn value(text: &str, kind: Kind) -> Value {
    match kind {
        Kind::Boolean => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Boolean),
        kind if kind.is_number() => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
        _ => Value::Text(text.to_owned()),
    }
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

fn data_tables(session: &Session, plan: &Plan) -> BTreeMap<String, DataTable> {
    let mut tables = BTreeMap::new();
    for (index, view) in plan.views.iter().enumerate() {
        let answer = || session.answer(index, &plan.state).ok();
        let table = match &view.shows {
            Shows::Chart(chart) => answer().map(|answer| chart_table(chart, &answer, &plan.locale)),
            Shows::Component(component) => answer().map(|answer| component_table(component, &answer, &plan.locale)),
            _ => None,
        };
        tables.extend(table.map(|table| (view.id.clone(), table)));
    }
    tables
}

fn chart_table(chart: &Chart, answer: &Answer, locale: &Locale) -> DataTable {
    let summed = summed_table(chart, locale, || charts::traces(chart, answer, None));
    summed.unwrap_or_else(|| data_table(chart, answer, locale))
}

/// The table of a chart whose marks sum up many rows: their places, and the numbers that `meta.columns` names.
fn summed_table(chart: &Chart, locale: &Locale, traces: impl FnOnce() -> Vec<Json>) -> Option<DataTable> {
    let names: Vec<&str> = chart.trace["meta"]["columns"].as_array()?.iter().filter_map(Json::as_str).collect();
    let measure = chart.channels.iter().find(|channel| chart.trace["meta"]["of"] == channel.role.as_str())?;
    let across = if measure.role == "y" { "x" } else { "y" };
    let place = chart.channels.iter().find(|channel| channel.role == across);
    let color = chart.channels.iter().find(|channel| channel.role == "color");
    let spec = measure.format.as_deref().and_then(|text| format::parse(text).ok());
    let mut rows = Vec::new();
    for trace in traces() {
        for mark in 0..trace[names[0]].as_array().map_or(0, Vec::len) {
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let number = |name: &&str| {
                let number = trace[*name][mark].as_f64().map_or(Value::Null, Value::Number);
                format::write_in(&number, Kind::Float, spec.as_ref(), locale)
            };
            let heads =
                place.map(|_| text(&trace[across][mark])).into_iter().chain(color.map(|_| text(&trace["name"])));
            rows.push(heads.chain(names.iter().map(number)).collect());
        }
    }
    let column = |label: String, number: bool| DataColumn { label, number };
    let heads = [place, color].into_iter().flatten().map(|channel| column(channel.label.clone(), false));
    let numbers = names.iter().map(|name| column(format!("{}, {name}", measure.label), true));
    Some(DataTable { columns: heads.chain(numbers).collect(), rows, omitted: 0 })
}

fn data_table(chart: &Chart, answer: &Answer, locale: &Locale) -> DataTable {
    let answer = charts::grouped(chart, answer);
    let mut fields: Vec<Field<'_>> = Vec::new();
    for channel in chart.channels.iter().filter(|channel| !charts::is_aside(channel)) {
        if !fields.iter().any(|known| known.term == channel.term) {
            let spec = channel.format.as_deref().and_then(|text| format::parse(text).ok());
            fields.push(Field { label: &channel.label, term: channel.term, kind: channel.kind, spec });
        }
    }
    written(&fields, &answer, locale)
}

fn component_table(component: &Component, answer: &Answer, locale: &Locale) -> DataTable {
    let fields = component.columns.iter();
    let fields = fields.map(|column| Field { label: &column.label, term: column.term, kind: column.kind, spec: None });
    written(&fields.collect::<Vec<_>>(), answer, locale)
}

/// A column of an answer, and how its values are written.
struct Field<'a> {
    label: &'a str,
    term: Term,
    kind: Kind,
    spec: Option<Spec>,
}

fn written(fields: &[Field<'_>], answer: &Answer, locale: &Locale) -> DataTable {
    let cell = |field: &Field<'_>, row: usize| {
        let column = match field.term {
            Term::Key(index) => &answer.keys[index],
            Term::Measure(index) => &answer.measures[index],
        };
        format::write_in(&column[row], field.kind, field.spec.as_ref(), locale)
    };
    let shown = answer.rows.min(TABLE_ROWS);
    let rows = (0..shown).map(|row| fields.iter().map(|field| cell(field, row)).collect()).collect();
    let columns =
        fields.iter().map(|field| DataColumn { label: field.label.to_owned(), number: field.kind.is_number() });
    DataTable { columns: columns.collect(), rows, omitted: answer.rows - shown }
}

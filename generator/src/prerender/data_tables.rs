//! Charts and components as tables of text, for readers without scripts or without sight.

use dashgen_runtime::answer::Answer;
use dashgen_runtime::charts;
use dashgen_runtime::format::{self, Spec};
use dashgen_runtime::locale::Locale;
use dashgen_runtime::plan::{Chart, Component, Kind, Plan, Shows, Term, Value};
use dashgen_runtime::session::Session;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

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

/// Rows of a chart's data table.
const TABLE_ROWS: usize = 500;

/// The tables of a page's charts and components, by view.
pub fn data_tables(session: &Session, plan: &Plan) -> BTreeMap<String, DataTable> {
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

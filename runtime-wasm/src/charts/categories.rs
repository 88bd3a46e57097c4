//! The order of categories, fixed at build from the unfiltered answer, so that colors and places stay when filters change.

use super::Selects;
use super::coloraxis::is_scale;
use super::figure::{amount, column};
use super::finish::CategoryPlaces;
use super::roles::{channel, is_category, position, selects, value};
use super::splits::used;
use crate::answer::Answer;
use crate::distinct::identity;
use crate::plan::{Channel, Chart, Question, Term, Top, Value};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Completes the author's lists: what they leave out follows in the question's order; where it has none the largest comes
/// first, or without an aggregate the lowest. An axis of which only the
/// largest are told apart keeps the answer's own order, which changes with the filters.
pub fn fix(chart: &mut Chart, question: &Question, answer: &Answer, places: CategoryPlaces) {
    for role in roles(chart, question, places).into_iter().chain(FACETS) {
        let Some(channel) = channel(chart, role).filter(|channel| role != "color" || !is_scale(channel)) else {
            continue;
        };
        let sorted = sorted(chart, question, answer, channel);
        let mut all = chart.categories.remove(role).unwrap_or_default();
        all.extend(sorted.into_iter().filter(|value| !all.contains(value)).collect::<Vec<_>>());
        chart.categories.insert(role.to_string(), all);
    }
}

/// What a chart colors by category: its `color`, else what its slices are.
pub fn colored(chart: &Chart) -> Option<&Channel> {
    channel(chart, "color").or_else(|| match selects(chart) {
        Selects::Role(role) => channel(chart, role),
        _ => None,
    })
}

/// What tells small charts and frames apart.
const FACETS: [&str; 3] = ["facet_row", "facet_col", "animation_frame"];

fn roles(chart: &Chart, question: &Question, places: CategoryPlaces) -> Vec<&'static str> {
    match selects(chart) {
        Selects::Role(role) => {
            return channel(chart, "color").map(|_| "color").into_iter().chain([role]).collect();
        }
        Selects::Roles(roles) => return roles.to_vec(),
        _ => {}
    }
    let axis = position(chart);
    let keeps = |channel: &Channel| {
        let changes = question.top.as_ref().is_some_and(|top| channel.term == Term::Key(top.key));
        // A violin's outline stands on numbers, which need to know the place of each category.
        let is_kept = places == CategoryPlaces::Kept || chart.kind == "violin";
        is_kept && is_category(channel.kind) && question.limit.is_none() && !changes
    };
    let is_fixed = channel(chart, axis).is_some_and(keeps);
    let split = used(chart).into_iter().map(|(role, _)| role).filter(|role| *role != "line_group");
    is_fixed.then_some(axis).into_iter().chain(split).collect()
}

fn sorted(chart: &Chart, question: &Question, answer: &Answer, of: &Channel) -> Vec<Value> {
    let mut known = BTreeSet::new();
    let all = column(answer, of.term).iter();
    let mut values: Vec<Value> = all.filter(|value| known.insert(identity(value))).cloned().collect();
    match size(chart).filter(|_| is_category(of.kind)) {
        _ if !question.order.is_empty() => {}
        Some(size) => by_size(answer, of.term, size.term, &mut values),
        None => {
            values.sort_by(compare);
            if let Some(start) = channel(chart, "x_start").filter(|_| of.role == "y") {
                by_start(answer, of.term, start.term, &mut values);
            }
        }
    }
    if let Some(Top { key, other: Some(other), .. }) = &question.top {
        // What is left over comes last.
        values.sort_by_key(|value| of.term == Term::Key(*key) && matches!(value, Value::Text(text) if text == other));
    }
    values
}

/// What slices, or bars by their aggregate, are sized by.
fn size(chart: &Chart) -> Option<&Channel> {
    let measured = || channel(chart, value(chart)).filter(|channel| matches!(channel.term, Term::Measure(_)));
    channel(chart, "values").or_else(measured)
}

/// The largest first; ties ascending.
fn by_size(answer: &Answer, term: Term, size: Term, values: &mut [Value]) {
    let mut totals = BTreeMap::new();
    for (value, size) in column(answer, term).iter().zip(column(answer, size)) {
        *totals.entry(identity(value)).or_insert(0.0) += amount(size);
    }
    let total = |value: &Value| totals.get(&identity(value)).copied().unwrap_or(0.0);
    values.sort_by(compare);
    values.sort_by(|a, b| total(b).total_cmp(&total(a)));
}

/// What starts first comes first.
fn by_start(answer: &Answer, term: Term, start: Term, values: &mut [Value]) {
    let mut starts: BTreeMap<_, &Value> = BTreeMap::new();
    for (value, start) in column(answer, term).iter().zip(column(answer, start)) {
        let first = starts.entry(identity(value)).or_insert(start);
        if compare(start, first) == Ordering::Less {
            *first = start;
        }
    }
    values.sort_by(|a, b| compare(starts[&identity(a)], starts[&identity(b)]));
}

/// Numbers and text ascending, null last.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Boolean(_) => 0,
        Value::Number(_) => 1,
        Value::Text(_) => 2,
        Value::Null => 3,
    }
}

//! The order of categories, fixed at build from the unfiltered answer, so that colors and places stay when filters change.

use super::Selects;
use super::figure::{amount, column};
use super::roles::{channel, channels, is_category, position, selects};
use crate::answer::Answer;
use crate::plan::{Chart, Question, Term, Value};
use std::cmp::Ordering;

/// Completes the author's lists: what they leave out follows in the question's order, or sorted where it has none.
///
/// Slices go by size. An axis of a question with a limit keeps the answer's own order, which changes with the filters.
pub fn fix(chart: &mut Chart, question: &Question, answer: &Answer) {
    for role in roles(chart, question) {
        let Some(term) = channel(chart, role).map(|channel| channel.term) else {
            continue;
        };
        let mut all = chart.categories.remove(role).unwrap_or_default();
        for value in sorted(chart, question, answer, term) {
            if !all.contains(&value) {
                all.push(value);
            }
        }
        chart.categories.insert(role.to_string(), all);
    }
}

fn roles(chart: &Chart, question: &Question) -> Vec<&'static str> {
    if let Selects::Role(role) = selects(chart) {
        return vec![role];
    }
    let axis = position(chart);
    let is_fixed = channel(chart, axis).is_some_and(|channel| is_category(channel.kind))
        && question.limit.is_none();
    if is_fixed {
        vec![axis, "color"]
    } else {
        vec!["color"]
    }
}

fn sorted(chart: &Chart, question: &Question, answer: &Answer, term: Term) -> Vec<Value> {
    let mut values = Vec::new();
    for value in column(answer, term) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    if channels(chart, "values").next().is_some() {
        by_size(chart, answer, term, &mut values);
    } else if question.order.is_empty() {
        values.sort_by(compare);
    }
    values
}

fn by_size(chart: &Chart, answer: &Answer, term: Term, values: &mut [Value]) {
    let Some(size) = channel(chart, "values") else {
        return;
    };
    let rows = || column(answer, term).iter().zip(column(answer, size.term));
    let total = |value: &Value| {
        rows()
            .filter(|row| row.0 == value)
            .map(|row| amount(row.1))
            .sum::<f64>()
    };
    values.sort_by(compare);
    values.sort_by(|a, b| total(b).total_cmp(&total(a)));
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

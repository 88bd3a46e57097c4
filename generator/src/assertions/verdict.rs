//! Compares what a test expects with what came.

use super::parse::{Expectation, Test};
use crate::diagnostics::Diagnostic;
use crate::error;
use crate::yaml::{Node, Yaml};
use dashgen_runtime::answer::Answer;
use dashgen_runtime::plan::{Format, Shows, Term, Value, View};

/// Sums of floats differ in their last digits.
const RELATIVE: f64 = 1e-9;

/// What is wrong with an answer, if anything.
pub fn verdict(
    test: &Test,
    expectation: &Expectation,
    view: &View,
    answer: &Result<Answer, String>,
) -> Option<Diagnostic> {
    let (what, span) = (&expectation.what.text, expectation.value.span);
    let came = match answer {
        Ok(answer) => single(view, answer),
        Err(problem) => return Some(error!(expectation.what.span, "`{what}` cannot be answered: {problem}")),
    };
    if agrees(&expectation.value, &came, test.tolerance) {
        return None;
    }
    let problem = error!(span, "`{what}` is {}", written(&came));
    Some(problem.hint(circumstances(test)))
}

/// The first value of an answer.
fn single(view: &View, answer: &Answer) -> Value {
    let term = match &view.shows {
        Shows::Metric(metric) => metric.format.term,
        Shows::Value(Format { term, .. }) => *term,
        _ => return Value::Null,
    };
    let column = match term {
        Term::Key(index) => answer.keys.get(index),
        Term::Measure(index) => answer.measures.get(index),
    };
    column.and_then(|column| column.first()).cloned().unwrap_or(Value::Null)
}

fn agrees(expected: &Node, came: &Value, tolerance: Option<f64>) -> bool {
    match (&expected.yaml, came) {
        (Yaml::Null, Value::Null) => true,
        (Yaml::Boolean(expected), Value::Boolean(came)) => expected == came,
        (Yaml::Number(expected), Value::Number(came)) => {
            (expected - came).abs() <= tolerance.unwrap_or(RELATIVE * expected.abs().max(came.abs()))
        }
        (_, Value::Text(came)) => expected.text().as_ref() == Some(came),
        _ => false,
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("`{text}`"),
    }
}

/// What was given, and how far numbers may be off.
fn circumstances(test: &Test) -> Option<String> {
    let given = test.given.iter().map(|(key, node)| format!("`{}: {}`", key.name, flow(node)));
    let given: Vec<String> = given.collect();
    let given = (!given.is_empty()).then(|| format!("given {}", given.join(", ")));
    let name = test.name.as_ref().map(|name| format!("test `{name}`"));
    let tolerance = test.tolerance.map(|tolerance| format!("tolerance {tolerance}"));
    let parts: Vec<String> = [name, given, tolerance].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn flow(node: &Node) -> String {
    match &node.yaml {
        Yaml::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        _ => node.text().unwrap_or_else(|| "null".to_owned()),
    }
}

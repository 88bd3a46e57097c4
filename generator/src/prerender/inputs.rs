//! What inputs offer and where they start: the values of their columns, and the author's defaults checked against them.

use crate::bind::Card;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::presets;
use crate::{error, warning};
use dashgen_runtime::answer::Answer;
use dashgen_runtime::calendar::{parse_day, parse_moment};
use dashgen_runtime::inputs::Choice;
use dashgen_runtime::plan::{Input, Kind, Plan, Select, Selection, Shows, Value, View};
use dashgen_runtime::{format, inputs};

/// Fills in what an input offers and where it starts.
pub fn complete(plan: &mut Plan, card: &Card, answers: &[Answer], diagnostics: &mut Diagnostics) {
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
        if let Shows::Input(input) = &mut view.shows {
            input.presets.iter_mut().for_each(|(name, _, _)| *name = presets::said(name, &plan.locale.name));
        }
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

/// A value as an author would write it.
pub fn value_text(value: &Value) -> String {
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

//! What a test gives as a reader's state: each selection as the reader could make it.

use super::parse::Test;
use crate::diagnostics::{Diagnostic, Diagnostics, suggest};
use crate::error;
use crate::prerender::{not_a_value, value};
use crate::tables::listed;
use crate::yaml::{Key, Node, Yaml};
use dashgen_runtime::plan::{self, Kind, Plan, Select, Selection, Shows, State, Value, View};

/// The state of a page with a test's selections; none if one of them cannot be made.
pub fn state(test: &Test, plan: &Plan, diagnostics: &mut Diagnostics) -> Option<State> {
    let mut state = plan.state.clone();
    let mut sound = true;
    for (key, node) in &test.given {
        match selection(key, node, plan) {
            Ok(Some(selection)) => drop(state.selections.insert(key.name.clone(), selection)),
            Ok(None) => drop(state.selections.remove(&key.name)),
            Err(problem) => {
                diagnostics.push(problem);
                sound = false;
            }
        }
    }
    sound.then_some(state)
}

/// A view's selection; none where it is cleared.
fn selection(key: &Key, node: &Node, plan: &Plan) -> Result<Option<Selection>, Diagnostic> {
    let view = plan.views.iter().find(|view| view.id == key.name).ok_or_else(|| unknown(key, plan))?;
    let kind = |column: usize| plan.tables[view.table].columns[column].kind;
    match (&view.select, &node.yaml) {
        (None, _) => Err(error!(key.span, "nothing can be selected in `{}`", key.name)),
        (_, Yaml::Null) => Ok(None),
        (Some(Select::Interval(key)), _) => range(view, node, kind(key.column)).map(Some),
        (Some(Select::Box([x, y])), Yaml::List(sides)) if sides.len() == 2 => {
            let side = |at: usize, key: &plan::Key| ends(view, &sides[at], kind(key.column));
            Ok(Some(Selection::Box([side(0, x)?, side(1, y)?])))
        }
        (Some(Select::Box(_)), _) => Err(
            error!(node.span, "`{}` is given a box: a range along x and one along y", view.id; hint: "as in `[[0, 10], [2.5, null]]`; `null` leaves an end open"),
        ),
        (Some(Select::Values(keys)), Yaml::List(items)) => {
            let tuples = items.iter().map(|item| single(view, item, kind(keys[0].column)));
            Ok(Some(Selection::In(tuples.collect::<Result<_, _>>()?)))
        }
        (Some(Select::Values(keys)), _) => Ok(Some(Selection::In(vec![single(view, node, kind(keys[0].column))?]))),
    }
}

fn unknown(key: &Key, plan: &Plan) -> Diagnostic {
    let ids: Vec<&str> = plan.views.iter().filter(|view| view.select.is_some()).map(|view| view.id.as_str()).collect();
    match suggest(&key.name, ids.iter().copied()) {
        Some(near) => error!(key.span, "the page has no input or chart `{}`", key.name; hint: "did you mean `{near}`?"),
        None => error!(key.span, "the page has no input or chart `{}`", key.name; hint: "there are {}", listed(&ids)),
    }
}

fn single(view: &View, node: &Node, kind: Kind) -> Result<Vec<Value>, Diagnostic> {
    let text = node.text().ok_or_else(|| error!(node.span, "`{}` is given a value or a list of values", view.id))?;
    let given = value(&text, kind);
    match &view.shows {
        Shows::Input(input) if !input.values.is_empty() && !input.values.contains(&given) => {
            Err(not_a_value(&text, node.span, &input.values, kind))
        }
        _ => Ok(vec![given]),
    }
}

/// The ends of a range, or the name of one.
fn range(view: &View, node: &Node, kind: Kind) -> Result<Selection, Diagnostic> {
    if let (Shows::Input(input), Some(name)) = (&view.shows, node.text())
        && let Some((_, from, to)) = input.presets.iter().find(|(preset, _, _)| *preset == name)
    {
        return Ok(Selection::Between(from.clone(), to.clone()));
    }
    ends(view, node, kind).map(|[low, high]| Selection::Between(low, high))
}

/// The two ends of a range.
fn ends(view: &View, node: &Node, kind: Kind) -> Result<[Value; 2], Diagnostic> {
    let end = |node: &Node| node.text().map_or(Value::Null, |text| value(&text, kind));
    match &node.yaml {
        Yaml::List(ends) if ends.len() == 2 => Ok([end(&ends[0]), end(&ends[1])]),
        _ => Err(
            error!(node.span, "`{}` is given a range", view.id; hint: "as in `[2025-01-01, 2025-03-31]`; `null` leaves an end open"),
        ),
    }
}

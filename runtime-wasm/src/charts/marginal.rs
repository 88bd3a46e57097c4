//! Plots at the margins of another: how its points, or the sums of its cells, lie along one axis.

use super::boxes::{self, Kept};
use super::figure::{Part, column, parts};
use super::grid::Grid;
use super::roles::channel;
use super::trendline::follow;
use super::write::{numbers, put, put_numbers};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::Json;
use crate::plan::{Chart, Term, Value};
use crate::statistics::{Sample, density};
use std::borrow::Cow;
use std::iter::repeat_n;

/// The axes: that along which a margin lies, and the other.
const SIDES: [(&str, &str); 2] = [("x", "y"), ("y", "x")];
/// The role of the values that a margin shows where the axis has bins or sums, and that of how often each is there.
const VALUES: &str = "marginal";
const COUNT: &str = "marginal_count";

fn wanted<'a>(chart: &'a Chart, along: &str) -> Option<&'a str> {
    let own = chart.options.get(&format!("marginal_{along}"));
    own.or_else(|| chart.options.get(VALUES).filter(|_| along == "x")).and_then(Json::as_str)
}

/// Adds to the first `count` traces of points those at the margins.
pub fn add(chart: &Chart, count: usize, traces: &mut Vec<Json>) {
    for (along, _) in SIDES.into_iter().filter(|(along, _)| wanted(chart, along).is_some()) {
        for index in 0..count {
            if let Some(sample) = Sample::of(numbers(&traces[index], along).into_iter()) {
                add_one(chart, along, &sample, index, traces);
            }
        }
    }
}

/// Adds the margins of traces that count rows: of each the values that it has counted.
pub fn add_counted(chart: &Chart, answer: &Answer, traces: &mut Vec<Json>) {
    let (Some(values), Some(counts)) = (channel(chart, VALUES), channel(chart, COUNT)) else { return };
    for (index, part) in parts(chart, answer).iter().enumerate() {
        if let Some(sample) = counted(part, column(answer, values.term), column(answer, counts.term)) {
            add_one(chart, "x", &sample, index, traces);
        }
    }
}

/// The values of a trace, each as often as it is there.
fn counted(part: &Part, values: &[Value], counts: &[Value]) -> Option<Sample> {
    let each = |row: usize| match (&values[row], &counts[row]) {
        (Value::Number(value), Value::Number(count)) => repeat_n(*value, *count as usize),
        _ => repeat_n(0.0, 0),
    };
    Sample::of(part.rows().flat_map(each))
}

/// Adds the margin of the trace at a place.
fn add_one(chart: &Chart, along: &str, sample: &Sample, index: usize, traces: &mut Vec<Json>) {
    let across = if along == "x" { "y" } else { "x" };
    let kind = wanted(chart, along).unwrap_or_default();
    let mut trace = margin(chart, along);
    let (there, aside) = match kind {
        "histogram" => bars(chart, sample, along, &mut trace),
        "rug" => rug(sample, index as f64),
        "violin" => violin(sample, index as f64),
        _ => {
            boxes::fill_one(sample, &mut trace);
            (Vec::new(), vec![index as f64])
        }
    };
    if kind == "box" {
        put(&mut trace, along, Json::Array(vec![boxes::kept_values(sample, Kept::Outside)]));
    } else {
        put_numbers(&mut trace, along, &there);
    }
    put_numbers(&mut trace, across, &aside);
    follow(&mut trace, &mut traces[index], index);
    traces.push(trace);
}

/// An answer by the groups that are drawn: summed up over the values that only a margin shows.
pub fn grouped<'a>(chart: &Chart, answer: &'a Answer) -> Cow<'a, Answer> {
    let of = |role: &str| channel(chart, role).map(|channel| channel.term);
    match of(VALUES) {
        Some(Term::Key(values)) if of("x") != of(VALUES) => Cow::Owned(summed(answer, values)),
        _ => Cow::Borrowed(answer),
    }
}

/// The sums of an answer over one of its keys, of which null is left.
fn summed(answer: &Answer, over: usize) -> Answer {
    let mut sums = Answer { keys: vec![Vec::new(); answer.keys.len()], ..Answer::default() };
    sums.measures = vec![Vec::new(); answer.measures.len()];
    let groups = groups(answer, over);
    let mut places = Distinct::default();
    for row in 0..answer.rows {
        let place = places.add(&groups[row]);
        if place == sums.rows {
            sums.rows += 1;
            for (key, (column, of)) in sums.keys.iter_mut().zip(&answer.keys).enumerate() {
                column.push(if key == over { Value::Null } else { of[row].clone() });
            }
            sums.measures.iter_mut().for_each(|column| column.push(Value::Null));
        }
        for (column, of) in sums.measures.iter_mut().zip(&answer.measures) {
            column[place] = sum(&column[place], &of[row]);
        }
    }
    sums.total = sums.rows;
    sums
}

/// For each row of an answer a number that stands for its keys but one.
fn groups(answer: &Answer, over: usize) -> Vec<Value> {
    let mut groups = vec![Value::Null; answer.rows];
    for (_, column) in answer.keys.iter().enumerate().filter(|(key, _)| *key != over) {
        let mut places = Distinct::default();
        let inner: Vec<usize> = column.iter().map(|value| places.add(value)).collect();
        let mut outer = Distinct::default();
        let pair = |(group, inner)| Value::Number(outer.add(group) as f64 * places.count() as f64 + inner as f64);
        groups = groups.iter().zip(inner).map(pair).collect();
    }
    groups
}

fn sum(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a + b),
        (Value::Null, b) => b.clone(),
        (a, _) => a.clone(),
    }
}

/// The sums of a grid's columns and rows.
pub fn of_grid(chart: &Chart, grid: &Grid) -> Vec<Json> {
    let mut traces = Vec::new();
    for (along, across) in SIDES {
        if wanted(chart, along).is_none() {
            continue;
        }
        let places = if along == "x" { &grid.x } else { &grid.y };
        let mut sums = vec![0.0; places.len()];
        for (row, cells) in grid.z.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sums[if along == "x" { column } else { row }] += cell.unwrap_or(0.0);
            }
        }
        let mut trace = margin(chart, along);
        put(&mut trace, along, Json::Array(places.clone()));
        put_numbers(&mut trace, across, &sums);
        put(&mut trace, "meta/place", Json::from(0));
        traces.push(trace);
    }
    traces
}

/// What the build has made of a trace at a margin.
fn margin(chart: &Chart, along: &str) -> Json {
    chart.layout["meta"]["margins"][along].clone()
}

/// Where bars stand, and how many values each of them counts.
fn bars(chart: &Chart, sample: &Sample, along: &str, trace: &mut Json) -> (Vec<f64>, Vec<f64>) {
    let bins = numbers(&chart.trace["meta"]["margins"], along);
    let [start, width, count] = bins[..] else { return (Vec::new(), Vec::new()) };
    let mut counts = vec![0.0; count as usize];
    for value in sample.values() {
        let bin = ((value - start) / width).floor().max(0.0).min(count - 1.0);
        counts[bin as usize] += 1.0;
    }
    put(trace, "width", Json::from(width));
    ((0..counts.len()).map(|bin| start + (bin as f64 + 0.5) * width).collect(), counts)
}

/// A line for each value, once.
fn rug(sample: &Sample, place: f64) -> (Vec<f64>, Vec<f64>) {
    let mut values = sample.values().to_vec();
    values.dedup();
    let places = vec![place; values.len()];
    (values, places)
}

/// The outline of a sample's density about a place.
fn violin(sample: &Sample, place: f64) -> (Vec<f64>, Vec<f64>) {
    let curve = density(sample);
    let widest = curve.iter().map(|point| point.1).fold(0.0, f64::max);
    let (mut there, mut aside) = (Vec::new(), Vec::new());
    for step in 0..2 * curve.len() {
        let (at, sign) = if step < curve.len() { (step, 0.4) } else { (2 * curve.len() - 1 - step, -0.4) };
        there.push(curve[at].0);
        aside.push(((place + sign * curve[at].1 / widest) * 1e5).round() / 1e5);
    }
    (there, aside)
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{
    MARGINAL, MARGINAL_X, MARGINAL_Y, OF_SUMS_X, OF_SUMS_Y, ask, check, is_aside, layout, margins, modules,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{COUNT, SIDES, VALUES, wanted};
    use crate::answer::Answer;
    use crate::charts::check::additive_y;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::figure::column;
    use crate::charts::histogram::bins;
    use crate::charts::roles::channel;
    use crate::charts::{Problem, facets, layers};
    use crate::json::{Json, json};
    use crate::plan::{Aggregate, Channel, Chart, Grain, Key, Kind, Measure, Question, Term, Value};

    const KINDS: Takes = Takes::Choice(&["histogram", "rug", "box", "violin"]);
    pub const MARGINAL_X: Encoding = Encoding::optional("marginal_x", KINDS, "How the points lie along x, above them");
    pub const MARGINAL_Y: Encoding = Encoding::optional("marginal_y", KINDS, "How the points lie along y, beside them");
    pub const MARGINAL: Encoding = Encoding::optional(VALUES, KINDS, "How the values of x lie, above them");
    const SUMS: Takes = Takes::Choice(&["histogram"]);
    pub const OF_SUMS_X: Encoding = Encoding::optional("marginal_x", SUMS, "The sums of the columns, above them");
    pub const OF_SUMS_Y: Encoding = Encoding::optional("marginal_y", SUMS, "The sums of the rows, beside them");

    /// What draws the margins.
    pub fn modules(chart: &Chart) -> impl Iterator<Item = &'static str> {
        SIDES.into_iter().filter_map(|(along, _)| match wanted(chart, along)? {
            "histogram" => Some("bar"),
            "box" => Some("box"),
            _ => None,
        })
    }

    /// Adds to a question what its chart's margin shows: the values of the axis, and how often each is there.
    pub fn ask(chart: &mut Chart, question: &mut Question, has_bins: bool) {
        let Some(axis) = channel(chart, "x").filter(|_| chart.options.contains_key(VALUES)).cloned() else { return };
        let values = match axis.term {
            Term::Key(key) if has_bins => {
                question.keys.push(Key { column: question.keys[key].column, grain: Grain::Value });
                Term::Key(question.keys.len() - 1)
            }
            term => term,
        };
        let rows = Measure::Aggregate { function: Aggregate::Count, column: None };
        let known = question.measures.iter().position(|measure| *measure == rows);
        let count = known.unwrap_or(question.measures.len());
        if known.is_none() {
            question.measures.push(rows);
        }
        chart.channels.push(Channel { role: VALUES.to_owned(), term: values, ..axis.clone() });
        let count = Channel { role: COUNT.to_owned(), term: Term::Measure(count), kind: Kind::Integer, ..axis };
        chart.channels.push(count);
    }

    /// True for a channel that only a margin shows.
    pub fn is_aside(channel: &Channel) -> bool {
        matches!(channel.role.as_str(), VALUES | COUNT)
    }

    /// Checks that there is room for margins, and that they are of numbers; those of bins also that these add up.
    pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        for (role, encoding) in [("x", "marginal_x"), ("y", "marginal_y"), ("x", VALUES)] {
            let Some(axis) = channel(chart, role).filter(|_| chart.options.contains_key(encoding)) else { continue };
            if !axis.kind.is_number() {
                let message = format!("`{}` is not a number", axis.label);
                return Err(Problem { encoding, message, hint: "a plot at the margin shows how numbers lie" });
            }
            if facets::is_split(chart) || layers::is_layered(chart) {
                let message = "a plot at the margin goes with one chart".to_owned();
                return Err(Problem { encoding, message, hint: "leave out `facet_row`, `facet_col` and `layers`" });
            }
        }
        let is_regrouped = channel(chart, VALUES).is_some_and(|values| Some(values.term) != x(chart));
        if is_regrouped { additive_y(chart, question) } else { Ok(()) }
    }

    fn x(chart: &Chart) -> Option<Term> {
        channel(chart, "x").map(|axis| axis.term)
    }

    /// For each margin with bars its bins, from the answer without filters.
    pub fn margins(chart: &Chart, answer: &Answer) -> Json {
        let mut margins = json!({});
        for (along, _) in SIDES.into_iter().filter(|(along, _)| wanted(chart, along) == Some("histogram")) {
            let Some(axis) = channel(chart, VALUES).or_else(|| channel(chart, along)) else { continue };
            let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
            let numbers: Vec<f64> = column(answer, axis.term).iter().filter_map(number).collect();
            let (low, high) = numbers.iter().fold((f64::MAX, f64::MIN), |ends, n| (ends.0.min(*n), ends.1.max(*n)));
            let kind = if axis.kind == Kind::Integer { Kind::Integer } else { Kind::Float };
            if let Some(Grain::Bin { start, width, count }) = (low <= high).then(|| bins(kind, low, high, Some(30))) {
                margins[along] = json!([start, width, count]);
            }
        }
        margins
    }

    /// What all traces at a margin share.
    fn prototype(kind: &str, along: &str, across: &str) -> Json {
        let is_above = along == "x";
        let mut trace = match kind {
            "histogram" => json!({
                "type": "bar", "orientation": if is_above { "v" } else { "h" }, "opacity": 0.7, "marker": { "line": { "width": 0 } },
                "hovertemplate": format!("%{{{along}}}: %{{{across}:,.6~r}}<extra></extra>"),
            }),
            "rug" => json!({
                "type": "scatter", "mode": "markers", "hovertemplate": format!("%{{{along}}}<extra></extra>"),
                "marker": { "symbol": if is_above { "line-ns-open" } else { "line-ew-open" }, "size": 8 },
            }),
            "violin" => {
                json!({ "type": "scatter", "mode": "lines", "fill": "toself", "hoverinfo": "skip", "line": { "width": 1.5 } })
            }
            _ => json!({
                "type": "box", "orientation": if is_above { "h" } else { "v" }, "width": 0.6, "boxpoints": "all", "jitter": 0,
                "pointpos": 0, "marker": { "size": 3 }, "line": { "width": 1.5 },
            }),
        };
        trace[format!("{across}axis")] = json!(format!("{across}2"));
        (trace["showlegend"], trace["meta"]) = (json!(false), json!({ "aside": true }));
        trace
    }

    /// Makes room for the margins in a layout, whose `meta` has what their traces share.
    pub fn layout(chart: &Chart, mut layout: Json) -> Json {
        for (along, across) in SIDES {
            let Some(kind) = wanted(chart, along) else { continue };
            layout["meta"]["margins"][along] = prototype(kind, along, across);
            let size = if kind == "histogram" { 0.78 } else { 0.86 };
            layout[format!("{across}axis")]["domain"] = json!([0, size]);
            layout[format!("{across}axis2")] = json!({
                "domain": [size + 0.02, 1], "anchor": along, "showticklabels": false, "showgrid": kind == "histogram",
                "zeroline": false, "showline": false, "fixedrange": true, "ticks": "",
            });
            if chart.kind != "histogram" {
                (layout["barmode"], layout["bargap"]) = (json!("overlay"), json!(0.04));
            }
        }
        layout
    }
}

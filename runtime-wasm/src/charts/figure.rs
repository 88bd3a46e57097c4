//! From the rows of an answer to the arrays of plotly's traces: one trace for each value column and color, always all of them.

use super::Places;
use super::axes::is_between;
use super::palette::place;
use super::roles::{boxed, brushed, carried, channel, channels, clicked, is_category, position, value};
use super::splits::{Split, splits};
use super::write::put;
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::format::shortest;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Selection, Term, Value};

/// How a category that is null is written. Selections still carry the null.
const NONE: &str = "(none)";

static NULL: Value = Value::Null;

/// The traces of a chart with two axes: for each column of values one for each color, in the order of the categories.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let parts = parts(chart, answer);
    let measures: Vec<&Channel> = channels(chart, value(chart)).collect();
    let mut traces = Vec::with_capacity(parts.len() * measures.len());
    for measure in &measures {
        for part in &parts {
            let mut trace = begun(part, (measures.len() > 1).then_some(*measure), traces.len());
            fill(part, measure, &mut trace);
            if let Some(selection) = selection {
                trace["selectedpoints"] = json!(part.selected(selection));
            }
            traces.push(trace);
        }
    }
    // Lines that only `line_group` tells apart have one name.
    if channel(chart, "line_group").is_some() {
        let mut known = Vec::new();
        for trace in traces.iter_mut().filter(|trace| trace["name"].is_string()) {
            let has_points = trace["x"].as_array().is_some_and(|points| !points.is_empty());
            name_once(trace, has_points, &mut known);
        }
    }
    traces
}

/// Gives traces of the same name one entry in the legend, with the first of them that has points; they come and go together.
pub fn name_once(trace: &mut Json, has_points: bool, known: &mut Vec<String>) {
    let name = trace["name"].as_str().unwrap_or_default().to_owned();
    let place = known.binary_search(&name);
    trace["showlegend"] = json!(has_points && place.is_err());
    trace["legendgroup"] = json!(name);
    if let (true, Err(place)) = (has_points, place) {
        known.insert(place, name);
    }
}

/// For each of the [`traces`] the places of its points that the reader selected.
pub fn selected(chart: &Chart, answer: &Answer, selection: &Selection) -> Places {
    of_traces(chart, parts(chart, answer).iter().map(|part| part.selected(selection)).collect())
}

/// What each trace has, where each measure's traces have what the parts have.
pub fn of_traces<T: Clone>(chart: &Chart, of_parts: Vec<T>) -> Vec<T> {
    channels(chart, value(chart)).flat_map(|_| of_parts.iter().cloned()).collect()
}

/// What all traces of the chart share, as the build made it.
pub fn prototype(chart: &Chart) -> Json {
    if chart.trace.is_null() { json!({}) } else { chart.trace.clone() }
}

/// A column of the answer; empty if there is none.
pub fn column(answer: &Answer, term: Term) -> &[Value] {
    match term {
        Term::Key(i) => answer.keys.get(i),
        Term::Measure(i) => answer.measures.get(i),
    }
    .map_or(&[], Vec::as_slice)
}

/// A value for plotly: whole numbers without a point, what is not a finite number as null.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(b) => Json::Bool(*b),
        Value::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => json!(*n as i64),
        Value::Number(n) => json!(n),
        Value::Text(s) => json!(s),
    }
}

/// A category as the reader sees it.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Number(n) => shortest(*n),
        Value::Text(s) => s.clone(),
    }
}

/// A number as it adds up: what is no number, or below zero, counts nothing.
pub fn amount(value: &Value) -> f64 {
    match value {
        Value::Number(n) if *n > 0.0 && n.is_finite() => *n,
        _ => 0.0,
    }
}

/// The categories of a role as the build fixed them, then those that only this answer has.
pub fn categories(chart: &Chart, role: &str, values: &[Value]) -> Vec<Value> {
    let fixed = chart.categories.get(role).map_or(&[][..], Vec::as_slice);
    let mut places = Distinct::default();
    let mut all = Vec::new();
    for value in fixed.iter().chain(values) {
        if places.add(value) == all.len() {
            all.push(value.clone());
        }
    }
    all
}

/// The color that the author asked for: by name, else by turns; none leaves it to the theme.
pub fn color(chart: &Chart, name: &str, place: usize) -> Option<Json> {
    let named = chart.options.get("color_discrete_map").and_then(|map| map.get(name));
    let listed = chart.options.get("color_discrete_sequence").and_then(Json::as_array);
    let by_turns = listed.and_then(|list| list.get(place % list.len().max(1)));
    named.or(by_turns).cloned()
}

/// True if one of the selected tuples agrees with this one, as far as both go.
pub fn is_picked(tuples: &[Vec<Value>], tuple: &[&Value]) -> bool {
    tuples.iter().any(|picked| picked.iter().zip(tuple).all(|(a, b)| a == *b))
}

/// The rows of one trace.
pub struct Part<'a> {
    /// The chart.
    pub chart: &'a Chart,
    answer: &'a Answer,
    split: Split,
    /// Its points, in the order of the axis.
    pub points: Vec<Point>,
}

/// A place in a trace.
pub enum Point {
    /// A row of the answer.
    Row(usize),
    /// A category of the axis that has no row, so that the axis stays as it is.
    Empty(Value),
}

/// The rows of each trace of a measure.
pub fn parts<'a>(chart: &'a Chart, answer: &'a Answer) -> Vec<Part<'a>> {
    let part = |mut split: Split| {
        let points = places(chart, answer, std::mem::take(&mut split.rows));
        Part { chart, answer, split, points }
    };
    splits(chart, answer).into_iter().map(part).collect()
}

/// On an axis of categories the rows in its order, with a place for each that has none.
fn places(chart: &Chart, answer: &Answer, rows: Vec<usize>) -> Vec<Point> {
    let role = position(chart);
    let Some(axis) = channel(chart, role).filter(|axis| is_category(axis.kind) && chart.categories.contains_key(role))
    else {
        return rows.into_iter().map(Point::Row).collect();
    };
    let values = column(answer, axis.term);
    let all = categories(chart, role, values);
    let places = Distinct::of(&all);
    let mut by_category: Vec<Vec<Point>> = all.iter().map(|_| Vec::new()).collect();
    for row in rows {
        by_category[places.at(&values[row])].push(Point::Row(row));
    }
    let points = by_category.into_iter().zip(&all);
    points
        .flat_map(|(rows, category)| if rows.is_empty() { vec![Point::Empty(category.clone())] } else { rows })
        .collect()
}

/// A trace without points: its name and its look. `place` is its place among the traces.
pub fn begun(part: &Part, measure: Option<&Channel>, index: usize) -> Json {
    let mut trace = prototype(part.chart);
    let labels = measure.map(|channel| channel.label.clone()).into_iter().chain(part.split.name(part.chart));
    let name = labels.collect::<Vec<_>>().join(", ");
    part.split.shape(part.chart, &mut trace);
    part.paint(&name, measure, index, &mut trace);
    trace["name"] = json!(name);
    trace
}

fn fill(part: &Part, measure: &Channel, trace: &mut Json) {
    if let Some(axis) = channel(part.chart, position(part.chart)) {
        trace[position(part.chart)] = part.axis(axis);
    }
    trace[value(part.chart)] = part.axis(measure);
    trace["customdata"] = part.carried();
    if let Some(text) = channel(part.chart, "text") {
        trace["text"] = part.each(|point| or_empty(json(part.value(point, text.term))));
    }
    if let Some(size) = channel(part.chart, "size") {
        trace["marker"]["size"] = part.each(|point| json(&Value::Number(amount(part.value(point, size.term)))));
    }
    if let Some(group) = channel(part.chart, "animation_group") {
        trace["ids"] = part.each(|point| json!(self::text(part.value(point, group.term))));
    }
    for (role, path) in BARS {
        if let Some(of) = channel(part.chart, role) {
            put(trace, path, part.each(|point| json(part.value(point, of.term))));
        }
    }
}

/// The further numbers of bars and points, and where plotly has them.
pub const BARS: [(&str, &str); 7] = [
    ("base", "base"),
    ("error_x", "error_x/array"),
    ("error_x_minus", "error_x/arrayminus"),
    ("error_y", "error_y/array"),
    ("error_y_minus", "error_y/arrayminus"),
    ("error_z", "error_z/array"),
    ("error_z_minus", "error_z/arrayminus"),
];

/// Colors a trace.
pub fn tint(trace: &mut Json, color: &Json) {
    if trace["type"] != "bar" {
        put(trace, "line/color", color.clone());
    }
    put(trace, "marker/color", color.clone());
}

fn or_empty(value: Json) -> Json {
    if value.is_null() { json!("") } else { value }
}

impl Part<'_> {
    /// The rows of the answer behind its points.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.points.iter().filter_map(|point| if let Point::Row(row) = point { Some(*row) } else { None })
    }

    /// A point's value of a column.
    pub fn value<'p>(&'p self, point: &'p Point, term: Term) -> &'p Value {
        let is = |role| channel(self.chart, role).is_some_and(|channel| channel.term == term);
        match point {
            Point::Row(row) => column(self.answer, term).get(*row).unwrap_or(&NULL),
            Point::Empty(place) if is(position(self.chart)) => place,
            Point::Empty(_) => self.split.value(term).unwrap_or(&NULL),
        }
    }

    /// The color that the author asked for, else the place in the page's palette where that is not the trace's own place.
    fn paint(&self, name: &str, measure: Option<&Channel>, index: usize, trace: &mut Json) {
        let before = measure.and_then(|measure| channels(self.chart, value(self.chart)).position(|of| of == measure));
        let before = before.unwrap_or(0);
        let category = channel(self.chart, "color").and_then(|color| self.split.value(color.term));
        let colors = category.map_or(1, |_| self.chart.categories.get("color").map_or(1, Vec::len));
        let at = before * colors + category.map_or(0, |category| place(self.chart, "color", category));
        let named = color(self.chart, name, at);
        let named = named.or_else(|| color(self.chart, &text(category?), at));
        match named {
            Some(color) => tint(trace, &color),
            None if at != index => put(trace, "meta/place", Json::from(at)),
            None => {}
        }
    }

    /// Makes something of each point.
    pub fn each(&self, make: impl Fn(&Point) -> Json) -> Json {
        self.points.iter().map(make).collect()
    }

    /// Where its points stand along an axis.
    pub fn axis(&self, channel: &Channel) -> Json {
        let value = |point| self.value(point, channel.term);
        if is_category(channel.kind) {
            self.points.iter().map(|point| text(value(point))).collect()
        } else {
            self.points.iter().map(|point| json(value(point))).collect()
        }
    }

    /// What its points carry along.
    pub fn carried(&self) -> Json {
        let terms = carried(self.chart);
        self.each(|point| terms.iter().map(|term| json(self.value(point, *term))).collect())
    }

    /// The places of the points that the reader selected.
    pub fn selected(&self, selection: &Selection) -> Vec<usize> {
        let terms = clicked(self.chart);
        let axis = brushed(self.chart);
        let axes = boxed(self.chart);
        let is_selected = |point: &Point| match selection {
            Selection::In(tuples) => {
                let tuple: Vec<&Value> = terms.iter().map(|term| self.value(point, *term)).collect();
                is_picked(tuples, &tuple)
            }
            Selection::Between(low, high) => {
                axis.is_some_and(|axis| is_between(self.value(point, axis.term), low, high))
            }
            Selection::Box(ends) => axes.is_some_and(|axes| {
                let inside =
                    |(axis, [low, high]): (&Channel, &[Value; 2])| is_between(self.value(point, axis.term), low, high);
                axes.into_iter().zip(ends).all(inside)
            }),
            // Only an input selects so.
            Selection::Contains(_) => false,
        };
        (0..self.points.len()).filter(|i| is_selected(&self.points[*i])).collect()
    }
}

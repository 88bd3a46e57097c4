//! Samples at places: what box plots, violins and strips share.

use super::figure::{Part, Point, categories, is_picked, json as plain};
use super::roles::{channel, clicked, is_category, position};
use super::write::{list, put, put_numbers};
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Channel, Selection, Value};
use crate::statistics::Sample;

/// The numbers of one trace at one place of the axis.
pub struct Pile<'a> {
    /// The points with a number.
    pub points: Vec<&'a Point>,
    /// Their numbers.
    pub sample: Sample,
}

/// The piles of a trace, in the order of the axis' categories; a place without numbers has none.
pub fn piles<'a>(part: &'a Part, measure: &Channel) -> Vec<Pile<'a>> {
    let axis = channel(part.chart, position(part.chart)).map(|axis| axis.term);
    let place = |point| axis.map_or(&Value::Null, |axis| part.value(point, axis));
    let points: Vec<&Point> = part.points.iter().filter(|point| number(part, point, measure).is_some()).collect();
    let values: Vec<Value> = points.iter().map(|point| place(point).clone()).collect();
    let all = categories(part.chart, position(part.chart), &values);
    let at = Distinct::of(&all);
    let mut places: Vec<Vec<&Point>> = all.iter().map(|_| Vec::new()).collect();
    points.into_iter().for_each(|point| places[at.at(place(point))].push(point));
    let pile = |points: Vec<&'a Point>| {
        let sample = Sample::of(points.iter().filter_map(|point| number(part, point, measure)))?;
        Some(Pile { points, sample })
    };
    places.into_iter().filter_map(pile).collect()
}

/// A point's number.
pub fn number(part: &Part, point: &Point, measure: &Channel) -> Option<f64> {
    match part.value(point, measure.term) {
        Value::Number(number) if number.is_finite() => Some(*number),
        _ => None,
    }
}

/// Fills a box trace from piles: one box for each, and of its points those that `kept` says.
pub fn fill(part: &Part, piles: &[Pile], kept: Kept, trace: &mut Json) {
    let mut columns: [Vec<f64>; 8] = Default::default();
    let (mut places, mut values, mut tuples) = (Vec::new(), Vec::new(), Vec::new());
    for pile in piles {
        let summary = summary(&pile.sample);
        columns.iter_mut().zip(summary).for_each(|(column, number)| column.push(number));
        places.push(place(part, pile));
        values.push(kept_values(&pile.sample, kept));
        tuples.push(tuple(part, pile).into_iter().map(plain).collect::<Json>());
    }
    for (name, column) in NUMBERS.iter().zip(&columns) {
        if *name != "notchspan" || trace["notched"] == true {
            put_numbers(trace, name, column);
        }
    }
    put(trace, position(part.chart), Json::Array(places));
    put(trace, "customdata", Json::Array(tuples));
    let name = trace["name"].clone();
    put(trace, "offsetgroup", name);
    if kept != Kept::None {
        put(trace, super::roles::value(part.chart), Json::Array(values));
    }
}

/// The numbers of a box, as plotly calls them.
const NUMBERS: [&str; 8] = ["q1", "median", "q3", "lowerfence", "upperfence", "mean", "sd", "notchspan"];

/// The numbers of a sample's box. Its notch is that of McGill, Tukey and Larsen (1978), with plotly's factor.
pub fn summary(sample: &Sample) -> [f64; 8] {
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(|share| sample.quantile(share));
    let (low, high) = sample.fences();
    let notch = 1.57 * (q3 - q1) / sample.count().sqrt();
    [q1, median, q3, low, high, sample.mean(), sample.deviation(0.0), notch]
}

/// Fills a box trace from one sample.
pub fn fill_one(sample: &Sample, trace: &mut Json) {
    for (name, number) in NUMBERS.iter().zip(summary(sample)).take(5) {
        put_numbers(trace, name, &[number]);
    }
}

/// Which points of a box are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Those beyond the fences.
    Outside,
    /// All.
    All,
    /// None.
    None,
}

/// The points of a box; plotly takes an empty list for none at all, and a null for a point that is not there.
pub fn kept_values(sample: &Sample, kept: Kept) -> Json {
    let (low, high) = sample.fences();
    let is_kept = |value: &f64| match kept {
        Kept::All => true,
        Kept::Outside => *value < low || *value > high,
        Kept::None => false,
    };
    let values: Vec<f64> = sample.values().iter().copied().filter(is_kept).collect();
    if values.is_empty() { Json::Array(vec![Json::Null]) } else { list(&values) }
}

/// Where a pile stands; without an axis at a place without a name.
pub fn place(part: &Part, pile: &Pile) -> Json {
    let Some(axis) = channel(part.chart, position(part.chart)) else { return json!("") };
    let value = part.value(pile.points[0], axis.term);
    if is_category(axis.kind) { json!(super::figure::text(value)) } else { plain(value) }
}

/// What a click on a pile selects.
pub fn tuple<'a>(part: &'a Part, pile: &'a Pile) -> Vec<&'a Value> {
    clicked(part.chart).into_iter().map(|term| part.value(pile.points[0], term)).collect()
}

/// For each pile whether another is selected; none without a selection of values.
pub fn dimmed(part: &Part, piles: &[Pile], selection: Option<&Selection>) -> Option<Json> {
    let Some(Selection::In(tuples)) = selection else { return None };
    Some(piles.iter().map(|pile| json!(!is_picked(tuples, &tuple(part, pile)))).collect())
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ALIGNED, X, Y, check, layout};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::roles::{channel, is_category, position, value};
    use crate::charts::{Problem, check as checks, hover, layout as layouts};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const X: Encoding =
        Encoding::optional("x", Takes::Dimension, "Horizontal axis: a column of numbers, or of places");
    pub const Y: Encoding =
        Encoding::optional("y", Takes::Dimension, "Vertical axis: a column of numbers, or of places");
    /// What `boxmode`, `violinmode` and `stripmode` take.
    pub const ALIGNED: Takes = Takes::Choice(&["group", "overlay"]);

    /// Checks that there are numbers, and rows of them.
    pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        let axis = value(chart);
        if channel(chart, axis).is_none() {
            let message = format!("`chart {}` needs numbers", chart.kind);
            return Err(Problem { encoding: "y", message, hint: "give a column of numbers, as in `y: revenue`" });
        }
        checks::values(chart, question)
    }

    /// The layout of traces at places: each place keeps its room, several colors stand beside each other.
    pub fn layout(chart: &Chart, question: &Question, mode: &str) -> Json {
        let mut layout = layouts::to_json(layouts::cartesian(chart, question), chart);
        let (axis, color) = (channel(chart, position(chart)), channel(chart, "color"));
        let is_beside = color.is_some_and(|color| axis.is_none_or(|axis| axis.term != color.term));
        let mode =
            chart.options.get(mode).and_then(Json::as_str).unwrap_or(if is_beside { "group" } else { "overlay" });
        layout["boxmode"] = json!(mode);
        layout["boxgap"] = json!(if is_beside { 0.15 } else { 0.35 });
        layout["boxgroupgap"] = json!(if is_beside { 0.25 } else { 0.0 });
        let places = chart.categories.get(position(chart)).map(|places| places.len() as f64 - 0.5);
        if let (Some(last), true) = (places, axis.is_some_and(|axis| is_category(axis.kind))) {
            let is_upright = position(chart) == "x";
            let place = &mut layout[if is_upright { "xaxis" } else { "yaxis" }];
            place["range"] = if is_upright { json!([-0.5, last]) } else { json!([last, -0.5]) };
            place.as_object_mut().map(|place| place.remove("autorange"));
        }
        if let Some(number) = channel(chart, value(chart)) {
            let pattern = hover::pattern(number, question);
            let axis = if value(chart) == "y" { "yaxis" } else { "xaxis" };
            layout[axis]["hoverformat"] = json!(pattern.strip_prefix(':').unwrap_or(",.4~g"));
        }
        layout
    }
}

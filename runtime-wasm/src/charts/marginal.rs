//! Plots at the margins of another: how its points, or the sums of its cells, lie along one axis.

use super::boxes::{self, Kept};
use super::grid::Grid;
use super::trendline::follow;
use super::write::{numbers, put, put_numbers};
use crate::plan::Chart;
use crate::statistics::{Sample, density};
use serde_json::Value as Json;

/// The axes: that along which a margin lies, and the other.
const SIDES: [(&str, &str); 2] = [("x", "y"), ("y", "x")];

fn wanted<'a>(chart: &'a Chart, along: &str) -> Option<&'a str> {
    chart.options.get(&format!("marginal_{along}")).and_then(Json::as_str)
}

/// Adds to the first `count` traces of points those at the margins.
pub fn add(chart: &Chart, count: usize, traces: &mut Vec<Json>) {
    for (along, across) in SIDES {
        let Some(kind) = wanted(chart, along) else { continue };
        for index in 0..count {
            let Some(sample) = Sample::of(numbers(&traces[index], along).into_iter()) else { continue };
            let mut trace = margin(chart, along);
            let (there, aside) = match kind {
                "histogram" => bars(chart, &sample, along, &mut trace),
                "rug" => (sample.values().to_vec(), vec![index as f64; sample.values().len()]),
                "violin" => violin(&sample, index as f64),
                _ => {
                    boxes::fill_one(&sample, &mut trace);
                    (Vec::new(), vec![index as f64])
                }
            };
            if kind == "box" {
                put(&mut trace, along, Json::Array(vec![boxes::kept_values(&sample, Kept::Outside)]));
            } else {
                put_numbers(&mut trace, along, &there);
            }
            put_numbers(&mut trace, across, &aside);
            follow(&mut trace, &mut traces[index], index);
            traces.push(trace);
        }
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
        let bin = ((value - start) / width).floor().clamp(0.0, count - 1.0);
        counts[bin as usize] += 1.0;
    }
    put(trace, "width", Json::from(width));
    ((0..counts.len()).map(|bin| start + (bin as f64 + 0.5) * width).collect(), counts)
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
pub use build::{MARGINAL_X, MARGINAL_Y, OF_SUMS_X, OF_SUMS_Y, check, layout, margins, modules};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{SIDES, wanted};
    use crate::answer::Answer;
    use crate::charts::Problem;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::figure::column;
    use crate::charts::histogram::bins;
    use crate::charts::roles::channel;
    use crate::plan::{Chart, Grain, Kind, Value};
    use serde_json::{Value as Json, json};

    const KINDS: Takes = Takes::Choice(&["histogram", "rug", "box", "violin"]);
    pub const MARGINAL_X: Encoding = Encoding::optional("marginal_x", KINDS, "How the points lie along x, above them");
    pub const MARGINAL_Y: Encoding = Encoding::optional("marginal_y", KINDS, "How the points lie along y, beside them");
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

    /// Checks that points have margins of numbers.
    pub fn check(chart: &Chart) -> Result<(), Problem> {
        for (role, encoding) in [("x", "marginal_x"), ("y", "marginal_y")] {
            let axis = channel(chart, role).filter(|axis| wanted(chart, role).is_some() && !axis.kind.is_number());
            if let Some(axis) = axis {
                let message = format!("`{}` is not a number", axis.label);
                return Err(Problem { encoding, message, hint: "a plot at the margin shows how numbers lie" });
            }
        }
        Ok(())
    }

    /// For each margin with bars its bins, from the answer without filters.
    pub fn margins(chart: &Chart, answer: &Answer) -> Json {
        let mut margins = json!({});
        for (along, _) in SIDES.into_iter().filter(|(along, _)| wanted(chart, along) == Some("histogram")) {
            let Some(axis) = channel(chart, along) else { continue };
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
            (layout["barmode"], layout["bargap"]) = (json!("overlay"), json!(0.04));
        }
        layout
    }
}

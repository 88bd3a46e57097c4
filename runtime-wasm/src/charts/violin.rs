//! `chart violin`: the density of a column's values at each place, computed here: plotly.js would need every value.

use super::boxes::{self, Kept, Pile};
use super::figure::{Part, begun, categories, parts, text};
use super::roles::{channel, position, value};
use super::write::{put, put_numbers};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Selection};
use crate::statistics::{Sample, density};

/// The chart type.
pub static VIOLIN: ChartType = ChartType {
    name: "violin",
    selects: Selects::Position,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Part of a place's room that violins leave free, and part of a violin's room.
const GAP: f64 = 0.15;
const GROUP_GAP: f64 = 0.1;

/// The outlines, then for each an unseen box that tells its quartiles and takes clicks.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let Some(measure) = channel(chart, value(chart)) else { return Vec::new() };
    let parts = parts(chart, answer);
    let piles: Vec<Vec<Pile>> = parts.iter().map(|part| boxes::piles(part, measure)).collect();
    let curves: Vec<Vec<Curve>> =
        piles.iter().map(|piles| piles.iter().map(|pile| density(&pile.sample)).collect()).collect();
    let widest = curves.iter().flatten().flatten().map(|point| point.1).fold(0.0, f64::max);
    let is_group = chart.layout["boxmode"] == "group";
    let beside = if is_group { parts.len() as f64 } else { 1.0 };
    let mut traces = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let middle = if is_group { (-0.5 + (index as f64 + 0.5) / beside) * (1.0 - GAP) } else { 0.0 };
        let room = Room { middle, width: 0.5 * (1.0 - GAP) * (1.0 - GROUP_GAP) / beside, widest };
        let dimmed = boxes::dimmed(part, &piles[index], selection);
        for is_dimmed in [false, true].into_iter().take(1 + usize::from(dimmed.is_some())) {
            let shown = |number: usize| dimmed.as_ref().is_some_and(|dimmed| dimmed[number] == true) == is_dimmed;
            let violins = piles[index].iter().zip(&curves[index]).enumerate().filter(|(number, _)| shown(*number));
            let mut trace = outlines(part, violins.map(|(_, violin)| violin), room, traces.len());
            if is_dimmed {
                put(&mut trace, "opacity", Json::from(0.25));
                // The legend has the color once, by its bright violins if there are any.
                let bright = (0..piles[index].len()).any(|number| !shown(number));
                put(&mut trace, "showlegend", Json::Bool(!bright));
            }
            traces.push(trace);
        }
    }
    for (part, piles) in parts.iter().zip(&piles) {
        traces.push(reader(part, piles, traces.len()));
    }
    traces
}

/// A density by place.
type Curve = Vec<(f64, f64)>;

/// Where the violins of a trace stand beside their places.
#[derive(Clone, Copy)]
struct Room {
    middle: f64,
    width: f64,
    widest: f64,
}

fn outlines<'a>(
    part: &Part,
    violins: impl Iterator<Item = (&'a Pile<'a>, &'a Curve)>,
    room: Room,
    index: usize,
) -> Json {
    let chart = part.chart;
    let mut trace = begun(part, None, index);
    let places = categories(chart, position(chart), &[]);
    let (mut across, mut along) = (Vec::new(), Vec::new());
    let with_box = chart.options.get("box").and_then(Json::as_bool).unwrap_or(false);
    for (pile, curve) in violins {
        let name = boxes::place(part, pile);
        let place = places.iter().position(|known| name == text(known)).unwrap_or(0) as f64;
        let inner = if with_box { inner(&pile.sample, room) } else { Vec::new() };
        for point in outline(curve, room).into_iter().chain(inner) {
            across.push(rounded(place + room.middle + point.0));
            along.push(point.1);
        }
    }
    put_numbers(&mut trace, position(chart), &across);
    put_numbers(&mut trace, value(chart), &along);
    let name = trace["name"].clone();
    put(&mut trace, "legendgroup", name);
    trace
}

/// What plotly draws no line to.
const NOWHERE: (f64, f64) = (f64::NAN, f64::NAN);

/// A closed line around the density; a gap follows.
fn outline(curve: &Curve, room: Room) -> Vec<(f64, f64)> {
    let mut path = Vec::new();
    for step in 0..2 * curve.len() {
        let (at, sign) = if step < curve.len() { (step, 1.0) } else { (2 * curve.len() - 1 - step, -1.0) };
        path.push((sign * room.width * curve[at].1 / room.widest, curve[at].0));
    }
    path.extend_from_slice(&[path[0], NOWHERE]);
    path
}

/// The quartiles, the median and the fences in the middle of a violin.
fn inner(sample: &Sample, room: Room) -> Vec<(f64, f64)> {
    let half = room.width * 0.12;
    let [q1, median, q3, low, high, ..] = boxes::summary(sample);
    let around = [(0.0, low), (0.0, q1), (-half, q1), (-half, median), (half, median), (-half, median), (-half, q3)];
    let back = [(0.0, q3), (0.0, high), (0.0, q3), (half, q3), (half, q1), (0.0, q1), (0.0, low), NOWHERE];
    [&around[..], &back[..]].concat()
}

/// A place along the axis, to what can be seen.
fn rounded(place: f64) -> f64 {
    (place * 1e5).round() / 1e5
}

fn reader(part: &Part, piles: &[Pile], index: usize) -> Json {
    let shown = begun(part, None, index);
    let mut trace = part.chart.layout["meta"]["reader"].clone();
    for (name, of) in [("name", "name"), ("legendgroup", "name"), ("meta", "meta"), ("marker", "marker")] {
        put(&mut trace, name, shown[of].clone());
    }
    boxes::fill(part, piles, Kept::None, &mut trace);
    trace
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{GAP, GROUP_GAP};
    use crate::charts::boxes::{self, ALIGNED, X, Y};
    use crate::charts::encoding::*;
    use crate::charts::roles::{channel, is_category, position};
    use crate::charts::{Build, Problem, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const BOX: Encoding = Encoding::optional("box", Takes::Flag, "Quartiles and fences inside each violin");
    const VIOLINMODE: Encoding =
        Encoding::optional("violinmode", ALIGNED, "Whether colors stand beside or over each other");

    pub const BUILD: Build = Build {
        summary: "The density of a column's values at each place",
        encodings: &[
            X,
            Y,
            COLOR,
            BOX,
            VIOLINMODE,
            ORIENTATION,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["box"],
        check,
        trace,
        layout,
    };

    fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        boxes::check(chart, question)?;
        match channel(chart, position(chart)).filter(|axis| !is_category(axis.kind)) {
            Some(axis) => Err(Problem {
                encoding: if axis.role == "x" { "x" } else { "y" },
                message: format!("`{}` has no categories, and a violin stands at each", axis.label),
                hint: "make it text in the query, as in `CAST(year AS TEXT) AS year`",
            }),
            None => Ok(()),
        }
    }

    fn trace(chart: &Chart, _: &Question, _: &crate::answer::Answer) -> Json {
        let (across, along) = if roles::is_horizontal(chart) { ("y", "x") } else { ("x", "y") };
        let mut trace = json!({
            "type": "scatter", "mode": "lines", "fill": "toself", "hoverinfo": "skip", "line": { "width": 1.5 },
            "meta": { "of": along, "columns": ["lowerfence", "q1", "median", "q3", "upperfence"] },
        });
        trace[format!("{across}axis")] = json!(format!("{across}2"));
        trace
    }

    /// Beside the axis of the categories one of numbers, for the outlines.
    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = boxes::layout(chart, question, "violinmode");
        (layout["boxgap"], layout["boxgroupgap"]) = (json!(GAP), json!(GROUP_GAP));
        let (own, more) = if roles::is_horizontal(chart) { ("yaxis", "yaxis2") } else { ("xaxis", "xaxis2") };
        layout["meta"]["reader"] = json!({
            "type": "box", "orientation": if roles::is_horizontal(chart) { "h" } else { "v" }, "boxpoints": false, "boxmean": false,
            "showlegend": false, "line": { "width": 0 }, "fillcolor": "rgba(0,0,0,0)",
        });
        let range = layout[own].get("range").cloned().unwrap_or(json!([-0.5, 0.5]));
        layout[own]["range"] = range.clone();
        layout[more] = json!({ "overlaying": &own[..1], "range": range, "visible": false, "fixedrange": true });
        layout
    }
}

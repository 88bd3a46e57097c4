//! What the charts in space have in common: three axes that the reader turns.

use super::Problem;
use super::check::{cartesian_axes, errors, logarithm};
use super::encoding::{Encoding, Takes};
use super::points;
use super::roles::{channel, is_category};
use crate::json::{Json, json};
use crate::plan::{Chart, Question};

pub const X: Encoding = Encoding::required("x", Takes::Either, "First axis on the ground");
pub const Y: Encoding = Encoding::required("y", Takes::Either, "Second axis on the ground");
pub const Z: Encoding = Encoding::required("z", Takes::Either, "Axis that runs up");
pub const LOG_Z: Encoding = Encoding::optional("log_z", Takes::Flag, "Logarithmic upright axis");
pub const RANGE_Z: Encoding = Encoding::optional("range_z", Takes::Range, "Ends of the upright axis");

/// Finds logarithms of what is no number.
pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
    cartesian_axes(chart, question)?;
    errors(chart)?;
    logarithm(chart, "z", "log_z")
}

/// The layout with its three axes.
pub fn layout(chart: &Chart, _: &Question) -> Json {
    let mut scene = json!({ "dragmode": "turntable", "aspectmode": "cube" });
    for role in ["x", "y", "z"] {
        scene[format!("{role}axis")] = axis(chart, role);
    }
    points::layout(chart, "scene", scene)
}

fn axis(chart: &Chart, role: &str) -> Json {
    let channel = channel(chart, role);
    let is_log = chart.options.get(&format!("log_{role}")).is_some_and(|log| *log == true);
    let kind = match channel.map(|channel| channel.kind) {
        Some(kind) if is_category(kind) => "category",
        Some(kind) if kind.is_time() => "date",
        _ if is_log => "log",
        _ => "linear",
    };
    let mut axis = json!({ "title": { "text": channel.map_or("", |channel| channel.label.as_str()) }, "type": kind });
    if let Some(range) = super::layout::range(chart, role, is_log) {
        axis["range"] = serde_json::to_value(range).expect("a range is plain data");
    }
    axis
}

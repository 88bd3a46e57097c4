//! What the polar charts have in common: an angle, a distance from the center, and the circle they stand on.

use super::Problem;
use super::check::numbers;
use super::encoding::{Encoding, Takes};
use super::hover;
use super::points;
use super::roles::{channel, is_category};
use crate::json::{Json, json};
use crate::plan::{Chart, Question};

pub const R: Encoding = Encoding::required("r", Takes::Either, "Distance from the center: an aggregate or a number");
pub const THETA: Encoding =
    Encoding::required("theta", Takes::Either, "Angle: a column of categories, or a number of degrees");
pub const DIRECTION: Encoding =
    Encoding::optional("direction", Takes::Choice(&["clockwise", "counterclockwise"]), "Which way angles grow");
pub const START_ANGLE: Encoding = Encoding::optional(
    "start_angle",
    Takes::Number { min: -360.0, max: 360.0 },
    "Where angles begin, in degrees from the right, counterclockwise; 90, the top, when left out",
);
pub const RANGE_R: Encoding = Encoding::optional("range_r", Takes::Range, "Ends of the radial axis");
pub const RANGE_THETA: Encoding =
    Encoding::optional("range_theta", Takes::Range, "The sector that is drawn, in degrees");
pub const LOG_R: Encoding = Encoding::optional("log_r", Takes::Flag, "Logarithmic radial axis");
pub const LINE_CLOSE: Encoding =
    Encoding::optional("line_close", Takes::Flag, "Whether a line leads from the last point back to the first");

/// Finds distances that are no numbers.
pub fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
    numbers(chart, &["r"])
}

/// The layout with its circle.
pub fn layout(chart: &Chart, question: &Question) -> Json {
    let option = |name: &str| chart.options.get(name);
    let mut radial = json!({ "type": if option("log_r").is_some_and(|log| *log == true) { "log" } else { "linear" } });
    if let Some(r) = channel(chart, "r") {
        radial["tickformat"] =
            json!(r.format.as_deref().filter(|format| format.contains('%')).map_or("~s", |_| ".3~%"));
        radial["hoverformat"] = json!(hover::pattern(r, question).trim_start_matches(':'));
    }
    if let Some(range) = option("range_r") {
        radial["range"] = range.clone();
    }
    let mut angular = json!({
        "direction": option("direction").cloned().unwrap_or_else(|| json!("clockwise")),
        "rotation": option("start_angle").cloned().unwrap_or_else(|| json!(90)),
    });
    if channel(chart, "theta").is_some_and(|theta| is_category(theta.kind)) {
        let names = chart.categories.get("theta").map(|all| all.iter().map(super::figure::text).collect::<Vec<_>>());
        // Between two categories, so that numbers and names do not meet.
        let names_count = chart.categories.get("theta").map_or(1, Vec::len).max(1) as f64;
        radial["angle"] =
            json!((angular["rotation"].as_f64().unwrap_or(90.0) - 180.0 / names_count).rem_euclid(360.0).round());
        angular["type"] = json!("category");
        angular["categoryorder"] = json!("array");
        angular["categoryarray"] = json!(names.unwrap_or_default());
    }
    let mut circle = json!({ "radialaxis": radial, "angularaxis": angular });
    if let Some(range) = option("range_theta") {
        circle["sector"] = range.clone();
    }
    points::layout(chart, "polar", circle)
}

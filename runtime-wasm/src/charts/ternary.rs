//! What the ternary charts have in common: three parts of a whole, and the triangle they stand in.

use super::Problem;
use super::check::numbers;
use super::encoding::{Encoding, Takes};
use super::points;
use super::roles::channel;
use crate::json::{Json, json};
use crate::plan::{Chart, Question};

pub const A: Encoding = Encoding::required("a", Takes::Either, "The part that is whole at the top corner");
pub const B: Encoding = Encoding::required("b", Takes::Either, "The part that is whole at the left corner");
pub const C: Encoding = Encoding::required("c", Takes::Either, "The part that is whole at the right corner");

/// Finds parts that are no numbers.
pub fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
    numbers(chart, &["a", "b", "c"])
}

/// The layout with its triangle.
pub fn layout(chart: &Chart, _: &Question) -> Json {
    let axis = |role| json!({ "title": { "text": channel(chart, role).map_or("", |part| part.label.as_str()) } });
    points::layout(chart, "ternary", json!({ "sum": 1, "aaxis": axis("a"), "baxis": axis("b"), "caxis": axis("c") }))
}

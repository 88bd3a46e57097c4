//! Reference lines and bands: what an author draws across a chart to compare with.

use super::encoding::{Encoding, Takes};
use super::facets;
use crate::plan::Chart;
use serde_json::{Value as Json, json};

/// The keys of charts with two axes that draw across them, in the words of plotly's `add_hline` and so on.
pub const ENCODINGS: &[Encoding] = &[
    Encoding::optional(
        "hline",
        Takes::Marks(&["y", "text", "color", "dash"]),
        "A line across at a value of y: the value, or `{y, text, color, dash}`; or a list of such",
    ),
    Encoding::optional(
        "vline",
        Takes::Marks(&["x", "text", "color", "dash"]),
        "A line upright at a value of x: the value, or `{x, text, color, dash}`; or a list of such",
    ),
    Encoding::optional(
        "hrect",
        Takes::Marks(&["y0", "y1", "text", "color"]),
        "A band across between two values of y: `{y0, y1, text, color}`; or a list of such",
    ),
    Encoding::optional(
        "vrect",
        Takes::Marks(&["x0", "x1", "text", "color"]),
        "A band upright between two values of x: `{x0, x1, text, color}`; or a list of such",
    ),
];

/// Draws the author's lines and bands across each of a chart's small charts, of which there are so many.
pub fn lay_out(chart: &mut Chart, cells: usize) {
    let (mut shapes, mut texts) = (Vec::new(), Vec::new());
    for (key, along, is_band) in
        [("hrect", "y", true), ("vrect", "x", true), ("hline", "y", false), ("vline", "x", false)]
    {
        for mark in chart.options.remove(key).as_ref().and_then(Json::as_array).into_iter().flatten() {
            for cell in 0..cells {
                shapes.push(shape(mark, along, is_band, cell));
                texts.extend(text(mark, along, is_band, cell));
            }
        }
    }
    for (name, made) in [("shapes", shapes), ("annotations", texts)] {
        if !made.is_empty() {
            let before = chart.layout[name].as_array().cloned().unwrap_or_default();
            chart.layout[name] = before.into_iter().chain(made).collect();
        }
    }
}

/// The two axes of a small chart: the one that the mark has a value on, and the one along which it runs.
fn axes(along: &str, cell: usize) -> (String, String) {
    let other = if along == "y" { "x" } else { "y" };
    (facets::axis(along, cell), format!("{} domain", facets::axis(other, cell)))
}

fn ends<'a>(mark: &'a Json, along: &str, is_band: bool) -> [&'a Json; 2] {
    if is_band { [&mark[format!("{along}0")], &mark[format!("{along}1")]] } else { [&mark[along], &mark[along]] }
}

fn shape(mark: &Json, along: &str, is_band: bool, cell: usize) -> Json {
    let other = if along == "y" { "x" } else { "y" };
    let (axis, domain) = axes(along, cell);
    let [low, high] = ends(mark, along, is_band);
    let mut shape =
        json!({ "type": if is_band { "rect" } else { "line" }, "layer": if is_band { "below" } else { "above" } });
    shape[format!("{along}ref")] = json!(axis);
    shape[format!("{other}ref")] = json!(domain);
    shape[format!("{along}0")] = low.clone();
    shape[format!("{along}1")] = high.clone();
    shape[format!("{other}0")] = json!(0);
    shape[format!("{other}1")] = json!(1);
    if is_band {
        shape["line"] = json!({ "width": 0 });
        shape["opacity"] = json!(0.12);
        if let Some(color) = mark.get("color") {
            shape["fillcolor"] = color.clone();
        }
    } else {
        shape["line"] = json!({ "width": 1.5, "dash": mark.get("dash").cloned().unwrap_or_else(|| json!("dash")) });
        if let Some(color) = mark.get("color") {
            shape["line"]["color"] = color.clone();
        }
    }
    shape
}

/// The words of a mark: at the right end of what runs across, at the upper end of what is upright; in a band, at its edge.
fn text(mark: &Json, along: &str, is_band: bool, cell: usize) -> Option<Json> {
    let words = mark.get("text")?.as_str()?.replace('&', "&amp;").replace('<', "&lt;");
    let other = if along == "y" { "x" } else { "y" };
    let (axis, domain) = axes(along, cell);
    let is_across = along == "y";
    let mut text = json!({ "text": words, "showarrow": false, "font": { "size": 11 } });
    text[format!("{along}ref")] = json!(axis);
    text[format!("{other}ref")] = json!(domain);
    text[along] = ends(mark, along, is_band)[usize::from(is_across)].clone();
    text[other] = json!(1);
    text["xanchor"] = json!(if is_across { "right" } else { "left" });
    text["yanchor"] = json!(if is_across && !is_band { "bottom" } else { "top" });
    if let Some(color) = mark.get("color").filter(|_| !is_band) {
        text["font"]["color"] = color.clone();
    }
    Some(text)
}

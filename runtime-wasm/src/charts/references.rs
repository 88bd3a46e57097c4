//! Reference lines, bands and points: what an author draws over a chart to compare with.

use super::encoding::{Encoding, Takes};
use super::{facets, hover};
use crate::json::{Json, json};
use crate::plan::Chart;

/// The keys of charts with two axes that draw over them, in the words of plotly's `add_hline` and so on.
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
    Encoding::optional(
        POINT,
        Takes::Marks(&["x", "y", "text", "color"]),
        "A mark at a point: `{x, y, text, color}`; or a list of such",
    ),
];
const POINT: &str = "annotation";
/// The radius of the mark at a point, and how far above it its words stand, in pixels.
const RADIUS: f64 = 5.0;
const ABOVE: f64 = 26.0;

/// Draws the author's lines, bands and points over each of a chart's small charts, of which there are so many.
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
    for mark in chart.options.remove(POINT).as_ref().and_then(Json::as_array).into_iter().flatten() {
        for cell in 0..cells {
            shapes.push(dot(mark, cell));
            texts.extend(words_of_point(mark, cell));
        }
    }
    on_scales(&chart.layout, &mut texts);
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

/// Plotly wants the places of words on a logarithmic axis as exponents; rounded, for the last digit of `log10` differs
/// between platforms.
fn on_scales(layout: &Json, texts: &mut [Json]) {
    for (along, _) in [("x", "xaxis"), ("y", "yaxis")].into_iter().filter(|(_, axis)| layout[*axis]["type"] == "log") {
        let refers = format!("{along}ref");
        for text in texts.iter_mut().filter(|text| !text[&refers].as_str().is_some_and(|of| of.ends_with("domain"))) {
            if let Some(value) = text[along].as_f64().filter(|value| *value > 0.0) {
                text[along] = json!((value.log10() * 1e6).round() / 1e6);
            }
        }
    }
}

/// A circle of the same size whatever the axes are.
fn dot(mark: &Json, cell: usize) -> Json {
    let mut dot = json!({
        "type": "circle", "layer": "above", "xref": facets::axis("x", cell), "yref": facets::axis("y", cell),
        "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": mark["x"], "yanchor": mark["y"],
        "x0": -RADIUS, "x1": RADIUS, "y0": -RADIUS, "y1": RADIUS, "line": { "width": 2 }, "fillcolor": "rgba(0,0,0,0)",
    });
    if let Some(color) = mark.get("color") {
        dot["line"]["color"] = color.clone();
    }
    dot
}

/// The words of a point, above it.
fn words_of_point(mark: &Json, cell: usize) -> Option<Json> {
    let words = hover::plain(mark.get("text")?.as_str()?);
    let mut text = json!({
        "text": words, "font": { "size": 11 }, "x": mark["x"], "y": mark["y"], "xref": facets::axis("x", cell),
        "yref": facets::axis("y", cell), "showarrow": true, "arrowhead": 0, "arrowwidth": 1, "standoff": RADIUS, "ax": 0, "ay": -ABOVE,
    });
    if let Some(color) = mark.get("color") {
        (text["font"]["color"], text["arrowcolor"]) = (color.clone(), color.clone());
    }
    Some(text)
}

/// The words of a mark: at the right end of what runs across, at the upper end of what is upright; in a band, at its edge.
fn text(mark: &Json, along: &str, is_band: bool, cell: usize) -> Option<Json> {
    let words = hover::plain(mark.get("text")?.as_str()?);
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

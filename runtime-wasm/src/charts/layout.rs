//! Layouts: axes, legend and margins. Colors, fonts and grid lines are the page's theme's.

use super::figure::text;
use super::hover::time;
use super::roles::{brushed, channel, channels, is_category, is_horizontal, position, value};
use super::splits::is_split;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Question};
use plotly::Layout;
use plotly::common::{Anchor, Orientation};
use plotly::layout::{
    Axis, AxisRange, AxisType, CategoryOrder, DragMode, HoverMode, ItemSizing, Legend, Margin, TraceOrder,
};

/// The layout of a chart with two axes.
pub fn cartesian(chart: &Chart, question: &Question) -> Layout {
    base(channels(chart, value(chart)).count() > 1 || is_split(chart))
        .x_axis(axis(chart, question, "x"))
        .y_axis(axis(chart, question, "y"))
}

/// Margins that axis labels widen, with room for labels that stand out at an axis's end under some filters only; a legend on
/// top if there is one, no dragging.
pub fn base(has_legend: bool) -> Layout {
    let legend = Legend::new()
        .orientation(Orientation::Horizontal)
        .trace_order(TraceOrder::Normal)
        .item_sizing(ItemSizing::Constant)
        .x(0.0)
        .x_anchor(Anchor::Left)
        .y(1.02)
        .y_anchor(Anchor::Bottom);
    let layout = Layout::new()
        .margin(Margin::new().left(8).right(20).top(12).bottom(8))
        .hover_mode(HoverMode::Closest)
        .drag_mode(DragMode::False)
        .show_legend(has_legend);
    if has_legend { layout.legend(legend) } else { layout }
}

/// The hover mode of series: one box for all of them at a place.
pub fn unified(chart: &Chart) -> HoverMode {
    if is_horizontal(chart) { HoverMode::YUnified } else { HoverMode::XUnified }
}

/// The layout as plotly.js takes it; `meta.brush` names the axis that a brush runs along.
pub fn to_json(layout: Layout, chart: &Chart) -> Json {
    let mut layout = serde_json::to_value(layout).expect("a layout is plain data");
    layout["uirevision"] = json!(true);
    for (role, name) in [("x", "xaxis"), ("y", "yaxis")] {
        if let Some(axis) = layout.get_mut(name) {
            complete(axis, channel(chart, role));
        }
    }
    if let Some(axis) = brushed(chart) {
        layout["meta"] = json!({ "brush": axis.role });
    }
    layout
}

/// What the crate has no words for: room between a title, tick labels and the other axis; upright categories begin at the top.
fn complete(axis: &mut Json, channel: Option<&Channel>) {
    axis["ticklabelstandoff"] = json!(4);
    if axis["title"].is_object() {
        axis["title"]["standoff"] = json!(10);
    }
    if channel.is_some_and(|channel| channel.role == "y" && is_category(channel.kind)) {
        axis["autorange"] = json!("reversed");
    }
}

/// The axis of a role, by the kind of its values.
pub fn axis(chart: &Chart, question: &Question, role: &str) -> Axis {
    let axis = Axis::new().auto_margin(true).fixed_range(true);
    let Some(channel) = channel(chart, role) else {
        return axis;
    };
    let is_log = is_set(chart, role, "log");
    let axis = axis.type_(axis_type(channel, is_log));
    let axis = titled(axis, chart, channel);
    let axis = ticked(axis, channel);
    let axis = if channel.kind.is_time() { axis.hover_format(time(channel, question)) } else { axis };
    let axis = if is_category(channel.kind) { ordered(axis, chart, question, role) } else { axis };
    match range(chart, role, is_log) {
        Some(range) => axis.range(range),
        None => axis,
    }
}

fn axis_type(channel: &Channel, is_log: bool) -> AxisType {
    match channel.kind {
        kind if is_category(kind) => AxisType::Category,
        kind if kind.is_time() => AxisType::Date,
        _ if is_log => AxisType::Log,
        _ => AxisType::Linear,
    }
}

/// Time speaks for itself, and several series are named by the legend.
fn titled(axis: Axis, chart: &Chart, channel: &Channel) -> Axis {
    if channel.kind.is_time() || channels(chart, &channel.role).count() > 1 {
        axis
    } else {
        axis.title(channel.label.as_str())
    }
}

/// Ticks take from the format what kind of number it is; their digits plotly chooses, with k, M and B.
fn ticked(axis: Axis, channel: &Channel) -> Axis {
    match channel.format.as_deref() {
        Some(format) if format.contains('%') => axis.tick_format(".3~%"),
        Some(format) if format.contains('$') => axis.tick_prefix("$"),
        _ => axis,
    }
}

/// Categories keep their places; those that come and go stand by their values, if their question says nothing else.
fn ordered(axis: Axis, chart: &Chart, question: &Question, role: &str) -> Axis {
    let Some(categories) = chart.categories.get(role) else {
        let is_free = question.order.is_empty() && question.limit.is_none() && question.top.is_none();
        return if is_free && role == position(chart) {
            axis.category_order(CategoryOrder::TotalDescending)
        } else {
            axis
        };
    };
    let names: Vec<String> = categories.iter().map(text).collect();
    axis.category_order(CategoryOrder::Array).category_array(names)
}

/// The ends of an axis that the author gave.
pub fn range(chart: &Chart, role: &str, is_log: bool) -> Option<AxisRange> {
    let ends = chart.options.get(&format!("range_{role}"))?.as_array()?;
    Some(match ends.as_slice() {
        [Json::String(first), Json::String(last)] => AxisRange::new(first.as_str(), last.as_str()),
        [first, last] if is_log => AxisRange::new(exponent(first.as_f64()?), exponent(last.as_f64()?)),
        [first, last] => AxisRange::new(first.as_f64()?, last.as_f64()?),
        _ => return None,
    })
}

/// Plotly wants the ends of a logarithmic axis as exponents; rounded, for the last digit of `log10` differs between platforms.
fn exponent(end: f64) -> f64 {
    (end.log10() * 1e6).round() / 1e6
}

fn is_set(chart: &Chart, role: &str, option: &str) -> bool {
    chart.options.get(&format!("{option}_{role}")).and_then(Json::as_bool).unwrap_or(false)
}

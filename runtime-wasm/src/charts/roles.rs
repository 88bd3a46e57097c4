//! What a chart's channels stand for: which axis holds the dimension, what a gesture selects, what a point carries along.

use super::Selects;
use crate::json::Json;
use crate::plan::{Channel, Chart, Kind, Term};

/// The channels of a role, in the author's order.
pub fn channels<'a>(chart: &'a Chart, role: &'a str) -> impl Iterator<Item = &'a Channel> {
    chart.channels.iter().filter(move |channel| channel.role == role)
}

/// The first channel of a role.
pub fn channel<'a>(chart: &'a Chart, role: &'a str) -> Option<&'a Channel> {
    channels(chart, role).next()
}

/// True for the kinds that stand on an axis of categories.
pub fn is_category(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Boolean)
}

/// True for a column, not an aggregate, of time or numbers.
pub fn is_continuous(channel: &Channel) -> bool {
    matches!(channel.term, Term::Key(_)) && !is_category(channel.kind)
}

/// True if the values lie along x: `orientation: h`, or y is more of a dimension than x.
pub fn is_horizontal(chart: &Chart) -> bool {
    match chart.options.get("orientation").and_then(Json::as_str) {
        Some(word) => word == "h",
        None => value_likeness(chart, "x") > value_likeness(chart, "y"),
    }
}

fn value_likeness(chart: &Chart, role: &str) -> u8 {
    match channel(chart, role) {
        Some(Channel { term: Term::Measure(_), .. }) => 2,
        Some(channel) if channel.kind.is_number() => 1,
        _ => 0,
    }
}

/// True if the author wrote one of these options.
#[cfg(not(target_arch = "wasm32"))]
pub fn is_set(chart: &Chart, options: &[&str]) -> bool {
    options.iter().any(|option| chart.options.contains_key(*option))
}

/// Readies a trace for the error bars that its points will have.
#[cfg(not(target_arch = "wasm32"))]
pub fn error_bars(chart: &Chart, trace: &mut Json) {
    for role in ["error_x", "error_y", "error_z"] {
        if channel(chart, role).is_some() {
            let is_symmetric = channel(chart, &format!("{role}_minus")).is_none();
            trace[role] =
                crate::json::json!({ "type": "data", "symmetric": is_symmetric, "thickness": 1.5, "width": 3 });
        }
    }
}

/// The role of the axis that holds the dimension.
pub fn position(chart: &Chart) -> &'static str {
    if is_horizontal(chart) { "y" } else { "x" }
}

/// The role of the axis that holds the values.
pub fn value(chart: &Chart) -> &'static str {
    if is_horizontal(chart) { "x" } else { "y" }
}

/// How a reader selects in a chart of this kind.
pub fn selects(chart: &Chart) -> Selects {
    super::chart(&chart.kind).map_or(Selects::Position, |kind| kind.selects)
}

/// The channel along which the reader brushes, if the chart has one.
pub fn brushed(chart: &Chart) -> Option<&Channel> {
    let brushable = |role| channel(chart, role).filter(|channel| is_continuous(channel));
    match selects(chart) {
        Selects::Position => brushable(position(chart)),
        Selects::Points => brushable("x").or_else(|| brushable("y")),
        Selects::Role(_) | Selects::Roles(_) => None,
    }
}

/// The channels between which the reader draws a box: x and y, if both are columns of time or numbers.
pub fn boxed(chart: &Chart) -> Option<[&Channel; 2]> {
    let brushable = |role| channel(chart, role).filter(|channel| is_continuous(channel));
    (selects(chart) == Selects::Points).then(|| Some([brushable("x")?, brushable("y")?]))?
}

/// The keys whose values a click selects.
pub fn clicked(chart: &Chart) -> Vec<Term> {
    let mut keys = Vec::new();
    match selects(chart) {
        Selects::Position => {
            push_keys(&mut keys, channels(chart, position(chart)));
            push_keys(&mut keys, channels(chart, "color"));
        }
        Selects::Points => push_keys(&mut keys, chart.channels.iter().filter(|channel| is_category(channel.kind))),
        Selects::Role(role) => push_keys(&mut keys, channels(chart, role)),
        Selects::Roles(roles) => {
            let whole = |channel: &&Channel| !matches!(channel.kind, Kind::Float | Kind::Decimal { .. });
            roles.iter().for_each(|role| push_keys(&mut keys, channels(chart, role).filter(whole)));
        }
    }
    keys
}

fn push_keys<'a>(keys: &mut Vec<Term>, channels: impl Iterator<Item = &'a Channel>) {
    for channel in channels {
        if matches!(channel.term, Term::Key(_)) && !keys.contains(&channel.term) {
            keys.push(channel.term);
        }
    }
}

/// The columns of each point's `customdata`: what a click selects, then what only hover text shows.
pub fn carried(chart: &Chart) -> Vec<Term> {
    let mut terms = clicked(chart);
    for channel in &chart.channels {
        let hidden = matches!(channel.role.as_str(), "hover_name" | "hover_data");
        if hidden && !terms.contains(&channel.term) {
            terms.push(channel.term);
        }
    }
    terms
}

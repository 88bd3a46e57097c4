//! Hover text: plotly templates with each number and day written in its channel's format.

use super::coloraxis::is_scale;
use super::roles::{carried, channel, channels, position, value};
use super::splits::{is_split, used};
use crate::plan::{Channel, Chart, Grain, Kind, Question, Term, TimeGrain};

/// Closes a template, and keeps plotly from adding a box with the trace's name.
const END: &str = "<extra></extra>";

/// One line of a box that all series share; plotly writes the series' name before it where there are several.
pub fn series(chart: &Chart, question: &Question) -> String {
    let axis = value(chart);
    let Some(measure) = channel(chart, axis) else {
        return END.to_string();
    };
    let number = reference(axis, &pattern(measure, question));
    let more: String = hidden(chart, question).map(|line| format!("<br>{line}")).collect();
    if channels(chart, axis).count() > 1 || is_split(chart) {
        format!("{number}{more}")
    } else {
        format!("{}: {number}{more}{END}", plain(&measure.label))
    }
}

/// A box for a bar: its place as heading, its color, its value, then what the author adds.
pub fn bar(chart: &Chart, question: &Question) -> String {
    let axis = position(chart);
    let place = channel(chart, axis);
    let heading = place.map_or_else(String::new, |place| reference(axis, &pattern(place, question)));
    let mut lines = vec![match channel(chart, "hover_name") {
        Some(name) => format!("{}<br>{heading}", bold(&custom(chart, question, name))),
        None => bold(&heading),
    }];
    lines.extend(split_line(chart, place));
    lines.extend(value_line(chart, question));
    lines.extend(hidden(chart, question));
    lines.join("<br>") + END
}

/// A box for a point: its name as heading, then each channel.
pub fn point(chart: &Chart, question: &Question) -> String {
    let mut lines = Vec::new();
    lines.extend(channel(chart, "hover_name").map(|name| bold(&custom(chart, question, name))));
    for role in ["x", "y"] {
        let axis = channel(chart, role);
        lines.extend(axis.map(|axis| line(axis, &reference(role, &pattern(axis, question)))));
    }
    lines.extend(split_line(chart, None));
    lines.extend(channel(chart, "size").map(|size| line(size, &reference("marker.size", &pattern(size, question)))));
    lines.extend(hidden(chart, question));
    lines.join("<br>") + END
}

/// A box for a point in any coordinates: its name as heading, then each channel.
pub fn coordinates(chart: &Chart, question: &Question) -> String {
    let mut lines = Vec::new();
    lines.extend(channel(chart, "hover_name").map(|name| bold(&custom(chart, question, name))));
    for channel in &chart.channels {
        let name = match channel.role.as_str() {
            "hover_name" | "hover_data" | "text" | "animation_group" => continue,
            role if role.starts_with("error_") => continue,
            "color" if chart.kind.starts_with("choropleth") => "z",
            "color" if !is_scale(channel) => {
                lines.push(line(channel, "%{fullData.name}"));
                continue;
            }
            "color" => "marker.color",
            "size" => "marker.size",
            "locations" => "location",
            "x_start" => "base",
            "x_end" => "x",
            role => role,
        };
        lines.push(line(channel, &reference(name, &pattern(channel, question))));
    }
    lines.extend(hidden(chart, question));
    lines.join("<br>") + END
}

/// A box for a bin: its two edges as heading. The right one stands behind everything else in `customdata`.
pub fn bin(chart: &Chart, question: &Question) -> String {
    let Some(axis) = channel(chart, "x") else {
        return END.to_string();
    };
    let edge = axis.format.clone().map_or_else(|| ":,.12~r".to_string(), |format| format!(":{format}"));
    let left = reference("customdata[0]", &edge);
    let right = reference(&format!("customdata[{}]", carried(chart).len()), &edge);
    let mut lines = vec![bold(&format!("{left} – {right}"))];
    lines.extend(split_line(chart, None));
    lines.extend(value_line(chart, question));
    lines.join("<br>") + END
}

/// A box for a slice: its label, its value, its part of the whole by one of plotly's names for it.
pub fn slice(chart: &Chart, question: &Question, part: &str) -> String {
    let mut lines = vec![bold("%{label}")];
    let size = channel(chart, "values");
    lines.extend(size.map(|size| line(size, &reference("value", &pattern(size, question)))));
    lines.push(format!("%{{{part}:.1%}}"));
    lines.join("<br>") + END
}

/// The box of a slice with a line for the number that colors it.
pub fn colored(template: &str, color: &Channel, question: &Question) -> String {
    let color = line(color, &reference("color", &pattern(color, question)));
    format!("{}<br>{color}{END}", template.trim_end_matches(END))
}

/// How plotly writes a channel's values, after its name: `:` and a d3-format, or `|` and a d3-time-format.
pub fn pattern(channel: &Channel, question: &Question) -> String {
    match (&channel.format, channel.kind) {
        (_, Kind::Text | Kind::Boolean | Kind::Sketch) => String::new(),
        (_, Kind::Date | Kind::Timestamp) => format!("|{}", time(channel, question)),
        (Some(format), _) => format!(":{format}"),
        (None, Kind::Integer) if matches!(channel.term, Term::Key(_)) => String::new(),
        (None, Kind::Integer) => ":,.0f".to_string(),
        (None, Kind::Float | Kind::Decimal { .. }) => ":,.2~f".to_string(),
    }
}

/// The d3-time-format that shows a time at its grain.
pub fn time(channel: &Channel, question: &Question) -> &'static str {
    let grain = match channel.term {
        Term::Key(i) => question.keys.get(i).map_or(Grain::Value, |key| key.grain),
        Term::Measure(_) => Grain::Value,
    };
    match grain {
        Grain::Time(TimeGrain::Year) => "%Y",
        Grain::Time(TimeGrain::Quarter) => "Q%q %Y",
        Grain::Time(TimeGrain::Month) => "%b %Y",
        Grain::Time(TimeGrain::Week | TimeGrain::Day) => "%-d %b %Y",
        Grain::Time(TimeGrain::Hour | TimeGrain::Minute) => "%-d %b %Y, %H:%M",
        _ if channel.kind == Kind::Date => "%-d %b %Y",
        _ => "%-d %b %Y, %H:%M",
    }
}

/// The lines that the author adds.
fn hidden(chart: &Chart, question: &Question) -> impl Iterator<Item = String> {
    channels(chart, "hover_data").map(move |more| line(more, &custom(chart, question, more)))
}

fn value_line(chart: &Chart, question: &Question) -> Option<String> {
    let axis = value(chart);
    let measure = channel(chart, axis)?;
    let number = reference(axis, &pattern(measure, question));
    let is_only = channels(chart, axis).count() == 1;
    Some(if is_only { line(measure, &number) } else { format!("%{{fullData.name}}: {number}") })
}

/// The categories that have given the trace its name, unless they are the place that stands in the heading.
fn split_line(chart: &Chart, place: Option<&Channel>) -> Option<String> {
    let shown = used(chart).into_iter().map(|(_, channel)| channel);
    let shown: Vec<&Channel> = shown.filter(|split| Some(split.term) != place.map(|place| place.term)).collect();
    let labels = shown.iter().map(|split| plain(&split.label)).reduce(|all, label| all + ", " + &label);
    labels.map(|labels| format!("{labels}: %{{fullData.name}}"))
}

fn line(channel: &Channel, value: &str) -> String {
    format!("{}: {value}", plain(&channel.label))
}

fn custom(chart: &Chart, question: &Question, channel: &Channel) -> String {
    let place = carried(chart).iter().position(|term| *term == channel.term).expect("a hidden channel is carried");
    reference(&format!("customdata[{place}]"), &pattern(channel, question))
}

fn reference(name: &str, pattern: &str) -> String {
    format!("%{{{name}{pattern}}}")
}

fn bold(text: &str) -> String {
    format!("<b>{text}</b>")
}

/// Plotly reads a few tags in its texts.
pub fn plain(label: &str) -> String {
    label.replace('&', "&amp;").replace('<', "&lt;")
}

//! Animation: a chart for each category of a column, shown one after the other.

use super::figure::{categories, column};
use super::roles::channel;
use super::{ChartType, facets};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection, Value};

/// True for a chart whose frames are shown one after the other.
pub fn is_animated(chart: &Chart) -> bool {
    channel(chart, "animation_frame").is_some()
}

/// The traces of all frames; `meta.frame` is the place of their frame among the categories.
pub fn traces(kind: &ChartType, chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let Some(frame) = channel(chart, "animation_frame") else { return Vec::new() };
    let values = column(answer, frame.term);
    let all: Vec<Value> = categories(chart, "animation_frame", values);
    let places = Distinct::of(&all);
    let mut frames = vec![Vec::new(); all.len()];
    for (row, value) in values.iter().enumerate() {
        frames[places.at(value)].push(row);
    }
    let mut traces = Vec::new();
    for (place, rows) in frames.iter().enumerate() {
        let part = facets::part(answer, rows);
        for mut trace in facets::traces_of(kind, chart, &part, selection) {
            trace["meta"]["frame"] = json!(place);
            traces.push(trace);
        }
    }
    traces
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, check, lay_out};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{channel, column, is_animated};
    use crate::answer::Answer;
    use crate::charts::Problem;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::figure::{amount, json as plain};
    use crate::charts::roles::{position, value};
    use crate::distinct::identity;
    use crate::json::{Json, json};
    use crate::plan::{Chart, Value};
    use std::collections::BTreeMap;

    /// The keys of charts that can be animated.
    pub const ENCODINGS: &[Encoding] = &[
        Encoding::optional(
            "animation_frame",
            Takes::Dimension,
            "A column: its categories are shown one after the other, with a button to play and a slider",
        ),
        Encoding::optional(
            GROUP,
            Takes::Dimension,
            "A column that says which mark of a frame goes where in the next one, as in `country`",
        ),
        Encoding::optional(
            OPTIONS,
            Takes::Options(&[
                Encoding::optional(
                    "frame",
                    MILLISECONDS,
                    "How long each frame stands, in milliseconds; 900 when left out",
                ),
                Encoding::optional(
                    "transition",
                    MILLISECONDS,
                    "How much of that marks take to their places; 500 when left out",
                ),
            ]),
            "How fast frames follow each other: `{frame, transition}`, in milliseconds",
        ),
    ];
    const GROUP: &str = "animation_group";
    const OPTIONS: &str = "animation_options";
    const MILLISECONDS: Takes = Takes::Number { min: 0.0, max: 60_000.0 };

    /// Finds keys of frames where there are none.
    pub fn check(chart: &Chart) -> Result<(), Problem> {
        let has_group = channel(chart, GROUP).is_some();
        let stray = if has_group { Some(GROUP) } else { chart.options.contains_key(OPTIONS).then_some(OPTIONS) };
        match stray.filter(|_| !is_animated(chart)) {
            Some(encoding) => Err(Problem {
                encoding,
                message: format!("`{encoding}` goes with `animation_frame`"),
                hint: "name the column whose categories are the frames, as in `animation_frame: year`",
            }),
            None => Ok(()),
        }
    }

    /// Axes and colors hold for all frames, so that movement means change.
    pub fn lay_out(chart: &mut Chart, answer: &Answer) {
        if !is_animated(chart) {
            return;
        }
        for (role, name) in [("x", "xaxis"), ("y", "yaxis")] {
            let Some(kind) = chart.layout.get(name).filter(|axis| axis.get("range").is_none()) else { continue };
            let range = match kind["type"].as_str() {
                Some("linear") => ends(chart, answer, role).map(padded),
                Some("log") => ends(chart, answer, role).and_then(powers),
                Some("date") => days(chart, answer, role),
                _ => None,
            };
            if let Some(range) = range {
                chart.layout[name]["range"] = range;
            }
        }
        let color = ends(chart, answer, if chart.kind == "imshow" { "z" } else { "color" });
        if let Some([low, high]) =
            color.filter(|_| chart.layout.get("coloraxis").is_some_and(|axis| axis.get("cmin").is_none()))
        {
            chart.layout["coloraxis"]["cmin"] = json!(low);
            chart.layout["coloraxis"]["cmax"] = json!(high);
        }
        if let Some(radial) = chart.layout.get("polar").filter(|polar| polar["radialaxis"].get("range").is_none()) {
            let is_linear = radial["radialaxis"]["type"] == "linear";
            if let Some([_, high]) = ends(chart, answer, "r").filter(|_| is_linear) {
                chart.layout["polar"]["radialaxis"]["range"] = json!([0, high]);
            }
        }
    }

    /// The lowest and highest number of a role in any frame; where marks stand on each other, of their sums.
    fn ends(chart: &Chart, answer: &Answer, role: &str) -> Option<[f64; 2]> {
        let values = column(answer, channel(chart, role)?.term);
        let is_stacked = role == value(chart) && matches!(chart.kind.as_str(), "bar" | "area" | "histogram" | "funnel");
        let numbers: Vec<f64> = if is_stacked {
            stacks(chart, answer, values).into_iter().chain([0.0]).collect()
        } else {
            values
                .iter()
                .filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
                .collect()
        };
        let finite = || numbers.iter().copied().filter(|number| number.is_finite());
        Some([finite().reduce(f64::min)?, finite().reduce(f64::max)?])
    }

    /// What the marks of each place add up to, above and below zero.
    fn stacks(chart: &Chart, answer: &Answer, values: &[Value]) -> Vec<f64> {
        let of = |role: &str| channel(chart, role).map(|channel| column(answer, channel.term));
        let apart: Vec<&[Value]> =
            [position(chart), "animation_frame", "facet_row", "facet_col"].into_iter().filter_map(of).collect();
        let mut sums: BTreeMap<Vec<_>, [f64; 2]> = BTreeMap::new();
        for (row, value) in values.iter().enumerate() {
            let sum = sums.entry(apart.iter().map(|column| identity(&column[row])).collect()).or_default();
            let below = match value {
                Value::Number(number) if *number < 0.0 => *number,
                _ => 0.0,
            };
            sum[0] += amount(value);
            sum[1] += below;
        }
        sums.into_values().flatten().collect()
    }

    /// Ends with some room; zero stays an end.
    fn padded([low, high]: [f64; 2]) -> Json {
        let room = if high > low { (high - low) * 0.06 } else { 1.0 };
        let (low, high) = (if low == 0.0 { 0.0 } else { low - room }, if high == 0.0 { 0.0 } else { high + room });
        json!([low, high])
    }

    /// Plotly wants the ends of a logarithmic axis as exponents; rounded, for the last digit of `log10` differs between platforms.
    fn powers([low, high]: [f64; 2]) -> Option<Json> {
        let exponent = |end: f64, room: f64| ((end.log10() + room) * 1e4).round() / 1e4;
        (low > 0.0).then(|| json!([exponent(low, -0.05), exponent(high, 0.05)]))
    }

    fn days(chart: &Chart, answer: &Answer, role: &str) -> Option<Json> {
        let texts = column(answer, channel(chart, role)?.term).iter();
        let texts = || texts.clone().filter(|value| matches!(value, Value::Text(_))).map(plain);
        let text = |value: &Json| value.as_str().map(str::to_owned);
        let (first, last) = (texts().filter_map(|day| text(&day)).min()?, texts().filter_map(|day| text(&day)).max()?);
        Some(json!([first, last]))
    }
}

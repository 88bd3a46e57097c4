//! Layers: further values over a chart, each drawn in its own way, some along an axis of their own at the right.

use super::ChartType;
use super::roles::{channels, value};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{ByName, Channel, Chart, Selection};

/// The role of the channels that layers draw, one for each.
pub const ROLE: &str = "layers";

/// True for a chart with layers.
pub fn is_layered(chart: &Chart) -> bool {
    chart.options.contains_key(ROLE)
}

/// A chart's own traces, and those of its layers over them, all of them named.
pub fn traces(kind: &ChartType, chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let own = channels(chart, value(chart)).next().map_or("", |channel| channel.label.as_str());
    let mut all = named((kind.traces)(chart, answer, selection), own, false);
    for (layer, options) in layers(chart) {
        let Some(kind) = super::chart(&layer.kind) else { continue };
        let label = channels(&layer, value(chart)).next().map_or("", |channel| channel.label.as_str());
        let mut traces = named((kind.traces)(&layer, answer, selection), label, true);
        if options["secondary_y"] == true {
            traces.iter_mut().for_each(|trace| trace["yaxis"] = json!("y2"));
        }
        all.extend(traces);
    }
    all
}

/// Traces with the name of their value; of several colors a layer's say both.
fn named(mut traces: Vec<Json>, label: &str, always: bool) -> Vec<Json> {
    for trace in &mut traces {
        let name = trace["name"].as_str().unwrap_or_default().to_owned();
        trace["name"] = json!(match (name.is_empty(), always) {
            (true, _) => label.to_owned(),
            (false, true) => format!("{label}, {name}"),
            (false, false) => name,
        });
    }
    traces
}

/// Each layer as a chart of its own over the same groups, with its options.
pub fn layers(chart: &Chart) -> Vec<(Chart, &Json)> {
    let all = chart.options.get(ROLE).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let role = value(chart);
    let shared: Vec<Channel> =
        chart.channels.iter().filter(|channel| channel.role != role && channel.role != ROLE).cloned().collect();
    let given = |options: &Json| {
        let mut given = ByName::new();
        for (name, value) in options.as_object().into_iter().flatten() {
            given.insert(name.clone(), value.clone());
        }
        given
    };
    let layer = |(channel, options): (&Channel, &Json)| Chart {
        kind: options["chart"].as_str().unwrap_or("line").to_owned(),
        channels: shared.iter().cloned().chain([Channel { role: role.to_owned(), ..channel.clone() }]).collect(),
        options: given(&options["options"]),
        categories: chart.categories.clone(),
        colors: chart.colors.clone(),
        trace: options["trace"].clone(),
        layout: Json::Null,
    };
    channels(chart, ROLE).zip(all).map(|both| (layer(both), both.1)).collect()
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, KEYS, check, lay_out};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{ROLE, is_layered, layers};
    use crate::answer::Answer;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::roles::is_horizontal;
    use crate::charts::{Problem, facets, frames, layout};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    /// The key of charts with two axes that draws more values over them.
    pub const ENCODINGS: &[Encoding] = &[Encoding::optional(
        ROLE,
        Takes::Layers,
        "Further values over the chart: a list of maps with `chart`, `y`, and `secondary_y: true` for an axis at the right",
    )];
    /// The keys of a layer.
    pub const KEYS: [&str; 7] = ["chart", "y", "secondary_y", "label", "markers", "line_shape", "opacity"];

    /// Finds layers where there is no room for them.
    pub fn check(chart: &Chart) -> Result<(), Problem> {
        let is_several = facets::is_split(chart) || frames::is_animated(chart);
        if !is_layered(chart) || (!is_several && !is_horizontal(chart)) {
            return Ok(());
        }
        Err(Problem {
            encoding: ROLE,
            message: "layers lie over one upright chart".to_string(),
            hint: "leave out `facet_row`, `facet_col` and `animation_frame`, and put the values on `y`",
        })
    }

    /// Makes what each layer's traces share, the axis at the right, and a legend that tells layers apart.
    pub fn lay_out(chart: &mut Chart, question: &Question, answer: &Answer) {
        if !is_layered(chart) {
            return;
        }
        let mut made = Vec::new();
        let mut right = Json::Null;
        for (layer, options) in layers(chart) {
            let Some(kind) = crate::charts::chart(&layer.kind) else { continue };
            let mut options = options.clone();
            options["trace"] = (kind.build.trace)(&layer, question, answer);
            if options["secondary_y"] == true && right.is_null() {
                right = serde_json::to_value(layout::axis(&layer, question, "y")).expect("an axis is plain data");
            }
            made.push(options);
        }
        chart.options.insert(ROLE.to_owned(), json!(made));
        if !right.is_null() {
            for (name, value) in [("overlaying", json!("y")), ("side", json!("right")), ("showgrid", json!(false))] {
                right[name] = value;
            }
            chart.layout["yaxis2"] = right;
        }
        let legend = layout::to_json(layout::base(true), chart);
        chart.layout["legend"] = legend["legend"].clone();
        chart.layout["showlegend"] = json!(true);
    }
}

//! `chart parallel_coordinates`: a line for each row, across an axis for each of several columns of numbers.

use super::figure::{column, json as plain, prototype};
use super::roles::{channel, channels};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Selection};

/// The chart type.
pub static PARALLEL_COORDINATES: ChartType = ChartType {
    name: "parallel_coordinates",
    selects: Selects::Points,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, _: Option<&Selection>) -> Vec<Json> {
    let mut trace = prototype(chart);
    let values = |channel: &Channel| column(answer, channel.term).iter().map(plain).collect::<Json>();
    let dimension = |(place, channel): (usize, &Channel)| {
        let range = &chart.trace["meta"]["ranges"][place];
        json!({ "label": channel.label, "values": values(channel), "range": range })
    };
    trace["dimensions"] = channels(chart, "dimensions").enumerate().map(dimension).collect();
    if let Some(color) = channel(chart, "color") {
        trace["line"]["color"] = values(color);
    }
    vec![trace]
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::*;
    use crate::charts::figure::column;
    use crate::charts::{Build, Problem, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question, Value};
    use plotly::layout::Margin;

    const DIMENSIONS: Encoding = Encoding::required("dimensions", Takes::Dimensions, "Two or more columns of numbers");
    const COLOR: Encoding = Encoding::optional("color", Takes::Dimension, "A column of numbers that colors the lines");
    const SCALE: Encoding =
        Encoding::optional("color_continuous_scale", Takes::Colors, "CSS colors from the lowest number to the highest");

    pub const BUILD: Build = Build {
        summary: "A line for each row across the axes of several columns",
        encodings: &[DIMENSIONS, COLOR, SCALE, TITLE, LABELS, FORMAT, PLOTLY],
        modules: &["parcoords"],
        check,
        trace,
        layout: |chart, _| {
            layout::to_json(layout::base(false).margin(Margin::new().left(48).right(36).top(44).bottom(20)), chart)
        },
    };

    fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
        for (encoding, role) in [("dimensions", "dimensions"), ("color", "color")] {
            if let Some(text) = roles::channels(chart, role).find(|channel| !channel.kind.is_number()) {
                let message = format!("`{}` is not a number", text.label);
                return Err(Problem {
                    encoding,
                    message,
                    hint: "for columns of text there is `chart parallel_categories`",
                });
            }
        }
        Ok(())
    }

    /// Axes reach from the lowest to the highest number under no filter, so that lines keep their places.
    fn trace(chart: &Chart, _: &Question, answer: &Answer) -> Json {
        let ends = |values: &[Value]| {
            let numbers =
                values.iter().filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None });
            let (low, high) =
                numbers.fold((f64::MAX, f64::MIN), |ends, number| (ends.0.min(number), ends.1.max(number)));
            if low < high { json!([low, high]) } else { Json::Null }
        };
        let ranges: Vec<Json> = roles::channels(chart, "dimensions").map(|of| ends(column(answer, of.term))).collect();
        let mut trace = json!({ "type": "parcoords", "meta": { "ranges": ranges } });
        if let Some(color) = roles::channel(chart, "color") {
            let ends = ends(column(answer, color.term));
            trace["line"] = json!({ "showscale": true, "cmin": ends[0], "cmax": ends[1], "colorbar": { "thickness": 10, "outlinewidth": 0 } });
            if let Some(colors) = chart.options.get("color_continuous_scale").and_then(Json::as_array) {
                let last = colors.len().max(2) as f64 - 1.0;
                trace["line"]["colorscale"] =
                    colors.iter().enumerate().map(|(i, color)| json!([i as f64 / last, color])).collect();
            }
        }
        trace
    }
}

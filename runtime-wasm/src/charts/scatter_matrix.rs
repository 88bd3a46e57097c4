//! `chart scatter_matrix`: a scatter plot for each two of several columns of numbers.

use super::figure::{begun, column, json as plain, parts};
use super::roles::channels;
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static SCATTER_MATRIX: ChartType = ChartType {
    name: "scatter_matrix",
    selects: Selects::Points,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = Vec::new();
    for part in parts(chart, answer) {
        let mut trace = begun(&part, None, traces.len());
        let dimension = |channel: &crate::plan::Channel| {
            let values = column(answer, channel.term);
            let values: Vec<Json> = part.rows().map(|row| plain(&values[row])).collect();
            json!({ "label": channel.label, "values": values })
        };
        trace["dimensions"] = channels(chart, "dimensions").map(dimension).collect();
        trace["customdata"] = part.carried();
        if let Some(selection) = selection {
            trace["selectedpoints"] = json!(part.selected(selection));
        }
        traces.push(trace);
    }
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, check, layout, roles, splits};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const DIMENSIONS: Encoding =
        Encoding::required("dimensions", Takes::Dimensions, "Two or more columns of numbers or time");

    pub const BUILD: Build = Build {
        summary: "A scatter plot for each two of several columns",
        encodings: &[
            DIMENSIONS,
            COLOR,
            SYMBOL,
            OPACITY,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            SYMBOL_SEQUENCE,
            SYMBOL_MAP,
            PLOTLY,
        ],
        modules: &["splom"],
        check: sound,
        trace,
        layout,
    };

    fn sound(chart: &Chart, question: &Question) -> Result<(), Problem> {
        check::cartesian(chart, question)?;
        let one = roles::channels(chart, "dimensions").count() < 2;
        one.then(|| "a matrix needs two columns or more".to_owned()).map_or(Ok(()), |message| {
            Err(Problem { encoding: "dimensions", message, hint: "as in `dimensions: [units, revenue, margin]`" })
        })
    }

    fn trace(chart: &Chart, _: &Question, _: &crate::answer::Answer) -> Json {
        let opacity = chart.options.get("opacity").cloned().unwrap_or(json!(0.7));
        json!({
            "type": "splom", "diagonal": { "visible": true }, "marker": { "size": 4, "opacity": opacity },
            "unselected": { "marker": { "opacity": 0.1 } },
            "hovertemplate": "%{xaxis.title.text}: %{x}<br>%{yaxis.title.text}: %{y}<extra>%{fullData.name}</extra>",
        })
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        layout::to_json(layout::base(splits::is_split(chart)), chart)
    }
}

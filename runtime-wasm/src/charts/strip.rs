//! `chart strip`: each value of a column as a point at its place, shaken aside so that points do not hide each other.

use super::{ChartType, Selects, figure};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static STRIP: ChartType = ChartType {
    name: "strip",
    selects: Selects::Position,
    traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Plotly's box plots without boxes; their points would take the color of the lines, which are not to be seen.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = figure::traces(chart, answer, selection);
    for (index, trace) in traces.iter_mut().enumerate() {
        trace["line"]["color"] = json!("rgba(0,0,0,0)");
        trace["offsetgroup"] = trace["name"].clone();
        if trace["marker"]["color"].is_null() && trace["meta"]["place"].is_null() {
            trace["meta"]["place"] = json!(index);
        }
        if super::roles::channel(chart, super::roles::position(chart)).is_none() {
            trace[super::roles::position(chart)] =
                trace["customdata"].as_array().into_iter().flatten().map(|_| json!("")).collect();
        }
    }
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::boxes::{self, ALIGNED, X, Y};
    use crate::charts::encoding::*;
    use crate::charts::{Build, hover, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const STRIPMODE: Encoding =
        Encoding::optional("stripmode", ALIGNED, "Whether colors stand beside or over each other");

    pub const BUILD: Build = Build {
        summary: "Each value of a column as a point at its place",
        encodings: &[
            X,
            Y,
            COLOR,
            HOVER_NAME,
            HOVER_DATA,
            STRIPMODE,
            ORIENTATION,
            OPACITY,
            LOG_X,
            LOG_Y,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["box"],
        check: boxes::check,
        trace,
        layout: |chart, question| boxes::layout(chart, question, "stripmode"),
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        json!({
            "type": "box",
            "orientation": if roles::is_horizontal(chart) { "h" } else { "v" },
            "boxpoints": "all", "jitter": 0.5, "pointpos": 0, "hoveron": "points", "fillcolor": "rgba(0,0,0,0)",
            "marker": { "size": 5, "opacity": chart.options.get("opacity").cloned().unwrap_or(json!(0.7)) },
            "unselected": { "marker": { "opacity": 0.15 } },
            "hovertemplate": hover::point(chart, question),
        })
    }
}

//! `chart line`: values along an axis, joined by a line for each color.

use super::{ChartType, Selects, figure};

/// The chart type.
pub static LINE: ChartType = ChartType {
    name: "line",
    selects: Selects::Position,
    traces: figure::traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::plan::{Chart, Question};
    use plotly::Scatter;
    use plotly::common::Mode;
    use serde_json::{Value as Json, json};

    pub const BUILD: Build = Build {
        summary: "Values along an axis, joined by a line for each color",
        encodings: &[
            X,
            Y,
            COLOR,
            HOVER_DATA,
            MARKERS,
            LINE_SHAPE,
            ORIENTATION,
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
        modules: &[],
        check: check::values,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let line = Scatter::<f64, f64>::new(Vec::new(), Vec::new())
            .mode(mode(chart))
            .hover_template(hover::series(chart, question));
        let mut trace = serde_json::to_value(line).expect("a trace is plain data");
        trace["unselected"] = json!({ "marker": { "opacity": 0.3 } });
        if let Some(shape) = chart.options.get("line_shape") {
            trace["line"]["shape"] = shape.clone();
        }
        trace
    }

    /// Categories get markers, so that there is something to click.
    fn mode(chart: &Chart) -> Mode {
        let is_set = chart.options.get("markers").and_then(Json::as_bool);
        let is_category =
            roles::channel(chart, roles::position(chart)).is_some_and(|axis| roles::is_category(axis.kind));
        if is_set.unwrap_or(is_category) { Mode::LinesMarkers } else { Mode::Lines }
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        layout::to_json(layout::cartesian(chart, question).hover_mode(layout::unified(chart)), chart)
    }
}

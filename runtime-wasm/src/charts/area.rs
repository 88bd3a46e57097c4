//! `chart area`: values along an axis, stacked, with the ground below each line filled.

use super::{ChartType, Selects, figure};

/// The chart type.
pub static AREA: ChartType = ChartType {
    name: "area",
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
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::Scatter;
    use plotly::common::{Mode, Orientation};

    const GROUPNORM: Encoding = Encoding::optional(
        "groupnorm",
        Takes::Choice(&["fraction", "percent"]),
        "Each color's share of the sum at its place",
    );

    pub const BUILD: Build = Build {
        summary: "Values along an axis, stacked, with the ground below each line filled",
        encodings: &[
            X,
            Y,
            COLOR,
            PATTERN_SHAPE,
            SYMBOL,
            LINE_GROUP,
            HOVER_DATA,
            GROUPNORM,
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
            PATTERN_SHAPE_SEQUENCE,
            PATTERN_SHAPE_MAP,
            SYMBOL_SEQUENCE,
            SYMBOL_MAP,
            PLOTLY,
        ],
        modules: &[],
        check: check::values,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let has_markers = chart.options.get("markers").and_then(Json::as_bool).unwrap_or(false);
        let area = Scatter::<f64, f64>::new(Vec::new(), Vec::new())
            .mode(if has_markers { Mode::LinesMarkers } else { Mode::Lines })
            .stack_group("1")
            .orientation(if roles::is_horizontal(chart) { Orientation::Horizontal } else { Orientation::Vertical })
            .hover_template(hover::series(chart, question));
        let mut trace = serde_json::to_value(area).expect("a trace is plain data");
        trace["unselected"] = json!({ "marker": { "opacity": 0.3 } });
        if let Some(norm) = chart.options.get("groupnorm") {
            trace["groupnorm"] = norm.clone();
        }
        if let Some(shape) = chart.options.get("line_shape") {
            trace["line"]["shape"] = shape.clone();
        }
        trace
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        layout::to_json(layout::cartesian(chart, question).hover_mode(layout::unified(chart)), chart)
    }
}

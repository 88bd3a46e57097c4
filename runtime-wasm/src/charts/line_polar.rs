//! `chart line_polar`: a line around a center for each color; a radar chart where angles are categories.

use super::{ChartType, Selects, points};

/// The chart type.
pub static LINE_POLAR: ChartType = ChartType {
    name: "line_polar",
    selects: Selects::Roles(&["theta", "color"]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::{
        CATEGORY_ORDERS, COLOR, COLOR_MAP, COLOR_SEQUENCE, Encoding, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, MARKERS,
        PLOTLY, TEXT, TITLE, Takes,
    };
    use crate::charts::{
        Build, points,
        polar::{self, DIRECTION, LINE_CLOSE, LOG_R, R, RANGE_R, RANGE_THETA, START_ANGLE, THETA},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const LINE_SHAPE: Encoding =
        Encoding::optional("line_shape", Takes::Choice(&["linear", "spline"]), "How points are joined");

    pub const BUILD: Build = Build {
        summary: "A line around a center for each color: a radar chart",
        encodings: &[
            R,
            THETA,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            MARKERS,
            LINE_CLOSE,
            LINE_SHAPE,
            DIRECTION,
            START_ANGLE,
            RANGE_R,
            RANGE_THETA,
            LOG_R,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["scatterpolar"],
        check: polar::check,
        trace,
        layout: polar::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = points::shared(chart, question, answer, "scatterpolar", points::line_mode(chart));
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        if let Some(shape) = chart.options.get("line_shape") {
            trace["line"]["shape"] = shape.clone();
        }
        trace
    }
}

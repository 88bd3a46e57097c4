//! `chart scatter_polar`: points by angle and distance from a center.

use super::{ChartType, Selects, points};

/// The chart type.
pub static SCATTER_POLAR: ChartType = ChartType {
    name: "scatter_polar",
    selects: Selects::Roles(&["theta", "color", "hover_name"]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::coloraxis::*;
    use crate::charts::encoding::{
        CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, OPACITY, PLOTLY, TEXT,
        TITLE,
    };
    use crate::charts::{
        Build,
        points::{self, COLOR, SIZE, SIZE_MAX},
        polar::{self, DIRECTION, LOG_R, R, RANGE_R, RANGE_THETA, START_ANGLE, THETA},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Points by angle and distance from a center",
        encodings: &[
            R,
            THETA,
            COLOR,
            SIZE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            SIZE_MAX,
            OPACITY,
            DIRECTION,
            START_ANGLE,
            RANGE_R,
            RANGE_THETA,
            LOG_R,
            COLOR_SCALE,
            RANGE_COLOR,
            COLOR_MIDPOINT,
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
        let mut trace = points::shared(chart, question, answer, "scatterpolar", "markers");
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        trace
    }
}

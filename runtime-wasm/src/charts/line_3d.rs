//! `chart line_3d`: lines through space, which the reader turns.

use super::{ChartType, Selects, points};

/// The chart type.
pub static LINE_3D: ChartType = ChartType {
    name: "line_3d",
    selects: Selects::Roles(&["color"]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::{
        CATEGORY_ORDERS, COLOR, COLOR_MAP, COLOR_SEQUENCE, CONFIG, ERROR_X, ERROR_X_MINUS, ERROR_Y, ERROR_Y_MINUS,
        ERROR_Z, ERROR_Z_MINUS, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, LOG_X, LOG_Y, MARKERS, PLOTLY, RANGE_X,
        RANGE_Y, TEXT, TITLE,
    };
    use crate::charts::{
        Build, points, roles,
        scene::{self, LOG_Z, RANGE_Z, X, Y, Z},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Lines through space, which the reader turns",
        encodings: &[
            X,
            Y,
            Z,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            ERROR_X,
            ERROR_X_MINUS,
            ERROR_Y,
            ERROR_Y_MINUS,
            ERROR_Z,
            ERROR_Z_MINUS,
            MARKERS,
            LOG_X,
            LOG_Y,
            LOG_Z,
            RANGE_X,
            RANGE_Y,
            RANGE_Z,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            CONFIG,
            PLOTLY,
        ],
        modules: &["scatter3d"],
        check: scene::check,
        trace,
        layout: scene::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = points::shared(chart, question, answer, "scatter3d", points::line_mode(chart));
        trace["line"] = json!({ "width": 4 });
        trace["marker"]["size"] = json!(3);
        roles::error_bars(chart, &mut trace);
        trace
    }
}

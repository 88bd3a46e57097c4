//! `chart scatter_ternary`: points by three parts of a whole.

use super::{ChartType, Selects, points};

/// The chart type.
pub static SCATTER_TERNARY: ChartType = ChartType {
    name: "scatter_ternary",
    selects: Selects::Roles(&["color", "hover_name"]),
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
        ternary::{self, A, B, C},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Points in a triangle, by three parts of a whole",
        encodings: &[
            A,
            B,
            C,
            COLOR,
            SIZE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            SIZE_MAX,
            OPACITY,
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
        modules: &["scatterternary"],
        check: ternary::check,
        trace,
        layout: ternary::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = points::shared(chart, question, answer, "scatterternary", "markers");
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        trace
    }
}

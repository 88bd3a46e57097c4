//! `chart line_ternary`: lines through three parts of a whole.

use super::{ChartType, Selects, points};

/// The chart type.
pub static LINE_TERNARY: ChartType = ChartType {
    name: "line_ternary",
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
        CATEGORY_ORDERS, COLOR, COLOR_MAP, COLOR_SEQUENCE, Encoding, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, MARKERS,
        PLOTLY, TEXT, TITLE, Takes,
    };
    use crate::charts::{
        Build, points,
        ternary::{self, A, B, C},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const LINE_SHAPE: Encoding =
        Encoding::optional("line_shape", Takes::Choice(&["linear", "spline"]), "How points are joined");

    pub const BUILD: Build = Build {
        summary: "Lines in a triangle, through three parts of a whole",
        encodings: &[
            A,
            B,
            C,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            MARKERS,
            LINE_SHAPE,
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
        let mut trace = points::shared(chart, question, answer, "scatterternary", points::line_mode(chart));
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        if let Some(shape) = chart.options.get("line_shape") {
            trace["line"]["shape"] = shape.clone();
        }
        trace
    }
}

//! `chart bar_polar`: a wedge for each angle, as long as its value; a wind rose.

use super::{ChartType, Selects, points};

/// The chart type.
pub static BAR_POLAR: ChartType = ChartType {
    name: "bar_polar",
    selects: Selects::Roles(&["theta", "color", "hover_name"]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::*;
    use crate::charts::polar::{self, DIRECTION, LOG_R, R, RANGE_R, RANGE_THETA, START_ANGLE, THETA};
    use crate::charts::{Build, coloraxis::*, points};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const BARMODE: Encoding = Encoding::optional(
        "barmode",
        Takes::Choice(&["relative", "stack", "overlay"]),
        "How wedges of several colors share an angle; they are stacked when it is left out",
    );

    pub const BUILD: Build = Build {
        summary: "A wedge for each angle, as long as its value: a wind rose",
        encodings: &[
            R,
            THETA,
            points::COLOR,
            HOVER_NAME,
            HOVER_DATA,
            BARMODE,
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
        modules: &["barpolar"],
        check: polar::check,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = points::shared(chart, question, answer, "barpolar", "");
        trace.as_object_mut().expect("a trace is an object").remove("mode");
        trace["unselected"] = json!({ "marker": { "opacity": 0.3 } });
        trace
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = polar::layout(chart, question);
        let is_overlaid = chart.options.get("barmode").is_some_and(|mode| *mode == "overlay");
        layout["polar"]["barmode"] = json!(if is_overlaid { "overlay" } else { "stack" });
        layout
    }
}

//! `chart line_map`: lines on a map that zooms.

use super::{ChartType, Selects, points};

/// The chart type.
pub static LINE_MAP: ChartType = ChartType {
    name: "line_map",
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
        CATEGORY_ORDERS, COLOR, COLOR_MAP, COLOR_SEQUENCE, CONFIG, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, MARKERS,
        PLOTLY, TEXT, TITLE,
    };
    use crate::charts::geo::CENTER;
    use crate::charts::maps::{self, LAT, LON, MAP_STYLE, ZOOM};
    use crate::charts::{Build, points};
    use crate::json::Json;
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Lines on a map that zooms",
        encodings: &[
            LAT,
            LON,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            MARKERS,
            MAP_STYLE,
            CENTER,
            ZOOM,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            CONFIG,
            PLOTLY,
        ],
        modules: &["scattermap"],
        check: maps::check,
        trace,
        layout: maps::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        maps::trace(chart, question, answer, points::line_mode(chart))
    }
}

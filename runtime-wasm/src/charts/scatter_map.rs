//! `chart scatter_map`: points on a map that zooms.

use super::{ChartType, Selects, points};

/// The chart type.
pub static SCATTER_MAP: ChartType = ChartType {
    name: "scatter_map",
    selects: Selects::Roles(&["color", "hover_name"]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::Build;
    use crate::charts::coloraxis::*;
    use crate::charts::encoding::{
        CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, CONFIG, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, OPACITY, PLOTLY,
        TEXT, TITLE,
    };
    use crate::charts::geo::CENTER;
    use crate::charts::maps::{self, LAT, LON, MAP_STYLE, ZOOM};
    use crate::charts::points::{COLOR, SIZE, SIZE_MAX};
    use crate::json::Json;
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Points on a map that zooms",
        encodings: &[
            LAT,
            LON,
            COLOR,
            SIZE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            SIZE_MAX,
            OPACITY,
            MAP_STYLE,
            CENTER,
            ZOOM,
            COLOR_SCALE,
            RANGE_COLOR,
            COLOR_MIDPOINT,
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
        maps::trace(chart, question, answer, "markers")
    }
}

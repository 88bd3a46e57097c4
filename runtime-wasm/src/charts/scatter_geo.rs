//! `chart scatter_geo`: points on a map.

use super::{ChartType, Selects, points};

/// The chart type.
pub static SCATTER_GEO: ChartType = ChartType {
    name: "scatter_geo",
    selects: Selects::Roles(&["locations", "color", "hover_name"]),
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
        CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, CONFIG, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, OPACITY, PLOTLY,
        TEXT, TITLE,
    };
    use crate::charts::{
        Build,
        geo::{
            self, BASEMAP_VISIBLE, CENTER, FEATUREIDKEY, FITBOUNDS, GEOJSON, LAT, LOCATIONMODE, LOCATIONS, LON,
            PROJECTION, SCOPE,
        },
        points::{self, COLOR, SIZE, SIZE_MAX},
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Points on a map, by coordinates or by country",
        encodings: &[
            LAT,
            LON,
            LOCATIONS,
            COLOR,
            SIZE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            SIZE_MAX,
            OPACITY,
            LOCATIONMODE,
            GEOJSON,
            FEATUREIDKEY,
            PROJECTION,
            SCOPE,
            FITBOUNDS,
            CENTER,
            BASEMAP_VISIBLE,
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
        modules: &["scattergeo"],
        check: geo::check,
        trace,
        layout: geo::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = points::shared(chart, question, answer, "scattergeo", "markers");
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        if let Some(mode) = geo::location_mode(chart) {
            trace["locationmode"] = mode;
        }
        trace
    }
}

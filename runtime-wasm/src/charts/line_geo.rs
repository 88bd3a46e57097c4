//! `chart line_geo`: lines on a map.

use super::{ChartType, Selects, points};

/// The chart type.
pub static LINE_GEO: ChartType = ChartType {
    name: "line_geo",
    selects: Selects::Roles(&["locations", "color"]),
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
    use crate::charts::{
        Build,
        geo::{
            self, BASEMAP_VISIBLE, CENTER, FEATUREIDKEY, FITBOUNDS, GEOJSON, LAT, LOCATIONMODE, LOCATIONS, LON,
            PROJECTION, SCOPE,
        },
        points,
    };
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Lines on a map, through coordinates or countries",
        encodings: &[
            LAT,
            LON,
            LOCATIONS,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            MARKERS,
            LOCATIONMODE,
            GEOJSON,
            FEATUREIDKEY,
            PROJECTION,
            SCOPE,
            FITBOUNDS,
            CENTER,
            BASEMAP_VISIBLE,
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
        let mut trace = points::shared(chart, question, answer, "scattergeo", points::line_mode(chart));
        trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
        if let Some(mode) = geo::location_mode(chart) {
            trace["locationmode"] = mode;
        }
        trace
    }
}

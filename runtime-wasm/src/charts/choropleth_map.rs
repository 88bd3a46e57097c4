//! `chart choropleth_map`: areas of one's own on a map that zooms, each in the color of its number.

use super::{ChartType, Selects, choropleth};

/// The chart type.
pub static CHOROPLETH_MAP: ChartType = ChartType {
    name: "choropleth_map",
    selects: Selects::Role("locations"),
    traces: choropleth::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::choropleth::COLOR;
    use crate::charts::coloraxis::{COLOR_MIDPOINT, COLOR_SCALE, RANGE_COLOR};
    use crate::charts::encoding::{
        CONFIG, Encoding, FORMAT, HOVER_DATA, HOVER_NAME, LABELS, OPACITY, PLOTLY, TITLE, Takes,
    };
    use crate::charts::geo::{self, CENTER, FEATUREIDKEY};
    use crate::charts::maps::{self, MAP_STYLE, ZOOM};
    use crate::charts::{Build, hover};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const LOCATIONS: Encoding =
        Encoding::required("locations", Takes::Dimension, "A column that names the areas of `geojson`");
    const GEOJSON: Encoding = Encoding::required(
        "geojson",
        Takes::Text,
        "The boundaries of the areas: a GeoJSON file beside the page, as in `districts.geojson`",
    );

    pub const BUILD: Build = Build {
        summary: "Areas of your own on a map that zooms, each in the color of its number",
        encodings: &[
            LOCATIONS,
            COLOR,
            GEOJSON,
            FEATUREIDKEY,
            HOVER_NAME,
            HOVER_DATA,
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
            CONFIG,
            PLOTLY,
        ],
        modules: &["choroplethmap"],
        check: geo::check_view,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        let mut trace = json!({
            "type": "choroplethmap",
            "coloraxis": "coloraxis",
            "hovertemplate": hover::coordinates(chart, question),
            "unselected": { "marker": { "opacity": 0.3 } },
        });
        if let Some(opacity) = chart.options.get("opacity") {
            trace["marker"] = json!({ "opacity": opacity });
        }
        trace
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = maps::layout_with_scale(chart, question, "color");
        layout["showlegend"] = json!(false);
        layout
    }
}

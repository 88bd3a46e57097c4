//! `chart choropleth`: countries or states, each in the color of its number.

use super::{ChartType, Selects, points};
use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Selection};

/// The chart type.
pub static CHOROPLETH: ChartType = ChartType {
    name: "choropleth",
    selects: Selects::Role("locations"),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Areas are colored by `z`, whole numbers too.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut channels = chart.channels.clone();
    channels.iter_mut().filter(|channel| channel.role == "color").for_each(|channel| channel.role = "z".to_owned());
    let areas = Chart { channels, layout: Json::Null, ..chart.clone() };
    points::traces(&areas, answer, selection)
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::COLOR;

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::coloraxis::{COLOR_MIDPOINT, COLOR_SCALE, RANGE_COLOR, coloraxis};
    use crate::charts::encoding::*;
    use crate::charts::geo::{
        self, BASEMAP_VISIBLE, CENTER, FEATUREIDKEY, FITBOUNDS, GEOJSON, LOCATIONMODE, PROJECTION, SCOPE,
    };
    use crate::charts::{Build, hover, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const LOCATIONS: Encoding = Encoding::required(
        "locations",
        Takes::Dimension,
        "A column that names countries or states; see `locationmode`",
    );
    pub const COLOR: Encoding =
        Encoding::or("color", Takes::Measure, "count(*)", "The number that gives each area its color");

    pub const BUILD: Build = Build {
        summary: "Countries or states, each in the color of its number",
        encodings: &[
            LOCATIONS,
            COLOR,
            LOCATIONMODE,
            GEOJSON,
            FEATUREIDKEY,
            HOVER_NAME,
            HOVER_DATA,
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
            CONFIG,
            PLOTLY,
        ],
        modules: &["choropleth"],
        check: geo::check_view,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        json!({
            "type": "choropleth",
            "coloraxis": "coloraxis",
            "locationmode": geo::location_mode(chart).unwrap_or_else(|| json!("ISO-3")),
            "hovertemplate": hover::coordinates(chart, question),
            "unselected": { "marker": { "opacity": 0.3 } },
        })
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = geo::layout(chart, question);
        if let Some(color) = roles::channel(chart, "color") {
            layout["coloraxis"] = coloraxis(chart, color);
        }
        layout["showlegend"] = json!(false);
        layout
    }
}

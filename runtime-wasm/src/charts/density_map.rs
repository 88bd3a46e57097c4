//! `chart density_map`: where on a map that zooms much is, as heat.

use super::{ChartType, Selects, points};

/// The chart type.
pub static DENSITY_MAP: ChartType = ChartType {
    name: "density_map",
    selects: Selects::Roles(&[]),
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::coloraxis::{COLOR_MIDPOINT, COLOR_SCALE, RANGE_COLOR};
    use crate::charts::encoding::*;
    use crate::charts::geo::CENTER;
    use crate::charts::maps::{self, LAT, LON, MAP_STYLE, ZOOM};
    use crate::charts::{Build, hover};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const Z: Encoding = Encoding::or("z", Takes::Measure, "count(*)", "How much each place adds to the heat");
    const RADIUS: Encoding = Encoding::optional(
        "radius",
        Takes::Number { min: 1.0, max: 200.0 },
        "How far the heat of a place reaches, in pixels; 30 when left out",
    );

    pub const BUILD: Build = Build {
        summary: "Where on a map that zooms much is, as heat",
        encodings: &[
            LAT,
            LON,
            Z,
            RADIUS,
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
        modules: &["densitymap"],
        check: maps::check,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = json!({
            "type": "densitymap", "coloraxis": "coloraxis", "hovertemplate": hover::coordinates(chart, question),
            "meta": { "bounds": maps::bounds(chart, answer), "relative": is_relative(chart) },
        });
        for option in ["radius", "opacity"] {
            if let Some(value) = chart.options.get(option) {
                trace[option] = value.clone();
            }
        }
        trace
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = maps::layout_with_scale(chart, question, "z");
        if is_relative(chart) {
            layout["coloraxis"]["colorbar"]["showticklabels"] = json!(false);
        }
        layout
    }

    /// Heat adds up by how near places are on the screen. Without numbers for its ends the colors compare places, and no more.
    fn is_relative(chart: &Chart) -> bool {
        ["range_color", "color_continuous_midpoint"].iter().all(|option| !chart.options.contains_key(*option))
    }
}

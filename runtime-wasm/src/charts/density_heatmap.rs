//! `chart density_heatmap`: rows counted, or a measure computed, in the cells of two binned columns.

use super::figure::prototype;
use super::{ChartType, Selects, grid, marginal};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static DENSITY_HEATMAP: ChartType = ChartType {
    name: "density_heatmap",
    selects: Selects::Points,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, _: Option<&Selection>) -> Vec<Json> {
    let Some(grid) = grid::grid(chart, answer, 0..answer.rows) else { return Vec::new() };
    let mut trace = prototype(chart);
    let mut traces = marginal::of_grid(chart, &grid);
    (trace["x"], trace["y"], trace["z"]) = (json!(grid.x), json!(grid.y), json!(grid.z));
    traces.insert(0, trace);
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::grid::{self, NBINSX, NBINSY, X, Y, Z};
    use crate::charts::{Build, hover, marginal, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const TEXT_AUTO: Encoding = Encoding::optional("text_auto", Takes::Flag, "The number written in each cell");
    const SCALE: Encoding =
        Encoding::optional("color_continuous_scale", Takes::Colors, "CSS colors from the lowest number to the highest");
    const RANGE_COLOR: Encoding =
        Encoding::optional("range_color", Takes::Range, "The numbers with the first and the last color");

    pub const BUILD: Build = Build {
        summary: "Rows counted, or a measure computed, in the cells of two binned columns",
        encodings: &[
            X,
            Y,
            Z,
            HISTFUNC,
            HISTNORM,
            NBINSX,
            NBINSY,
            TEXT_AUTO,
            SCALE,
            RANGE_COLOR,
            marginal::OF_SUMS_X,
            marginal::OF_SUMS_Y,
            OPACITY,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            PLOTLY,
        ],
        modules: &["heatmap"],
        check: grid::check,
        trace,
        layout: |chart, question| marginal::layout(chart, grid::layout(chart, question)),
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let mut trace = json!({
            "type": "heatmap", "hovertemplate": grid::template(chart, question), "hoverongaps": false,
            "xgap": 1, "ygap": 1, "colorbar": { "thickness": 10, "outlinewidth": 0, "len": 1, "lenmode": "fraction", "ypad": 0 },
            "meta": { "bins": grid::cut(chart, question) },
        });
        let z = roles::channel(chart, "z");
        if let Some(opacity) = chart.options.get("opacity") {
            trace["opacity"] = opacity.clone();
        }
        if let Some(ends) = chart.options.get("range_color").and_then(Json::as_array) {
            (trace["zmin"], trace["zmax"]) = (ends[0].clone(), ends[1].clone());
        }
        if let Some(colors) = chart.options.get("color_continuous_scale").and_then(Json::as_array) {
            let last = colors.len().max(2) as f64 - 1.0;
            trace["colorscale"] = colors.iter().enumerate().map(|(i, color)| json!([i as f64 / last, color])).collect();
        }
        if let (Some(z), Some(Json::Bool(true))) = (z, chart.options.get("text_auto")) {
            trace["texttemplate"] = json!(format!("%{{z{}}}", hover::pattern(z, question)));
        }
        trace
    }
}

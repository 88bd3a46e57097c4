//! `chart density_contour`: lines of equal density over two binned columns, for each color its own.

use super::figure::{begun, parts};
use super::grid::{self, Grid};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static DENSITY_CONTOUR: ChartType = ChartType {
    name: "density_contour",
    selects: Selects::Points,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, _: Option<&Selection>) -> Vec<Json> {
    let mut traces = Vec::new();
    for part in parts(chart, answer) {
        let Some(grid) = grid::grid(chart, answer, part.rows()) else { continue };
        let mut trace = begun(&part, None, traces.len());
        let Grid { x, y, z } = closed(grid);
        (trace["x"], trace["y"], trace["z"]) = (json!(x), json!(y), json!(z));
        // The theme has lines between grounds, not in the colors of the page.
        if trace["line"]["color"].is_null() && trace["meta"]["place"].is_null() {
            trace["meta"]["place"] = json!(traces.len());
        }
        traces.push(trace);
    }
    traces
}

/// A grid with an empty bin around it, so that its lines close; where there are no rows, there is nothing.
fn closed(grid: Grid) -> Grid {
    let around = |places: Vec<Json>| match (places.first().and_then(Json::as_f64), places.get(1).and_then(Json::as_f64))
    {
        (Some(first), Some(second)) => {
            let last = first + (second - first) * places.len() as f64;
            let mut all = vec![json!(first + first - second)];
            all.extend(places);
            all.push(json!(last));
            (all, 1)
        }
        _ => (places, 0),
    };
    let ((x, more_x), (y, more_y)) = (around(grid.x), around(grid.y));
    let mut z = vec![vec![Some(0.0); x.len()]; y.len()];
    for (row, cells) in grid.z.into_iter().enumerate() {
        for (place, cell) in cells.into_iter().enumerate() {
            z[row + more_y][place + more_x] = cell.or(Some(0.0));
        }
    }
    Grid { x, y, z }
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::grid::{self, NBINSX, NBINSY, X, Y, Z};
    use crate::charts::{Build, check, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Lines of equal density over two binned columns",
        encodings: &[
            X,
            Y,
            Z,
            COLOR,
            HISTFUNC,
            HISTNORM,
            NBINSX,
            NBINSY,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["contour"],
        check: |chart, question| grid::check(chart, question).and_then(|()| check::additive_z(chart, question)),
        trace,
        layout: grid::layout,
    };

    /// Several colors have lines, one alone has its grounds filled as in a map.
    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let has_colors = roles::channel(chart, "color").is_some();
        json!({
            "type": "contour", "hovertemplate": grid::template(chart, question), "showscale": false, "ncontours": 8,
            "contours": { "coloring": if has_colors { "none" } else { "fill" }, "showlines": has_colors },
            "line": { "width": 1.5, "smoothing": 1.2 }, "showlegend": has_colors,
            "meta": { "bins": grid::cut(chart, question) },
        })
    }
}

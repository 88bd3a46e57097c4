//! `chart imshow`: a table of cells, each in the color of its number; a heat map.

use super::coloraxis::is_scale;
use super::figure::{categories, column, is_picked, json as plain, prototype, text};
use super::roles::{channel, is_category};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection, Value};

/// The chart type.
pub static IMSHOW: ChartType = ChartType {
    name: "imshow",
    selects: Selects::Roles(&["x", "y"]),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// One trace; with a selection two, the second one with what is not selected.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let (Some(x), Some(y), Some(z)) =
        (channel(chart, "x"), channel(chart, "y"), channel(chart, "z").filter(|z| is_scale(z) || z.kind.is_number()))
    else {
        return Vec::new();
    };
    let (across, down, values) = (column(answer, x.term), column(answer, y.term), column(answer, z.term));
    let (xs, ys) = (categories(chart, "x", across), categories(chart, "y", down));
    let (columns, rows) = (Distinct::of(&xs), Distinct::of(&ys));
    let mut cells = vec![vec![Json::Null; xs.len()]; ys.len()];
    for ((x, y), z) in across.iter().zip(down).zip(values) {
        cells[rows.at(y)][columns.at(x)] = plain(z);
    }
    let name = |is_category, value: &Value| if is_category { json!(text(value)) } else { plain(value) };
    let mut trace = prototype(chart);
    trace["x"] = xs.iter().map(|value| name(is_category(x.kind), value)).collect();
    trace["y"] = ys.iter().map(|value| name(is_category(y.kind), value)).collect();
    trace["customdata"] = ys.iter().map(|y| xs.iter().map(|x| json!([plain(x), plain(y)])).collect::<Json>()).collect();
    let Some(Selection::In(tuples)) = selection else {
        trace["z"] = json!(cells);
        return vec![trace];
    };
    let mut faded = trace.clone();
    let is_selected = |x: usize, y: usize| is_picked(tuples, &[&xs[x], &ys[y]]);
    let only = |wanted: bool| -> Json {
        let cell = |(x, cell): (usize, &Json), y| if is_selected(x, y) == wanted { cell.clone() } else { Json::Null };
        cells
            .iter()
            .enumerate()
            .map(|(y, row)| row.iter().enumerate().map(|at| cell(at, y)).collect::<Json>())
            .collect()
    };
    trace["z"] = only(true);
    faded["z"] = only(false);
    faded["opacity"] = json!(0.25);
    vec![trace, faded]
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::check::numbers;
    use crate::charts::coloraxis::*;
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const X: Encoding = Encoding::required("x", Takes::Dimension, "What stands in each column");
    const Y: Encoding = Encoding::required("y", Takes::Dimension, "What stands in each row");
    const Z: Encoding = Encoding::or("z", Takes::Measure, "count(*)", "The number of each cell");
    const TEXT_AUTO: Encoding = Encoding::optional("text_auto", Takes::Flag, "The number written in each cell");
    const ORIGIN: Encoding = Encoding::optional(
        "origin",
        Takes::Choice(&["upper", "lower"]),
        "Whether the first row is on top; `lower` for rows of numbers or time when left out",
    );
    const ASPECT: Encoding =
        Encoding::optional("aspect", Takes::Choice(&["equal", "auto"]), "`equal` for square cells");

    pub const BUILD: Build = Build {
        summary: "A table of cells, each in the color of its number: a heat map",
        encodings: &[
            X,
            Y,
            Z,
            TEXT_AUTO,
            ORIGIN,
            ASPECT,
            COLOR_SCALE,
            RANGE_COLOR,
            COLOR_MIDPOINT,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            PLOTLY,
        ],
        modules: &["heatmap"],
        check,
        trace,
        layout,
    };

    fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
        numbers(chart, &["z"])
    }

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        let mut trace = json!({
            "type": "heatmap", "coloraxis": "coloraxis", "xgap": 1, "ygap": 1, "hoverongaps": false,
            "hovertemplate": hover::coordinates(chart, question),
        });
        let is_written = chart.options.get("text_auto").is_some_and(|text| *text == true);
        if let Some(z) = roles::channel(chart, "z").filter(|_| is_written) {
            trace["texttemplate"] = json!(format!("%{{z{}}}", hover::pattern(z, question)));
        }
        trace
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = layout::to_json(layout::cartesian(chart, question).show_legend(false), chart);
        if let Some(z) = roles::channel(chart, "z") {
            layout["coloraxis"] = coloraxis(chart, z);
        }
        for axis in ["xaxis", "yaxis"] {
            layout[axis]["showgrid"] = json!(false);
            layout[axis]["zeroline"] = json!(false);
            layout[axis]["showline"] = json!(false);
        }
        match chart.options.get("origin").and_then(Json::as_str) {
            Some("upper") => layout["yaxis"]["autorange"] = json!("reversed"),
            Some(_) => layout["yaxis"]["autorange"] = json!(true),
            None => {}
        }
        if chart.options.get("aspect").is_some_and(|aspect| *aspect == "equal") {
            layout["yaxis"]["scaleanchor"] = json!("x");
            layout["xaxis"]["constrain"] = json!("domain");
            layout["yaxis"]["constrain"] = json!("domain");
        }
        layout
    }
}

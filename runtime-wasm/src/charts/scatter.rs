//! `chart scatter`: a point for each row, or for each group where an axis or the size is an aggregate.

use super::{ChartType, Selects, figure, marginal, trendline};
use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Selection};

/// The chart type.
pub static SCATTER: ChartType = ChartType {
    name: "scatter",
    selects: Selects::Points,
    traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Plotly's name for points that the graphics card draws.
#[cfg(not(target_arch = "wasm32"))]
pub const WEBGL: &str = "scattergl";

fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = figure::traces(chart, answer, selection);
    let count = traces.len();
    trendline::add(chart, &mut traces);
    marginal::add(chart, count, &mut traces);
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::WEBGL;
    use crate::answer::Answer;
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, check, figure, hover, layout, marginal, roles, trendline};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::Scatter;
    use plotly::common::{Mode, Position};

    const X: Encoding =
        Encoding::required("x", Takes::Either, "Horizontal axis: a column, an expression or an aggregate");
    const Y: Encoding =
        Encoding::required("y", Takes::Either, "Vertical axis: a column, an expression or an aggregate");
    const SIZE: Encoding = Encoding::optional("size", Takes::Measure, "Area of each point");
    const SIZE_MAX: Encoding = Encoding::optional(
        "size_max",
        Takes::Number { min: 1.0, max: 200.0 },
        "Size of the largest point in pixels; 20 when left out",
    );

    const RENDER_MODE: Encoding = Encoding::optional(
        "render_mode",
        Takes::Choice(&["auto", "svg", "webgl"]),
        "`webgl` has the graphics card draw the points, `auto` from a thousand on; `svg` when left out",
    );
    /// From so many points on `auto` leaves them to the graphics card, as plotly.express does.
    const MANY: usize = 1000;

    pub const BUILD: Build = Build {
        summary: "A point for each row, or for each group where x, y or size is an aggregate",
        encodings: &[
            X,
            Y,
            COLOR,
            SYMBOL,
            SIZE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            SIZE_MAX,
            ERROR_X,
            ERROR_X_MINUS,
            ERROR_Y,
            ERROR_Y_MINUS,
            trendline::TRENDLINE,
            trendline::OPTIONS,
            trendline::SCOPE,
            trendline::OVERRIDE,
            marginal::MARGINAL_X,
            marginal::MARGINAL_Y,
            RENDER_MODE,
            OPACITY,
            LOG_X,
            LOG_Y,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            SYMBOL_SEQUENCE,
            SYMBOL_MAP,
            PLOTLY,
        ],
        modules: &[],
        check: sound,
        trace,
        layout,
    };

    fn sound(chart: &Chart, question: &Question) -> Result<(), Problem> {
        check::cartesian(chart, question)?;
        check::errors(chart)?;
        trendline::check(chart)?;
        marginal::check(chart, question)
    }

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut points = Scatter::<f64, f64>::new(Vec::new(), Vec::new())
            .mode(Mode::Markers)
            .hover_template(hover::point(chart, question));
        if let Some(text) = roles::channel(chart, "text") {
            let template = format!("%{{text{}}}", hover::pattern(text, question));
            points = points.mode(Mode::MarkersText).text_template(template).text_position(Position::TopCenter);
        }
        let mut trace = serde_json::to_value(points).expect("a trace is plain data");
        trace["marker"] = marker(chart, answer);
        trace["unselected"] = json!({ "marker": { "opacity": 0.15 } });
        trace["cliponaxis"] = json!(false);
        if roles::is_set(chart, &["marginal_x", "marginal_y"]) {
            trace["meta"] = json!({ "margins": marginal::margins(chart, answer) });
        }
        roles::error_bars(chart, &mut trace);
        match chart.options.get("render_mode").and_then(Json::as_str) {
            Some("webgl") => trace["type"] = json!(WEBGL),
            Some("auto") if answer.rows > MANY => trace["type"] = json!(WEBGL),
            _ => {}
        }
        trace
    }

    /// The size scale holds for the unfiltered answer's largest value, so that a size means the same under all filters.
    fn marker(chart: &Chart, answer: &Answer) -> Json {
        let mut marker = json!({});
        if let Some(opacity) = chart.options.get("opacity") {
            marker["opacity"] = opacity.clone();
        }
        if let Some(size) = roles::channel(chart, "size") {
            let pixels = chart.options.get("size_max").and_then(Json::as_f64).unwrap_or(20.0);
            let largest = figure::column(answer, size.term).iter().map(figure::amount).fold(0.0, f64::max);
            marker["sizemode"] = json!("area");
            marker["sizeref"] = json!(if largest > 0.0 { largest / (pixels * pixels) } else { 1.0 });
        }
        marker
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = layout::to_json(layout::cartesian(chart, question), chart);
        trendline::prepare(chart, &mut layout);
        marginal::layout(chart, layout)
    }
}

//! `chart line`: values along an axis, joined by a line for each color.

use super::{ChartType, Selects, figure};

/// The chart type.
pub static LINE: ChartType = ChartType {
    name: "line",
    selects: Selects::Position,
    traces: figure::traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::Scatter;
    use plotly::common::Mode;

    pub const BUILD: Build = Build {
        summary: "Values along an axis, joined by a line for each color",
        encodings: &[
            X,
            Y,
            COLOR,
            LINE_DASH,
            SYMBOL,
            LINE_GROUP,
            TEXT,
            HOVER_DATA,
            ERROR_X,
            ERROR_X_MINUS,
            ERROR_Y,
            ERROR_Y_MINUS,
            MARKERS,
            LINE_SHAPE,
            ORIENTATION,
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
            LINE_DASH_SEQUENCE,
            LINE_DASH_MAP,
            SYMBOL_SEQUENCE,
            SYMBOL_MAP,
            PLOTLY,
        ],
        modules: &[],
        check: check::values_and_errors,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let line = Scatter::<f64, f64>::new(Vec::new(), Vec::new())
            .mode(mode(chart))
            .hover_template(hover::series(chart, question));
        let mut trace = serde_json::to_value(line).expect("a trace is plain data");
        trace["unselected"] = json!({ "marker": { "opacity": 0.3 } });
        if let Some(shape) = chart.options.get("line_shape") {
            trace["line"]["shape"] = shape.clone();
        }
        if let Some(text) = roles::channel(chart, "text") {
            trace["mode"] = json!(format!("{}+text", trace["mode"].as_str().unwrap_or("lines")));
            trace["texttemplate"] = json!(format!("%{{text{}}}", hover::pattern(text, question)));
            trace["textposition"] = json!("top center");
        }
        roles::error_bars(chart, &mut trace);
        trace
    }

    /// Categories get markers, so that there is something to click.
    fn mode(chart: &Chart) -> Mode {
        let is_set = chart.options.get("markers").and_then(Json::as_bool);
        let is_category =
            roles::channel(chart, roles::position(chart)).is_some_and(|axis| roles::is_category(axis.kind));
        let has_symbols = roles::channel(chart, "symbol").is_some();
        if is_set.unwrap_or(is_category || has_symbols) { Mode::LinesMarkers } else { Mode::Lines }
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        layout::to_json(layout::cartesian(chart, question).hover_mode(layout::unified(chart)), chart)
    }
}

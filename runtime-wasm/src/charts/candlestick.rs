//! `chart candlestick`: for each time the first, highest, lowest and last price.

use super::{ChartType, Selects, points};

/// The chart type.
pub static CANDLESTICK: ChartType = ChartType {
    name: "candlestick",
    selects: Selects::Position,
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, check, layout, trace};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::check::numbers;
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const X: Encoding = Encoding::required("x", Takes::Dimension, "The time that each candle is about");
    const OPEN: Encoding =
        Encoding::required("open", Takes::Measure, "The first price, as in `first(price ORDER BY time)`");
    const HIGH: Encoding = Encoding::required("high", Takes::Measure, "The highest, as in `max(price)`");
    const LOW: Encoding = Encoding::required("low", Takes::Measure, "The lowest, as in `min(price)`");
    const CLOSE: Encoding = Encoding::required("close", Takes::Measure, "The last, as in `last(price ORDER BY time)`");

    /// The keys of the charts of four prices.
    pub const ENCODINGS: &[Encoding] =
        &[X, OPEN, HIGH, LOW, CLOSE, LOG_Y, RANGE_X, RANGE_Y, TITLE, LABELS, FORMAT, PLOTLY];

    pub const BUILD: Build = Build {
        summary: "For each time the first, highest, lowest and last price",
        encodings: ENCODINGS,
        modules: &["candlestick"],
        check,
        trace,
        layout,
    };

    /// Checks that prices are numbers.
    pub fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
        numbers(chart, &["open", "high", "low", "close"])
    }

    /// What all traces of four prices share; their type is the chart's.
    pub fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        json!({ "type": chart.kind, "hovertemplate": hover::coordinates(chart, question) })
    }

    /// The layout, with an axis of prices.
    pub fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = layout::to_json(layout::cartesian(chart, question).show_legend(false), chart);
        layout["xaxis"]["rangeslider"] = json!({ "visible": false });
        layout["xaxis"]["title"] = Json::Null;
        let is_log = chart.options.get("log_y").is_some_and(|log| *log == true);
        layout["yaxis"]["type"] = json!(if is_log { "log" } else { "linear" });
        if let Some(format) = roles::channel(chart, "close").and_then(|close| close.format.as_deref()) {
            layout["yaxis"]["tickprefix"] = json!(if format.contains('$') { "$" } else { "" });
        }
        layout
    }
}

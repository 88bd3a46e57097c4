//! `chart bar`: a bar for each category, number or time, upright or lying.

use super::{ChartType, Selects, figure};

/// The chart type.
pub static BAR: ChartType = ChartType {
    name: "bar",
    selects: Selects::Position,
    traces: figure::traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
pub use build::{mode, prototype};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::Bar;
    use plotly::common::{Orientation, TextPosition};
    use plotly::layout::BarMode;

    const BASE: Encoding = Encoding::optional("base", Takes::Either, "Where each bar begins; zero when left out");
    const TEXT_AUTO: Encoding = Encoding::optional("text_auto", Takes::Flag, "The value written on each bar");

    pub const BUILD: Build = Build {
        summary: "A bar for each category, number or time; it lies where the dimension is on y",
        encodings: &[
            X,
            Y,
            COLOR,
            PATTERN_SHAPE,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            BASE,
            ERROR_X,
            ERROR_X_MINUS,
            ERROR_Y,
            ERROR_Y_MINUS,
            BARMODE,
            ORIENTATION,
            TEXT_AUTO,
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
            PATTERN_SHAPE_SEQUENCE,
            PATTERN_SHAPE_MAP,
            PLOTLY,
        ],
        modules: &["bar"],
        check: check::values_and_errors,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let orientation = if roles::is_horizontal(chart) { Orientation::Horizontal } else { Orientation::Vertical };
        let mut bar = Bar::<f64, f64>::new(Vec::new(), Vec::new())
            .orientation(orientation)
            .hover_template(hover::bar(chart, question));
        if let Some(written) = written(chart, question) {
            bar = bar.text_template(written).text_position(TextPosition::Auto);
        }
        let mut trace = prototype(chart, serde_json::to_value(bar).expect("a trace is plain data"));
        roles::error_bars(chart, &mut trace);
        trace
    }

    /// Bars as the author and the reader's selection shade them.
    pub fn prototype(chart: &Chart, mut bar: Json) -> Json {
        bar["unselected"] = json!({ "marker": { "opacity": 0.3 } });
        if let Some(opacity) = chart.options.get("opacity") {
            bar["marker"]["opacity"] = opacity.clone();
        }
        bar
    }

    fn written(chart: &Chart, question: &Question) -> Option<String> {
        let is_auto = chart.options.get("text_auto").and_then(Json::as_bool).unwrap_or(false);
        let (name, channel) = match roles::channel(chart, "text") {
            Some(text) => ("text", text),
            None if is_auto => (roles::value(chart), roles::channel(chart, roles::value(chart))?),
            None => return None,
        };
        Some(format!("%{{{name}{}}}", hover::pattern(channel, question)))
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        layout::to_json(layout::cartesian(chart, question).bar_mode(mode(chart)), chart)
    }

    /// How bars of several colors share a place.
    pub fn mode(chart: &Chart) -> BarMode {
        match chart.options.get("barmode").and_then(Json::as_str) {
            Some("stack") => BarMode::Stack,
            Some("group") => BarMode::Group,
            Some("overlay") => BarMode::Overlay,
            _ => BarMode::Relative,
        }
    }
}

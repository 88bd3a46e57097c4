//! `chart ecdf`: for each value of a column which share of the rows, or of a measure, lies at or below it.

use super::figure;
use super::marginal;
use super::roles::{position, value};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static ECDF: ChartType = ChartType {
    name: "ecdf",
    selects: Selects::Position,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// The rows of an answer ascend in the column: the empirical distribution function sums them up (as plotly.express does).
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = figure::traces(chart, answer, selection);
    let word = |option: &str| chart.options.get(option).and_then(Json::as_str);
    for trace in &mut traces {
        let places = trace[position(chart)].as_array().cloned().unwrap_or_default();
        let sizes = trace[value(chart)].as_array().cloned().unwrap_or_default();
        let size = |(place, size): (&Json, &Json)| if place.is_null() { 0.0 } else { size.as_f64().unwrap_or(0.0) };
        let sizes: Vec<f64> = places.iter().zip(&sizes).map(size).collect();
        let all: f64 = sizes.iter().sum();
        let by = match word("ecdfnorm") {
            Some("percent") => all / 100.0,
            Some("count") => 1.0,
            _ => all,
        };
        let mut below = 0.0;
        let share = |(place, size): (&Json, f64)| {
            below += size;
            let sum = match word("ecdfmode") {
                Some("reversed") => all - below + size,
                Some("complementary") => all - below,
                _ => below,
            };
            if place.is_null() || all <= 0.0 { Json::Null } else { json!(sum / by) }
        };
        trace[value(chart)] = places.iter().zip(sizes).map(share).collect();
    }
    marginal::add_counted(chart, answer, &mut traces);
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, check, layout, marginal, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Kind, Question};

    const X: Encoding = Encoding::required("x", Takes::Dimension, "The column of numbers or time");
    const Y: Encoding = Encoding::or("y", Takes::Measure, "count(*)", "What is summed up over the rows");
    const ECDFNORM: Encoding = Encoding::optional(
        "ecdfnorm",
        Takes::Choice(&["probability", "percent", "count"]),
        "Shares of one, of a hundred, or sums as they are; `probability` when left out",
    );
    const ECDFMODE: Encoding = Encoding::optional(
        "ecdfmode",
        Takes::Choice(&["standard", "complementary", "reversed"]),
        "At or below each value, above it, or at or above it",
    );
    const LINES: Encoding =
        Encoding::optional("lines", Takes::Flag, "Whether the points are joined; true when left out");

    pub const BUILD: Build = Build {
        summary: "The share of rows at or below each value of a column",
        encodings: &[
            X,
            Y,
            COLOR,
            LINE_DASH,
            ECDFNORM,
            ECDFMODE,
            marginal::MARGINAL,
            MARKERS,
            LINES,
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
            LINE_DASH_SEQUENCE,
            LINE_DASH_MAP,
            PLOTLY,
        ],
        modules: &[],
        check: sound,
        trace,
        layout,
    };

    fn sound(chart: &Chart, question: &Question) -> Result<(), Problem> {
        check::binned(chart, question)?;
        match roles::channel(chart, "x").filter(|axis| roles::is_category(axis.kind)) {
            Some(axis) => Err(Problem {
                encoding: "x",
                message: format!("`{}` has no values that lie below each other", axis.label),
                hint: "it needs numbers, days or moments; count categories in a bar chart",
            }),
            None => marginal::check(chart, question),
        }
    }

    fn trace(chart: &Chart, _: &Question, answer: &crate::answer::Answer) -> Json {
        let option = |name: &str| chart.options.get(name).and_then(Json::as_bool);
        let (markers, lines) = (option("markers").unwrap_or(false), option("lines").unwrap_or(true));
        let mode = match (lines, markers) {
            (true, true) => "lines+markers",
            (true, false) => "lines",
            (false, _) => "markers",
        };
        let shape = if chart.options.get("ecdfmode").is_some_and(|mode| mode == "reversed") { "vh" } else { "hv" };
        let pattern = match chart.options.get("ecdfnorm").and_then(Json::as_str) {
            Some("percent") => ":.1f}%",
            Some("count") => ":,.6~r}",
            _ => ":.1%}",
        };
        let mut trace = json!({
            "type": "scatter", "mode": mode, "line": { "shape": shape }, "hovertemplate": format!("%{{y{pattern}"),
            "unselected": { "marker": { "opacity": 0.3 } },
        });
        if roles::channel(chart, "color").is_none() {
            trace["hovertemplate"] = json!(format!("%{{y{pattern}<extra></extra>"));
        }
        if let Some(opacity) = chart.options.get("opacity") {
            trace["opacity"] = opacity.clone();
        }
        if roles::is_set(chart, &["marginal"]) {
            trace["meta"] = json!({ "margins": marginal::margins(chart, answer) });
        }
        trace
    }

    /// The axis of shares is named after what they are.
    fn layout(chart: &Chart, question: &Question) -> Json {
        let base = layout::cartesian(chart, question).hover_mode(layout::unified(chart));
        let mut layout = layout::to_json(base, chart);
        let is_count = chart.options.get("ecdfnorm").is_some_and(|norm| norm == "count");
        let label = roles::channel(chart, "y").map_or("", |axis| axis.label.as_str());
        if !is_count {
            let of = roles::channel(chart, "y").filter(|axis| axis.kind != Kind::Integer || label != "Count");
            let of = of.map_or_else(|| "rows".to_owned(), |axis| axis.label.to_lowercase());
            layout["yaxis"]["title"]["text"] = json!(format!("Share of {of}"));
            let is_percent = chart.options.get("ecdfnorm").is_some_and(|norm| norm == "percent");
            layout["yaxis"][if is_percent { "ticksuffix" } else { "tickformat" }] =
                json!(if is_percent { "%" } else { ".0%" });
        }
        layout["yaxis"]["rangemode"] = json!("tozero");
        marginal::layout(chart, layout)
    }
}

//! `chart indicator`: one number, large, with the change from another one, and a gauge.

use super::figure::{column, json as plain, prototype};
use super::roles::channel;
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Selection};

/// The chart type.
pub static INDICATOR: ChartType = ChartType {
    name: "indicator",
    selects: Selects::Roles(&[]),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, _: Option<&Selection>) -> Vec<Json> {
    let number = |role| channel(chart, role).and_then(|channel| column(answer, channel.term).first()).map(plain);
    let mut trace = prototype(chart);
    trace["value"] = number("value").unwrap_or_default();
    if let Some(reference) = number("reference") {
        trace["delta"]["reference"] = reference;
    }
    vec![trace]
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::check::numbers;
    use crate::charts::encoding::*;
    use crate::charts::figure::column;
    use crate::charts::{Build, Problem, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question, Value};

    const VALUE: Encoding = Encoding::required("value", Takes::Measure, "The number: an aggregate");
    const REFERENCE: Encoding =
        Encoding::optional("reference", Takes::Measure, "An aggregate from which the change is shown");
    const GAUGE: Encoding = Encoding::optional(
        "gauge",
        Takes::Choice(&["angular", "bullet", "none"]),
        "A dial, a bar, or the number alone; `angular` when left out",
    );
    const RANGE: Encoding = Encoding::optional(
        "range",
        Takes::Range,
        "Ends of the gauge; from zero to what the number is without filters when left out",
    );
    const THRESHOLD: Encoding = Encoding::optional(
        "threshold",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        "A mark on the gauge, such as a target",
    );

    pub const BUILD: Build = Build {
        summary: "One number, large, with the change from another one, and a gauge",
        encodings: &[VALUE, REFERENCE, GAUGE, RANGE, THRESHOLD, TITLE, LABELS, FORMAT, PLOTLY],
        modules: &["indicator"],
        check,
        trace,
        layout,
    };

    fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        if question.keys.is_empty() {
            return numbers(chart, &["value", "reference"]);
        }
        let column = chart.channels.iter().find(|channel| matches!(channel.term, crate::plan::Term::Key(_)));
        Err(Problem {
            encoding: if column.is_some_and(|column| column.role == "reference") { "reference" } else { "value" },
            message: format!("`{}` is a column of many values", column.map_or("", |column| column.label.as_str())),
            hint: "aggregate it, as in `sum(…)` or `avg(…)`",
        })
    }

    fn trace(chart: &Chart, _: &Question, answer: &Answer) -> Json {
        let value = roles::channel(chart, "value");
        let shape = chart.options.get("gauge").and_then(Json::as_str).unwrap_or("angular");
        let has_change = roles::channel(chart, "reference").is_some();
        let mode = ["number", if has_change { "+delta" } else { "" }, if shape == "none" { "" } else { "+gauge" }];
        let mut trace = json!({ "type": "indicator", "mode": mode.concat() });
        if let Some(format) = value.and_then(|value| value.format.as_ref()) {
            trace["number"]["valueformat"] = json!(format);
            trace["delta"]["valueformat"] = json!(format);
            trace["gauge"]["axis"]["tickformat"] = json!(if format.contains('%') { ".3~%" } else { "~s" });
        }
        if shape != "none" {
            let largest = value.and_then(|value| match column(answer, value.term).first() {
                Some(Value::Number(number)) if *number > 0.0 => Some(*number),
                _ => None,
            });
            trace["gauge"]["shape"] = json!(shape);
            let range = chart.options.get("range").cloned();
            trace["gauge"]["axis"]["range"] = range.unwrap_or_else(|| json!([0, largest.unwrap_or(1.0)]));
        }
        if let Some(threshold) = chart.options.get("threshold") {
            trace["gauge"]["threshold"] = json!({ "value": threshold, "thickness": 0.9, "line": { "width": 3 } });
        }
        trace
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        let mut layout = layout::to_json(layout::base(false), chart);
        layout["margin"] = json!({ "l": 28, "r": 28, "t": 36, "b": 12 });
        layout
    }
}

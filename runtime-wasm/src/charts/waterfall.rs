//! `chart waterfall`: amounts that come and go, each beginning where the one before it ends.

use super::roles::{is_horizontal, position, value};
use super::{ChartType, Selects, figure};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static WATERFALL: ChartType = ChartType {
    name: "waterfall",
    selects: Selects::Position,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// With `total` a last bar reaches from zero to where the others have led.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = figure::traces(chart, answer, selection);
    let total = chart.options.get("total").and_then(Json::as_str);
    for trace in &mut traces {
        let mut measures: Vec<&str> = vec!["relative"; trace[position(chart)].as_array().map_or(0, Vec::len)];
        if let Some(total) = total.filter(|_| !measures.is_empty()) {
            measures.push("total");
            push(&mut trace[position(chart)], json!(total));
            push(&mut trace[value(chart)], json!(0));
            push(&mut trace["customdata"], json!([]));
            let last = measures.len() - 1;
            if trace["selectedpoints"].is_array() {
                push(&mut trace["selectedpoints"], json!(last));
            }
        }
        trace["measure"] = json!(measures);
        trace["orientation"] = json!(if is_horizontal(chart) { "h" } else { "v" });
    }
    traces
}

fn push(list: &mut Json, item: Json) {
    if let Some(list) = list.as_array_mut() {
        list.push(item);
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const X: Encoding = Encoding::required("x", Takes::Either, "The steps, or with `orientation: h` the amounts");
    const Y: Encoding = Encoding::required("y", Takes::Either, "The amounts: above zero they come, below they go");
    const TOTAL: Encoding =
        Encoding::optional("total", Takes::Text, "What to call a last bar with the sum; there is none when left out");
    const TEXT_AUTO: Encoding = Encoding::optional("text_auto", Takes::Flag, "The amount written on each bar");

    pub const BUILD: Build = Build {
        summary: "Amounts that come and go, each beginning where the one before it ends",
        encodings: &[
            X,
            Y,
            TOTAL,
            TEXT_AUTO,
            HOVER_DATA,
            ORIENTATION,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            PLOTLY,
        ],
        modules: &["waterfall"],
        check: check::values,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        let axis = roles::value(chart);
        let pattern = roles::channel(chart, axis).map_or_else(String::new, |amount| hover::pattern(amount, question));
        let place = roles::position(chart);
        let mut trace = json!({
            "type": "waterfall",
            "hovertemplate": format!("<b>%{{{place}}}</b><br>%{{delta{pattern}}}<br>→ %{{final{pattern}}}<extra></extra>"),
            "connector": { "line": { "width": 1, "dash": "dot" } },
        });
        if chart.options.get("text_auto").is_some_and(|text| *text == true) {
            trace["texttemplate"] = json!(format!("%{{delta{pattern}}}"));
            trace["textposition"] = json!("outside");
            trace["cliponaxis"] = json!(false);
        }
        trace
    }

    /// The total stands behind the steps, whatever their order.
    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = layout::to_json(layout::cartesian(chart, question).show_legend(false), chart);
        let place = if roles::is_horizontal(chart) { "yaxis" } else { "xaxis" };
        let total = chart.options.get("total").filter(|_| layout[place]["type"] == "category").cloned();
        if let (Some(total), Some(names)) = (total, layout[place]["categoryarray"].as_array_mut()) {
            names.push(total);
        }
        layout
    }
}

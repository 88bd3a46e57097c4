//! `chart timeline`: a bar from a start to an end for each row; a Gantt chart.

use super::{ChartType, Selects, points};
use crate::answer::Answer;
use crate::calendar::{DAY, parse_day, parse_moment};
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static TIMELINE: ChartType = ChartType {
    name: "timeline",
    selects: Selects::Roles(&["y", "color"]),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Plotly takes a start as the base of a bar, and a length in milliseconds.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = points::traces(chart, answer, selection);
    for trace in &mut traces {
        let (starts, ends) = (trace["x_start"].take(), trace["x_end"].take());
        let lengths = starts.as_array().into_iter().flatten().zip(ends.as_array().into_iter().flatten());
        trace["x"] = lengths.map(|(start, end)| json!(micros(end).zip(micros(start)).map(length))).collect();
        trace["base"] = starts;
        trace["text"] = trace["text"].take();
        if let Some(trace) = trace.as_object_mut() {
            trace.retain(|name, value| !value.is_null() || !matches!(name.as_str(), "x_start" | "x_end" | "text"));
        }
    }
    traces
}

fn micros(moment: &Json) -> Option<i64> {
    let text = moment.as_str()?;
    parse_moment(text).or_else(|| parse_day(text)?.checked_mul(DAY))
}

fn length((end, start): (i64, i64)) -> f64 {
    (end - start) as f64 / 1000.0
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::check::{cartesian, times};
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const X_START: Encoding = Encoding::required("x_start", Takes::Either, "When each bar begins: a day or moment");
    const X_END: Encoding = Encoding::required("x_end", Takes::Either, "When it ends");
    const Y: Encoding = Encoding::required("y", Takes::Dimension, "What stands on each line");

    pub const BUILD: Build = Build {
        summary: "A bar from a start to an end for each row: a Gantt chart",
        encodings: &[
            X_START,
            X_END,
            Y,
            COLOR,
            TEXT,
            HOVER_NAME,
            HOVER_DATA,
            OPACITY,
            RANGE_X,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["bar"],
        check,
        trace,
        layout,
    };

    fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        cartesian(chart, question)?;
        times(chart, &["x_start", "x_end"])
    }

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        let mut trace = json!({
            "type": "bar", "orientation": "h", "textposition": "inside", "insidetextanchor": "start",
            "hovertemplate": hover::coordinates(chart, question), "unselected": { "marker": { "opacity": 0.3 } },
        });
        if let Some(opacity) = chart.options.get("opacity") {
            trace["marker"]["opacity"] = opacity.clone();
        }
        trace
    }

    /// Bars of one line overlap where their times do.
    fn layout(chart: &Chart, question: &Question) -> Json {
        let has_legend = roles::channel(chart, "color").is_some();
        let layout = layout::base(has_legend).y_axis(layout::axis(chart, question, "y"));
        let mut layout = layout::to_json(layout, chart);
        layout["barmode"] = json!("overlay");
        layout["xaxis"] = json!({ "type": "date", "automargin": true, "fixedrange": true, "showgrid": true });
        if let Some(range) = chart.options.get("range_x") {
            layout["xaxis"]["range"] = range.clone();
        }
        layout["yaxis"]["title"] = Json::Null;
        layout["yaxis"]["showgrid"] = json!(false);
        layout
    }
}

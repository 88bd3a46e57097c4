//! `chart box`: the quartiles of a column's values at each place, with fences and what lies beyond them.

use super::boxes::{self, Kept};
use super::figure::{begun, parts};
use super::roles::{channel, value};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Selection};

/// The chart type.
pub static BOX: ChartType = ChartType {
    name: "box",
    selects: Selects::Position,
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let kept = match chart.options.get("points").and_then(Json::as_str) {
        Some("all") => Kept::All,
        Some("false") => Kept::None,
        _ => Kept::Outside,
    };
    let mut traces = Vec::new();
    if let Some(measure) = channel(chart, value(chart)) {
        for part in parts(chart, answer) {
            let piles = boxes::piles(&part, measure);
            let mut trace = begun(&part, None, traces.len());
            boxes::fill(&part, &piles, kept, &mut trace);
            if let Some(dimmed) = boxes::dimmed(&part, &piles, selection) {
                trace["meta"]["dimmed"] = dimmed;
            }
            traces.push(trace);
        }
    }
    traces
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::boxes::{self, ALIGNED, X, Y};
    use crate::charts::encoding::*;
    use crate::charts::{Build, hover, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const POINTS: Encoding = Encoding::optional(
        "points",
        Takes::Choice(&["outliers", "suspectedoutliers", "all", "false"]),
        "Which values are drawn as points; `outliers` when left out",
    );
    const NOTCHED: Encoding = Encoding::optional("notched", Takes::Flag, "Notches as wide as the median is uncertain");
    const BOXMODE: Encoding = Encoding::optional("boxmode", ALIGNED, "Whether colors stand beside or over each other");

    pub const BUILD: Build = Build {
        summary: "Quartiles, fences and outliers of a column's values at each place",
        encodings: &[
            X,
            Y,
            COLOR,
            POINTS,
            NOTCHED,
            BOXMODE,
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
            PLOTLY,
        ],
        modules: &["box"],
        check: boxes::check,
        trace,
        layout: |chart, question| boxes::layout(chart, question, "boxmode"),
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let value = roles::value(chart);
        let points = chart.options.get("points").and_then(Json::as_str);
        let pattern = roles::channel(chart, value).map_or_else(String::new, |of| hover::pattern(of, question));
        let (jitter, at) = if points == Some("all") { (0.3, -1.6) } else { (0.0, 0.0) };
        let mut trace = json!({
            "type": "box",
            "orientation": if roles::is_horizontal(chart) { "h" } else { "v" },
            "boxpoints": if points == Some("suspectedoutliers") { json!("suspectedoutliers") } else { json!("all") },
            "boxmean": false, "jitter": jitter, "pointpos": at, "marker": { "size": 4, "opacity": 0.7 }, "line": { "width": 1.5 },
            "hovertemplate": format!("%{{{value}{pattern}}}<extra>%{{fullData.name}}</extra>"),
            "meta": { "of": value, "columns": ["lowerfence", "q1", "median", "q3", "upperfence"] },
        });
        if points == Some("false") {
            trace["boxpoints"] = json!(false);
        }
        if let Some(notched) = chart.options.get("notched") {
            trace["notched"] = notched.clone();
        }
        trace
    }
}

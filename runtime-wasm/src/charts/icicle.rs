//! `chart icicle`: nested strips whose lengths add up, level by level.

use super::{ChartType, Selects, treemap};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static ICICLE: ChartType = ChartType {
    name: "icicle",
    selects: Selects::Role("path"),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// The strip before the first level, which plotly draws in any case, is all that there is; a click on it clears.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = treemap::traces(chart, answer, selection);
    for trace in &mut traces {
        let (mut sum, mut colored) = (0.0, 0.0);
        let size = trace["ids"].as_array().map_or(0, Vec::len);
        for place in (0..size).filter(|place| trace["parents"][*place] == "") {
            let value = trace["values"][place].as_f64().unwrap_or(0.0);
            sum += value;
            colored += value * trace["marker"]["colors"][place].as_f64().unwrap_or(0.0);
        }
        for parent in trace["parents"].as_array_mut().into_iter().flatten().filter(|parent| **parent == "") {
            *parent = json!(ROOT);
        }
        let color = if trace["marker"]["coloraxis"].is_string() { json!(colored / sum) } else { Json::Null };
        let root = [
            ("ids", json!(ROOT)),
            ("labels", json!("All")),
            ("parents", json!("")),
            ("values", json!(sum)),
            ("customdata", json!([])),
        ];
        for (name, value) in root {
            trace[name].as_array_mut().into_iter().for_each(|list| list.push(value.clone()));
        }
        if let Some(colors) = trace["marker"]["colors"].as_array_mut() {
            colors.push(color);
        }
    }
    traces
}

const ROOT: &str = "[]";

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::{Build, parents, treemap};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Nested strips whose lengths add up, level by level",
        encodings: treemap::ENCODINGS,
        modules: &["icicle"],
        check: parents::check,
        trace,
        layout: treemap::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = treemap::trace(chart, question, answer);
        trace["type"] = json!("icicle");
        trace["pathbar"] = json!({ "visible": false });
        trace["tiling"] = json!({ "pad": 1 });
        trace
    }
}

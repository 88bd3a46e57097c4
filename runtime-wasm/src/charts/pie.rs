//! `chart pie`: each category's part of the whole; with `hole`, a ring.

use super::figure::{amount, categories, column, json as plain, prototype, text};
use super::palette::paint;
use super::roles::channel;
use super::{ChartType, Selects, figure::is_picked};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection, Value};

/// The chart type.
pub static PIE: ChartType = ChartType {
    name: "pie",
    selects: Selects::Role("names"),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// One trace with a slice for each category.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let (Some(names), Some(values)) = (channel(chart, "names"), channel(chart, "values")) else {
        return Vec::new();
    };
    let (names, values) = (column(answer, names.term), column(answer, values.term));
    let slices = categories(chart, "names", names);
    let places = Distinct::of(&slices);
    let mut sums = vec![0.0; slices.len()];
    for (name, value) in names.iter().zip(values) {
        sums[places.at(name)] += amount(value);
    }
    let mut trace = prototype(chart);
    trace["labels"] = slices.iter().map(text).collect();
    trace["values"] = sums.into_iter().map(|sum| plain(&Value::Number(sum))).collect();
    trace["customdata"] = slices.iter().map(|slice| json!([plain(slice)])).collect();
    paint(chart, "names", slices.iter().map(Some), &mut trace);
    if let Some(Selection::In(tuples)) = selection {
        trace["meta"]["dimmed"] = slices.iter().map(|slice| !is_picked(tuples, &[slice])).collect();
    }
    vec![trace]
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{NAMES, VALUES};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::Pie;

    pub const NAMES: Encoding = Encoding::required("names", Takes::Dimension, "The categories");
    pub const VALUES: Encoding = Encoding::or("values", Takes::Measure, "count(*)", "Size of each slice");
    const HOLE: Encoding =
        Encoding::optional("hole", Takes::Number { min: 0.0, max: 0.95 }, "Part of the radius to leave out");

    pub const BUILD: Build = Build {
        summary: "Each category's part of the whole",
        encodings: &[
            NAMES,
            VALUES,
            HOLE,
            OPACITY,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["pie"],
        check: check::parts,
        trace,
        layout,
    };

    /// Slices keep the order that the build fixed, which starts with the largest; plotly would sort them anew under each filter.
    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let mut pie = Pie::<f64>::new(Vec::new())
            .sort(false)
            .text_info("percent")
            .hover_template(hover::slice(chart, question, "percent"));
        if let Some(hole) = chart.options.get("hole").and_then(Json::as_f64) {
            pie = pie.hole(hole);
        }
        if let Some(opacity) = chart.options.get("opacity").and_then(Json::as_f64) {
            pie = pie.opacity(opacity);
        }
        let mut trace = serde_json::to_value(pie).expect("a trace is plain data");
        trace["direction"] = json!("clockwise");
        trace["textposition"] = json!("inside");
        trace
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        layout::to_json(layout::base(true), chart)
    }
}

//! `chart parallel_categories`: bands from category to category of several columns, as wide as the rows they hold.

use super::figure::{amount, column, is_picked, json as plain, prototype, text};
use super::palette::place;
use super::roles::{channel, channels};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Selection, Value};

/// The chart type.
pub static PARALLEL_CATEGORIES: ChartType = ChartType {
    name: "parallel_categories",
    selects: Selects::Role("dimensions"),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// A band for each row of the answer; colors by their places in the palette, none for those that are not selected.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut trace = prototype(chart);
    let columns: Vec<&[Value]> = channels(chart, "dimensions").map(|of| column(answer, of.term)).collect();
    let dimension = |of: &Channel| json!({ "label": of.label, "values": column(answer, of.term).iter().map(text).collect::<Vec<_>>(), "categoryorder": "category ascending" });
    trace["dimensions"] = channels(chart, "dimensions").map(dimension).collect();
    if let Some(values) = channel(chart, "values") {
        trace["counts"] = column(answer, values.term).iter().map(|value| json!(amount(value))).collect();
    }
    let tuple = |row: usize| columns.iter().map(|column| &column[row]).collect::<Vec<_>>();
    trace["customdata"] = (0..answer.rows).map(|row| tuple(row).into_iter().map(plain).collect::<Json>()).collect();
    let color = channel(chart, "color").map(|color| column(answer, color.term));
    let colored = |row: usize| {
        let is_out = matches!(selection, Some(Selection::In(tuples)) if !is_picked(tuples, &tuple(row)));
        let at = color.map_or(0, |values| place(chart, "color", &values[row]));
        if is_out { Json::Null } else { json!(at) }
    };
    trace["meta"]["places"] = (0..answer.rows).map(colored).collect();
    vec![trace]
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, layout};
    use crate::json::json;
    use plotly::layout::Margin;

    const DIMENSIONS: Encoding =
        Encoding::required("dimensions", Takes::Dimensions, "The columns of categories, from left to right");
    const VALUES: Encoding = Encoding::or("values", Takes::Measure, "count(*)", "Width of each band: `sum` or `count`");

    pub const BUILD: Build = Build {
        summary: "Bands from category to category of several columns",
        encodings: &[DIMENSIONS, VALUES, COLOR, TITLE, LABELS, FORMAT, CATEGORY_ORDERS, PLOTLY],
        modules: &["parcats"],
        check: check::additive,
        trace: |_, _, _| {
            json!({ "type": "parcats", "line": { "shape": "hspline" }, "bundlecolors": true, "arrangement": "fixed",
                "hoveron": "color", "hovertemplate": "%{count:,} · %{probability:.1%}<extra></extra>" })
        },
        layout: |chart, _| {
            layout::to_json(layout::base(false).margin(Margin::new().left(24).right(72).top(32).bottom(16)), chart)
        },
    };
}

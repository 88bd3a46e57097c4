//! Points in other coordinates than x and y: polar, ternary, in space, on maps. Each channel fills the array of its name.

use super::coloraxis::is_scale;
use super::figure::{BARS, amount, categories, color, column, is_picked, json, prototype, text};
use super::roles::{carried, channel, clicked, is_category};
use super::write::put;
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json as made};
use crate::order::sort;
use crate::plan::{Channel, Chart, Selection, Term, Value};

/// One trace for each color, always all of them; where colors stand for numbers, one trace.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = Vec::new();
    for (category, rows) in split(chart, answer) {
        let mut trace = trace(chart, answer, &rows, selection);
        if let Some(category) = category {
            let name = text(&category);
            if let Some(color) = color(chart, &name, traces.len()) {
                if trace["mode"].is_string() {
                    trace["line"]["color"] = color.clone();
                }
                trace["marker"]["color"] = color;
            }
            trace["name"] = made!(name);
        }
        traces.push(trace);
    }
    traces
}

/// The rows of each color, in the order of the categories.
fn split(chart: &Chart, answer: &Answer) -> Vec<(Option<Value>, Vec<usize>)> {
    let Some(color) = channel(chart, "color").filter(|color| !is_scale(color)) else {
        return vec![(None, ordered(chart, answer, (0..answer.rows).collect()))];
    };
    let values = column(answer, color.term);
    let all = categories(chart, "color", values);
    let places = Distinct::of(&all);
    let mut rows = vec![Vec::new(); all.len()];
    for (row, value) in values.iter().enumerate() {
        rows[places.at(value)].push(row);
    }
    let rows = rows.into_iter().map(|rows| ordered(chart, answer, rows));
    all.iter().cloned().map(Some).zip(rows).collect()
}

/// Around a circle of categories lines go by the order of these.
fn ordered(chart: &Chart, answer: &Answer, mut rows: Vec<usize>) -> Vec<usize> {
    if let Some(angle) = channel(chart, "theta").filter(|angle| is_category(angle.kind)) {
        let values = column(answer, angle.term);
        let all = categories(chart, "theta", values);
        let places = Distinct::of(&all);
        let rank = values.iter().map(|value| places.get(value).map(|place| place as i64)).collect();
        let sorted = sort(rows.iter().map(|row| *row as u32).collect(), &[(rank, false)], None);
        rows = sorted.into_iter().map(|row| row as usize).collect();
    }
    if chart.options.get("line_close").is_some_and(|close| *close == true) {
        rows.extend(rows.first().copied());
    }
    rows
}

/// The trace of some rows.
pub fn trace(chart: &Chart, answer: &Answer, rows: &[usize], selection: Option<&Selection>) -> Json {
    let mut trace = prototype(chart);
    for channel in &chart.channels {
        fill(&mut trace, channel, &|make| rows.iter().map(|row| make(value(answer, channel.term, *row))).collect());
    }
    let terms = carried(chart);
    let tuple = |row: &usize| terms.iter().map(|term| json(value(answer, *term, *row))).collect::<Json>();
    trace["customdata"] = rows.iter().map(tuple).collect();
    if let Some(Selection::In(tuples)) = selection {
        let keys = clicked(chart);
        let is_selected =
            |row: &usize| is_picked(tuples, &keys.iter().map(|term| value(answer, *term, *row)).collect::<Vec<_>>());
        trace["selectedpoints"] = (0..rows.len()).filter(|place| is_selected(&rows[*place])).collect();
    }
    trace
}

static NULL: Value = Value::Null;

fn value(answer: &Answer, term: Term, row: usize) -> &Value {
    column(answer, term).get(row).unwrap_or(&NULL)
}

/// Makes an array of what a function makes of each value.
type Each<'a> = &'a dyn Fn(&dyn Fn(&Value) -> Json) -> Json;

/// Puts a channel's values where plotly reads them.
fn fill(trace: &mut Json, channel: &Channel, each: Each<'_>) {
    match channel.role.as_str() {
        "color" if is_scale(channel) => trace["marker"]["color"] = each(&json),
        "size" => trace["marker"]["size"] = each(&|value| json(&Value::Number(amount(value)))),
        "text" => trace["text"] = each(&|value| if *value == Value::Null { made!("") } else { json(value) }),
        "animation_group" => trace["ids"] = each(&|value| made!(text(value))),
        "color" | "hover_name" | "hover_data" => {}
        role if role.starts_with("error_") => {
            let path = BARS.iter().find(|(name, _)| *name == role).map_or(role, |(_, path)| *path);
            put(trace, path, each(&json));
        }
        role if is_category(channel.kind) => trace[role] = each(&|value| made!(text(value))),
        role => trace[role] = each(&json),
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{COLOR, SIZE, SIZE_MAX, layout, line_mode, shared};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{channel, is_scale};
    use crate::answer::Answer;
    use crate::charts::coloraxis::coloraxis;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::figure::{amount, column};
    use crate::charts::{hover, layout};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const COLOR: Encoding = Encoding::optional(
        "color",
        Takes::Either,
        "One color and legend entry for each category of a column; an aggregate or a column of fractions is colored along a scale",
    );
    pub const SIZE: Encoding = Encoding::optional("size", Takes::Measure, "Area of each point");
    pub const SIZE_MAX: Encoding = Encoding::optional(
        "size_max",
        Takes::Number { min: 1.0, max: 200.0 },
        "Size of the largest point in pixels; 20 when left out",
    );

    /// What all traces of a type share: how points are marked, what hovering says, how the unselected are shaded.
    pub fn shared(chart: &Chart, question: &Question, answer: &Answer, kind: &str, mode: &str) -> Json {
        let mut trace = json!({
            "type": kind, "mode": mode, "hovertemplate": hover::coordinates(chart, question), "marker": marker(chart, answer),
        });
        if let Some(text) = channel(chart, "text") {
            trace["mode"] = json!(format!("{mode}+text"));
            trace["textposition"] = json!("top center");
            trace["texttemplate"] = json!(format!("%{{text{}}}", hover::pattern(text, question)));
        }
        trace
    }

    /// Lines with markers where the author wants them.
    pub fn line_mode(chart: &Chart) -> &'static str {
        if chart.options.get("markers").is_some_and(|markers| *markers == true) { "lines+markers" } else { "lines" }
    }

    /// The size scale holds for the unfiltered answer's largest value, so that a size means the same under all filters.
    fn marker(chart: &Chart, answer: &Answer) -> Json {
        let mut marker = json!({});
        if let Some(opacity) = chart.options.get("opacity") {
            marker["opacity"] = opacity.clone();
        }
        if let Some(size) = channel(chart, "size") {
            let pixels = chart.options.get("size_max").and_then(Json::as_f64).unwrap_or(20.0);
            let largest = column(answer, size.term).iter().map(amount).fold(0.0, f64::max);
            marker["sizemode"] = json!("area");
            marker["sizeref"] = json!(if largest > 0.0 { largest / (pixels * pixels) } else { 1.0 });
        }
        if channel(chart, "color").is_some_and(is_scale) {
            marker["coloraxis"] = json!("coloraxis");
        }
        marker
    }

    /// A layout with one subplot, a legend for categories and a scale for numbers.
    pub fn layout(chart: &Chart, subplot: &str, space: Json) -> Json {
        let color = channel(chart, "color");
        let mut layout = layout::to_json(layout::base(color.is_some_and(|color| !is_scale(color))), chart);
        layout[subplot] = space;
        if matches!(subplot, "polar" | "ternary") {
            // Labels stand around these, and plotly leaves no room for them.
            layout["margin"] = json!({ "l": 48, "r": 48, "t": 30, "b": 30 });
            layout["legend"]["y"] = json!(1.1);
        }
        if let Some(color) = color.filter(|color| is_scale(color)) {
            layout["coloraxis"] = coloraxis(chart, color);
        }
        layout
    }
}

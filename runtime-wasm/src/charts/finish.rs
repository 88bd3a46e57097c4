//! The build's half of a chart: its categories, the part of its traces that never changes, its layout, and how it is selected in.

use super::coloraxis::is_scale;
use super::roles::{boxed, brushed, channel, clicked};
use super::{categories, facets, frames, has_buttons, layers, marginal, references, ticks};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Key, Question, Select, Term};

/// The gesture that selects in a chart: the author's `select:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// The chart's own: a brush where an axis is time or numbers, else a click.
    Natural,
    /// Picking marks.
    Click,
    /// Dragging a range.
    Brush,
    /// Dragging a box between both axes.
    Box,
}

/// How a reader selects in a bound chart; none if it has nothing that this gesture could select.
pub fn select(chart: &Chart, question: &Question, gesture: Gesture) -> Option<Select> {
    let keys: Vec<Key> = clicked(chart).into_iter().filter_map(|term| key(question, term)).collect();
    let click = || Some(keys).filter(|keys| !keys.is_empty()).map(Select::Values);
    let brush = || brushed(chart).and_then(|channel| key(question, channel.term)).map(Select::Interval);
    let area = || {
        let [x, y] = boxed(chart)?;
        Some(Select::Box([key(question, x.term)?, key(question, y.term)?]))
    };
    match gesture {
        Gesture::Natural => brush().or_else(click),
        Gesture::Click => click(),
        Gesture::Brush => brush(),
        Gesture::Box => area(),
    }
}

/// The key whose values a chart's legend names: the color, or what a pie's slices are; none if it has no such legend.
pub fn legend(chart: &Chart, question: &Question) -> Option<Key> {
    key(question, legend_channel(chart)?.term)
}

fn legend_channel(chart: &Chart) -> Option<&Channel> {
    let slices = channel(chart, "names").filter(|_| matches!(chart.kind.as_str(), "pie" | "funnel_area"));
    slices.or_else(|| channel(chart, "color").filter(|color| !is_scale(color)))
}

fn key(question: &Question, term: Term) -> Option<Key> {
    match term {
        Term::Key(i) => question.keys.get(i).cloned(),
        Term::Measure(_) => None,
    }
}

/// A legend of more entries than this would take the chart's place; colors do not tell so many apart either.
pub const MANY_ENTRIES: usize = 200;

/// Leaves out what stands between the parts of a whole: of very many parts it would be all that is seen.
fn crowd(chart: &Chart, trace: &mut Json) {
    match chart.kind.as_str() {
        "treemap" | "icicle" => (trace["tiling"]["pad"], trace["marker"]["line"]["width"]) = (json!(0), json!(0)),
        "pie" | "funnel_area" | "sunburst" => trace["marker"]["line"]["width"] = json!(0),
        _ => {}
    }
}

/// How many entries a chart's legend has, by the categories that [`finish`] has fixed.
pub fn entries(chart: &Chart) -> usize {
    let role = legend_channel(chart).map(|channel| channel.role.as_str());
    role.and_then(|role| chart.categories.get(role)).map_or(0, Vec::len)
}

/// The height of plotly's buttons above a chart, in pixels.
const BUTTONS: f64 = 26.0;

/// Whether the categories on an axis keep their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryPlaces {
    /// Those of the answer without filters are all there are.
    Kept,
    /// They come and go with the table's parameters.
    Free,
}

/// Completes a bound chart once the answer to its question without filters is known: categories, layout and the fixed part of its traces.
///
/// The author's `plotly:` is merged last and leaves the options.
pub fn finish(chart: &mut Chart, question: &Question, answer: &Answer, places: CategoryPlaces) {
    categories::fix(chart, question, answer, places);
    let Some(kind) = super::chart(&chart.kind) else {
        return;
    };
    let raw = chart.options.remove("plotly").unwrap_or_default();
    let mut trace = (kind.build.trace)(chart, question, answer);
    if answer.rows > MANY_ENTRIES {
        crowd(chart, &mut trace);
    }
    merge(&mut trace, &raw["traces"]);
    chart.layout = (kind.build.layout)(chart, question);
    let grouped = marginal::grouped(chart, answer);
    ticks::fit(chart, question, &grouped);
    layers::lay_out(chart, question, answer);
    frames::lay_out(chart, answer);
    facets::lay_out(chart, answer);
    references::lay_out(chart, facets::Grid::of(chart, answer).map_or(1, |grid| grid.rows.len() * grid.columns.len()));
    if has_buttons(chart) {
        chart.layout["margin"]["t"] = json!(chart.layout["margin"]["t"].as_f64().unwrap_or(0.0) + BUTTONS);
    }
    if entries(chart) > MANY_ENTRIES && !chart.options.contains_key("legend") {
        chart.layout["showlegend"] = json!(false);
    }
    merge(&mut chart.layout, &raw["layout"]);
    chart.trace = trace;
}

/// Lays the second over the first, object by object.
pub fn merge(under: &mut Json, over: &Json) {
    match (under, over) {
        (_, Json::Null) => {}
        (Json::Object(under), Json::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Json::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

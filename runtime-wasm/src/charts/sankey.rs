//! `chart sankey`: flows from sources to targets, as wide as their values.

use super::figure::{amount, column, is_picked, json as plain, prototype, text};
use super::roles::channel;
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection, Value};

/// The chart type.
pub static SANKEY: ChartType = ChartType {
    name: "sankey",
    selects: Selects::Roles(&["source", "target"]),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// What stands at both ends of flows is one node where it has one name.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let of = |role| channel(chart, role).map_or(&[][..], |channel| column(answer, channel.term));
    let (sources, targets, values) = (of("source"), of("target"), of("value"));
    let fixed = ["source", "target"].into_iter().flat_map(|role| chart.categories.get(role).into_iter().flatten());
    let mut nodes: Vec<&Value> = Vec::new();
    let mut places = Distinct::default();
    for value in fixed.chain(sources).chain(targets) {
        if places.add(value) == nodes.len() {
            nodes.push(value);
        }
    }
    let mut trace = prototype(chart);
    let colors: Vec<_> =
        nodes.iter().enumerate().map(|(place, node)| super::figure::color(chart, &text(node), place)).collect();
    trace["node"]["label"] = nodes.iter().map(|node| text(node)).collect();
    trace["node"]["customdata"] = nodes.iter().map(|node| json!([plain(node)])).collect();
    if colors.iter().any(Option::is_some) {
        trace["node"]["color"] = json!(colors);
    }
    let ends = |all: &[Value]| all.iter().map(|value| places.at(value)).collect::<Json>();
    trace["link"]["source"] = ends(sources);
    trace["link"]["target"] = ends(targets);
    trace["link"]["value"] = values.iter().map(|value| plain(&Value::Number(amount(value)))).collect();
    trace["link"]["customdata"] =
        sources.iter().zip(targets).map(|(from, to)| json!([plain(from), plain(to)])).collect();
    if let Some(Selection::In(tuples)) = selection {
        let dimmed = sources.iter().zip(targets).map(|(from, to)| !is_picked(tuples, &[from, to]));
        trace["meta"]["dimmed"] = dimmed.collect();
    }
    vec![trace]
}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    const SOURCE: Encoding = Encoding::required("source", Takes::Dimension, "Where each flow begins");
    const TARGET: Encoding = Encoding::required("target", Takes::Dimension, "Where it ends");
    const VALUE: Encoding = Encoding::or("value", Takes::Measure, "count(*)", "How wide it is");

    pub const BUILD: Build = Build {
        summary: "Flows from sources to targets, as wide as their values",
        encodings: &[SOURCE, TARGET, VALUE, TITLE, LABELS, FORMAT, CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, PLOTLY],
        modules: &["sankey"],
        check: check::flows,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &Answer) -> Json {
        let pattern = roles::channel(chart, "value").map_or_else(String::new, |value| hover::pattern(value, question));
        json!({
            "type": "sankey",
            "arrangement": "fixed",
            "node": {
                "pad": 14, "thickness": 14, "line": { "width": 0 },
                "hovertemplate": format!("<b>%{{label}}</b><br>%{{value{pattern}}}<extra></extra>"),
            },
            "link": { "hovertemplate": format!("<b>%{{source.label}} → %{{target.label}}</b><br>%{{value{pattern}}}<extra></extra>") },
        })
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        layout::to_json(layout::base(false), chart)
    }
}

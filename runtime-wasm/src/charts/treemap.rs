//! `chart treemap`: nested rectangles whose areas add up, level by level.

use super::figure::{amount, categories, column, is_picked, json as plain, prototype, text};
use super::palette::paint;
use super::roles::{channel, channels};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::plan::{Chart, Selection, Value};
use serde_json::{Value as Json, json};

/// The chart type.
pub static TREEMAP: ChartType = ChartType {
    name: "treemap",
    selects: Selects::Role("path"),
    traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// A rectangle: the values of the path down to it, and the sum of what is inside.
struct Node {
    path: Vec<Value>,
    sum: f64,
    /// The sum of its color's numbers, each as often as its size.
    colored: f64,
    children: Vec<Node>,
}

/// Nodes have their path, written as JSON, as id; the first level keeps the order that the build fixed, others go by size.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let nodes = flat(tree(chart, answer));
    let mut trace = prototype(chart);
    trace["ids"] = nodes.iter().map(|node| id(&node.path)).collect();
    trace["labels"] = nodes.iter().map(|node| node.path.last().map_or_else(String::new, text)).collect();
    trace["parents"] = nodes.iter().map(|node| id(&node.path[..node.path.len() - 1])).collect();
    trace["values"] = nodes.iter().map(|node| plain(&Value::Number(node.sum))).collect();
    trace["customdata"] = nodes.iter().map(|node| node.path.iter().map(plain).collect::<Json>()).collect();
    colors(chart, &nodes, &mut trace);
    if let Some(Selection::In(tuples)) = selection {
        let is_dimmed = |node: &Node| !is_picked(tuples, &node.path.iter().collect::<Vec<_>>());
        trace["meta"]["dimmed"] = nodes.iter().map(is_dimmed).collect();
    }
    vec![trace]
}

fn id(path: &[Value]) -> String {
    if path.is_empty() { String::new() } else { path.iter().map(plain).collect::<Json>().to_string() }
}

fn tree(chart: &Chart, answer: &Answer) -> Vec<Node> {
    let Some(values) = channel(chart, "values").map(|values| column(answer, values.term)) else {
        return Vec::new();
    };
    let levels: Vec<&[Value]> = channels(chart, "path").map(|level| column(answer, level.term)).collect();
    let Some(first) = levels.first() else {
        return Vec::new();
    };
    let node = |value| Node { path: vec![value], sum: 0.0, colored: 0.0, children: Vec::new() };
    let mut roots: Vec<Node> = categories(chart, "path", first).into_iter().map(node).collect();
    let colors = channel(chart, "color").map(|color| column(answer, color.term));
    for (row, value) in values.iter().enumerate() {
        let path: Vec<&Value> = levels.iter().map(|level| &level[row]).collect();
        let color = match colors.and_then(|colors| colors.get(row)) {
            Some(Value::Number(color)) => *color,
            _ => 0.0,
        };
        insert(&mut roots, &[], &path, (amount(value), color));
    }
    roots.iter_mut().for_each(add_up);
    roots
}

fn insert(nodes: &mut Vec<Node>, above: &[Value], path: &[&Value], (size, color): (f64, f64)) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let place = nodes.iter().position(|node| node.path.last() == Some(*first)).unwrap_or_else(|| {
        let path = above.iter().chain([*first]).cloned().collect();
        nodes.push(Node { path, sum: 0.0, colored: 0.0, children: Vec::new() });
        nodes.len() - 1
    });
    let node = &mut nodes[place];
    node.colored += size * color;
    if rest.is_empty() {
        node.sum += size;
    }
    insert(&mut node.children, &node.path, rest, (size, color));
}

/// Plotly refuses a parent that is less than its children by a rounding, so each is the very sum of them, in their order.
fn add_up(node: &mut Node) {
    if node.children.is_empty() {
        return;
    }
    node.children.iter_mut().for_each(add_up);
    node.children.sort_by(|a, b| b.sum.total_cmp(&a.sum));
    node.sum = node.children.iter().fold(0.0, |sum, child| sum + child.sum);
}

/// All nodes, each before its children.
fn flat(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    for mut node in nodes {
        let children = std::mem::take(&mut node.children);
        all.push(node);
        all.extend(flat(children));
    }
    all
}

/// Numbers are colored by their mean, weighted by size; otherwise colors belong to the first level, and plotly hands them
/// down.
fn colors(chart: &Chart, nodes: &[Node], trace: &mut Json) {
    if channel(chart, "color").is_some() {
        let mean = |node: &Node| if node.sum > 0.0 { json!(node.colored / node.sum) } else { Json::Null };
        trace["marker"]["colors"] = nodes.iter().map(mean).collect();
        return;
    }
    paint(chart, "path", nodes.iter().map(|node| node.path.first().filter(|_| node.path.len() == 1)), trace);
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, layout, trace};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::coloraxis::*;
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout as layouts, roles};
    use crate::plan::{Chart, Question};
    use plotly::layout::Margin;
    use serde_json::{Value as Json, json};

    const PATH: Encoding =
        Encoding::required("path", Takes::Dimensions, "The columns from the outermost level to the innermost");
    const VALUES: Encoding =
        Encoding::or("values", Takes::Measure, "count(*)", "Size of each part: `sum` or `count`, for levels add up");
    const COLOR: Encoding = Encoding::optional(
        "color",
        Takes::Measure,
        "A number to color each part by; levels above have the mean, weighted by size",
    );
    const MAXDEPTH: Encoding =
        Encoding::optional("maxdepth", Takes::Number { min: 1.0, max: 20.0 }, "At most so many levels are drawn");

    /// The keys of the charts of nested parts.
    pub const ENCODINGS: &[Encoding] = &[
        PATH,
        VALUES,
        COLOR,
        MAXDEPTH,
        OPACITY,
        COLOR_SCALE,
        RANGE_COLOR,
        COLOR_MIDPOINT,
        TITLE,
        LABELS,
        FORMAT,
        CATEGORY_ORDERS,
        COLOR_MAP,
        COLOR_SEQUENCE,
        PLOTLY,
    ];

    pub const BUILD: Build = Build {
        summary: "Nested rectangles whose areas add up, level by level",
        encodings: ENCODINGS,
        modules: &["treemap"],
        check: check::additive,
        trace: treemap,
        layout,
    };

    fn treemap(chart: &Chart, question: &Question, answer: &crate::answer::Answer) -> Json {
        let mut trace = trace(chart, question, answer);
        trace["tiling"] = json!({ "pad": 1 });
        trace["pathbar"] = json!({ "visible": false });
        trace
    }

    /// What the charts of nested parts share. Unsorted, because plotly gives colors by order: sorted anew under each filter
    /// they would change.
    pub fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let mut trace = json!({
            "type": "treemap",
            "branchvalues": "total",
            "sort": false,
            "hovertemplate": hover::slice(chart, question, "percentRoot"),
        });
        for name in ["opacity", "maxdepth"] {
            if let Some(value) = chart.options.get(name) {
                trace[name] = value.clone();
            }
        }
        if let Some(color) = roles::channel(chart, "color") {
            trace["marker"]["coloraxis"] = json!("coloraxis");
            trace["hovertemplate"] =
                json!(hover::colored(trace["hovertemplate"].as_str().unwrap_or_default(), color, question));
        }
        trace
    }

    /// The layout of a chart of nested parts.
    pub fn layout(chart: &Chart, _: &Question) -> Json {
        let margin = Margin::new().left(0).right(0).top(0).bottom(0);
        let mut layout = layouts::to_json(layouts::base(false).margin(margin), chart);
        if let Some(color) = roles::channel(chart, "color") {
            layout["coloraxis"] = coloraxis(chart, color);
        }
        layout
    }
}

//! `chart treemap`: nested rectangles whose areas add up, level by level.

use super::figure::{amount, categories, column, is_picked, json as plain, prototype, text};
use super::palette::paint;
use super::roles::{channel, channels};
use super::{ChartType, Selects, parents};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json, write};
use crate::order::{Rank, sort};
use crate::plan::{Chart, Selection, Value};
use crate::table::ordered;
use std::mem::take;

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
#[derive(Default)]
pub struct Node {
    /// The values of its levels; of rows that name their parents what they go by, from the outermost on.
    pub path: Vec<Value>,
    /// What is written on it.
    pub label: String,
    /// True if a click can select it.
    pub is_row: bool,
    /// Its own size, and in the end the sum of what is inside.
    pub sum: f64,
    /// The sum of its color's numbers, each as often as its size.
    pub colored: f64,
    /// What is inside.
    pub children: Vec<Node>,
}

/// Nodes have their path, written as JSON, as id; the first level keeps the order that the build fixed, others go by size.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let is_linked = parents::is_linked(chart);
    let nodes = flat(if is_linked { parents::tree(chart, answer) } else { tree(chart, answer) });
    let mut trace = prototype(chart);
    if let Some(meta) = trace["meta"].as_object_mut().filter(|_| is_linked) {
        meta.remove("links");
    }
    trace["ids"] = nodes.iter().map(|node| id(&node.path)).collect();
    trace["labels"] = nodes.iter().map(|node| node.label.as_str()).collect();
    trace["parents"] = nodes.iter().map(|node| id(&node.path[..node.path.len() - 1])).collect();
    trace["values"] = nodes.iter().map(|node| plain(&Value::Number(node.sum))).collect();
    let carried = |node: &Node| {
        if node.is_row { node.path[from(is_linked, node)..].iter().map(plain).collect() } else { json!([]) }
    };
    trace["customdata"] = nodes.iter().map(carried).collect();
    colors(chart, &nodes, &mut trace);
    if let Some(Selection::In(tuples)) = selection {
        let is_dimmed =
            |node: &Node| !is_picked(tuples, &node.path[from(is_linked, node)..].iter().collect::<Vec<_>>());
        trace["meta"]["dimmed"] = nodes.iter().map(is_dimmed).collect();
    }
    vec![trace]
}

/// Where in a node's path that begins by which it is selected: a row that names its parent goes by its own name alone.
fn from(is_linked: bool, node: &Node) -> usize {
    if is_linked { node.path.len() - 1 } else { 0 }
}

fn id(path: &[Value]) -> String {
    if path.is_empty() { String::new() } else { write(&path.iter().map(plain).collect::<Json>()) }
}

fn tree(chart: &Chart, answer: &Answer) -> Vec<Node> {
    let Some(values) = channel(chart, "values").map(|values| column(answer, values.term)) else {
        return Vec::new();
    };
    let levels: Vec<&[Value]> = channels(chart, "path").map(|level| column(answer, level.term)).collect();
    let Some(first) = levels.first() else {
        return Vec::new();
    };
    let first = categories(chart, "path", first);
    let mut roots: Vec<Node> = first.iter().map(|value| begun(vec![value.clone()])).collect();
    let mut places = Places { own: Distinct::of(&first), below: Vec::new() };
    for (row, value) in values.iter().enumerate() {
        let path: Vec<&Value> = levels.iter().map(|level| &level[row]).collect();
        insert(&mut roots, &mut places, &[], &path, (amount(value), color_of(chart, answer, row)));
    }
    roots.iter_mut().for_each(|node| add_up(node, false));
    roots
}

/// The number that colors a row.
pub fn color_of(chart: &Chart, answer: &Answer, row: usize) -> f64 {
    match channel(chart, "color").and_then(|color| column(answer, color.term).get(row)) {
        Some(Value::Number(color)) => *color,
        _ => 0.0,
    }
}

fn begun(path: Vec<Value>) -> Node {
    Node { label: path.last().map_or_else(String::new, text), path, is_row: true, ..Node::default() }
}

/// Where nodes stand beside each other, by their values, and those below each.
#[derive(Default)]
struct Places<'a> {
    own: Distinct<'a>,
    below: Vec<Places<'a>>,
}

fn insert<'a>(
    nodes: &mut Vec<Node>,
    places: &mut Places<'a>,
    above: &[Value],
    path: &[&'a Value],
    (size, color): (f64, f64),
) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let place = places.own.add(first);
    if place == nodes.len() {
        nodes.push(begun(above.iter().chain([*first]).cloned().collect()));
    }
    if places.below.len() < nodes.len() {
        places.below.resize_with(nodes.len(), Places::default);
    }
    let node = &mut nodes[place];
    if rest.is_empty() {
        node.sum += size;
        node.colored += size * color;
    }
    insert(&mut node.children, &mut places.below[place], &node.path, rest, (size, color));
}

/// Plotly refuses a parent that is less than its children by a rounding, so each is the very sum of them, in their order;
/// with `is_total` of those whose own size has them in it already.
pub fn add_up(node: &mut Node, is_total: bool) {
    if node.children.is_empty() {
        return;
    }
    node.children.iter_mut().for_each(|child| add_up(child, is_total));
    let rank = node.children.iter().map(|child| Some(ordered(child.sum))).collect();
    node.children = arranged(take(&mut node.children), (rank, true));
    let below = node.children.iter().fold(0.0, |sum, child| sum + child.sum);
    let colored = node.children.iter().fold(0.0, |sum, child| sum + child.colored);
    if !is_total {
        (node.sum, node.colored) = (node.sum + below, node.colored + colored);
    } else if node.sum < below {
        (node.sum, node.colored) = (below, colored);
    }
}

/// Nodes in the order of their ranks; ties stay as they are.
pub fn arranged(mut nodes: Vec<Node>, term: (Rank, bool)) -> Vec<Node> {
    let places = sort((0..nodes.len() as u32).collect(), &[term], None);
    places.into_iter().map(|place| take(&mut nodes[place as usize])).collect()
}

/// All nodes, each before its children.
fn flat(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    for mut node in nodes {
        let children = take(&mut node.children);
        all.push(node);
        all.extend(flat(children));
    }
    all
}

/// Numbers are colored by their mean, weighted by size; otherwise colors belong to the first level, or where one row is
/// above all to those below it, and plotly hands them down.
fn colors(chart: &Chart, nodes: &[Node], trace: &mut Json) {
    if channel(chart, "color").is_some() {
        let mean = |node: &Node| if node.sum > 0.0 { json!(node.colored / node.sum) } else { Json::Null };
        trace["marker"]["colors"] = nodes.iter().map(mean).collect();
        return;
    }
    let is_alone = parents::is_linked(chart) && nodes.iter().filter(|node| node.path.len() == 1).count() == 1;
    let depth = if is_alone { 2 } else { 1 };
    paint(chart, "path", nodes.iter().map(|node| node.path.last().filter(|_| node.path.len() == depth)), trace);
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, layout, trace};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::coloraxis::*;
    use crate::charts::encoding::*;
    use crate::charts::{Build, hover, layout as layouts, parents, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};
    use plotly::layout::Margin;

    const PATH: Encoding =
        Encoding::optional("path", Takes::Dimensions, "The columns from the outermost level to the innermost");
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
        parents::NAMES,
        parents::PARENTS,
        parents::IDS,
        parents::BRANCHVALUES,
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
        check: parents::check,
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
    pub fn trace(chart: &Chart, question: &Question, answer: &crate::answer::Answer) -> Json {
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
        if parents::is_linked(chart) {
            trace["meta"]["links"] = parents::links(chart, answer);
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

//! `chart treemap`: nested rectangles whose areas add up, level by level.

use super::figure::{amount, categories, column, is_picked, json as plain, prototype, text};
use super::palette::paint;
use super::roles::{channel, channels};
use super::{ChartType, Selects};
use crate::answer::Answer;
use crate::plan::{Chart, Selection, Value};
use serde_json::Value as Json;

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
    children: Vec<Node>,
}

/// Nodes have their path, written as JSON, as id; the first level keeps the order that the build fixed, others go by size.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let nodes = flat(tree(chart, answer));
    let mut trace = prototype(chart);
    trace["ids"] = nodes.iter().map(|node| id(&node.path)).collect();
    trace["labels"] = nodes.iter().map(|node| node.path.last().map_or_else(String::new, text)).collect();
    trace["parents"] = nodes.iter().map(|node| id(&node.path[..node.path.len() - 1])).collect();
    trace["values"] = nodes.iter().map(|node| plain(&Value::Number(node.sum))).collect();
    trace["customdata"] = nodes.iter().map(|node| node.path.iter().map(plain).collect::<Json>()).collect();
    // Colors belong to the first level; plotly hands them down.
    paint(chart, "path", nodes.iter().map(|node| node.path.first().filter(|_| node.path.len() == 1)), &mut trace);
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
    let node = |value| Node { path: vec![value], sum: 0.0, children: Vec::new() };
    let mut roots: Vec<Node> = categories(chart, "path", first).into_iter().map(node).collect();
    for (row, value) in values.iter().enumerate() {
        let path: Vec<&Value> = levels.iter().map(|level| &level[row]).collect();
        insert(&mut roots, &[], &path, amount(value));
    }
    roots.iter_mut().for_each(add_up);
    roots
}

fn insert(nodes: &mut Vec<Node>, above: &[Value], path: &[&Value], size: f64) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let place = nodes.iter().position(|node| node.path.last() == Some(*first)).unwrap_or_else(|| {
        let path = above.iter().chain([*first]).cloned().collect();
        nodes.push(Node { path, sum: 0.0, children: Vec::new() });
        nodes.len() - 1
    });
    let node = &mut nodes[place];
    if rest.is_empty() {
        node.sum += size;
    }
    insert(&mut node.children, &node.path, rest, size);
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

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout};
    use crate::plan::{Chart, Question};
    use plotly::layout::Margin;
    use serde_json::{Value as Json, json};

    const PATH: Encoding =
        Encoding::required("path", Takes::Dimensions, "The columns from the outermost level to the innermost");
    const VALUES: Encoding = Encoding::or(
        "values",
        Takes::Measure,
        "count(*)",
        "Area of each rectangle: `sum` or `count`, for levels add up",
    );

    pub const BUILD: Build = Build {
        summary: "Nested rectangles whose areas add up, level by level",
        encodings: &[PATH, VALUES, OPACITY, TITLE, LABELS, FORMAT, CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, PLOTLY],
        modules: &["treemap"],
        check: check::additive,
        trace,
        layout,
    };

    /// Unsorted, because plotly gives colors by order: sorted anew under each filter they would change.
    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let mut trace = json!({
            "type": "treemap",
            "branchvalues": "total",
            "sort": false,
            "hovertemplate": hover::slice(chart, question, "percentRoot"),
            "tiling": { "pad": 1 },
            "pathbar": { "visible": false },
        });
        if let Some(opacity) = chart.options.get("opacity") {
            trace["opacity"] = opacity.clone();
        }
        trace
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        layout::to_json(layout::base(false).margin(Margin::new().left(0).right(0).top(0).bottom(0)), chart)
    }
}

//! Levels of rows that name their parents: the tree of a treemap, a sunburst or an icicle whose depth no column tells.

use super::figure::{amount, categories, column, text};
use super::roles::channel;
use super::treemap::{Node, add_up, arranged, color_of};
use crate::answer::Answer;
use crate::distinct::{Distinct, distinct_texts};
use crate::json::Json;
use crate::plan::{Chart, Value};

/// True for a chart whose rows name their parents. What a row goes by then has the role `path`.
pub fn is_linked(chart: &Chart) -> bool {
    channel(chart, "parents").is_some()
}

/// A row: its own node, and the name of the one above.
struct Link {
    node: Node,
    above: String,
}

/// The outermost nodes with all that is inside of them. Rows that filters take away stay as what their children are in.
pub fn tree(chart: &Chart, answer: &Answer) -> Vec<Node> {
    let Some(own) = channel(chart, "path").map(|own| column(answer, own.term)) else { return Vec::new() };
    let rows: Vec<String> = own.iter().map(text).collect();
    let kept = chart.trace["meta"]["links"].as_array().map_or(&[][..], Vec::as_slice);
    let known = kept.iter().map(|link| word(link, 0)).chain(rows.iter().map(String::as_str));
    // What is in nothing is in what has no name, the first of all.
    let names = distinct_texts(known.chain([""]).collect());
    let mut links = links_of(chart, answer, &rows, kept, &names);
    let mut below = vec![Vec::new(); names.len()];
    for (name, link) in links.iter().enumerate() {
        link.iter().for_each(|link| below[place(&names, &link.above).unwrap_or(0)].push(name));
    }
    let order = categories(chart, "path", own);
    let mut values: Vec<Value> = names.iter().map(|name| Value::Text((*name).to_owned())).collect();
    for value in &order {
        place(&names, &text(value)).into_iter().for_each(|name| values[name] = value.clone());
    }
    let mut roots = grown(&[], 0, &mut links, &below, &values);
    let is_total = chart.options.get("branchvalues").is_some_and(|word| *word == "total");
    roots.iter_mut().for_each(|node| add_up(node, is_total));
    roots.retain(has_rows);
    let places = Distinct::of(&order);
    let rank = |node: &Node| node.path.last().and_then(|value| places.get(value)).map_or(-1, |place| place as i64);
    let ranks = roots.iter().map(|node| Some(rank(node))).collect();
    arranged(roots, (ranks, false))
}

/// The link of each name that has one: what the build keeps of all rows, and the rows of the answer.
fn links_of(chart: &Chart, answer: &Answer, rows: &[String], kept: &[Json], names: &[&str]) -> Vec<Option<Link>> {
    let mut links: Vec<Option<Link>> = names.iter().map(|_| None).collect();
    let place = |name: &str| place(names, name).expect("it is one of the names");
    for link in kept {
        let node = Node { label: word(link, 1).to_owned(), ..Node::default() };
        links[place(word(link, 0))] = Some(Link { node, above: word(link, 2).to_owned() });
    }
    let values = channel(chart, "values").map_or(&[][..], |values| column(answer, values.term));
    for (row, value) in values.iter().enumerate() {
        let known = links[place(&rows[row])].get_or_insert_with(|| link(chart, answer, row));
        known.node.is_row = true;
        known.node.sum += amount(value);
        known.node.colored += amount(value) * color_of(chart, answer, row);
    }
    links
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.binary_search(&name).ok()
}

/// A word of what the build keeps of a row: what it goes by, what it is called, what is above it.
fn word(link: &Json, place: usize) -> &str {
    link[place].as_str().unwrap_or_default()
}

fn link(chart: &Chart, answer: &Answer, row: usize) -> Link {
    let of = |role: &str| channel(chart, role).map(|channel| &column(answer, channel.term)[row]);
    let above = of("parents").filter(|above| **above != Value::Null).map_or_else(String::new, text);
    Link { node: Node { label: of("names").or(of("path")).map_or_else(String::new, text), ..Node::default() }, above }
}

/// The nodes inside of one, each taken out of the links: what names itself as its parent, by whatever way, is inside of none.
fn grown(
    above: &[Value],
    name: usize,
    links: &mut [Option<Link>],
    below: &[Vec<usize>],
    values: &[Value],
) -> Vec<Node> {
    let mut nodes = Vec::new();
    for &name in &below[name] {
        let Some(Link { mut node, .. }) = links[name].take() else { continue };
        node.path = above.iter().chain([&values[name]]).cloned().collect();
        node.children = grown(&node.path, name, links, below, values);
        node.children.retain(has_rows);
        nodes.push(node);
    }
    nodes
}

fn has_rows(node: &Node) -> bool {
    node.is_row || !node.children.is_empty()
}

/// For each row of an answer what it goes by, what it is called and what is above it.
#[cfg(not(target_arch = "wasm32"))]
pub fn links(chart: &Chart, answer: &Answer) -> Json {
    let Some(own) = channel(chart, "path").map(|own| column(answer, own.term)) else { return Json::Null };
    let row = |row: usize| {
        let link = link(chart, answer, row);
        crate::json::json!([text(&own[row]), link.node.label, link.above])
    };
    (0..answer.rows).map(row).collect()
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{BRANCHVALUES, IDS, NAMES, PARENTS, check, link_up};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::is_linked;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::roles::{channel, channels};
    use crate::charts::{Problem, check as checks};
    use crate::plan::{Chart, Question};

    pub const NAMES: Encoding =
        Encoding::optional("names", Takes::Dimension, "What each row is called, where rows name their `parents`");
    pub const PARENTS: Encoding = Encoding::optional(
        "parents",
        Takes::Dimension,
        "The name of the row above, in place of `path`; empty for the outermost",
    );
    pub const IDS: Encoding =
        Encoding::optional("ids", Takes::Dimension, "What `parents` name, where several rows have one name");
    pub const BRANCHVALUES: Encoding = Encoding::optional(
        "branchvalues",
        Takes::Choice(&["remainder", "total"]),
        "Whether a row's value comes on top of those below it, or has them in it; `remainder` when left out",
    );

    /// Has what rows go by stand for the levels, by which readers select and colors are told apart.
    pub fn link_up(chart: &mut Chart) {
        if !is_linked(chart) {
            return;
        }
        let own = if channel(chart, "ids").is_some() { "ids" } else { "names" };
        let found = chart.channels.iter_mut().find(|channel| channel.role == own);
        found.into_iter().for_each(|channel| channel.role = "path".to_owned());
    }

    /// Checks that there are levels, in one way only, whose sizes add up.
    pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        let has = |role: &str| channel(chart, role).is_some();
        let problem = |encoding, message: &str, hint| Err(Problem { encoding, message: message.to_owned(), hint });
        let example = "as in `path: [region, product]`, or `names: unit` and `parents: part_of`";
        if !has("path") {
            let encoding = if is_linked(chart) { "parents" } else { "names" };
            return problem(
                encoding,
                &format!("`chart {}` needs `path`, or `names` and `parents`", chart.kind),
                example,
            );
        }
        if !is_linked(chart) && (has("names") || has("ids")) {
            return problem(if has("names") { "names" } else { "ids" }, "`names` and `ids` go with `parents`", example);
        }
        if is_linked(chart) && channels(chart, "path").count() > 1 {
            return problem("path", "levels are columns, `path`, or rows with `parents`, not both", example);
        }
        if !is_linked(chart) && chart.options.contains_key("branchvalues") {
            let hint = "the value of a level of `path` is the sum of those below it";
            return problem("branchvalues", "`branchvalues` goes with `parents`", hint);
        }
        checks::additive(chart, question)
    }
}

//! Reads a file of tests: a list of what is given and what is expected.

use crate::bind::keys::{self, names};
use crate::diagnostics::{Diagnostics, FileId, Files, Span, suggest};
use crate::error;
use crate::sql::Sql;
use crate::yaml::{self, Key, Map, Node, Yaml};
use dashgen_runtime::plan::{Plan, Shows};

/// What is expected of a page's figures under selections.
pub struct Test {
    /// What the author calls it.
    pub name: Option<String>,
    /// The page's path.
    pub page: String,
    /// Where that stands, or the test itself.
    pub page_span: Span,
    /// The table that expressions are about, if the page has several that could be meant.
    pub data: Option<(String, Span)>,
    /// What is selected: a view's name, and a value, a list of values or the ends of a range.
    pub given: Map,
    /// What is expected then.
    pub expect: Vec<Expectation>,
    /// How far numbers may be off.
    pub tolerance: Option<f64>,
}

/// One figure.
pub struct Expectation {
    /// An aggregate, or a view's name.
    pub what: Sql,
    /// What it should be.
    pub value: Node,
}

const KEYS: [&str; 6] = ["name", "page", "data", "given", "expect", "tolerance"];

/// The tests of a file.
pub fn tests(file: FileId, files: &Files, diagnostics: &mut Diagnostics) -> Vec<Test> {
    let all = Span { file, start: 0, end: files.text(file).len() };
    let Some(node) = yaml::parse(files, all, diagnostics) else { return Vec::new() };
    let Yaml::List(items) = node.yaml else {
        diagnostics.push(error!(node.span.part(0..1), "a file of tests is a list"; hint: "each starts with `- `, as in `- {{expect: {{sum(revenue): 80}}}}`"));
        return Vec::new();
    };
    items.into_iter().filter_map(|item| test(item, diagnostics)).collect()
}

fn test(item: Node, diagnostics: &mut Diagnostics) -> Option<Test> {
    let span = item.span;
    let Yaml::Map(map) = item.yaml else {
        diagnostics.push(error!(span, "a test is a list of `key: value` lines"; hint: "there are {}", names(&KEYS)));
        return None;
    };
    for (key, _) in map.iter().filter(|(key, _)| !KEYS.contains(&key.name.as_str())) {
        diagnostics.push(keys::unknown_key(&key.name, key.span, &KEYS));
    }
    let node = |name: &str| map.iter().find(|(key, _)| key.name == name).map(|(_, node)| node);
    let text = |name: &str| node(name).and_then(|node| Some((node.text()?, node.span)));
    let given = node("given").map_or_else(Vec::new, |node| entries("given", node, "{region: Asia}", diagnostics));
    let expected =
        node("expect").map_or_else(Vec::new, |node| entries("expect", node, "{sum(revenue): 80}", diagnostics));
    if expected.is_empty() {
        diagnostics
            .push(error!(span.part(0..1), "this test expects nothing"; hint: "as in `expect: {{sum(revenue): 80}}`"));
        return None;
    }
    let tolerance = node("tolerance").and_then(|node| tolerance(node, diagnostics));
    let (page, page_span) = text("page").unwrap_or((String::new(), span.part(0..1)));
    let page = page.trim_matches('/').to_owned();
    let page = if page == "index" { String::new() } else { page };
    let expect = expected.into_iter().map(|(key, value)| expectation(key, value)).collect();
    Some(Test {
        name: text("name").map(|(name, _)| name),
        page,
        page_span,
        data: text("data"),
        given,
        expect,
        tolerance,
    })
}

fn entries(name: &str, node: &Node, example: &str, diagnostics: &mut Diagnostics) -> Map {
    match &node.yaml {
        Yaml::Map(map) => map.clone(),
        _ => {
            diagnostics.push(error!(node.span, "`{name}` is a mapping"; hint: "as in `{name}: {example}`"));
            Vec::new()
        }
    }
}

fn tolerance(node: &Node, diagnostics: &mut Diagnostics) -> Option<f64> {
    match node.yaml {
        Yaml::Number(number) if number >= 0.0 => Some(number),
        _ => {
            diagnostics.push(error!(node.span, "`tolerance` is a number from zero on"));
            None
        }
    }
}

fn expectation(key: Key, value: Node) -> Expectation {
    Expectation { what: Sql { text: key.name, span: key.span }, value }
}

impl Expectation {
    /// True for an aggregate.
    pub fn is_sql(&self) -> bool {
        self.what.text.contains('(')
    }

    /// The view of that name.
    pub fn view(&self, plan: &Plan, diagnostics: &mut Diagnostics) -> Option<usize> {
        let shows_value = |shows: &Shows| matches!(shows, Shows::Metric(_) | Shows::Value(_));
        let found = plan.views.iter().position(|view| view.id == self.what.text && shows_value(&view.shows));
        if found.is_none() {
            let ids: Vec<&str> =
                plan.views.iter().filter(|view| shows_value(&view.shows)).map(|view| view.id.as_str()).collect();
            let hint = match suggest(&self.what.text, ids.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "an aggregate as in `sum(revenue)`, or the `name` of a metric".to_owned(),
            };
            diagnostics.push(error!(self.what.span, "the page has no value `{}`", self.what.text; hint: "{hint}"));
        }
        found
    }
}

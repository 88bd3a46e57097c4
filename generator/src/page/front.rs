//! Front matter: YAML between `---` lines at the very start of a page.

use super::{hint, listed, value};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span};
use crate::error;
use crate::locale;
use crate::yaml::{self, Key, Map, Node, Yaml};

/// What a page's first lines say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Front {
    /// The title, if it is not the first heading.
    pub title: Option<(String, Span)>,
    /// A sentence for search engines and the page's head.
    pub description: Option<(String, Span)>,
    /// How wide the page is.
    pub layout: Layout,
    /// Its theme, if it is not the site's.
    pub theme: Option<(String, Span)>,
    /// How it writes numbers, days and its own words, if not as the site does.
    pub locale: Option<String>,
    /// True if the page is not published.
    pub draft: bool,
    /// Whether the page has a table of contents, if the author says.
    pub toc: Option<bool>,
    /// The page's place in the navigation.
    pub order: Option<f64>,
    /// When it was written: `2026-11-21`. Dated pages are in the feed.
    pub date: Option<String>,
    /// What it is about.
    pub tags: Vec<(String, Span)>,
    /// Where it was before: addresses that lead here.
    pub aliases: Vec<(String, Span)>,
    /// The query whose rows each become a page.
    pub rows: Option<(String, Span)>,
    /// All keys as written.
    pub map: Map,
}

/// How wide a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// As wide as the window allows, but no wider than can be surveyed.
    #[default]
    Full,
    /// As wide as the window.
    Wide,
    /// As wide as a text.
    Report,
}

impl Layout {
    /// All of them with their names.
    pub const ALL: [(&str, Layout); 3] = [("full", Layout::Full), ("wide", Layout::Wide), ("report", Layout::Report)];

    /// The layout of that name.
    fn named(name: &str) -> Option<Layout> {
        Layout::ALL.iter().find(|(known, _)| *known == name).map(|(_, layout)| *layout)
    }
}

/// The keys that front matter takes.
pub const KEYS: [&str; 12] =
    ["title", "description", "layout", "theme", "locale", "draft", "toc", "order", "date", "tags", "aliases", "rows"];

/// The front matter, and where the page goes on.
pub fn parse(file: FileId, files: &Files, diagnostics: &mut Diagnostics) -> (Front, usize) {
    let text = files.text(file);
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.trim_end() != "---" {
        return (Front::default(), 0);
    }
    let mut end = first.len();
    for line in text[first.len()..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            let body = Span { file, start: first.len(), end };
            return (front(files, body, diagnostics), end + line.len());
        }
        end += line.len();
    }
    if text[first.len()..].lines().next().is_some_and(|line| line.contains(": ")) {
        let span = Span { file, start: 0, end: 3 };
        diagnostics.push(
            error!(span, "front matter is not closed"; hint: "write `---` on a line of its own below the last key"),
        );
    }
    (Front::default(), 0)
}

fn front(files: &Files, body: Span, diagnostics: &mut Diagnostics) -> Front {
    let Some(node) = yaml::parse(files, body, diagnostics) else { return Front::default() };
    let Yaml::Map(map) = node.yaml else {
        diagnostics.push(
            error!(node.span, "front matter is a list of `key: value` lines"; hint: "there are {}", listed(&KEYS)),
        );
        return Front::default();
    };
    for (key, node) in &map {
        check(files, key, node, diagnostics);
    }
    let text = |name| value(&map, name).and_then(|node| Some((node.text()?, node.span)));
    let flag = |name| {
        value(&map, name)
            .and_then(|node| matches!(node.yaml, Yaml::Boolean(_)).then_some(node.yaml == Yaml::Boolean(true)))
    };
    let layout = text("layout").and_then(|(word, _)| Layout::named(&word)).unwrap_or_default();
    let locale = text("locale").map(|(locale, _)| locale).filter(|locale| locale::is_known(locale));
    let order =
        value(&map, "order").and_then(|node| if let Yaml::Number(order) = node.yaml { Some(order) } else { None });
    Front {
        title: text("title"),
        description: text("description"),
        layout,
        theme: text("theme"),
        locale,
        draft: flag("draft").unwrap_or(false),
        toc: flag("toc"),
        order,
        date: text("date").map(|(date, _)| date).filter(|date| is_date(date)),
        tags: texts(&map, "tags"),
        aliases: texts(&map, "aliases"),
        rows: text("rows"),
        map,
    }
}

/// A key's texts: one, or a list.
fn texts(map: &Map, name: &str) -> Vec<(String, Span)> {
    let nodes = match value(map, name) {
        Some(Node { yaml: Yaml::List(items), .. }) => items.iter().collect(),
        one => one.into_iter().collect::<Vec<_>>(),
    };
    nodes.into_iter().filter_map(|node| Some((node.text()?, node.span))).collect()
}

/// A day of the calendar, as in `2026-11-21`.
fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    let [Some(year), Some(month), Some(day)] = parts[..] else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    };
    text.len() == 10 && (1..=12).contains(&month) && (1..=last).contains(&day)
}

fn check(files: &Files, key: &Key, node: &Node, diagnostics: &mut Diagnostics) {
    let name = key.name.as_str();
    let problem = match (name, &node.yaml) {
        _ if !KEYS.contains(&name) => Some(unknown(key)),
        (_, Yaml::Null) => {
            let hint = node.swallowed_comment(files).unwrap_or_else(|| "write one, or remove the line".to_owned());
            Some(error!(key.span, "`{name}` has no value").hint(Some(hint)))
        }
        ("draft" | "toc", Yaml::Boolean(_)) | ("order", Yaml::Number(_)) => None,
        ("draft" | "toc", _) => Some(error!(node.span, "`{name}` is `true` or `false`")),
        ("order", _) => Some(error!(node.span, "`order` is a number"; hint: "pages with smaller numbers come first")),
        ("layout", _) if node.text().is_none_or(|text| Layout::named(&text).is_none()) => {
            Some(error!(node.span, "`layout` is `full`, `wide` or `report`"))
        }
        ("locale", _) => node.text().and_then(|text| locale::checked(text, node.span).err()),
        ("date", _) if !node.text().is_some_and(|text| is_date(&text)) => {
            Some(error!(node.span, "`date` is a day"; hint: "as in `2026-11-21`"))
        }
        ("tags" | "aliases", Yaml::List(items)) => {
            let wrong = items.iter().find(|item| item.text().is_none());
            wrong.map(|item| error!(item.span, "`{name}` is a list of texts"; hint: "as in `{name}: [one, two]`"))
        }
        _ if node.text().is_none() => Some(error!(node.span, "`{name}` is a text")),
        _ => None,
    };
    problem.into_iter().for_each(|problem| diagnostics.push(problem));
}

fn unknown(key: &Key) -> Diagnostic {
    error!(key.span, "unknown key `{}`", key.name; hint: "{}", hint(&key.name, &KEYS))
}

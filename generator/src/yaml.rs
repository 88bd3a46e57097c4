//! YAML 1.2 as the blocks of a page use it: plain data in which every key and value knows its place in the file.
//!
//! The events come from the parser inside `serde-saphyr`; anchors, aliases and tags are refused, as nobody means them.

mod syntax;

use crate::diagnostics::{Diagnostics, Files, Span};
use crate::error;
use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Place, StructureStyle};
use std::ops::Range;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands: a quoted text without its quotes, an absent value where it should begin (or the comment that
    /// stands there instead).
    pub span: Span,
    /// What it is.
    pub yaml: Yaml,
    /// Numbers and booleans as the author wrote them.
    written: String,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`; `yes`, `no`, `on` and `off` are texts.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// Any other scalar, and every quoted one.
    Text(String),
    /// `[a, b]` or lines with `-`.
    List(Vec<Node>),
    /// `{a: b}` or lines with `:`.
    Map(Map),
}

/// A key and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Where it stands, without quotes.
    pub span: Span,
}

/// Keys and values in the order of the text; no name stands twice.
pub type Map = Vec<(Key, Node)>;

impl Node {
    /// The characters at its place, without quotes but with their escapes.
    pub fn source<'a>(&self, files: &'a Files) -> &'a str {
        files.source(self.span)
    }

    /// A scalar as a text: numbers and booleans as they were written. None for absent values, lists and maps.
    pub fn text(&self) -> Option<String> {
        match &self.yaml {
            Yaml::Text(text) => Some(text.clone()),
            Yaml::Number(_) | Yaml::Boolean(_) => Some(self.written.clone()),
            Yaml::Null | Yaml::List(_) | Yaml::Map(_) => None,
        }
    }

    /// A part of a text's place, by bytes of [`Node::text`]; all of it where escapes or line breaks make the two differ.
    pub fn part(&self, files: &Files, range: Range<usize>) -> Span {
        match self.text() {
            Some(text) if text == self.source(files) => self.span.part(range),
            _ => self.span,
        }
    }

    /// What to do about a value that became a comment, as in `format: #,##0.0`; none if that is not what happened.
    pub fn swallowed_comment(&self, files: &Files) -> Option<String> {
        let comment = self.source(files);
        let is_swallowed = matches!(self.yaml, Yaml::Null) && comment.starts_with('#');
        is_swallowed
            .then(|| format!("`#` after a space starts a comment; quote the value: {}", syntax::quoted(comment)))
    }
}

/// Parses the YAML at a place of a file. Nothing, or nothing but comments, is an empty map; a syntax error is one
/// diagnostic and no value.
pub fn parse(files: &Files, span: Span, diagnostics: &mut Diagnostics) -> Option<Node> {
    let text = files.source(span);
    let events = match events(text) {
        Ok(events) => events,
        Err(problem) => {
            diagnostics.push(syntax::explain(text, span, &problem));
            return None;
        }
    };
    let mut builder = Builder { text, span, events: events.into_iter().peekable(), diagnostics };
    builder.document()
}

type Located = (Event<'static>, Place);

fn events(text: &str) -> Result<Vec<Located>, ScanError> {
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    options.emit_comments = false;
    Parser::new_from_str_with_options(text, options)
        .map(|event| event.map(|(event, place)| (owned(event), place)))
        .collect()
}

/// The event without what the tree does not need.
fn owned(event: Event<'_>) -> Event<'static> {
    match event {
        Event::Scalar(text, style, anchor, _) => Event::Scalar(text.into_owned().into(), style, anchor, None),
        Event::SequenceStart(style, anchor, _) => Event::SequenceStart(style, anchor, None),
        Event::SequenceEnd => Event::SequenceEnd,
        Event::MappingStart(style, anchor, _) => Event::MappingStart(style, anchor, None),
        Event::MappingEnd => Event::MappingEnd,
        Event::DocumentStart(is_explicit, version) => Event::DocumentStart(is_explicit, version),
        Event::DocumentEnd => Event::DocumentEnd,
        Event::Anchor(id, name) => Event::Anchor(id, name.into_owned().into()),
        Event::Alias(id) => Event::Alias(id),
        Event::UnresolvedAlias(name) => Event::UnresolvedAlias(name.into_owned().into()),
        Event::StreamEnd => Event::StreamEnd,
        _ => Event::StreamStart,
    }
}

struct Builder<'a> {
    text: &'a str,
    span: Span,
    events: std::iter::Peekable<std::vec::IntoIter<Located>>,
    diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    fn document(&mut self) -> Option<Node> {
        let is_frame = |event: &Located| {
            matches!(event.0, Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::StreamEnd)
        };
        while self.events.next_if(is_frame).is_some() {}
        if self.events.peek().is_none() {
            return Some(Node { span: self.span, yaml: Yaml::Map(Map::new()), written: String::new() });
        }
        let node = self.node();
        if let Some((_, place)) = self.events.find(|(event, _)| matches!(event, Event::DocumentStart(true, _))) {
            let second = error!(self.at(&place), "`---` starts a second document"; hint: "one block holds one: a list of `key: value` lines");
            self.diagnostics.push(second);
        }
        let Some(problem) = node.text().and_then(|text| syntax::missing_space(&text, node.span)) else {
            return Some(node);
        };
        self.diagnostics.push(problem);
        None
    }

    fn node(&mut self) -> Node {
        let Some((event, place)) = self.events.next() else { return self.null(self.span.part(usize::MAX..usize::MAX)) };
        self.refuse_properties(&place);
        match event {
            Event::Scalar(text, style, ..) => self.scalar(text.into_owned(), style, &place),
            Event::SequenceStart(style, ..) => self.list(style, &place),
            Event::MappingStart(style, ..) => self.map(style, &place),
            _ => {
                let alias = self.at(&place);
                self.refuse(alias, "an alias");
                self.null(alias)
            }
        }
    }

    /// Anchors and tags stand before a value.
    fn refuse_properties(&mut self, place: &Place) {
        if let Some(tag) = place.tag_span() {
            self.refuse(self.at(&tag), "a tag");
        }
        if let Some((_, anchor)) = self.events.next_if(|(event, _)| matches!(event, Event::Anchor(..))) {
            self.refuse(self.at(&anchor), "an anchor");
        }
    }

    fn refuse(&mut self, span: Span, what: &str) {
        let word = &self.text[span.start - self.span.start..span.end - self.span.start];
        let value = syntax::quoted(syntax::value_at(self.text, span.start - self.span.start));
        self.diagnostics.push(
            error!(span, "`{word}` is {what} in YAML, which has no meaning here"; hint: "quote the value: {value}"),
        );
    }

    fn scalar(&self, text: String, style: ScalarStyle, place: &Place) -> Node {
        let span = self.at(place);
        match style {
            ScalarStyle::Plain => plain(text, span),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                self.string(text, span.part(1..span.end - span.start - 1))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let source = &self.text[span.start - self.span.start..span.end - self.span.start];
                self.string(text, span.part(0..source.trim_end().len()))
            }
        }
    }

    fn list(&mut self, style: StructureStyle, start: &Place) -> Node {
        let mut items = Vec::new();
        while self.events.peek().is_some_and(|(event, _)| !matches!(event, Event::SequenceEnd)) {
            items.push(self.node());
        }
        let span = self.close(style, start, items.last());
        Node { span, yaml: Yaml::List(items), written: String::new() }
    }

    fn map(&mut self, style: StructureStyle, start: &Place) -> Node {
        let mut map = Map::new();
        while self.events.peek().is_some_and(|(event, _)| !matches!(event, Event::MappingEnd)) {
            let key = self.key();
            let mut node = self.node();
            if let Some(key) = key {
                self.settle(&key, &mut node);
                self.insert(&mut map, key, node);
            }
        }
        let span = self.close(style, start, map.last().map(|(_, node)| node));
        Node { span, yaml: Yaml::Map(map), written: String::new() }
    }

    fn key(&mut self) -> Option<Key> {
        let node = self.node();
        match &node.yaml {
            Yaml::Map(_) | Yaml::List(_) => {
                self.diagnostics
                    .push(error!(node.span, "a key is a word"; hint: "expressions need no braces; a text that starts with a bracket or brace needs quotes"));
                None
            }
            Yaml::Null => Some(Key { name: "null".to_owned(), span: node.span }),
            _ => Some(Key { name: node.text().unwrap_or_default(), span: node.span }),
        }
    }

    /// Puts an absent value's place behind its key's colon, where its comment may stand; without a colon, tells why.
    fn settle(&mut self, key: &Key, node: &mut Node) {
        if !matches!(node.yaml, Yaml::Null) || node.span.start != node.span.end {
            return;
        }
        if let Some(problem) = syntax::missing_space(&key.name, key.span) {
            self.diagnostics.push(problem);
        }
        let line = self.text[key.span.end - self.span.start..].lines().next().unwrap_or_default();
        let Some(colon) = line.find(':') else { return };
        let rest = line[colon + 1..].trim();
        let behind = key.span.end + colon + 1;
        node.span = match rest.starts_with('#') {
            true => Span {
                start: behind + line[colon + 1..].find('#').unwrap_or(0),
                end: key.span.end + line.trim_end().len(),
                ..self.span
            },
            false => Span { start: behind, end: behind, ..self.span },
        };
    }

    fn insert(&mut self, map: &mut Map, key: Key, node: Node) {
        match map.iter().find(|(known, _)| known.name == key.name) {
            Some((first, _)) => {
                let twice = error!(key.span, "key `{}` stands twice", key.name; hint: "remove one of them")
                    .related(first.span, "first here");
                self.diagnostics.push(twice);
            }
            None => map.push((key, node)),
        }
    }

    /// Takes the end event; the place of a block of lines ends with its last value.
    fn close(&mut self, style: StructureStyle, start: &Place, last: Option<&Node>) -> Span {
        let start = self.at(start);
        let end = self.events.next().map_or(start, |(_, place)| self.at(&place));
        match (style, last) {
            (StructureStyle::Block, Some(last)) => Span { end: last.span.end.max(start.start), ..start },
            _ => Span { end: end.end, ..start },
        }
    }

    fn at(&self, place: &Place) -> Span {
        let byte = |offset: Option<usize>| offset.unwrap_or(0);
        self.span.part(byte(place.start.byte_offset())..byte(place.end.byte_offset()))
    }

    fn string(&self, text: String, span: Span) -> Node {
        Node { span, yaml: Yaml::Text(text), written: String::new() }
    }

    fn null(&self, span: Span) -> Node {
        Node { span, yaml: Yaml::Null, written: String::new() }
    }
}

/// A scalar without quotes, by YAML's core schema; what is not finite stays a text.
fn plain(text: String, span: Span) -> Node {
    let yaml = match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Yaml::Null,
        "true" | "True" | "TRUE" => Yaml::Boolean(true),
        "false" | "False" | "FALSE" => Yaml::Boolean(false),
        other => number(other).map_or_else(|| Yaml::Text(text.clone()), Yaml::Number),
    };
    Node { span, yaml, written: text }
}

fn number(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return u32::from_str_radix(hexadecimal, 16).ok().map(f64::from);
    }
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

#[cfg(test)]
mod tests;

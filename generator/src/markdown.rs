//! Prose becomes HTML: CommonMark with GitHub's tables, strikethrough, task lists, footnotes and alerts.
//!
//! A page's prose comes in parts, with blocks between them. [`define`] collects what reaches across: link definitions,
//! footnotes and their numbers, the ids of headings. [`html`] then makes each part on its own.

mod highlight;
mod html;
pub mod math;
pub mod media;

pub use html::{Addresses, html};

use crate::page::{Piece, Prose};
use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::ops::Range;

/// What any prose of a page may refer to.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// Link definitions as written, a line each, in the order of the page.
    links: String,
    /// Footnotes in the order of their numbers.
    footnotes: Vec<Footnote>,
}

#[derive(Debug, Clone)]
struct Footnote {
    label: String,
    /// The prose that defines it, by its first byte.
    home: usize,
    /// The prose that refers to it first; none if nobody does.
    first: Option<usize>,
}

/// A heading of a page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor, which no other heading of the page has.
    pub id: String,
    /// Its words without marks and values.
    pub title: String,
}

/// A text as HTML, in quotes too.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    pulldown_cmark_escape::escape_html(&mut escaped, text).expect("writing to memory");
    escaped
}

/// What stands in Markdown for the value of that number; no text that people write contains it.
pub fn placeholder(index: usize) -> String {
    format!("\u{fdd0}{index}\u{fdd1}")
}

/// The parts of a Markdown text that are shown as they are: code and comments.
pub fn verbatim(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (event, range) in events(text) {
        match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => ranges.push(range),
            Event::Html(_) | Event::InlineHtml(_) => ranges.extend(comment(text, range)),
            _ => {}
        }
    }
    ranges
}

/// The comment that starts in a range of HTML.
fn comment(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let start = range.start + text[range].find("<!--")?;
    let end = text[start..].find("-->").map_or(text.len(), |length| start + length);
    Some(start..end)
}

/// Numbers the footnotes of a page, gives its headings ids, and collects its link definitions.
pub fn define(pieces: &mut [Piece]) -> Definitions {
    let mut definitions = Definitions::default();
    each_prose(pieces, &mut |prose| collect(prose, &mut definitions));
    let mut ids = BTreeSet::new();
    each_prose(pieces, &mut |prose| {
        prose.headings = headings_of(&prose.text, &mut ids);
        refer(prose, &mut definitions);
    });
    let unused = |footnote: &Footnote| footnote.first.is_none();
    definitions.footnotes.sort_by_key(unused);
    definitions
}

fn each_prose(pieces: &mut [Piece], f: &mut impl FnMut(&mut Prose)) {
    for piece in pieces {
        match piece {
            Piece::Prose(prose) => f(prose),
            Piece::Container(container) => each_prose(&mut container.pieces, f),
            Piece::Block(_) => {}
        }
    }
}

fn collect(prose: &Prose, definitions: &mut Definitions) {
    let parser = parser(&prose.text);
    let mut links: Vec<Range<usize>> =
        parser.reference_definitions().iter().map(|(_, link)| link.span.clone()).collect();
    links.sort_by_key(|range| range.start);
    for link in links {
        definitions.links.push_str(prose.text[link].trim());
        definitions.links.push('\n');
    }
    for (event, _) in parser {
        if let Event::Start(Tag::FootnoteDefinition(label)) = event {
            definitions.footnotes.push(Footnote { label: label.into_string(), home: prose.span.start, first: None });
        }
    }
}

/// Moves the footnotes that the prose refers to first behind those that have a number already.
fn refer(prose: &Prose, definitions: &mut Definitions) {
    let text = Text::new(prose, definitions);
    let labels: Vec<String> = text
        .events()
        .filter_map(
            |(event, _)| if let Event::FootnoteReference(label) = event { Some(label.into_string()) } else { None },
        )
        .collect();
    for label in labels {
        let numbered = definitions.footnotes.iter().filter(|footnote| footnote.first.is_some()).count();
        let Some(index) = definitions.position(&label).filter(|index| *index >= numbered) else { continue };
        let footnote = definitions.footnotes.remove(index);
        definitions.footnotes.insert(numbered, Footnote { first: Some(prose.span.start), ..footnote });
    }
}

impl Definitions {
    /// A text with the links behind it that it may refer to.
    pub fn behind(&self, text: &str) -> String {
        format!("{text}\n\n{}", self.links)
    }

    fn position(&self, label: &str) -> Option<usize> {
        let label = label.to_lowercase();
        self.footnotes.iter().position(|footnote| footnote.label.to_lowercase() == label)
    }
}

fn headings_of(text: &str, ids: &mut BTreeSet<String>) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut title: Option<String> = None;
    for (event, _) in events(text) {
        match (event, &mut title) {
            (Event::Start(Tag::Heading { .. }), _) => title = Some(String::new()),
            (Event::End(TagEnd::Heading(level)), Some(words)) => {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                headings.push(Heading { level: level as u8, id: id(&words, ids), title: words });
                title = None;
            }
            (Event::Text(text) | Event::Code(text) | Event::InlineMath(text), Some(words)) => {
                words.extend(parts(&text).filter_map(Result::ok))
            }
            (Event::SoftBreak | Event::HardBreak, Some(words)) => words.push(' '),
            _ => {}
        }
    }
    headings
}

/// GitHub's anchors: small letters and digits, `-` for a space, and a number where two are alike.
fn id(title: &str, ids: &mut BTreeSet<String>) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .collect::<String>();
    let slug = Some(kept.replace(' ', "-")).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "section".to_owned());
    let numbered = (1..).map(|number| format!("{slug}-{number}"));
    let id = std::iter::once(slug.clone()).chain(numbered).find(|id| !ids.contains(id)).unwrap_or(slug);
    ids.insert(id.clone());
    id
}

/// The headings of a page, for a table of contents.
pub fn headings(pieces: &[Piece]) -> Vec<&Heading> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Prose(prose) => found.extend(&prose.headings),
            Piece::Container(container) => found.extend(headings(&container.pieces)),
            Piece::Block(_) => {}
        }
    }
    found
}

/// The words of a page's first heading.
pub fn first_heading(pieces: &[Piece]) -> Option<String> {
    headings(pieces).first().map(|heading| heading.title.clone())
}

/// A prose behind the definitions of its page.
struct Text {
    text: String,
    /// Where the prose itself starts.
    start: usize,
}

impl Text {
    /// A footnote of another prose is there in name only, for its references to be known; the comment ends the last one.
    fn new(prose: &Prose, definitions: &Definitions) -> Text {
        let foreign = definitions.footnotes.iter().filter(|footnote| footnote.home != prose.span.start);
        let stubs: String = foreign.map(|footnote| format!("[^{}]: -\n\n", footnote.label)).collect();
        let before = format!("{stubs}<!-- -->\n\n{}\n", definitions.links);
        Text { start: before.len(), text: before + &prose.text }
    }

    fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        events(&self.text).filter(|(_, range)| range.start >= self.start)
    }
}

/// The words of a text, without marks and values.
pub fn plain(text: &str) -> String {
    let mut words = String::new();
    for (event, _) in events(text) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) => {
                words.extend(parts(&text).filter_map(Result::ok))
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !words.ends_with(' ') => words.push(' '),
            _ => {}
        }
    }
    words
}

/// A Markdown text as pulldown-cmark reads it, with the places of its parts. Dollars before a number are prices: what
/// stands between `$5` and `$10` is no formula.
pub fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    parser(text).map(|(event, range)| {
        let is_price = text[range.end..].starts_with(|next: char| next.is_ascii_digit());
        match event {
            Event::InlineMath(_) if is_price => (Event::Text(text[range.clone()].into()), range),
            event => (event, range),
        }
    })
}

fn parser(text: &str) -> OffsetIter<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    Parser::new_ext(text, options).into_offset_iter()
}

/// Text and the numbers of placeholders.
fn parts(text: &str) -> impl Iterator<Item = Result<&str, usize>> {
    text.split('\u{fdd0}')
        .enumerate()
        .flat_map(|(index, part)| match part.split_once('\u{fdd1}').filter(|_| index > 0) {
            Some((number, rest)) => [number.parse().ok().map(Err), Some(Ok(rest))],
            None => [None, Some(Ok(part))],
        })
        .flatten()
        .filter(|part| *part != Ok(""))
}

#[cfg(test)]
mod tests;

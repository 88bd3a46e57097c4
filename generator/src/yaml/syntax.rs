//! Syntax errors of YAML in the author's terms. The parser says where it gave up; what the author did stands on that
//! line or the one before.

use crate::diagnostics::{Diagnostic, Span};
use crate::error;
use serde_saphyr::granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// What is wrong, and what to write instead.
pub fn explain(text: &str, span: Span, problem: &ScanError) -> Diagnostic {
    let offset = text.floor_char_boundary(problem.marker().byte_offset().unwrap_or(0));
    let here = Line::at(text, offset);
    let before = here.start.checked_sub(1).map(|end| Line::at(text, end)).filter(|line| !line.text().trim().is_empty());
    let at =
        before.as_ref().filter(|_| matches!(problem.kind(), ErrorKind::InvalidQuotedScalarIndent)).unwrap_or(&here);
    let trouble = by_kind(at, offset, problem.kind()).or_else(|| open_bracket(text, &here));
    let trouble = trouble
        .or_else(|| before.as_ref().and_then(not_a_key))
        .or_else(|| by_value(&here))
        .or_else(|| not_a_key(&here));
    let trouble = trouble
        .or_else(|| before.filter(|before| here.indent() > before.indent()).map(|before| too_far(&here, &before)));
    match trouble {
        Some(Trouble { place, message, hint }) => error!(span.part(place), "{message}").hint(Some(hint)),
        None => {
            error!(span.part(offset..offset + 1), "YAML syntax error: {}", problem.info(); hint: "a block's body is a list of `key: value` lines")
        }
    }
}

/// A value in single quotes, as code.
pub fn quoted(value: &str) -> String {
    format!("`'{}'`", value.trim().replace('\'', "''"))
}

/// A whole value, from where it starts to the end of its line.
pub fn value_at(text: &str, offset: usize) -> &str {
    let rest = text[offset..].lines().next().unwrap_or_default();
    rest.find(" #").map_or(rest, |comment| &rest[..comment]).trim_end()
}

/// `x:date` for `x: date`.
pub fn missing_space(text: &str, span: Span) -> Option<Diagnostic> {
    let line = text.lines().next().unwrap_or_default();
    let Trouble { place, message, hint } = glued(&Line { text: line, start: 0, end: line.len() })?;
    Some(error!(span.part(place), "{message}").hint(Some(hint)))
}

struct Trouble {
    place: Range<usize>,
    message: String,
    hint: String,
}

/// A line of the text, without its end.
struct Line<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Line<'a> {
    fn at(text: &'a str, offset: usize) -> Line<'a> {
        let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        Line { text, start, end: start + text[start..end].trim_end().len() }
    }

    fn text(&self) -> &'a str {
        &self.text[self.start..self.end]
    }

    fn indent(&self) -> usize {
        self.text().len() - self.text().trim_start_matches([' ', '-']).len()
    }

    /// The content without indentation.
    fn content(&self) -> Range<usize> {
        self.start + self.indent()..self.end
    }

    /// Key and value of `key: value`, if the line is that.
    fn pair(&self) -> Option<(&'a str, Range<usize>)> {
        let content = &self.text[self.content()];
        let colon = content.find(": ")?;
        let value = self.start + self.indent() + colon + 1;
        let value = self.end - self.text[value..self.end].trim_start().len()..self.end;
        let end = value.start + value_at(self.text, value.start).len();
        is_word(&content[..colon]).then_some((&content[..colon], value.start..end))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "_-.'\"".contains(letter))
}

fn by_kind(line: &Line<'_>, offset: usize, kind: &ErrorKind) -> Option<Trouble> {
    let (place, value) = match line.pair() {
        Some((_, value)) => (value.clone(), &line.text[value]),
        None => (offset..line.end, ""),
    };
    let trouble =
        |message: &str, hint: String| Some(Trouble { place: place.clone(), message: message.to_owned(), hint });
    match kind {
        ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
            let tab = line.start + line.text().find('\t')?;
            Some(Trouble {
                place: tab..tab + 1,
                message: "a tab cannot indent YAML".to_owned(),
                hint: "indent with two spaces".to_owned(),
            })
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => trouble(
            "a quote is not closed",
            "write the same quote at the end; inside single quotes, double it: `'it''s'`".to_owned(),
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => trouble(
            "there is text after the closing quote",
            format!("quote the whole value: {}", quoted(unquoted(value))),
        ),
        ErrorKind::UnknownQuotedScalarEscape => {
            trouble("unknown escape in double quotes", "in single quotes a backslash is a backslash".to_owned())
        }
        ErrorKind::UnclosedFlowCollection { open } => Some(unclosed(*open, place)),
        _ => None,
    }
}

fn unclosed(open: char, place: Range<usize>) -> Trouble {
    let close = if open == '[' { ']' } else { '}' };
    let hint = format!("write `{close}` at the end; a text that starts with `{open}` needs quotes");
    Trouble { place, message: format!("`{open}` is not closed"), hint }
}

/// A list or map of an earlier line that has not ended when this line starts.
fn open_bracket(text: &str, line: &Line<'_>) -> Option<Trouble> {
    let mut end = line.start;
    while end > 0 {
        let earlier = Line::at(text, end - 1);
        end = earlier.start;
        let Some((_, place)) = earlier.pair() else { continue };
        let open = text[place.clone()].chars().next().filter(|first| "[{".contains(*first));
        let depth = |brackets: [char; 2]| text[place.start..line.start].matches(brackets).count();
        if let Some(open) = open.filter(|_| depth(['[', '{']) > depth([']', '}'])) {
            return Some(unclosed(open, place));
        }
    }
    None
}

fn unquoted(value: &str) -> &str {
    let inside = value.strip_prefix(['\'', '"']).unwrap_or(value);
    inside.strip_suffix(['\'', '"']).unwrap_or(inside)
}

/// A value that YAML takes for something else.
fn by_value(line: &Line<'_>) -> Option<Trouble> {
    let (key, place) = line.pair()?;
    let value = &line.text[place.clone()];
    let hint = format!("quote it: `{key}: '{}'`", value.replace('\'', "''"));
    let first = value.chars().next()?;
    if first == '`' {
        return Some(Trouble { place, message: "a value cannot start with `` ` ``".to_owned(), hint });
    }
    if ",%@*&[]{}|>!?-".contains(first) {
        return Some(Trouble {
            place,
            message: format!("a value cannot start with `{first}` unless it is quoted"),
            hint,
        });
    }
    value.contains(": ").then(|| Trouble { place, message: "a value with `: ` needs quotes".to_owned(), hint })
}

/// A line without `: `.
fn not_a_key(line: &Line<'_>) -> Option<Trouble> {
    let content = line.content();
    let text = &line.text[content.clone()];
    if text.is_empty() || text.starts_with(['#', '?', '[', '{', '}', ']']) || text.ends_with(':') || text.contains(": ")
    {
        return None;
    }
    let is_item = line.text().trim_start().starts_with("- ");
    let other = Trouble {
        place: content,
        message: "this line is not `key: value`".to_owned(),
        hint: "a colon and a space stand between a key and its value".to_owned(),
    };
    glued(line).or((!is_item).then_some(other))
}

fn glued(line: &Line<'_>) -> Option<Trouble> {
    let content = line.content();
    let text = &line.text[content.clone()];
    let (key, value) = text.split_once(':')?;
    let is_glued = is_word(key) && !value.is_empty() && !value.starts_with([' ', ':', '/']);
    let place = content.start..content.start + key.len() + 1;
    is_glued.then(|| Trouble {
        place,
        message: "a space is missing after the colon".to_owned(),
        hint: format!("write `{key}: {value}`"),
    })
}

fn too_far(line: &Line<'_>, before: &Line<'_>) -> Trouble {
    let hint = match before.pair() {
        Some((key, _)) => format!("`{key}` has its value already; keys of one block start in the same column"),
        None => "keys of one block start in the same column".to_owned(),
    };
    Trouble { place: line.content(), message: "this line is indented too far".to_owned(), hint }
}

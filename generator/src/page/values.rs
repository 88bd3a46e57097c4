//! Values in sentences, `{{ sum(revenue) | format('$,.0f') }}`, and directives.

use super::directives::{self, Replacement};
use super::{InlineValue, Prose, Replaced};
use crate::diagnostics::{Diagnostics, Files, Span, suggest};
use crate::error;
use crate::markdown;
use std::ops::Range;

/// Prose with its values taken out and its directives written as HTML; those in code and comments stay text, as does `\{{`.
pub fn prose(files: &Files, span: Span, diagnostics: &mut Diagnostics) -> Prose {
    let source = files.source(span);
    let mut prose = Prose { span, text: String::new(), replaced: Vec::new(), values: Vec::new(), headings: Vec::new() };
    let is_plain = !source.contains("{{") && !directives::may_have(source);
    let verbatim = if is_plain { Vec::new() } else { markdown::verbatim(source) };
    let directives = directives::replacements(files, span, &verbatim, diagnostics);
    let mut at = 0;
    while let Some(start) = next(source, at, &verbatim) {
        copy(&mut prose, source, at..start, &directives);
        match end(&source[start..]) {
            Some(length) => {
                at = start + length;
                if is_address(&source[..start]) {
                    diagnostics.push(error!(span.part(start..at), "a value cannot stand in a link's address"; hint: "put it into the link's text"));
                }
                let placeholder = markdown::placeholder(prose.values.len());
                put(&mut prose, start..at, &placeholder);
                prose.values.push(value(source, span, start..at, diagnostics));
            }
            None => {
                diagnostics.push(error!(span.part(start..start + 2), "`{{{{` is not closed"; hint: "write `}}}}` behind the expression, or `\\{{{{` for the braces themselves"));
                prose.text.push_str("{{");
                at = start + 2;
            }
        }
    }
    copy(&mut prose, source, at..source.len(), &directives);
    prose
}

/// Adds a part of the source, with its directives as HTML.
fn copy(prose: &mut Prose, source: &str, part: Range<usize>, directives: &[Replacement]) {
    let mut at = part.start;
    for (range, html) in directives.iter().filter(|(range, _)| range.start >= part.start && range.end <= part.end) {
        if range.start < at {
            continue;
        }
        prose.text.push_str(&source[at..range.start]);
        put(prose, range.clone(), html);
        at = range.end;
    }
    prose.text.push_str(&source[at..part.end]);
}

/// Adds what stands for a part of the source.
fn put(prose: &mut Prose, part: Range<usize>, text: &str) {
    prose.replaced.push(Replaced { span: prose.span.part(part), length: text.len() });
    prose.text.push_str(text);
}

/// The next braces that open a value.
fn next(source: &str, from: usize, verbatim: &[Range<usize>]) -> Option<usize> {
    let found = source[from..].match_indices("{{").map(|(offset, _)| from + offset);
    found.filter(|start| !is_escaped(source, *start)).find(|start| !verbatim.iter().any(|range| range.contains(start)))
}

/// True behind a backslash that is not itself escaped.
pub fn is_escaped(source: &str, start: usize) -> bool {
    (start - source[..start].trim_end_matches('\\').len()) % 2 == 1
}

/// Behind the closing braces, which stand in the same paragraph and outside quotes.
pub fn end(source: &str) -> Option<usize> {
    let paragraph =
        &source[..["\n\n", "\r\n\r\n"].iter().filter_map(|blank| source.find(blank)).min().unwrap_or(source.len())];
    let close = outside_quotes(paragraph).find(|(offset, _)| paragraph[*offset..].starts_with("}}"));
    close.map(|(offset, _)| offset + 2)
}

/// Letters that are not inside quotes.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, letter)| match quote {
        Some(open) => {
            if *letter == open {
                quote = None;
            }
            false
        }
        None => {
            quote = Some(*letter).filter(|letter| "'\"".contains(*letter));
            quote.is_none()
        }
    })
}

/// True behind `](` of a link.
fn is_address(before: &str) -> bool {
    before.rfind("](").is_some_and(|open| !before[open + 2..].contains([')', ' ', '\n']))
}

fn value(source: &str, prose: Span, range: Range<usize>, diagnostics: &mut Diagnostics) -> InlineValue {
    let inner = range.start + 2..range.end - 2;
    let mut parts = pipeline(source, inner.clone()).into_iter();
    let expression = parts.next().unwrap_or(inner);
    let text = &source[expression.clone()];
    let span = prose.part(range);
    if text.is_empty() {
        diagnostics.push(error!(span, "`{{{{ }}}}` without an expression"; hint: "as in `{{{{ sum(revenue) }}}}`"));
    }
    let mut format = None;
    for part in parts {
        match argument(&source[part.clone()]) {
            Ok(argument) if format.is_none() => {
                let place = prose.part(part.start + argument.start..part.start + argument.end);
                let quote = &source[part.start + argument.start - 1..part.start + argument.start];
                format = Some((
                    source[part.start + argument.start..part.start + argument.end].replace(&quote.repeat(2), quote),
                    place,
                ));
            }
            Ok(_) => diagnostics.push(error!(prose.part(part), "a second `format`"; hint: "a value has one format")),
            Err(name) => diagnostics.push(wrong_filter(name, prose.part(part))),
        }
    }
    InlineValue { span, expression: (text.to_owned(), prose.part(expression)), format }
}

/// The parts between single `|`; `||` is SQL.
fn pipeline(source: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let text = &source[range.clone()];
    let is_pipe =
        |at: usize| text[at..].starts_with('|') && !text[at + 1..].starts_with('|') && !text[..at].ends_with('|');
    let pipes = outside_quotes(text).map(|(offset, _)| offset).filter(|offset| is_pipe(*offset));
    let mut start = 0;
    let mut parts = Vec::new();
    for end in pipes.chain([text.len()]) {
        let part = &text[start..end];
        let first = range.start + start + part.len() - part.trim_start().len();
        parts.push(first..first + part.trim().len());
        start = end + 1;
    }
    parts
}

/// What stands in the quotes of `format('…')`; else the filter's name.
fn argument(filter: &str) -> Result<Range<usize>, &str> {
    let (name, rest) = filter.split_once('(').unwrap_or((filter, ""));
    let quoted = rest.strip_suffix(')').unwrap_or(rest).trim();
    let start = filter.find(['\'', '"']).map_or(0, |quote| quote + 1);
    let is_quoted =
        quoted.len() >= 2 && ['\'', '"'].iter().any(|quote| quoted.starts_with(*quote) && quoted.ends_with(*quote));
    match name.trim() {
        "format" if is_quoted && rest.ends_with(')') => Ok(start..start + quoted.len() - 2),
        other => Err(other),
    }
}

fn wrong_filter(name: &str, span: Span) -> crate::diagnostics::Diagnostic {
    let example = "there is `format`, as in `| format('$,.0f')`";
    match suggest(name, ["format"]) {
        Some("format") if name == "format" => {
            error!(span, "`format` needs a number format in quotes"; hint: "as in `| format('$,.0f')`")
        }
        Some(near) => {
            error!(span, "unknown filter `{name}`"; hint: "did you mean `{near}`, as in `| {near}('$,.0f')`?")
        }
        None => error!(span, "unknown filter `{name}`"; hint: "{example}"),
    }
}

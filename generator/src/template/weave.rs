//! Renders a cut page with minijinja and puts it together again, noting for every byte where it came from.
//!
//! minijinja sees a marker for each piece of text. What it gives back is markers in the order in which the text is to
//! stand, with the written values between them.

use super::rows::{self, Row};
use super::scan::{Chunk, Document, Quote, Scan};
use super::{mistakes, slug};
use crate::diagnostics::{Diagnostics, Files, Origin, Span};
use crate::locale::Locale;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const OPEN: char = '\u{fdd2}';
const CLOSE: char = '\u{fdd3}';
const END: &str = "\u{fdd2}\u{fdd3}";
/// The name of the page's own template.
pub const PAGE: &str = "page";

/// A compiled page.
pub struct Weave<'a> {
    files: &'a Files,
    chunks: Vec<Chunk>,
    environment: Environment<'static>,
    /// For each template: where its tags and outputs stand in what minijinja reads, and in the author's text.
    places: BTreeMap<String, Vec<(usize, Span)>>,
}

/// A page's text as the parse stage reads it.
pub struct Written {
    /// The text.
    pub text: String,
    /// Where its parts came from.
    pub origins: Vec<Origin>,
}

/// Makes templates of a page and what it includes; syntax errors are diagnostics.
pub fn compile<'a>(scan: &Scan, files: &'a Files, locale: Locale, diagnostics: &mut Diagnostics) -> Option<Weave<'a>> {
    let mut weave = Weave { files, chunks: Vec::new(), environment: environment(locale), places: BTreeMap::new() };
    let mut is_sound = true;
    for document in &scan.documents {
        let name = if document.name.is_empty() { PAGE } else { &document.name };
        let source = weave.source(name, document);
        if let Err(problem) = weave.environment.add_template_owned(name.to_owned(), source) {
            diagnostics.push(mistakes::explain(&problem, scan, &weave, &BTreeMap::new(), files));
            is_sound = false;
        }
    }
    is_sound.then_some(weave)
}

fn environment(locale: Locale) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(|out, _, value| {
        let text = if value.is_none() { String::new() } else { value.to_string() };
        let text = if value.is_safe() { text } else { escaped(&text) };
        out.write_str(&text).map_err(minijinja::Error::from)
    });
    environment.add_filter("slug", |text: String| slug(&text));
    environment.add_filter("format", move |value: Value, text: String| rows::written(&value, &text, &locale));
    environment
}

/// A value as Markdown: entities stand for what would be marks, in text as in raw HTML and addresses.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => escaped.push(' '),
            OPEN | CLOSE => {}
            '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$' | '"' | '\'' | '\\' | '!' | '{'
            | '}' => {
                let _ = write!(escaped, "&#{};", u32::from(letter));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

impl Weave<'_> {
    /// A document as minijinja is to read it.
    fn source(&mut self, name: &str, document: &Document) -> String {
        let mut source = String::new();
        let mut places = Vec::new();
        for chunk in &document.chunks {
            let index = self.chunks.len();
            self.chunks.push(*chunk);
            match chunk {
                Chunk::Tag(span) => {
                    places.push((source.len(), *span));
                    source.push_str(self.files.source(*span));
                }
                Chunk::Output(span, quote) => {
                    let _ = write!(source, "{OPEN}{index}{CLOSE}");
                    places.push((source.len(), *span));
                    source.push_str(&output(self.files.source(*span), *quote));
                    source.push_str(END);
                }
                _ => drop(write!(source, "{OPEN}{index}{CLOSE}")),
            }
        }
        self.places.insert(name.to_owned(), places);
        source
    }

    /// The names that the templates take from outside, but for those of every page.
    pub fn undeclared(&self) -> BTreeSet<String> {
        let templates = self.places.keys().filter_map(|name| self.environment.get_template(name).ok());
        let names = templates.flat_map(|template| template.undeclared_variables(false));
        names.filter(|name| name != "page" && name != "site").collect()
    }

    /// The place of a byte of a template in the author's text.
    pub fn place(&self, template: &str, at: usize) -> Option<Span> {
        let places = self.places.get(template)?;
        let (start, span) = places.iter().rev().find(|(start, _)| *start <= at)?;
        Some(span.part(at - start..usize::MAX))
    }

    /// Writes the page for a row.
    pub fn write(&self, context: &BTreeMap<String, Value>, row: &Row) -> Result<Written, minijinja::Error> {
        let rendered = self.environment.get_template(PAGE)?.render(Value::from(context.clone()))?;
        Ok(self.unwoven(&rendered, row))
    }

    fn unwoven(&self, rendered: &str, row: &Row) -> Written {
        let mut written = Written { text: String::new(), origins: Vec::new() };
        let mut open: Vec<(Span, Quote, String)> = Vec::new();
        for part in rendered.split(OPEN) {
            let (index, value) = part.split_once(CLOSE).unwrap_or(("", part));
            match (index.parse::<usize>().ok().map(|index| self.chunks[index]), open.last_mut()) {
                (Some(Chunk::Output(span, quote)), _) => {
                    open.push((span, quote, value.to_owned()));
                    continue;
                }
                (Some(chunk), None) => written.chunk(&chunk, self.files, row),
                (Some(Chunk::Text(span, _)), Some((_, _, text))) => text.push_str(self.files.source(span)),
                (_, _) => {}
            }
            match (index.is_empty().then(|| open.pop()).flatten(), open.last_mut()) {
                (Some((_, _, inner)), Some((_, _, outer))) => outer.push_str(&inner),
                (Some((span, quote, text)), None) => written.push(&quoted(&text, quote), span),
                (None, _) => {}
            }
            match open.last_mut() {
                Some((_, _, text)) => text.push_str(value),
                None => written.text.push_str(value),
            }
        }
        written
    }
}

/// An output for minijinja; one that stands in YAML is quoted there, not escaped as Markdown.
fn output(source: &str, quote: Quote) -> String {
    if quote == Quote::Plain {
        return source.to_owned();
    }
    let inner = source.trim_start_matches("{{").trim_end_matches("}}").trim_matches(['-', '+']);
    format!("{{{{({inner})|safe}}}}")
}

fn quoted(text: &str, quote: Quote) -> String {
    match quote {
        Quote::Plain => text.to_owned(),
        Quote::Single => text.replace('\'', "''"),
        Quote::Double => double(text),
        Quote::Scalar if text.parse::<f64>().is_ok_and(f64::is_finite) || ["true", "false"].contains(&text) => {
            text.to_owned()
        }
        Quote::Scalar => format!("\"{}\"", double(text)),
    }
}

fn double(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json[1..json.len() - 1].to_owned()
}

impl Written {
    fn push(&mut self, text: &str, origin: Span) {
        self.origins.push(Origin { at: self.text.len(), span: origin });
        self.text.push_str(text);
    }

    fn chunk(&mut self, chunk: &Chunk, files: &Files, row: &Row) {
        match chunk {
            Chunk::Text(span, quote) => self.push(&quoted(files.source(*span), *quote), *span),
            Chunk::Mark(span) => self.push("\"", *span),
            Chunk::Parameter(span) => self.push(row.literal(&files.source(*span)[1..]).unwrap_or_default(), *span),
            Chunk::Tag(_) | Chunk::Output(..) => {}
        }
    }
}

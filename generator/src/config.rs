//! `dashgen.toml`: what holds for the whole site. Every key is optional.

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span, suggest};
use crate::error;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What holds for the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The site's name; without one it is called as its start page.
    pub title: Option<String>,
    /// A sentence for search engines.
    pub description: Option<String>,
    /// The language of its texts, as in HTML's `lang`.
    pub lang: String,
    /// The folder of its theme below `themes/`.
    pub theme: String,
    /// Where it will be published, without a slash at the end.
    pub url: Option<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config { title: None, description: None, lang: "en".to_owned(), theme: "default".to_owned(), url: None }
    }
}

const KEYS: [&str; 5] = ["title", "description", "lang", "theme", "url"];

/// Reads the file's text; what is wrong in it is left out.
pub fn parse(file: FileId, files: &Files, diagnostics: &mut Diagnostics) -> Config {
    let text = files.text(file);
    let (table, errors) = DeTable::parse_recoverable(text);
    let at = |range: Range<usize>| Span { file, start: range.start.min(text.len()), end: range.end.min(text.len()) };
    for error in &errors {
        diagnostics.push(syntax(error.message(), at(error.span().unwrap_or(0..0))));
    }
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut config = Config::default();
    for (key, value) in entries.into_iter().filter(|_| errors.is_empty()) {
        if let Err(problem) = set(&mut config, (key.get_ref(), at(key.span())), value, at(value.span())) {
            diagnostics.push(problem);
        }
    }
    config
}

fn syntax(message: &str, span: Span) -> Diagnostic {
    error!(span, "TOML syntax error: {}", message.replace('\n', ", "); hint: "a line is `key = \"value\"`")
}

fn set(
    config: &mut Config,
    (name, span): (&str, Span),
    value: &Spanned<DeValue<'_>>,
    at: Span,
) -> Result<(), Diagnostic> {
    if !KEYS.contains(&name) {
        return Err(unknown(name, span));
    }
    let DeValue::String(text) = value.get_ref() else {
        return Err(error!(at, "`{name}` is a text in quotes"));
    };
    let text = text.to_string();
    match name {
        "title" => config.title = Some(text),
        "description" => config.description = Some(text),
        "lang" if !is_language(&text) => {
            return Err(error!(at, "`{text}` is not a language"; hint: "as in `en` or `pt-BR`"));
        }
        "lang" => config.lang = text,
        "theme" => config.theme = text,
        _ if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) => {
            return Err(error!(at, "`url` is a full address"; hint: "as in `https://example.org/report`"));
        }
        _ => config.url = Some(text.trim_end_matches('/').to_owned()),
    }
    Ok(())
}

fn is_language(text: &str) -> bool {
    text.split('-')
        .all(|part| (1..=8).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    match suggest(name, KEYS) {
        Some(near) => error!(span, "unknown key `{name}`"; hint: "did you mean `{near}`?"),
        None => {
            error!(span, "unknown key `{name}`"; hint: "there are {}", KEYS.map(|key| format!("`{key}`")).join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_have_places() {
        let cases = [
            ("title = \"A\"\nthem = \"dark\"\n", "unknown key `them`", "them"),
            ("title = 3\n", "`title` is a text in quotes", "3"),
            ("[budget]\npage = 3\n", "unknown key `budget`", "budget"),
            ("url = \"example.org\"\n", "`url` is a full address", "\"example.org\""),
            ("title = Sales\n", "TOML syntax error: string values must be quoted, expected literal string", "Sales"),
        ];
        for (text, message, place) in cases {
            let mut files = Files::default();
            let file = files.add("dashgen.toml".to_owned(), text.to_owned());
            let mut diagnostics = Diagnostics::default();
            parse(file, &files, &mut diagnostics);
            let found: Vec<_> = diagnostics
                .iter()
                .map(|d| (d.message.as_str(), d.span.map_or("", |span| files.source(span))))
                .collect();
            assert_eq!(found, [(message, place)]);
        }
    }
}

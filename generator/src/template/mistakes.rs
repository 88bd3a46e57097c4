//! What minijinja has to say about a template, as a diagnostic at the author's place.

use super::scan::{self, Scan};
use super::weave::{PAGE, Weave};
use crate::diagnostics::{Diagnostic, Files, Span, suggest};
use crate::error;
use crate::page::listed;
use minijinja::{Error, ErrorKind, Value};
use std::collections::BTreeMap;

/// The diagnostic for a template that does not compile or render.
pub fn explain(
    problem: &Error,
    scan: &Scan,
    weave: &Weave<'_>,
    context: &BTreeMap<String, Value>,
    files: &Files,
) -> Diagnostic {
    let problem = innermost(problem);
    let place = problem.range().and_then(|range| {
        let start = weave.place(problem.name().unwrap_or(PAGE), range.start)?;
        Some(start.part(0..range.len().max(1)))
    });
    let text = place.map_or("", |span| files.source(span)).trim();
    match problem.kind() {
        ErrorKind::UndefinedError => undefined(text, place, scan, context),
        ErrorKind::UnknownFilter => {
            error!(place, "unknown filter `{}`", word(problem, text); hint: "as in `{{{{ row.revenue | format('$,.0f') }}}}`: there are minijinja's own, `format` and `slug`")
        }
        _ => {
            let detail = problem.detail().map_or_else(|| problem.kind().to_string(), str::to_owned);
            let form = problem.kind() == ErrorKind::SyntaxError;
            let hint = form.then(|| FORM.to_owned());
            error!(place, "this template is wrong: {detail}").hint(hint)
        }
    }
}

const FORM: &str =
    "as in `{% for row in table %}` … `{% endfor %}` or `{% if page.draft is defined %}` … `{% endif %}`";

/// The error of an included part rather than that of the tag that includes it.
fn innermost(problem: &Error) -> &Error {
    let mut found = problem;
    while let Some(source) = std::error::Error::source(found).and_then(|source| source.downcast_ref::<Error>()) {
        found = source;
    }
    found
}

fn word(problem: &Error, text: &str) -> String {
    let detail = problem.detail().unwrap_or_default();
    detail.split_whitespace().nth(1).filter(|_| detail.starts_with("filter ")).unwrap_or(text).to_owned()
}

/// A name that stands for nothing: one that nobody defined, or one that its owner does not have.
fn undefined(text: &str, place: Option<Span>, scan: &Scan, context: &BTreeMap<String, Value>) -> Diagnostic {
    let path = text.trim_start_matches(['{', '-', ' ']);
    let path =
        &path[..path.find(|letter: char| !letter.is_alphanumeric() && !"_.".contains(letter)).unwrap_or(path.len())];
    let (owner, attribute) = path.split_once('.').unwrap_or((path, ""));
    let (name, names): (&str, Vec<String>) = match columns(owner, scan, context) {
        Some(columns) if !attribute.is_empty() => (attribute, columns),
        _ => (owner, scan::known(scan, context).into_iter().map(str::to_owned).collect()),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match suggest(name, names.iter().copied()) {
        Some(near) => error!(place, "`{path}` is not defined"; hint: "did you mean `{near}`?"),
        None => error!(place, "`{path}` is not defined"; hint: "there are {}", listed(&names)),
    }
}

/// What `page` or a loop's variable has.
fn columns(owner: &str, scan: &Scan, context: &BTreeMap<String, Value>) -> Option<Vec<String>> {
    let value = match scan.names.get(owner) {
        Some(table) if table != owner => context.get(table)?.get_item_by_index(0).ok()?,
        _ => context.get(owner)?.clone(),
    };
    let keys: Vec<String> = value.try_iter().ok()?.map(|key| key.to_string()).collect();
    Some(keys)
}

//! `[policy]` in `dashgen.toml`: what the pages' content-security policy lets in beside the site itself.

use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// What a page may hold of other sites: nothing unless the author says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The origins whose pages may stand in an `<iframe>`.
    pub frame_src: Vec<String>,
}

/// Reads the table.
pub fn parse(keys: &DeTable<'_>, at: &impl Fn(Range<usize>) -> Span, diagnostics: &mut Diagnostics) -> Policy {
    let mut policy = Policy::default();
    for (name, value) in keys {
        if name.get_ref() != "frame_src" {
            diagnostics.push(error!(at(name.span()), "unknown key `{}`", name.get_ref(); hint: "there is `frame_src`"));
            continue;
        }
        let DeValue::Array(items) = value.get_ref() else {
            diagnostics.push(not_origins(at(value.span())));
            continue;
        };
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) if origin(text) == Some(text.as_ref()) => policy.frame_src.push(text.to_string()),
                _ => diagnostics.push(not_origins(at(item.span()))),
            }
        }
    }
    policy
}

fn not_origins(span: Span) -> Diagnostic {
    error!(span, "`frame_src` is a list of origins, without paths"; hint: "as in `frame_src = [\"https://www.openstreetmap.org\"]`")
}

/// The scheme, host and port of an address; none of one within the site.
pub fn origin(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let host = &url[scheme.len()..];
    let length = host.find(['/', '?', '#']).unwrap_or(host.len());
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    (length > 0 && host[..length].chars().all(is_host)).then(|| &url[..scheme.len() + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_no_paths() {
        let cases = [
            ("https://a.org/b?c", Some("https://a.org")),
            ("http://localhost:8000", Some("http://localhost:8000")),
            ("//a.org/b", None),
            ("report.pdf", None),
            ("https://", None),
            ("https://a b.org", None),
        ];
        for (url, expected) in cases {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}

//! `[policy]` in `dashgen.toml`: what the pages' content-security policy lets in beside the site itself.

use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use std::ops::Range;
use toml::de::{DeTable, DeValue};
use url::Url;

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
                DeValue::String(text) if is_origin(text) => policy.frame_src.push(text.to_string()),
                _ => diagnostics.push(not_origins(at(item.span()))),
            }
        }
    }
    policy
}

fn not_origins(span: Span) -> Diagnostic {
    error!(span, "`frame_src` is a list of origins, without paths"; hint: "as in `frame_src = [\"https://www.openstreetmap.org\"]`")
}

/// True for an origin as browsers write it, with nothing in it that has a meaning in a policy.
fn is_origin(text: &str) -> bool {
    origin(text).as_deref() == Some(text) && !text.contains([';', ',', '*'])
}

/// The scheme, host and port of an address, as browsers write them; none of one within the site.
pub fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| ["https", "http"].contains(&url.scheme()))?;
    Some(url.origin().ascii_serialization())
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
            ("HTTPS://someone@A.org:443/b", Some("https://a.org")),
        ];
        for (url, expected) in cases {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn policies_hold_nothing_but_origins() {
        assert!(is_origin("https://a.org") && is_origin("http://[::1]:8000"));
        for text in ["https://a.org/", "https://A.org", "https://a.org;b", "https://*.a.org", "a.org"] {
            assert!(!is_origin(text), "{text}");
        }
    }
}

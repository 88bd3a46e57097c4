//! Reads the keys of a `chart` block that are no expressions: flags, words, numbers, colors, maps.

use super::Draft;
use crate::bind::{Binder, keys};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::error;
use crate::yaml::{Map, Node, Yaml};
use dashgen_runtime::charts::{self, Encoding, Takes};
use lightningcss::traits::Parse;
use lightningcss::values::color::CssColor;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

impl Binder<'_> {
    /// Checks a key that is not an expression and keeps it for the figure.
    pub(super) fn option(&mut self, draft: &mut Draft<'_>, encoding: &Encoding) {
        let Some(node) = draft.keys.node(encoding.name, self.diagnostics).cloned() else { return };
        if let Some(value) = self.checked(encoding, &node) {
            draft.chart.options.insert(encoding.name.to_owned(), value);
        }
    }

    /// What stands behind a key that is not an expression.
    fn checked(&mut self, encoding: &Encoding, node: &Node) -> Option<Json> {
        let wrong = |what: &str| error!(node.span, "`{}` {what}", encoding.name; hint: "{}", encoding.summary);
        Some(match (encoding.takes, &node.yaml) {
            (Takes::Flag, Yaml::Boolean(flag)) => json!(flag),
            (Takes::Flag, _) => return self.refuse(wrong("is `true` or `false`")),
            (Takes::Number { min, max }, Yaml::Number(number)) if (min..=max).contains(number) => json!(number),
            (Takes::Number { min, max }, _) => return self.refuse(wrong(&format!("is a number from {min} to {max}"))),
            (Takes::Choice(words), _) => match node.text() {
                Some(word) if words.contains(&word.as_str()) => json!(word),
                _ => return self.refuse(wrong(&format!("is one of {}", keys::names(words)))),
            },
            (Takes::Colors | Takes::Scale, Yaml::List(items)) => {
                json!(items.iter().filter_map(|item| self.color(item)).collect::<Vec<_>>())
            }
            (Takes::Colors, _) => return self.refuse(wrong("is a list of colors")),
            (Takes::Looks, Yaml::List(items)) => json!(items.iter().filter_map(Node::text).collect::<Vec<_>>()),
            (Takes::Looks, _) => return self.refuse(wrong("is a list")),
            (Takes::Marks(known), _) => match marks(node, known) {
                Ok(marks) => marks,
                Err(problem) => return self.refuse(problem.hint(Some(encoding.summary.to_owned()))),
            },
            (Takes::Scale, _) => {
                let name = node.text().unwrap_or_default();
                match charts::SCALES.iter().find(|scale| scale.eq_ignore_ascii_case(&name)) {
                    Some(scale) => json!(scale),
                    None => return self.refuse(unknown_scale(&name, node.span)),
                }
            }
            (Takes::ColorMap, Yaml::Map(map)) => json!(
                map.iter()
                    .filter_map(|(key, node)| Some((key.name.clone(), self.color(node)?)))
                    .collect::<BTreeMap<_, _>>()
            ),
            (Takes::ColorMap, _) => return self.refuse(wrong("is a map from categories to colors")),
            (Takes::LookMap, Yaml::Map(map)) => json!(
                map.iter().filter_map(|(key, node)| Some((key.name.clone(), node.text()?))).collect::<BTreeMap<_, _>>()
            ),
            (Takes::LookMap, _) => return self.refuse(wrong("is a map from categories to their looks")),
            (Takes::Range, Yaml::List(ends)) if ends.len() == 2 => json!([scalar(&ends[0]), scalar(&ends[1])]),
            (Takes::Range, _) => return self.refuse(wrong("is `[min, max]`")),
            (Takes::Map, Yaml::Map(map)) => object(map),
            (Takes::Map, _) => return self.refuse(wrong("is a map with `layout` and `traces`")),
            (Takes::Options(known), Yaml::Map(map)) => self.options(known, map),
            (Takes::Options(_), _) => return self.refuse(wrong("is a map")),
            _ => match node.text() {
                Some(text) => json!(text),
                None => return self.refuse(wrong("is a single text")),
            },
        })
    }

    /// A color as CSS writes it.
    fn color(&mut self, node: &Node) -> Option<String> {
        let text = node.text().filter(|text| is_color(text));
        if text.is_none() {
            let hint = node.swallowed_comment(self.files).unwrap_or_else(|| COLORS.to_owned());
            self.push(error!(node.span, "this is no color").hint(Some(hint)));
        }
        text
    }

    /// The entries of a map with known keys.
    fn options(&mut self, known: &'static [Encoding], map: &Map) -> Json {
        let names: Vec<&str> = known.iter().map(|encoding| encoding.name).collect();
        let mut options = serde_json::Map::new();
        for (key, node) in map {
            match known.iter().find(|encoding| encoding.name == key.name) {
                Some(encoding) => options.extend(self.checked(encoding, node).map(|value| (key.name.clone(), value))),
                None => self.push(keys::unknown_key(&key.name, key.span, &names)),
            }
        }
        Json::Object(options)
    }
}

const COLORS: &str = "a CSS color: a name such as `teal`, or as in `\"#2f55d4\"` or `oklch(60% 0.15 260)`";

/// True for a color that plotly.js reads: one that CSS writes in numbers or names, and none that depends on the page.
fn is_color(text: &str) -> bool {
    matches!(CssColor::parse_string(text), Ok(CssColor::RGBA(_) | CssColor::LAB(_) | CssColor::Float(_)))
}

/// A list of maps from what is one value, one map, or a list of such.
fn marks(node: &Node, known: &[&str]) -> Result<Json, Diagnostic> {
    let ends = known.iter().filter(|key| key.starts_with(['x', 'y'])).count();
    let one = |item: &Node| match &item.yaml {
        Yaml::Map(map) => match map.iter().find(|(key, _)| !known.contains(&key.name.as_str())) {
            Some((key, _)) => Err(keys::unknown_key(&key.name, key.span, known)),
            None => match known
                .iter()
                .filter(|key| key.starts_with(['x', 'y']))
                .find(|key| !map.iter().any(|(own, _)| own.name == **key))
            {
                Some(missing) => Err(error!(item.span, "this needs `{missing}`")),
                None => Ok(object(map)),
            },
        },
        Yaml::List(_) | Yaml::Null => Err(error!(item.span, "this is a value or a map")),
        _ if ends == 1 => Ok(json!({ known[0]: scalar(item) })),
        _ if known[0].len() == 1 => Err(error!(item.span, "a point has an `x` and a `y`")),
        _ => Err(error!(item.span, "a band has two ends")),
    };
    match &node.yaml {
        Yaml::List(items) => items.iter().map(one).collect(),
        _ => Ok(json!([one(node)?])),
    }
}

fn unknown_scale(name: &str, span: Span) -> Diagnostic {
    match suggest(name, charts::SCALES) {
        Some(near) => error!(span, "unknown color scale `{name}`"; hint: "did you mean `{near}`?"),
        None => {
            error!(span, "unknown color scale `{name}`"; hint: "a list of CSS colors, or one of {}", keys::names(&charts::SCALES))
        }
    }
}

/// A value as JSON.
pub fn scalar(node: &Node) -> Json {
    match &node.yaml {
        Yaml::Number(number) => json!(number),
        Yaml::Boolean(flag) => json!(flag),
        Yaml::Null => Json::Null,
        Yaml::Text(text) => json!(text),
        Yaml::List(items) => items.iter().map(scalar).collect(),
        Yaml::Map(map) => object(map),
    }
}

/// A map as JSON.
pub fn object(map: &Map) -> Json {
    Json::Object(map.iter().map(|(key, node)| (key.name.clone(), scalar(node))).collect())
}

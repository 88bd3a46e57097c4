//! The keys of a block's YAML body, read against a closed schema: what is asked for is typed, what nobody asks for is a mistake.

use crate::diagnostics::{Diagnostic, Diagnostics, Files, Span, suggest};
use crate::error;
use crate::sql::Sql;
use crate::yaml::{self, Map, Node, Yaml};

/// A block's keys.
pub struct Keys<'a> {
    files: &'a Files,
    /// Where a missing key is reported: the block's kind in its fence.
    pub at: Span,
    map: Map,
}

impl<'a> Keys<'a> {
    /// Parses the body and refuses keys that are not `allowed`.
    pub fn parse(
        files: &'a Files,
        body: Span,
        at: Span,
        allowed: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Option<Keys<'a>> {
        let node = yaml::parse(files, body, diagnostics)?;
        let Yaml::Map(map) = node.yaml else {
            diagnostics.push(error!(node.span, "a block's body is a list of `key: value` lines"; hint: "there are {}", names(allowed)));
            return None;
        };
        for (key, _) in map.iter().filter(|(key, _)| !allowed.contains(&key.name.as_str())) {
            diagnostics.push(unknown_key(&key.name, key.span, allowed));
        }
        Some(Keys { files, at, map })
    }

    /// The value of a key; a value that a `#` swallowed, or an empty one, is a mistake.
    pub fn node(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<&Node> {
        let (key, node) = self.map.iter().find(|(key, _)| key.name == name)?;
        if matches!(node.yaml, Yaml::Null) {
            let swallowed = node.swallowed_comment(self.files);
            diagnostics.push(error!(key.span, "`{name}` has no value").hint(swallowed));
            return None;
        }
        Some(node)
    }

    /// True if the author wrote the key.
    pub fn has(&self, name: &str) -> bool {
        self.map.iter().any(|(key, _)| key.name == name)
    }

    /// A key's text.
    pub fn text(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<(String, Span)> {
        let node = self.node(name, diagnostics)?;
        scalar(name, node, diagnostics)
    }

    /// A key's expression.
    pub fn sql(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<Sql> {
        let node = self.node(name, diagnostics)?;
        self.expression(name, node, diagnostics)
    }

    /// A key's expressions: one, or a list.
    pub fn sqls(&self, name: &str, diagnostics: &mut Diagnostics) -> Vec<Sql> {
        let Some(node) = self.node(name, diagnostics) else { return Vec::new() };
        match &node.yaml {
            Yaml::List(items) => items.iter().filter_map(|item| self.expression(name, item, diagnostics)).collect(),
            _ => self.expression(name, node, diagnostics).into_iter().collect(),
        }
    }

    /// An expression. Carets fall on the right letters unless a quoted value has escapes in it.
    pub fn expression(&self, name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<Sql> {
        let (text, span) = scalar(name, node, diagnostics)?;
        Some(Sql { text, span })
    }

    /// A key's number.
    pub fn number(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<(f64, Span)> {
        let node = self.node(name, diagnostics)?;
        match node.yaml {
            Yaml::Number(number) => Some((number, node.span)),
            _ => refuse(diagnostics, error!(node.span, "`{name}` is a number")),
        }
    }

    /// Whether a key is true.
    pub fn flag(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<bool> {
        let node = self.node(name, diagnostics)?;
        match node.yaml {
            Yaml::Boolean(flag) => Some(flag),
            _ => refuse(diagnostics, error!(node.span, "`{name}` is `true` or `false`")),
        }
    }

    /// A key's whole number above zero.
    pub fn count(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<usize> {
        let (number, span) = self.number(name, diagnostics)?;
        match number {
            count if count >= 1.0 && count.fract() == 0.0 => Some(count as usize),
            _ => refuse(diagnostics, error!(span, "`{name}` is a whole number above zero")),
        }
    }

    /// A key's list of texts.
    pub fn texts(&self, name: &str, diagnostics: &mut Diagnostics) -> Vec<(String, Span)> {
        let Some(node) = self.node(name, diagnostics) else { return Vec::new() };
        match &node.yaml {
            Yaml::List(items) => items.iter().filter_map(|item| scalar(name, item, diagnostics)).collect(),
            _ => scalar(name, node, diagnostics).into_iter().collect(),
        }
    }

    /// A key's mapping.
    pub fn map(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<&Map> {
        let node = self.node(name, diagnostics)?;
        match &node.yaml {
            Yaml::Map(map) => Some(map),
            _ => refuse(diagnostics, error!(node.span, "`{name}` is a mapping, `{{from: to}}`")),
        }
    }
}

fn scalar(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<(String, Span)> {
    match node.text() {
        Some(text) => Some((text, node.span)),
        None => refuse(diagnostics, error!(node.span, "`{name}` is a single value here")),
    }
}

fn refuse<T>(diagnostics: &mut Diagnostics, diagnostic: Diagnostic) -> Option<T> {
    diagnostics.push(diagnostic);
    None
}

/// A mapping inside of a block, as keys of its own.
impl<'a> Keys<'a> {
    /// The keys of a mapping that stands at `at`; refuses those that are not `allowed`.
    pub fn inner(&self, map: &Map, at: Span, allowed: &[&str], diagnostics: &mut Diagnostics) -> Keys<'a> {
        for (key, _) in map.iter().filter(|(key, _)| !allowed.contains(&key.name.as_str())) {
            diagnostics.push(unknown_key(&key.name, key.span, allowed));
        }
        Keys { files: self.files, at, map: map.clone() }
    }
}

/// The diagnostic for a key that a block does not take.
pub fn unknown_key(name: &str, span: Span, allowed: &[&str]) -> Diagnostic {
    match suggest(name, allowed.iter().copied()) {
        Some(near) => error!(span, "unknown key `{name}`"; hint: "did you mean `{near}`?"),
        None => error!(span, "unknown key `{name}`"; hint: "there are {}", names(allowed)),
    }
}

/// Names in backticks, separated by commas.
pub fn names(all: &[&str]) -> String {
    all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

//! `[sources.NAME]` in `dashgen.toml`: how a source is to be read, with every key's place. A table with the key
//! `driver` is a connection; what its keys mean is not known here.

use super::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// What `dashgen.toml` says of one source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Where its name stands; none for a source that it does not name.
    pub span: Option<Span>,
    /// Its keys, in the order of the text.
    pub list: Vec<Setting>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key.
    pub name: String,
    /// Where the key stands.
    pub span: Span,
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub value_span: Span,
}

/// A value as the author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `[a, b]`, each with its place.
    List(Vec<(Value, Span)>),
    /// `{ a = b }`.
    Table(Vec<Setting>),
}

/// The keys of all kinds of source that are not connections.
pub const KEYS: [&str; 24] = [
    "path",
    "url",
    "format",
    "delimiter",
    "header",
    "columns",
    "types",
    "skip",
    "null",
    "encoding",
    "date_format",
    "decimal_comma",
    "sheet",
    "range",
    "table",
    "timeout",
    "refresh",
    "inputs",
    "max_age",
    "age_column",
    "max_drift",
    "region",
    "endpoint",
    "anonymous",
];

impl Settings {
    /// A key's setting, if it is there.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.list.iter().find(|setting| setting.name == name)
    }

    /// True for a connection to a database.
    pub fn is_connection(&self) -> bool {
        self.get("driver").is_some()
    }
}

impl Setting {
    /// The value as a text.
    pub fn text(&self) -> Result<&str, Diagnostic> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(error!(self.value_span, "`{}` is a text in quotes", self.name)),
        }
    }

    /// The value as `true` or `false`.
    pub fn boolean(&self) -> Result<bool, Diagnostic> {
        match self.value {
            Value::Boolean(value) => Ok(value),
            _ => Err(error!(self.value_span, "`{}` is `true` or `false`", self.name)),
        }
    }

    /// The value as a whole number from zero on.
    pub fn count(&self) -> Result<usize, Diagnostic> {
        match self.value {
            Value::Number(number) if number >= 0.0 && number.fract() == 0.0 => Ok(number as usize),
            _ => Err(error!(self.value_span, "`{}` is a whole number", self.name; hint: "as in `{} = 2`", self.name)),
        }
    }

    /// The value as texts: one, or a list of them.
    pub fn texts(&self) -> Result<Vec<(String, Span)>, Diagnostic> {
        let text = |value: &Value, span: Span| match value {
            Value::Text(text) => Ok((text.clone(), span)),
            _ => Err(
                error!(span, "`{}` is a list of texts in quotes", self.name; hint: "as in `{} = [\"a\", \"b\"]`", self.name),
            ),
        };
        match &self.value {
            Value::List(list) => list.iter().map(|(value, span)| text(value, *span)).collect(),
            value => Ok(vec![text(value, self.value_span)?]),
        }
    }

    /// The value as a table of settings.
    pub fn table(&self) -> Result<&[Setting], Diagnostic> {
        match &self.value {
            Value::Table(table) => Ok(table),
            _ => Err(
                error!(self.value_span, "`{}` is a table", self.name; hint: "as in `{} = {{ name = \"value\" }}`", self.name),
            ),
        }
    }
}

/// Reads the tables `[sources.NAME]`; `at` turns a place in the text into a span.
pub fn parse_all(
    tables: &DeTable<'_>,
    at: &impl Fn(Range<usize>) -> Span,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Settings> {
    let mut sources = BTreeMap::new();
    for (name, value) in tables {
        match value.get_ref() {
            DeValue::Table(table) => {
                let settings = parse(at(name.span()), table, at, diagnostics);
                sources.insert(name.get_ref().to_string(), settings);
            }
            _ => diagnostics.push(
                error!(at(value.span()), "source `{}` is a table", name.get_ref(); hint: "a line `[sources.{}]`, then as in `path = \"data/orders.csv\"`", name.get_ref()),
            ),
        }
    }
    sources
}

fn parse(
    span: Span,
    table: &DeTable<'_>,
    at: &impl Fn(Range<usize>) -> Span,
    diagnostics: &mut Diagnostics,
) -> Settings {
    let list = settings(table, at, diagnostics);
    let mut settings = Settings { span: Some(span), list };
    if !settings.is_connection() {
        settings.list.retain(|setting| {
            let is_known = KEYS.contains(&setting.name.as_str());
            if !is_known {
                diagnostics.push(unknown(&setting.name, setting.span, &KEYS));
            }
            is_known
        });
    }
    settings
}

fn settings(table: &DeTable<'_>, at: &impl Fn(Range<usize>) -> Span, diagnostics: &mut Diagnostics) -> Vec<Setting> {
    let mut list = Vec::new();
    for (key, value) in table {
        let (span, value_span) = (at(key.span()), at(value.span()));
        if let Some(value) = self::value(value.get_ref(), value_span, at, diagnostics) {
            list.push(Setting { name: key.get_ref().to_string(), span, value, value_span });
        }
    }
    list.sort_by_key(|setting| setting.span.start);
    list
}

fn value(
    value: &DeValue<'_>,
    span: Span,
    at: &impl Fn(Range<usize>) -> Span,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Integer(number) => Value::Number(i64::from_str_radix(number.as_str(), number.radix()).ok()? as f64),
        DeValue::Float(number) => Value::Number(number.as_str().parse().ok()?),
        DeValue::Array(items) => {
            let mut list = Vec::new();
            for item in items {
                let span = at(item.span());
                list.extend(self::value(item.get_ref(), span, at, diagnostics).map(|value| (value, span)));
            }
            Value::List(list)
        }
        DeValue::Table(table) => Value::Table(settings(table, at, diagnostics)),
        DeValue::Datetime(_) => {
            diagnostics.push(error!(span, "no setting of a source is a date"; hint: "quote it to make it a text"));
            return None;
        }
    })
}

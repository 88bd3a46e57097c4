//! JSON: a list of objects, or an object a line (NDJSON). Objects inside of objects become columns of their own, lists
//! stay JSON texts.

use super::csv::input_error;
use super::options;
use super::rows::{Cell, Each, Rows};
use super::{Input, Kind, Reader, text};
use crate::diagnostics::Diagnostic;
use crate::error;
use encoding_rs::Encoding;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// JSON and NDJSON files.
pub const KIND: Kind = Kind {
    name: "json",
    title: "JSON",
    extensions: &["json", "ndjson", "jsonl"],
    keys: &["encoding", "null", "types", "date_format"],
    reader: Reader::Rows(open),
};

struct Json {
    path: PathBuf,
    label: String,
    encoding: Option<&'static Encoding>,
    columns: Vec<String>,
}

fn open(input: &Input<'_>) -> Result<Box<dyn Rows>, Diagnostic> {
    let encoding = input.settings.get("encoding").map(options::encoding).transpose()?;
    let mut json = Json { path: input.path.to_owned(), label: input.label.to_owned(), encoding, columns: Vec::new() };
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    json.objects(&mut |_, cells| {
        for (name, _) in cells {
            if !positions.contains_key(name) {
                positions.insert(name.clone(), positions.len());
            }
        }
        Ok(())
    })?;
    let mut columns: Vec<(usize, String)> = positions.into_iter().map(|(name, position)| (position, name)).collect();
    columns.sort();
    json.columns = columns.into_iter().map(|(_, name)| name).collect();
    match json.columns.is_empty() {
        true => Err(
            error!(None, "`{}` holds no objects", json.label; hint: "a table is a list of objects: `[{{\"name\": 1}}, …]`, or one object a line"),
        ),
        false => Ok(Box::new(json)),
    }
}

type Fields = [(String, Value)];
type EachObject<'a> = dyn FnMut(u64, &Fields) -> Result<(), Diagnostic> + 'a;

impl Json {
    /// Gives the columns of each object.
    fn objects(&self, each: &mut EachObject<'_>) -> Result<(), Diagnostic> {
        let text = text::open(&self.path, self.encoding).map_err(|problem| input_error(&self.label, &problem))?;
        let mut text = BufReader::new(text);
        let is_list = self.is_list(&mut text)?;
        let mut stopped = None;
        let mut position = 0;
        let mut take = |value: Value| {
            position += 1;
            stopped = flat(value, position, &self.label).and_then(|fields| each(position, &fields)).err();
            stopped.is_none()
        };
        let read = match is_list {
            true => serde_json::Deserializer::from_reader(text).deserialize_seq(List(&mut take)),
            false => lines(text, &mut take),
        };
        match (stopped, read) {
            (Some(problem), _) => Err(problem),
            (None, Err(problem)) => Err(self.broken(&problem)),
            (None, Ok(())) => Ok(()),
        }
    }

    /// True if the first character that is no space opens a list.
    fn is_list(&self, text: &mut impl BufRead) -> Result<bool, Diagnostic> {
        loop {
            let buffer = text.fill_buf().map_err(|problem| input_error(&self.label, &problem))?;
            let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match (buffer.get(blanks), buffer.is_empty()) {
                (Some(first), _) => return Ok(*first == b'['),
                (None, true) => return Ok(false),
                (None, false) => text.consume(blanks),
            }
        }
    }

    fn broken(&self, problem: &serde_json::Error) -> Diagnostic {
        let text = problem.to_string();
        match problem.classify() {
            serde_json::error::Category::Eof => {
                error!(None, "`{}` ends too early: {text}", self.label; hint: "is the file whole? export it again")
            }
            _ => {
                error!(None, "cannot read source `{}`: {text}", self.label; hint: "a table is a list of objects: `[{{\"name\": 1}}, …]`, or one object a line")
            }
        }
    }
}

impl Rows for Json {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn unit(&self) -> &'static str {
        "object"
    }

    fn read(&self, each: &mut Each<'_>) -> Result<(), Diagnostic> {
        let positions: BTreeMap<&str, usize> =
            self.columns.iter().enumerate().map(|(position, name)| (name.as_str(), position)).collect();
        self.objects(&mut |number, fields| {
            let mut cells = vec![Cell::Null; self.columns.len()];
            for (name, value) in fields {
                if let Some(position) = positions.get(name.as_str()) {
                    cells[*position] = value.cell();
                }
            }
            each(number, &cells)
        })
    }
}

/// Gives values that stand one after another, as long as they are taken.
fn lines(text: impl BufRead, take: &mut dyn FnMut(Value) -> bool) -> serde_json::Result<()> {
    for value in serde_json::Deserializer::from_reader(text).into_iter() {
        if !take(value?) {
            break;
        }
    }
    Ok(())
}

/// The fields of an object, those of inner objects under `outer_inner`.
fn flat(value: Value, position: u64, label: &str) -> Result<Vec<(String, Value)>, Diagnostic> {
    let mut fields = Vec::new();
    let Value::Object(object) = value else {
        return Err(
            error!(None, "object {position} of `{label}` is not an object but `{value}`"; hint: "a table is a list of objects: `[{{\"name\": 1}}, …]`, or one object a line"),
        );
    };
    flatten("", object, &mut fields);
    let twice =
        fields.iter().enumerate().find(|(index, (name, _))| fields[..*index].iter().any(|(known, _)| known == name));
    match twice {
        Some((_, (name, _))) => Err(
            error!(None, "object {position} of `{label}` has `{name}` twice"; hint: "each key stands once; a key inside of another is joined to it by `_`"),
        ),
        None => Ok(fields),
    }
}

fn flatten(prefix: &str, object: Vec<(String, Value)>, fields: &mut Vec<(String, Value)>) {
    for (name, value) in object {
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(&format!("{name}_"), inner, fields),
            Value::List(_) | Value::Object(_) => fields.push((name, Value::Text(value.to_string()))),
            value => fields.push((name, value)),
        }
    }
}

/// A JSON value whose keys keep their order.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    fn cell(&self) -> Cell<'_> {
        match self {
            Value::Boolean(value) => Cell::Boolean(*value),
            Value::Integer(number) => Cell::Integer(*number),
            Value::Number(number) => Cell::Number(*number),
            Value::Text(text) => Cell::Text(text),
            Value::Null | Value::List(_) | Value::Object(_) => Cell::Null,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let joined = |parts: Vec<String>| parts.join(",");
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Integer(number) => write!(f, "{number}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(&quoted(text)),
            Value::List(items) => write!(f, "[{}]", joined(items.iter().map(Value::to_string).collect())),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("{}:{value}", quoted(name)));
                write!(f, "{{{}}}", joined(fields.collect()))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    // A whole number that no integer can hold keeps its digits as a text.
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or_else(|_| Value::Text(number.to_string()), Value::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some(field) = fields.next_entry()? {
            object.push(field);
        }
        Ok(Value::Object(object))
    }
}

/// Hands on the items of a list one by one, as long as they are taken.
struct List<'a>(&'a mut dyn FnMut(Value) -> bool);

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            if !(self.0)(item) {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

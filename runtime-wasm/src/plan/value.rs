//! Single values, as JSON writes them.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// A single value of an answer or a selection. Days are `YYYY-MM-DD`, moments `YYYY-MM-DDTHH:MM:SS[.ffffff]`, as text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// SQL's null.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// Text, a day or a moment.
    Text(String),
}

/// Serde's own way would try one kind after the other, and write a message for each that does not fit.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
        from.deserialize_any(Single)
    }
}

struct Single;

impl Visitor<'_> for Single {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("null, true, false, a number or a text")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Boolean(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
}

//! Writes JSON text, as serde_json does. Writing cannot fail.

use super::Thrown;
use serde::ser::{self, Serialize, Serializer};
use serde_json::Number;
use std::fmt::{Display, Write as _};

/// A value's text.
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    match value.serialize(Writer(&mut text)) {
        Ok(()) => text,
        Err(thrown) => match thrown {},
    }
}

struct Writer<'a>(&'a mut String);

impl<'a> Writer<'a> {
    fn shown(self, number: impl Display) -> Result<(), Thrown> {
        let _ = write!(self.0, "{number}");
        Ok(())
    }

    fn word(self, word: &str) -> Result<(), Thrown> {
        self.0.push_str(word);
        Ok(())
    }

    /// Begins what has parts: with the name of its variant around it, if it has one.
    fn parts(self, variant: Option<&str>, [open, close]: [&'static str; 2]) -> Parts<'a> {
        let ends = match variant {
            Some(name) => {
                self.0.push('{');
                quote(self.0, name);
                self.0.push(':');
                [close, "}"]
            }
            None => [close, ""],
        };
        self.0.push_str(open);
        Parts { text: self.0, is_first: true, ends }
    }
}

const LIST: [&str; 2] = ["[", "]"];
const MAP: [&str; 2] = ["{", "}"];

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Thrown;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    fn serialize_bool(self, truth: bool) -> Result<(), Thrown> {
        self.word(if truth { "true" } else { "false" })
    }

    fn serialize_i8(self, number: i8) -> Result<(), Thrown> {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Result<(), Thrown> {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Result<(), Thrown> {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Result<(), Thrown> {
        self.shown(number)
    }

    fn serialize_u8(self, number: u8) -> Result<(), Thrown> {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Result<(), Thrown> {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Result<(), Thrown> {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Result<(), Thrown> {
        self.shown(number)
    }

    fn serialize_f32(self, number: f32) -> Result<(), Thrown> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Thrown> {
        match Number::from_f64(number) {
            Some(number) => self.shown(number),
            None => self.serialize_unit(),
        }
    }

    fn serialize_char(self, character: char) -> Result<(), Thrown> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Thrown> {
        quote(self.0, text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Thrown> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Thrown> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Thrown> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Thrown> {
        self.word("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Thrown> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Thrown> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Thrown> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Thrown> {
        let parts = self.parts(Some(variant), ["", ""]);
        value.serialize(Writer(&mut *parts.text))?;
        parts.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(None, LIST))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(None, LIST))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(None, LIST))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(Some(variant), LIST))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(None, MAP))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(None, MAP))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Thrown> {
        Ok(self.parts(Some(variant), MAP))
    }
}

/// What is between brackets.
struct Parts<'a> {
    text: &'a mut String,
    is_first: bool,
    ends: [&'static str; 2],
}

impl Parts<'_> {
    fn next(&mut self) -> Writer<'_> {
        if !self.is_first {
            self.text.push(',');
        }
        self.is_first = false;
        Writer(self.text)
    }

    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Thrown> {
        quote(self.next().0, name);
        self.text.push(':');
        value.serialize(Writer(self.text))
    }

    fn close(self) -> Result<(), Thrown> {
        self.ends.iter().for_each(|end| self.text.push_str(end));
        Ok(())
    }
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Thrown> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

impl ser::SerializeTuple for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Thrown> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

impl ser::SerializeTupleStruct for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Thrown> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

impl ser::SerializeTupleVariant for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Thrown> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

/// Names of a map are texts.
impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Thrown> {
        name.serialize(self.next())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Thrown> {
        self.text.push(':');
        value.serialize(Writer(self.text))
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Thrown> {
        self.entry(name, value)
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

impl ser::SerializeStructVariant for Parts<'_> {
    type Ok = ();
    type Error = Thrown;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Thrown> {
        self.entry(name, value)
    }

    fn end(self) -> Result<(), Thrown> {
        self.close()
    }
}

/// Writes a text between quotes.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(place) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let (plain, behind) = rest.split_at(place);
        out.push_str(plain);
        let mut behind = behind.chars();
        behind.next().into_iter().for_each(|special| escape(out, special));
        rest = behind.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn escape(out: &mut String, special: char) {
    out.push('\\');
    match special {
        '\u{8}' => out.push('b'),
        '\u{c}' => out.push('f'),
        '\n' => out.push('n'),
        '\r' => out.push('r'),
        '\t' => out.push('t'),
        '"' | '\\' => out.push(special),
        control => {
            let _ = write!(out, "u{:04x}", u32::from(control));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::write;
    use crate::answer::{Cell, Delta, Lines, Shown};
    use crate::json::json;
    use crate::plan::Value;

    #[test]
    fn what_serde_json_writes() {
        let value = json!({ "a": [1, -2, 0.5, 1e21, 1e-7, f64::NAN, true], "\u{1}\"\\\n\u{7f}é": {}, "b": [], "d": null, "c": "\t\r\u{8}\u{c}/" });
        assert_eq!(write(&value), serde_json::to_string(&value).unwrap());
        let lines = Lines {
            rows: vec![vec![Cell::Text("a".to_owned()), Cell::Address("b".to_owned(), "c".to_owned())], vec![]],
            keys: vec![vec![Value::Null, Value::Number(1.5), Value::Boolean(false), Value::Text("\u{0}".to_owned())]],
            totals: vec![Cell::Shape("x".to_owned(), vec![None, Some(0.25)])],
            ..Lines::default()
        };
        let delta = Delta { text: "+1".to_owned(), base: String::new(), direction: -1 };
        let shown = [
            Shown::Rows(lines),
            Shown::Waiting,
            Shown::Error("e".to_owned()),
            Shown::Traces(vec![value]),
            Shown::Points { axis: "x", at: 3, lengths: vec![1, 2], picked: false, selected: None },
            Shown::Value { text: String::new(), value: Value::Number(3.0), delta: Some(delta), sparkline: vec![] },
            Shown::Answer { columns: vec![], total: usize::MAX },
        ];
        assert_eq!(write(&shown), serde_json::to_string(&shown).unwrap());
    }
}

//! What serde derives, read out of JSON that is parsed already: in the browser, a third of the code that serde_json's own
//! way comes to.

use crate::json::{Json, Thrown, throw, write};
use serde::de::value::StringDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess};
use serde::de::{IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Map;
use std::vec;

/// Reads what the build or the page has written. What does not fit throws an error of JavaScript there and then, and nothing
/// is dropped: code that hands errors back is larger by half.
pub fn read<'de, T: Deserialize<'de>>(json: Json) -> T {
    match T::deserialize(Reader(json)) {
        Ok(read) => read,
        Err(thrown) => match thrown {},
    }
}

struct Reader(Json);

fn throw_mismatch(wanted: &str, found: &Json) -> ! {
    throw(&format!("`{}` stands where {wanted} belongs", write(found)))
}

fn items(json: Json) -> Items {
    match json {
        Json::Array(list) => Items(list.into_iter()),
        other => throw_mismatch("a list", &other),
    }
}

fn fields(json: Json) -> Fields {
    match json {
        Json::Object(map) => Fields { rest: map.into_iter(), value: Json::Null },
        other => throw_mismatch("a map", &other),
    }
}

/// A name, and what it has: nothing, or the value of the only key.
fn variant(json: Json) -> (String, Json) {
    match json {
        Json::String(name) => (name, Json::Null),
        Json::Object(map) if map.len() == 1 => map.into_iter().next().expect("a map of one key"),
        other => throw_mismatch("a name", &other),
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Thrown;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Thrown> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(truth) => visitor.visit_bool(truth),
            Json::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => visitor.visit_string(text),
            list @ Json::Array(_) => visitor.visit_seq(items(list)),
            map @ Json::Object(_) => visitor.visit_map(fields(map)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Thrown> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Thrown> {
        visitor.visit_seq(items(self.0))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Thrown> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Thrown> {
        visitor.visit_map(fields(self.0))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Thrown> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Thrown> {
        visitor.visit_enum(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Thrown> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        tuple_struct identifier
    }
}

struct Items(vec::IntoIter<Json>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Thrown;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Thrown> {
        self.0.next().map(|item| seed.deserialize(Reader(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields {
    rest: <Map<String, Json> as IntoIterator>::IntoIter,
    /// Of the key that was read last.
    value: Json,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Thrown;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Thrown> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        let key: StringDeserializer<Thrown> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Thrown> {
        seed.deserialize(Reader(self.value.take()))
    }
}

impl<'de> EnumAccess<'de> for Reader {
    type Error = Thrown;
    type Variant = Reader;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Reader), Thrown> {
        let (name, content) = variant(self.0);
        let name: StringDeserializer<Thrown> = name.into_deserializer();
        Ok((seed.deserialize(name)?, Reader(content)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Thrown;

    fn unit_variant(self) -> Result<(), Thrown> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Thrown> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Thrown> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Thrown> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Plan;
    use serde_json::json;

    #[test]
    fn a_plan_is_what_serde_json_reads() {
        let key = json!({"column": 1, "grain": {"bin": {"start": -1, "width": 0.5, "count": 4}}});
        let measure = json!({"null_if": [{"number": 2}, {"aggregate": {"function": "sum", "column": null}}]});
        let chart = json!({"kind": "bar", "channels": [], "options": {"a": [1, {"b": null}]}, "categories": {"x": ["a", null, 1.5]}});
        let plan = json!({
            "tables": [{"name": "t", "columns": [{"name": "d", "kind": {"decimal": {"scale": 2}}}], "parts": ["more_rows", {"rows": [0]}]}],
            "views": [
                {"id": "v", "table": 0, "select": {"interval": key}, "question": {"keys": [key], "measures": [measure]}, "shows": {"chart": chart}},
                {"id": "w", "table": 0, "question": {"keys": [], "measures": []}, "shows": {"legend": {"chart": 0}}, "later": 1}
            ],
            "state": {"selections": {"v": {"between": [-2, "b"]}, "w": {"contains": "c"}}, "orders": {"w": [{"column": 0, "descending": true}]}}
        });
        let expected: Plan = serde_json::from_value(plan.clone()).unwrap();
        assert_eq!(super::read::<Plan>(plan), expected);
    }
}

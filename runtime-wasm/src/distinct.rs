//! Distinct values and texts, each with a place in a list of them.

use crate::plan::Value;
use crate::table::ordered;
use std::collections::BTreeMap;

/// Distinct values, each with its place.
#[derive(Debug, Default)]
pub struct Distinct<'a>(BTreeMap<(u8, i64, &'a str), usize>);

impl<'a> Distinct<'a> {
    /// The places of values in a list of distinct ones.
    #[inline(never)]
    pub fn of(values: &'a [Value]) -> Distinct<'a> {
        let mut places = Distinct::default();
        for value in values {
            places.add(value);
        }
        places
    }

    /// The place of a value, which comes last if it is new.
    #[inline(never)]
    pub fn add(&mut self, value: &'a Value) -> usize {
        let next = self.0.len();
        *self.0.entry(identity(value)).or_insert(next)
    }

    /// The place of a value, if it has one.
    #[inline(never)]
    pub fn get(&self, value: &Value) -> Option<usize> {
        self.0.get(&identity(value)).copied()
    }

    /// The place of a value that has one.
    pub fn at(&self, value: &Value) -> usize {
        self.get(value).expect("the list has every value")
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Texts in the order of code points, each once.
#[inline(never)]
pub fn distinct_texts(mut texts: Vec<&str>) -> Vec<&str> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// What tells values apart, and can be looked up.
pub fn identity(value: &Value) -> (u8, i64, &str) {
    match value {
        Value::Null => (0, 0, ""),
        Value::Boolean(truth) => (1, i64::from(*truth), ""),
        Value::Number(number) => (2, ordered(number + 0.0), ""),
        Value::Text(text) => (3, 0, text),
    }
}

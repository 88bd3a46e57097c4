//! Grows a table's column from the pages of its slice.

use super::encodings::{Decoded, delta, fixed, hybrid, take_sized, unpack};
use super::footer::Physical;
use super::pages::Encoding;
use crate::plan::Kind;
use crate::table::{Codes, Column, Data, Integers, Mask, Sketch};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values of a page or of a dictionary.
pub enum Values {
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Floats.
    Floats(Vec<f64>),
    /// Text, as the codes that the builder gave.
    Codes(Vec<u32>),
}

/// A column that grows: text and sketches in codes by first occurrence, 0 for null, until all of it is known.
pub struct Builder {
    kind: Kind,
    physical: Physical,
    /// What a stored number is multiplied with: milliseconds become microseconds.
    factor: i64,
    texts: BTreeMap<String, u32>,
    sketches: Vec<Sketch>,
    codes: Codes,
    integers: Integers,
    floats: Vec<f64>,
    valid: Mask,
}

impl Builder {
    /// An empty column.
    pub fn new(kind: Kind, physical: Physical, factor: i64) -> Builder {
        let (texts, sketches, codes, integers, floats, valid) = Default::default();
        Builder { kind, physical, factor, texts, sketches, codes, integers, floats, valid }
    }

    /// How many rows it has so far.
    pub fn rows(&self) -> usize {
        self.valid.rows()
    }

    /// Decodes so many values of a page or of a dictionary page.
    pub fn decode(&mut self, bytes: &[u8], encoding: Encoding, count: usize) -> Decoded<Values> {
        match (encoding, self.physical) {
            (Encoding::Plain, _) => self.plain(bytes, count),
            (Encoding::Differences, Physical::Int32) => {
                self.whole(delta(bytes, count)?.into_iter().map(|number| i64::from(number as i32)))
            }
            (Encoding::Differences, Physical::Int64) => self.whole(delta(bytes, count)?.into_iter()),
            (Encoding::Runs, Physical::Boolean) => {
                let mut bytes = bytes;
                let bits = hybrid(take_sized(&mut bytes)?, 1, count)?;
                Ok(Values::Integers(bits.into_iter().map(i64::from).collect()))
            }
            (_, physical) => Err(format!("it has {} in an encoding for other values", physical.name())),
        }
    }

    /// Appends a page: where there are levels, a value for each that is set, and null for the others.
    pub fn append(&mut self, values: Values, present: Option<&[bool]>, rows: usize) -> Decoded<()> {
        match values {
            Values::Integers(numbers) => self.integers.extend(&spread(numbers, present, rows)?),
            Values::Floats(numbers) => {
                let numbers = spread(numbers, present, rows)?;
                let is_present = |row: usize| present.is_none_or(|present| present[row]);
                let number = |(row, number): (usize, &f64)| is_present(row) && !number.is_nan();
                self.valid.extend(numbers.iter().enumerate().map(number));
                // Adding zero makes negative zero positive.
                self.floats.extend(numbers.iter().map(|number| if number.is_nan() { 0.0 } else { number + 0.0 }));
                return Ok(());
            }
            Values::Codes(codes) => self.codes.extend(&spread(codes, present, rows)?),
        }
        match present {
            Some(present) => self.valid.extend(present.iter().copied()),
            None => self.valid.fill(rows),
        }
        Ok(())
    }

    /// The finished column.
    pub fn finish(self, name: String) -> Column {
        let all_valid = self.valid.count() == self.valid.rows();
        let valid = (!all_valid).then_some(self.valid);
        let data = match self.kind {
            Kind::Text => text(self.texts, self.codes),
            Kind::Sketch => {
                let sketch = |row| self.sketches.get((self.codes.get(row) as usize).checked_sub(1)?).cloned();
                Data::Sketches((0..self.codes.len()).map(sketch).collect())
            }
            Kind::Float => Data::Floats { values: self.floats, valid },
            _ => Data::Integers { values: self.integers, valid },
        };
        Column::new(name, self.kind, data)
    }

    fn plain(&mut self, bytes: &[u8], count: usize) -> Decoded<Values> {
        match self.physical {
            Physical::Int32 => self.whole(sized(bytes, count)?.map(|raw| i64::from(i32::from_le_bytes(raw)))),
            Physical::Int64 => self.whole(sized(bytes, count)?.map(i64::from_le_bytes)),
            Physical::Double => Ok(Values::Floats(sized(bytes, count)?.map(f64::from_le_bytes).collect())),
            Physical::Float => {
                let floats = sized(bytes, count)?.map(|raw| f64::from(f32::from_le_bytes(raw)));
                Ok(Values::Floats(floats.collect()))
            }
            Physical::Boolean => {
                let mut bits = Vec::new();
                unpack(bytes, 1, count, |bit| bits.push(bit as i64))?;
                Ok(Values::Integers(bits))
            }
            Physical::ByteArray if self.kind == Kind::Sketch => self.sketches(bytes, count),
            Physical::ByteArray => self.texts(bytes, count),
        }
    }

    fn whole(&self, numbers: impl Iterator<Item = i64>) -> Decoded<Values> {
        if self.factor == 1 {
            return Ok(Values::Integers(numbers.collect()));
        }
        let scaled = numbers.map(|number| number.checked_mul(self.factor));
        let numbers = scaled.collect::<Option<_>>().ok_or("it has a moment out of range")?;
        Ok(Values::Integers(numbers))
    }

    fn sketches(&mut self, mut bytes: &[u8], count: usize) -> Decoded<Values> {
        let mut codes = Vec::new();
        for _ in 0..count {
            self.sketches.push(sketch(take_sized(&mut bytes)?)?);
            codes.push(self.sketches.len() as u32);
        }
        Ok(Values::Codes(codes))
    }

    fn texts(&mut self, mut bytes: &[u8], count: usize) -> Decoded<Values> {
        let mut codes = Vec::new();
        for _ in 0..count {
            let text = std::str::from_utf8(take_sized(&mut bytes)?).map_err(|_| "it has text that is not UTF-8")?;
            let next = self.texts.len() as u32 + 1;
            let known = self.texts.get(text).copied();
            codes.push(known.unwrap_or_else(|| *self.texts.entry(text.to_owned()).or_insert(next)));
        }
        Ok(Values::Codes(codes))
    }
}

impl Values {
    /// The values at places of a dictionary.
    pub fn pick(&self, places: &[u32]) -> Decoded<Values> {
        Ok(match self {
            Values::Integers(values) => Values::Integers(picked(values, places)?),
            Values::Floats(values) => Values::Floats(picked(values, places)?),
            Values::Codes(values) => Values::Codes(picked(values, places)?),
        })
    }
}

fn picked<T: Copy>(values: &[T], places: &[u32]) -> Decoded<Vec<T>> {
    let value = |&place: &u32| values.get(place as usize).copied();
    places.iter().map(value).collect::<Option<_>>().ok_or_else(|| "it has a code beyond its dictionary".to_owned())
}

fn sized<const N: usize>(bytes: &[u8], count: usize) -> Decoded<impl Iterator<Item = [u8; N]> + '_> {
    let length = count.checked_mul(N).ok_or("its data ends early")?;
    bytes.get(..length).map(fixed).ok_or_else(|| "its data ends early".to_owned())
}

/// Puts the values of a page into the rows that have one.
fn spread<T: Copy + Default>(values: Vec<T>, present: Option<&[bool]>, rows: usize) -> Decoded<Vec<T>> {
    let Some(present) = present else {
        return if values.len() == rows { Ok(values) } else { Err("a page has too few values".to_owned()) };
    };
    let mut values = values.into_iter();
    let value = |&present: &bool| if present { values.next() } else { Some(T::default()) };
    present.iter().map(value).collect::<Option<_>>().ok_or_else(|| "a page has too few values".to_owned())
}

#[cfg(feature = "sketches")]
fn sketch(bytes: &[u8]) -> Decoded<Sketch> {
    Ok(bytes.into())
}

#[cfg(not(feature = "sketches"))]
fn sketch(_: &[u8]) -> Decoded<Sketch> {
    Err("this engine reads no sketches".to_owned())
}

/// Text in the order of code points, null after it.
fn text(texts: BTreeMap<String, u32>, codes: Codes) -> Data {
    let mut new = vec![texts.len() as u32; texts.len() + 1];
    for (place, code) in texts.values().enumerate() {
        new[*code as usize] = place as u32;
    }
    Data::Text { values: Arc::new(texts.into_keys().collect()), codes: Arc::new(codes.map(&new)) }
}

//! Vectors of whole numbers in the narrowest integers that hold them; they widen as they grow.

use super::mask::{Chunk, Mask};
use std::ops::Range;

/// Codes: positions in a list of distinct values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// Up to 256 distinct values.
    U8(Vec<u8>),
    /// Up to 65,536.
    U16(Vec<u16>),
    /// More.
    U32(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Codes::U8(Vec::new())
    }
}

impl Codes {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Codes::U8(values) => values.len(),
            Codes::U16(values) => values.len(),
            Codes::U32(values) => values.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row.
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Codes::U8(values) => values[row].into(),
            Codes::U16(values) => values[row].into(),
            Codes::U32(values) => values[row],
        }
    }

    /// The codes of successive rows, as narrow as before.
    pub fn part(&self, rows: Range<usize>) -> Codes {
        match self {
            Codes::U8(values) => Codes::U8(values[rows].to_vec()),
            Codes::U16(values) => Codes::U16(values[rows].to_vec()),
            Codes::U32(values) => Codes::U32(values[rows].to_vec()),
        }
    }

    /// The codes of some rows.
    pub fn gather(&self, rows: &Chunk, out: &mut Vec<u32>) {
        out.clear();
        match self {
            Codes::U8(values) => gather(values, rows, out),
            Codes::U16(values) => gather(values, rows, out),
            Codes::U32(values) => gather(values, rows, out),
        }
    }

    /// Puts each number in the place of the pair of itself and a row's code, of which there are `places`.
    pub fn combine(&self, rows: &Chunk, places: u32, numbers: &mut [u32]) {
        match self {
            Codes::U8(values) => combine(values, rows, places, numbers),
            Codes::U16(values) => combine(values, rows, places, numbers),
            Codes::U32(values) => combine(values, rows, places, numbers),
        }
    }

    /// Whether a row has this code.
    pub fn has(&self, code: u32) -> bool {
        match self {
            Codes::U8(values) => u8::try_from(code).is_ok_and(|code| values.contains(&code)),
            Codes::U16(values) => u16::try_from(code).is_ok_and(|code| values.contains(&code)),
            Codes::U32(values) => values.contains(&code),
        }
    }

    /// Which rows have a code that is wanted.
    pub fn are(&self, wanted: &[bool]) -> Mask {
        match self {
            Codes::U8(values) => Mask::of(values.len(), |row| wanted[usize::from(values[row])]),
            Codes::U16(values) => Mask::of(values.len(), |row| wanted[usize::from(values[row])]),
            Codes::U32(values) => Mask::of(values.len(), |row| wanted[values[row] as usize]),
        }
    }

    /// Appends codes, widening if one does not fit.
    pub fn extend(&mut self, codes: &[u32]) {
        self.widen(codes.iter().copied().max().unwrap_or(0));
        match self {
            Codes::U8(values) => values.extend(codes.iter().map(|&code| code as u8)),
            Codes::U16(values) => values.extend(codes.iter().map(|&code| code as u16)),
            Codes::U32(values) => values.extend_from_slice(codes),
        }
    }

    /// Appends other codes.
    pub fn append(&mut self, more: &Codes) {
        let mut buffer = Vec::new();
        for start in (0..more.len()).step_by(4096) {
            buffer.clear();
            buffer.extend((start..more.len().min(start + 4096)).map(|row| more.get(row)));
            self.extend(&buffer);
        }
    }

    /// Puts another code in the place of each.
    pub fn map(&self, new: &[u32]) -> Codes {
        let mut mapped = Codes::default();
        mapped.widen(new.iter().copied().max().unwrap_or(0));
        let mut buffer = Vec::new();
        for start in (0..self.len()).step_by(4096) {
            let end = self.len().min(start + 4096);
            buffer.clear();
            buffer.extend((start..end).map(|row| new[self.get(row) as usize]));
            mapped.extend(&buffer);
        }
        mapped
    }

    fn widen(&mut self, highest: u32) {
        let wide = match self {
            Codes::U8(values) if highest > u32::from(u16::MAX) => Codes::U32(converted(values)),
            Codes::U16(values) if highest > u32::from(u16::MAX) => Codes::U32(converted(values)),
            Codes::U8(values) if highest > u32::from(u8::MAX) => Codes::U16(converted(values)),
            _ => return,
        };
        *self = wide;
    }
}

fn gather<A: Copy, B: From<A>>(values: &[A], rows: &Chunk, out: &mut Vec<B>) {
    match rows.span() {
        Ok(span) => out.extend(values[span].iter().map(|&value| B::from(value))),
        Err(rows) => out.extend(rows.iter().map(|&row| B::from(values[row as usize]))),
    }
}

fn combine<T: Copy + Into<u32>>(values: &[T], rows: &Chunk, places: u32, numbers: &mut [u32]) {
    let next = |(number, value): (&mut u32, T)| *number = *number * places + value.into();
    match rows.span() {
        Ok(span) => numbers.iter_mut().zip(values[span].iter().copied()).for_each(next),
        Err(rows) => numbers.iter_mut().zip(rows.iter().map(|&row| values[row as usize])).for_each(next),
    }
}

fn within<T: Copy + PartialOrd + TryFrom<i64> + Into<i64>>(values: &[T], low: i64, high: i64) -> Mask {
    match (T::try_from(low), T::try_from(high)) {
        (Ok(low), Ok(high)) => Mask::of(values.len(), |row| low <= values[row] && values[row] <= high),
        // An end that the type does not hold lies beyond all values.
        _ => Mask::of(values.len(), |row| (low..=high).contains(&values[row].into())),
    }
}

fn ends<T: Copy + Ord + Into<i64>>(values: &[T]) -> Option<(i64, i64)> {
    let first = *values.first()?;
    let ends = values.iter().fold((first, first), |(low, high), &value| (low.min(value), high.max(value)));
    Some((ends.0.into(), ends.1.into()))
}

fn codes<T: Copy + Into<i64>>(values: &[T], lowest: i64, list: &[u32]) -> Codes {
    fn mapped<T: Copy + Into<i64>, C: Copy>(values: &[T], lowest: i64, list: &[C]) -> Vec<C> {
        values.iter().map(|&value| list[(value.into() - lowest) as usize]).collect()
    }
    match list.iter().max() {
        Some(0..=0xff) => Codes::U8(mapped(values, lowest, &list.iter().map(|&code| code as u8).collect::<Vec<_>>())),
        Some(0..=0xffff) => {
            Codes::U16(mapped(values, lowest, &list.iter().map(|&code| code as u16).collect::<Vec<_>>()))
        }
        _ => Codes::U32(mapped(values, lowest, list)),
    }
}

/// Of numbers so narrow that no list of them overflows.
fn reach<T: Copy + Into<i64>>(values: &[T]) -> f64 {
    values.iter().map(|&value| value.into().unsigned_abs()).sum::<u64>() as f64
}

fn converted<A: Copy, B: From<A>>(values: &[A]) -> Vec<B> {
    values.iter().map(|&value| B::from(value)).collect()
}

/// Whole numbers: integers, scaled decimals, days, microseconds, 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integers {
    /// From -128 to 127.
    I8(Vec<i8>),
    /// From -32,768 to 32,767.
    I16(Vec<i16>),
    /// From -2,147,483,648 to 2,147,483,647.
    I32(Vec<i32>),
    /// All others.
    I64(Vec<i64>),
}

impl Default for Integers {
    fn default() -> Self {
        Integers::I8(Vec::new())
    }
}

impl Integers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Integers::I8(values) => values.len(),
            Integers::I16(values) => values.len(),
            Integers::I32(values) => values.len(),
            Integers::I64(values) => values.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row.
    pub fn get(&self, row: usize) -> i64 {
        match self {
            Integers::I8(values) => values[row].into(),
            Integers::I16(values) => values[row].into(),
            Integers::I32(values) => values[row].into(),
            Integers::I64(values) => values[row],
        }
    }

    /// The numbers of successive rows, as narrow as before.
    pub fn part(&self, rows: Range<usize>) -> Integers {
        match self {
            Integers::I8(values) => Integers::I8(values[rows].to_vec()),
            Integers::I16(values) => Integers::I16(values[rows].to_vec()),
            Integers::I32(values) => Integers::I32(values[rows].to_vec()),
            Integers::I64(values) => Integers::I64(values[rows].to_vec()),
        }
    }

    /// The numbers of some rows, appended.
    pub fn gather(&self, rows: &Chunk, out: &mut Vec<i64>) {
        match self {
            Integers::I8(values) => gather(values, rows, out),
            Integers::I16(values) => gather(values, rows, out),
            Integers::I32(values) => gather(values, rows, out),
            Integers::I64(values) => gather(values, rows, out),
        }
    }

    /// Which rows have a number between two, both ends in.
    pub fn within(&self, low: i64, high: i64) -> Mask {
        match self {
            Integers::I8(values) => within(values, low, high),
            Integers::I16(values) => within(values, low, high),
            Integers::I32(values) => within(values, low, high),
            Integers::I64(values) => within(values, low, high),
        }
    }

    /// Hands each number to a function.
    pub fn each(&self, mut run: impl FnMut(i64)) {
        match self {
            Integers::I8(values) => values.iter().for_each(|&value| run(value.into())),
            Integers::I16(values) => values.iter().for_each(|&value| run(value.into())),
            Integers::I32(values) => values.iter().for_each(|&value| run(value.into())),
            Integers::I64(values) => values.iter().for_each(|&value| run(value)),
        }
    }

    /// The lowest and the highest number, if there are any.
    pub fn ends(&self) -> Option<(i64, i64)> {
        match self {
            Integers::I8(values) => ends(values),
            Integers::I16(values) => ends(values),
            Integers::I32(values) => ends(values),
            Integers::I64(values) => ends(values),
        }
    }

    /// What stands for each number in a list that begins with what stands for the lowest.
    pub fn codes(&self, lowest: i64, list: &[u32]) -> Codes {
        match self {
            Integers::I8(values) => codes(values, lowest, list),
            Integers::I16(values) => codes(values, lowest, list),
            Integers::I32(values) => codes(values, lowest, list),
            Integers::I64(values) => codes(values, lowest, list),
        }
    }

    /// The sum of all numbers without their signs, about.
    pub fn reach(&self) -> f64 {
        match self {
            Integers::I8(values) => reach(values),
            Integers::I16(values) => reach(values),
            Integers::I32(values) => reach(values),
            Integers::I64(values) => values.iter().map(|&value| (value as f64).abs()).sum(),
        }
    }

    /// Appends other numbers.
    pub fn append(&mut self, more: &Integers) {
        let mut buffer = Vec::new();
        for start in (0..more.len()).step_by(4096) {
            buffer.clear();
            buffer.extend((start..more.len().min(start + 4096)).map(|row| more.get(row)));
            self.extend(&buffer);
        }
    }

    /// Appends numbers, widening if one does not fit.
    pub fn extend(&mut self, numbers: &[i64]) {
        let lowest = numbers.iter().copied().min().unwrap_or(0);
        let highest = numbers.iter().copied().max().unwrap_or(0);
        self.widen(lowest, highest);
        match self {
            Integers::I8(values) => values.extend(numbers.iter().map(|&number| number as i8)),
            Integers::I16(values) => values.extend(numbers.iter().map(|&number| number as i16)),
            Integers::I32(values) => values.extend(numbers.iter().map(|&number| number as i32)),
            Integers::I64(values) => values.extend_from_slice(numbers),
        }
    }

    fn widen(&mut self, lowest: i64, highest: i64) {
        let beyond = |low: i64, high: i64| lowest < low || highest > high;
        let beyond_8 = beyond(i8::MIN.into(), i8::MAX.into());
        let beyond_16 = beyond(i16::MIN.into(), i16::MAX.into());
        let beyond_32 = beyond(i32::MIN.into(), i32::MAX.into());
        let wide = match self {
            Integers::I8(values) if beyond_32 => Integers::I64(converted(values)),
            Integers::I16(values) if beyond_32 => Integers::I64(converted(values)),
            Integers::I32(values) if beyond_32 => Integers::I64(converted(values)),
            Integers::I8(values) if beyond_16 => Integers::I32(converted(values)),
            Integers::I16(values) if beyond_16 => Integers::I32(converted(values)),
            Integers::I8(values) if beyond_8 => Integers::I16(converted(values)),
            _ => return,
        };
        *self = wide;
    }
}

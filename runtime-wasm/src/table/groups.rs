//! The groups of a column at a grain: a code for each row, and the value that each code stands for, in order.

use super::{Column, Data, ordered, unordered};
use crate::calendar::{truncate_day, truncate_moment};
use crate::plan::{Grain, Kind, TimeGrain, Value};
use crate::table::narrow::{Codes, Integers};
use std::sync::Arc;

/// A column cut into groups: codes ascend with the values, the code after the last value is null's, the next one means no group.
#[derive(Debug)]
pub struct Groups {
    /// The group of each row.
    pub codes: Arc<Codes>,
    /// Whether rows may belong to no group: those beyond the bins.
    pub leaves_out: bool,
    labels: Labels,
}

#[derive(Debug, PartialEq)]
enum Labels {
    Text(Arc<Vec<String>>),
    /// Ordered keys of the column, and what gives their value.
    Keys(Vec<i64>, Kind),
}

impl Groups {
    /// How many groups there are, without null's.
    pub fn len(&self) -> usize {
        match &self.labels {
            Labels::Text(values) => values.len(),
            Labels::Keys(keys, _) => keys.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if the codes of both stand for the same values.
    pub fn is_like(&self, other: &Groups) -> bool {
        self.leaves_out == other.leaves_out && self.labels == other.labels
    }

    /// Null's code.
    pub fn null(&self) -> u32 {
        self.len() as u32
    }

    /// What a code stands for.
    pub fn value(&self, code: u32) -> Value {
        match &self.labels {
            Labels::Text(values) => values.get(code as usize).map_or(Value::Null, |text| Value::Text(text.clone())),
            Labels::Keys(keys, kind) => keys.get(code as usize).map_or(Value::Null, |&key| super::value(*kind, key)),
        }
    }

    /// The same with only some groups told apart, by their ascending codes; all others are one group of this name, which comes
    /// last, or none.
    pub fn telling_apart(&self, kept: &[u32], other: Option<&str>) -> Groups {
        let null = self.null();
        let mut labels: Vec<String> = Vec::with_capacity(kept.len() + 1);
        for &code in kept.iter().filter(|&&code| code != null) {
            let Value::Text(text) = self.value(code) else { continue };
            labels.push(text);
        }
        labels.extend(other.map(str::to_owned));
        let count = labels.len() as u32;
        let rest = if other.is_some() { count - 1 } else { count + 1 };
        let mut codes = vec![rest; null as usize + 2];
        kept.iter().zip(0..).for_each(|(&code, new)| codes[code as usize] = if code == null { count } else { new });
        // What belonged to no group still does not.
        codes[null as usize + 1] = count + 1;
        let leaves_out = self.leaves_out || other.is_none();
        Groups { codes: Arc::new(self.codes.map(&codes)), leaves_out, labels: Labels::Text(Arc::new(labels)) }
    }

    /// The code of an ordered key, if a row has it.
    pub fn code(&self, key: i64) -> Option<u32> {
        match &self.labels {
            Labels::Text(_) => u32::try_from(key).ok(),
            Labels::Keys(keys, _) => keys.binary_search(&key).ok().map(|code| code as u32),
        }
    }

    /// How many groups lie below an ordered key, and how many not above it.
    pub fn around(&self, key: i64) -> (u32, u32) {
        match &self.labels {
            Labels::Text(values) => {
                let code = key.clamp(0, values.len() as i64) as u32;
                (code, (code + 1).min(values.len() as u32))
            }
            Labels::Keys(keys, _) => {
                (keys.partition_point(|other| *other < key) as u32, keys.partition_point(|other| *other <= key) as u32)
            }
        }
    }

    /// The ordered key of a group; none for text and for null.
    pub fn key(&self, code: u32) -> Option<i64> {
        match &self.labels {
            Labels::Text(_) => None,
            Labels::Keys(keys, _) => keys.get(code as usize).copied(),
        }
    }
}

/// Cuts a column into groups; an error where the grain does not suit its kind.
pub fn groups(column: &Column, grain: Grain) -> Result<Groups, String> {
    match (grain, &column.data) {
        (Grain::Value, Data::Text { values, codes }) => {
            Ok(Groups { codes: codes.clone(), leaves_out: false, labels: Labels::Text(values.clone()) })
        }
        (Grain::Value, _) => Ok(distinct(column, |key| key)),
        (Grain::Time(grain), _) if column.kind.is_time() => {
            let kind = column.kind;
            Ok(distinct(column, |key| truncate(kind, grain, key)))
        }
        (Grain::Bin { start, width, count }, Data::Integers { .. } | Data::Floats { .. }) => {
            let bins =
                Bins::new(start, width, count).ok_or("bins need a width above zero and at most 1,000,000 of them")?;
            Ok(bins.cut(column))
        }
        _ => Err(format!("column `{}` cannot be grouped by that grain", column.name)),
    }
}

/// The first day or moment of the group that a day or moment is in.
pub fn truncate(kind: Kind, grain: TimeGrain, key: i64) -> i64 {
    match kind {
        Kind::Date => truncate_day(grain, key),
        _ => truncate_moment(grain, key),
    }
}

/// Equal bins of numbers.
pub struct Bins {
    start: f64,
    width: f64,
    count: u32,
}

impl Bins {
    /// Bins, if that is what the numbers describe.
    pub fn new(start: f64, width: f64, count: u32) -> Option<Bins> {
        let sane = start.is_finite() && width.is_finite() && width > 0.0 && (1..=1_000_000).contains(&count);
        sane.then_some(Bins { start, width, count })
    }

    /// The bin whose left edge a value names.
    pub fn named(&self, edge: f64) -> Option<u32> {
        let index = ((edge - self.start) / self.width + 0.5) as u32;
        let near = (self.edge(index) - edge).abs() <= self.width * 1e-6;
        (index < self.count && near).then_some(index)
    }

    fn edge(&self, index: u32) -> f64 {
        self.start + f64::from(index) * self.width
    }

    /// The bin that holds a value: between its edges as `edge` computes them, whatever the division rounds to.
    pub fn index(&self, value: f64) -> Option<u32> {
        if !(self.start..=self.edge(self.count)).contains(&value) {
            return None;
        }
        let mut index = (((value - self.start) / self.width) as u32).min(self.count - 1);
        while value < self.edge(index) {
            index -= 1;
        }
        while index + 1 < self.count && value >= self.edge(index + 1) {
            index += 1;
        }
        Some(index)
    }

    fn cut(&self, column: &Column) -> Groups {
        let outside = self.count + 1;
        let code = |key: Option<i64>| key.and_then(|key| self.index(number_of(column, key))).unwrap_or(outside);
        let keys = (0..self.count).map(|index| self.label(column, index)).collect();
        let kind = if column.kind.is_time() { column.kind } else { Kind::Float };
        let codes = match dense(column) {
            Some((values, lowest, span)) => {
                let list: Vec<u32> = (0..span).map(|place| code(Some(lowest + place as i64))).collect();
                values.codes(lowest, &list)
            }
            None => narrow((0..column.len()).map(|row| code(column.key(row)))),
        };
        let leaves_out = codes.has(outside);
        Groups { codes: Arc::new(codes), leaves_out, labels: Labels::Keys(keys, kind) }
    }

    fn label(&self, column: &Column, index: u32) -> i64 {
        let edge = self.edge(index);
        if column.kind.is_time() { edge as i64 } else { ordered(edge) }
    }
}

fn number_of(column: &Column, key: i64) -> f64 {
    super::number(column.kind, key)
}

/// The whole numbers of a column that has no nulls, if all between its ends can be listed; its lowest, and how many they are.
fn dense(column: &Column) -> Option<(&Integers, i64, usize)> {
    let Data::Integers { values, valid: None } = &column.data else { return None };
    let (lowest, highest) = values.ends()?;
    let span = highest.checked_sub(lowest)?;
    (span < (1 << 16) + 2 * column.len() as i64).then_some((values, lowest, span as usize + 1))
}

/// Groups of equal keys.
fn distinct(column: &Column, group: impl Fn(i64) -> i64) -> Groups {
    if let Some((values, lowest, span)) = dense(column) {
        let (codes, keys) = listed(values, lowest, span, group);
        return Groups { codes: Arc::new(codes), leaves_out: false, labels: Labels::Keys(keys, column.kind) };
    }
    let key = |row: usize| column.key(row).map(&group);
    let (mut lowest, mut highest) = (i64::MAX, i64::MIN);
    for key in (0..column.len()).filter_map(key) {
        lowest = lowest.min(key);
        highest = highest.max(key);
    }
    let span = highest.wrapping_sub(lowest) as u64;
    let (codes, keys) = if lowest > highest {
        (narrow((0..column.len()).map(|_| 0)), Vec::new())
    } else if span < (1 << 16) + 2 * column.len() as u64 {
        by_place(column.len(), &key, lowest, span as usize + 1)
    } else {
        by_sorting(column.len(), &key)
    };
    Groups { codes: Arc::new(codes), leaves_out: false, labels: Labels::Keys(keys, column.kind) }
}

/// Groups of numbers that lie close together, of which only those with rows count.
fn listed(values: &Integers, lowest: i64, span: usize, group: impl Fn(i64) -> i64) -> (Codes, Vec<i64>) {
    let mut list = vec![0; span];
    values.each(|value| list[(value - lowest) as usize] = 1);
    let mut keys: Vec<i64> = Vec::new();
    for (place, code) in list.iter_mut().enumerate().filter(|(_, is_there)| **is_there == 1) {
        let key = group(lowest + place as i64);
        // Groups ascend with their values.
        if keys.last() != Some(&key) {
            keys.push(key);
        }
        *code = keys.len() as u32 - 1;
    }
    (values.codes(lowest, &list), keys)
}

/// Distinct keys that lie close together, by a table of all between lowest and highest.
fn by_place(rows: usize, key: &dyn Fn(usize) -> Option<i64>, lowest: i64, span: usize) -> (Codes, Vec<i64>) {
    let mut places = vec![0u32; span];
    for key in (0..rows).filter_map(key) {
        places[(key - lowest) as usize] = 1;
    }
    let mut labels = Vec::new();
    for (place, code) in places.iter_mut().enumerate().filter(|(_, seen)| **seen == 1) {
        *code = labels.len() as u32;
        labels.push(lowest + place as i64);
    }
    let null = labels.len() as u32;
    let codes = (0..rows).map(|row| key(row).map_or(null, |key| places[(key - lowest) as usize]));
    (narrow(codes), labels)
}

/// Distinct keys that lie far apart; sorted as unsigned numbers, whose sort the aggregates use as well.
fn by_sorting(rows: usize, key: &dyn Fn(usize) -> Option<i64>) -> (Codes, Vec<i64>) {
    const SIGN: u64 = 1 << 63;
    let mut sorted: Vec<u64> = (0..rows).filter_map(key).map(|key| key as u64 ^ SIGN).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let null = sorted.len() as u32;
    let place = |key: i64| sorted.partition_point(|&other| other < key as u64 ^ SIGN) as u32;
    let codes = narrow((0..rows).map(|row| key(row).map_or(null, place)));
    (codes, sorted.into_iter().map(|key| (key ^ SIGN) as i64).collect())
}

fn narrow(codes: impl Iterator<Item = u32>) -> Codes {
    let mut narrow = Codes::default();
    let mut buffer = Vec::with_capacity(4096);
    for code in codes {
        buffer.push(code);
        if buffer.len() == 4096 {
            narrow.extend(&buffer);
            buffer.clear();
        }
    }
    narrow.extend(&buffer);
    narrow
}

/// The mean of two keys of a column, as a number: exact before the one division.
pub fn middle(kind: Kind, low: i64, high: i64) -> f64 {
    match kind {
        Kind::Float => unordered(low) / 2.0 + unordered(high) / 2.0,
        Kind::Decimal { scale } => super::exact(i128::from(low) + i128::from(high), scale) / 2.0,
        _ => super::exact(i128::from(low) + i128::from(high), 0) / 2.0,
    }
}

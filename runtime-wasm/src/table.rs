//! A slice in memory: columns of codes and narrow integers, and their groups once a question has asked for them.

use crate::calendar::{write_day, write_moment};
use crate::distinct::distinct_texts;
use crate::json::nearest;
use crate::plan::{Aggregate, Grain, Key, Kind, Partial, Value};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

mod groups;
mod mask;
mod narrow;
mod values;

pub use groups::{Bins, Groups, middle, truncate};
pub use mask::{Chunk, Mask, chunks};
pub use narrow::{Codes, Integers};

/// Columns of equal length, and what their rows are.
#[derive(Debug)]
pub struct Table {
    /// In the order of the file.
    pub columns: Vec<Column>,
    /// How many rows each has.
    pub rows: usize,
    /// What the rows are.
    pub holds: Holds,
}

/// What a table's rows are.
#[derive(Debug)]
pub enum Holds {
    /// Rows of the author's table, in the columns at these positions of the plan.
    Rows(Vec<usize>),
    /// Groups of such rows: the columns are these dimensions, then these partial aggregates. Columns of the plan at the last
    /// positions have a value in every row.
    Groups(Vec<Key>, Vec<Partial>, Vec<usize>),
}

impl Table {
    /// The column that has the values of a column of the plan, and how fine they are; none if the table lacks it.
    pub fn column(&self, index: usize) -> Option<(&Column, Grain)> {
        let (place, grain) = match &self.holds {
            Holds::Rows(columns) => (columns.iter().position(|&column| column == index)?, Grain::Value),
            Holds::Groups(dimensions, ..) => {
                let place = dimensions.iter().position(|key| key.column == index)?;
                (place, dimensions[place].grain)
            }
        };
        Some((self.columns.get(place)?, grain))
    }

    /// The column with the values of a column of this name.
    pub fn named(&self, name: &str) -> Option<&Column> {
        let values = match &self.holds {
            Holds::Rows(_) => self.columns.len(),
            Holds::Groups(dimensions, ..) => dimensions.len(),
        };
        self.columns.iter().take(values).find(|column| column.name == name)
    }

    /// The column with an aggregate of each group.
    pub fn partial(&self, function: Aggregate, column: Option<usize>) -> Option<&Column> {
        let Holds::Groups(dimensions, partials, complete) = &self.holds else { return None };
        let is_rows = function == Aggregate::Count && column.is_some_and(|column| complete.contains(&column));
        let column = if is_rows { None } else { column };
        let is_it = |partial: &Partial| partial.function == function && partial.column == column;
        self.columns.get(dimensions.len() + partials.iter().position(is_it)?)
    }

    /// Adds the rows of a table with the same columns.
    pub fn append(&mut self, more: Table) -> Result<(), String> {
        for (column, more) in self.columns.iter_mut().zip(more.columns) {
            column.append(more)?;
        }
        self.rows += more.rows;
        Ok(())
    }

    /// Some rows of some of the columns, as a table of its own.
    pub fn part(&self, rows: Range<usize>, columns: &[usize], holds: Holds) -> Table {
        let columns = columns.iter().map(|&column| self.columns[column].part(rows.clone())).collect();
        Table { columns, rows: rows.len(), holds }
    }
}

/// A column: its values, and the groups that were made of them.
#[derive(Debug)]
pub struct Column {
    /// The name in SQL.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// The values.
    pub data: Data,
    groups: Mutex<Vec<(Grain, Arc<Groups>)>>,
    reach: OnceLock<f64>,
}

/// A column's values. Every value has an ordered key: a whole number that sorts as the values do.
#[derive(Debug)]
pub enum Data {
    /// Codes into the distinct values in the order of Unicode code points; null's code is the number of values.
    Text {
        /// The distinct values.
        values: Arc<Vec<String>>,
        /// Each row's place among them.
        codes: Arc<Codes>,
    },
    /// Integers, scaled decimals, days, microseconds, false and true as 0 and 1: each its own key.
    Integers {
        /// Each row's number, anything where it has none.
        values: Integers,
        /// Which rows have one; all if none.
        valid: Option<Mask>,
    },
    /// Floats, none of them NaN or negative zero.
    Floats {
        /// Each row's number, anything where it has none.
        values: Vec<f64>,
        /// Which rows have one; all if none.
        valid: Option<Mask>,
    },
    /// The sketch of each group; none of no values.
    Sketches(Vec<Option<Sketch>>),
}

/// A sketch as it is written.
#[cfg(feature = "sketches")]
pub type Sketch = Arc<[u8]>;
/// There are none in the engine of pages that ask for nothing approximate.
#[cfg(not(feature = "sketches"))]
pub type Sketch = std::convert::Infallible;

/// Keys of some rows, as a step of a question wants them: those of the rows that have a value, with the rows' groups.
#[derive(Debug, Default)]
pub struct Present {
    /// The ordered keys.
    pub keys: Vec<i64>,
    /// The group of each.
    pub ids: Vec<u32>,
    rows: Chunk,
    codes: Vec<u32>,
}

impl Column {
    /// A column without groups yet.
    pub fn new(name: String, kind: Kind, data: Data) -> Column {
        Column { name, kind, data, groups: Mutex::default(), reach: OnceLock::new() }
    }

    /// Adds the rows of a column of the same kind.
    fn append(&mut self, more: Column) -> Result<(), String> {
        let (rows, added) = (self.len(), more.len());
        match (&mut self.data, more.data) {
            (Data::Text { values, codes }, Data::Text { values: more, codes: added }) => {
                append_text(values, codes, &more, &added);
            }
            (Data::Integers { values, valid }, Data::Integers { values: more, valid: some }) => {
                append_valid(valid, some.as_ref(), rows, added);
                values.append(&more);
            }
            (Data::Floats { values, valid }, Data::Floats { values: more, valid: some }) => {
                append_valid(valid, some.as_ref(), rows, added);
                values.extend(more);
            }
            (Data::Sketches(sketches), Data::Sketches(more)) => sketches.extend(more),
            _ => return Err(format!("column `{}` changes its kind", self.name)),
        }
        self.groups = Mutex::default();
        self.reach = OnceLock::new();
        Ok(())
    }

    /// Some of its rows, as a column of its own.
    pub fn part(&self, rows: Range<usize>) -> Column {
        let some = |valid: &Option<Mask>| valid.as_ref().map(|valid| valid.part(rows.clone()));
        let data = match &self.data {
            Data::Text { values, codes } => {
                Data::Text { values: values.clone(), codes: Arc::new(codes.part(rows.clone())) }
            }
            Data::Integers { values, valid } => {
                Data::Integers { values: values.part(rows.clone()), valid: some(valid) }
            }
            Data::Floats { values, valid } => {
                Data::Floats { values: values[rows.clone()].to_vec(), valid: some(valid) }
            }
            Data::Sketches(sketches) => Data::Sketches(sketches[rows.clone()].to_vec()),
        };
        Column::new(self.name.clone(), self.kind, data)
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Text { codes, .. } => codes.len(),
            Data::Integers { values, .. } => values.len(),
            Data::Floats { values, .. } => values.len(),
            Data::Sketches(sketches) => sketches.len(),
        }
    }

    /// True if it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ordered key of a row's value; none for null.
    pub fn key(&self, row: usize) -> Option<i64> {
        let present = |valid: &Option<Mask>| valid.as_ref().is_none_or(|valid| valid.get(row));
        match &self.data {
            Data::Text { values, codes } => {
                let code = codes.get(row);
                ((code as usize) < values.len()).then_some(i64::from(code))
            }
            Data::Integers { values, valid } => present(valid).then(|| values.get(row)),
            Data::Floats { values, valid } => present(valid).then(|| ordered(values[row])),
            // They have no order.
            Data::Sketches(_) => None,
        }
    }

    /// The value of an ordered key.
    pub fn value(&self, key: i64) -> Value {
        match &self.data {
            Data::Text { values, .. } => {
                let text = usize::try_from(key).ok().and_then(|code| values.get(code));
                text.map_or(Value::Null, |text| Value::Text(text.clone()))
            }
            _ => value(self.kind, key),
        }
    }

    /// No sum of its whole numbers is further from zero, as they are stored; infinite for others.
    pub fn reach(&self) -> f64 {
        *self.reach.get_or_init(|| match &self.data {
            // What rounding loses is less than the last bit that counts.
            Data::Integers { values, .. } => values.reach() * (1.0 + f64::EPSILON * self.len() as f64),
            _ => f64::INFINITY,
        })
    }

    /// Which rows have a value whose ordered key lies between two, both ends in.
    pub fn within(&self, low: i64, high: i64) -> Mask {
        let (mut mask, valid) = match &self.data {
            Data::Text { .. } | Data::Sketches(_) => {
                return Mask::of(self.len(), |row| self.key(row).is_some_and(|key| (low..=high).contains(&key)));
            }
            Data::Integers { values, valid } => (values.within(low, high), valid),
            Data::Floats { values, valid } => {
                (Mask::of(values.len(), |row| (low..=high).contains(&ordered(values[row]))), valid)
            }
        };
        if let Some(valid) = valid {
            mask.and(valid);
        }
        mask
    }

    /// Collects the keys of those rows that have a value, and their groups.
    pub fn present(&self, rows: &Chunk, ids: &[u32], out: &mut Present) {
        out.keys.clear();
        match &self.data {
            Data::Text { values, codes } => {
                codes.gather(rows, &mut out.codes);
                let with_value = |&(&code, _): &(&u32, &u32)| (code as usize) < values.len();
                let pairs = || out.codes.iter().zip(ids).filter(with_value);
                out.keys.extend(pairs().map(|(&code, _)| i64::from(code)));
                out.ids.clear();
                out.ids.extend(pairs().map(|(_, &id)| id));
            }
            Data::Integers { values, valid } => {
                let rows = keep_valid(valid.as_ref(), rows, ids, &mut out.rows, &mut out.ids);
                values.gather(rows, &mut out.keys);
            }
            Data::Floats { values, valid } => {
                let rows = keep_valid(valid.as_ref(), rows, ids, &mut out.rows, &mut out.ids);
                out.keys.extend(rows.rows().map(|row| ordered(values[row as usize])));
            }
            Data::Sketches(_) => out.ids.clear(),
        }
    }

    /// The numbers of a column that counts.
    pub fn counts(&self) -> Option<&Integers> {
        match &self.data {
            Data::Integers { values, valid: None } => Some(values),
            _ => None,
        }
    }

    /// The column's groups at a grain, made when first asked for.
    pub fn groups(&self, grain: Grain) -> Result<Arc<Groups>, String> {
        let mut made = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, groups)) = made.iter().find(|(of, _)| *of == grain) {
            return Ok(groups.clone());
        }
        let groups = Arc::new(groups::groups(self, grain)?);
        made.push((grain, groups.clone()));
        Ok(groups)
    }

    /// True if it has been asked for these groups.
    pub fn has_groups(&self, grain: Grain) -> bool {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(of, _)| *of == grain)
    }
}

fn keep_valid<'a>(
    valid: Option<&Mask>,
    rows: &'a Chunk,
    ids: &[u32],
    kept: &'a mut Chunk,
    kept_ids: &mut Vec<u32>,
) -> &'a Chunk {
    kept_ids.clear();
    let Some(valid) = valid else {
        kept_ids.extend_from_slice(ids);
        return rows;
    };
    let present = || rows.rows().zip(ids).filter(|(row, _)| valid.get(*row as usize));
    kept.list(present().map(|(row, _)| row));
    kept_ids.extend(present().map(|(_, &id)| id));
    kept
}

/// Adds text; codes stay in the order of all values.
fn append_text(values: &mut Arc<Vec<String>>, codes: &mut Arc<Codes>, more: &[String], added: &Codes) {
    let codes = Arc::make_mut(codes);
    let all = distinct_texts(values.iter().chain(more).map(String::as_str).collect());
    let places = |of: &[String]| -> Vec<u32> {
        let place = |text: &String| all.partition_point(|other| *other < text.as_str()) as u32;
        of.iter().map(place).chain([all.len() as u32]).collect()
    };
    if all.len() != values.len() {
        *codes = codes.map(&places(values));
    }
    codes.append(&added.map(&places(more)));
    *values = Arc::new(all.into_iter().map(str::to_owned).collect());
}

/// Adds which rows have a value; no mask stands for all.
fn append_valid(valid: &mut Option<Mask>, more: Option<&Mask>, rows: usize, added: usize) {
    if valid.is_none() && more.is_none() {
        return;
    }
    let mask = valid.get_or_insert_with(|| {
        let mut all = Mask::default();
        all.fill(rows);
        all
    });
    match more {
        Some(more) => mask.extend((0..added).map(|row| more.get(row))),
        None => mask.fill(added),
    }
}

/// The value of a key that is not text's.
fn value(kind: Kind, key: i64) -> Value {
    match kind {
        Kind::Boolean => Value::Boolean(key != 0),
        Kind::Date => Value::Text(write_day(key)),
        Kind::Timestamp => Value::Text(write_moment(key)),
        _ => Value::Number(number(kind, key)),
    }
}

/// The number of a key that is not text's.
pub fn number(kind: Kind, key: i64) -> f64 {
    match kind {
        Kind::Float => unordered(key),
        Kind::Decimal { scale } => exact(i128::from(key), scale),
        _ => key as f64,
    }
}

/// The number nearest to `whole / 10^scale`.
pub fn exact(whole: i128, scale: u8) -> f64 {
    const EXACT: u128 = 1 << 53;
    if whole.unsigned_abs() <= EXACT && scale <= 15 {
        return whole as f64 / 10i64.pow(u32::from(scale)) as f64;
    }
    nearest(&format!("{whole}e-{scale}"))
}

/// A float as a whole number that sorts like it.
pub fn ordered(float: f64) -> i64 {
    flip(float.to_bits() as i64)
}

/// The float of an ordered key.
pub fn unordered(key: i64) -> f64 {
    f64::from_bits(flip(key) as u64)
}

/// Turns the order of negative floats round, as `f64::total_cmp` does; its own inverse.
fn flip(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn decimals_are_the_nearest_floats() {
        let mut whole: i128 = 1;
        for step in 0..100_000u32 {
            whole = whole.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (number, scale) = (whole >> (step % 120), (step % 39) as u8);
            assert_eq!(format!("{number}e-{scale}").parse(), Ok(exact(number, scale)), "{number}e-{scale}");
        }
    }
}

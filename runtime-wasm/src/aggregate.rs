//! Aggregates of a column for each group at once: exact sums of whole numbers, sums of floats in the slice's order.

use crate::plan::{Aggregate, Kind, Value};
use crate::table::{Column, Groups, Holds, Present, Table, exact, middle, unordered};
use std::sync::Arc;

/// An aggregate that a measure names: of a table's rows, or put together from the partial aggregates of its groups.
pub struct Leaf<'a> {
    value: Accumulator<'a>,
    /// What a mean of partial sums is divided by.
    count: Option<Accumulator<'a>>,
}

impl<'a> Leaf<'a> {
    /// An aggregate that has seen nothing.
    pub fn new(table: &'a Table, function: Aggregate, column: Option<usize>) -> Result<Leaf<'a>, String> {
        if let Holds::Rows(_) = table.holds {
            let read = |column| table.column(column).map(|(column, _)| column).ok_or("the slice lacks a column");
            let column = column.map(read).transpose()?;
            return Ok(Leaf { value: Accumulator::new(function, column)?, count: None });
        }
        let partial = |function| {
            let found = table.partial(function, column);
            // A column without a count of its own has a value in every row.
            let found =
                if function == Aggregate::Count { found.or_else(|| table.partial(function, None)) } else { found };
            Accumulator::weighted(function, found.ok_or("the slice lacks an aggregate")?)
        };
        if function == Aggregate::Mean {
            return Ok(Leaf { value: partial(Aggregate::Sum)?, count: Some(partial(Aggregate::Count)?) });
        }
        Ok(Leaf { value: partial(function)?, count: None })
    }

    /// Takes in rows, each of a group below `groups`.
    pub fn add(&mut self, rows: &[u32], ids: &[u32], groups: usize) {
        self.value.add(rows, ids, groups);
        if let Some(count) = &mut self.count {
            count.add(rows, ids, groups);
        }
    }

    /// Takes the groups for cells of `groups` each and sums them up from cell to cell; none for what cannot be subtracted.
    pub fn sums(self, groups: usize, all: usize) -> Option<Sums> {
        let count = match self.count {
            Some(count) => Some(count.cumulated(groups, all)?),
            None => None,
        };
        Some(Sums { value: self.value.cumulated(groups, all)?, count })
    }

    /// The aggregate of each of these groups.
    pub fn finish(self, ids: &[u32], groups: usize) -> Vec<Value> {
        let values = self.value.finish(ids, groups);
        let Some(count) = self.count else { return values };
        values.into_iter().zip(count.finish(ids, groups)).map(|(sum, count)| quotient(&sum, &count)).collect()
    }
}

/// An aggregate of each group of cells, summed up from the first cell on: that of any range of cells is one subtraction.
#[derive(Debug)]
pub struct Sums {
    value: Cumulated,
    count: Option<Cumulated>,
}

impl Sums {
    /// The aggregate of a group over the cells after `before` up to `last`, both as places in the sums.
    pub fn between(&self, before: Option<usize>, last: usize) -> Value {
        let value = self.value.between(before, last);
        match &self.count {
            None => value,
            Some(count) => quotient(&value, &count.between(before, last)),
        }
    }
}

#[derive(Debug)]
enum Cumulated {
    Count(Vec<u64>),
    Whole(Vec<(i128, u32)>, Kind, bool),
    /// The sum, what its rounding lost, and the count.
    Float(Vec<(f64, f64, u32)>, bool),
}

impl Cumulated {
    fn between(&self, before: Option<usize>, last: usize) -> Value {
        match self {
            Cumulated::Count(sums) => Value::Number((sums[last] - before.map_or(0, |place| sums[place])) as f64),
            Cumulated::Whole(sums, kind, mean) => {
                let (start, end) = (before.map_or((0, 0), |place| sums[place]), sums[last]);
                whole((end.0 - start.0, end.1 - start.1), *kind, *mean)
            }
            Cumulated::Float(sums, mean) => {
                let (start, end) = (before.map_or((0.0, 0.0, 0), |place| sums[place]), sums[last]);
                let (high, low) = two_sum(end.0, -start.0);
                float((high + (low + (end.1 - start.1)), end.2 - start.2), *mean)
            }
        }
    }
}

/// A sum, and what its rounding lost (Knuth, The Art of Computer Programming 2, 4.2.2).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// Adds to each cell's groups those of the cell before.
fn cumulate<T: Copy>(cells: &mut [T], groups: usize, add: impl Fn(T, T) -> T) {
    for place in groups..cells.len() {
        cells[place] = add(cells[place - groups], cells[place]);
    }
}

/// What an aggregate knows of each group, rows after rows.
struct Accumulator<'a> {
    function: Aggregate,
    column: Option<&'a Column>,
    /// True if the column has counts, which add up.
    weighted: bool,
    state: State,
    present: Present,
}

enum State {
    Count(Vec<u64>),
    Whole(Vec<(i128, u32)>),
    Float(Vec<(f64, u32)>),
    Extreme(Vec<Option<i64>>),
    Values(Pairs),
}

impl<'a> Accumulator<'a> {
    /// An aggregate that has seen nothing, over a column of a kind that it can take.
    fn new(function: Aggregate, column: Option<&'a Column>) -> Result<Accumulator<'a>, String> {
        let state = match (function, column) {
            (Aggregate::Count, _) => State::Count(Vec::new()),
            (_, None) => return Err("only a count can do without a column".to_owned()),
            (Aggregate::Min | Aggregate::Max, Some(_)) => State::Extreme(Vec::new()),
            (Aggregate::CountDistinct, Some(column)) => State::Values(Pairs::new(column)?),
            (_, Some(column)) if !column.kind.is_number() => {
                return Err(format!("column `{}` holds no numbers to add up", column.name));
            }
            (Aggregate::Median, Some(column)) => State::Values(Pairs::new(column)?),
            (_, Some(Column { kind: Kind::Float, .. })) => State::Float(Vec::new()),
            _ => State::Whole(Vec::new()),
        };
        Ok(Accumulator { function, column, weighted: false, state, present: Present::default() })
    }

    /// An aggregate of partial aggregates, which counts nothing itself.
    fn weighted(function: Aggregate, column: &'a Column) -> Result<Accumulator<'a>, String> {
        let state = match (function, column.kind) {
            (Aggregate::Count | Aggregate::CountDistinct, _) => State::Count(Vec::new()),
            (Aggregate::Min | Aggregate::Max, _) => State::Extreme(Vec::new()),
            (Aggregate::Sum, Kind::Float) => State::Float(Vec::new()),
            (Aggregate::Sum, _) => State::Whole(Vec::new()),
            _ => return Err(format!("`{}` cannot be put together from parts", function.call(&column.name))),
        };
        Ok(Accumulator { function, column: Some(column), weighted: true, state, present: Present::default() })
    }

    /// Takes in rows, each of a group below `groups`.
    fn add(&mut self, rows: &[u32], ids: &[u32], groups: usize) {
        if let State::Values(pairs) = &mut self.state {
            return pairs.add(rows, ids);
        }
        self.grow(groups);
        let Some(column) = self.column else { return self.count(ids) };
        column.present(rows, ids, &mut self.present);
        self.merge();
    }

    /// The aggregate of each of these groups.
    fn finish(mut self, ids: &[u32], groups: usize) -> Vec<Value> {
        self.grow(groups);
        let (function, column) = (self.function, self.column);
        let kind = column.map_or(Kind::Integer, |column| column.kind);
        let mean = function == Aggregate::Mean;
        let each = |value: &dyn Fn(usize) -> Value| ids.iter().map(|&id| value(id as usize)).collect();
        match self.state {
            State::Count(counts) => each(&|id| Value::Number(counts[id] as f64)),
            State::Whole(sums) => each(&|id| whole(sums[id], kind, mean)),
            State::Float(sums) => each(&|id| float(sums[id], mean)),
            State::Extreme(keys) => {
                each(&|id| keys[id].zip(column).map_or(Value::Null, |(key, column)| column.value(key)))
            }
            State::Values(pairs) if function == Aggregate::CountDistinct => {
                let counts = pairs.distinct(groups);
                each(&|id| Value::Number(counts[id]))
            }
            State::Values(pairs) => {
                let medians = pairs.medians(groups, kind);
                each(&|id| medians[id].map_or(Value::Null, finite))
            }
        }
    }

    fn cumulated(mut self, groups: usize, all: usize) -> Option<Cumulated> {
        self.grow(all);
        let mean = self.function == Aggregate::Mean;
        let kind = self.column.map_or(Kind::Integer, |column| column.kind);
        match self.state {
            State::Count(mut counts) => {
                cumulate(&mut counts, groups, |before, own| before + own);
                Some(Cumulated::Count(counts))
            }
            State::Whole(mut sums) => {
                cumulate(&mut sums, groups, |before, own| (before.0 + own.0, before.1 + own.1));
                Some(Cumulated::Whole(sums, kind, mean))
            }
            State::Float(sums) => {
                let mut sums: Vec<_> = sums.into_iter().map(|(sum, count)| (sum, 0.0, count)).collect();
                cumulate(&mut sums, groups, |before: (f64, f64, u32), own| {
                    let (high, low) = two_sum(before.0, own.0);
                    (high, before.1 + low, before.2 + own.2)
                });
                Some(Cumulated::Float(sums, mean))
            }
            State::Extreme(_) | State::Values(_) => None,
        }
    }

    fn count(&mut self, ids: &[u32]) {
        if let State::Count(counts) = &mut self.state {
            ids.iter().for_each(|&id| counts[id as usize] += 1);
        }
    }

    fn merge(&mut self) {
        let least = self.function == Aggregate::Min;
        let pairs = self.present.ids.iter().map(|&id| id as usize).zip(self.present.keys.iter().copied());
        match &mut self.state {
            State::Count(counts) if self.weighted => pairs.for_each(|(id, key)| counts[id] += key as u64),
            State::Count(counts) => pairs.for_each(|(id, _)| counts[id] += 1),
            State::Whole(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += i128::from(key);
                sums[id].1 += 1;
            }),
            State::Float(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += unordered(key);
                sums[id].1 += 1;
            }),
            State::Extreme(keys) => pairs.for_each(|(id, key)| {
                let best = keys[id].map_or(key, |best| if least { best.min(key) } else { best.max(key) });
                keys[id] = Some(best);
            }),
            State::Values(_) => {}
        }
    }

    fn grow(&mut self, groups: usize) {
        match &mut self.state {
            State::Count(counts) => counts.resize(groups, 0),
            State::Whole(sums) => sums.resize(groups, (0, 0)),
            State::Float(sums) => sums.resize(groups, (0.0, 0)),
            State::Extreme(keys) => keys.resize(groups, None),
            State::Values(_) => {}
        }
    }
}

/// A number as a value; what JSON cannot write is null.
pub fn finite(number: f64) -> Value {
    if number.is_finite() { Value::Number(number) } else { Value::Null }
}

/// The mean of a sum and its count; null where there is nothing to divide.
fn quotient(sum: &Value, count: &Value) -> Value {
    match (sum, count) {
        (Value::Number(sum), Value::Number(count)) => finite(sum / count),
        _ => Value::Null,
    }
}

fn whole((sum, count): (i128, u32), kind: Kind, mean: bool) -> Value {
    let scale = if let Kind::Decimal { scale } = kind { scale } else { 0 };
    match (count, mean) {
        (0, _) => Value::Null,
        (count, true) => finite(exact(sum, scale) / f64::from(count)),
        (_, false) => finite(exact(sum, scale)),
    }
}

fn float((sum, count): (f64, u32), mean: bool) -> Value {
    match (count, mean) {
        (0, _) => Value::Null,
        (count, true) => finite(sum / f64::from(count)),
        (_, false) => finite(sum),
    }
}

/// Which values occur in which groups, as pairs of group and code.
struct Pairs {
    values: Arc<Groups>,
    pairs: Vec<u64>,
    codes: Vec<u32>,
}

impl Pairs {
    fn new(column: &Column) -> Result<Pairs, String> {
        let values = column.groups(crate::plan::Grain::Value)?;
        Ok(Pairs { values, pairs: Vec::new(), codes: Vec::new() })
    }

    fn add(&mut self, rows: &[u32], ids: &[u32]) {
        let null = self.values.null();
        self.values.codes.gather(rows, &mut self.codes);
        let pairs = ids.iter().zip(&self.codes).filter(|(_, code)| **code != null);
        self.pairs.extend(pairs.map(|(&id, &code)| u64::from(id) << 32 | u64::from(code)));
    }

    fn distinct(mut self, groups: usize) -> Vec<f64> {
        const MOST_BITS: usize = 1 << 26;
        let mut counts = vec![0.0; groups];
        let codes = self.values.len();
        if groups.saturating_mul(codes) > MOST_BITS {
            self.pairs.sort_unstable();
            self.pairs.dedup();
            self.pairs.iter().for_each(|pair| counts[(pair >> 32) as usize] += 1.0);
            return counts;
        }
        let mut seen = crate::table::Mask::none(groups * codes);
        for pair in &self.pairs {
            let (group, code) = ((pair >> 32) as usize, (pair & 0xffff_ffff) as usize);
            if !seen.get(group * codes + code) {
                seen.set(group * codes + code);
                counts[group] += 1.0;
            }
        }
        counts
    }

    fn medians(mut self, groups: usize, kind: Kind) -> Vec<Option<f64>> {
        self.pairs.sort_unstable();
        let mut medians = vec![None; groups];
        for group in self.pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
            let key = |place: usize| self.values.key((group[place] & 0xffff_ffff) as u32).unwrap_or(0);
            let (low, high) = (key((group.len() - 1) / 2), key(group.len() / 2));
            medians[(group[0] >> 32) as usize] = Some(middle(kind, low, high));
        }
        medians
    }
}

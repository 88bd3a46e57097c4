//! Aggregates of a column for each group at once: exact sums of whole numbers, sums of floats in the slice's order.

use crate::plan::{Aggregate, Kind, Value};
use crate::table::{Chunk, Column, Groups, Holds, Present, Table, exact, middle, unordered};
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
    pub fn add(&mut self, rows: &Chunk, ids: &[u32], groups: usize) {
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
    /// Counts that are summed up already.
    pub fn of_counts(counts: &[u32]) -> Sums {
        Sums { value: Cumulated::Count(counts.iter().map(|&count| f64::from(count)).collect()), count: None }
    }

    /// The aggregate over the cells after `before` up to `last`, both as places in the sums.
    pub fn between(&self, before: Option<usize>, last: usize) -> Value {
        finite(self.number(before, last))
    }

    /// The aggregates of some groups over the cells after `before` up to `last`, both as places of the first group; what is
    /// null is NaN.
    pub fn numbers(&self, before: Option<usize>, last: usize, groups: &[u32], out: &mut Vec<f64>) {
        let groups = groups.iter().map(|&group| group as usize);
        match (&self.value, &self.count, before) {
            (Cumulated::Count(sums), None, Some(before)) => {
                out.extend(groups.map(|group| sums[last + group] - sums[before + group]));
            }
            _ => out.extend(groups.map(|group| self.number(before.map(|before| before + group), last + group))),
        }
    }

    fn number(&self, before: Option<usize>, last: usize) -> f64 {
        let value = self.value.between(before, last);
        let value = self.count.as_ref().map_or(value, |count| value / count.between(before, last));
        if value.is_finite() { value } else { f64::NAN }
    }
}

#[derive(Debug)]
enum Cumulated {
    Count(Vec<f64>),
    /// The sum, whole and exact, and the count.
    Exact(Vec<(f64, u32)>, Kind, bool),
    Whole(Vec<(i128, u32)>, Kind, bool),
    /// The sum, what its rounding lost, and the count.
    Float(Vec<(f64, f64, u32)>, bool),
}

impl Cumulated {
    /// NaN where there is no value.
    fn between(&self, before: Option<usize>, last: usize) -> f64 {
        match self {
            Cumulated::Count(sums) => sums[last] - before.map_or(0.0, |place| sums[place]),
            Cumulated::Exact(sums, kind, mean) => {
                let (start, end) = (before.map_or((0.0, 0), |place| sums[place]), sums[last]);
                mean_or_sum((end.0 - start.0) / units(*kind), end.1 - start.1, *mean)
            }
            Cumulated::Whole(sums, kind, mean) => {
                let (start, end) = (before.map_or((0, 0), |place| sums[place]), sums[last]);
                mean_or_sum(exact(end.0 - start.0, scale(*kind)), end.1 - start.1, *mean)
            }
            Cumulated::Float(sums, mean) => {
                let (start, end) = (before.map_or((0.0, 0.0, 0), |place| sums[place]), sums[last]);
                let (high, low) = two_sum(end.0, -start.0);
                mean_or_sum(high + (low + (end.1 - start.1)), end.2 - start.2, *mean)
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
    /// Whole numbers whose sum a float holds exactly, whatever they are.
    Exact(Vec<(f64, u32)>),
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
            (_, Some(column)) => State::sum(column),
        };
        Ok(Accumulator { function, column, weighted: false, state, present: Present::default() })
    }

    /// An aggregate of partial aggregates, which counts nothing itself.
    fn weighted(function: Aggregate, column: &'a Column) -> Result<Accumulator<'a>, String> {
        let state = match (function, column.kind) {
            (Aggregate::Count | Aggregate::CountDistinct, _) => State::Count(Vec::new()),
            (Aggregate::Min | Aggregate::Max, _) => State::Extreme(Vec::new()),
            (Aggregate::Sum, _) => State::sum(column),
            _ => return Err(format!("`{}` cannot be put together from parts", function.call(&column.name))),
        };
        Ok(Accumulator { function, column: Some(column), weighted: true, state, present: Present::default() })
    }

    /// Takes in rows, each of a group below `groups`.
    fn add(&mut self, rows: &Chunk, ids: &[u32], groups: usize) {
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
            State::Exact(sums) => each(&|id| finite(mean_or_sum(sums[id].0 / units(kind), sums[id].1, mean))),
            State::Whole(sums) => each(&|id| finite(mean_or_sum(exact(sums[id].0, scale(kind)), sums[id].1, mean))),
            State::Float(sums) => each(&|id| finite(mean_or_sum(sums[id].0, sums[id].1, mean))),
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
                Some(Cumulated::Count(counts.into_iter().map(|count| count as f64).collect()))
            }
            State::Exact(mut sums) => {
                cumulate(&mut sums, groups, |before, own| (before.0 + own.0, before.1 + own.1));
                Some(Cumulated::Exact(sums, kind, mean))
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
            State::Exact(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += key as f64;
                sums[id].1 += 1;
            }),
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
            State::Exact(sums) | State::Float(sums) => sums.resize(groups, (0.0, 0)),
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

fn mean_or_sum(sum: f64, count: u32, mean: bool) -> f64 {
    match (count, mean) {
        (0, _) => f64::NAN,
        (count, true) => sum / f64::from(count),
        (_, false) => sum,
    }
}

fn scale(kind: Kind) -> u8 {
    if let Kind::Decimal { scale } = kind { scale } else { 0 }
}

/// How many units of a decimal make one.
fn units(kind: Kind) -> f64 {
    10i64.pow(u32::from(scale(kind))) as f64
}

impl State {
    /// What adds up a column of numbers.
    fn sum(column: &Column) -> State {
        const EXACT: f64 = (1u64 << 53) as f64;
        match column.kind {
            Kind::Float => State::Float(Vec::new()),
            kind if scale(kind) <= 15 && column.reach() < EXACT => State::Exact(Vec::new()),
            _ => State::Whole(Vec::new()),
        }
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

    fn add(&mut self, rows: &Chunk, ids: &[u32]) {
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

//! Aggregates of a column for each group at once: exact sums of whole numbers, sums of floats in the slice's order.

use crate::plan::{Aggregate, Kind, Value, share};
use crate::table::{Chunk, Column, Holds, Present, Table, number};
use pairs::Pairs;
use sketches::Sketches;
pub use sums::Sums;
use tally::Tally;

mod pairs;
#[cfg(feature = "sketches")]
mod sketches;
#[cfg(not(feature = "sketches"))]
#[path = "aggregate/without_sketches.rs"]
mod sketches;
mod sums;
mod tally;

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
            let (column, by) = (column.map(read).transpose()?, function.compared().map(read).transpose()?);
            return Ok(Leaf { value: Accumulator::new(function, column, by)?, count: None });
        }
        if let Some(sketch) = function.sketch() {
            let state = State::Sketches(Sketches::of_groups(function, partial(table, sketch, column)?)?);
            return Ok(Leaf { value: Accumulator::with(function, None, state), count: None });
        }
        let partial = |function| Accumulator::weighted(function, partial(table, function, column)?);
        if let Aggregate::Variance { .. } | Aggregate::StandardDeviation { .. } = function {
            return Ok(Leaf { value: Accumulator::of_moments(table, function, column)?, count: None });
        }
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

    /// The aggregate of each of these groups.
    pub fn finish(self, ids: &[u32], groups: usize) -> Result<Vec<Value>, String> {
        let values = self.value.finish(ids, groups)?;
        let Some(count) = self.count else { return Ok(values) };
        let counts = count.finish(ids, groups)?;
        Ok(values.into_iter().zip(counts).map(|(sum, count)| quotient(&sum, &count)).collect())
    }
}

/// The column of a partial aggregate.
fn partial(table: &Table, function: Aggregate, column: Option<usize>) -> Result<&Column, String> {
    table.partial(function, column).ok_or_else(|| "the slice lacks an aggregate".to_owned())
}

/// How many numbers there are, their mean, and the sum of the squares of their distances from it (Chan, Golub and LeVeque,
/// Updating formulae and a pairwise algorithm for computing sample variances, 1979).
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn of(number: f64) -> Moments {
        Moments { count: 1.0, mean: number, squares: 0.0 }
    }

    fn add(&mut self, more: &Moments) {
        if more.count == 0.0 {
            return;
        }
        let count = self.count + more.count;
        let distance = more.mean - self.mean;
        self.mean += distance * more.count / count;
        self.squares += more.squares + distance * distance * self.count * more.count / count;
        self.count = count;
    }

    fn value(&self, function: Aggregate) -> Value {
        let of = |population: bool| self.squares / (self.count - if population { 0.0 } else { 1.0 });
        match function {
            // A sample of one tells nothing.
            _ if self.count == 0.0 => Value::Null,
            Aggregate::Variance { population } => finite(of(population)),
            Aggregate::StandardDeviation { population } => finite(of(population).sqrt()),
            _ => finite(self.mean),
        }
    }
}

/// What an aggregate knows of each group, rows after rows.
struct Accumulator<'a> {
    function: Aggregate,
    column: Option<&'a Column>,
    /// True if the column has counts, which add up.
    weighted: bool,
    state: State<'a>,
    present: Present,
}

enum State<'a> {
    Tally(Tally),
    Moments(Vec<Moments>),
    /// Of groups, with the columns of their counts and sums.
    MomentsOfGroups(Vec<Moments>, &'a Column, &'a Column),
    Extreme(Vec<Option<i64>>),
    /// The best key so far of the column that is compared, and that of the value in its row.
    Picked(Vec<Option<(i64, i64)>>, &'a Column),
    Values(Pairs),
    Sketches(Sketches<'a>),
}

impl<'a> Accumulator<'a> {
    /// An aggregate that has seen nothing, over a column of a kind that it can take.
    fn new(function: Aggregate, column: Option<&'a Column>, by: Option<&'a Column>) -> Result<Accumulator<'a>, String> {
        let state = match (function, column) {
            (Aggregate::Count, _) => State::Tally(Tally::Count(Vec::new())),
            (_, None) => return Err("only a count can do without a column".to_owned()),
            (Aggregate::Min | Aggregate::Max, Some(_)) => State::Extreme(Vec::new()),
            (Aggregate::ArgMin { .. } | Aggregate::ArgMax { .. }, Some(_)) => {
                State::Picked(Vec::new(), by.ok_or("nothing to compare")?)
            }
            (Aggregate::CountDistinct, Some(column)) => State::Values(Pairs::new(column)?),
            (Aggregate::ApproxCountDistinct, Some(column)) => State::Sketches(Sketches::of_rows(function, column)?),
            (_, Some(column)) if !column.kind.is_number() => {
                return Err(format!("column `{}` holds no numbers to add up", column.name));
            }
            (Aggregate::Median | Aggregate::Quantile { .. }, Some(column)) => State::Values(Pairs::new(column)?),
            (Aggregate::ApproxQuantile { .. }, Some(column)) => State::Sketches(Sketches::of_rows(function, column)?),
            (Aggregate::Variance { .. } | Aggregate::StandardDeviation { .. }, Some(_)) => State::Moments(Vec::new()),
            (_, Some(column)) => State::Tally(Tally::sum(column)),
        };
        Ok(Accumulator::with(function, column, state))
    }

    fn with(function: Aggregate, column: Option<&'a Column>, state: State<'a>) -> Accumulator<'a> {
        Accumulator { function, column, weighted: false, state, present: Present::default() }
    }

    /// An aggregate of partial aggregates, which counts nothing itself.
    fn weighted(function: Aggregate, column: &'a Column) -> Result<Accumulator<'a>, String> {
        let state = match (function, column.kind) {
            (Aggregate::Count | Aggregate::CountDistinct, _) => State::Tally(Tally::Count(Vec::new())),
            (Aggregate::Min | Aggregate::Max, _) => State::Extreme(Vec::new()),
            (Aggregate::Sum, _) => State::Tally(Tally::sum(column)),
            _ => return Err(format!("`{}` cannot be put together from parts", function.call(&column.name))),
        };
        Ok(Accumulator { function, column: Some(column), weighted: true, state, present: Present::default() })
    }

    /// A variance or standard deviation of groups that have theirs.
    fn of_moments(table: &'a Table, function: Aggregate, column: Option<usize>) -> Result<Accumulator<'a>, String> {
        let variance = partial(table, Aggregate::Variance { population: true }, column)?;
        let (count, sum) = (partial(table, Aggregate::Count, column)?, partial(table, Aggregate::Sum, column)?);
        let state = State::MomentsOfGroups(Vec::new(), count, sum);
        Ok(Accumulator { function, column: Some(variance), weighted: true, state, present: Present::default() })
    }

    /// Takes in rows, each of a group below `groups`.
    fn add(&mut self, rows: &Chunk, ids: &[u32], groups: usize) {
        match &mut self.state {
            State::Values(pairs) => return pairs.add(rows, ids),
            State::Sketches(sketches) => return sketches.add(rows, ids, groups),
            _ => {}
        }
        self.grow(groups);
        let Some(column) = self.column else { return self.count(ids) };
        let rows_of_groups = rows.rows().map(|row| row as usize).zip(ids.iter().map(|&id| id as usize));
        match &mut self.state {
            State::MomentsOfGroups(moments, counts, sums) => {
                let number = |column: &Column, row: usize| column.key(row).map(|key| number(column.kind, key));
                for (row, id) in rows_of_groups {
                    let found = number(counts, row).zip(number(sums, row)).zip(number(column, row));
                    let Some(((count, sum), variance)) = found.filter(|((count, _), _)| *count > 0.0) else { continue };
                    moments[id].add(&Moments { count, mean: sum / count, squares: variance * count });
                }
            }
            State::Picked(best, by) => {
                let least = matches!(self.function, Aggregate::ArgMin { .. });
                for (row, id) in rows_of_groups {
                    let Some(found) = by.key(row).zip(column.key(row)) else { continue };
                    let is_better = best[id].is_none_or(|best| if least { found < best } else { found > best });
                    if is_better {
                        best[id] = Some(found);
                    }
                }
            }
            _ => {
                column.present(rows, ids, &mut self.present);
                self.merge();
            }
        }
    }

    /// The aggregate of each of these groups.
    fn finish(mut self, ids: &[u32], groups: usize) -> Result<Vec<Value>, String> {
        self.grow(groups);
        let (function, column) = (self.function, self.column);
        let kind = column.map_or(Kind::Integer, |column| column.kind);
        let mean = function == Aggregate::Mean;
        let each = |value: &dyn Fn(usize) -> Value| ids.iter().map(|&id| value(id as usize)).collect();
        Ok(match self.state {
            State::Tally(tally) => each(&|id| finite(tally.number(id, kind, mean))),
            State::Extreme(keys) => {
                each(&|id| keys[id].zip(column).map_or(Value::Null, |(key, column)| column.value(key)))
            }
            State::Values(pairs) if function == Aggregate::CountDistinct => {
                let counts = pairs.distinct(groups);
                each(&|id| Value::Number(counts[id]))
            }
            State::Values(pairs) => {
                let below = if let Aggregate::Quantile { millionths } = function { share(millionths) } else { 0.5 };
                let quantiles = pairs.quantiles(groups, kind, below);
                each(&|id| quantiles[id].map_or(Value::Null, finite))
            }
            State::Sketches(sketches) => {
                let values = sketches.values(groups)?;
                each(&|id| values[id].clone())
            }
            State::Moments(moments) | State::MomentsOfGroups(moments, ..) => each(&|id| moments[id].value(function)),
            State::Picked(best, _) => {
                each(&|id| best[id].zip(column).map_or(Value::Null, |((_, key), column)| column.value(key)))
            }
        })
    }

    fn count(&mut self, ids: &[u32]) {
        if let State::Tally(Tally::Count(counts)) = &mut self.state {
            ids.iter().for_each(|&id| counts[id as usize] += 1);
        }
    }

    fn merge(&mut self) {
        let least = self.function == Aggregate::Min;
        let pairs = self.present.ids.iter().map(|&id| id as usize).zip(self.present.keys.iter().copied());
        match &mut self.state {
            State::Tally(tally) => tally.add(pairs, self.weighted),
            State::Moments(moments) => {
                let kind = self.column.map_or(Kind::Integer, |column| column.kind);
                pairs.for_each(|(id, key)| moments[id].add(&Moments::of(number(kind, key))));
            }
            State::Extreme(keys) => pairs.for_each(|(id, key)| {
                let best = keys[id].map_or(key, |best| if least { best.min(key) } else { best.max(key) });
                keys[id] = Some(best);
            }),
            State::Values(_) | State::Sketches(_) | State::MomentsOfGroups(..) | State::Picked(..) => {}
        }
    }

    fn grow(&mut self, groups: usize) {
        match &mut self.state {
            State::Tally(tally) => tally.grow(groups),
            State::Moments(moments) | State::MomentsOfGroups(moments, ..) => {
                moments.resize(groups, Moments::default());
            }
            State::Picked(best, _) => best.resize(groups, None),
            State::Extreme(keys) => keys.resize(groups, None),
            State::Values(_) | State::Sketches(_) => {}
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

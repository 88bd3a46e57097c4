//! Aggregates summed up from cell to cell: what the index of a brush subtracts.

use super::tally::{Tally, mean_or_sum, scale, units};
use super::{Accumulator, Leaf, State};
use crate::plan::{Aggregate, Kind};
use crate::table::exact;

impl Leaf<'_> {
    /// True if it can be summed up so that sums of cells are subtracted.
    pub fn can_be_subtracted(&self) -> bool {
        matches!(self.value.state, State::Tally(_))
    }

    /// Takes the groups for cells of `groups` each and sums them up from cell to cell; none for what cannot be subtracted.
    pub fn sums(self, groups: usize, all: usize) -> Option<Sums> {
        let count = match self.count {
            Some(count) => Some(count.cumulated(groups, all)?),
            None => None,
        };
        Some(Sums { value: self.value.cumulated(groups, all)?, count })
    }
}

impl Accumulator<'_> {
    fn cumulated(mut self, groups: usize, all: usize) -> Option<Cumulated> {
        self.grow(all);
        let mean = self.function == Aggregate::Mean;
        let kind = self.column.map_or(Kind::Integer, |column| column.kind);
        let State::Tally(tally) = self.state else { return None };
        Some(match tally {
            Tally::Count(mut counts) => {
                cumulate(&mut counts, groups, |before, own| before + own);
                Cumulated::Count(counts.into_iter().map(|count| count as f64).collect())
            }
            Tally::Exact(mut sums) => {
                cumulate(&mut sums, groups, |before, own| (before.0 + own.0, before.1 + own.1));
                Cumulated::Exact(sums, kind, mean)
            }
            Tally::Whole(mut sums) => {
                cumulate(&mut sums, groups, |before, own| (before.0 + own.0, before.1 + own.1));
                Cumulated::Whole(sums, kind, mean)
            }
            Tally::Float(sums) => {
                let mut sums: Vec<_> = sums.into_iter().map(|(sum, count)| (sum, 0.0, count)).collect();
                cumulate(&mut sums, groups, |before: (f64, f64, u32), own| {
                    let (high, low) = two_sum(before.0, own.0);
                    (high, before.1 + low, before.2 + own.2)
                });
                Cumulated::Float(sums, mean)
            }
        })
    }
}

/// An aggregate of each group of cells, summed up from the first cell on: that of any range of cells is one subtraction.
#[derive(Debug)]
pub struct Sums {
    value: Cumulated,
    count: Option<Cumulated>,
}

impl Sums {
    /// The aggregate over the cells after `before` up to `last`, both as places in the sums; what is null is NaN.
    pub fn number(&self, before: Option<usize>, last: usize) -> f64 {
        let value = self.value.between(before, last);
        let value = self.count.as_ref().map_or(value, |count| value / count.between(before, last));
        if value.is_finite() { value } else { f64::NAN }
    }
}

#[derive(Debug)]
pub enum Cumulated {
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

//! Counts and sums of groups: what adds up, and can be subtracted again.

use crate::plan::Kind;
use crate::table::{Column, exact, unordered};

/// A count or a sum of each group; a sum with how many numbers it is of.
pub enum Tally {
    /// Rows, or values that are there.
    Count(Vec<u64>),
    /// Whole numbers whose sum a float holds exactly, whatever they are.
    Exact(Vec<(f64, u32)>),
    /// Other whole numbers.
    Whole(Vec<(i128, u32)>),
    /// Floats.
    Float(Vec<(f64, u32)>),
}

impl Tally {
    /// What adds up a column of numbers.
    pub fn sum(column: &Column) -> Tally {
        const EXACT: f64 = (1u64 << 53) as f64;
        match column.kind {
            Kind::Float => Tally::Float(Vec::new()),
            kind if scale(kind) <= 15 && column.reach() < EXACT => Tally::Exact(Vec::new()),
            _ => Tally::Whole(Vec::new()),
        }
    }

    /// Has room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Tally::Count(counts) => counts.resize(groups, 0),
            Tally::Whole(sums) => sums.resize(groups, (0, 0)),
            Tally::Exact(sums) | Tally::Float(sums) => sums.resize(groups, (0.0, 0)),
        }
    }

    /// Takes in the keys of values, each with its group. Weighted, they are counts themselves.
    pub fn add(&mut self, pairs: impl Iterator<Item = (usize, i64)>, weighted: bool) {
        match self {
            Tally::Count(counts) if weighted => pairs.for_each(|(id, key)| counts[id] += key as u64),
            Tally::Count(counts) => pairs.for_each(|(id, _)| counts[id] += 1),
            Tally::Exact(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += key as f64;
                sums[id].1 += 1;
            }),
            Tally::Whole(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += i128::from(key);
                sums[id].1 += 1;
            }),
            Tally::Float(sums) => pairs.for_each(|(id, key)| {
                sums[id].0 += unordered(key);
                sums[id].1 += 1;
            }),
        }
    }

    /// The count of a group, or the sum or mean of its numbers, which are of a kind; NaN if it has none.
    pub fn number(&self, id: usize, kind: Kind, mean: bool) -> f64 {
        match self {
            Tally::Count(counts) => counts[id] as f64,
            Tally::Exact(sums) => mean_or_sum(sums[id].0 / units(kind), sums[id].1, mean),
            Tally::Whole(sums) => mean_or_sum(exact(sums[id].0, scale(kind)), sums[id].1, mean),
            Tally::Float(sums) => mean_or_sum(sums[id].0, sums[id].1, mean),
        }
    }
}

/// A sum as it is, or over how many numbers there are.
pub fn mean_or_sum(sum: f64, count: u32, mean: bool) -> f64 {
    match (count, mean) {
        (0, _) => f64::NAN,
        (count, true) => sum / f64::from(count),
        (_, false) => sum,
    }
}

/// How many digits numbers of a kind have after the point.
pub fn scale(kind: Kind) -> u8 {
    if let Kind::Decimal { scale } = kind { scale } else { 0 }
}

/// How many units of a decimal make one.
pub fn units(kind: Kind) -> f64 {
    10i64.pow(u32::from(scale(kind))) as f64
}

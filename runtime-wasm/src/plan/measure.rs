//! Numbers computed from the rows of a group: aggregates, and arithmetic between them.

use crate::format::shortest;
use serde::{Deserialize, Serialize};

/// A number computed from the rows of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// An aggregate of a column; `count` without a column counts rows.
    Aggregate {
        /// Which aggregate.
        function: Aggregate,
        /// The column, by position; none only for `count(*)`.
        column: Option<usize>,
    },
    /// A literal number.
    Number(f64),
    /// Arithmetic; null if a side is null, or on division by zero.
    Binary {
        /// `+ - * /`
        operator: Operator,
        /// Left side.
        left: Box<Measure>,
        /// Right side.
        right: Box<Measure>,
    },
    /// SQL's `coalesce`: the first that is not null.
    Coalesce(Vec<Measure>),
    /// SQL's `nullif(a, b)`: null where both are equal.
    NullIf(Box<Measure>, Box<Measure>),
    /// SQL's `sum(measure) OVER ()`: the sum over all groups of the answer, before its limit.
    Total(Box<Measure>),
}

/// The aggregates of SQL that the engine answers. Nulls are passed over, as in SQL; of no values the answer is null, but counts are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// `count(*)`, `count(x)`
    Count,
    /// `count(distinct x)`
    CountDistinct,
    /// `sum(x)`
    Sum,
    /// `avg(x)`
    Mean,
    /// `min(x)`
    Min,
    /// `max(x)`
    Max,
    /// `median(x)`: of an even number of values the mean of the middle two.
    Median,
    /// `quantile_cont(x, p)`: between two values, in proportion (SQL's `percentile_cont`).
    Quantile {
        /// The share of values below it, in millionths.
        millionths: u32,
    },
    /// `approx_count_distinct(x)`: from mergeable sketches.
    ApproxCountDistinct,
    /// `approx_quantile(x, p)`: from mergeable sketches.
    ApproxQuantile {
        /// The share of values below it, in millionths.
        millionths: u32,
    },
    /// `arg_min(x, y)`, `first(x ORDER BY y)`: x where y is least, of the rows that have both; of several such the least x.
    ArgMin {
        /// The column that is compared, by position.
        by: usize,
    },
    /// `arg_max(x, y)`, `last(x ORDER BY y)`: x where y is largest, of the rows that have both; of several such the largest x.
    ArgMax {
        /// The column that is compared, by position.
        by: usize,
    },
    /// `var_samp(x)`, `var_pop(x)`: the mean square of the distances from the mean.
    Variance {
        /// Of all values there are, not of a sample of them.
        population: bool,
    },
    /// `stddev_samp(x)`, `stddev_pop(x)`: the square root of the variance.
    StandardDeviation {
        /// Of all values there are, not of a sample of them.
        population: bool,
    },
}

impl Aggregate {
    /// How SQL writes the aggregate of a column.
    pub fn call(self, column: &str) -> String {
        match self {
            Aggregate::Count => format!("count({column})"),
            Aggregate::CountDistinct => format!("count(distinct {column})"),
            Aggregate::Sum => format!("sum({column})"),
            Aggregate::Mean => format!("avg({column})"),
            Aggregate::Min => format!("min({column})"),
            Aggregate::Max => format!("max({column})"),
            Aggregate::Median => format!("median({column})"),
            Aggregate::Quantile { millionths } => format!("quantile_cont({column}, {})", shortest(share(millionths))),
            Aggregate::ApproxCountDistinct => format!("approx_count_distinct({column})"),
            Aggregate::ApproxQuantile { millionths } => {
                format!("approx_quantile({column}, {})", shortest(share(millionths)))
            }
            Aggregate::ArgMin { by } => format!("arg_min({column}, {by})"),
            Aggregate::ArgMax { by } => format!("arg_max({column}, {by})"),
            Aggregate::Variance { population } => format!("var_{}({column})", suffix(population)),
            Aggregate::StandardDeviation { population } => format!("stddev_{}({column})", suffix(population)),
        }
    }

    /// True if it can be put together from partial aggregates of groups, distinct counts under conditions.
    pub fn is_decomposable(self) -> bool {
        use Aggregate::{ArgMax, ArgMin, Median, Quantile};
        !matches!(self, Median | Quantile { .. } | ArgMin { .. } | ArgMax { .. })
    }

    /// The partial aggregate that has its sketch, which is the same for all quantiles; none if it is exact.
    pub fn sketch(self) -> Option<Aggregate> {
        match self {
            Aggregate::ApproxCountDistinct => Some(self),
            Aggregate::ApproxQuantile { .. } => Some(Aggregate::ApproxQuantile { millionths: 0 }),
            _ => None,
        }
    }

    /// The column by whose values it picks its own, if it does.
    pub fn compared(self) -> Option<usize> {
        match self {
            Aggregate::ArgMin { by } | Aggregate::ArgMax { by } => Some(by),
            _ => None,
        }
    }
}

/// Millionths as a share of one.
pub fn share(millionths: u32) -> f64 {
    f64::from(millionths) / 1e6
}

fn suffix(population: bool) -> &'static str {
    if population { "pop" } else { "samp" }
}

impl Measure {
    /// The aggregates that it is computed from, each once.
    pub fn leaves(&self, leaves: &mut Vec<(Aggregate, Option<usize>)>) {
        match self {
            Measure::Aggregate { function, column } if !leaves.contains(&(*function, *column)) => {
                leaves.push((*function, *column));
            }
            Measure::Aggregate { .. } | Measure::Number(_) => {}
            Measure::Binary { left, right, .. } | Measure::NullIf(left, right) => {
                left.leaves(leaves);
                right.leaves(leaves);
            }
            Measure::Coalesce(parts) => parts.iter().for_each(|part| part.leaves(leaves)),
            Measure::Total(of) => of.leaves(leaves),
        }
    }
}

/// Arithmetic between measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

//! Numbers computed from the rows of a group: aggregates, and arithmetic between them.

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
        }
    }
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

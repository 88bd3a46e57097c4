//! What the files of a table hold: every row, or groups of rows with partial aggregates.

use super::{Aggregate, Column, Grain, Key, Kind, Table};
use crate::format::shortest;
use serde::{Deserialize, Serialize};

/// What a file of a table holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Every row, in the columns at these positions of the table.
    Rows(Vec<usize>),
    /// The rows that follow those of the file before.
    MoreRows,
    /// Groups of rows with partial aggregates.
    Groups(GroupingSets),
}

/// The answer to SQL's `GROUP BY GROUPING SETS` over a table: groups of rows by several sets of dimensions, with the
/// partial aggregates that rebuild those of any coarser groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupingSets {
    /// What is grouped by, in the order of the file's columns. A group is named by a value in it.
    pub dimensions: Vec<Key>,
    /// The aggregated columns that follow.
    pub partials: Vec<Partial>,
    /// The columns that have a value in every row of the table: `count(*)` counts them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complete: Vec<usize>,
    /// For each set, in the order of the file's rows, which dimensions it groups by, which partials it has, and its number of groups.
    pub sets: Vec<GroupingSet>,
}

/// The column that tells grouping sets apart; no author's column can have its name.
pub const GROUPING: &str = "grouping()";

/// One set of dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupingSet {
    /// Positions among the dimensions.
    pub dimensions: Vec<usize>,
    /// Positions among the partials.
    pub partials: Vec<usize>,
    /// How many groups it has.
    pub groups: usize,
}

/// An aggregate of a group that can be put together with that of another group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Which aggregate: a count, a sum, an extreme, a distinct count, or one whose sketch it is.
    pub function: Aggregate,
    /// The column, by position; none only for `count(*)`.
    pub column: Option<usize>,
    /// For distinct counts, the columns along which they add up: a counted value has only one value of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub along: Vec<usize>,
}

impl GroupingSets {
    /// The columns of the file; with several sets the first tells them apart, by number.
    pub fn columns(&self, table: &Table) -> Vec<Column> {
        let numbered = (self.sets.len() > 1).then(|| Column { name: GROUPING.to_owned(), kind: Kind::Integer });
        let dimensions = self.dimensions.iter().map(|key| key.as_column(table));
        numbered
            .into_iter()
            .chain(dimensions)
            .chain(self.partials.iter().map(|partial| partial.as_column(table)))
            .collect()
    }
}

impl Partial {
    /// The column of a file that holds it.
    pub fn as_column(&self, table: &Table) -> Column {
        let of = self.column.map(|column| &table.columns[column]);
        let name = of.map_or("*", |column| column.name.as_str());
        let kind = match self.function {
            Aggregate::Count | Aggregate::CountDistinct => Kind::Integer,
            Aggregate::Variance { .. } => Kind::Float,
            function if function.sketch().is_some() => Kind::Sketch,
            _ => of.map_or(Kind::Integer, |column| column.kind),
        };
        // One sketch has all quantiles.
        let name = match self.function {
            Aggregate::ApproxQuantile { .. } => format!("approx_quantile({name})"),
            function => function.call(name),
        };
        Column { name, kind }
    }
}

impl Key {
    /// The column of a file that holds it as a dimension.
    pub fn as_column(&self, table: &Table) -> Column {
        let column = &table.columns[self.column];
        let name = match self.grain {
            Grain::Value => column.name.clone(),
            Grain::Time(grain) => format!("date_trunc('{}', {})", grain.name(), column.name),
            Grain::Bin { start, width, count } => {
                format!("bin({}, {}, {}, {count})", column.name, shortest(start), shortest(width))
            }
        };
        Column { name, kind: column.kind }
    }
}

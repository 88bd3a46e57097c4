//! Which of a table's loaded parts answers a question exactly: its rows always do, its groups where they are fine enough.

use crate::clause;
use crate::plan::{self, Aggregate, Grain, Question, Rows, Select, Selection, Value};
use crate::table::{Holds, Table};

/// A clause that filters a question: how its owner selects, in which table, and what is selected.
pub struct Filter<'a> {
    /// How the owner selects.
    pub select: &'a Select,
    /// The owner's table.
    pub owner: &'a plan::Table,
    /// What the reader selected.
    pub selection: &'a Selection,
}

/// True if the answer from this part is that from all rows of the table `of`.
pub fn answers(part: &Table, of: &plan::Table, question: &Question, filters: &[Filter<'_>]) -> bool {
    match &part.holds {
        Holds::Rows(columns) => needed(of, question, filters).iter().all(|column| columns.contains(column)),
        Holds::Groups(..) => {
            question.rows == Rows::Groups
                && question.keys.iter().all(|key| refines(part, key.column, key.grain))
                && filters.iter().all(|filter| can_filter(part, of, filter))
                && has_aggregates(part, of, question, filters)
        }
    }
}

fn refines(part: &Table, column: usize, grain: Grain) -> bool {
    part.column(column).is_some_and(|(_, own)| own.refines(grain))
}

/// The columns that a question and its filters read.
fn needed(of: &plan::Table, question: &Question, filters: &[Filter<'_>]) -> Vec<usize> {
    let mut columns: Vec<usize> = question.keys.iter().map(|key| key.column).collect();
    let mut leaves = Vec::new();
    question.measures.iter().for_each(|measure| measure.leaves(&mut leaves));
    columns.extend(leaves.into_iter().flat_map(|(function, column)| [column, function.compared()]).flatten());
    for filter in filters {
        let names = clause::columns(filter.select, filter.owner).into_iter();
        columns.extend(names.filter_map(|name| position(of, name)));
    }
    columns
}

fn position(of: &plan::Table, name: &str) -> Option<usize> {
    of.columns.iter().position(|column| column.name == name)
}

/// True if each group lies inside or outside of what is selected.
fn can_filter(part: &Table, of: &plan::Table, filter: &Filter<'_>) -> bool {
    let here = |column: usize| position(of, &filter.owner.columns.get(column)?.name);
    let ends_at_groups = |key: &plan::Key, low: &Value, high: &Value| {
        let found = here(key.column).and_then(|column| part.column(column));
        found.is_some_and(|(column, grain)| clause::ends_at_groups(column, grain, low, high))
    };
    match (filter.select, filter.selection) {
        (Select::Values(keys), Selection::In(tuples)) => {
            let named = tuples.iter().map(Vec::len).max().unwrap_or(0).max(1);
            keys.iter().take(named).all(|key| here(key.column).is_some_and(|column| refines(part, column, key.grain)))
        }
        (Select::Interval(key), Selection::Between(low, high)) => ends_at_groups(key, low, high),
        (Select::Box(keys), Selection::Box(ends)) => {
            keys.iter().zip(ends).all(|(key, [low, high])| ends_at_groups(key, low, high))
        }
        (Select::Values(keys), Selection::Contains(_)) => keys.first().is_some_and(|key| {
            here(key.column).and_then(|column| part.column(column)).is_some_and(|(_, grain)| grain == Grain::Value)
        }),
        // What filters nothing needs nothing.
        _ => true,
    }
}

fn has_aggregates(part: &Table, of: &plan::Table, question: &Question, filters: &[Filter<'_>]) -> bool {
    let mut leaves = Vec::new();
    question.measures.iter().for_each(|measure| measure.leaves(&mut leaves));
    leaves.into_iter().all(|(function, column)| {
        let has = |function, column| part.partial(function, column).is_some();
        match function {
            Aggregate::Mean => has(Aggregate::Sum, column) && has(Aggregate::Count, column),
            Aggregate::Variance { .. } | Aggregate::StandardDeviation { .. } => {
                let parts = [Aggregate::Variance { population: true }, Aggregate::Sum, Aggregate::Count];
                parts.into_iter().all(|part| has(part, column))
            }
            Aggregate::CountDistinct => has(function, column) && adds_up(part, of, column, question, filters),
            Aggregate::Count | Aggregate::Sum | Aggregate::Min | Aggregate::Max => has(function, column),
            Aggregate::ApproxCountDistinct | Aggregate::ApproxQuantile { .. } => {
                function.sketch().is_some_and(|sketch| has(sketch, column))
            }
            Aggregate::Median | Aggregate::Quantile { .. } | Aggregate::ArgMin { .. } | Aggregate::ArgMax { .. } => {
                false
            }
        }
    })
}

/// True if no value of a column is counted in two of the groups that make one of the answer's.
fn adds_up(part: &Table, of: &plan::Table, column: Option<usize>, question: &Question, filters: &[Filter<'_>]) -> bool {
    let Holds::Groups(dimensions, partials, _) = &part.holds else { return false };
    let Some(partial) =
        partials.iter().find(|partial| partial.function == Aggregate::CountDistinct && partial.column == column)
    else {
        return false;
    };
    dimensions.iter().all(|dimension| {
        partial.along.contains(&dimension.column)
            || told_apart(question, dimension)
            || filters.iter().any(|filter| fixes(filter, of, dimension))
    })
}

/// True if each group of a dimension is one of the answer's.
fn told_apart(question: &Question, dimension: &plan::Key) -> bool {
    let merged = question.top.as_ref().map(|top| top.key);
    question.keys.iter().enumerate().any(|(index, key)| key == dimension && Some(index) != merged)
}

/// True if a filter leaves one group of a dimension.
fn fixes(filter: &Filter<'_>, of: &plan::Table, dimension: &plan::Key) -> bool {
    let (Select::Values(keys), Selection::In(tuples)) = (filter.select, filter.selection) else { return false };
    let [tuple] = tuples.as_slice() else { return false };
    let is_it = |key: &plan::Key| {
        let name = filter.owner.columns.get(key.column).map(|column| &column.name);
        key.grain == dimension.grain && name == of.columns.get(dimension.column).map(|column| &column.name)
    };
    keys.iter().take(tuple.len()).any(is_it)
}

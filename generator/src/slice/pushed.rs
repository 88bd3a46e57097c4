//! The slice's questions as SQL for the engine that holds a table: only their answers leave it.

use super::groups::physical;
use crate::sources::connection::{Cause, Dialect, Remote, conformed};
use crate::tables::Table;
use dashgen_runtime::plan::{self, Aggregate, Column, Grain, Key, Kind, Partial};
use polars::prelude::{DataFrame, DataType, PolarsResult};

/// A table's needed columns as a query: the column at position 3 is called `c3`.
pub struct Pushed {
    remote: Remote,
    base: String,
}

impl Pushed {
    /// Whether its rows lie with somebody else: then its groups are preferred.
    pub fn is_elsewhere(&self) -> bool {
        !self.remote.connection.settings.is_engine
    }

    /// The needed columns of a table, where the engine of its connection can group them.
    pub fn new(table: &Table, wanted: &[Column]) -> Option<Pushed> {
        let remote = table.remote.clone()?;
        let dialect = remote.connection.settings.dialect;
        let list = wanted.iter().enumerate().map(|(index, column)| {
            let own = table.column(&column.name).is_some();
            let value = if own { dialect.quoted(&column.name) } else { format!("({})", column.name) };
            format!("{} AS c{index}", typed(dialect, &value, column.kind))
        });
        let list: Vec<String> = list.collect();
        let base = format!("SELECT {} FROM (\n{}\n) AS query", list.join(", "), remote.sql);
        dialect.groups().then_some(Pushed { remote, base })
    }

    fn dialect(&self) -> Dialect {
        self.remote.connection.settings.dialect
    }

    /// Runs a query for columns of these names and types.
    fn ask(&self, sql: &str, columns: &[(String, DataType)]) -> PolarsResult<DataFrame> {
        let frame = self.remote.connection.query(sql)?;
        conformed(&frame, columns.iter().map(|(name, wanted)| (name.as_str(), wanted)))
    }

    /// What one look at the table tells: rows, nulls and sizes of sums by column, and the number of values of each dimension.
    pub fn survey(&self, wanted: &plan::Table, sums: &[usize], dimensions: &[Key]) -> PolarsResult<DataFrame> {
        let nulls =
            (0..wanted.columns.len()).map(|index| (format!("nulls {index}"), format!("count(*) - count(c{index})")));
        let size = |index: &usize| format!("sum(abs({}))", self.dialect().float(&format!("c{index}")));
        let sums = sums.iter().map(|index| (format!("sum {index}"), size(index)));
        // A null is a value too.
        let values =
            |index: usize| format!("count(DISTINCT k{index}) + CASE WHEN count(k{index}) < count(*) THEN 1 ELSE 0 END");
        let values = (0..dimensions.len()).map(|index| (format!("values {index}"), values(index)));
        let rows = ("rows".to_owned(), "count(*)".to_owned());
        let (names, asked): (Vec<String>, Vec<String>) =
            std::iter::once(rows).chain(nulls).chain(sums).chain(values).unzip();
        let columns: Vec<(String, DataType)> = names.into_iter().map(|name| (name, DataType::Float64)).collect();
        self.ask(
            &format!("SELECT {} FROM ({}) AS keyed", numbered(&asked, 'a'), self.keyed(wanted, dimensions)),
            &columns,
        )
    }

    /// The lowest and highest value of the first column.
    pub fn ends(&self, kind: Kind) -> PolarsResult<DataFrame> {
        let columns = ["min", "max"].map(|name| (name.to_owned(), physical(kind)));
        self.ask(&format!("SELECT min(c0) AS a0, max(c0) AS a1 FROM ({}) AS base", self.base), &columns)
    }

    /// For some columns, whether each value of another column goes with only one of theirs.
    pub fn determined(&self, wanted: &plan::Table, column: usize, others: &[usize]) -> PolarsResult<DataFrame> {
        let same = |other: &usize| {
            let value = comparable(&format!("c{other}"), wanted.columns[*other].kind);
            let one = format!("count(*) = count(c{other}) AND min({value}) = max({value})");
            format!("CASE WHEN ({one}) OR count(c{other}) = 0 THEN 1 ELSE 0 END")
        };
        let same: Vec<String> = others.iter().map(same).collect();
        // Of no values it holds.
        let least: Vec<String> = (0..others.len()).map(|index| format!("coalesce(min(s{index}), 1)")).collect();
        let groups = format!(
            "SELECT {} FROM ({}) AS base WHERE c{column} IS NOT NULL GROUP BY c{column}",
            numbered(&same, 's'),
            self.base
        );
        let columns: Vec<(String, DataType)> =
            others.iter().map(|other| (other.to_string(), DataType::Int64)).collect();
        self.ask(&format!("SELECT {} FROM ({groups}) AS groups", numbered(&least, 'a')), &columns)
    }

    /// The groups by some dimensions with partial aggregates, and the least value in each bin. So many rows must have gone
    /// into them, or the table is not what it was when it was surveyed.
    pub fn groups(
        &self,
        wanted: &plan::Table,
        dimensions: &[Key],
        partials: &[Partial],
        rows: usize,
    ) -> PolarsResult<DataFrame> {
        let keys: Vec<String> = (0..dimensions.len()).map(|index| format!("k{index}")).collect();
        let binned = || dimensions.iter().filter(|key| matches!(key.grain, Grain::Bin { .. }));
        let asked = partials.iter().map(|partial| self.partial(wanted, partial));
        let least = binned().map(|key| format!("min(c{})", key.column));
        let asked: Vec<String> = asked.chain(least).chain(["count(*)".to_owned()]).collect();
        let list: Vec<String> = keys.iter().cloned().chain([numbered(&asked, 'a')]).collect();
        let grouped = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
        let sql = format!("SELECT {} FROM ({}) AS keyed{grouped}", list.join(", "), self.keyed(wanted, dimensions));
        let mut columns: Vec<(String, DataType)> = dimensions.iter().map(|key| named(wanted, key)).collect();
        columns.extend(
            partials.iter().map(|partial| partial.as_column(wanted)).map(|column| (column.name, physical(column.kind))),
        );
        columns
            .extend(binned().map(|key| (super::groups::least(wanted, key), physical(wanted.columns[key.column].kind))));
        columns.push((ROWS.to_owned(), DataType::Int64));
        let frame = self.ask(&sql, &columns)?;
        let counted: i64 = frame.column(ROWS)?.i64()?.iter().flatten().sum();
        self.same(rows, counted as usize)?;
        frame.drop(ROWS)
    }

    /// Every row, in the columns that are needed.
    pub fn rows(&self, wanted: &plan::Table, rows: usize) -> PolarsResult<DataFrame> {
        let columns: Vec<(String, DataType)> =
            wanted.columns.iter().map(|column| (column.name.clone(), physical(column.kind))).collect();
        let frame = match columns.is_empty() {
            false => self.ask(&self.base, &columns)?,
            true => DataFrame::new(rows, vec![])?,
        };
        self.same(rows, frame.height())?;
        Ok(frame)
    }

    fn same(&self, before: usize, now: usize) -> PolarsResult<()> {
        if before == now {
            return Ok(());
        }
        let message = format!("it had {before} rows, then {now}");
        Err(self.remote.connection.problem(Cause::Changed, &message).into())
    }

    /// The base with its dimensions: `k0`, `k1` …
    fn keyed(&self, wanted: &plan::Table, dimensions: &[Key]) -> String {
        let keys = dimensions.iter().enumerate().map(|(index, key)| format!(", {} AS k{index}", self.key(wanted, key)));
        let columns: Vec<String> = (0..wanted.columns.len()).map(|index| format!("c{index}")).collect();
        format!("SELECT {}{} FROM ({}) AS base", columns.join(", "), keys.collect::<String>(), self.base)
    }

    fn key(&self, wanted: &plan::Table, key: &Key) -> String {
        let value = format!("c{}", key.column);
        let dialect = self.dialect();
        match key.grain {
            Grain::Value => value,
            Grain::Time(grain) => dialect.truncated(grain, &value, wanted.columns[key.column].kind),
            Grain::Bin { start, width, count } => {
                let number = dialect.float(&value);
                let [start, width, end, last] =
                    [start, width, start + width * f64::from(count), f64::from(count) - 1.0]
                        .map(|edge| dialect.literal(edge));
                // The last bin holds its right edge.
                let bin = dialect.float(&format!("floor(({number} - {start}) / {width})"));
                format!("CASE WHEN {number} = {end} THEN {last} ELSE {bin} END")
            }
        }
    }

    fn partial(&self, wanted: &plan::Table, partial: &Partial) -> String {
        let Some(column) = partial.column else { return "count(*)".to_owned() };
        let (value, kind) = (format!("c{column}"), wanted.columns[column].kind);
        match partial.function {
            Aggregate::Count => format!("count({value})"),
            Aggregate::CountDistinct => format!("count(DISTINCT {value})"),
            Aggregate::Min => format!("min({})", comparable(&value, kind)),
            Aggregate::Max => format!("max({})", comparable(&value, kind)),
            Aggregate::Variance { .. } => format!("var_pop({})", self.dialect().float(&value)),
            _ => self.dialect().sum(&value, kind),
        }
    }
}

/// The name of the column that tells how many rows a group has; no author's column can have its name.
const ROWS: &str = "rows()";

/// A column as its kind is compared and counted.
fn typed(dialect: Dialect, value: &str, kind: Kind) -> String {
    match kind {
        Kind::Float => dialect.number(value),
        Kind::Text => dialect.text(value),
        _ => value.to_owned(),
    }
}

/// A value that has an order: truth has none in some databases.
fn comparable(value: &str, kind: Kind) -> String {
    match kind {
        Kind::Boolean => format!("CASE WHEN {value} THEN 1 WHEN NOT {value} THEN 0 END"),
        _ => value.to_owned(),
    }
}

/// Expressions in a list, named by a letter and their position.
fn numbered(expressions: &[String], letter: char) -> String {
    let named = expressions.iter().enumerate().map(|(index, one)| format!("{one} AS {letter}{index}"));
    named.collect::<Vec<_>>().join(", ")
}

/// A dimension's column as it comes from the engine: a bin is still its number.
fn named(wanted: &plan::Table, key: &Key) -> (String, DataType) {
    let column = key.as_column(wanted);
    let is_bin = matches!(key.grain, Grain::Bin { .. });
    (column.name, if is_bin { DataType::Float64 } else { physical(column.kind) })
}

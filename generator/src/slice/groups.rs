//! Grouping sets by polars: the groups of a table's rows by some dimensions, with partial aggregates.

use super::made::Made;
use super::needs::Wanted;
use super::pushed::Pushed;
use crate::tables::{self, Table};
use dashgen_runtime::plan::{
    self, Aggregate, GROUPING, Grain, GroupingSet, GroupingSets, Key, Kind, Partial, TimeGrain,
};
use polars::prelude::*;

/// A sum beyond this may not fit 64 bits.
const MOST: f64 = 9e17;
/// More rows than this are not searched for dependencies, which takes memory for every distinct value.
const MOST_SEARCHED: usize = 30_000_000;
/// More groups than this are not worth finding out, unless there are not so many rows.
const MOST_GROUPS: f64 = 20e6;

/// What one look at a table tells.
pub struct Survey {
    /// How many rows it has.
    pub rows: usize,
    /// Whether every sum fits.
    pub sums_fit: bool,
    nulls: Vec<bool>,
    /// How many values each dimension has.
    sizes: Vec<(Key, f64)>,
}

impl Survey {
    /// More groups by these dimensions there cannot be.
    pub fn most_groups(&self, dimensions: &[Key]) -> f64 {
        dimensions.iter().map(|key| self.size(key)).product()
    }

    /// More values a dimension cannot have.
    pub fn size(&self, key: &Key) -> f64 {
        let known = self.sizes.iter().filter(|(known, _)| known.column == key.column && known.grain.refines(key.grain));
        known.map(|(_, size)| *size).fold(f64::MAX, f64::min)
    }

    /// True if groups by these dimensions are worth finding out.
    pub fn is_few(&self, dimensions: &[Key]) -> bool {
        self.most_groups(dimensions) <= MOST_GROUPS || self.rows as f64 <= MOST_GROUPS
    }
}

/// For each column that is counted distinctly, the dimensions along which that count adds up.
#[derive(Default)]
pub struct Dependencies(Vec<(usize, Vec<usize>)>);

impl Dependencies {
    /// The columns along which distinct counts of a column add up.
    pub fn along(&self, column: usize) -> Vec<usize> {
        self.0.iter().find(|(of, _)| *of == column).map(|(_, along)| along.clone()).unwrap_or_default()
    }
}

/// Groups by several sets, as a file holds them.
pub struct Stacked {
    /// What they are.
    pub sets: GroupingSets,
    /// The groups, set by set.
    pub frame: DataFrame,
}

/// A table's needed columns.
pub enum Base {
    /// Read by polars.
    Frame(Box<LazyFrame>),
    /// In the engine of their connection.
    Pushed(Pushed),
}

/// The table's needed columns; what is no number is null.
pub fn base(table: &Table, wanted: &plan::Table) -> PolarsResult<Base> {
    match Pushed::new(table, &wanted.columns) {
        Some(pushed) => Ok(Base::Pushed(pushed)),
        None => Ok(Base::Frame(Box::new(frame(table, wanted)?))),
    }
}

/// The table's needed columns as polars reads them.
pub fn frame(table: &Table, wanted: &plan::Table) -> PolarsResult<LazyFrame> {
    let names = wanted.columns.iter().map(|column| column.name.as_str());
    let floats = wanted.columns.iter().filter(|column| column.kind == Kind::Float);
    let numbers: Vec<Expr> = floats
        .map(|column| col(column.name.as_str()).cast(DataType::Float64).fill_nan(lit(NULL)).alias(column.name.as_str()))
        .collect();
    Ok(tables::select(table, names)?.with_columns(numbers))
}

/// Counts rows, nulls and the values of each dimension, and looks for sums that do not fit: all in one pass.
pub fn survey(base: &Base, wanted: &plan::Table, cube: Option<&Wanted>) -> PolarsResult<Survey> {
    let dimensions = cube.map_or(&[][..], |cube| &cube.dimensions);
    let sums = summed(wanted, cube);
    let found = match base {
        Base::Frame(frame) => looked_at(frame, wanted, &sums, dimensions)?,
        Base::Pushed(pushed) => pushed.survey(wanted, &sums, dimensions)?,
    };
    let number = |name: String| -> PolarsResult<f64> {
        let series = found.column(&name)?.cast(&DataType::Float64)?;
        Ok(series.f64()?.get(0).unwrap_or(0.0))
    };
    let nulls = (0..wanted.columns.len()).map(|index| Ok(number(format!("nulls {index}"))? > 0.0));
    // A decimal's units are its number times a power of ten.
    let units = |kind: Kind| if let Kind::Decimal { scale } = kind { 10f64.powi(i32::from(scale)) } else { 1.0 };
    let fits = |(index, column): (usize, &plan::Column)| {
        number(format!("sum {index}")).map_or(true, |sum| sum * units(column.kind) < MOST)
    };
    let size = |(index, key): (usize, &Key)| Ok((key.clone(), number(format!("values {index}"))?));
    Ok(Survey {
        rows: number("rows".to_owned())? as usize,
        sums_fit: wanted.columns.iter().enumerate().all(fits),
        nulls: nulls.collect::<PolarsResult<_>>()?,
        sizes: dimensions.iter().enumerate().map(size).collect::<PolarsResult<_>>()?,
    })
}

/// The columns of whole numbers that are summed.
fn summed(wanted: &plan::Table, cube: Option<&Wanted>) -> Vec<usize> {
    let is_sum = |function: &Aggregate| {
        let is_exact = function.sketch().is_none();
        is_exact && !matches!(function, Aggregate::Count | Aggregate::CountDistinct | Aggregate::Min | Aggregate::Max)
    };
    let aggregates = cube.map_or(&[][..], |cube| &cube.aggregates);
    let is_summed = |&index: &usize| {
        wanted.columns[index].kind != Kind::Float
            && aggregates.iter().any(|(function, of)| *of == Some(index) && is_sum(function))
    };
    (0..wanted.columns.len()).filter(is_summed).collect()
}

fn looked_at(frame: &LazyFrame, wanted: &plan::Table, sums: &[usize], dimensions: &[Key]) -> PolarsResult<DataFrame> {
    let value = |index: usize| col(wanted.columns[index].name.as_str());
    let mut asked = vec![len().alias("rows")];
    asked.extend((0..wanted.columns.len()).map(|index| value(index).null_count().alias(format!("nulls {index}"))));
    asked.extend(sums.iter().map(|&index| {
        let wide = value(index).cast(DataType::Float64);
        let size = when(wide.clone().lt(lit(0.0))).then(-wide.clone()).otherwise(wide);
        size.sum().alias(format!("sum {index}"))
    }));
    let values = dimensions.iter().map(|key| grouped(wanted, key).n_unique());
    asked.extend(values.enumerate().map(|(index, values)| values.alias(format!("values {index}"))));
    Ok(frame.clone().select(asked).collect_with_engine(Engine::Streaming)?.unwrap_single())
}

/// Looks for the dimensions along which distinct counts add up.
pub fn dependencies(base: &Base, wanted: &plan::Table, cube: &Wanted, rows: usize) -> PolarsResult<Dependencies> {
    let mut along = Vec::new();
    for (function, column) in &cube.aggregates {
        if let (Aggregate::CountDistinct, Some(column), true) = (function, column, rows <= MOST_SEARCHED) {
            along.push((*column, determined(base, wanted, *column, &cube.dimensions)?));
        }
    }
    Ok(Dependencies(along))
}

/// The dimensions of which each value of a column has only one value.
fn determined(base: &Base, wanted: &plan::Table, column: usize, dimensions: &[Key]) -> PolarsResult<Vec<usize>> {
    let others: Vec<usize> = dimensions.iter().map(|key| key.column).filter(|other| *other != column).collect();
    let mut along = vec![column];
    if others.is_empty() {
        return Ok(along);
    }
    let found = match base {
        Base::Frame(frame) => determined_in(frame, wanted, column, &others)?,
        Base::Pushed(pushed) => pushed.determined(wanted, column, &others)?,
    };
    for other in others {
        if found.column(&other.to_string())?.cast(&DataType::Int64)?.i64()?.get(0) == Some(1) {
            along.push(other);
        }
    }
    Ok(along)
}

fn determined_in(frame: &LazyFrame, wanted: &plan::Table, column: usize, others: &[usize]) -> PolarsResult<DataFrame> {
    let name = wanted.columns[column].name.as_str();
    let same = |other: &usize| {
        let value = || col(wanted.columns[*other].name.as_str());
        let nulls = value().null_count();
        let same = value().min().eq(value().max()).and(nulls.clone().eq(lit(0))).or(nulls.eq(len()));
        same.alias(format!("{other}"))
    };
    let same: Vec<Expr> = others.iter().map(same).collect();
    let groups = frame.clone().filter(col(name).is_not_null()).group_by([col(name)]).agg(same);
    let all: Vec<Expr> = others.iter().map(|other| col(format!("{other}")).all(true)).collect();
    Ok(groups.select(all).collect_with_engine(Engine::Streaming)?.unwrap_single())
}

/// The groups by several sets in one frame with the columns of [`GroupingSets::columns`].
pub fn stacked(wanted: &plan::Table, survey: &Survey, made: &[Made]) -> PolarsResult<Stacked> {
    let complete = (0..wanted.columns.len()).filter(|&column| !survey.nulls[column]).collect();
    let mut all = GroupingSets { dimensions: Vec::new(), partials: Vec::new(), complete, sets: Vec::new() };
    for one in made {
        all.sets.push(GroupingSet {
            dimensions: one.set.dimensions.iter().map(|key| place(&mut all.dimensions, key)).collect(),
            partials: one.partials.iter().map(|partial| place(&mut all.partials, partial)).collect(),
            groups: one.frame.height(),
        });
    }
    let columns = all.columns(wanted);
    let mut stacked: Option<DataFrame> = None;
    for (number, one) in made.iter().enumerate() {
        let frame = completed(&one.frame, &columns, number)?;
        match &mut stacked {
            Some(stacked) => drop(stacked.vstack_mut(&frame)?),
            None => stacked = Some(frame),
        }
    }
    Ok(Stacked { sets: all, frame: stacked.unwrap_or_default() })
}

fn place<T: Clone + PartialEq>(list: &mut Vec<T>, one: &T) -> usize {
    list.iter().position(|known| known == one).unwrap_or_else(|| {
        list.push(one.clone());
        list.len() - 1
    })
}

/// The partial aggregates that rebuild some aggregates.
pub fn partials(
    aggregates: &[(Aggregate, Option<usize>)],
    survey: &Survey,
    dependencies: &Dependencies,
) -> Vec<Partial> {
    let mut partials = Vec::new();
    let mut want = |function, column: Option<usize>| {
        // Where no value is missing, the rows are as many as the values.
        let column = column.filter(|column| function != Aggregate::Count || survey.nulls[*column]);
        let along = match (function, column) {
            (Aggregate::CountDistinct, Some(column)) => dependencies.along(column),
            _ => Vec::new(),
        };
        place(&mut partials, &Partial { function, column, along });
    };
    for (function, column) in aggregates {
        match function {
            Aggregate::Mean => {
                want(Aggregate::Sum, *column);
                want(Aggregate::Count, *column);
            }
            Aggregate::Variance { .. } | Aggregate::StandardDeviation { .. } => {
                want(Aggregate::Variance { population: true }, *column);
                want(Aggregate::Sum, *column);
                want(Aggregate::Count, *column);
            }
            function => match function.sketch() {
                Some(sketch) => {
                    want(sketch, *column);
                    // Sketches are added to groups that are there.
                    want(Aggregate::Count, None);
                }
                None => want(*function, *column),
            },
        }
    }
    partials
}

/// The name of the column with the least value in each bin.
pub fn least(wanted: &plan::Table, key: &Key) -> String {
    format!("least {}", key.as_column(wanted).name)
}

fn bins(dimensions: &[Key]) -> impl Iterator<Item = &Key> {
    dimensions.iter().filter(|key| matches!(key.grain, Grain::Bin { .. }))
}

/// The groups by some dimensions with partial aggregates, and the least value in each bin.
pub fn aggregated(
    base: &LazyFrame,
    wanted: &plan::Table,
    (dimensions, partials): (&[Key], &[Partial]),
    aggregate: fn(&plan::Table, &Partial) -> Expr,
) -> LazyFrame {
    let keys = keys(wanted, dimensions);
    let mut asked: Vec<Expr> = partials.iter().map(|partial| aggregate(wanted, partial)).collect();
    let lowest = |key: &Key| col(wanted.columns[key.column].name.as_str()).min().alias(least(wanted, key));
    asked.extend(bins(dimensions).map(lowest));
    match keys.is_empty() {
        true => base.clone().select(asked),
        false => base.clone().group_by(keys).agg(asked),
    }
}

/// What groups by some dimensions have in common, under the names of their columns.
pub fn keys(wanted: &plan::Table, dimensions: &[Key]) -> Vec<Expr> {
    dimensions.iter().map(|key| grouped(wanted, key).alias(key.as_column(wanted).name)).collect()
}

/// Groups in their order. A bin is named by its least value: every reader then finds it in the same bin.
pub fn named(
    groups: LazyFrame,
    wanted: &plan::Table,
    (dimensions, partials): (&[Key], &[Partial]),
) -> PolarsResult<LazyFrame> {
    let name = |key: &Key| key.as_column(wanted).name;
    let mut frame = groups;
    for key in bins(dimensions) {
        frame = frame.with_columns([col(least(wanted, key)).min().over([col(name(key))])?.alias(name(key))]);
    }
    let columns = dimensions.iter().map(name).chain(partials.iter().map(|partial| partial.as_column(wanted).name));
    let columns: Vec<Expr> = columns.map(col).collect();
    Ok(in_order(frame.select(columns), wanted, dimensions))
}

/// Groups in the order of their dimensions.
pub fn in_order(frame: LazyFrame, wanted: &plan::Table, dimensions: &[Key]) -> LazyFrame {
    let sorting: Vec<Expr> = dimensions.iter().map(|key| col(key.as_column(wanted).name)).collect();
    match sorting.is_empty() {
        true => frame,
        false => frame.sort_by_exprs(sorting, SortMultipleOptions::default().with_nulls_last(true)),
    }
}

fn grouped(wanted: &plan::Table, key: &Key) -> Expr {
    let column = &wanted.columns[key.column];
    let value = col(column.name.as_str());
    match key.grain {
        Grain::Value => value,
        Grain::Time(grain) => value.dt().truncate(lit(span(grain))),
        Grain::Bin { start, width, count } => {
            let number = value.cast(DataType::Float64);
            let index = ((number.clone() - lit(start)) / lit(width)).floor();
            // The last bin holds its right edge.
            let last = number.eq(lit(start + width * f64::from(count)));
            when(last).then(lit(f64::from(count) - 1.0)).otherwise(index)
        }
    }
}

fn span(grain: TimeGrain) -> &'static str {
    match grain {
        TimeGrain::Year => "1y",
        TimeGrain::Quarter => "1q",
        TimeGrain::Month => "1mo",
        TimeGrain::Week => "1w",
        TimeGrain::Day => "1d",
        TimeGrain::Hour => "1h",
        TimeGrain::Minute => "1m",
    }
}

pub fn partial(wanted: &plan::Table, partial: &Partial) -> Expr {
    let name = partial.as_column(wanted).name;
    let Some(column) = partial.column else { return len().cast(DataType::Int64).alias(name) };
    let value = || col(wanted.columns[column].name.as_str());
    let expression = match partial.function {
        Aggregate::Count => value().count().cast(DataType::Int64),
        Aggregate::CountDistinct => value().drop_nulls().n_unique().cast(DataType::Int64),
        Aggregate::Min => value().min(),
        Aggregate::Max => value().max(),
        Aggregate::Variance { .. } => value().cast(DataType::Float64).var(0),
        // Of no values the sum is null, not zero.
        _ => when(value().count().gt(lit(0))).then(value().sum()).otherwise(lit(NULL)),
    };
    expression.alias(name)
}

/// The frame of one set with all columns of the file.
pub fn completed(frame: &DataFrame, columns: &[plan::Column], number: usize) -> PolarsResult<DataFrame> {
    let rows = frame.height();
    let series = columns.iter().map(|column| {
        let name = PlSmallStr::from_str(&column.name);
        let target = physical(column.kind);
        match frame.column(&column.name) {
            Ok(found) => found.cast(&target),
            Err(_) if column.name == GROUPING => Ok(Column::new(name, vec![number as i64; rows])),
            Err(_) => Ok(Column::full_null(name, rows, &target)),
        }
    });
    DataFrame::new(rows, series.collect::<PolarsResult<Vec<_>>>()?)
}

/// The type that values of a kind have while they are grouped.
pub fn physical(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::String,
        Kind::Integer => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Decimal { scale } => DataType::Decimal(38, scale as usize),
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date,
        Kind::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
        Kind::Sketch => DataType::Binary,
    }
}

//! Columns of sketches: for each group that of its values, made by the library by which the browser merges them.

use super::groups::{Base, in_order, keys, physical};
use dashgen_runtime::plan::{self, Aggregate, Grain, Key, Kind, Partial};
use dashgen_runtime::sketch::{self, Distinct, Item};
use dashgen_runtime::table::ordered;
use polars::prelude::*;
use std::collections::BTreeMap;

/// The columns of the values and of how often each occurs; no author's column can have their names.
const VALUE: &str = "value()";
const TIMES: &str = "times()";

/// The sketches of a column's values in each group, the groups in their order. What is held in memory is each group's
/// distinct values, or bins of values, however many rows there are.
pub fn of_rows(
    base: &Base,
    wanted: &plan::Table,
    dimensions: &[Key],
    partial: &Partial,
    rows: usize,
) -> PolarsResult<Column> {
    let Some(column) = partial.column else { polars_bail!(ComputeError: "a sketch needs a column") };
    let kind = wanted.columns[column].kind;
    let values = counted(base, wanted, dimensions, (partial.function, column), rows)?;
    let lists = listed(values.lazy(), wanted, dimensions, &[VALUE, TIMES])?;
    let sketch = |values: Series, times: Series| match partial.function {
        Aggregate::ApproxCountDistinct => distinct(&values, kind),
        _ => quantiles(&values, &times),
    };
    let (values, times) = (lists.column(VALUE)?.list()?, lists.column(TIMES)?.list()?);
    let lists = values.series_iter().zip(times.series_iter());
    written(wanted, partial, lists.map(|(values, times)| sketch(values.unwrap_or_default(), times.unwrap_or_default())))
}

/// The sketches of groups, merged from those of finer ones.
pub fn merged(cube: &LazyFrame, wanted: &plan::Table, dimensions: &[Key], partial: &Partial) -> PolarsResult<Column> {
    let name = partial.as_column(wanted).name;
    let mut asked = keys(wanted, dimensions);
    asked.push(col(name.as_str()).alias(VALUE));
    let lists = listed(cube.clone().select(asked), wanted, dimensions, &[VALUE])?;
    let sketch = |cells: Series| match partial.function {
        Aggregate::ApproxCountDistinct => merged_distinct(&cells),
        _ => merged_quantiles(&cells),
    };
    written(wanted, partial, lists.column(VALUE)?.list()?.series_iter().map(|cells| sketch(cells.unwrap_or_default())))
}

fn written(
    wanted: &plan::Table,
    partial: &Partial,
    sketches: impl Iterator<Item = PolarsResult<Option<Vec<u8>>>>,
) -> PolarsResult<Column> {
    let name = PlSmallStr::from_string(partial.as_column(wanted).name);
    let sketches: Vec<Option<Vec<u8>>> = sketches.collect::<PolarsResult<_>>()?;
    Ok(BinaryChunked::from_iter_options(name, sketches.into_iter()).into_column())
}

/// Columns as lists, one for each group.
fn listed(frame: LazyFrame, wanted: &plan::Table, dimensions: &[Key], columns: &[&str]) -> PolarsResult<DataFrame> {
    let columns: Vec<Expr> = columns.iter().map(|&column| col(column)).collect();
    let names: Vec<Expr> = dimensions.iter().map(|key| col(key.as_column(wanted).name)).collect();
    let lists = match names.is_empty() {
        true => frame.select(columns.into_iter().map(|column| column.implode(true)).collect::<Vec<_>>()),
        false => in_order(frame.group_by(names).agg(columns), wanted, dimensions),
    };
    lists.collect()
}

/// How often each group has each value, or a value of each bin. A database only counts the values.
fn counted(
    base: &Base,
    wanted: &plan::Table,
    dimensions: &[Key],
    (function, column): (Aggregate, usize),
    rows: usize,
) -> PolarsResult<DataFrame> {
    let value = value(&wanted.columns[column], function).alias(VALUE);
    match base {
        Base::Frame(frame) => {
            let by: Vec<Expr> = keys(wanted, dimensions).into_iter().chain([value]).collect();
            let counted = frame.clone().group_by(by).agg([len().alias(TIMES)]);
            Ok(counted.collect_with_engine(Engine::Streaming)?.unwrap_single())
        }
        Base::Pushed(pushed) => {
            let own = Key { column, grain: Grain::Value };
            let own = (!dimensions.contains(&own)).then_some(own);
            let by: Vec<Key> = dimensions.iter().cloned().chain(own).collect();
            let count = Partial { function: Aggregate::Count, column: None, along: Vec::new() };
            let times = col(count.as_column(wanted).name).alias(TIMES);
            pushed.groups(wanted, &by, &[count], rows)?.lazy().with_columns([value, times]).collect()
        }
    }
}

/// What a sketch counts of a row: the value, or the bin that it lies in.
fn value(column: &plan::Column, function: Aggregate) -> Expr {
    let value = col(column.name.as_str());
    match function {
        Aggregate::ApproxCountDistinct => value.cast(physical(column.kind)),
        _ => value.cast(DataType::Float64).map(bins, |_, field| Ok(Field::new(field.name().clone(), DataType::Int32))),
    }
}

fn bins(numbers: Column) -> PolarsResult<Column> {
    let bins: Int32Chunked = numbers.f64()?.iter().map(|number| number.map(sketch::bin)).collect();
    Ok(bins.with_name(numbers.name().clone()).into_column())
}

fn distinct(values: &Series, kind: Kind) -> PolarsResult<Option<Vec<u8>>> {
    let bytes = |items: &mut dyn Iterator<Item = Item<'_>>| Distinct::of(items).bytes();
    if values.null_count() == values.len() {
        return Ok(None);
    }
    Ok(Some(match kind {
        Kind::Text => bytes(&mut values.str()?.iter().flatten().map(Item::Text)),
        // Adding zero makes negative zero positive.
        Kind::Float => bytes(&mut values.f64()?.iter().flatten().map(|number| Item::Key(ordered(number + 0.0)))),
        Kind::Decimal { .. } => {
            let units = values.to_physical_repr();
            bytes(&mut units.i128()?.iter().flatten().map(|unit| Item::Key(unit as i64)))
        }
        _ => {
            let keys = values.to_physical_repr().cast(&DataType::Int64)?;
            bytes(&mut keys.i64()?.iter().flatten().map(Item::Key))
        }
    }))
}

fn quantiles(bins: &Series, times: &Series) -> PolarsResult<Option<Vec<u8>>> {
    let times = times.cast(&DataType::UInt64)?;
    let mut counts = BTreeMap::new();
    for (bin, times) in bins.i32()?.iter().zip(times.u64()?.iter()) {
        if let Some((bin, times)) = bin.zip(times) {
            *counts.entry(bin).or_insert(0) += times;
        }
    }
    Ok(bytes(counts))
}

fn merged_distinct(cells: &Series) -> PolarsResult<Option<Vec<u8>>> {
    let mut sketch: Option<Distinct> = None;
    for cell in cells.binary()?.iter().flatten() {
        sketch.get_or_insert_default().merge(cell).map_err(unreadable)?;
    }
    Ok(sketch.map(|sketch| sketch.bytes()))
}

fn merged_quantiles(cells: &Series) -> PolarsResult<Option<Vec<u8>>> {
    let mut counts = BTreeMap::new();
    for cell in cells.binary()?.iter().flatten() {
        let add = |bin, times| *counts.entry(bin).or_insert(0) += times;
        sketch::each(cell, add).ok_or_else(|| unreadable("it is no sketch".to_owned()))?;
    }
    Ok(bytes(counts))
}

fn bytes(counts: BTreeMap<i32, u64>) -> Option<Vec<u8>> {
    (!counts.is_empty()).then(|| sketch::bytes(counts.into_iter()))
}

fn unreadable(why: String) -> PolarsError {
    polars_err!(ComputeError: "{}", why)
}

//! Files that polars reads become one table: their rows one after another, with the columns that their folders name.

use super::types::{Decimal, Evidence, Type};
use super::{Origin, Part, Source, dates, rows::Cell, types};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::error;
use crate::lineage::Lineage;
use crate::tables::{self, Table, guarded};
use polars::error::{PolarsError, PolarsResult};
use polars::prelude::{DataType, Expr, LazyFrame, SchemaRef, TimeUnit, UnionArgs, col, concat, lit};
use std::path::Path;

/// How polars opens a file.
type Scan = fn(&Path) -> PolarsResult<LazyFrame>;

/// How a table's files are opened, and what its rows come from.
pub type Read = (Scan, Lineage);

/// The value that stands for nothing in the name of a folder.
const NOTHING: &str = "__HIVE_DEFAULT_PARTITION__";

/// The table of these files; what cannot be read is told.
pub fn table(
    name: &str,
    source: &Source,
    parts: &[Part],
    (scan, lineage): Read,
    diagnostics: &mut Diagnostics,
) -> Option<Table> {
    let kinds = keys(parts);
    let mut frames: Vec<(LazyFrame, SchemaRef)> = Vec::new();
    for part in parts {
        let opened = guarded(|| {
            let mut frame = with_keys(scan(&part.path)?, part, &kinds);
            let schema = frame.collect_schema()?;
            Ok((frame, schema))
        });
        let sound =
            opened.map_err(|problem| unreadable(source, &part.relative, &problem)).and_then(|(frame, schema)| {
                let first = frames.first().map_or(&schema, |(_, first)| first);
                same_columns(first, &schema, &parts[0].relative, &part.relative)?;
                Ok((frame, schema))
            });
        frames.push(sound.map_err(|problem| diagnostics.push(problem)).ok()?);
    }
    let joined = guarded(|| tables::table(name, None, join(frames)?, true, lineage));
    joined.map_err(|problem| diagnostics.push(unreadable(source, &source.relative, &problem))).ok()
}

fn join(mut frames: Vec<(LazyFrame, SchemaRef)>) -> PolarsResult<LazyFrame> {
    if frames.len() == 1 {
        return Ok(frames.remove(0).0);
    }
    let columns: Vec<Expr> = frames[0].1.iter_names().map(|name| col(name.clone())).collect();
    let frames: Vec<LazyFrame> = frames.into_iter().map(|(frame, _)| frame.select(&columns)).collect();
    concat(frames, UnionArgs { to_supertypes: true, ..UnionArgs::default() })
}

fn same_columns(first: &SchemaRef, other: &SchemaRef, first_file: &str, file: &str) -> Result<(), Diagnostic> {
    let missing = first.iter_names().find(|name| !other.contains(name)).map(|name| (name, first_file, file));
    let added = || other.iter_names().find(|name| !first.contains(name)).map(|name| (name, file, first_file));
    match missing.or_else(added) {
        Some((name, with, without)) => Err(super::differing(name, with, without)),
        None => Ok(()),
    }
}

/// The columns that the names of folders make, with their types.
fn keys(parts: &[Part]) -> Vec<(String, Type)> {
    let names = parts.first().map(|part| part.keys.as_slice()).unwrap_or_default();
    let kind = |index: usize| {
        let mut evidence = Evidence::new(Decimal::Point, &dates::usual());
        for part in parts.iter().filter(|part| part.keys[index].1 != NOTHING) {
            evidence.observe(0, Cell::Raw(&part.keys[index].1));
        }
        evidence.decide().0
    };
    names.iter().enumerate().map(|(index, (name, _))| (name.clone(), kind(index))).collect()
}

fn with_keys(frame: LazyFrame, part: &Part, kinds: &[(String, Type)]) -> LazyFrame {
    let columns = part.keys.iter().zip(kinds).map(|((name, value), (_, kind))| key(value, kind).alias(name.as_str()));
    let columns: Vec<Expr> = columns.collect();
    if columns.is_empty() { frame } else { frame.with_columns(columns) }
}

fn key(value: &str, kind: &Type) -> Expr {
    let cell = if value == NOTHING { Cell::Null } else { Cell::Raw(value) };
    let moment = |pattern| types::moment(cell, pattern);
    let null = |kind: DataType| lit(polars::prelude::NULL).cast(kind);
    match kind {
        Type::Boolean => types::boolean(cell).map_or_else(|| null(DataType::Boolean), lit),
        Type::Integer => types::integer(cell).map_or_else(|| null(DataType::Int64), lit),
        Type::Number => types::number(cell, Decimal::Point).map_or_else(|| null(DataType::Float64), lit),
        Type::Date(pattern) => {
            moment(pattern).map_or_else(|| null(DataType::Date), |moment| lit(moment.day).cast(DataType::Date))
        }
        Type::Timestamp(pattern) => {
            let kind = DataType::Datetime(TimeUnit::Microseconds, None);
            moment(pattern).map_or_else(|| null(kind.clone()), |moment| lit(moment.timestamp()).cast(kind.clone()))
        }
        Type::Text | Type::Binary if cell == Cell::Null => null(DataType::String),
        Type::Text | Type::Binary => lit(value),
    }
}

fn unreadable(source: &Source, file: &str, problem: &PolarsError) -> Diagnostic {
    let text = problem.to_string();
    let first_line = text.lines().next().unwrap_or_default();
    let title = source.kind.title;
    error!(source.span, "cannot read source `{file}`: {first_line}").hint(Some(match source.origin {
        Origin::Loader(_) => format!("is what it prints a whole {title} file? run it by hand"),
        Origin::Address(_) => format!("is it a whole {title} file? open the address in a browser"),
        _ => format!("is it a whole {title} file? export it again, or remove it from `sources/`"),
    }))
}

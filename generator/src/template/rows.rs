//! Rows of a table as values that a template can name and as literals that a query can be given.

use crate::cache::Cache;
use crate::locale::Locale;
use crate::tables::{Table, first_line, guarded};
use dashgen_runtime::format;
use dashgen_runtime::plan::Kind;
use minijinja::Value;
use polars::prelude::{AnyValue, DataFrame, IdxSize, PolarsResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many rows a template reads at most.
pub const MOST: usize = 10_000;

/// A row: its cells by the names of their columns, in order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Row {
    cells: Vec<(String, Cell)>,
}

/// A value of a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cell {
    value: Value,
    /// As SQL writes it.
    literal: String,
}

impl Row {
    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|(name, _)| name.as_str())
    }

    /// Its columns and values.
    pub fn values(&self) -> impl Iterator<Item = (&str, Value)> {
        self.cells.iter().map(|(name, cell)| (name.as_str(), cell.value.clone()))
    }

    /// The row as a template's value.
    pub fn value(&self) -> Value {
        let cells: BTreeMap<String, Value> = self.values().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::from(cells)
    }

    /// A column's value as text; nothing for NULL.
    pub fn text(&self, name: &str) -> String {
        let cell = self.cells.iter().find(|(column, _)| column == name);
        cell.filter(|(_, cell)| !cell.value.is_none()).map_or_else(String::new, |(_, cell)| cell.value.to_string())
    }

    /// A column's value as a literal of SQL.
    pub fn literal(&self, name: &str) -> Option<&str> {
        self.cells.iter().find(|(column, _)| column == name).map(|(_, cell)| cell.literal.as_str())
    }

    /// JSON has no NaN and no infinity.
    fn is_json(&self) -> bool {
        let is_finite = |value: &Value| !value.is_number() || f64::try_from(value.clone()).is_ok_and(f64::is_finite);
        self.cells.iter().all(|(_, cell)| is_finite(&cell.value))
    }
}

/// The rows of a table, up to one more than [`MOST`]; from an earlier build, if the cache has them.
pub fn read(table: &Table, cache: &Cache) -> Result<Vec<Row>, String> {
    let key = cache.key("template", &table.lineage, "");
    let known = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    let keep = |rows: &Vec<Row>| serde_json::to_vec(rows).ok().filter(|_| rows.iter().all(Row::is_json));
    let rows = cache.answer(key.as_deref(), (known, keep), || {
        let frame = guarded(|| table.frame.clone().limit(MOST as IdxSize + 1).collect())?;
        (0..frame.height()).map(|index| row(&frame, index)).collect::<PolarsResult<_>>()
    });
    rows.map_err(|problem| first_line(&problem.to_string()).to_owned())
}

fn row(frame: &DataFrame, index: usize) -> PolarsResult<Row> {
    let cells = frame.columns().iter().map(|column| Ok((column.name().to_string(), cell(&column.get(index)?))));
    Ok(Row { cells: cells.collect::<PolarsResult<_>>()? })
}

fn cell(value: &AnyValue<'_>) -> Cell {
    let text = value.str_value().into_owned();
    let cast = |kind: &str| format!("CAST({} AS {kind})", quoted(&text));
    let (value, literal) = match value {
        AnyValue::Null => (Value::from(()), "NULL".to_owned()),
        AnyValue::Boolean(flag) => (Value::from(*flag), flag.to_string().to_uppercase()),
        AnyValue::Date(_) => (Value::from(text.as_str()), cast("DATE")),
        AnyValue::Datetime(..) | AnyValue::DatetimeOwned(..) => (Value::from(text.as_str()), cast("TIMESTAMP")),
        number if number.is_integer() => {
            (number.extract::<i64>().map_or(Value::from(text.as_str()), Value::from), text)
        }
        number if number.is_primitive_numeric() => {
            (number.extract::<f64>().map_or(Value::from(text.as_str()), Value::from), text)
        }
        _ => (Value::from(text.as_str()), quoted(&text)),
    };
    Cell { value, literal }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A row as a table could have it, where no data is to be read.
pub fn stand_in(table: &Table) -> Row {
    let cells = table.columns.iter().map(|(name, kind)| (name.clone(), stand_in_cell(name, *kind)));
    Row { cells: cells.collect() }
}

fn stand_in_cell(name: &str, kind: Option<Kind>) -> Cell {
    let (value, literal) = match kind {
        Some(Kind::Boolean) => (Value::from(true), "TRUE".to_owned()),
        Some(Kind::Date) => (Value::from("2000-01-01"), "CAST('2000-01-01' AS DATE)".to_owned()),
        Some(Kind::Timestamp) => {
            (Value::from("2000-01-01 00:00:00"), "CAST('2000-01-01 00:00:00' AS TIMESTAMP)".to_owned())
        }
        Some(kind) if kind.is_number() => (Value::from(1), "1".to_owned()),
        _ => (Value::from(name), quoted(name)),
    };
    Cell { value, literal }
}

/// The filter `format('$,.0f')`: a number as the page's live values write it.
pub fn written(value: &Value, text: &str, locale: &Locale) -> Result<String, minijinja::Error> {
    let wrong = |problem: String| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, problem);
    let spec = format::parse(text).map_err(wrong)?;
    match f64::try_from(value.clone()) {
        Ok(number) => Ok(spec.write_in(number, locale)),
        Err(_) => Err(wrong(format!("`{value}` is not a number"))),
    }
}

//! Tables that are not read from a file: from values, or some rows of another.

use super::{Codes, Column, Data, Holds, Integers, Mask, Table, ordered};
use crate::calendar::{parse_day, parse_moment};
use crate::distinct::distinct_texts;
use crate::order::text;
use crate::plan::{self, Kind, Value};
use std::sync::Arc;

impl Table {
    /// A table of values, column by column.
    pub fn of_values(columns: &[plan::Column], values: &[Vec<Value>], rows: usize) -> Table {
        let column = |(column, values): (&plan::Column, &Vec<Value>)| Column::of_values(column, values);
        let columns: Vec<Column> = columns.iter().zip(values).map(column).collect();
        let holds = Holds::Rows((0..columns.len()).collect());
        Table { columns, rows, holds }
    }

    /// Some rows of some columns of this table, in this order, under other names; none if it lacks a column.
    pub fn picked(&self, columns: &[(usize, &str)], rows: &[u32]) -> Option<Table> {
        let pick = |&(column, name): &(usize, &str)| Some(self.column(column)?.0.picked(name, rows));
        let columns: Vec<Column> = columns.iter().map(pick).collect::<Option<_>>()?;
        let holds = Holds::Rows((0..columns.len()).collect());
        Some(Table { columns, rows: rows.len(), holds })
    }
}

impl Column {
    /// A column of values of its kind; others are null.
    fn of_values(column: &plan::Column, values: &[Value]) -> Column {
        let valid = |present: Mask| (present.count() < present.rows()).then_some(present);
        let data = match column.kind {
            Kind::Text => texts(values),
            Kind::Float => {
                let number = |row: usize| if let Value::Number(number) = values[row] { Some(number) } else { None };
                let present = Mask::of(values.len(), |row| number(row).is_some());
                let values = (0..values.len()).map(|row| number(row).unwrap_or_default() + 0.0).collect();
                Data::Floats { values, valid: valid(present) }
            }
            kind => {
                let keys: Vec<Option<i64>> = values.iter().map(|value| key(kind, value)).collect();
                let mut integers = Integers::default();
                integers.extend(&keys.iter().map(|key| key.unwrap_or_default()).collect::<Vec<_>>());
                let present = Mask::of(keys.len(), |row| keys[row].is_some());
                Data::Integers { values: integers, valid: valid(present) }
            }
        };
        Column::new(column.name.clone(), column.kind, data)
    }

    /// Some of its rows, as a column of its own.
    fn picked(&self, name: &str, rows: &[u32]) -> Column {
        let some = |valid: &Option<Mask>| {
            let valid = valid.as_ref()?;
            Some(Mask::of(rows.len(), |row| valid.get(rows[row] as usize)))
        };
        let each = || rows.iter().map(|&row| row as usize);
        let data = match &self.data {
            Data::Text { values, codes } => {
                let mut picked = Codes::default();
                picked.extend(&each().map(|row| codes.get(row)).collect::<Vec<_>>());
                Data::Text { values: values.clone(), codes: Arc::new(picked) }
            }
            Data::Integers { values, valid } => {
                let mut picked = Integers::default();
                picked.extend(&each().map(|row| values.get(row)).collect::<Vec<_>>());
                Data::Integers { values: picked, valid: some(valid) }
            }
            Data::Floats { values, valid } => {
                Data::Floats { values: each().map(|row| values[row]).collect(), valid: some(valid) }
            }
            Data::Sketches(sketches) => Data::Sketches(each().map(|row| sketches[row].clone()).collect()),
        };
        Column::new(name.to_owned(), self.kind, data)
    }
}

fn texts(values: &[Value]) -> Data {
    let texts = distinct_texts(values.iter().filter_map(text).collect());
    let place = |text: &str| texts.partition_point(|other| *other < text);
    let code = |value: &Value| text(value).map_or(texts.len(), place) as u32;
    let mut codes = Codes::default();
    codes.extend(&values.iter().map(code).collect::<Vec<_>>());
    Data::Text { values: Arc::new(texts.into_iter().map(str::to_owned).collect()), codes: Arc::new(codes) }
}

/// The ordered key of a value that is no text.
fn key(kind: Kind, value: &Value) -> Option<i64> {
    match (kind, value) {
        (Kind::Boolean, Value::Boolean(truth)) => Some(i64::from(*truth)),
        (Kind::Date, Value::Text(day)) => parse_day(day),
        (Kind::Timestamp, Value::Text(moment)) => parse_moment(moment),
        (Kind::Integer, Value::Number(number)) => Some(*number as i64),
        (Kind::Decimal { scale }, Value::Number(number)) => Some((number * 10f64.powi(scale.into())).round() as i64),
        (Kind::Float, Value::Number(number)) => Some(ordered(*number)),
        _ => None,
    }
}

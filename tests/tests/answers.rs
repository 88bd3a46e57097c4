//! What a query gives, here and in DuckDB, in a form that can be compared.

use dashgen::diagnostics::{FileId, Span};
use dashgen::sql::{self, Source, Sql};
use dashgen::tables::guarded;
use polars::prelude::{
    AnyValue, CsvParseOptions, CsvReadOptions, DataFrame, DataType, IntoLazy, LazyFrame, NullValues, PlSmallStr,
    PolarsResult, SerReader, TimeUnit, TimeZone, col,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where queries and answers lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")
}

/// DuckDB's answer to a query; neither columns nor rows if it refused.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Answer {
    pub name: String,
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub rows: Vec<Vec<Value>>,
    #[serde(default)]
    pub refused: Option<String>,
}

/// What a query gave here.
pub struct Given {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// All of DuckDB's answers.
pub fn known() -> Vec<Answer> {
    let text = fs::read_to_string(folder().join("answers.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The tables that the queries read.
pub fn tables() -> BTreeMap<String, Source> {
    ["sales", "regions"].into_iter().map(|name| (name.to_owned(), table(name))).collect()
}

fn table(name: &str) -> Source {
    let options = CsvParseOptions::default()
        .with_null_values(Some(NullValues::AllColumnsSingle(PlSmallStr::from_static("NULL"))))
        .with_missing_is_null(false)
        .with_try_parse_dates(true);
    let reader = CsvReadOptions::default().with_infer_schema_length(None).with_parse_options(options);
    let reader = reader.try_into_reader_with_file_path(Some(folder().join(format!("{name}.csv"))));
    let frame = reader.unwrap().finish().unwrap();
    let columns = frame.get_column_names().iter().map(ToString::to_string).collect();
    Source { frame: frame.lazy(), columns }
}

/// Runs a query as a `sql` block does; what the author reads if it cannot run.
pub fn run(tables: &BTreeMap<String, Source>, text: &str) -> Result<Given, String> {
    let span = Span { file: FileId(0), start: 0, end: text.len() };
    let sql = Sql { text: text.to_owned(), span };
    let query = sql::query(&sql).map_err(|problem| line(text, &[problem]))?;
    let planned = guarded(|| Ok(sql::run::run(&sql, &query, tables))).map_err(|problem| format!("PLAN: {problem}"))?;
    let frame = planned.map_err(|problems| line(text, &problems))?;
    guarded(|| in_utc(frame)?.collect()).map(|frame| given(&frame)).map_err(|problem| format!("DATA: {problem}"))
}

/// Timestamps with a zone are compared as moments.
fn in_utc(mut frame: LazyFrame) -> PolarsResult<LazyFrame> {
    let schema = frame.collect_schema()?;
    let zoned = schema.iter().filter(|(_, kind)| matches!(kind, DataType::Datetime(_, Some(_))));
    let shown = zoned.map(|(name, _)| col(name.clone()).dt().convert_time_zone(TimeZone::UTC));
    Ok(frame.with_columns(shown.collect::<Vec<_>>()))
}

/// A diagnostic on one line, with the words that it marks.
fn line(text: &str, problems: &[dashgen::diagnostics::Diagnostic]) -> String {
    let one = |problem: &dashgen::diagnostics::Diagnostic| {
        let marked = problem.span.map_or("", |span| &text[span.start..span.end]);
        format!("{} [{marked}] {}", problem.message, problem.hints.join(" "))
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn given(frame: &DataFrame) -> Given {
    let row = |row: usize| frame.columns().iter().map(|column| plain(&column.get(row).unwrap())).collect();
    Given {
        columns: frame.get_column_names().iter().map(ToString::to_string).collect(),
        rows: (0..frame.height()).map(row).collect(),
    }
}

fn plain(value: &AnyValue) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(truth) => (*truth).into(),
        AnyValue::String(text) => (*text).into(),
        AnyValue::StringOwned(text) => text.as_str().into(),
        AnyValue::List(list) => list.iter().map(|item| plain(&item)).collect(),
        AnyValue::Duration(length, TimeUnit::Microseconds) => serde_json::json!({"seconds": *length as f64 / 1e6}),
        AnyValue::Struct(..) => value._iter_struct_av().map(|field| plain(&field)).collect(),
        AnyValue::StructOwned(fields) => fields.0.iter().map(plain).collect(),
        AnyValue::Float64(number) if !number.is_finite() => {
            let text = number.to_string();
            Value::String(text.to_lowercase())
        }
        number if value.is_primitive_numeric() || matches!(value, AnyValue::Decimal(..)) => {
            number.extract::<f64>().into()
        }
        other => Value::String(other.to_string().trim_matches('"').to_owned()),
    }
}

impl Answer {
    /// The answer as if it had been given here.
    pub fn given(&self) -> Given {
        Given { columns: self.columns.clone(), rows: self.rows.clone() }
    }

    /// What differs, if anything.
    pub fn compare(&self, query: &str, given: &Given) -> Result<(), String> {
        if let Some(refused) = &self.refused {
            return Err(format!("DuckDB refuses: {refused}"));
        }
        if self.columns.len() != given.columns.len() {
            return Err(format!("columns {:?}, DuckDB {:?}", given.columns, self.columns));
        }
        let named = |name: &&String| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        for (ours, theirs) in given.columns.iter().zip(&self.columns) {
            let repeated = self.columns.iter().filter(|name| *name == theirs).count() > 1;
            if named(&theirs) && !repeated && !ours.eq_ignore_ascii_case(theirs) && theirs != "unnest" {
                return Err(format!("column `{ours}`, DuckDB `{theirs}`"));
            }
        }
        let (mut ours, mut theirs) = (given.rows.clone(), self.rows.clone());
        if !is_ordered(query) {
            ours.sort_by_key(|row| key(row));
            theirs.sort_by_key(|row| key(row));
        }
        if ours.len() != theirs.len() {
            return Err(format!(
                "{} rows, DuckDB {}\n    ours   {}\n    DuckDB {}",
                ours.len(),
                theirs.len(),
                show(&ours),
                show(&theirs)
            ));
        }
        let same = |(a, b): (&Vec<Value>, &Vec<Value>)| a.iter().zip(b).all(|(a, b)| equal(a, b));
        match ours.iter().zip(&theirs).position(|pair| !same(pair)) {
            None => Ok(()),
            Some(row) => Err(format!("row {row}: {:?}, DuckDB {:?}", ours[row], theirs[row])),
        }
    }
}

/// True if the query itself, not one in parentheses, says how its rows are ordered.
fn is_ordered(query: &str) -> bool {
    let mut depth = 0;
    let outside = query.chars().filter(|letter| {
        depth += i32::from(*letter == '(') - i32::from(*letter == ')');
        depth == 0
    });
    outside.collect::<String>().to_lowercase().contains("order by")
}

fn show(rows: &[Vec<Value>]) -> String {
    rows.iter().map(|row| Value::from(row.clone()).to_string()).collect::<Vec<_>>().join(" ")
}

/// A row's place among rows in no order: numbers rounded, so that the last digits do not matter.
fn key(row: &[Value]) -> String {
    let rounded = |value: &Value| match value.as_f64() {
        Some(number) => format!("{number:.6}"),
        None => text(value),
    };
    row.iter().map(rounded).collect::<Vec<_>>().join("\u{1f}")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => moment(text),
        other => other.to_string(),
    }
}

/// A timestamp without needless zeros; at midnight, and without a zone, it is its date.
fn moment(text: &str) -> String {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let text = match text.split_once('.') {
        Some((start, digits)) if start.len() == 19 => format!("{start}.{}", digits.trim_end_matches('0')),
        _ => text.to_owned(),
    };
    text.trim_end_matches('.').strip_suffix(" 00:00:00").unwrap_or(&text).to_owned()
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Array(a), Value::Object(b)) => a.len() == b.len() && a.iter().zip(b.values()).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && equal(a, b))
        }
        (Value::String(_), Value::String(_)) => text(a) == text(b),
        _ => a == b,
    }
}

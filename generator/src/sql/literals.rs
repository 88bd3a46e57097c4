//! Constants: numbers, texts, dates, and what a text becomes when it is compared with a date.

use super::intervals::Unit;
use super::rewrite::Planned;
use super::scalar::Scalars;
use crate::error;
use polars::prelude::{
    DataFrame, DataType, Duration, Expr, IntoLazy, LiteralValue, NULL, Scalar, StrptimeOptions, TimeUnit, lit,
};
use sqlparser::ast::{self, UnaryOperator, Value};

/// The text of a quoted constant.
pub fn text(expression: &ast::Expr) -> Option<String> {
    match expression {
        ast::Expr::Value(value) => value.value.clone().into_string(),
        ast::Expr::Nested(inner) => text(inner),
        _ => None,
    }
}

/// The whole number that a constant is.
pub fn integer(expression: &ast::Expr) -> Option<i64> {
    match expression {
        ast::Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => integer(expr).map(|number| -number),
        ast::Expr::Nested(inner) => integer(inner),
        _ => None,
    }
}

/// The number that a constant is.
pub fn number(expression: &ast::Expr) -> Option<f64> {
    match expression {
        ast::Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr).map(|number| -number),
        ast::Expr::Nested(inner) => number(inner),
        _ => None,
    }
}

/// The fixed step that a constant interval is, as polars has it.
pub fn step(expression: &ast::Expr) -> Option<Duration> {
    let (text, unit) = match expression {
        ast::Expr::Interval(interval) => (&interval.value, interval.leading_field.as_ref()),
        ast::Expr::Nested(inner) => return step(inner),
        _ => return None,
    };
    let text = self::text(text).or_else(|| integer(text).map(|count| count.to_string()))?;
    let text = unit.map_or_else(|| text.clone(), |unit| format!("{text} {unit}"));
    let mut words = text.split_whitespace();
    let count: i64 = words.next()?.parse().ok()?;
    let each = super::intervals::unit(words.next()?)?;
    let written = match each {
        _ if words.next().is_some() => return None,
        Unit::Months(months) => format!("{}mo", count * months),
        Unit::Microseconds(each) => format!("{}us", count * each),
    };
    Some(Duration::parse(&written))
}

/// A constant timestamp: its time, or the seconds of it, may be left out.
fn moment(text: &str) -> Expr {
    let text = text.trim().replacen('T', " ", 1);
    let format = match text.len() {
        0..=10 => "%Y-%m-%d %H:%M:%S",
        11..=16 => "%Y-%m-%d %H:%M",
        _ => "%Y-%m-%d %H:%M:%S%.f",
    };
    let text = if text.len() <= 10 { format!("{text} 00:00:00") } else { text };
    let options = StrptimeOptions { format: Some(format.into()), ..StrptimeOptions::default() };
    lit(text).str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
}

/// A timestamp in microseconds, without a zone.
pub fn timestamp() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, None)
}

impl Scalars<'_, '_> {
    /// A constant.
    pub fn value(&self, tree: &ast::Expr, value: &Value) -> Planned<Expr> {
        Ok(match value {
            Value::Null => lit(NULL),
            Value::Boolean(truth) => lit(*truth),
            Value::Number(digits, _) => match digits.parse::<i64>() {
                Ok(number) => Expr::Literal(LiteralValue::Scalar(Scalar::from(number))),
                Err(_) => lit(digits.parse::<f64>().map_err(
                    |_| error!(self.span(tree), "`{digits}` is not a number"; hint: "write `1`, `1.5` or `1e6`"),
                )?),
            },
            Value::Placeholder(name) => {
                return Err(
                    error!(self.span(tree), "`{name}` has no value here"; hint: "a parameter is named after an input of the page"),
                );
            }
            other => match other.clone().into_string() {
                Some(text) => lit(text),
                None => {
                    return Err(self.context.unsupported(
                        tree,
                        "this kind of constant",
                        "write a text in single quotes",
                    ));
                }
            },
        })
    }

    /// `date '2024-06-01'`, `timestamp '…'`.
    pub fn typed(&self, tree: &ast::Expr, typed: &ast::TypedString) -> Planned<Expr> {
        let kind = super::types::data_type(self.context, tree, &typed.data_type)?;
        let text = typed.value.value.clone().into_string().unwrap_or_default();
        self.constant(tree, &text, kind)
    }

    /// A text read as another type now, so that a wrong one is a mistake found before any data is read.
    pub fn constant(&self, tree: &ast::Expr, text: &str, kind: DataType) -> Planned<Expr> {
        let expression = match &kind {
            DataType::Datetime(..) => moment(text).cast(kind.clone()),
            DataType::Boolean => match text.to_lowercase().as_str() {
                "true" | "t" | "1" | "yes" => lit(true),
                "false" | "f" | "0" | "no" => lit(false),
                _ => lit(NULL),
            },
            _ => lit(text).strict_cast(kind.clone()),
        };
        let tried = crate::tables::guarded(|| DataFrame::empty().lazy().select([expression.clone()]).collect());
        match tried {
            Ok(frame) if frame.columns().first().is_some_and(|column| column.null_count() == 0) => Ok(expression),
            _ => Err(
                error!(self.span(tree), "`{text}` is not a {}", super::types::word(&kind); hint: "{}", super::types::example(&kind)),
            ),
        }
    }

    /// Both sides of a comparison, a constant text read as the other side's type.
    pub fn comparable(&self, left: &ast::Expr, right: &ast::Expr) -> Planned<(Expr, Expr)> {
        let (l, r) = (self.lower(left)?, self.lower(right)?);
        let (left_kind, right_kind) = (self.kind(left, &l)?, self.kind(right, &r)?);
        let (l, left_kind) = self.read_as(left, l, left_kind, &right_kind)?;
        let (r, right_kind) = self.read_as(right, r, right_kind, &left_kind)?;
        Ok(super::types::aligned((l, &left_kind), (r, &right_kind)))
    }

    fn read_as(&self, tree: &ast::Expr, value: Expr, kind: DataType, other: &DataType) -> Planned<(Expr, DataType)> {
        let Some(text) = text(tree).filter(|_| kind == DataType::String) else { return Ok((value, kind)) };
        let target = match other {
            DataType::Date if text.trim().len() > 10 => timestamp(),
            DataType::Date | DataType::Datetime(..) | DataType::Time => other.clone(),
            numeric if numeric.is_primitive_numeric() => DataType::Float64,
            _ => return Ok((value, kind)),
        };
        Ok((self.constant(tree, &text, target.clone())?, target))
    }
}

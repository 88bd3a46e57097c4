//! Intervals: `interval '1 month'`, `interval 3 hours`, `to_days(n)`, `n * interval '1 day'`, and moving dates by them.

use super::literals::timestamp;
use super::operators::microseconds;
use super::rewrite::Planned;
use super::scalar::Scalars;
use crate::error;
use polars::prelude::{DataType, Expr, RoundMode, concat_str, lit};
use sqlparser::ast::{self, BinaryOperator, FunctionArg, FunctionArgExpr, FunctionArguments};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Calendar months: polars' `mo`, several of them for quarters and years.
    Months(i64),
    /// Microseconds, several of them for all that is longer.
    Microseconds(i64),
}

/// The unit of a name such as `day`, `days`, `year`, `hours`.
pub fn unit(name: &str) -> Option<Unit> {
    const SECOND: i64 = 1_000_000;
    let name = name.to_lowercase();
    Some(match name.strip_suffix('s').unwrap_or(&name) {
        "microsecond" | "u" => Unit::Microseconds(1),
        "millisecond" | "m" => Unit::Microseconds(1_000),
        "second" | "sec" | "" => Unit::Microseconds(SECOND),
        "minute" | "min" => Unit::Microseconds(60 * SECOND),
        "hour" | "h" => Unit::Microseconds(3_600 * SECOND),
        "day" | "d" => Unit::Microseconds(86_400 * SECOND),
        "week" | "w" => Unit::Microseconds(7 * 86_400 * SECOND),
        "month" | "mon" => Unit::Months(1),
        "quarter" => Unit::Months(3),
        "year" | "y" => Unit::Months(12),
        "decade" => Unit::Months(120),
        "century" | "centurie" => Unit::Months(1_200),
        _ => return None,
    })
}

/// Parts that are added one after the other.
pub type Interval = Vec<(Expr, Unit)>;

impl Scalars<'_, '_> {
    /// The interval that an expression is; none for anything else.
    pub fn interval(&self, tree: &ast::Expr) -> Planned<Option<Interval>> {
        match tree {
            ast::Expr::Nested(inner) => self.interval(inner),
            ast::Expr::Interval(interval) => self.written(tree, interval).map(Some),
            ast::Expr::Function(function) => self.made(function),
            ast::Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => {
                Ok(self.interval(expr)?.map(|parts| parts.into_iter().map(|(count, unit)| (-count, unit)).collect()))
            }
            ast::Expr::BinaryOp { left, op: BinaryOperator::Multiply, right } => {
                let (interval, factor) = match self.interval(left)? {
                    Some(interval) => (interval, right),
                    None => match self.interval(right)? {
                        Some(interval) => (interval, left),
                        None => return Ok(None),
                    },
                };
                let factor = self.lower(factor)?;
                Ok(Some(interval.into_iter().map(|(count, unit)| (count * factor.clone(), unit)).collect()))
            }
            _ => Ok(None),
        }
    }

    fn written(&self, tree: &ast::Expr, interval: &ast::Interval) -> Planned<Interval> {
        let wrong = || error!(self.span(tree), "this is not an interval"; hint: "write `interval '1 month'` or `interval '2 days 3 hours'`");
        if let Some(field) = &interval.leading_field {
            let unit = unit(&field.to_string()).ok_or_else(wrong)?;
            let count = match super::literals::text(&interval.value) {
                Some(text) => lit(text.trim().parse::<i64>().map_err(|_| wrong())?),
                None => self.lower(&interval.value)?,
            };
            return Ok(vec![(count, unit)]);
        }
        let text = super::literals::text(&interval.value).ok_or_else(wrong)?;
        parts(&text).ok_or_else(wrong)
    }

    /// `to_days(n)` and its like.
    fn made(&self, function: &ast::Function) -> Planned<Option<Interval>> {
        let name = function.name.to_string().to_lowercase();
        let Some(unit) = name.strip_prefix("to_").and_then(unit) else { return Ok(None) };
        match &function.args {
            FunctionArguments::List(list) => match list.args.as_slice() {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(count))] => Ok(Some(vec![(self.lower(count)?, unit)])),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// A date or timestamp moved by an interval: always a timestamp.
    pub fn moved(&self, tree: &ast::Expr, interval: &Interval, back: bool) -> Planned<Expr> {
        let value = match (super::literals::text(tree), self.lower(tree)?) {
            (Some(text), _) => self.constant(tree, &text, timestamp())?,
            (None, value) => value,
        };
        let value = match self.kind(tree, &value)? {
            DataType::Datetime(..) => value,
            DataType::Date => value.cast(timestamp()),
            DataType::Duration(_) => {
                let length = self.length(tree, interval)?;
                return Ok(if back { value - length } else { value + length });
            }
            other => {
                let other = super::types::word(&other);
                return Err(
                    error!(self.span(tree), "an interval moves a date or a timestamp, and this is a {other}"; hint: "cast it: `x::date`"),
                );
            }
        };
        let step = |value: Expr, (count, unit): &(Expr, Unit)| {
            let count = if back { -count.clone() } else { count.clone() };
            match unit {
                Unit::Months(months) => value.dt().offset_by(offset(count.cast(DataType::Int64) * lit(*months), "mo")),
                Unit::Microseconds(each) => value + microseconds(scaled(count, *each)),
            }
        };
        Ok(interval.iter().fold(value, step))
    }

    /// An interval as a length of time, which months have none of.
    pub fn length(&self, tree: &ast::Expr, interval: &Interval) -> Planned<Expr> {
        let mut total = lit(0i64);
        for (count, unit) in interval {
            let Unit::Microseconds(each) = unit else {
                return Err(
                    error!(self.span(tree), "a month has no fixed length"; hint: "add it to a date, as in `d + interval '1 month'`, or write days"),
                );
            };
            total = total + scaled(count.clone(), *each);
        }
        Ok(microseconds(total))
    }

    /// An interval that stands by itself.
    pub fn duration(&self, tree: &ast::Expr) -> Planned<Expr> {
        let interval = self.interval(tree)?.unwrap_or_default();
        self.length(tree, &interval)
    }
}

/// A number of units in microseconds: as a float, since half a unit may be meant.
fn scaled(count: Expr, each: i64) -> Expr {
    (count.cast(DataType::Float64) * lit(each as f64)).round(0, RoundMode::HalfToEven).cast(DataType::Int64)
}

fn offset(count: Expr, suffix: &str) -> Expr {
    concat_str([count.cast(DataType::String), lit(suffix)], "", false)
}

/// `1 month`, `2 days 3 hours`, `-1 week`, `03:30:00`.
fn parts(text: &str) -> Option<Interval> {
    let mut words = text.split_whitespace();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if word.contains(':') {
            found.push((lit(clock(word)?), Unit::Microseconds(1)));
            continue;
        }
        let digits = word.find(|letter: char| letter.is_alphabetic()).unwrap_or(word.len());
        let (count, name) = word.split_at(digits);
        let name = if name.is_empty() { words.next()? } else { name };
        let count = match count.parse::<i64>() {
            Ok(count) => lit(count),
            Err(_) => lit(count.parse::<f64>().ok()?),
        };
        found.push((count, unit(name)?));
    }
    (!found.is_empty()).then_some(found)
}

fn clock(text: &str) -> Option<i64> {
    let mut fields = text.split(':');
    let hours: i64 = fields.next()?.parse().ok()?;
    let minutes: i64 = fields.next()?.parse().ok()?;
    let seconds: f64 = fields.next().unwrap_or("0").parse().ok()?;
    Some((hours * 3_600 + minutes * 60) * 1_000_000 + (seconds * 1e6) as i64)
}

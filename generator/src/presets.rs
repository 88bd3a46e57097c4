//! Named ranges of a date range, relative to the data's own last day, never to today: the same input gives the same page.

use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::{error, locale};
use dashgen_runtime::calendar::{civil_from_days, days_from_civil, parse_day, write_day};
use dashgen_runtime::plan::Value;

/// What ranges are called, in the words that languages know; `{count}` is more than one.
pub const NAMES: [&str; 18] = [
    "All dates",
    "last day",
    "last week",
    "last month",
    "last quarter",
    "last year",
    "last {count} days",
    "last {count} weeks",
    "last {count} months",
    "last {count} quarters",
    "last {count} years",
    "this week",
    "this month",
    "this quarter",
    "this year",
    "previous month",
    "previous quarter",
    "previous year",
];

/// What a range is called on a page in a language; in English it is as the author writes it.
pub fn said(name: &str, language: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let (text, count) = match words[..] {
        ["all"] => ("All dates".to_owned(), ""),
        ["last", "1", unit] => (format!("last {}", unit.trim_end_matches('s')), ""),
        ["last", count, unit] => (format!("last {{count}} {}s", unit.trim_end_matches('s')), count),
        _ => (words.join(" "), ""),
    };
    locale::words(language).get(&text).map_or(name.to_owned(), |said| said.replace("{count}", count))
}

/// The ranges that the author named, as first and last day within the column's bounds.
pub fn presets(
    named: &[(String, Span)],
    min: &Value,
    max: &Value,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, Value, Value)> {
    let (Some(first), Some(last)) = (bound(min), bound(max)) else { return Vec::new() };
    let mut ranges = Vec::new();
    for (name, span) in named {
        match range(&name.to_lowercase(), first, last) {
            Some((from, to)) => ranges.push((name.clone(), text(from.max(first)), text(to.min(last)))),
            None => diagnostics.push(unknown(name, *span)),
        }
    }
    ranges
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    error!(span, "unknown range `{name}`"; hint: "there are `all`, `last 30 days` (weeks, months, quarters, years), `this week`, `this month`, `this quarter`, `this year`, `previous month`, `previous quarter`, `previous year`")
}

fn bound(value: &Value) -> Option<i64> {
    match value {
        Value::Text(text) => parse_day(text.get(..10)?),
        _ => None,
    }
}

fn text(day: i64) -> Value {
    Value::Text(write_day(day))
}

fn range(name: &str, first: i64, last: i64) -> Option<(i64, i64)> {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words[..] {
        ["all"] => Some((first, last)),
        ["last", count, unit] => {
            let count: i64 = count.parse().ok().filter(|count| (1..=100_000).contains(count))?;
            match unit.trim_end_matches('s') {
                "day" => Some((last - count + 1, last)),
                "week" => Some((last - 7 * count + 1, last)),
                unit => Some((shifted(last, -count * months(unit)?) + 1, last)),
            }
        }
        ["this", "week"] => Some((last - (last + 3).rem_euclid(7), last)),
        ["this", unit] => Some((period(last, months(unit)?, 0), last)),
        ["previous", unit] => Some((period(last, months(unit)?, -1), period(last, months(unit)?, 0) - 1)),
        _ => None,
    }
}

fn months(unit: &str) -> Option<i64> {
    match unit {
        "month" => Some(1),
        "quarter" => Some(3),
        "year" => Some(12),
        _ => None,
    }
}

/// The first day of the period of so many months that holds `last`, or of one before or after it.
fn period(last: i64, months: i64, offset: i64) -> i64 {
    let (year, month, _) = civil_from_days(last);
    let month = year * 12 + i64::from(month) - 1;
    first_of((month.div_euclid(months) + offset) * months)
}

/// The same day of the month, so many months away; the month's last day if it is shorter.
fn shifted(date: i64, by: i64) -> i64 {
    let (year, month, of_month) = civil_from_days(date);
    let month = year * 12 + i64::from(month) - 1 + by;
    (first_of(month) + i64::from(of_month) - 1).min(first_of(month + 1) - 1)
}

fn first_of(month: i64) -> i64 {
    days_from_civil(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
}

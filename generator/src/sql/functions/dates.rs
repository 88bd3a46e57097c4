//! Functions over dates and timestamps. Weeks start on Monday.

use super::Form;
use crate::error;
use crate::sql::intervals::{Unit, unit};
use crate::sql::literals::{self, timestamp};
use crate::sql::rewrite::Planned;
use crate::sql::scalar::Scalars;
use polars::prelude::{DataType, DatetimeArgs, Expr, NonExistent, StrptimeOptions, TimeUnit, TimeZone, datetime, lit};
use sqlparser::ast;

/// What there is.
pub const FORMS: &[Form] = &[
    (&["date_trunc", "datetrunc"], "date_trunc('month', date)"),
    (&["date_part", "datepart", "extract"], "date_part('year', date)"),
    (&["year", "quarter", "month", "week", "weekofyear", "day", "dayofmonth"], "year(date)"),
    (&["dayofweek", "weekday", "isodow", "dayofyear", "isoyear"], "dayofweek(date)"),
    (&["hour", "minute", "second", "epoch", "epoch_ms"], "hour(timestamp)"),
    (&["dayname", "monthname"], "dayname(date)"),
    (&["strftime"], "strftime(date, '%Y-%m')"),
    (&["strptime"], "strptime(text, '%d.%m.%Y')"),
    (&["date_diff", "datediff"], "date_diff('day', from, to)"),
    (&["date_add", "dateadd"], "date_add(date, interval '1 day')"),
    (&["date_sub"], "date_sub('day', from, to)"),
    (&["last_day"], "last_day(date)"),
    (&["make_date"], "make_date(year, month, day)"),
    (&["make_timestamp"], "make_timestamp(year, month, day, hour, minute, second)"),
    (&["to_timestamp"], "to_timestamp(seconds)"),
    (&["to_years", "to_months", "to_weeks", "to_days", "to_hours", "to_minutes", "to_seconds"], "to_days(n)"),
];

impl Scalars<'_, '_> {
    pub(super) fn date_function(
        &self,
        tree: &ast::Expr,
        name: &str,
        arguments: &[&ast::Expr],
    ) -> Planned<Option<Expr>> {
        Ok(Some(match (name, arguments) {
            ("date_trunc" | "datetrunc", [part, date]) => self.truncated(part, date)?,
            ("date_part" | "datepart", [part, date]) => match literals::text(part) {
                Some(part) => self.date_part(tree, &part, date)?,
                None => return Ok(None),
            },
            ("dayname", [date]) => self.instant(date)?.dt().to_string("%A"),
            ("monthname", [date]) => self.instant(date)?.dt().to_string("%B"),
            ("strftime", [date, format]) => match (literals::text(format), literals::text(date)) {
                (Some(format), _) => self.instant(date)?.dt().to_string(&format),
                (None, Some(text)) => self.instant(format)?.dt().to_string(&text),
                (None, None) => return Ok(None),
            },
            ("strptime", [text, format]) => match literals::text(format) {
                Some(format) => parsed(self.text(text)?, format),
                None => return Ok(None),
            },
            ("date_diff" | "datediff", [part, from, to]) => self.boundaries(part, from, to)?,
            ("date_sub", [part, from, to]) => self.whole_units(part, from, to)?,
            ("date_add" | "dateadd", [date, step]) => match self.interval(step)? {
                Some(interval) => self.moved(date, &interval, false)?,
                None => return Ok(None),
            },
            ("last_day", [date]) => self.instant(date)?.dt().month_end().cast(DataType::Date),
            ("make_date", [year, month, day]) => {
                datetime(DatetimeArgs::new(self.lower(year)?, self.lower(month)?, self.lower(day)?))
                    .cast(DataType::Date)
            }
            ("make_timestamp", [year, month, day, hour, minute, second]) => {
                let date = DatetimeArgs::new(self.lower(year)?, self.lower(month)?, self.lower(day)?);
                datetime(date.with_hms(self.lower(hour)?, self.lower(minute)?, self.lower(second)?))
            }
            ("to_timestamp", [seconds]) => {
                let kind = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
                (self.float(seconds)? * lit(1e6)).cast(DataType::Int64).cast(kind)
            }
            (_, [date]) if !matches!(name, "decade" | "century") && is_part(name) => {
                self.date_part(tree, name, date)?
            }
            (_, [_]) if name.starts_with("to_") => {
                return self.interval(tree)?.map(|interval| self.length(tree, &interval)).transpose();
            }
            _ => return Ok(None),
        }))
    }

    /// A date or timestamp; a constant text is read as one.
    fn instant(&self, tree: &ast::Expr) -> Planned<Expr> {
        if let Some(text) = literals::text(tree) {
            return self.constant(tree, &text, timestamp());
        }
        let value = self.lower(tree)?;
        match self.kind(tree, &value)? {
            DataType::Date | DataType::Datetime(..) | DataType::Null => Ok(value),
            other => {
                let other = crate::sql::types::word(&other);
                Err(
                    error!(self.span(tree), "a date or timestamp is needed, but this is a {other}"; hint: "cast it: `x::date`"),
                )
            }
        }
    }

    fn moment(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.instant(tree)?;
        let kind = self.kind(tree, &value)?;
        Ok(if kind == DataType::Date { value.cast(timestamp()) } else { value })
    }

    fn truncated(&self, part: &ast::Expr, date: &ast::Expr) -> Planned<Expr> {
        let name = literals::text(part).unwrap_or_default().to_lowercase();
        let every = match name.as_str() {
            "year" | "years" => "1y",
            "quarter" | "quarters" => "1q",
            "month" | "months" => "1mo",
            "week" | "weeks" => "1w",
            "day" | "days" => "1d",
            "hour" | "hours" => "1h",
            "minute" | "minutes" => "1m",
            "second" | "seconds" => "1s",
            "millisecond" | "milliseconds" => "1ms",
            "decade" => "10y",
            _ => return Err(self.no_part(part, &name)),
        };
        let coarse = matches!(every, "1y" | "1q" | "1mo" | "1w" | "1d" | "10y");
        let value = if coarse { self.instant(date)? } else { self.moment(date)? };
        Ok(value.dt().truncate(lit(every)))
    }

    fn no_part(&self, tree: &ast::Expr, name: &str) -> crate::diagnostics::Diagnostic {
        error!(self.span(tree), "`{name}` is no part of a date"; hint: "there are year, quarter, month, week, day, hour, minute, second")
    }

    /// `EXTRACT(part FROM date)` and its like.
    pub fn date_part(&self, tree: &ast::Expr, part: &str, date: &ast::Expr) -> Planned<Expr> {
        let part = part.trim_matches(['\'', '"']).to_lowercase();
        let part = part.as_str();
        let value = self.lower(date)?;
        if let (DataType::Duration(_), Some(Unit::Microseconds(each))) = (self.kind(date, &value)?, unit(part)) {
            return Ok(value.dt().total_microseconds(false).floor_div(lit(each)));
        }
        let dt = self.moment(date)?.dt();
        let whole = match part {
            "year" | "years" => dt.year(),
            "isoyear" => dt.iso_year(),
            "quarter" => dt.quarter(),
            "month" | "months" => dt.month(),
            "week" | "weeks" | "weekofyear" => dt.week(),
            "day" | "days" | "dayofmonth" => dt.day(),
            "dow" | "dayofweek" | "weekday" => dt.weekday().cast(DataType::Int64) % lit(7i64),
            "isodow" => dt.weekday(),
            "doy" | "dayofyear" => dt.ordinal_day(),
            "hour" | "hours" => dt.hour(),
            "minute" | "minutes" => dt.minute(),
            "second" | "seconds" => dt.second(),
            "decade" => dt.year().floor_div(lit(10)),
            "century" => dt.century(),
            "epoch" => return Ok(dt.timestamp(TimeUnit::Microseconds).cast(DataType::Float64) / lit(1e6)),
            "epoch_ms" => dt.timestamp(TimeUnit::Milliseconds),
            _ => return Err(self.no_part(tree, part)),
        };
        Ok(whole.cast(DataType::Int64))
    }

    /// How many boundaries of a unit lie between two moments.
    fn boundaries(&self, part: &ast::Expr, from: &ast::Expr, to: &ast::Expr) -> Planned<Expr> {
        let name = literals::text(part).unwrap_or_default().to_lowercase();
        let (from, to) = (self.moment(from)?, self.moment(to)?);
        if matches!(name.as_str(), "week" | "weeks") {
            // DuckDB counts whole weeks here, not Mondays.
            let days = unit_index(&to, DAY) - unit_index(&from, DAY);
            return Ok(days.clone().abs().floor_div(lit(7i64)) * days.sign());
        }
        let year = |moment: &Expr| moment.clone().dt().year().cast(DataType::Int64);
        let month = |moment: &Expr| moment.clone().dt().month().cast(DataType::Int64) - lit(1i64);
        let index = |moment: &Expr| match name.as_str() {
            "year" | "years" => Some(year(moment)),
            "quarter" | "quarters" => Some(year(moment) * lit(4i64) + month(moment).floor_div(lit(3i64))),
            "month" | "months" => Some(year(moment) * lit(12i64) + month(moment)),
            name => match unit(name)? {
                Unit::Microseconds(each) => Some(unit_index(moment, each)),
                Unit::Months(_) => None,
            },
        };
        match (index(&to), index(&from)) {
            (Some(to), Some(from)) => Ok(to - from),
            _ => Err(self.no_part(part, &name)),
        }
    }

    /// How many whole units fit between two moments.
    fn whole_units(&self, part: &ast::Expr, from: &ast::Expr, to: &ast::Expr) -> Planned<Expr> {
        let name = literals::text(part).unwrap_or_default();
        let Some(Unit::Microseconds(each)) = unit(&name) else {
            return Err(self.context.unsupported(
                part,
                "`date_sub` with this unit",
                "use `date_diff`, which counts boundaries",
            ));
        };
        let length = (self.moment(to)? - self.moment(from)?).dt().total_microseconds(false);
        let towards_zero = length.clone().abs().floor_div(lit(each)) * length.sign();
        Ok(towards_zero)
    }

    /// `ts AT TIME ZONE 'Europe/Berlin'`: a timestamp without a zone gets one, one with a zone is shown in it.
    pub fn at_time_zone(&self, tree: &ast::Expr, value: &ast::Expr, zone: &ast::Expr) -> Planned<Expr> {
        let wrong = || error!(self.span(zone), "this is not a time zone"; hint: "write a name such as `'UTC'` or `'Europe/Berlin'`");
        let name = literals::text(zone).ok_or_else(wrong)?;
        let zone = TimeZone::opt_try_new(Some(name.as_str())).ok().flatten().ok_or_else(wrong)?;
        let lowered = self.moment(value)?;
        let kind = self.kind(value, &lowered)?;
        let dt = lowered.dt();
        let shown = match kind {
            DataType::Datetime(_, Some(_)) => {
                dt.convert_time_zone(zone).dt().replace_time_zone(None, lit("earliest"), NonExistent::Null)
            }
            _ => dt.replace_time_zone(Some(zone), lit("earliest"), NonExistent::Null),
        };
        self.kind(tree, &shown).map(|_| shown)
    }
}

fn is_part(name: &str) -> bool {
    FORMS[2..5].iter().any(|(names, _)| names.contains(&name))
}

/// The microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The number of a moment's unit since 1970.
fn unit_index(moment: &Expr, each: i64) -> Expr {
    moment.clone().dt().timestamp(TimeUnit::Microseconds).floor_div(lit(each))
}

fn parsed(text: Expr, format: String) -> Expr {
    let options = StrptimeOptions { format: Some(format.into()), ..StrptimeOptions::default() };
    text.str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
}

//! A metric: its value, what that is compared with, and its line along time; each is an answer of its own under the same
//! filters, or those of the period before.

use super::shows::{column, single, spec};
use super::{Asked, Session};
use crate::answer::{Answer, Delta, Shown};
use crate::calendar::{
    DAY, civil_from_days, days_from_civil, parse_day, parse_moment, truncate_day, truncate_moment, write_day,
    write_moment,
};
use crate::format;
use crate::locale::Locale;
use crate::plan::{Base, Compare, Format, Grain, Kind, Metric, Select, Selection, TimeGrain, Value};
use std::sync::Arc;

/// A column's line has at most so many points that can be told apart.
const DIGITS: f64 = 1000.0;

impl Session {
    /// What a metric shows; an error, or nothing while data is on its way.
    pub(super) fn metric(&self, index: usize, asked: &Asked, metric: &Metric) -> Result<Shown, Option<String>> {
        let answer = self.detail(index, asked)?;
        let Shown::Value { text, value, .. } = single(&answer, &metric.format, &self.plan.locale) else {
            return Err(None);
        };
        let base = match &metric.compare {
            Some(compare) => self.base(compare, &answer, asked, &metric.format)?,
            None => Value::Null,
        };
        let delta = delta(&value, &base, &metric.format, &self.plan.locale);
        let sparkline = match metric.sparkline {
            Some(view) => {
                let along = self.detail(view, &Asked { order: Vec::new(), ..asked.clone() })?;
                shares(along.measures.first().map_or(&[], Vec::as_slice))
            }
            None => Vec::new(),
        };
        Ok(Shown::Value { text, value, delta, sparkline })
    }

    /// The answer of a view under clauses of another one; an error, or nothing while data is on its way.
    pub(super) fn detail(&self, view: usize, asked: &Asked) -> Result<Answer, Option<String>> {
        match self.answer_asked(view, asked) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(why)) => Err(Some(why)),
            None => Err(None),
        }
    }

    fn base(&self, compare: &Compare, own: &Answer, asked: &Asked, format: &Format) -> Result<Value, Option<String>> {
        match &compare.with {
            Base::Number(number) => Ok(Value::Number(*number)),
            Base::Term(term) => Ok(column(own, *term).first().cloned().unwrap_or(Value::Null)),
            Base::Previous { view, first, last } => {
                let Some(before) = self.before(*view, asked, first, last) else { return Ok(Value::Null) };
                let answer = self.detail(*view, &before)?;
                Ok(column(&answer, format.term).first().cloned().unwrap_or(Value::Null))
            }
        }
    }

    /// The same clauses, but for the period before; none if no period is chosen, or there is no data of the one before.
    fn before(&self, view: usize, asked: &Asked, first: &Value, last: &Value) -> Option<Asked> {
        let crate::plan::Shows::Detail { before: Some(name) } = &self.plan.views[view].shows else { return None };
        let of_time = |owner: usize| {
            let key = self.reach(owner, view)?.first()?;
            (self.plan.tables[self.plan.views[view].table].columns[key.column].name == *name).then_some(key)
        };
        let places: Vec<usize> =
            (0..asked.clauses.len()).filter(|&at| of_time(asked.clauses[at].0).is_some()).collect();
        let [place] = places[..] else { return None };
        let (owner, selection) = &asked.clauses[place];
        let key = of_time(*owner)?;
        let kind = self.plan.tables[self.plan.views[view].table].columns[key.column].kind;
        let moved = match (self.plan.views[*owner].select.as_ref()?, &**selection) {
            (Select::Interval(_), Selection::Between(low, high)) => {
                let low = if *low == Value::Null { first } else { low };
                let high = if *high == Value::Null { last } else { high };
                let (from, to) = previous(kind, low, high)?;
                Selection::Between(from, to)
            }
            (Select::Values(_), Selection::In(tuples)) => {
                Selection::In(vec![vec![group_before(kind, key.grain, tuples)?]])
            }
            _ => return None,
        };
        let begins = match &moved {
            Selection::Between(from, _) => micros(from, false)?,
            Selection::In(tuples) => micros(tuples.first()?.first()?, false)?,
            Selection::Box(_) | Selection::Contains(_) => return None,
        };
        let mut clauses = asked.clauses.clone();
        clauses[place].1 = Arc::new(moved);
        // A month that the data begins in counts as a whole one.
        let first = micros(first, false)?;
        let first =
            if month(begins.div_euclid(DAY)).is_some() { truncate_moment(TimeGrain::Month, first) } else { first };
        (begins >= first).then(|| Asked { clauses, ..asked.clone() })
    }
}

/// A day or a moment in microseconds; of a day its first or its last.
fn micros(value: &Value, is_end: bool) -> Option<i64> {
    let Value::Text(text) = value else { return None };
    match parse_day(text) {
        Some(day) => day.checked_mul(DAY)?.checked_add(if is_end { DAY - 1 } else { 0 }),
        None => parse_moment(text),
    }
}

/// The period of the same length before one; before whole months as many whole months.
fn previous(kind: Kind, low: &Value, high: &Value) -> Option<(Value, Value)> {
    let (low, high) = (micros(low, false)?, micros(high, true)?);
    let is_whole_days = low.rem_euclid(DAY) == 0 && (high + 1).rem_euclid(DAY) == 0;
    if low > high {
        return None;
    }
    if !is_whole_days {
        let length = high - low + 1;
        return Some((Value::Text(write_moment(low - length)), Value::Text(write_moment(low - 1))));
    }
    let (from, to) = (low.div_euclid(DAY), (high + 1).div_euclid(DAY));
    let start = match (month(from), month(to)) {
        (Some(first), Some(last)) => first_of(2 * first - last),
        _ => 2 * from - to,
    };
    Some(match kind {
        Kind::Timestamp => (Value::Text(write_moment(start * DAY)), Value::Text(write_moment(from * DAY - 1))),
        _ => (Value::Text(write_day(start)), Value::Text(write_day(from - 1))),
    })
}

/// The number of the month that begins on a day; none if none does.
fn month(day: i64) -> Option<i64> {
    let (year, month, of_month) = civil_from_days(day);
    (of_month == 1).then_some(year * 12 + i64::from(month) - 1)
}

fn first_of(month: i64) -> i64 {
    days_from_civil(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
}

/// The group of time before a selected one.
fn group_before(kind: Kind, grain: Grain, tuples: &[Vec<Value>]) -> Option<Value> {
    let [tuple] = tuples else { return None };
    let grain = match grain {
        Grain::Time(grain) => grain,
        Grain::Value => TimeGrain::Day,
        Grain::Bin { .. } => return None,
    };
    let before = micros(tuple.first()?, false)? - 1;
    Some(Value::Text(match kind {
        Kind::Timestamp => write_moment(truncate_moment(grain, before)),
        _ => write_day(truncate_day(grain, before.div_euclid(DAY))),
    }))
}

/// How a value differs from another: in points where both are shares, else in proportion.
fn delta(value: &Value, base: &Value, written: &Format, locale: &Locale) -> Option<Delta> {
    let (Value::Number(value), Value::Number(number)) = (value, base) else { return None };
    let difference = value - number;
    let spec = spec(written);
    let is_share = written.format.as_deref().is_some_and(|format| format.ends_with('%'));
    let text = if is_share {
        format!("{} pp", format::parse("+.1f").ok()?.write_in(difference * 100.0, locale))
    } else if *number == 0.0 {
        let text = format::write_in(&Value::Number(difference), written.kind, spec.as_ref(), locale);
        if difference > 0.0 { format!("+{text}") } else { text }
    } else {
        let share = difference / number.abs();
        format::parse(if share.abs() < 10.0 { "+.1%" } else { "+,.0%" }).ok()?.write_in(share, locale)
    };
    let direction = if difference > 0.0 { 1 } else { -i8::from(difference < 0.0) };
    Some(Delta { text, base: format::write_in(base, written.kind, spec.as_ref(), locale), direction })
}

/// Numbers as shares between the lowest and the highest of them, in few digits.
pub(super) fn shares(values: &[Value]) -> Vec<Option<f64>> {
    let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
    let numbers = || values.iter().filter_map(number);
    let (low, high) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
    let share = |number: f64| if high > low { (number - low) / (high - low) } else { 0.5 };
    values.iter().map(|value| number(value).map(|number| (share(number) * DIGITS).round() / DIGITS)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn before_whole_months_come_whole_months() {
        for (low, high, from, to) in [
            ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
            ("2024-01-01", "2024-03-31", "2023-10-01", "2023-12-31"),
            ("2024-01-01", "2024-12-31", "2023-01-01", "2023-12-31"),
            ("2024-03-02", "2024-03-31", "2024-02-01", "2024-03-01"),
            ("2024-03-15", "2024-03-15", "2024-03-14", "2024-03-14"),
        ] {
            assert_eq!(previous(Kind::Date, &text(low), &text(high)), Some((text(from), text(to))), "{low} to {high}");
        }
        let moments = previous(Kind::Timestamp, &text("2024-03-01T00:00:00"), &text("2024-03-31T23:59:59.999999"));
        assert_eq!(moments, Some((text("2024-02-01T00:00:00"), text("2024-02-29T23:59:59.999999"))));
        let hours = previous(Kind::Timestamp, &text("2024-03-01T06:00:00"), &text("2024-03-01T11:59:59.999999"));
        assert_eq!(hours, Some((text("2024-03-01T00:00:00"), text("2024-03-01T05:59:59.999999"))));
    }

    #[test]
    fn before_a_group_of_time_comes_the_one_before() {
        let before = |grain, value: &str| group_before(Kind::Date, Grain::Time(grain), &[vec![text(value)]]);
        assert_eq!(before(TimeGrain::Month, "2024-03-01"), Some(text("2024-02-01")));
        assert_eq!(before(TimeGrain::Week, "2024-01-01"), Some(text("2023-12-25")));
        assert_eq!(before(TimeGrain::Quarter, "2024-01-01"), Some(text("2023-10-01")));
    }

    #[test]
    fn differences_are_in_proportion_or_in_points() {
        let of = |value: f64, base: f64, format: Option<&str>| {
            let format =
                Format { term: crate::plan::Term::Key(0), kind: Kind::Float, format: format.map(str::to_owned) };
            delta(&Value::Number(value), &Value::Number(base), &format, &Locale::default())
                .map(|delta| (delta.text, delta.direction))
        };
        assert_eq!(of(112.0, 100.0, None), Some(("+12.0%".to_owned(), 1)));
        assert_eq!(of(-80.0, -100.0, None), Some(("+20.0%".to_owned(), 1)));
        assert_eq!(of(5000.0, 100.0, None), Some(("+4,900%".to_owned(), 1)));
        assert_eq!(of(0.25, 0.3, Some(".1%")), Some(("\u{2212}5.0 pp".to_owned(), -1)));
        assert_eq!(of(0.0, 0.0, Some("$,.0f")), Some(("$0".to_owned(), 0)));
    }
}

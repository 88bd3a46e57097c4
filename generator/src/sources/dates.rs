//! Dates and points in time as files write them: ISO 8601 and the usual orders of day, month and year.

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// How a column writes its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Digits in an order, with a separator; a time may follow as `T12:30:00`.
    Numeric(Order, u8),
    /// As in `%d %b %Y`.
    Custom(String),
}

/// The order of a date's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As in 2026-01-31.
    YearMonthDay,
    /// As in 31/01/2026.
    DayMonthYear,
    /// As in 01/31/2026.
    MonthDayYear,
}

/// A day, or a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1970.
    pub day: i32,
    /// Microseconds since midnight, if a time was written.
    pub time: Option<i64>,
    /// Whether the time was written with its distance from UTC, which `day` and `time` have already.
    pub zoned: bool,
}

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

impl Moment {
    /// Microseconds since 1970.
    pub fn timestamp(self) -> i64 {
        i64::from(self.day) * DAY + self.time.unwrap_or(0)
    }
}

/// The patterns that are tried where the author names none.
pub fn usual() -> Vec<Pattern> {
    let numeric = |order, separators: &'static [u8]| separators.iter().map(move |at| Pattern::Numeric(order, *at));
    numeric(Order::YearMonthDay, b"-/")
        .chain(numeric(Order::DayMonthYear, b"/.-"))
        .chain(numeric(Order::MonthDayYear, b"/-"))
        .collect()
}

/// True if `strftime` knows every part of a format.
pub fn is_format(format: &str) -> bool {
    !StrftimeItems::new(format).any(|item| matches!(item, Item::Error))
}

impl Pattern {
    /// Reads a text that follows the pattern.
    pub fn read(&self, text: &str) -> Option<Moment> {
        match self {
            Pattern::Numeric(order, separator) => numeric(text, *order, *separator),
            Pattern::Custom(format) => custom(text, format),
        }
    }

    /// The pattern as `date_format` spells it.
    pub fn format(&self) -> String {
        match self {
            Pattern::Numeric(order, separator) => {
                let parts = match order {
                    Order::YearMonthDay => ["%Y", "%m", "%d"],
                    Order::DayMonthYear => ["%d", "%m", "%Y"],
                    Order::MonthDayYear => ["%m", "%d", "%Y"],
                };
                parts.join(&char::from(*separator).to_string())
            }
            Pattern::Custom(format) => format.clone(),
        }
    }
}

fn custom(text: &str, format: &str) -> Option<Moment> {
    if let Ok(moment) = chrono::DateTime::parse_from_str(text, format) {
        return Some(Moment { zoned: true, ..moment_of(moment.naive_utc()) });
    }
    if let Ok(moment) = NaiveDateTime::parse_from_str(text, format) {
        return Some(moment_of(moment));
    }
    let date = NaiveDate::parse_from_str(text, format).ok()?;
    Some(Moment { day: date.to_epoch_days(), time: None, zoned: false })
}

/// A point in time as day and microseconds.
pub fn moment_of(moment: NaiveDateTime) -> Moment {
    let time = moment.time().signed_duration_since(NaiveTime::MIN).num_microseconds();
    Moment { day: moment.date().to_epoch_days(), time, zoned: false }
}

fn numeric(text: &str, order: Order, separator: u8) -> Option<Moment> {
    // Most texts are no dates: digits and separators stand where they must, or nothing else is looked at.
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[0].is_ascii_digit() || !bytes[1..5].contains(&separator) {
        return None;
    }
    let end = text.find(['T', ' ', 't']).unwrap_or(text.len());
    let mut parts = text[..end].split(char::from(separator));
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, month, day) = match order {
        Order::YearMonthDay => (first, second, third),
        Order::DayMonthYear => (third, second, first),
        Order::MonthDayYear => (third, first, second),
    };
    let is_whole = parts.next().is_none() && year.len() == 4;
    let date = NaiveDate::from_ymd_opt(digits(year)? as i32, short(month)?, short(day)?).filter(|_| is_whole)?;
    let moment = Moment { day: date.to_epoch_days(), time: None, zoned: false };
    if end == text.len() { Some(moment) } else { with_time(moment, &text[end + 1..]) }
}

fn with_time(moment: Moment, text: &str) -> Option<Moment> {
    let zone = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone);
    let offset = if zone.is_empty() { None } else { Some(self::offset(zone)?) };
    let time = self::clock(clock.trim_end())? - offset.unwrap_or(0);
    let day = moment.day + time.div_euclid(DAY) as i32;
    Some(Moment { day, time: Some(time.rem_euclid(DAY)), zoned: offset.is_some() })
}

/// Microseconds since midnight of `12:30`, `12:30:59` or `12:30:59.123456`.
fn clock(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let (hour, minute) = (short(parts.next()?)?, short(parts.next()?)?);
    let second = parts.next().map_or(Some(0), short)?;
    let sound = parts.next().is_none() && hour < 24 && minute < 60 && second < 60 && fraction.len() <= 9;
    let micros = if fraction.is_empty() { 0 } else { digits(&format!("{fraction:0<6}")[..6])? };
    let is_fraction = fraction.bytes().all(|digit| digit.is_ascii_digit());
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    (sound && is_fraction).then(|| seconds * 1_000_000 + i64::from(micros))
}

/// Microseconds of `Z`, `+02:00`, `+0200` or `+02`.
fn offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let numbers: String = text[1..].chars().filter(|letter| *letter != ':').collect();
    let (hours, minutes) = match numbers.len() {
        2 => (digits(&numbers)?, 0),
        4 => (digits(&numbers[..2])?, digits(&numbers[2..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60_000_000)
}

/// A number of one or two digits.
fn short(text: &str) -> Option<u32> {
    if text.len() > 2 { None } else { digits(text) }
}

fn digits(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, i64, bool)> {
        let found = usual().into_iter().filter_map(|pattern| Some((pattern.format(), pattern.read(text)?)));
        found.map(|(format, moment)| (format, moment.timestamp(), moment.zoned)).collect()
    }

    #[test]
    fn dates_and_times_are_read() {
        let day = DAY;
        let cases = [
            ("1970-01-02", vec![("%Y-%m-%d", day, false)]),
            ("1970/1/2", vec![("%Y/%m/%d", day, false)]),
            ("02.01.1970", vec![("%d.%m.%Y", day, false)]),
            ("13/01/1970", vec![("%d/%m/%Y", 12 * day, false)]),
            ("01/02/1970", vec![("%d/%m/%Y", 31 * day, false), ("%m/%d/%Y", day, false)]),
            ("1970-01-01T00:00:01Z", vec![("%Y-%m-%d", 1_000_000, true)]),
            ("1970-01-01 00:30:00.5", vec![("%Y-%m-%d", 1_800_500_000, false)]),
            ("1970-01-01T00:30:00+01:00", vec![("%Y-%m-%d", -1_800_000_000, true)]),
            ("1970-02-30", vec![]),
            ("1970-01-01T24:00", vec![]),
            ("1970-01-01T", vec![]),
            ("1970-01", vec![]),
            ("70-01-01", vec![]),
            ("12:30", vec![]),
            ("1970-01-01 é", vec![]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> =
                expected.into_iter().map(|(format, at, zoned)| (format.to_owned(), at, zoned)).collect();
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn formats_of_the_author() {
        assert!(is_format("%d %b %Y") && !is_format("%d %Q"));
        let pattern = Pattern::Custom("%d %b %Y".to_owned());
        assert_eq!(pattern.read("02 Jan 1970").map(Moment::timestamp), Some(DAY));
        let pattern = Pattern::Custom("%d.%m.%Y %H:%M".to_owned());
        assert_eq!(pattern.read("01.01.1970 00:01").map(Moment::timestamp), Some(60_000_000));
    }
}

//! Calendar arithmetic: days and microseconds since 1970-01-01 to dates, text and truncated moments, and back.
//!
//! The proleptic Gregorian calendar, by the algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use crate::plan::TimeGrain;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;
const SECOND: i64 = 1_000_000;

/// The day number of a civil date (Hinnant's `days_from_civil`).
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The civil date of a day number: year, month, day (Hinnant's `civil_from_days`).
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// Reads `YYYY-MM-DD`; the year may have a sign and more than four digits. None if there is no such day.
pub fn parse_day(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = digits.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(4..=7).contains(&year.len()) || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let year = number(year)?;
    let year = if negative { -year } else { year };
    let (month, day) = (number(month)? as u32, number(day)? as u32);
    let days = days_from_civil(year, month, day);
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Reads `YYYY-MM-DDTHH:MM[:SS[.ffffff]]`, with a space for the `T` if need be. None if there is no such moment.
pub fn parse_moment(text: &str) -> Option<i64> {
    let (day, clock) = text.split_once(['T', ' '])?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let hour = pair(parts.next()?, 24)?;
    let minute = pair(parts.next()?, 60)?;
    let second = parts.next().map_or(Some(0), |second| pair(second, 60))?;
    if parts.next().is_some() || fraction.len() > 6 {
        return None;
    }
    let micros = number(&format!("{fraction:0<6}"))?;
    parse_day(day)?.checked_mul(DAY)?.checked_add(hour * HOUR + minute * MINUTE + second * SECOND + micros)
}

/// Writes a day as `YYYY-MM-DD`.
pub fn write_day(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

/// Writes a moment as `YYYY-MM-DDTHH:MM:SS`, and six digits more if it has a fraction of a second.
pub fn write_moment(micros: i64) -> String {
    let (hour, minute, second, fraction) = clock(micros);
    let text = format!("{}T{hour:02}:{minute:02}:{second:02}", write_day(micros.div_euclid(DAY)));
    if fraction == 0 { text } else { format!("{text}.{fraction:06}") }
}

/// The time of day of a moment: hour, minute, second, microsecond.
pub fn clock(micros: i64) -> (i64, i64, i64, i64) {
    let time = micros.rem_euclid(DAY);
    (time / HOUR, time / MINUTE % 60, time / SECOND % 60, time % SECOND)
}

/// The first day of the year, quarter, month or week (Monday) that a day is in.
pub fn truncate_day(grain: TimeGrain, days: i64) -> i64 {
    let first_of = |from: fn(u32) -> u32| {
        let (year, month, _) = civil_from_days(days);
        days_from_civil(year, from(month), 1)
    };
    match grain {
        TimeGrain::Year => first_of(|_| 1),
        TimeGrain::Quarter => first_of(|month| (month - 1) / 3 * 3 + 1),
        TimeGrain::Month => first_of(|month| month),
        // 1970-01-01 was a Thursday.
        TimeGrain::Week => days.saturating_sub((days.rem_euclid(7) + 3) % 7),
        TimeGrain::Day | TimeGrain::Hour | TimeGrain::Minute => days,
    }
}

/// The first moment of the year, …, minute that a moment is in.
pub fn truncate_moment(grain: TimeGrain, micros: i64) -> i64 {
    match grain {
        TimeGrain::Hour => micros.saturating_sub(micros.rem_euclid(HOUR)),
        TimeGrain::Minute => micros.saturating_sub(micros.rem_euclid(MINUTE)),
        _ => truncate_day(grain, micros.div_euclid(DAY)).saturating_mul(DAY),
    }
}

fn pair(text: &str, below: i64) -> Option<i64> {
    (text.len() == 2).then_some(())?;
    number(text).filter(|&value| value < below)
}

fn number(digits: &str) -> Option<i64> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().ok())?
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let first = days_from_civil(1599, 12, 31);
        let mut before = (1599, 12, 30);
        for days in first..first + 293_000 {
            let date = civil_from_days(days);
            assert!(date > before);
            assert_eq!(days_from_civil(date.0, date.1, date.2), days);
            assert_eq!(parse_day(&write_day(days)), Some(days));
            before = date;
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(parse_day("1970-01-01"), Some(0));
        assert_eq!(parse_day("2000-03-01"), Some(11_017));
        assert_eq!(parse_day("1969-12-31"), Some(-1));
        assert_eq!(write_day(-719_529), "-0001-12-31");
        assert_eq!(parse_day("-0001-12-31"), Some(-719_529));
        for wrong in ["2023-02-29", "2023-13-01", "2023-1-01", "23-01-01", "2023-01-01x", "", "--1", "2023-00-10"] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments() {
        assert_eq!(parse_moment("1970-01-01T00:00:01"), Some(1_000_000));
        assert_eq!(parse_moment("1969-12-31 23:59:59.5"), Some(-500_000));
        assert_eq!(write_moment(-500_000), "1969-12-31T23:59:59.500000");
        assert_eq!(write_moment(1_000_000), "1970-01-01T00:00:01");
        assert_eq!(parse_moment("2024-03-14T09:30"), parse_moment("2024-03-14T09:30:00"));
        for wrong in ["2024-03-14", "2024-03-14T24:00:00", "2024-03-14T09:30:00.1234567", "2024-03-14T9:30:00"] {
            assert_eq!(parse_moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn truncation() {
        let day = |text| parse_day(text).unwrap();
        let thursday = day("2024-03-14");
        for (grain, first) in [
            (TimeGrain::Year, "2024-01-01"),
            (TimeGrain::Quarter, "2024-01-01"),
            (TimeGrain::Month, "2024-03-01"),
            (TimeGrain::Week, "2024-03-11"),
            (TimeGrain::Day, "2024-03-14"),
        ] {
            assert_eq!(truncate_day(grain, thursday), day(first));
            assert_eq!(truncate_moment(grain, thursday * DAY + 5), day(first) * DAY);
        }
        assert_eq!(truncate_day(TimeGrain::Week, day("1969-12-31")), day("1969-12-29"));
        assert_eq!(truncate_day(TimeGrain::Week, day("1969-12-29")), day("1969-12-29"));
        assert_eq!(truncate_moment(TimeGrain::Hour, -1), -HOUR);
    }

    #[test]
    fn no_number_overflows() {
        for micros in [i64::MIN, i64::MAX] {
            for grain in [TimeGrain::Year, TimeGrain::Week, TimeGrain::Hour, TimeGrain::Minute] {
                truncate_moment(grain, micros);
            }
            write_moment(micros);
        }
    }
}

//! How values are written for readers: numbers by the specifiers of d3-format 3.1, days and moments in words.

use crate::calendar::{civil_from_days, clock, parse_day, parse_moment};
use crate::locale::Locale;
use crate::plan::{Kind, Value};

mod digits;

pub use digits::shortest;
use digits::{exponential, fixed, integer, precise, prefixed, rounded, trimmed};

/// A number format: what a d3-format specifier such as `$,.0f` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    fill: char,
    align: char,
    sign: char,
    currency: bool,
    width: usize,
    comma: bool,
    zero: bool,
    precision: Option<usize>,
    trim: bool,
    kind: char,
}

/// Reads a specifier: `[[fill]align][sign][$][0][width][,][.precision][~][type]`, with type one of `d f e g s % p r` or none.
///
/// ```
/// use dashgen_runtime::{format, plan::{Kind, Value}};
/// let money = format::parse("$,.0f").unwrap();
/// assert_eq!(format::write(&Value::Number(-1234.5), Kind::Float, Some(&money)), "−$1,235");
/// ```
pub fn parse(text: &str) -> Result<Spec, String> {
    let mut rest = text.chars().collect::<Vec<_>>();
    rest.reverse();
    let (fill, align) = fill_and_align(&mut rest);
    let sign = take(&mut rest, "+-( ").unwrap_or('-');
    let currency = take(&mut rest, "$").is_some();
    let zero = take(&mut rest, "0").is_some();
    let width = number(&mut rest).unwrap_or(0);
    let comma = take(&mut rest, ",").is_some();
    let precision = match take(&mut rest, ".") {
        Some(_) => Some(number(&mut rest).ok_or_else(|| wrong(text, "has no digits after the point"))?),
        None => None,
    };
    let trim = take(&mut rest, "~").is_some();
    let kind = take(&mut rest, "dfegs%pr").unwrap_or(' ');
    if !rest.is_empty() || width > 100 || precision.is_some_and(|precision| precision > 100) {
        return Err(wrong(text, "is not one"));
    }
    let spec = Spec { fill, align, sign, currency, width, comma, zero, precision, trim, kind };
    Ok(resolved(spec))
}

/// Writes a value for a reader: numbers by the format, `14 Mar 2024` for a day, `14 Mar 2024 09:30` for a moment, `–` for null.
pub fn write(value: &Value, kind: Kind, format: Option<&Spec>) -> String {
    write_in(value, kind, format, &Locale::default())
}

/// A text in lower case.
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { lower_case_of_any(text) }
}

/// Browsers have the letters of all languages, and their tables are not fetched with the page.
#[cfg(target_arch = "wasm32")]
use crate::browser::lower_case as lower_case_of_any;

#[cfg(not(target_arch = "wasm32"))]
fn lower_case_of_any(text: &str) -> String {
    text.to_lowercase()
}

/// Writes a value for a reader of a language.
pub fn write_in(value: &Value, kind: Kind, format: Option<&Spec>, locale: &Locale) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Boolean(true) => "true".to_owned(),
        Value::Boolean(false) => "false".to_owned(),
        Value::Number(number) if !number.is_finite() => "–".to_owned(),
        Value::Number(number) => match format {
            Some(spec) => spec.write_in(*number, locale),
            None => locale.marked(&plain(*number)),
        },
        Value::Text(text) => match kind {
            Kind::Date | Kind::Timestamp => time_in_words(text, locale).unwrap_or_else(|| text.clone()),
            _ => text.clone(),
        },
    }
}

impl Spec {
    /// Writes a finite number, as d3-format's `format(spec)(number)`.
    pub fn write(&self, number: f64) -> String {
        self.write_in(number, &Locale::default())
    }

    /// Writes a finite number with the marks of a language.
    pub fn write_in(&self, number: f64, locale: &Locale) -> String {
        let (body, unit) = self.body(number.abs());
        let zero = !body.bytes().take_while(|&byte| byte != b'e').any(|byte| (b'1'..=b'9').contains(&byte));
        let negative = number.is_sign_negative() && !(zero && self.sign != '+');
        let mut prefix = self.sign_text(negative).to_owned();
        let [before, behind] = if self.currency { locale.currency.each_ref().map(String::as_str) } else { ["", ""] };
        prefix.push_str(before);
        let split = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
        let close = if negative && self.sign == '(' { ")" } else { "" };
        let percent = if matches!(self.kind, '%' | 'p') { locale.percent.as_str() } else { "" };
        let suffix = format!("{}{unit}{percent}{behind}{close}", locale.marked(&body[split..]));
        self.padded(&prefix, &body[..split], &suffix, locale)
    }

    /// The digits of a number that is not negative, and its SI prefix.
    fn body(&self, number: f64) -> (String, &'static str) {
        let default = if self.kind == ' ' { 12 } else { 6 };
        let precision = self.precision.unwrap_or(default);
        let significant = precision.clamp(1, 21);
        let (body, unit) = match self.kind {
            'd' => (integer(number), ""),
            'e' => (exponential(number, precision.min(20)), ""),
            'f' => (fixed(number, precision.min(20)), ""),
            '%' => (fixed(number * 100.0, precision.min(20)), ""),
            'p' => (rounded(number * 100.0, significant), ""),
            'r' => (rounded(number, significant), ""),
            's' => prefixed(number, significant),
            _ => (precise(number, significant), ""),
        };
        (if self.trim { trimmed(&body) } else { body }, unit)
    }

    fn sign_text(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, '(') => "(",
            (true, _) => "\u{2212}",
            (false, '+') => "+",
            (false, ' ') => " ",
            (false, _) => "",
        }
    }

    fn padded(&self, prefix: &str, whole: &str, suffix: &str, locale: &Locale) -> String {
        let zero_filled = self.comma && self.zero;
        let whole =
            if self.comma && !self.zero { locale.marked(&grouped(whole, usize::MAX)) } else { whole.to_owned() };
        let length = prefix.chars().count() + whole.chars().count() + suffix.chars().count();
        let missing = self.width.saturating_sub(length);
        let padding = |count: usize| self.fill.to_string().repeat(count);
        if zero_filled {
            let width = if missing > 0 { self.width.saturating_sub(suffix.chars().count()) } else { usize::MAX };
            return format!("{prefix}{}{suffix}", locale.marked(&grouped(&(padding(missing) + &whole), width)));
        }
        match self.align {
            '<' => format!("{prefix}{whole}{suffix}{}", padding(missing)),
            '=' => format!("{prefix}{}{whole}{suffix}", padding(missing)),
            '^' => format!("{}{prefix}{whole}{suffix}{}", padding(missing / 2), padding(missing - missing / 2)),
            _ => format!("{}{prefix}{whole}{suffix}", padding(missing)),
        }
    }
}

/// The consequences between parts: no type means `~g` with 12 digits, and zero fill goes between sign and digits.
fn resolved(mut spec: Spec) -> Spec {
    spec.trim |= spec.kind == ' ';
    if spec.zero || (spec.fill == '0' && spec.align == '=') {
        (spec.zero, spec.fill, spec.align) = (true, '0', '=');
    }
    spec
}

fn fill_and_align(rest: &mut Vec<char>) -> (char, char) {
    let is_align = |index: usize| rest.len().checked_sub(index + 1).is_some_and(|at| "<>=^".contains(rest[at]));
    let with_fill = is_align(1);
    if !with_fill && !is_align(0) {
        return (' ', '>');
    }
    let fill = if with_fill { rest.pop() } else { None };
    (fill.unwrap_or(' '), rest.pop().unwrap_or('>'))
}

fn take(rest: &mut Vec<char>, any_of: &str) -> Option<char> {
    rest.pop_if(|c| any_of.contains(*c))
}

fn number(rest: &mut Vec<char>) -> Option<usize> {
    let mut value = None;
    while let Some(digit) = rest.last().and_then(|c| c.to_digit(10)) {
        value = Some(value.unwrap_or(0usize).saturating_mul(10).saturating_add(digit as usize));
        rest.pop();
    }
    value
}

fn wrong(text: &str, why: &str) -> String {
    format!("number format `{text}` {why}")
}

/// Digits in threes, from the right; at most `width` characters in all (d3's `formatGroup`).
fn grouped(whole: &str, width: usize) -> String {
    let (mut groups, mut end, mut length) = (Vec::new(), whole.len(), 0);
    while end > 0 && length <= width {
        let size = if length + 4 > width { (width - length).max(1) } else { 3 };
        let start = end.saturating_sub(size);
        groups.push(&whole[start..end]);
        (end, length) = (start, length + size + 1);
    }
    groups.reverse();
    groups.join(",")
}

/// A number without a format: thousands separators and at most two decimals.
fn plain(number: f64) -> String {
    let body = if number.fract() == 0.0 { fixed(number.abs(), 0) } else { trimmed(&fixed(number.abs(), 2)) };
    let split = body.find('.').unwrap_or(body.len());
    let minus = if number < 0.0 && body != "0" { "\u{2212}" } else { "" };
    let mut text = minus.to_owned();
    text.push_str(&grouped(&body[..split], usize::MAX));
    text.push_str(&body[split..]);
    text
}

fn time_in_words(text: &str, locale: &Locale) -> Option<String> {
    if let Some(days) = parse_day(text) {
        return Some(day_in_words(days, locale));
    }
    let micros = parse_moment(text)?;
    let (hour, minute, second, _) = clock(micros);
    let day = day_in_words(micros.div_euclid(crate::calendar::DAY), locale);
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    Some(format!("{day} {hour:02}:{minute:02}{seconds}"))
}

fn day_in_words(days: i64, locale: &Locale) -> String {
    let (year, month, day) = civil_from_days(days);
    locale.day(year, month, day)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn all(spec: &str, cases: &[(f64, &str)]) {
        let parsed = parse(spec).unwrap();
        for (number, text) in cases {
            assert_eq!(parsed.write(*number), *text, "{spec} of {number}");
        }
    }

    // Outputs of d3-format's own tests.
    #[test]
    fn fixed_and_integer() {
        all(".1f", &[(0.49, "0.5"), (-0.0, "0.0"), (0.25, "0.3"), (-0.04, "0.0")]);
        all(".2f", &[(0.449, "0.45"), (1.005, "1.00"), (9.995, "9.99"), (99.999, "100.00")]);
        all("f", &[(42.0, "42.000000")]);
        all(".0f", &[(0.5, "1"), (1.5, "2"), (2.5, "3"), (1e15, "1000000000000000")]);
        all("+.2f", &[(-0.001, "\u{2212}0.00"), (0.0, "+0.00")]);
        all("d", &[(4.2, "4"), (0.5, "1"), (-4.0, "\u{2212}4")]);
        all("%", &[(0.234, "23.400000%")]);
        all(".1%", &[(0.1234, "12.3%"), (-0.5, "\u{2212}50.0%")]);
    }

    #[test]
    fn significant_digits() {
        all(
            "e",
            &[(0.0, "0.000000e+0"), (42.0, "4.200000e+1"), (0.042, "4.200000e-2"), (-42e6, "\u{2212}4.200000e+7")],
        );
        all(".0e", &[(42.0, "4e+1"), (9.9, "1e+1")]);
        all(".1g", &[(0.049, "0.05"), (0.49, "0.5")]);
        all(".3", &[(123456.0, "1.23e+5"), (0.000001234, "0.00000123"), (999.9, "1e+3")]);
        all("", &[(0.1, "0.1"), (1e21, "1e+21"), (4.2e-7, "4.2e-7"), (1234567.0, "1234567")]);
        all(".2r", &[(0.0, "0"), (0.049, "0.049"), (0.449, "0.45"), (12345.0, "12000"), (99.9, "100")]);
        all("p", &[(0.00123, "0.123000%"), (0.0123, "1.23000%"), (1.23, "123.000%")]);
    }

    #[test]
    fn si_prefixes() {
        all("s", &[(0.0, "0.00000"), (1.0, "1.00000"), (999.5, "999.500"), (999500.0, "999.500k")]);
        all("s", &[(145999999.99999347, "146.000M"), (1e26, "100.000Y"), (0.000009, "9.00000µ")]);
        all(".3s", &[(0.0, "0.00"), (999.5, "1.00k"), (1500.5, "1.50k"), (145500000.0, "146M"), (0.009, "9.00m")]);
        all("$.2s", &[(250000.0, "$250k"), (-250000000.0, "\u{2212}$250M")]);
        all("~s", &[(1500.0, "1.5k"), (1e-24, "1y")]);
    }

    #[test]
    fn signs_groups_and_padding() {
        all("($,.2f", &[(-1234.5, "($1,234.50)"), (1234.5, "$1,234.50")]);
        all("$,.0f", &[(1234567.5, "$1,234,568"), (-0.4, "$0")]);
        all("08d", &[(-4.0, "\u{2212}0000004")]);
        all("8d", &[(0.0, "       0")]);
        all("*^8d", &[(0.0, "***0****")]);
        all("<8,d", &[(1234.0, "1,234   ")]);
        all("04,d", &[(0.0, "0,000")]);
        all("05,d", &[(1.0, "0,001")]);
        all("06,d", &[(0.0, "00,000")]);
        all("013,d", &[(0.0, "0,000,000,000")]);
        all("+$,.2f", &[(0.0, "+$0.00")]);
    }

    #[test]
    fn marks_of_a_language() {
        let german = Locale {
            decimal: ",".to_owned(),
            group: ".".to_owned(),
            currency: [String::new(), "\u{a0}€".to_owned()],
            percent: "\u{a0}%".to_owned(),
            day: "{d}. {m} {y}".to_owned(),
            ..Locale::default()
        };
        let number = |spec: &str, number| parse(spec).unwrap().write_in(number, &german);
        assert_eq!(number("$,.2f", -1234567.891), "\u{2212}1.234.567,89\u{a0}€");
        assert_eq!(number("($,.0f", -1234.0), "(1.234\u{a0}€)");
        assert_eq!(number(".1%", 0.1234), "12,3\u{a0}%");
        assert_eq!(number(".3s", 1234567.0), "1,23M");
        assert_eq!(number("06,d", 12.0), "00.012");
        let text = |value: Value, kind| write_in(&value, kind, None, &german);
        assert_eq!(text(Value::Number(1234.5), Kind::Float), "1.234,5");
        assert_eq!(text(Value::Text("2024-03-14".to_owned()), Kind::Date), "14. Mar 2024");
        assert_eq!(text(Value::Text("1,234.5".to_owned()), Kind::Text), "1,234.5");
    }

    #[test]
    fn what_is_no_format_is_refused() {
        for text in ["x", "$,.f", ",.0ff", ".", "%d", "0.5 EUR", "é", "1000d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_for_readers() {
        let text = |value: &str, kind| write(&Value::Text(value.to_owned()), kind, None);
        assert_eq!(text("2024-03-14", Kind::Date), "14 Mar 2024");
        assert_eq!(text("2024-03-04T09:30:00", Kind::Timestamp), "4 Mar 2024 09:30");
        assert_eq!(text("2024-03-14", Kind::Text), "2024-03-14");
        let number = |number| write(&Value::Number(number), Kind::Float, None);
        assert_eq!(number(1234567.0), "1,234,567");
        assert_eq!(number(-1234.5), "\u{2212}1,234.5");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(f64::NAN), "–");
        assert_eq!(write(&Value::Null, Kind::Text, None), "–");
    }
}

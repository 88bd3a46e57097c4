//! Which type a column has: the narrowest that all its values fit. What nearly fits is told to the author.

use super::dates::{self, DAY, Moment, Pattern};
use super::rows::Cell;

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// True or false.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Days, written like this.
    Date(Pattern),
    /// Points in time, written like this.
    Timestamp(Pattern),
    /// Bytes, which no table can hold.
    Binary,
}

/// A type as the author asks for it in `types`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// `text`
    Text,
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `date`
    Date,
    /// `timestamp`
    Timestamp,
}

impl Wanted {
    /// The types by name.
    pub const ALL: [(&'static str, Wanted); 6] = [
        ("text", Wanted::Text),
        ("boolean", Wanted::Boolean),
        ("integer", Wanted::Integer),
        ("number", Wanted::Number),
        ("date", Wanted::Date),
        ("timestamp", Wanted::Timestamp),
    ];
}

/// Why a column did not get the type that most of its values have.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// The value at this position is of no such kind.
    Misfit {
        /// What the others are.
        kind: &'static str,
        /// The row.
        position: u64,
        /// The value.
        value: String,
    },
    /// Days and months can be told apart by no value.
    Ambiguous(String, String),
    /// Some points in time have a distance from UTC, others none.
    Zones,
}

/// How values spell numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// 1.5
    Point,
    /// 1,5
    Comma,
}

/// What the values of a column say about its type.
#[derive(Debug, Clone)]
pub struct Evidence {
    decimal: Decimal,
    boolean: Tally,
    integer: Tally,
    number: Tally,
    dates: Vec<(Pattern, Tally)>,
    with_time: bool,
    zoned: bool,
    local: bool,
    binary: bool,
    /// The first value that may stand for nothing.
    blank: Option<(u64, String)>,
}

/// How many values are of a kind, and which is the first that is not.
#[derive(Debug, Clone, Default)]
struct Tally {
    fits: u64,
    misfits: u64,
    first: Option<(u64, String)>,
}

/// What programs write for nothing; it may be a word of its own all the same, as Namibia's `NA` is.
const BLANKS: [&str; 10] = ["NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "-", "?"];

/// So many misfits, and a kind is not looked for any more: they are no slips.
const SLIPS: u64 = 20;

impl Tally {
    fn is_open(&self) -> bool {
        self.misfits <= SLIPS
    }

    fn is_proven(&self) -> bool {
        self.fits > 0 && self.misfits == 0
    }

    fn count(&mut self, fits: bool, position: u64, cell: Cell<'_>) {
        if fits {
            self.fits += 1;
            return;
        }
        self.misfits += 1;
        if self.first.is_none() {
            self.first = cell.text().map(|text| (position, text.into_owned()));
        }
    }

    /// A few misfits among many that fit.
    fn is_nearly(&self) -> bool {
        self.is_open() && self.misfits > 0 && self.fits >= SLIPS * self.misfits
    }

    fn misfit(&self, kind: &'static str) -> Option<Doubt> {
        self.first.as_ref().map(|(position, value)| Doubt::Misfit { kind, position: *position, value: value.clone() })
    }
}

impl Evidence {
    /// Nothing seen yet.
    pub fn new(decimal: Decimal, patterns: &[Pattern]) -> Evidence {
        let dates = patterns.iter().map(|pattern| (pattern.clone(), Tally::default())).collect();
        let (boolean, integer, number) = Default::default();
        let (with_time, zoned, local, binary) = Default::default();
        Evidence { decimal, boolean, integer, number, dates, with_time, zoned, local, binary, blank: None }
    }

    /// Takes a value into account.
    pub fn observe(&mut self, position: u64, cell: Cell<'_>) {
        if matches!(cell, Cell::Null | Cell::Binary) {
            self.binary |= cell == Cell::Binary;
            return;
        }
        if let Cell::Raw(text) = cell
            && BLANKS.contains(&text)
        {
            self.blank.get_or_insert_with(|| (position, text.to_owned()));
            return;
        }
        let whole = self.integer.is_open() && integer(cell).is_some();
        if self.integer.is_open() {
            self.integer.count(whole, position, cell);
        }
        if self.number.is_open() {
            self.number.count(number(cell, self.decimal).is_some(), position, cell);
        }
        if self.boolean.is_open() {
            self.boolean.count(boolean(cell).is_some(), position, cell);
        }
        self.observe_moment(position, cell);
    }

    fn observe_moment(&mut self, position: u64, cell: Cell<'_>) {
        for (pattern, tally) in self.dates.iter_mut().filter(|(_, tally)| tally.is_open()) {
            let found = moment(cell, pattern);
            tally.count(found.is_some(), position, cell);
            if let Some(Moment { time: Some(_), zoned, .. }) = found {
                self.with_time = true;
                self.zoned |= zoned;
                self.local |= !zoned;
            }
        }
    }

    /// The narrowest type of all values, and why it is a text, should that surprise.
    pub fn decide(&self) -> (Type, Option<Doubt>) {
        let (found, doubt) = self.decide_without_blanks();
        match (&self.blank, kind(&found)) {
            (Some((position, value)), Some(kind)) => {
                (Type::Text, Some(Doubt::Misfit { kind, position: *position, value: value.clone() }))
            }
            _ => (found, doubt),
        }
    }

    fn decide_without_blanks(&self) -> (Type, Option<Doubt>) {
        if self.binary {
            return (Type::Binary, None);
        }
        for (tally, found) in
            [(&self.boolean, Type::Boolean), (&self.integer, Type::Integer), (&self.number, Type::Number)]
        {
            if tally.is_proven() {
                return (found, None);
            }
        }
        match self.pattern() {
            Ok(Some(pattern)) if self.with_time => (Type::Timestamp(pattern), None),
            Ok(Some(pattern)) => (Type::Date(pattern), None),
            Ok(None) => (Type::Text, self.near()),
            Err(doubt) => (Type::Text, Some(doubt)),
        }
    }

    /// The type that the author asks for, or the value that is not of it.
    pub fn decide_as(&self, wanted: Wanted) -> Result<Type, Doubt> {
        let blank = |kind| self.blank.clone().map(|(position, value)| Doubt::Misfit { kind, position, value });
        let checked = |tally: &Tally, kind, found| tally.misfit(kind).or_else(|| blank(kind)).map_or(Ok(found), Err);
        match wanted {
            Wanted::Text => Ok(Type::Text),
            Wanted::Boolean => checked(&self.boolean, "`true` or `false`", Type::Boolean),
            Wanted::Integer => checked(&self.integer, "a whole number", Type::Integer),
            Wanted::Number => checked(&self.number, "a number", Type::Number),
            Wanted::Date | Wanted::Timestamp => {
                let kind = if wanted == Wanted::Date { "a date" } else { "a point in time" };
                let found = self.pattern()?.or_else(|| self.is_empty().then(|| dates::usual().swap_remove(0)));
                let pattern = found.ok_or_else(|| self.misfit(kind))?;
                blank(kind).map_or(Ok(()), Err)?;
                Ok(if wanted == Wanted::Date { Type::Date(pattern) } else { Type::Timestamp(pattern) })
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.number.fits + self.number.misfits == 0
    }

    fn misfit(&self, kind: &'static str) -> Doubt {
        let best = self.dates.iter().max_by_key(|(_, tally)| tally.fits);
        best.and_then(|(_, tally)| tally.misfit(kind)).unwrap_or(Doubt::Zones)
    }

    /// The one pattern that all values follow, if any do.
    fn pattern(&self) -> Result<Option<Pattern>, Doubt> {
        let proven: Vec<&Pattern> =
            self.dates.iter().filter(|(_, tally)| tally.is_proven()).map(|(pattern, _)| pattern).collect();
        match proven[..] {
            [] => Ok(None),
            // A cell that is a date already follows every pattern.
            _ if proven.len() == self.dates.len() && self.dates.len() > 1 => Ok(Some(proven[0].clone())),
            [_] if self.zoned && self.local => Err(Doubt::Zones),
            [pattern] => Ok(Some(pattern.clone())),
            [first, second, ..] => Err(Doubt::Ambiguous(first.format(), second.format())),
        }
    }

    fn near(&self) -> Option<Doubt> {
        let dates = self.dates.iter().map(|(_, tally)| (tally, "dates"));
        let kinds = [(&self.number, "numbers"), (&self.boolean, "`true` and `false`")].into_iter().chain(dates);
        kinds.filter(|(tally, _)| tally.is_nearly()).find_map(|(tally, kind)| tally.misfit(kind))
    }
}

/// What the values of a type are called.
fn kind(found: &Type) -> Option<&'static str> {
    Some(match found {
        Type::Text | Type::Binary => return None,
        Type::Boolean => "`true` and `false`",
        Type::Integer | Type::Number => "numbers",
        Type::Date(_) => "dates",
        Type::Timestamp(_) => "points in time",
    })
}

/// The cell as a whole number. Digits after a leading zero are a code, such as a postcode, not a number.
pub fn integer(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Integer(number) => Some(number),
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
        Cell::Raw(text) if is_integer(text) => text.parse().ok(),
        _ => None,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    !digits.is_empty() && digits.len() < 20 && !is_code(digits) && digits.iter().all(u8::is_ascii_digit)
}

fn is_code(digits: &[u8]) -> bool {
    digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
}

/// The cell as a number; more digits than a float can keep are a code, too.
pub fn number(cell: Cell<'_>, decimal: Decimal) -> Option<f64> {
    match cell {
        Cell::Integer(number) => (number.unsigned_abs() <= 1 << 53).then_some(number as f64),
        Cell::Number(number) => Some(number),
        Cell::Raw(text) => match decimal {
            Decimal::Point => float(text),
            Decimal::Comma if text.contains('.') => None,
            Decimal::Comma => float(&text.replace(',', ".")),
        },
        _ => None,
    }
}

fn float(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    let starts = digits.first().is_some_and(|first| first.is_ascii_digit() || *first == b'.');
    let is_long_code = digits.len() > 15 && digits.iter().all(u8::is_ascii_digit);
    if !starts || is_code(digits) || is_long_code {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The cell as true or false.
pub fn boolean(cell: Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Boolean(value) => Some(value),
        Cell::Raw("true" | "True" | "TRUE") => Some(true),
        Cell::Raw("false" | "False" | "FALSE") => Some(false),
        _ => None,
    }
}

/// The cell as a day or a point in time.
pub fn moment(cell: Cell<'_>, pattern: &Pattern) -> Option<Moment> {
    match cell {
        Cell::Raw(text) | Cell::Text(text) => pattern.read(text),
        Cell::Date(day) => Some(Moment { day, time: None, zoned: false }),
        Cell::Timestamp(at) => {
            Some(Moment { day: at.div_euclid(DAY) as i32, time: Some(at.rem_euclid(DAY)), zoned: false })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(values: &[&str]) -> (Type, Option<Doubt>) {
        let mut evidence = Evidence::new(Decimal::Point, &dates::usual());
        for (position, value) in values.iter().enumerate() {
            evidence.observe(position as u64, if value.is_empty() { Cell::Null } else { Cell::Raw(value) });
        }
        evidence.decide()
    }

    #[test]
    fn the_narrowest_type_of_all_values() {
        let iso = || dates::usual().swap_remove(0);
        let cases: [(&[&str], Type); 13] = [
            (&["1", "", "-2"], Type::Integer),
            (&["1", "2.5", "1e3", ".5"], Type::Number),
            (&["01234", "12345"], Type::Text),
            (&["12345678901234567890"], Type::Text),
            (&["0", "0.5"], Type::Number),
            (&["nan", "1"], Type::Text),
            (&["true", "FALSE"], Type::Boolean),
            (&["2026-01-31", ""], Type::Date(iso())),
            (&["2026-01-31", "2026-01-31T12:00:00"], Type::Timestamp(iso())),
            (&["01/02/2026", "31/12/2026"], Type::Date(Pattern::Numeric(dates::Order::DayMonthYear, b'/'))),
            (&["", ""], Type::Text),
            (&["2026", "2026-01-31"], Type::Text),
            (&["1", "x"], Type::Text),
        ];
        for (values, expected) in cases {
            assert_eq!(decided(values).0, expected, "{values:?}");
        }
    }

    #[test]
    fn doubts_are_told() {
        let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let mut values: Vec<&str> = numbers.iter().map(String::as_str).collect();
        values[70] = "n/a";
        let misfit = Doubt::Misfit { kind: "numbers", position: 70, value: "n/a".to_owned() };
        assert_eq!(decided(&values), (Type::Text, Some(misfit)));
        let ambiguous = Doubt::Ambiguous("%d/%m/%Y".to_owned(), "%m/%d/%Y".to_owned());
        assert_eq!(decided(&["01/02/2026", "03/04/2026"]), (Type::Text, Some(ambiguous)));
        let blank = Doubt::Misfit { kind: "numbers", position: 1, value: "NA".to_owned() };
        assert_eq!(decided(&["1", "NA", "2"]), (Type::Text, Some(blank)));
        assert_eq!(decided(&["DE", "NA", "FR"]), (Type::Text, None));
        assert_eq!(decided(&["2026-01-31T12:00", "2026-01-31T12:00Z"]), (Type::Text, Some(Doubt::Zones)));
    }
}

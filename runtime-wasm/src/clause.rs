//! Clauses: what a reader selected in one view, as a filter on the rows of any table that has the columns.

use crate::calendar::{DAY, parse_day, parse_moment};
use crate::format::{lower_case, shortest};
use crate::plan::{self, Grain, Key, Kind, Select, Selection, Value};
use crate::table::{Bins, Column, Data, Groups, Mask, Table, number, ordered, truncate};
use std::ops::Range;
use std::sync::Arc;

/// The names of the columns that a view's clauses filter.
pub fn columns<'a>(select: &Select, table: &'a plan::Table) -> Vec<&'a str> {
    let name = |key: &Key| table.columns.get(key.column).map(|column| column.name.as_str());
    select.keys().iter().filter_map(name).collect()
}

/// The rows of a table that a selection keeps; none where it filters nothing: a column is missing or its values make no sense.
///
/// `select` and `owner` are those of the view that owns the clause; its columns are found in `table` by name.
pub fn mask(select: &Select, owner: &plan::Table, selection: &Selection, table: &Table) -> Option<Mask> {
    let column = |key: &Key| {
        let name = &owner.columns.get(key.column)?.name;
        table.named(name)
    };
    match (select, selection) {
        (Select::Values(keys), Selection::In(tuples)) => {
            // Tuples may name the first few keys only, and a part may have no more.
            let named = tuples.iter().map(Vec::len).max().unwrap_or(0).clamp(1, keys.len().max(1));
            let keyed =
                keys.iter().take(named).map(|key| Some((column(key)?, key.grain))).collect::<Option<Vec<_>>>()?;
            one_of(&keyed, tuples, table.rows)
        }
        (Select::Interval(key), Selection::Between(low, high)) => between(column(key)?, low, high),
        (Select::Box([x, y]), Selection::Box([across, up])) => {
            let mut inside = between(column(x)?, &across[0], &across[1])?;
            inside.and(&between(column(y)?, &up[0], &up[1])?);
            Some(inside)
        }
        (Select::Values(keys), Selection::Contains(text)) => containing(column(keys.first()?)?, text),
        _ => None,
    }
}

/// The rows whose text contains another one, in whatever case.
fn containing(column: &Column, text: &str) -> Option<Mask> {
    let Data::Text { values, codes } = &column.data else { return None };
    let text = lower_case(text);
    let wanted = values.iter().map(|value| lower_case(value).contains(&text));
    Some(codes.are(&wanted.chain([false, false]).collect::<Vec<_>>()))
}

/// What a value is to a column: one of its groups, none that it has, or of another kind altogether.
enum Found {
    Group(u32),
    Absent,
    Malformed,
}

fn one_of(keys: &[(&Column, Grain)], tuples: &[Vec<Value>], rows: usize) -> Option<Mask> {
    let groups = keys.iter().map(|(column, grain)| column.groups(*grain).ok()).collect::<Option<Vec<_>>>()?;
    let mut wanted = Wanted::new(groups.first()?);
    let mut well_formed = tuples.is_empty();
    for tuple in tuples.iter().filter(|tuple| tuple.len() <= keys.len()) {
        let found = tuple.iter().zip(keys).zip(&groups);
        let found: Vec<_> =
            found.map(|((value, (column, grain)), groups)| find(value, column, *grain, groups)).collect();
        if found.iter().any(|found| matches!(found, Found::Malformed)) {
            continue;
        }
        well_formed = true;
        let codes = found.iter().map(|found| if let Found::Group(code) = found { Some(*code) } else { None });
        if let Some(codes) = codes.collect::<Option<Vec<u32>>>() {
            wanted.add(&codes);
        }
    }
    well_formed.then(|| wanted.mask(&groups, rows))
}

/// Wanted tuples, by the code of their first key.
struct Wanted {
    /// For each code of the first key: 0 not wanted, 1 wanted whatever follows, else a place in `rest`, plus 2.
    first: Vec<u32>,
    rest: Vec<Vec<Vec<u32>>>,
}

impl Wanted {
    fn new(first: &Groups) -> Wanted {
        Wanted { first: vec![0; first.len() + 2], rest: Vec::new() }
    }

    fn add(&mut self, codes: &[u32]) {
        match codes {
            [] => self.first.fill(1),
            [first] => self.first[*first as usize] = 1,
            [first, rest @ ..] => match self.first[*first as usize] {
                0 => {
                    self.rest.push(vec![rest.to_vec()]);
                    self.first[*first as usize] = self.rest.len() as u32 + 1;
                }
                1 => {}
                place => self.rest[place as usize - 2].push(rest.to_vec()),
            },
        }
    }

    fn mask(&self, groups: &[Arc<Groups>], rows: usize) -> Mask {
        let codes = &groups[0].codes;
        if self.rest.is_empty() {
            let wanted: Vec<bool> = self.first.iter().map(|&wanted| wanted == 1).collect();
            return codes.are(&wanted);
        }
        Mask::of(rows, |row| match self.first[codes.get(row) as usize] {
            0 => false,
            1 => true,
            place => self.rest[place as usize - 2].iter().any(|rest| matches(rest, &groups[1..], row)),
        })
    }
}

fn matches(codes: &[u32], groups: &[Arc<Groups>], row: usize) -> bool {
    codes.iter().zip(groups).all(|(&code, groups)| groups.codes.get(row) == code)
}

fn find(value: &Value, column: &Column, grain: Grain, groups: &Groups) -> Found {
    if *value == Value::Null {
        return Found::Group(groups.null());
    }
    if let Grain::Bin { start, width, count } = grain {
        return bin(value, column.kind, start, width, count);
    }
    // A value that lies between two keys is none of them.
    let (Some(low), Some(high)) = (bound(value, column, End::Low), bound(value, column, End::High)) else {
        return Found::Malformed;
    };
    let key = match grain {
        Grain::Time(grain) => truncate(column.kind, grain, low),
        _ if low == high || column.kind == Kind::Timestamp => low,
        _ => return Found::Absent,
    };
    groups.code(key).map_or(Found::Absent, Found::Group)
}

fn bin(value: &Value, kind: Kind, start: f64, width: f64, count: u32) -> Found {
    let edge = match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) if kind == Kind::Date => parse_day(text).map(|days| days as f64),
        Value::Text(text) if kind == Kind::Timestamp => moment(text, End::Low).map(|micros| micros as f64),
        _ => None,
    };
    match (edge, Bins::new(start, width, count)) {
        (Some(edge), Some(bins)) => bins.named(edge).map_or(Found::Absent, Found::Group),
        _ => Found::Malformed,
    }
}

fn between(column: &Column, low: &Value, high: &Value) -> Option<Mask> {
    let low = if *low == Value::Null { i64::MIN } else { bound(low, column, End::Low)? };
    let high = if *high == Value::Null { i64::MAX } else { bound(high, column, End::High)? };
    Some(column.within(low, high))
}

/// True if a range of a column begins and ends where groups at a grain do, so that each group lies inside or outside.
pub fn ends_at_groups(column: &Column, grain: Grain, low: &Value, high: &Value) -> bool {
    are_ends(column, grain, |end| bound(end.of([low, high]), column, end))
}

/// The same of an end's key, which is asked for only where groups are not single values; none is open.
fn are_ends(column: &Column, grain: Grain, key: impl Fn(End) -> Option<i64>) -> bool {
    let all_in_bins = || column.groups(grain).is_ok_and(|groups| !groups.leaves_out);
    let edge = |end: End, step: i64| {
        let Some(key) = key(end) else { return true };
        let (own, next) = (group(column, grain, key), key.checked_add(step).map(|next| group(column, grain, next)));
        next != Some(own) || (own == OUTSIDE && matches!(grain, Grain::Bin { .. }) && all_in_bins())
    };
    grain == Grain::Value || (edge(End::Low, -1) && edge(End::High, 1))
}

/// The ends of a range as keys of a column, each none if the range is open there; none if they are no values of its kind, or
/// it has no keys.
pub fn ends(column: &Column, low: &Value, high: &Value) -> Option<[Option<i64>; 2]> {
    let end = |value: &Value, end: End| match value {
        Value::Null => Some(None),
        value => bound(value, column, end).map(Some),
    };
    if column.kind == Kind::Text { None } else { Some([end(low, End::Low)?, end(high, End::High)?]) }
}

/// The groups that a range selects, as codes; none if it cuts through one, or if rows outside of all groups are in it.
pub fn codes(column: &Column, grain: Grain, groups: &Groups, [low, high]: [Option<i64>; 2]) -> Option<Range<u32>> {
    let open = low.is_none() || high.is_none();
    if !are_ends(column, grain, |end| end.of([low, high])) || (open && groups.leaves_out) {
        return None;
    }
    let place = |key: i64| {
        Some(match grain {
            Grain::Bin { start, width, count } => {
                let number = number(column.kind, key);
                match Bins::new(start, width, count)?.index(number) {
                    Some(index) => (index, index + 1),
                    None if number < start => (0, 0),
                    None => (count, count),
                }
            }
            grain => groups.around(group(column, grain, key)),
        })
    };
    let first = low.map_or(Some(0), |key| Some(place(key)?.0))?;
    let last = high.map_or(Some(groups.null()), |key| Some(place(key)?.1))?;
    Some(first..last.max(first))
}

/// What stands for the bin of a key that is in none.
const OUTSIDE: i64 = -1;

/// What tells the group of a key from others.
fn group(column: &Column, grain: Grain, key: i64) -> i64 {
    match grain {
        Grain::Value => key,
        Grain::Time(grain) => truncate(column.kind, grain, key),
        Grain::Bin { start, width, count } => {
            let index = Bins::new(start, width, count).and_then(|bins| bins.index(number(column.kind, key)));
            index.map_or(OUTSIDE, i64::from)
        }
    }
}

/// The ends of a range.
#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// The lower.
    Low,
    /// The upper.
    High,
}

impl End {
    /// This end of two.
    fn of<T>(self, [low, high]: [T; 2]) -> T {
        if self == End::Low { low } else { high }
    }
}

/// The lowest key that is not below a value, or the highest that is not above it.
pub fn bound(value: &Value, column: &Column, end: End) -> Option<i64> {
    match (value, column.kind) {
        (Value::Number(number), Kind::Float) => Some(ordered(number + 0.0)),
        (Value::Number(number), Kind::Integer) => Some(scaled(*number, 0, end)),
        (Value::Number(number), Kind::Decimal { scale }) => Some(scaled(*number, scale, end)),
        (Value::Boolean(truth), Kind::Boolean) => Some(i64::from(*truth)),
        (Value::Text(text), Kind::Date) => day(text, end),
        (Value::Text(text), Kind::Timestamp) => moment(text, end),
        (Value::Text(text), Kind::Text) => Some(place(text, column, end)),
        _ => None,
    }
}

/// A number times a power of ten, rounded into the range; the number counts as its shortest decimal, so that 0.1 is a tenth.
fn scaled(number: f64, scale: u8, end: End) -> i64 {
    if number.abs() >= 1e18 {
        return if number > 0.0 { i64::MAX } else { i64::MIN };
    }
    if number.fract() == 0.0 && number.abs() < 1e9 && scale <= 9 {
        return number as i64 * 10i64.pow(u32::from(scale));
    }
    let text = shortest(number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let scale = usize::from(scale);
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(scale).collect();
    let exact = fraction.len() <= scale;
    let size = format!("{whole}{kept}").parse::<i128>().unwrap_or(i128::MAX);
    let outwards = match (number < 0.0, end) {
        (true, End::High) | (false, End::Low) => i128::from(!exact),
        _ => 0,
    };
    let signed = if number < 0.0 { -size.saturating_add(outwards) } else { size.saturating_add(outwards) };
    signed.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

fn day(text: &str, end: End) -> Option<i64> {
    if let Some(days) = parse_day(text) {
        return Some(days);
    }
    let micros = parse_moment(text)?;
    let after_midnight = micros.rem_euclid(DAY) > 0 && end == End::Low;
    Some(micros.div_euclid(DAY) + i64::from(after_midnight))
}

/// A day as the low end of moments is its midnight, as the high end its last microsecond.
fn moment(text: &str, end: End) -> Option<i64> {
    let Some(days) = parse_day(text) else { return parse_moment(text) };
    let midnight = days.checked_mul(DAY)?;
    if end == End::Low { Some(midnight) } else { midnight.checked_add(DAY - 1) }
}

fn place(text: &str, column: &Column, end: End) -> i64 {
    let Data::Text { values, .. } = &column.data else { return 0 };
    match end {
        End::Low => values.partition_point(|value| value.as_str() < text) as i64,
        End::High => values.partition_point(|value| value.as_str() <= text) as i64 - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_their_shortest_decimals() {
        for (number, scale, low, high) in [
            (0.1, 2, 10, 10),
            (0.105, 2, 11, 10),
            (-0.105, 2, -10, -11),
            (1.5, 0, 2, 1),
            (-1.5, 0, -1, -2),
            (1e300, 2, i64::MAX, i64::MAX),
            (1e-300, 2, 1, 0),
            (19.99, 2, 1999, 1999),
        ] {
            assert_eq!((scaled(number, scale, End::Low), scaled(number, scale, End::High)), (low, high), "{number}");
        }
    }
}

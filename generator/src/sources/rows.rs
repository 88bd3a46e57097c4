//! What files that are read row by row have in common: cells, and how to walk over them.

use super::dates::DAY;
use crate::diagnostics::Diagnostic;
use chrono::{DateTime, NaiveDate};
use std::borrow::Cow;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A text in a file that knows only texts: it may spell a number.
    Raw(&'a str),
    /// A text in a file that knows numbers: it is none.
    Text(&'a str),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
    /// Bytes that are no text.
    Binary,
}

/// What takes the rows: each with its position in the file.
pub type Each<'a> = dyn FnMut(u64, &[Cell<'_>]) -> Result<(), Diagnostic> + 'a;

/// A file that is read row by row, as often as needed.
pub trait Rows {
    /// The names of its columns, each once.
    fn columns(&self) -> &[String];

    /// Gives each row, with as many cells as there are columns.
    fn read(&self, each: &mut Each<'_>) -> Result<(), Diagnostic>;

    /// What a row's position counts, as in `line`.
    fn unit(&self) -> &'static str;
}

impl<'a> Cell<'a> {
    /// The cell as a text; nothing for nothing.
    pub fn text(self) -> Option<Cow<'a, str>> {
        Some(match self {
            Cell::Null | Cell::Binary => return None,
            Cell::Raw(text) | Cell::Text(text) => Cow::Borrowed(text),
            Cell::Boolean(value) => Cow::Owned(value.to_string()),
            Cell::Integer(number) => Cow::Owned(number.to_string()),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Date(day) => Cow::Owned(NaiveDate::from_epoch_days(day)?.to_string()),
            Cell::Timestamp(at) if at % DAY == 0 => return Cell::Date((at / DAY) as i32).text(),
            Cell::Timestamp(at) => Cow::Owned(DateTime::from_timestamp_micros(at)?.naive_utc().to_string()),
        })
    }
}

/// Names for columns without one: by position.
pub fn named(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let named = names.into_iter().enumerate();
    named.map(|(index, name)| if name.is_empty() { format!("column{}", index + 1) } else { name }).collect()
}

/// The first name that stands twice.
pub fn repeated(names: &[String]) -> Option<&str> {
    let twice = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
    twice.map(|(_, name)| name.as_str())
}

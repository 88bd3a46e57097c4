//! Searching in a table: the rows that have all words of a text, in whatever cell and case.

use super::listing::Values;
use super::shows::spec;
use crate::format::{self, Spec};
use crate::group::Reader;
use crate::locale::Locale;
use crate::plan::{Format, Grain, Kind, TableView, Term, Value};
use crate::table::Groups;
use std::sync::Arc;

/// The rows that have all words of a text somewhere in their cells.
pub(super) fn found(table: &TableView, values: &Values<'_>, rows: &[u32], words: &str, locale: &Locale) -> Vec<u32> {
    let words = format::lower_case(words);
    // Numbers cost most to write out: fewer rows are left for words that may be in them.
    let (with_digits, others): (Vec<&str>, Vec<&str>) = words.split_whitespace().partition(|word| has_digit(word));
    let formats = table.columns.iter().filter(|column| column.look.trend().is_none());
    let formats = formats.map(|column| &column.format).chain(table.groups.iter().map(|groups| &groups.by));
    let (numbers, formats): (Vec<&Format>, Vec<&Format>) = formats.partition(|format| format.kind.is_number());
    let mut kept = rows.to_vec();
    for word in others.into_iter().chain(with_digits) {
        let able = formats.iter().chain(numbers.iter().filter(|_| has_digit(word)));
        let mut finders: Vec<Finder<'_>> = able.map(|format| Finder::new(format, values, (word, locale))).collect();
        kept.retain(|&row| finders.iter_mut().any(|finder| finder.finds(row)));
    }
    kept
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Finds a word in a column: each distinct value is written out once, if a row that is looked at has it.
struct Finder<'a> {
    format: &'a Format,
    spec: Option<Spec>,
    values: &'a Values<'a>,
    word: &'a str,
    locale: &'a Locale,
    /// The column's distinct values, and whether each has the word, as far as that is known.
    distinct: Option<(Arc<Groups>, Vec<Option<bool>>)>,
    /// The word's digits, if it is nothing else and the column has whole numbers that are written in full.
    digits: Option<String>,
}

impl<'a> Finder<'a> {
    fn new(format: &'a Format, values: &'a Values<'a>, (word, locale): (&'a str, &'a Locale)) -> Finder<'a> {
        let distinct = match (values, format.term) {
            (Values::Rows(keys), Term::Key(key)) => match keys.get(key) {
                Some(Reader::Column(column)) => column.groups(Grain::Value).ok(),
                Some(Reader::Groups(groups)) => Some(groups.clone()),
                None => None,
            },
            _ => None,
        };
        let distinct = distinct.map(|groups| {
            let known = vec![None; groups.len() + 1];
            (groups, known)
        });
        let is_whole = format.kind == Kind::Integer && format.format.is_none();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
        let digits = (is_whole && is_number).then(|| word.replace(',', ""));
        Finder { format, spec: spec(format), values, word, locale, distinct, digits }
    }

    fn finds(&mut self, row: u32) -> bool {
        let Some((groups, known)) = &self.distinct else {
            return self.has(&self.values.value(self.format.term, row));
        };
        let code = groups.codes.get(row as usize);
        if let Some(known) = known.get(code as usize).copied().flatten() {
            return known;
        }
        let has = self.has(&groups.value(code));
        if let Some(place) = self.distinct.as_mut().and_then(|(_, known)| known.get_mut(code as usize)) {
            *place = Some(has);
        }
        has
    }

    fn has(&self, value: &Value) -> bool {
        if let (Some(digits), Value::Number(number)) = (&self.digits, value)
            && !format::shortest(*number).contains(digits.as_str())
        {
            return false;
        }
        let text = format::write_in(value, self.format.kind, self.spec.as_ref(), self.locale);
        format::lower_case(&text).contains(self.word)
    }
}

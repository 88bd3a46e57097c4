//! What views with one question show of its answer, or without one.

use super::{Asked, Session};
use crate::answer::{Answer, Shown};
use crate::charts;
use crate::format::{self, Spec};
use crate::locale::Locale;
use crate::plan::{Format, Input, Part, Selection, Shows, Term, Value, View};
use crate::table::Table;

impl Session {
    /// What a view shows of an answer; without one it waits, if there is something to wait for.
    pub(super) fn show(&self, index: usize, asked: &Asked, answer: Option<&Result<Answer, String>>) -> Shown {
        let view = &self.plan.views[index];
        match answer {
            Some(Ok(answer)) => show(view, answer, asked.own.as_deref(), &self.plan.locale),
            Some(Err(why)) => self.absent(index, Some(why.clone())),
            None => self.absent(index, None),
        }
    }

    /// What a view shows without an answer: why there is none, or that it waits, if there is something to wait for.
    pub(super) fn absent(&self, index: usize, why: Option<String>) -> Shown {
        let table = self.plan.views[index].table;
        match why {
            Some(why) => Shown::Error(why),
            None if self.tables.get(table).is_some_and(|files| self.is_complete(table, files)) => {
                Shown::Error("These filters end between the groups that this page has: choose them again".to_owned())
            }
            None => Shown::Waiting,
        }
    }

    /// True if all files of a table are there.
    fn is_complete(&self, table: usize, files: &[Option<Vec<Table>>]) -> bool {
        let parts = self.plan.tables[table].files();
        files.iter().zip(&parts).all(|(file, part)| file.is_some() || *part == Part::MoreRows)
    }
}

/// What a view with one question shows of an answer; `selection` is the reader's in this view.
fn show(view: &View, answer: &Answer, selection: Option<&Selection>, locale: &Locale) -> Shown {
    match &view.shows {
        Shows::Chart(chart) => Shown::Traces(charts::traces(chart, answer, selection)),
        Shows::Input(input) => options(answer, input),
        Shows::Value(format) => single(answer, format, locale),
        Shows::Component(_) => Shown::Answer {
            columns: answer.keys.iter().chain(&answer.measures).cloned().collect(),
            total: answer.total,
        },
        Shows::Metric(_) | Shows::Table(_) | Shows::Detail { .. } | Shows::Legend { .. } => Shown::Waiting,
    }
}

/// The values of the first key with the first measure as counts; without keys, the measures themselves: a range's bounds.
fn options(answer: &Answer, input: &Input) -> Shown {
    let values = match answer.keys.first() {
        Some(values) => values.clone(),
        None => answer.measures.iter().filter_map(|values| values.first().cloned()).collect(),
    };
    let count = |row: usize| match answer.measures.first().and_then(|counts| counts.get(row)) {
        Some(Value::Number(count)) if !answer.keys.is_empty() => *count,
        _ => 0.0,
    };
    let counts = (0..values.len()).map(count).collect();
    Shown::Options { values: (values != input.values).then_some(values), counts }
}

/// A value as its format writes it.
pub fn single(answer: &Answer, format: &Format, locale: &Locale) -> Shown {
    let value = column(answer, format.term).first().cloned().unwrap_or(Value::Null);
    let text = format::write_in(&value, format.kind, spec(format).as_ref(), locale);
    Shown::Value { text, value, delta: None, sparkline: Vec::new() }
}

/// A column of an answer; empty if there is none.
pub fn column(answer: &Answer, term: Term) -> &[Value] {
    let column = match term {
        Term::Key(index) => answer.keys.get(index),
        Term::Measure(index) => answer.measures.get(index),
    };
    column.map_or(&[], Vec::as_slice)
}

/// The build has read every format; one that cannot be read is as good as none.
pub fn spec(format: &Format) -> Option<Spec> {
    format.format.as_deref().and_then(|text| format::parse(text).ok())
}

//! The lines of a table: its rows under filters, order and search, put together in groups, and the part of them that is on
//! screen.

use super::metric::shares;
use super::search::found;
use super::shows::{column, spec};
use super::{Asked, Place, Session};
use crate::answer::{Answer, Cell, Head, Lines};
use crate::distinct::{Distinct, distinct_texts};
use crate::format;
use crate::group::{self, Reader};
use crate::locale::Locale;
use crate::plan::{
    Format, Kind, Look, Order, Question, Rows, Select, Shows, Summary, TableColumn, TableGroups, TableView, Term,
    Value, View,
};
use litemap::LiteMap;
use std::ops::Range;

/// A table gives at least so many lines without being asked.
pub const WINDOW: usize = 50;

/// What a table lists in a state.
#[derive(Debug)]
pub struct Listing {
    asked: Asked,
    body: Body,
    /// The rows in the order in which they are shown.
    rows: Vec<u32>,
    total: usize,
    /// By column, between which values its shapes are drawn.
    extents: Vec<(f64, f64)>,
    groups: Vec<Group>,
    totals: Vec<Cell>,
    /// By column, by name of the row, its line along time.
    series: Vec<LiteMap<String, Vec<Value>>>,
}

/// Where a table's rows are.
#[derive(Debug)]
enum Body {
    Rows(Place),
    Groups(Answer),
}

#[derive(Debug)]
struct Group {
    value: Value,
    count: usize,
    cells: Vec<Cell>,
}

/// The values of a table's rows.
pub(super) enum Values<'a> {
    Rows(Vec<Reader<'a>>),
    Groups(&'a Answer),
}

impl Values<'_> {
    /// The value of a column of the answer in a row.
    pub(super) fn value(&self, term: Term, row: u32) -> Value {
        match (self, term) {
            (Values::Rows(keys), Term::Key(key)) => keys.get(key).map_or(Value::Null, |key| key.value(row)),
            (Values::Rows(_), Term::Measure(_)) => Value::Null,
            (Values::Groups(answer), term) => column(answer, term).get(row as usize).cloned().unwrap_or(Value::Null),
        }
    }
}

/// An error, or nothing while data is on its way.
type Listed<T> = Result<T, Option<String>>;

impl Session {
    /// Some of the lines of a table; `closed` are the groups of which only the head is shown.
    pub(super) fn listed(
        &mut self,
        index: usize,
        asked: &Asked,
        range: Range<usize>,
        closed: &[Value],
    ) -> Listed<Lines> {
        self.make_listing(index, asked)?;
        let listing = &self.listings[&index];
        let view = &self.plan.views[index];
        let values = self.values(view, listing)?;
        Ok(lines(view, (listing, &values), range, closed, &self.plan.locale))
    }

    /// Calls with each line of a table: a row, or the group whose rows follow.
    pub(super) fn each_row(
        &mut self,
        index: usize,
        asked: &Asked,
        mut run: impl FnMut(&Values<'_>, u32),
    ) -> Listed<()> {
        self.make_listing(index, asked)?;
        let listing = &self.listings[&index];
        let values = self.values(&self.plan.views[index], listing)?;
        listing.rows.iter().for_each(|&row| run(&values, row));
        Ok(())
    }

    fn make_listing(&mut self, index: usize, asked: &Asked) -> Listed<()> {
        if self.listings.get(&index).is_none_or(|listing| listing.asked != *asked) {
            let listing = self.listing(index, asked)?;
            self.listings.insert(index, listing);
        }
        Ok(())
    }

    fn values<'a>(&'a self, view: &View, listing: &'a Listing) -> Listed<Values<'a>> {
        match &listing.body {
            Body::Groups(answer) => Ok(Values::Groups(answer)),
            Body::Rows(place) => {
                let table = self.part(*place).ok_or(None)?;
                group::readers(table, &view.question).map(Values::Rows).map_err(Some)
            }
        }
    }

    fn listing(&self, index: usize, asked: &Asked) -> Listed<Listing> {
        let view = &self.plan.views[index];
        let Shows::Table(table) = &view.shows else { return Err(None) };
        let (body, rows, total) = self.body(index, asked)?;
        let mut listing = Listing {
            asked: asked.clone(),
            body,
            rows,
            total,
            extents: Vec::new(),
            groups: Vec::new(),
            totals: Vec::new(),
            series: Vec::new(),
        };
        let values = self.values(view, &listing)?;
        let extents = table.columns.iter().map(|column| extent(column, &values, &listing.rows)).collect();
        let found = asked.search.as_ref().map(|words| found(table, &values, &listing.rows, words, &self.plan.locale));
        let rows = found.unwrap_or_else(|| listing.rows.clone());
        let (groups, rows) = match &table.groups {
            Some(groups) => self.grouped(table, groups, asked, &values, rows)?,
            None => (Vec::new(), rows),
        };
        if asked.search.is_some() {
            listing.total = rows.len();
        } else if let Some(totals) = &table.totals {
            listing.totals = self.totals(table, totals, asked)?;
        }
        listing.series = table.columns.iter().map(|column| self.series(column, asked)).collect::<Listed<Vec<_>>>()?;
        (listing.extents, listing.groups, listing.rows) = (extents, groups, rows);
        Ok(listing)
    }

    /// Where the rows are, which of them in which order, and how many there would be without a limit.
    fn body(&self, index: usize, asked: &Asked) -> Listed<(Body, Vec<u32>, usize)> {
        let view = &self.plan.views[index];
        if view.question.rows == Rows::Groups {
            let answer = self.detail(index, asked)?;
            let (rows, total) = ((0..answer.rows as u32).collect(), answer.total);
            return Ok((Body::Groups(answer), rows, total));
        }
        if let Some(problem) = self.derived.problem(view.table) {
            return Err(Some(problem.clone()));
        }
        let place = self.smallest(index, asked).ok_or(None)?;
        let table = self.part(place).ok_or(None)?;
        let question = Question { order: asked.order.clone(), ..view.question.clone() };
        let mask = self.filter(place, table, &asked.clauses);
        let (rows, total) = group::rows(table, &question, mask.as_deref()).map_err(Some)?;
        Ok((Body::Rows(place), rows, total))
    }

    /// The groups that rows are put together in, and the rows in their order.
    fn grouped(
        &self,
        table: &TableView,
        by: &TableGroups,
        asked: &Asked,
        values: &Values<'_>,
        rows: Vec<u32>,
    ) -> Listed<(Vec<Group>, Vec<u32>)> {
        let order = asked.order.iter().filter_map(|order| {
            let of_group = if order.by == by.by.term {
                Some(Term::Key(0))
            } else {
                let place = table.columns.iter().position(|column| column.format.term == order.by)?;
                by.summary.cells.get(place).copied().flatten()
            };
            Some(Order { by: of_group?, ..*order })
        });
        let answer = self.detail(by.summary.view, &Asked { order: order.collect(), ..asked.clone() })?;
        let keys = answer.keys.first().map_or(&[][..], Vec::as_slice);
        let places = Distinct::of(keys);
        let mut parts: Vec<Vec<u32>> = keys.iter().map(|_| Vec::new()).collect();
        for row in rows {
            if let Some(place) = places.get(&values.value(by.by.term, row)) {
                parts[place].push(row);
            }
        }
        let mut groups = Vec::new();
        for (place, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_empty()) {
            let cells = summed(table, &by.summary, (&answer, place), &self.plan.locale);
            groups.push(Group { value: keys[place].clone(), count: part.len(), cells });
        }
        Ok((groups, parts.concat()))
    }

    fn totals(&self, table: &TableView, totals: &Summary, asked: &Asked) -> Listed<Vec<Cell>> {
        let answer = self.detail(totals.view, &Asked { order: Vec::new(), ..asked.clone() })?;
        Ok(summed(table, totals, (&answer, 0), &self.plan.locale))
    }

    /// By name of the row, the values of a column along time.
    fn series(&self, of: &TableColumn, asked: &Asked) -> Listed<LiteMap<String, Vec<Value>>> {
        let Some(view) = of.look.trend() else { return Ok(LiteMap::new()) };
        let answer = self.detail(view, &Asked { order: Vec::new(), ..asked.clone() })?;
        let (Some((times, keys)), Some(measure)) = (answer.keys.split_last(), answer.measures.first()) else {
            return Ok(LiteMap::new());
        };
        let times: Vec<String> = times.iter().map(name).collect();
        let places = distinct_texts(times.iter().map(String::as_str).collect());
        let names: Vec<String> = (0..answer.rows).map(|row| keys.iter().map(|key| name(&key[row])).collect()).collect();
        let lines = distinct_texts(names.iter().map(String::as_str).collect());
        let empty = lines.into_iter().map(|name| (name.to_owned(), vec![Value::Null; places.len()]));
        let mut series = LiteMap::from_sorted_store_unchecked(empty.collect::<Vec<_>>());
        for (row, value) in measure.iter().enumerate() {
            let place = places.partition_point(|time| *time < times[row].as_str());
            series[&names[row]][place] = value.clone();
        }
        Ok(series)
    }
}

/// A value as a text that no other has, and that sorts as days and moments do.
fn name(value: &Value) -> String {
    let mut name = match value {
        Value::Null => "\0".to_owned(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Number(number) => number.to_bits().to_string(),
        Value::Text(text) => text.clone(),
    };
    name.push('\u{1f}');
    name
}

/// Between which values the shapes of a column are drawn: bars begin at zero.
fn extent(column: &TableColumn, values: &Values<'_>, rows: &[u32]) -> (f64, f64) {
    let start = match column.look {
        Look::Bar => (0.0, 0.0),
        Look::Heat => (f64::INFINITY, f64::NEG_INFINITY),
        _ => return (0.0, 0.0),
    };
    rows.iter().fold(start, |(low, high), &row| match values.value(column.format.term, row) {
        Value::Number(number) => (low.min(number), high.max(number)),
        _ => (low, high),
    })
}

/// The share of zero, then those of values between the lowest of them and the highest, zero among them.
fn shares_from_zero(values: &[Value]) -> Vec<Option<f64>> {
    let zero = std::iter::once(Value::Number(0.0));
    shares(&zero.chain(values.iter().cloned()).collect::<Vec<_>>())
}

fn text(format: &Format, value: &Value, locale: &Locale) -> String {
    format::write_in(value, format.kind, spec(format).as_ref(), locale)
}

/// The cells of a line of totals: nothing in the columns that have none.
fn summed(table: &TableView, summary: &Summary, (answer, row): (&Answer, usize), locale: &Locale) -> Vec<Cell> {
    let cell = |(of, term): (&TableColumn, &Option<Term>)| {
        let value = term.and_then(|term| column(answer, term).get(row));
        Cell::Text(value.map_or_else(String::new, |value| text(&of.format, value, locale)))
    };
    table.columns.iter().zip(&summary.cells).map(cell).collect()
}

/// The lines of a listing that lie in a range.
fn lines(
    view: &View,
    (listing, values): (&Listing, &Values<'_>),
    range: Range<usize>,
    closed: &[Value],
    locale: &Locale,
) -> Lines {
    let Shows::Table(table) = &view.shows else { return Lines::default() };
    let mut lines =
        Lines { total: listing.total, totals: listing.totals.clone(), from: range.start, ..Lines::default() };
    let writer = Writer { table, listing, values, locale };
    let add = |lines: &mut Lines, row: u32| {
        lines.rows.push(writer.row(row));
        if let Some(Select::Values(keys)) = &view.select {
            let place = |key| view.question.keys.iter().position(|own| own == key).map(Term::Key);
            let value = |key| place(key).map_or(Value::Null, |term| values.value(term, row));
            lines.keys.push(keys.iter().map(value).collect());
        }
    };
    if listing.groups.is_empty() {
        lines.lines = listing.rows.len();
        let end = range.end.min(lines.lines);
        listing.rows[range.start.min(end)..end].iter().for_each(|&row| add(&mut lines, row));
        return lines;
    }
    let mut first = 0;
    for group in &listing.groups {
        if range.contains(&lines.lines) {
            lines.heads.push(Head { at: lines.rows.len(), value: group.value.clone(), count: group.count });
            lines.rows.push(group.cells.clone());
            if view.select.is_some() {
                lines.keys.push(Vec::new());
            }
        }
        lines.lines += 1;
        if !closed.contains(&group.value) {
            let inside = |line: usize| line.saturating_sub(lines.lines).min(group.count);
            let (start, end) = (inside(range.start), inside(range.end));
            listing.rows[first + start..first + end.max(start)].iter().for_each(|&row| add(&mut lines, row));
            lines.lines += group.count;
        }
        first += group.count;
    }
    lines
}

/// True for an address that runs nothing: of the web, of a person, or without a scheme.
fn is_safe(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    scheme.is_none_or(|(scheme, _)| ["http", "https", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str()))
}

/// Writes the rows of a table.
struct Writer<'a> {
    table: &'a TableView,
    listing: &'a Listing,
    values: &'a Values<'a>,
    locale: &'a Locale,
}

impl Writer<'_> {
    fn row(&self, row: u32) -> Vec<Cell> {
        (0..self.table.columns.len()).map(|column| self.cell(column, row)).collect()
    }

    fn cell(&self, place: usize, row: u32) -> Cell {
        let column = &self.table.columns[place];
        let value = self.values.value(column.format.term, row);
        let written = text(&column.format, &value, self.locale);
        let called = |term: &Option<Term>| {
            let called =
                term.map(|term| format::write_in(&self.values.value(term, row), Kind::Text, None, self.locale));
            called.unwrap_or_else(|| written.clone())
        };
        match (&column.look, &value) {
            (Look::Link(by) | Look::Image(by), Value::Text(address)) if is_safe(address) => {
                Cell::Address(called(by), address.clone())
            }
            (Look::Bar, Value::Number(number)) => {
                let share = |number: f64| self.share(place, number);
                let (from, to) = (share(number.min(0.0)), share(number.max(0.0)));
                Cell::Shape(written, vec![from, to])
            }
            (Look::Heat, Value::Number(number)) => Cell::Shape(written, vec![self.share(place, *number)]),
            (Look::Sparkline(_), _) => Cell::Shape(written, shares(self.line(place, row))),
            (Look::Bars(_) | Look::Area(_), _) => Cell::Shape(written, shares_from_zero(self.line(place, row))),
            _ => Cell::Text(written),
        }
    }

    fn share(&self, column: usize, number: f64) -> Option<f64> {
        let (low, high) = self.listing.extents[column];
        let share = if high > low { (number - low) / (high - low) } else { 0.5 };
        Some((share * 1000.0).round() / 1000.0)
    }

    fn line(&self, column: usize, row: u32) -> &[Value] {
        let Values::Groups(answer) = self.values else { return &[] };
        let name: String = answer.keys.iter().map(|key| name(&key[row as usize])).collect();
        self.listing.series[column].get(&name).map_or(&[], Vec::as_slice)
    }
}

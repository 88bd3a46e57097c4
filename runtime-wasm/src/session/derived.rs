//! Reactive tables: made anew from the tables that they read when a parameter changes, or taken from the file of a choice.

use super::Session;
use crate::answer::Answer;
use crate::condition;
use crate::group;
use crate::plan::{Column, Condition, Domain, Grain, Operand, Origin, Query, Rows, Selection, State, Term, Value};
use crate::source;
use crate::table::{Mask, Table, chunks};
use litemap::LiteMap;
use std::sync::PoisonError;

/// What the reactive tables of a page were made from.
#[derive(Debug, Default)]
pub struct Derived {
    /// By table, what it was made from last.
    made: LiteMap<usize, Made>,
    /// The files that are there of tables with one for each choice, but for the one in use.
    variants: LiteMap<(usize, usize), Vec<Table>>,
    /// By table, how often its rows have changed.
    versions: Vec<usize>,
    /// By table, why it could not be made.
    problems: LiteMap<usize, String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Made {
    choices: Vec<Option<Selection>>,
    /// The version of the table that it reads.
    from: usize,
    /// The file in use.
    variant: Option<usize>,
}

impl Derived {
    pub(super) fn of(tables: usize) -> Derived {
        Derived { versions: vec![0; tables], ..Derived::default() }
    }

    pub(super) fn changed(&mut self, table: usize) {
        if let Some(version) = self.versions.get_mut(table) {
            *version += 1;
        }
    }

    pub(super) fn problem(&self, table: usize) -> Option<&String> {
        self.problems.get(&table)
    }
}

impl Session {
    /// Keeps a file of a table with one for each choice until the reader makes that choice.
    pub(super) fn keep_variant(&mut self, table: usize, file: usize, rows: Table) {
        self.derived.variants.insert((table, file), vec![rows]);
        self.derived.made.remove(&table);
    }

    /// The files that the views wait for under a state, which are not loaded unless they are asked for.
    pub fn wanted(&self, state: &State) -> Vec<(usize, usize)> {
        let mut wanted = Vec::new();
        for (index, table) in self.plan.tables.iter().enumerate() {
            let Origin::Variants(domains) = &table.origin else { continue };
            let Some(file) = variant(domains, state) else { continue };
            let has_rows = matches!(self.tables[index].as_slice(), [Some(_)]);
            let in_use = self.derived.made.get(&index).is_some_and(|made| made.variant == Some(file));
            let is_here = (in_use && has_rows) || self.derived.variants.contains_key(&(index, file));
            if !is_here {
                wanted.push((index, file));
            }
        }
        wanted
    }

    /// Makes the reactive tables that a state changes; their views will be answered anew.
    pub(super) fn derive(&mut self, state: &State) {
        for table in 0..self.plan.tables.len() {
            let of = &self.plan.tables[table];
            if of.origin.is_files() {
                continue;
            }
            let (from, variant) = match &of.origin {
                Origin::Query(query) => (self.derived.versions[query.from], None),
                Origin::Variants(domains) => (0, variant(domains, state)),
                _ => (0, None),
            };
            let choices = of.origin.inputs().iter().map(|input| state.selections.get(*input).cloned()).collect();
            let made = Made { choices, from, variant };
            let last = self.derived.made.get(&table);
            if last == Some(&made) {
                continue;
            }
            let rows = match &self.plan.tables[table].origin {
                Origin::Values(values) => {
                    Some(Table::of_values(&of.columns, std::slice::from_ref(values), values.len()))
                }
                Origin::Query(query) => {
                    let rows = self.queried(query, &of.columns, state);
                    self.derived.problems.remove(&table);
                    rows.unwrap_or_else(|problem| {
                        self.derived.problems.insert(table, problem);
                        None
                    })
                }
                _ => {
                    let before = last.and_then(|made| made.variant);
                    self.exchange(table, before, variant)
                }
            };
            self.derived.made.insert(table, made);
            self.put(table, rows);
        }
    }

    /// Puts a variant that was in use back, and takes another.
    fn exchange(&mut self, table: usize, before: Option<usize>, after: Option<usize>) -> Option<Table> {
        let used = self.tables[table].first_mut().and_then(Option::take);
        if let Some((file, rows)) = before.zip(used) {
            self.derived.variants.insert((table, file), rows);
        }
        self.derived.variants.remove(&(table, after?))?.pop()
    }

    fn put(&mut self, table: usize, rows: Option<Table>) {
        self.tables[table] = vec![rows.map(|rows| vec![rows])];
        self.derived.changed(table);
        self.masks.get_mut().unwrap_or_else(PoisonError::into_inner).retain(|(_, place), _| place.0 != table);
        self.brush.clear();
        self.listings.clear();
        let shown = self.plan.views.iter().zip(&mut self.shown).filter(|(view, _)| view.table == table);
        shown.for_each(|(_, shown)| *shown = None);
    }

    /// The rows of a query; none while what it reads is not there.
    fn queried(&self, query: &Query, columns: &[Column], state: &State) -> Result<Option<Table>, String> {
        if let Some(problem) = self.derived.problem(query.from) {
            return Err(problem.clone());
        }
        let Some(of) = self.plan.tables.get(query.from) else { return Ok(None) };
        let filtered = query.filtered();
        let may = |part: &&Table| {
            let has = |column: &usize| part.column(*column).is_some_and(|(_, grain)| grain == Grain::Value);
            filtered.iter().all(has) && source::answers(part, of, &query.question, &[])
        };
        let parts = self.tables[query.from].iter().flatten().flatten();
        let Some(part) = parts.filter(may).min_by_key(|part| part.rows) else { return Ok(None) };
        let mask = kept(query.filter.as_ref(), state, part)?;
        if query.question.rows == Rows::Each && query.question.order.is_empty() {
            return Ok(picked(query, columns, part, mask.as_ref(), state));
        }
        let answer = group::answer(part, &query.question, mask.as_ref())?;
        remaining(query, columns, answer, state).map(Some)
    }
}

/// The rows that a condition keeps; all where there is none.
fn kept(condition: Option<&Condition>, state: &State, table: &Table) -> Result<Option<Mask>, String> {
    condition.map_or(Ok(None), |condition| condition::rows(condition, state, table))
}

/// The rows that a mask keeps, in the order of the table.
fn picked(query: &Query, columns: &[Column], part: &Table, mask: Option<&Mask>, state: &State) -> Option<Table> {
    let mut rows = Vec::new();
    chunks(part.rows, mask, |chunk| rows.extend(chunk.rows()));
    rows.truncate(limit(query, state));
    let place = |(term, column): (&Term, &'_ Column)| match term {
        Term::Key(key) => query.question.keys.get(*key).map(|key| (key.column, column.name.clone())),
        Term::Measure(_) => None,
    };
    let places: Vec<(usize, String)> = query.columns.iter().zip(columns).map(place).collect::<Option<_>>()?;
    let places: Vec<(usize, &str)> = places.iter().map(|(place, name)| (*place, name.as_str())).collect();
    part.picked(&places, &rows)
}

/// The groups of an answer that `HAVING` and `LIMIT` leave, as a table.
fn remaining(query: &Query, columns: &[Column], answer: Answer, state: &State) -> Result<Table, String> {
    let Answer { keys, measures, rows, .. } = answer;
    let all: Vec<Vec<Value>> = keys.into_iter().chain(measures).collect();
    let named = |(index, kind): (usize, &_)| Column { name: index.to_string(), kind: *kind };
    let described: Vec<Column> = query.kinds.iter().enumerate().map(named).collect();
    let whole = Table::of_values(&described, &all, rows);
    let mask = kept(query.having.as_ref(), state, &whole)?;
    let mut rows = Vec::new();
    chunks(whole.rows, mask.as_ref(), |chunk| rows.extend(chunk.rows()));
    rows.truncate(limit(query, state));
    let place = |term: &Term| match term {
        Term::Key(key) => *key,
        Term::Measure(measure) => query.question.keys.len() + measure,
    };
    let places: Vec<(usize, &str)> =
        query.columns.iter().zip(columns).map(|(term, column)| (place(term), column.name.as_str())).collect();
    whole.picked(&places, &rows).ok_or_else(|| "a reactive query selects what it does not compute".to_owned())
}

fn limit(query: &Query, state: &State) -> usize {
    let values = query.limit.as_ref().and_then(|limit: &Operand| condition::values(limit, state));
    match values.as_deref() {
        Some([Value::Number(number), ..]) if *number >= 0.0 => *number as usize,
        _ => usize::MAX,
    }
}

/// Which file holds the rows for the choices of a state; none if there is none for them.
fn variant(domains: &[Domain], state: &State) -> Option<usize> {
    domains.iter().try_fold(0, |file, domain| {
        let mut chosen: Vec<&Value> = match state.selections.get(&domain.input) {
            Some(Selection::In(tuples)) => tuples.iter().filter_map(|tuple| tuple.first()).collect(),
            Some(Selection::Between(..) | Selection::Box(_) | Selection::Contains(_)) => return None,
            None => Vec::new(),
        };
        chosen.dedup();
        let is_it =
            |choice: &Vec<Value>| choice.len() == chosen.len() && choice.iter().all(|value| chosen.contains(&value));
        Some(file * domain.choices.len() + domain.choices.iter().position(is_it)?)
    })
}

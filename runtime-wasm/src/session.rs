//! A page being read: its plan, the tables that have arrived, and what every view shows of them under the reader's state.

use crate::answer::{Answer, Shown, Update};
use crate::charts;
use crate::clause;
use crate::format::{self, Spec};
use crate::group;
use crate::plan::{Format, Order, Plan, Question, Selection, Shows, State, TableColumn, TableView, Term, Value, View};
use crate::slice;
use crate::table::{Mask, Table};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A page's plan and tables, and what its views showed last.
#[derive(Debug, Default)]
pub struct Session {
    plan: Plan,
    tables: Vec<Option<Table>>,
    shown: Vec<Option<Asked>>,
    masks: Mutex<Masks>,
}

/// The rows that the last selection of an owner keeps in a table; none where it filters nothing.
type Masks = BTreeMap<(usize, usize), (Selection, Option<Arc<Mask>>)>;

/// All that decides what a view shows, besides its plan and its table.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    clauses: Vec<(usize, Selection)>,
    own: Option<Selection>,
    order: Vec<Order>,
}

impl Session {
    /// A session without tables yet.
    pub fn new(plan: Plan) -> Session {
        let tables = plan.tables.iter().map(|_| None).collect();
        let shown = vec![None; plan.views.len()];
        Session { plan, tables, shown, masks: Mutex::default() }
    }

    /// The plan that it answers.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Reads the slice of a table; the next update shows the views that ask it.
    pub fn load(&mut self, table: usize, bytes: &[u8]) -> Result<(), String> {
        let expected = self.plan.tables.get(table).ok_or_else(|| format!("the page has no table {table}"))?;
        let read = slice::read(bytes, expected)?;
        self.insert(table, read)
    }

    /// Puts a table in its place, instead of reading its slice.
    pub fn insert(&mut self, index: usize, table: Table) -> Result<(), String> {
        let place = self.tables.get_mut(index).ok_or_else(|| format!("the page has no table {index}"))?;
        *place = Some(table);
        self.masks.get_mut().unwrap_or_else(PoisonError::into_inner).retain(|key, _| key.1 != index);
        for (view, shown) in self.plan.views.iter().zip(&mut self.shown) {
            if view.table == index {
                *shown = None;
            }
        }
        Ok(())
    }

    /// What the views show under a state: at first all whose table is there, then those for which something changed.
    pub fn update(&mut self, state: &State) -> Update {
        let mut update = Update::new();
        for index in 0..self.plan.views.len() {
            let view = &self.plan.views[index];
            if !matches!(self.tables.get(view.table), Some(Some(_))) {
                continue;
            }
            let asked = self.asked(index, state);
            if self.shown[index].as_ref() != Some(&asked) {
                update.insert(view.id.clone(), self.show(index, &asked));
                self.shown[index] = Some(asked);
            }
        }
        update
    }

    /// The answer to a view's question under a state.
    pub fn answer(&self, view: usize, state: &State) -> Result<Answer, String> {
        if view >= self.plan.views.len() {
            return Err(format!("the page has no view {view}"));
        }
        self.answer_asked(view, &self.asked(view, state))
    }

    fn answer_asked(&self, index: usize, asked: &Asked) -> Result<Answer, String> {
        let view = &self.plan.views[index];
        let table = self.tables.get(view.table).and_then(Option::as_ref);
        let table = table.ok_or("the view's data is not there yet")?;
        let question = Question { order: asked.order.clone(), ..view.question.clone() };
        let mask = self.filter(view.table, table, &asked.clauses);
        group::answer(table, &question, mask.as_deref())
    }

    fn show(&self, index: usize, asked: &Asked) -> Shown {
        let view = &self.plan.views[index];
        match self.answer_asked(index, asked) {
            Ok(answer) => show(view, &answer, asked.own.as_ref()),
            Err(why) => Shown::Error(why),
        }
    }

    fn asked(&self, index: usize, state: &State) -> Asked {
        let view = &self.plan.views[index];
        let own = match view.shows {
            Shows::Chart(_) => state.selections.get(&view.id).cloned(),
            _ => None,
        };
        Asked { clauses: self.clauses(index, state), own, order: order(view, state) }
    }

    /// The clauses that filter a view: those of other owners over columns that its table has and that it does not ignore.
    fn clauses(&self, index: usize, state: &State) -> Vec<(usize, Selection)> {
        let view = &self.plan.views[index];
        let owners = self.plan.views.iter().enumerate();
        let clause = |(owner, selecting): (usize, &View)| {
            let selection = state.selections.get(&selecting.id)?;
            let filters = owner != index && self.filters(selecting, view);
            filters.then(|| (owner, selection.clone()))
        };
        owners.filter_map(clause).collect()
    }

    fn filters(&self, owner: &View, view: &View) -> bool {
        let tables = self.plan.tables.get(owner.table).zip(self.plan.tables.get(view.table));
        let (Some(select), Some((from, to))) = (&owner.select, tables) else { return false };
        let has = |name: &str| to.columns.iter().any(|column| column.name == name);
        let ignores = |name: &str| view.ignore.iter().any(|ignored| ignored == name);
        clause::columns(select, from).into_iter().all(|name| has(name) && !ignores(name))
    }

    /// The rows that all clauses keep; none where nothing is filtered.
    fn filter(&self, index: usize, table: &Table, clauses: &[(usize, Selection)]) -> Option<Arc<Mask>> {
        let masks = clauses.iter().filter_map(|(owner, selection)| self.mask(*owner, selection, index, table));
        masks.reduce(|mut all, mask| {
            Arc::make_mut(&mut all).and(&mask);
            all
        })
    }

    fn mask(&self, owner: usize, selection: &Selection, index: usize, table: &Table) -> Option<Arc<Mask>> {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, mask)) = masks.get(&(owner, index)).filter(|(of, _)| of == selection) {
            return mask.clone();
        }
        let view = &self.plan.views[owner];
        let select = view.select.as_ref()?;
        let mask = clause::mask(select, self.plan.tables.get(view.table)?, selection, table).map(Arc::new);
        masks.insert((owner, index), (selection.clone(), mask.clone()));
        mask
    }
}

/// The order of a view's answer: of a table, the one that its reader chose.
fn order(view: &View, state: &State) -> Vec<Order> {
    let chosen = match &view.shows {
        Shows::Table(table) => state.orders.get(&view.id).and_then(|order| {
            let column = table.columns.get(order.column)?;
            Some(vec![Order { by: column.format.term, descending: order.descending }])
        }),
        _ => None,
    };
    chosen.unwrap_or_else(|| view.question.order.clone())
}

/// What a view shows of an answer; `selection` is the reader's in this view.
pub fn show(view: &View, answer: &Answer, selection: Option<&Selection>) -> Shown {
    match &view.shows {
        Shows::Chart(chart) => Shown::Traces(charts::traces(chart, answer, selection)),
        Shows::Input(_) => options(answer),
        Shows::Metric(metric) => single(answer, &metric.format),
        Shows::Table(table) => rows(answer, table),
        Shows::Value(format) => single(answer, format),
    }
}

/// The values of the first key with the first measure as counts; without keys, the measures themselves: a range's bounds.
fn options(answer: &Answer) -> Shown {
    let values = match answer.keys.first() {
        Some(values) => values.clone(),
        None => answer.measures.iter().filter_map(|values| values.first().cloned()).collect(),
    };
    let count = |row: usize| match answer.measures.first().and_then(|counts| counts.get(row)) {
        Some(Value::Number(count)) if !answer.keys.is_empty() => *count,
        _ => 0.0,
    };
    let counts = (0..values.len()).map(count).collect();
    Shown::Options { values, counts }
}

fn single(answer: &Answer, format: &Format) -> Shown {
    let value = column(answer, format.term).first().cloned().unwrap_or(Value::Null);
    let text = format::write(&value, format.kind, spec(format).as_ref());
    Shown::Value { text, value }
}

fn rows(answer: &Answer, table: &TableView) -> Shown {
    let cells = |column_of: &TableColumn| {
        let (format, spec) = (&column_of.format, spec(&column_of.format));
        let values = column(answer, format.term);
        values.iter().map(|value| format::write(value, format.kind, spec.as_ref())).collect::<Vec<_>>()
    };
    let columns: Vec<Vec<String>> = table.columns.iter().map(cells).collect();
    let row = |row: usize| columns.iter().map(|cells| cells.get(row).cloned().unwrap_or_default()).collect();
    Shown::Rows { rows: (0..answer.rows).map(row).collect(), total: answer.total }
}

fn column(answer: &Answer, term: Term) -> &[Value] {
    let column = match term {
        Term::Key(index) => answer.keys.get(index),
        Term::Measure(index) => answer.measures.get(index),
    };
    column.map_or(&[], Vec::as_slice)
}

/// The build has read every format; one that cannot be read is as good as none.
fn spec(format: &Format) -> Option<Spec> {
    format.format.as_deref().and_then(|text| format::parse(text).ok())
}

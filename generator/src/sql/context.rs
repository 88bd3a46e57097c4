//! What a whole query's planning shares: the tables it may read, the names it made up, the mistakes it found.

use super::Sql;
use super::rewrite::{Planned, nothing};
use super::rows::{Column, Reach, Rows};
use crate::diagnostics::{Diagnostic, Span};
use crate::error;
use polars::prelude::{LazyFrame, PolarsError};
use sqlparser::ast::{Expr, Ident, Spanned};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A table by its name in SQL: a frame and its columns.
#[derive(Clone)]
pub struct Source {
    /// The rows.
    pub frame: LazyFrame,
    /// The columns' names.
    pub columns: Vec<String>,
}

/// What planning one query needs to know; cheap to clone.
#[derive(Clone)]
pub struct Context<'a> {
    /// The text, for places.
    pub sql: &'a Sql,
    /// Source tables by name.
    pub sources: &'a BTreeMap<String, Source>,
    /// Tables that `WITH` defines, which come first.
    pub common: BTreeMap<String, Rows>,
    made: Rc<Cell<usize>>,
    problems: Rc<RefCell<Vec<Diagnostic>>>,
    used: Rc<RefCell<BTreeSet<String>>>,
}

impl<'a> Context<'a> {
    /// A context in which nothing is planned yet.
    pub fn new(sql: &'a Sql, sources: &'a BTreeMap<String, Source>) -> Context<'a> {
        Context {
            sql,
            sources,
            common: BTreeMap::new(),
            made: Rc::default(),
            problems: Rc::default(),
            used: Rc::default(),
        }
    }

    /// A column name that nothing else has.
    pub fn id(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("#{}", self.made.get())
    }

    /// Where a node of the query stands.
    pub fn span(&self, node: &impl Spanned) -> Span {
        super::span(self.sql, node)
    }

    /// Where a name stands.
    pub fn at(&self, name: &Ident) -> Span {
        self.span(&Expr::Identifier(name.clone()))
    }

    /// Notes that a query needs a column of the query around it.
    pub fn note(&self, column: &Column) {
        if column.reach == Reach::Outer {
            self.used.borrow_mut().insert(column.id.clone());
        }
    }

    /// The same context with its own notes of what is needed from around.
    pub fn inside(&self) -> Context<'a> {
        Context { used: Rc::default(), ..self.clone() }
    }

    /// The same context for a trial, whose mistakes do not count.
    pub fn trial(&self) -> Context<'a> {
        Context { problems: Rc::default(), ..self.inside() }
    }

    /// The ids of columns that a query needed from around.
    pub fn needed(&self) -> BTreeSet<String> {
        self.used.borrow().clone()
    }

    /// Keeps a mistake for later and goes on with something else, so that others are found too.
    pub fn keep<T>(&self, planned: Planned<T>) -> Option<T> {
        planned.map_err(|problem| self.problems.borrow_mut().push(problem)).ok()
    }

    /// Changes an expression; one with a mistake is replaced, so that the mistake is told once.
    pub fn change(&self, tree: &mut Expr, change: impl FnOnce(&mut Expr) -> Planned<()>) {
        if self.keep(change(tree)).is_none() {
            *tree = nothing();
        }
    }

    /// What was found, if anything.
    pub fn problems(&self) -> Vec<Diagnostic> {
        self.problems.borrow().clone()
    }

    /// Polars' refusal as a diagnostic.
    pub fn refused(&self, span: Span, problem: &PolarsError) -> Diagnostic {
        let text = problem.to_string();
        let line = text.lines().next().unwrap_or_default();
        error!(span, "this does not fit together: {line}")
    }

    /// A construct that no query here may hold, and what to write instead.
    pub fn unsupported(&self, node: &impl Spanned, what: &str, instead: &str) -> Diagnostic {
        error!(self.span(node), "{what} cannot be used here"; hint: "{instead}")
    }
}

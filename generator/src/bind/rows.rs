//! Binds what shows values as text: what metrics, tables and values inside sentences have in common, and the latter.

use super::common::no_table;
use super::keys::Keys;
use super::{Asked, Binder, Card};
use crate::diagnostics::{Span, suggest};
use crate::error;
use crate::expression::{self, Bound, Expression, Scope};
use crate::page::InlineValue;
use crate::sql::{self, Sql};
use dashgen_runtime::plan::{Format, Measure, Order, Purpose, Question, Shows, Term, View};

impl Binder<'_> {
    /// An expression that a block cannot do without.
    pub(super) fn required(&mut self, keys: &Keys<'_>, name: &str, kind: &str, example: &str) -> Option<Sql> {
        if keys.has(name) {
            return keys.sql(name, self.diagnostics);
        }
        self.refuse(error!(keys.at, "`{kind}` needs `{name}`"; hint: "as in `{name}: {example}`"))
    }

    /// `order_by`: over the question's columns, or over further measures.
    pub(super) fn order(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) {
        let Some(sql) = keys.sql("order_by", self.diagnostics) else { return };
        let parts = match sql::ordering(&sql) {
            Ok(parts) => parts,
            Err(problem) => return self.push(problem),
        };
        for part in parts {
            let mut scope = Scope { table: &self.tables[table], wanted: &mut self.plan.tables[table] };
            let bound = expression::bind_tree(&sql, &part.expr, &mut scope);
            let descending = part.options.asc == Some(false);
            match bound.map(|expression| expression.bound) {
                Err(problem) => self.push(problem),
                Ok(Bound::Key(key)) if !question.keys.contains(&key) => {
                    let hint = "order by a column that is shown, or by an aggregate";
                    self.push(
                        error!(sql::span(&sql, &part.expr), "`{}` is not among the columns", part.expr; hint: "{hint}"),
                    );
                }
                Ok(bound) => {
                    let by = place(question, &bound);
                    question.order.push(Order { by, descending });
                }
            }
        }
    }

    /// Adds a question that a view asks besides its own; its position in the plan.
    pub(super) fn detail(&mut self, of: &str, table: usize, question: Question, before: Option<String>) -> usize {
        let what = self.plan.views.iter().filter(|view| view.id.starts_with(&format!("{of}."))).count() + 1;
        self.plan.views.push(view(format!("{of}.{what}"), table, question, Shows::Detail { before }));
        self.plan.views.len() - 1
    }

    /// One of several words.
    pub(super) fn choice(&mut self, keys: &Keys<'_>, name: &str, words: &[&str]) -> Option<usize> {
        let (text, span) = keys.text(name, self.diagnostics)?;
        self.one_of(name, &text, span, words)
    }

    /// The place of a word among those that a key takes.
    pub(super) fn one_of(&mut self, name: &str, text: &str, span: Span, words: &[&str]) -> Option<usize> {
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let problem = match suggest(text, words.iter().copied()) {
                Some(near) => error!(span, "`{name}` is not `{text}`"; hint: "did you mean `{near}`?"),
                None => error!(span, "`{name}` is not `{text}`"; hint: "it is one of {}", super::keys::names(words)),
            };
            self.push(problem);
        }
        found
    }

    pub(super) fn value(&mut self, value: &InlineValue) {
        let (text, span) = value.expression.clone();
        if text.is_empty() {
            // The parser has said so.
            return;
        }
        let sql = Sql { text, span };
        let Some(table) = self.table_of_value(&sql) else { return };
        let Some((question, format)) = self.single(&sql, table) else { return };
        let number = value.format.clone().and_then(|(text, span)| self.checked_format(text, span));
        let id = self.unique("value");
        let shows = Shows::Value(Format { format: number, ..format });
        self.add(value.span.start, Card::new(value.span, String::new(), 0), view(id, table, question, shows));
    }

    /// A question with one aggregate, and how its value is written.
    fn single(&mut self, sql: &Sql, table: usize) -> Option<(Question, Format)> {
        let expression = self.expression(sql, table)?;
        if matches!(expression.bound, Bound::Key(_)) {
            return self.refuse(
                error!(sql.span, "a value in a sentence needs an aggregate"; hint: "as in `{{{{ max({}) }}}}`", sql.text),
            );
        }
        let mut question = Question::default();
        let term = term(&mut question, &expression);
        Some((question, Format { term, kind: expression.kind, format: None }))
    }

    /// Adds a view of a value that stands nowhere on the page; its position in the plan.
    pub(super) fn question(&mut self, asked: &Asked) -> Option<usize> {
        let table = match &asked.data {
            Some((name, span)) => self.named(name, *span)?,
            None => self.table_of_value(&asked.sql)?,
        };
        let (question, format) = self.single(&asked.sql, table)?;
        let id = self.unique("asked");
        self.plan.views.push(view(id, table, question, Shows::Value(format)));
        Some(self.plan.views.len() - 1)
    }

    /// The table that a sentence's value is about: the page's only one, or the only one that has all of its columns.
    fn table_of_value(&mut self, sql: &Sql) -> Option<usize> {
        let local = self.local.clone();
        match local.as_slice() {
            [one] => return self.named(one, sql.span),
            [] => return self.refuse(no_table(sql.span)),
            _ => {}
        }
        let tree = sql::expression(sql).map_err(|problem| self.push(problem)).ok()?;
        let columns = sql::identifiers(sql, &tree);
        let has_all = |name: &&String| {
            self.scope.get(*name).is_some_and(|table| columns.iter().all(|(column, _)| table.column(column).is_some()))
        };
        match local.iter().filter(has_all).collect::<Vec<_>>()[..] {
            [one] => Some(self.index(one, sql.span)),
            [] => self.refuse(error!(sql.span, "no table of the page has all of these columns"; hint: "its tables are {}", super::keys::names(&local.iter().map(String::as_str).collect::<Vec<_>>()))),
            _ => self.refuse(error!(sql.span, "several tables of the page have these columns"; hint: "show it with a `metric` block and `data:`")),
        }
    }
}

/// A view that the reader cannot select in.
pub(super) fn view(id: String, table: usize, question: Question, shows: Shows) -> View {
    View { id, table, ignore: Vec::new(), select: None, purpose: Purpose::Filter, question, shows }
}

/// The place of an expression in the question; adds it if it is not there yet.
pub(super) fn term(question: &mut Question, expression: &Expression) -> Term {
    place(question, &expression.bound)
}

/// The place of a measure in the question; adds it if it is not there yet.
pub(super) fn measure(question: &mut Question, measure: &Measure) -> Term {
    Term::Measure(position(&mut question.measures, measure))
}

fn place(question: &mut Question, bound: &Bound) -> Term {
    match bound {
        Bound::Key(key) => Term::Key(position(&mut question.keys, key)),
        Bound::Measure(wanted) => measure(question, wanted),
    }
}

fn position<T: PartialEq + Clone>(all: &mut Vec<T>, one: &T) -> usize {
    let found = all.iter().position(|known| known == one);
    found.unwrap_or_else(|| {
        all.push(one.clone());
        all.len() - 1
    })
}

//! Changes of a parsed expression: names become a frame's columns; aggregates, windows and subqueries become columns too.

use crate::diagnostics::Diagnostic;
use sqlparser::ast::{Expr, Ident, Query, Value, VisitMut, VisitorMut};
use sqlparser::tokenizer::Span;
use std::ops::ControlFlow;

/// What planning gives: a part of the plan, or the first mistake in it.
pub type Planned<T> = Result<T, Diagnostic>;

/// The quote of names that the planner made; no author can write it.
const INTERNAL: char = '[';

/// The expression that reads a frame's column.
pub fn internal(id: &str, span: Span) -> Expr {
    Expr::Identifier(Ident { value: id.to_owned(), quote_style: Some(INTERNAL), span })
}

/// The frame's column that an expression is, if the planner made it one.
pub fn internal_id(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Identifier(ident) if ident.quote_style == Some(INTERNAL) => Some(&ident.value),
        Expr::Nested(inner) => internal_id(inner),
        _ => None,
    }
}

/// The expression that stands in for one whose mistake was found already.
pub fn nothing() -> Expr {
    Expr::value(Value::Null)
}

/// Visits every expression of a tree from the outside in; `change` may replace it, and what it put there is visited
/// next. Queries inside are left alone.
pub fn rewrite<V: VisitMut>(tree: &mut V, change: impl FnMut(&mut Expr) -> Planned<()>) -> Planned<()> {
    match tree.visit(&mut Changes { change, depth: 0 }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(problem) => Err(problem),
    }
}

struct Changes<F> {
    change: F,
    depth: usize,
}

impl<F: FnMut(&mut Expr) -> Planned<()>> VisitorMut for Changes<F> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Diagnostic> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match (self.change)(expression) {
            Ok(()) => ControlFlow::Continue(()),
            Err(problem) => ControlFlow::Break(problem),
        }
    }
}

/// True if any expression of a tree, outside the queries in it, is as asked.
pub fn any(tree: &Expr, mut asked: impl FnMut(&Expr) -> bool) -> bool {
    let mut found = false;
    let visited = rewrite(&mut tree.clone(), |expression| {
        found |= asked(expression);
        Ok(())
    });
    visited.is_ok() && found
}

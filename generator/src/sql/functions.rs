//! Functions over one row, by the names that DuckDB gives them.

mod dates;
mod numbers;
mod other;
mod texts;

use super::aggregates;
use super::rewrite::Planned;
use super::scalar::Scalars;
use crate::diagnostics::{Diagnostic, suggest};
use crate::error;
use polars::prelude::Expr;
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments, TrimWhereField};

/// A function's names and the form in which it is called, for messages and for the documentation.
pub type Form = (&'static [&'static str], &'static str);

/// Every function over one row.
pub fn forms() -> impl Iterator<Item = &'static Form> {
    texts::FORMS.iter().chain(numbers::FORMS).chain(dates::FORMS).chain(other::FORMS)
}

/// What depends on the moment or on chance, and would make every build differ.
const UNSTEADY: [&str; 14] = [
    "now",
    "current_date",
    "current_timestamp",
    "current_time",
    "today",
    "get_current_timestamp",
    "localtime",
    "localtimestamp",
    "random",
    "setseed",
    "uuid",
    "gen_random_uuid",
    "transaction_timestamp",
    "current_localtimestamp",
];

/// The arguments of a call, if none is named or a star.
pub fn arguments(function: &ast::Function) -> Option<Vec<&ast::Expr>> {
    let FunctionArguments::List(list) = &function.args else {
        return matches!(function.args, FunctionArguments::None).then(Vec::new);
    };
    let plain = |argument: &'_ FunctionArg| matches!(argument, FunctionArg::Unnamed(FunctionArgExpr::Expr(_)));
    if !list.args.iter().all(plain) {
        return None;
    }
    let expression = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expression)) => Some(expression),
        _ => None,
    };
    Some(list.args.iter().filter_map(expression).collect())
}

/// A function's name in lower case.
pub fn name(function: &ast::Function) -> String {
    function.name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.to_lowercase()).unwrap_or_default()
}

impl Scalars<'_, '_> {
    /// A call by name.
    pub fn function(&self, tree: &ast::Expr, function: &ast::Function) -> Planned<Expr> {
        let name = name(function);
        if UNSTEADY.contains(&name.as_str()) {
            return Err(unsteady(self, tree, &name));
        }
        if function.over.is_some() || aggregates::is_aggregate(&name) {
            return Err(self.misplaced(tree, &name, function.over.is_some()));
        }
        let found = match arguments(function) {
            Some(arguments) => self.call(tree, &name, &arguments)?,
            None => None,
        };
        found.ok_or_else(|| self.unknown(function, &name))
    }

    /// A call with its arguments; none if no function of the name takes them.
    fn call(&self, tree: &ast::Expr, name: &str, arguments: &[&ast::Expr]) -> Planned<Option<Expr>> {
        for catalogue in [Self::text_function, Self::number_function, Self::date_function, Self::other_function] {
            if let Some(found) = catalogue(self, tree, name, arguments)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Calls that SQL spells with keywords inside.
    pub fn keyword_call(&self, tree: &ast::Expr) -> Planned<Expr> {
        use ast::Expr as Tree;
        let (name, arguments): (&str, Vec<&ast::Expr>) = match tree {
            Tree::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = match trim_where {
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                    _ => "trim",
                };
                let what = trim_what.as_deref().into_iter().chain(trim_characters.iter().flatten());
                (name, std::iter::once(expr.as_ref()).chain(what).collect())
            }
            Tree::Substring { expr, substring_from, substring_for, .. } => {
                let one = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
                ("substring", one.into_iter().flatten().map(AsRef::as_ref).collect())
            }
            Tree::Position { expr, r#in } => ("strpos", vec![r#in, expr]),
            Tree::Ceil { expr, .. } => ("ceil", vec![expr]),
            Tree::Floor { expr, .. } => ("floor", vec![expr]),
            Tree::Collate { expr, .. } => return self.lower(expr),
            Tree::Tuple(_) => {
                return Err(self.context.unsupported(
                    tree,
                    "a row value",
                    "compare the columns one by one, with `and`",
                ));
            }
            Tree::AnyOp { .. } | Tree::AllOp { .. } => {
                let instead = "use `x IN (…)`, or compare with `(SELECT min(…) …)` or `(SELECT max(…) …)`";
                return Err(self.context.unsupported(tree, "`ANY` or `ALL`", instead));
            }
            Tree::Lambda(_) => {
                return Err(self.context.unsupported(tree, "a lambda", "use `unnest` in FROM and an aggregate"));
            }
            other => {
                return Err(self.context.unsupported(
                    other,
                    &format!("`{other}`"),
                    "see what works in the page on SQL",
                ));
            }
        };
        self.call(tree, name, &arguments)?.ok_or_else(|| {
            self.context.unsupported(tree, "this form of the function", "see what works in the page on SQL")
        })
    }

    fn misplaced(&self, tree: &ast::Expr, name: &str, window: bool) -> Diagnostic {
        let instead = if window { "filter by a window with QUALIFY" } else { "filter by an aggregate with HAVING" };
        let kind = if window { "window" } else { "aggregate" };
        error!(self.span(tree), "{kind} `{name}` cannot be computed at this place"; hint: "{instead}, or compute it in a query that this one reads: `WITH t AS (…)`")
    }

    fn unknown(&self, function: &ast::Function, name: &str) -> Diagnostic {
        let span = self.span(&function.name);
        if let Some((_, form)) = forms().find(|(names, _)| names.contains(&name)) {
            return error!(span, "`{name}` cannot take these arguments"; hint: "it is called `{form}`");
        }
        let names = forms().flat_map(|(names, _)| names.iter().copied()).chain(aggregates::names());
        let hint = suggest(name, names).map(|near| format!("did you mean `{near}`?"));
        let hint = hint.unwrap_or_else(|| "the page on SQL lists the functions that there are".to_owned());
        error!(span, "unknown function `{name}`"; hint: "{hint}")
    }
}

fn unsteady(scalars: &Scalars, tree: &ast::Expr, name: &str) -> Diagnostic {
    let hint = match name {
        name if name.contains("rand") || name.contains("uuid") || name == "setseed" => "take the value from a column",
        _ => "compare with the data's own end, as in `d > (SELECT max(d) FROM t) - 30`",
    };
    error!(scalars.span(tree), "`{name}` would make every build differ, and a build depends on its files alone"; hint: "{hint}")
}

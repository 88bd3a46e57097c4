//! Reactive queries: those that name parameters. What can be run at build is; the rest is answered in the browser, or run
//! for every combination of its parameters' values.

use crate::diagnostics::{Diagnostic, Span};
use crate::error;
use crate::sql::{self, Sql};
use crate::tables::Table;
use dashgen_runtime::plan::{ChoicePart, Kind};
use sqlparser::ast::{Expr, Query, Value, visit_expressions};
use std::ops::ControlFlow;

pub mod parameters;
pub mod split;
mod substitute;

pub use parameters::{Declared, Offers};
pub use substitute::{Choices, substituted};

/// A query with parameters, as the author wrote it.
#[derive(Clone)]
pub struct Reactive {
    /// Its text.
    pub sql: Sql,
    /// Its syntax tree, parameters in it.
    pub query: Query,
    /// Its parameters, each once.
    pub parameters: Vec<Parameter>,
    /// The tables that it reads.
    pub relations: Vec<Table>,
}

/// A parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// As the query names it, without `$`.
    pub name: String,
    /// The input that it is chosen in.
    pub input: String,
    /// What of the choice it stands for.
    pub part: ChoicePart,
    /// The kind of its values.
    pub kind: Kind,
    /// Where the query names it first.
    pub span: Span,
}

impl Reactive {
    /// The query while nothing is chosen.
    pub fn without_choices(&self) -> Query {
        let none = self.parameters.iter().map(|parameter| (parameter.name.clone(), (parameter.kind, Vec::new())));
        substituted(&self.query, &none.collect())
    }

    /// Whether it reads a reactive table.
    pub fn is_chained(&self) -> bool {
        self.relations.iter().any(|table| table.reactive.is_some())
    }

    /// The parameter that an expression is, if it is nothing else.
    pub fn parameter(&self, expression: &Expr) -> Option<&Parameter> {
        let name = placeholder(expression)?;
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// The name of the parameter that an expression is, without `$`.
pub fn placeholder(expression: &Expr) -> Option<&str> {
    let Expr::Value(value) = expression else { return None };
    let Value::Placeholder(name) = &value.value else { return None };
    Some(name.trim_start_matches(['$', ':', '@']))
}

/// The parameters that a tree names, in order, each with its place.
pub fn placeholders<V: sqlparser::ast::Visit>(sql: &Sql, tree: &V) -> Vec<(String, Span)> {
    let mut found: Vec<(String, Span)> = Vec::new();
    let _ = visit_expressions(tree, |expression| {
        if let Some(name) = placeholder(expression).filter(|name| !found.iter().any(|(known, _)| known == name)) {
            found.push((name.to_owned(), sql::span(sql, expression)));
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

/// True if a tree names a parameter.
pub fn is_reactive<V: sqlparser::ast::Visit>(tree: &V) -> bool {
    let found = visit_expressions(tree, |expression| match placeholder(expression) {
        Some(_) => ControlFlow::Break(()),
        None => ControlFlow::Continue(()),
    });
    found.is_break()
}

/// The diagnostic for a parameter that no input of the page has the name of.
pub fn unknown_parameter(name: &str, span: Span, declared: &[Declared]) -> Diagnostic {
    let names = declared.iter().map(|input| input.name.as_str());
    match crate::diagnostics::suggest(name, names.clone()) {
        Some(near) => error!(span, "unknown parameter `${name}`"; hint: "did you mean `${near}`?"),
        None if declared.is_empty() => {
            error!(span, "unknown parameter `${name}`"; hint: "a parameter is an input's name: add a block `input dropdown` with `name: {name}` to the page")
        }
        None => {
            let names: Vec<String> = names.map(|name| format!("`${name}`")).collect();
            error!(span, "unknown parameter `${name}`"; hint: "the page's inputs are {}", names.join(", "))
        }
    }
}

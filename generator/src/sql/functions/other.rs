//! Functions over values of any type, and over lists and structs.

use super::Form;
use crate::sql::literals;
use crate::sql::rewrite::Planned;
use crate::sql::scalar::Scalars;
use polars::prelude::{Expr, NULL, coalesce, lit, when};
use sqlparser::ast;

/// What there is.
pub const FORMS: &[Form] = &[
    (&["coalesce", "ifnull", "nvl"], "coalesce(value, …)"),
    (&["nullif"], "nullif(value, other)"),
    (&["if", "iff"], "if(condition, value, otherwise)"),
    (&["greatest", "least"], "greatest(value, …)"),
    (&["list_value"], "list_value(value, …)"),
    (&["list_contains", "array_contains"], "list_contains(list, value)"),
    (&["array_length", "list_count"], "array_length(list)"),
    (&["list_extract", "list_element"], "list_extract(list, n)"),
    (&["list_sum", "list_min", "list_max", "list_avg"], "list_sum(list)"),
    (&["array_to_string"], "array_to_string(list, separator)"),
    (&["struct_extract"], "struct_extract(struct, 'field')"),
];

impl Scalars<'_, '_> {
    pub(super) fn other_function(&self, _: &ast::Expr, name: &str, arguments: &[&ast::Expr]) -> Planned<Option<Expr>> {
        Ok(Some(match (name, arguments) {
            ("coalesce" | "ifnull" | "nvl", [_, ..]) => coalesce(&self.all(arguments)?),
            ("nullif", [value, other]) => {
                let (left, right) = self.comparable(value, other)?;
                when(left.eq(right).fill_null(lit(false))).then(lit(NULL)).otherwise(self.lower(value)?)
            }
            ("if" | "iff", [condition, value, otherwise]) => {
                when(self.condition(condition)?).then(self.lower(value)?).otherwise(self.lower(otherwise)?)
            }
            ("greatest", [_, ..]) => {
                self.all(arguments)?.into_iter().reduce(|a, b| chosen(a, b, Expr::gt)).unwrap_or(lit(NULL))
            }
            ("least", [_, ..]) => {
                self.all(arguments)?.into_iter().reduce(|a, b| chosen(a, b, Expr::lt)).unwrap_or(lit(NULL))
            }
            ("list_value", [first, ..]) => polars::prelude::concat_list(self.all(arguments)?)
                .map_err(|problem| self.context.refused(self.span(*first), &problem))?,
            ("list_contains" | "array_contains", [list, value]) => {
                self.lower(list)?.list().contains(self.lower(value)?, false)
            }
            ("array_length" | "list_count", [list]) => {
                self.lower(list)?.list().len().cast(polars::prelude::DataType::Int64)
            }
            ("list_extract" | "list_element", [list, n]) => self.lower(list)?.list().get(self.lower(n)? - lit(1), true),
            ("list_sum", [list]) => self.lower(list)?.list().sum(),
            ("list_min", [list]) => self.lower(list)?.list().min(),
            ("list_max", [list]) => self.lower(list)?.list().max(),
            ("list_avg", [list]) => self.lower(list)?.list().mean(),
            ("array_to_string", [list, separator]) => self.lower(list)?.list().join(self.text(separator)?, true),
            ("struct_extract", [value, field]) => match literals::text(field) {
                Some(field) => self.lower(value)?.struct_().field_by_name(&field),
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    fn all(&self, arguments: &[&ast::Expr]) -> Planned<Vec<Expr>> {
        arguments.iter().map(|argument| self.lower(argument)).collect()
    }
}

/// Of two values the one that a comparison prefers; what is null does not count.
fn chosen(a: Expr, b: Expr, better: fn(Expr, Expr) -> Expr) -> Expr {
    let first = b.clone().is_null().or(better(a.clone(), b.clone()).or(a.clone().eq(b.clone())));
    when(a.clone().is_null()).then(b.clone()).when(first).then(a).otherwise(b)
}

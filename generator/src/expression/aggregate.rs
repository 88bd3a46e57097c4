//! The aggregates: what they are called, and what a call of one means.

use super::{Scope, arguments, column, described};
use crate::diagnostics::Diagnostic;
use crate::error;
use crate::sql::{self, Sql};
use dashgen_runtime::plan::{Aggregate, Kind, Measure};
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArgumentClause, FunctionArguments, visit_expressions,
};
use std::ops::ControlFlow;

/// The aggregates that there are.
pub const AGGREGATES: [&str; 20] = [
    "first",
    "last",
    "arg_min",
    "arg_max",
    "count",
    "sum",
    "avg",
    "mean",
    "min",
    "max",
    "median",
    "quantile_cont",
    "approx_count_distinct",
    "approx_quantile",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
];

/// True for an expression with an aggregate in it.
pub fn is_aggregate(tree: &Expr) -> bool {
    let found = visit_expressions(tree, |expression| match aggregate_name(expression) {
        Some(_) => ControlFlow::Break(()),
        None => ControlFlow::Continue(()),
    });
    found.is_break()
}

/// True for the call of an aggregate.
pub fn is_aggregate_call(expression: &Expr) -> bool {
    aggregate_name(expression).is_some()
}

/// The name of an aggregate that is called.
pub fn aggregate_name(expression: &Expr) -> Option<&'static str> {
    let Expr::Function(function) = expression else { return None };
    let name = function.name.to_string().to_lowercase();
    AGGREGATES.into_iter().find(|aggregate| *aggregate == name && function.over.is_none())
}

/// The measure that an aggregate is, and the type of its values.
pub fn aggregate(
    sql: &Sql,
    tree: &Expr,
    function: &Function,
    scope: &mut Scope<'_>,
) -> Result<(Measure, Kind), Diagnostic> {
    let distinct = matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment == Some(DuplicateTreatment::Distinct));
    let name = aggregate_name(tree).expect("the caller saw that it is one");
    if function.filter.is_some() {
        return Err(
            error!(sql::span(sql, tree), "`FILTER` is not supported here"; hint: "write `{name}(CASE WHEN … THEN … END)`"),
        );
    }
    let kind_of = |function, column| Measure::Aggregate { function, column };
    let mut arguments = arguments(function);
    let millionths = match name {
        "quantile_cont" | "approx_quantile" => Some(share(sql, tree, name, &mut arguments)?),
        _ => None,
    };
    let picks = match name {
        "first" | "last" | "arg_min" | "arg_max" => Some(picks(sql, tree, function, name, &mut arguments)?),
        _ => None,
    };
    let [argument] = arguments[..] else {
        let star = function.to_string().contains("(*)") || (name == "count" && function.to_string().ends_with("()"));
        return match (name, star) {
            ("count", true) => Ok((kind_of(Aggregate::Count, None), Kind::Integer)),
            _ => Err(error!(sql::span(sql, tree), "`{name}` takes one argument"; hint: "as in `{name}(revenue)`")),
        };
    };
    if is_aggregate(argument) {
        return Err(
            error!(sql::span(sql, argument), "an aggregate cannot stand inside another"; hint: "aggregate once in a `sql` block, then again here"),
        );
    }
    let (column, kind) = column(sql, argument, scope)?;
    let (aggregate, result) = match (name, distinct) {
        ("count", true) => (Aggregate::CountDistinct, Kind::Integer),
        ("count", false) => (Aggregate::Count, Kind::Integer),
        (_, true) => {
            return Err(
                error!(sql::span(sql, tree), "`{name}(distinct …)` is not supported"; hint: "only `count` takes DISTINCT"),
            );
        }
        ("approx_count_distinct", _) => (Aggregate::ApproxCountDistinct, Kind::Integer),
        ("min", _) => (Aggregate::Min, kind),
        ("max", _) => (Aggregate::Max, kind),
        ("first" | "last" | "arg_min" | "arg_max", _) => {
            let (by, largest) = picks.expect("read above");
            let (by, _) = self::column(sql, &by, scope)?;
            (if largest { Aggregate::ArgMax { by } } else { Aggregate::ArgMin { by } }, kind)
        }
        _ if !kind.is_number() => {
            return Err(
                error!(sql::span(sql, argument), "`{name}` needs a number; `{argument}` is {}", described(kind); hint: "count it, or take its `min` or `max`"),
            );
        }
        ("sum", _) => (Aggregate::Sum, kind),
        ("median", _) => (Aggregate::Median, Kind::Float),
        ("quantile_cont", _) => (Aggregate::Quantile { millionths: millionths.unwrap_or_default() }, Kind::Float),
        ("approx_quantile", _) => {
            (Aggregate::ApproxQuantile { millionths: millionths.unwrap_or_default() }, Kind::Float)
        }
        ("variance" | "var_samp" | "var_pop", _) => {
            (Aggregate::Variance { population: name == "var_pop" }, Kind::Float)
        }
        ("stddev" | "stddev_samp" | "stddev_pop", _) => {
            (Aggregate::StandardDeviation { population: name == "stddev_pop" }, Kind::Float)
        }
        _ => (Aggregate::Mean, Kind::Float),
    };
    Ok((kind_of(aggregate, Some(column)), result))
}

/// What `first`, `last`, `arg_min` and `arg_max` compare, and whether the largest is picked. Takes a second argument off.
fn picks(
    sql: &Sql,
    tree: &Expr,
    function: &Function,
    name: &str,
    arguments: &mut Vec<&Expr>,
) -> Result<(Expr, bool), Diagnostic> {
    if name.starts_with("arg") {
        let by = if arguments.len() == 2 { arguments.pop() } else { None };
        let by = by.ok_or_else(|| error!(sql::span(sql, tree), "`{name}` takes a column and what is compared"; hint: "as in `{name}(price, date)`: the price of that date"))?;
        return Ok((by.clone(), name == "arg_max"));
    }
    let FunctionArguments::List(list) = &function.args else { unreachable!("an aggregate has arguments") };
    let order = list.clauses.iter().find_map(|clause| match clause {
        FunctionArgumentClause::OrderBy(order) => Some(order.as_slice()),
        _ => None,
    });
    let Some([by]) = order else {
        return Err(
            error!(sql::span(sql, tree), "`{name}` of what? rows have no order of their own"; hint: "say it, as in `{name}(price ORDER BY date)`"),
        );
    };
    let descends = by.options.asc == Some(false);
    Ok((by.expr.clone(), (name == "last") != descends))
}

/// Takes the second argument of a quantile off, a number from 0 to 1, as millionths.
fn share(sql: &Sql, tree: &Expr, name: &str, arguments: &mut Vec<&Expr>) -> Result<u32, Diagnostic> {
    let given = if arguments.len() == 2 { arguments.pop() } else { None };
    let span = sql::span(sql, given.unwrap_or(tree));
    let number =
        given.and_then(|given| given.to_string().parse::<f64>().ok()).filter(|share| (0.0..=1.0).contains(share));
    let wrong = || error!(span, "`{name}` takes a column and a number from 0 to 1"; hint: "as in `{name}(revenue, 0.9)`: nine in ten are not above it");
    number.map(|share| (share * 1e6).round() as u32).ok_or_else(wrong)
}

//! A query becomes a lazy polars frame: names are looked up, types checked and every unknown construct reported, and no
//! row is read.
//!
//! The syntax tree is lowered in the order in which SQL evaluates it: `FROM`, `WHERE`, `GROUP BY`, `HAVING`, windows,
//! `QUALIFY`, the output, `ORDER BY`, `LIMIT`. Each step takes `Rows` and gives `Rows`; what an expression holds that
//! polars' expressions cannot say (aggregates, windows, queries) has become a column by the time it is lowered.

use super::context::{Context, Source};
use super::rewrite::Planned;
use super::rows::Rows;
use super::scalar::Scalars;
use super::{Sql, items, query, subqueries};
use crate::diagnostics::Diagnostic;
use polars::prelude::{Expr, LazyFrame, col};
use sqlparser::ast::{self, Query};
use std::collections::BTreeMap;

/// A query over named frames, as a lazy frame of its own.
pub fn run(sql: &Sql, query: &Query, sources: &BTreeMap<String, Source>) -> Result<LazyFrame, Vec<Diagnostic>> {
    let context = Context::new(sql, sources);
    let rows = context.keep(query::plan(&context, query, None));
    finished(&context, rows).map(|rows| named(rows, items::distinct_names))
}

/// Row expressions over a table, each as a column of a name.
pub fn compute(sql: &Sql, source: &Source, wanted: &[(String, ast::Expr)]) -> Result<LazyFrame, Vec<Diagnostic>> {
    let sources = BTreeMap::new();
    let context = Context::new(sql, &sources);
    let mut rows = Rows::open(&context, source.frame.clone(), &source.columns, "");
    let mut picked = Vec::new();
    for (name, tree) in wanted {
        if let Some(value) = context.keep(computed(&context, &mut rows, tree.clone())) {
            picked.push(value.alias(name));
        }
    }
    finished(&context, Some(rows)).map(|rows| rows.frame.select(picked))
}

fn computed(context: &Context, rows: &mut Rows, mut tree: ast::Expr) -> Planned<Expr> {
    items::resolve(context, rows, &items::Aliases::default(), &mut tree)?;
    subqueries::lift(context, rows, &mut tree)?;
    Scalars::new(context, rows)?.checked(&tree)
}

fn finished(context: &Context, rows: Option<Rows>) -> Result<Rows, Vec<Diagnostic>> {
    let problems = context.problems();
    rows.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The rows under the names that the author gave them.
fn named(rows: Rows, names: impl Fn(&[String]) -> Vec<String>) -> LazyFrame {
    let columns: Vec<_> = rows.own().cloned().collect();
    let asked: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let picked: Vec<Expr> =
        columns.iter().zip(names(&asked)).map(|(column, name)| col(&column.id).alias(name)).collect();
    rows.frame.select(picked)
}

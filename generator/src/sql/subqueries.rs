//! Queries within expressions become joins.
//!
//! A correlated query is planned over the distinct combinations of what it needs from the row around it: those columns
//! are carried through all its steps, and its answer is joined back on them.

use super::context::Context;
use super::literals;
use super::query;
use super::rewrite::{Planned, internal, rewrite};
use super::rows::{Column, Reach, Rows};
use super::scalar::Scalars;
use super::types;
use crate::error;
use polars::prelude::{
    DataType, Expr, JoinArgs, JoinCoalesce, JoinType, LazyFrame, NULL, UniqueKeepStrategy, col, len, lit, when,
};
use sqlparser::ast::{self, Query, Spanned};

/// Replaces every query in an expression by a column that holds its answer.
pub fn lift(context: &Context, rows: &mut Rows, expression: &mut ast::Expr) -> Planned<()> {
    rewrite(expression, |node| {
        let id = match &*node {
            ast::Expr::Subquery(query) => scalar(context, rows, query)?,
            ast::Expr::Exists { subquery, negated } => exists(context, rows, subquery, *negated)?,
            ast::Expr::InSubquery { expr, subquery, negated } => {
                let mut value = expr.as_ref().clone();
                lift(context, rows, &mut value)?;
                contained(context, rows, (&value, *negated), subquery)?
            }
            _ => return Ok(()),
        };
        *node = internal(&id, node.span());
        Ok(())
    })
}

/// Filters by `[NOT] EXISTS (…)` or `IN (…)` as a semi or anti join; false if the condition is something else.
pub fn filter(context: &Context, rows: &mut Rows, condition: &mut ast::Expr) -> Planned<bool> {
    match &*condition {
        ast::Expr::Exists { subquery, negated } => {
            let (inner, around) = inner(context, rows, subquery)?;
            if around.is_empty() {
                return Ok(false);
            }
            let how = if *negated { JoinType::Anti } else { JoinType::Semi };
            let keys = names(&around);
            rows.frame = std::mem::take(&mut rows.frame).join(inner.frame, &keys, &keys, matching(how));
            Ok(true)
        }
        ast::Expr::InSubquery { expr, subquery, negated: false } => {
            let mut value = expr.as_ref().clone();
            lift(context, rows, &mut value)?;
            let (mut inner, around) = inner(context, rows, subquery)?;
            let (left, right) = pair(context, rows, &value, &mut inner, subquery)?;
            let left_keys = [vec![left], names(&around)].concat();
            let right_keys = [vec![right.clone()], names(&around)].concat();
            let found = inner.frame.filter(right.is_not_null());
            rows.frame = std::mem::take(&mut rows.frame).join(found, &left_keys, &right_keys, matching(JoinType::Semi));
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Plans a query within another: its rows, and the columns of the row around that it needs.
fn inner(context: &Context, rows: &Rows, query: &Query) -> Planned<(Rows, Vec<Column>)> {
    let trial = context.trial();
    query::plan(&trial, query, Some(&around(rows, rows.columns.clone())))?;
    let needed = trial.needed();
    let columns: Vec<Column> = rows.columns.iter().filter(|column| needed.contains(&column.id)).cloned().collect();
    for column in &columns {
        context.note(column);
    }
    if columns.is_empty() {
        return Ok((query::plan(&context.inside(), query, None)?, columns));
    }
    let outer = around(rows, columns.clone());
    Ok((query::plan(&context.inside(), query, Some(&outer))?, columns))
}

/// What rows offer to a query within them: each combination once.
fn around(rows: &Rows, mut columns: Vec<Column>) -> Rows {
    let mut ids: Vec<&str> = columns.iter().map(|column| column.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let picked: Vec<Expr> = ids.iter().map(|id| col(*id)).collect();
    let frame = rows.frame.clone().select(picked).unique_stable(None, UniqueKeepStrategy::First);
    columns.iter_mut().for_each(|column| column.reach = Reach::Outer);
    Rows { frame, columns }
}

/// Rows of a table in FROM that may use the columns of the tables before it, joined to them.
pub fn lateral(context: &Context, left: Rows, query: &Query, alias: &str, how: JoinType) -> Planned<Rows> {
    let (inner, around) = inner(context, &left, query)?;
    let carried = inner.carried();
    let right = Rows { columns: inner.own().cloned().chain(carried).collect(), frame: inner.frame };
    let right = right.aliased(context, alias);
    let own: Vec<Column> = right.own().cloned().collect();
    let keys = names(&around);
    let frame = if keys.is_empty() {
        left.frame.cross_join(right.frame, None)
    } else {
        let args = JoinArgs { nulls_equal: true, coalesce: JoinCoalesce::CoalesceColumns, ..JoinArgs::new(how) };
        left.frame.join(right.frame, &keys, &keys, args)
    };
    Ok(Rows { frame, columns: [left.columns, own].concat() })
}

fn names(columns: &[Column]) -> Vec<Expr> {
    let mut ids: Vec<&String> = columns.iter().map(|column| &column.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(col).collect()
}

/// Joins in which null equals null: what the row around holds is compared with itself.
fn matching(how: JoinType) -> JoinArgs {
    let coalesce = match how {
        JoinType::Left => JoinCoalesce::CoalesceColumns,
        _ => JoinCoalesce::JoinSpecific,
    };
    JoinArgs { nulls_equal: true, coalesce, ..JoinArgs::new(how) }
}

/// The one column that a query within an expression must give.
fn only(context: &Context, inner: &Rows, query: &Query) -> Planned<String> {
    let own: Vec<&Column> = inner.own().collect();
    match own.as_slice() {
        [column] => Ok(column.id.clone()),
        _ => Err(
            error!(context.span(query), "this query must give one column, and gives {}", own.len(); hint: "name the one that is meant"),
        ),
    }
}

/// The value of a query of at most one row; more rows are a mistake that only the data shows.
fn scalar(context: &Context, rows: &mut Rows, query: &Query) -> Planned<String> {
    let (inner, around) = inner(context, rows, query)?;
    let value = only(context, &inner, query)?;
    let id = context.id();
    let item = col(&value).item(true).alias(&id);
    let answer = if around.is_empty() {
        inner.frame.select([item])
    } else {
        inner.frame.group_by_stable(names(&around)).agg([item])
    };
    attach(rows, answer, &around);
    Ok(id)
}

/// Joins answers to the rows: one for all, or one for each combination around.
fn attach(rows: &mut Rows, answer: LazyFrame, around: &[Column]) {
    let frame = std::mem::take(&mut rows.frame);
    let keys = names(around);
    rows.frame = if keys.is_empty() {
        frame.cross_join(answer, None)
    } else {
        frame.join(answer, &keys, &keys, matching(JoinType::Left))
    };
}

fn exists(context: &Context, rows: &mut Rows, query: &Query, negated: bool) -> Planned<String> {
    let (inner, around) = inner(context, rows, query)?;
    let found = context.id();
    let id = context.id();
    let answer = if around.is_empty() {
        inner.frame.select([len().gt(lit(0)).alias(&found)])
    } else {
        let keys = names(&around);
        inner.frame.select(&keys).unique_stable(None, UniqueKeepStrategy::First).with_column(lit(true).alias(&found))
    };
    attach(rows, answer, &around);
    let there = col(&found).fill_null(lit(false));
    let truth = if negated { there.not() } else { there };
    rows.frame = std::mem::take(&mut rows.frame).with_column(truth.alias(&id));
    Ok(id)
}

/// `x [NOT] IN (SELECT …)`, with SQL's three truths: unknown where a null might have been the value.
fn contained(
    context: &Context,
    rows: &mut Rows,
    (value, negated): (&ast::Expr, bool),
    query: &Query,
) -> Planned<String> {
    let (mut inner, around) = inner(context, rows, query)?;
    let (left, right) = pair(context, rows, value, &mut inner, query)?;
    let [key, hit, nulls, count, id] = std::array::from_fn(|_| context.id());
    let facts = [right.clone().is_null().any(true).alias(&nulls), len().alias(&count)];
    let answer = if around.is_empty() {
        inner.frame.clone().select(facts)
    } else {
        inner.frame.clone().group_by_stable(names(&around)).agg(facts)
    };
    let picked = [vec![right.clone().alias(&key)], names(&around)].concat();
    let values = inner.frame.filter(right.is_not_null()).select(picked).unique_stable(None, UniqueKeepStrategy::First);
    let values = values.with_column(lit(true).alias(&hit));
    rows.frame = std::mem::take(&mut rows.frame).with_column(left.alias(format!("{key}l")));
    attach(rows, answer, &around);
    let left_keys = [vec![col(format!("{key}l"))], names(&around)].concat();
    let right_keys = [vec![col(&key)], names(&around)].concat();
    let joined = std::mem::take(&mut rows.frame).join(values, &left_keys, &right_keys, matching(JoinType::Left));
    let unknown = col(format!("{key}l")).is_null().or(col(&nulls).fill_null(lit(false)));
    let truth = when(col(&hit).is_not_null())
        .then(lit(true))
        .when(col(&count).fill_null(lit(0)).eq(lit(0)))
        .then(lit(false))
        .when(unknown)
        .then(lit(NULL).cast(DataType::Boolean))
        .otherwise(lit(false));
    let truth = if negated { truth.not() } else { truth };
    rows.frame = joined.with_column(truth.alias(&id));
    Ok(id)
}

/// A value and a query's column, of the same type.
fn pair(
    context: &Context,
    rows: &mut Rows,
    value: &ast::Expr,
    inner: &mut Rows,
    query: &Query,
) -> Planned<(Expr, Expr)> {
    if let ast::Expr::Tuple(_) = value {
        return Err(context.unsupported(
            value,
            "`IN` with several columns",
            "use `EXISTS (SELECT 1 … WHERE a = b AND c = d)`",
        ));
    }
    let id = only(context, inner, query)?;
    let scalars = Scalars::new(context, rows)?;
    let left = scalars.lower(value)?;
    let left_kind = scalars.kind(value, &left)?;
    let right_kind = inner.schema(context)?.get(id.as_str()).cloned().unwrap_or(DataType::Null);
    if let (Some(text), true) = (literals::text(value), right_kind.is_temporal()) {
        return Ok((scalars.constant(value, &text, right_kind)?, col(&id)));
    }
    let (left, right) = types::aligned((left, &left_kind), (col(&id), &right_kind));
    if right == col(&id) {
        return Ok((left, right));
    }
    inner.frame = std::mem::take(&mut inner.frame).with_column(right.alias(&id));
    Ok((left, col(&id)))
}

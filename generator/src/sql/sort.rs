//! The end of a query: the output's columns, `DISTINCT`, `ORDER BY`, `LIMIT`.

use super::context::Context;
use super::items::{self, Aliases};
use super::query::Tail;
use super::rewrite::{Planned, internal};
use super::rows::{Column, Reach, Rows};
use super::scalar::Scalars;
use super::select::Parts;
use super::subqueries;
use crate::error;
use polars::prelude::{
    DataType, Expr, LazyFrame, SortMultipleOptions, UniqueKeepStrategy, by_name, col, int_range, len, lit,
};
use sqlparser::ast::{Distinct, OrderByExpr};

/// A sort key.
pub struct Key {
    /// What to sort by.
    pub value: Expr,
    descending: bool,
    nulls_last: bool,
}

/// The keys of an `ORDER BY`; nulls come last, whichever the direction, as in DuckDB.
pub fn keys(scalars: &Scalars, order: &[OrderByExpr]) -> Planned<Vec<Key>> {
    let key = |order: &OrderByExpr| {
        let value = scalars.checked(&order.expr)?;
        let descending = order.options.asc == Some(false);
        Ok(Key { value, descending, nulls_last: order.options.nulls_first != Some(true) })
    };
    order.iter().map(key).collect()
}

/// How polars is to sort by keys: ties stay as they were.
pub fn options(keys: &[Key]) -> SortMultipleOptions {
    SortMultipleOptions {
        descending: keys.iter().map(|key| key.descending).collect(),
        nulls_last: keys.iter().map(|key| key.nulls_last).collect(),
        multithreaded: true,
        maintain_order: true,
        limit: None,
    }
}

/// Rows sorted by keys.
pub fn sorted(frame: LazyFrame, keys: &[Key]) -> LazyFrame {
    if keys.is_empty() {
        return frame;
    }
    let by: Vec<Expr> = keys.iter().map(|key| key.value.clone()).collect();
    frame.sort_by_exprs(by, options(keys))
}

/// Computes the output and ends the query.
pub fn finish(
    context: &Context,
    mut rows: Rows,
    mut parts: Parts,
    distinct: Option<&Distinct>,
    tail: &Tail,
) -> Planned<Rows> {
    for expression in parts.expressions() {
        context.change(expression, |tree| subqueries::lift(context, &mut rows, tree));
    }
    let columns = outputs(context, &mut rows, &parts.items)?;
    let scalars = Scalars::new(context, &mut rows)?;
    let mut order = parts.order;
    order.extend(all(tail, &columns));
    let mut keys = context.keep(keys(&scalars, &order)).unwrap_or_default();
    let mut on = Vec::new();
    for expression in &parts.on {
        on.extend(context.keep(scalars.checked(expression)).map(|value| value.alias(context.id())));
    }
    let keyed = columned(context, &mut keys);
    let frame = rows.frame.clone().with_columns([keyed, on.clone()].concat());
    let carried = rows.carried();
    let ids: Vec<String> = columns.iter().chain(&carried).map(|column| column.id.clone()).collect();
    let frame = match distinct {
        Some(Distinct::Distinct) => distinct_rows(context, &parts.items, &order, (frame, &ids), &mut keys)?,
        Some(Distinct::On(_)) => {
            let around = carried.iter().map(|column| col(&column.id));
            first_of_each(sorted(frame, &keys), on.iter().filter_map(name_of).map(col).chain(around).collect())
        }
        _ => frame,
    };
    let frame = limited(sorted(frame, &keys), tail, &carried);
    Ok(Rows { frame: frame.select(ids.iter().map(col).collect::<Vec<_>>()), columns: [columns, carried].concat() })
}

/// Computes the output's columns.
fn outputs(context: &Context, rows: &mut Rows, items: &[items::Item]) -> Planned<Vec<Column>> {
    let scalars = Scalars::new(context, rows)?;
    let mut columns = Vec::new();
    let mut computed = Vec::new();
    for item in items {
        if let Some(value) = context.keep(scalars.checked(&item.expression)) {
            let id = context.id();
            computed.push(value.alias(&id));
            columns.push(Column { table: String::new(), name: item.name.clone(), id, reach: Reach::Open });
        }
    }
    rows.frame = std::mem::take(&mut rows.frame).with_columns(computed);
    Ok(columns)
}

/// `ORDER BY ALL`: by every column of the output.
fn all(tail: &Tail, columns: &[Column]) -> Vec<OrderByExpr> {
    let Some(options) = tail.by_all else { return Vec::new() };
    let by = |column: &Column| OrderByExpr {
        expr: internal(&column.id, sqlparser::tokenizer::Span::empty()),
        options,
        with_fill: None,
    };
    columns.iter().map(by).collect()
}

/// Makes the keys columns of their own and gives the expressions that compute them.
pub fn columned(context: &Context, keys: &mut [Key]) -> Vec<Expr> {
    let computed = |key: &mut Key| {
        let id = context.id();
        let value = std::mem::replace(&mut key.value, col(&id));
        value.alias(&id)
    };
    keys.iter_mut().map(computed).collect()
}

fn name_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Alias(_, name) => Some(name.to_string()),
        _ => None,
    }
}

/// The rows that differ in the output; they can be sorted by what is in it.
fn distinct_rows(
    context: &Context,
    output: &[items::Item],
    order: &[OrderByExpr],
    (frame, ids): (LazyFrame, &[String]),
    keys: &mut [Key],
) -> Planned<LazyFrame> {
    for (key, order) in keys.iter_mut().zip(order) {
        let position = output.iter().position(|item| item.expression == order.expr);
        match position.and_then(|position| ids.get(position)) {
            Some(id) => key.value = col(id),
            None => {
                let span = context.span(&order.expr);
                return Err(
                    error!(span, "a DISTINCT query can be sorted by its own columns only"; hint: "add this column to SELECT"),
                );
            }
        }
    }
    let frame = frame.select(ids.iter().map(col).collect::<Vec<_>>());
    Ok(frame.unique_stable(None, UniqueKeepStrategy::First))
}

fn first_of_each(frame: LazyFrame, keys: Vec<Expr>) -> LazyFrame {
    let names: Vec<String> = keys
        .iter()
        .filter_map(|key| match key {
            Expr::Column(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    frame.unique_stable(Some(by_name(names, true, false)), UniqueKeepStrategy::First)
}

/// `LIMIT` and `OFFSET`: for each row of the query around, if there is one.
fn limited(frame: LazyFrame, tail: &Tail, carried: &[Column]) -> LazyFrame {
    if tail.limit.is_none() && tail.offset == 0 {
        return frame;
    }
    if carried.is_empty() {
        return frame.slice(tail.offset, tail.limit.unwrap_or(u32::MAX));
    }
    let around: Vec<Expr> = carried.iter().map(|column| col(&column.id)).collect();
    let number = int_range(lit(0i64), len().cast(DataType::Int64), 1, DataType::Int64);
    let number = number.over(&around).expect("there is a key");
    let first = lit(tail.offset);
    let last = lit(tail.limit.map_or(i64::MAX, |limit| tail.offset + i64::from(limit)));
    frame.filter(number.clone().gt_eq(first).and(number.lt(last)))
}

/// Sorts and limits rows that are output already, such as a union's.
pub fn output(context: &Context, mut rows: Rows, tail: &Tail) -> Planned<Rows> {
    let outputs: Vec<items::Item> = rows
        .own()
        .map(|column| items::Item {
            expression: internal(&column.id, sqlparser::tokenizer::Span::empty()),
            name: column.name.clone(),
        })
        .collect();
    let mut order = tail.order.clone();
    for order in &mut order {
        items::ordinal(context, &mut order.expr, &outputs)?;
        items::resolve(context, &rows, &Aliases::new(), &mut order.expr)?;
        subqueries::lift(context, &mut rows, &mut order.expr)?;
    }
    let own: Vec<Column> = rows.own().cloned().collect();
    order.extend(all(tail, &own));
    let keys = keys(&Scalars::new(context, &mut rows)?, &order)?;
    let carried = rows.carried();
    rows.frame = limited(sorted(std::mem::take(&mut rows.frame), &keys), tail, &carried);
    Ok(rows)
}

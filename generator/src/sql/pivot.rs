//! `PIVOT` with its list of values, and `UNPIVOT`: both become an ordinary grouping or union.

use super::context::Context;
use super::rewrite::{Planned, any, internal, internal_id};
use super::rows::{Column, Reach, Rows};
use super::select::{Keys, Parts};
use super::{from, group, items, sort};
use crate::error;
use polars::prelude::{UnionArgs, col, concat, lit};
use sqlparser::ast::{BinaryOperator, Expr, ExprWithAlias, PivotValueSource, TableFactor};

/// Plans `t PIVOT (sum(x) FOR c IN ('a', 'b'))`: a group for each combination of the other columns.
pub fn plan(context: &Context, factor: &TableFactor) -> Planned<Rows> {
    let TableFactor::Pivot { table, aggregate_functions, value_column, value_source, alias, .. } = factor else {
        return Err(context.unsupported(factor, "this table", "write a PIVOT"));
    };
    let PivotValueSource::List(values) = value_source else {
        return Err(
            error!(context.span(factor), "a pivot must name its values: they become columns, which must be known before data is read"; hint: "write `FOR column IN ('a', 'b')`"),
        );
    };
    let mut rows = from::relation(context, table)?;
    let [column] = value_column.as_slice() else {
        return Err(context.unsupported(
            factor,
            "a pivot by several columns",
            "pivot by one, or write `sum(x) FILTER (WHERE …)` for each",
        ));
    };
    let resolved = |tree: &Expr| {
        let mut tree = tree.clone();
        items::resolve(context, &rows, &items::Aliases::new(), &mut tree).map(|()| tree)
    };
    let column = resolved(column)?;
    let mut used = vec![column.clone()];
    let mut outputs = Vec::new();
    for value in values {
        for function in aggregate_functions {
            let call = resolved(&function.expr)?;
            used.push(call.clone());
            let name = name(value, function, aggregate_functions.len() > 1);
            outputs.push(items::Item { expression: where_equal(call, &column, &value.expr), name });
        }
    }
    let keys = unused(&rows, &used);
    let by = Keys { list: keys.iter().map(|key| key.expression.clone()).collect(), all: false };
    let items = [keys, outputs].concat();
    let mut parts = Parts { items, having: None, qualify: None, order: Vec::new(), on: Vec::new() };
    group::plan(context, &mut rows, &mut parts, &by, None)?;
    let rows = sort::finish(context, rows, parts, None, &super::query::Tail::default())?;
    Ok(rows.aliased(context, alias.as_ref().map_or("", |alias| alias.name.value.as_str())))
}

/// The columns that a pivot does not mention: they are its groups.
fn unused(rows: &Rows, used: &[Expr]) -> Vec<items::Item> {
    let is_used =
        |column: &Column| used.iter().any(|tree| any(tree, |node| internal_id(node) == Some(column.id.as_str())));
    let key = |column: Column| items::Item {
        expression: internal(&column.id, sqlparser::tokenizer::Span::empty()),
        name: column.name,
    };
    rows.starred(None).into_iter().filter(|column| !is_used(column)).map(key).collect()
}

/// The name of a value's column, with the aggregate's where there are several.
fn name(value: &ExprWithAlias, function: &ExprWithAlias, several: bool) -> String {
    let base = value.alias.as_ref().map_or_else(|| title(&value.expr), |alias| alias.value.clone());
    match &function.alias {
        Some(alias) => format!("{base}_{}", alias.value),
        None if several => format!("{base}_{}", function.expr),
        None => base,
    }
}

/// An aggregate over the rows in which a column has a value.
pub fn where_equal(mut call: Expr, column: &Expr, value: &Expr) -> Expr {
    if let Expr::Function(function) = &mut call {
        let test =
            Expr::BinaryOp { left: Box::new(column.clone()), op: BinaryOperator::Eq, right: Box::new(value.clone()) };
        function.filter = Some(Box::new(test));
    }
    call
}

/// A value as a name.
pub fn title(value: &Expr) -> String {
    super::literals::text(value).unwrap_or_else(|| value.to_string())
}

/// Plans `t UNPIVOT (value FOR name IN (a, b))`: a row for each of the columns; nulls are left out.
pub fn unpivot(context: &Context, factor: &TableFactor) -> Planned<Rows> {
    let TableFactor::Unpivot { table, value: Expr::Identifier(value), name, columns, alias, .. } = factor else {
        return Err(context.unsupported(factor, "this form of UNPIVOT", "write `UNPIVOT (value FOR name IN (a, b))`"));
    };
    let rows = from::relation(context, table)?;
    let mut chosen = Vec::new();
    for column in columns {
        let mut tree = column.expr.clone();
        items::resolve(context, &rows, &items::Aliases::new(), &mut tree)?;
        let id = internal_id(&tree)
            .map(str::to_owned)
            .ok_or_else(|| context.unsupported(&column.expr, "this in UNPIVOT", "name columns"))?;
        chosen.push((
            id,
            column.alias.as_ref().map_or_else(|| items::default_name(&column.expr), |alias| alias.value.clone()),
        ));
    }
    let kept: Vec<Column> =
        rows.starred(None).into_iter().filter(|column| chosen.iter().all(|(id, _)| *id != column.id)).collect();
    let [title, number] = [context.id(), context.id()];
    let part = |(id, label): &(String, String)| {
        let kept = kept.iter().map(|column| col(&column.id));
        let added = [lit(label.as_str()).alias(&title), col(id).alias(&number)];
        rows.frame.clone().select(kept.chain(added).collect::<Vec<_>>()).filter(col(&number).is_not_null())
    };
    let args = UnionArgs { to_supertypes: true, maintain_order: true, ..UnionArgs::default() };
    let frame = concat(chosen.iter().map(part).collect::<Vec<_>>(), args)
        .map_err(|problem| context.refused(context.span(factor), &problem))?;
    let table = alias.as_ref().map_or("", |alias| alias.name.value.as_str());
    let column =
        |name: &str, id: String| Column { table: table.to_owned(), name: name.to_owned(), id, reach: Reach::Open };
    let columns = [kept.clone(), vec![column(&name.value, title), column(&value.value, number)]].concat();
    Ok(Rows { frame, columns }.aliased(context, table))
}

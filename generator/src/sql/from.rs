//! `FROM`: tables, queries, functions that give rows, and the joins between them.

use super::context::Context;
use super::rewrite::Planned;
use super::rows::{Column, Reach, Rows};
use super::scalar::Scalars;
use super::{items, join, literals, pivot, query, subqueries};
use crate::error;
use polars::prelude::{
    DataFrame, DataType, ExplodeOptions, Expr, IntoLazy, JoinType, LazyFrame, by_name, int_range, lit,
};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, ObjectName, TableAlias, TableFactor, TableWithJoins};

/// A frame of one row and no column that a name reaches.
pub fn one_row() -> Rows {
    let frame = DataFrame::new(1, vec![polars::prelude::Column::new("#one".into(), [true])]);
    Rows { frame: frame.expect("one column of one row").lazy(), columns: Vec::new() }
}

/// The rows that a `SELECT` starts from, beside those of the query around.
pub fn plan(context: &Context, from: &[TableWithJoins], outer: Option<&Rows>) -> Planned<Rows> {
    let mut rows = outer.cloned();
    for table in from {
        let mut joined = match rows.take() {
            Some(left) => beside(context, left, &table.relation, JoinType::Inner)?,
            None => relation(context, &table.relation)?,
        };
        for join in &table.joins {
            joined = join::plan(context, joined, join)?;
        }
        rows = Some(joined);
    }
    Ok(rows.unwrap_or_else(one_row))
}

/// Every row of one side with every row of the other, which may name the first.
pub fn beside(context: &Context, left: Rows, factor: &TableFactor, how: JoinType) -> Planned<Rows> {
    match factor {
        TableFactor::Derived { lateral: true, subquery, alias, .. } => {
            let name = alias.as_ref().map_or("", |alias| alias.name.value.as_str());
            let mut rows = subqueries::lateral(context, left, subquery, name, how)?;
            if let Some(alias) = alias {
                rename_last(&mut rows, alias);
            }
            Ok(rows)
        }
        TableFactor::UNNEST { alias, array_exprs, .. } => match array_exprs.as_slice() {
            [list] => unnested(context, left, list, alias.as_ref()),
            _ => Err(context.unsupported(factor, "`unnest` of several lists", "unnest them one by one")),
        },
        TableFactor::Table { name, args: Some(args), alias, .. } if is(name, "unnest") => match args.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] => unnested(context, left, list, alias.as_ref()),
            _ => Err(context.unsupported(factor, "`unnest` of several lists", "unnest them one by one")),
        },
        other => Ok(crossed(left, relation(context, other)?)),
    }
}

fn rename_last(rows: &mut Rows, alias: &TableAlias) {
    let first = rows.columns.iter().position(|column| column.table == alias.name.value && column.reach == Reach::Open);
    for (column, definition) in rows.columns.iter_mut().skip(first.unwrap_or(usize::MAX)).zip(&alias.columns) {
        column.name.clone_from(&definition.name.value);
    }
}

/// Every row with every row.
pub fn crossed(left: Rows, right: Rows) -> Rows {
    Rows { frame: left.frame.cross_join(right.frame, None), columns: [left.columns, right.columns].concat() }
}

fn is(name: &ObjectName, wanted: &str) -> bool {
    name.to_string().eq_ignore_ascii_case(wanted)
}

/// One table of `FROM` by itself.
pub fn relation(context: &Context, factor: &TableFactor) -> Planned<Rows> {
    match factor {
        TableFactor::Table { name, args: None, alias, sample: None, .. } => table(context, name, alias.as_ref()),
        TableFactor::Table { name, args: Some(args), alias, .. } => {
            function(context, factor, name, &args.args, alias.as_ref())
        }
        TableFactor::Function { name, args, alias, .. } => function(context, factor, name, args, alias.as_ref()),
        TableFactor::Derived { subquery, alias, sample: None, .. } => {
            let rows = query::plan(context, subquery, None)?;
            aliased(context, rows, alias.as_ref(), "")
        }
        TableFactor::UNNEST { .. } => beside(context, one_row(), factor, JoinType::Inner),
        TableFactor::NestedJoin { table_with_joins, alias: None } => {
            plan(context, std::slice::from_ref(table_with_joins), None)
        }
        TableFactor::Pivot { .. } => pivot::plan(context, factor),
        TableFactor::Unpivot { .. } => pivot::unpivot(context, factor),
        other => Err(context.unsupported(
            other,
            "this kind of table",
            "there are tables, queries in parentheses, `unnest`, `range`, `generate_series`, `PIVOT`",
        )),
    }
}

fn aliased(context: &Context, rows: Rows, alias: Option<&TableAlias>, name: &str) -> Planned<Rows> {
    let mut rows = rows.aliased(context, alias.map_or(name, |alias| alias.name.value.as_str()));
    if let Some(alias) = alias {
        query::rename(context, &mut rows, alias)?;
    }
    Ok(rows)
}

fn table(context: &Context, name: &ObjectName, alias: Option<&TableAlias>) -> Planned<Rows> {
    let full: Vec<&str> = name.0.iter().filter_map(|part| part.as_ident()).map(|ident| ident.value.as_str()).collect();
    let full = full.join(".");
    let common = context.common.iter().find(|(known, _)| known.eq_ignore_ascii_case(&full));
    if let Some((known, rows)) = common {
        return aliased(context, rows.clone(), alias, known);
    }
    let source = context.sources.get(&full).ok_or_else(|| {
        let names = context.sources.keys().chain(context.common.keys()).map(String::as_str);
        let hint = crate::diagnostics::suggest(&full, names).map(|near| format!("did you mean `{near}`?"));
        error!(context.span(name), "unknown table `{full}`").hint(hint)
    })?;
    let rows = Rows::open(context, source.frame.clone(), &source.columns, &full);
    match alias {
        Some(_) => aliased(context, rows, alias, &full),
        None => Ok(rows),
    }
}

/// A function that gives rows.
fn function(
    context: &Context,
    factor: &TableFactor,
    name: &ObjectName,
    arguments: &[FunctionArg],
    alias: Option<&TableAlias>,
) -> Planned<Rows> {
    let called = name.to_string().to_lowercase();
    match called.as_str() {
        "unnest" => return beside(context, one_row(), factor, JoinType::Inner),
        "range" | "generate_series" => {}
        name if name.starts_with("read_") || name.ends_with("_scan") => {
            return Err(
                error!(context.span(factor), "`{name}` cannot be used in a query"; hint: "put the file into `sources/`: its name without the ending is a table"),
            );
        }
        _ => {
            let instead = "there are `range`, `generate_series` and `unnest`";
            return Err(context.unsupported(factor, &format!("table function `{called}`"), instead));
        }
    }
    let given = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression.clone()),
        _ => None,
    };
    let given: Vec<ast::Expr> = arguments.iter().filter_map(given).collect();
    let frame = series(context, factor, &given, called == "generate_series")?;
    let column = Column { table: called.clone(), name: called.clone(), id: "#series".to_owned(), reach: Reach::Open };
    aliased(context, Rows { frame, columns: vec![column] }, alias, &called)
}

/// `range(stop)`, `range(start, stop [, step])`: whole numbers, or dates by an interval.
fn series(context: &Context, factor: &TableFactor, given: &[ast::Expr], inclusive: bool) -> Planned<LazyFrame> {
    let mut one = one_row();
    let scalars = Scalars::new(context, &mut one)?;
    let zero = ast::Expr::value(ast::Value::Number("0".to_owned(), false));
    let (start, stop, step) = match given {
        [stop] => (&zero, stop, None),
        [start, stop] => (start, stop, None),
        [start, stop, step] => (start, stop, Some(step)),
        _ => return Err(context.unsupported(factor, "a series of this kind", "write `range(start, stop, step)`")),
    };
    let (low, high) = (scalars.checked(start)?, scalars.checked(stop)?);
    let values = if scalars.kind(start, &low)?.is_integer() {
        let by = step.map_or(Some(1), literals::integer).filter(|by| *by != 0);
        let by = by.ok_or_else(|| context.unsupported(factor, "a series with this step", "write a whole number"))?;
        let end = if inclusive { high + lit(by.signum()) } else { high };
        int_range(low, end, by, DataType::Int64)
    } else {
        moments(context, &scalars, (start, stop, step), inclusive)?
    };
    Ok(one.frame.select([values.alias("#series")]))
}

fn moments(
    context: &Context,
    scalars: &Scalars,
    (start, stop, step): (&ast::Expr, &ast::Expr, Option<&ast::Expr>),
    inclusive: bool,
) -> Planned<Expr> {
    let wrong = || {
        context.unsupported(
            start,
            "a series of dates without an interval",
            "write `range(date '2024-01-01', date '2025-01-01', interval '1 day')`",
        )
    };
    let step = step.and_then(literals::step).ok_or_else(wrong)?;
    let moment = |tree: &ast::Expr| Ok(scalars.lower(tree)?.cast(literals::timestamp()));
    let closed = if inclusive { polars::prelude::ClosedWindow::Both } else { polars::prelude::ClosedWindow::Left };
    polars::prelude::datetime_range(Some(moment(start)?), Some(moment(stop)?), Some(step), None, closed, None, None)
        .map_err(|problem| context.refused(context.span(start), &problem))
}

/// One row for each element of a list.
fn unnested(context: &Context, mut left: Rows, list: &ast::Expr, alias: Option<&TableAlias>) -> Planned<Rows> {
    let mut tree = list.clone();
    items::resolve(context, &left, &items::Aliases::new(), &mut tree)?;
    let id = context.id();
    let value = Scalars::new(context, &mut left)?.checked(&tree)?;
    let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
    let frame = left.frame.with_column(value.alias(&id)).explode(by_name([id.clone()], true, false), options);
    let table = alias.map_or("unnest", |alias| alias.name.value.as_str()).to_owned();
    let name = alias.and_then(|alias| alias.columns.first()).map_or("unnest", |column| column.name.value.as_str());
    let column = Column { table, name: name.to_owned(), id, reach: Reach::Open };
    Ok(Rows { frame, columns: [left.columns, vec![column]].concat() })
}

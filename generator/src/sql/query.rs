//! A whole query: `WITH`, the body, `ORDER BY` and `LIMIT` around it.

use super::context::Context;
use super::rewrite::Planned;
use super::rows::Rows;
use super::{recursive, select, sets, sort, values};
use sqlparser::ast::{Cte, Expr, Ident, LimitClause, OrderByExpr, OrderByKind, OrderByOptions, Query, SetExpr, Value};

/// What stands after a query's body.
#[derive(Default)]
pub struct Tail {
    /// The ordering, unless it is by all columns.
    pub order: Vec<OrderByExpr>,
    /// `ORDER BY ALL`.
    pub by_all: Option<OrderByOptions>,
    /// How many rows to leave out.
    pub offset: i64,
    /// How many rows to give, if not all.
    pub limit: Option<u32>,
}

/// Plans a query. `outer` holds the rows of the query around, one for each combination of what this one needs of them.
pub fn plan(context: &Context, query: &Query, outer: Option<&Rows>) -> Planned<Rows> {
    refuse(context, query)?;
    let context = &with(context, query)?;
    let tail = tail(context, query)?;
    match query.body.as_ref() {
        SetExpr::Select(select) => select::plan(context, select, &tail, outer),
        body => sort::output(context, self::body(context, body, outer)?, &tail),
    }
}

/// Plans a query's body without what stands after it.
pub fn body(context: &Context, body: &SetExpr, outer: Option<&Rows>) -> Planned<Rows> {
    match body {
        SetExpr::Select(select) => select::plan(context, select, &Tail::default(), outer),
        SetExpr::Query(query) => plan(context, query, outer),
        SetExpr::Values(rows) => values::plan(context, rows, outer),
        SetExpr::SetOperation { left, op, set_quantifier, right } => {
            let left = self::body(context, left, outer)?;
            let right = self::body(context, right, outer)?;
            sets::plan(context, body, (*op, *set_quantifier), left, right)
        }
        other => Err(context.unsupported(other, "a statement that changes data", "write a SELECT")),
    }
}

fn refuse(context: &Context, query: &Query) -> Planned<()> {
    if !query.locks.is_empty() || query.for_clause.is_some() {
        return Err(context.unsupported(query, "`FOR …` after a query", "leave it out: a build changes no data"));
    }
    if let Some(fetch) = &query.fetch
        && (fetch.with_ties || fetch.percent)
    {
        let instead = "use `QUALIFY rank() OVER (ORDER BY …) <= n`";
        return Err(context.unsupported(query, "`FETCH … WITH TIES` or `PERCENT`", instead));
    }
    if !query.pipe_operators.is_empty() || query.format_clause.is_some() || query.settings.is_some() {
        return Err(context.unsupported(query, "`|>`, `FORMAT` or `SETTINGS`", "write an ordinary SELECT"));
    }
    Ok(())
}

/// The context in which the names that `WITH` defines are known.
fn with<'a>(context: &Context<'a>, query: &Query) -> Planned<Context<'a>> {
    let mut context = context.clone();
    let Some(with) = &query.with else { return Ok(context) };
    for table in &with.cte_tables {
        let name = table.alias.name.value.clone();
        let rows = if with.recursive && recursive::names_itself(table) {
            recursive::plan(&context, table)?
        } else {
            plan(&context, &table.query, None)?
        };
        let rows = renamed(&context, rows, table)?;
        context.common.insert(name, rows);
    }
    Ok(context)
}

/// The rows under the column names in parentheses after a table's name, if there are any.
pub fn renamed(context: &Context, mut rows: Rows, table: &Cte) -> Planned<Rows> {
    rename(context, &mut rows, &table.alias)?;
    Ok(rows)
}

/// Gives columns the names in an alias' parentheses.
pub fn rename(context: &Context, rows: &mut Rows, alias: &sqlparser::ast::TableAlias) -> Planned<()> {
    let count = rows.own().count();
    if alias.columns.len() > count {
        return Err(crate::error!(
            context.at(&alias.columns[count].name), "`{}` names {} columns, but it has {count}", alias.name.value, alias.columns.len();
            hint: "name as many columns as the query gives"
        ));
    }
    let own = rows.columns.iter_mut().filter(|column| column.reach != super::rows::Reach::Outer);
    for (column, definition) in own.zip(&alias.columns) {
        column.name.clone_from(&definition.name.value);
    }
    Ok(())
}

fn tail(context: &Context, query: &Query) -> Planned<Tail> {
    let mut tail = Tail::default();
    match query.order_by.as_ref().map(|order| &order.kind) {
        Some(OrderByKind::Expressions(order)) => match order.as_slice() {
            [only] if is_all(&only.expr) => tail.by_all = Some(only.options),
            order => tail.order = order.to_vec(),
        },
        Some(OrderByKind::All(options)) => tail.by_all = Some(*options),
        None => {}
    }
    match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => {
            tail.limit = limit.as_ref().map(|limit| count(context, limit)).transpose()?;
            tail.offset = offset.as_ref().map_or(Ok(0), |offset| count(context, &offset.value))?.into();
        }
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
            tail.limit = Some(count(context, limit)?);
            tail.offset = count(context, offset)?.into();
        }
        Some(_) => {
            let instead = "use `QUALIFY row_number() OVER (PARTITION BY …) <= n`";
            return Err(context.unsupported(query, "`LIMIT … BY`", instead));
        }
        None => {}
    }
    if let Some(quantity) = query.fetch.as_ref().and_then(|fetch| fetch.quantity.as_ref()) {
        tail.limit = Some(count(context, quantity)?);
    }
    Ok(tail)
}

/// True for the word `ALL`, which the parser takes for a name.
fn is_all(expression: &Expr) -> bool {
    let word = |ident: &Ident| ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("all");
    matches!(expression, Expr::Identifier(ident) if word(ident))
}

fn count(context: &Context, expression: &Expr) -> Planned<u32> {
    let number = match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| context.unsupported(expression, "a computed number of rows", "write a whole number"))
}

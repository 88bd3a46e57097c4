//! One `SELECT`, in the order in which SQL evaluates its clauses.

use super::context::Context;
use super::items::{self, Aliases, Item};
use super::query::Tail;
use super::rewrite::Planned;
use super::rows::Rows;
use super::scalar::Scalars;
use super::{from, group, sort, subqueries, windows};
use sqlparser::ast::{BinaryOperator, Distinct, Expr, GroupByExpr, OrderByExpr, Select};

/// The clauses whose expressions may hold aggregates and windows; their names are looked up.
pub struct Parts {
    /// The output.
    pub items: Vec<Item>,
    /// `HAVING`.
    pub having: Option<Expr>,
    /// `QUALIFY`.
    pub qualify: Option<Expr>,
    /// `ORDER BY`.
    pub order: Vec<OrderByExpr>,
    /// `DISTINCT ON (…)`.
    pub on: Vec<Expr>,
}

impl Parts {
    /// Every expression, to be changed in place.
    pub fn expressions(&mut self) -> Vec<&mut Expr> {
        let items = self.items.iter_mut().map(|item| &mut item.expression);
        let order = self.order.iter_mut().map(|order| &mut order.expr);
        items.chain(&mut self.having).chain(&mut self.qualify).chain(order).chain(&mut self.on).collect()
    }
}

/// Plans a `SELECT` and what stands after it.
pub fn plan(context: &Context, select: &Select, tail: &Tail, outer: Option<&Rows>) -> Planned<Rows> {
    refuse(context, select)?;
    let mut rows = from::plan(context, &select.from, outer)?;
    let (items, aliases) = items::expand(context, select, &mut rows)?;
    let mut parts = parts(context, select, tail, &rows, items, &aliases)?;
    if let Some(condition) = resolved(context, &rows, &aliases, select.selection.as_ref())? {
        filter(context, &mut rows, condition)?;
    }
    let keys = keys(context, select, &rows, &aliases)?;
    group::plan(context, &mut rows, &mut parts, &keys, outer)?;
    if let Some(condition) = parts.having.take() {
        filter(context, &mut rows, condition)?;
    }
    windows::plan(context, &mut rows, &mut parts)?;
    if let Some(condition) = parts.qualify.take() {
        filter(context, &mut rows, condition)?;
    }
    sort::finish(context, rows, parts, select.distinct.as_ref(), tail)
}

fn refuse(context: &Context, select: &Select) -> Planned<()> {
    let lists: [(bool, &str, &str); 6] = [
        (select.into.is_some(), "`SELECT … INTO`", "name the block instead: its name is the table's"),
        (!select.lateral_views.is_empty(), "`LATERAL VIEW`", "use `FROM t, unnest(t.list) AS u(x)`"),
        (!select.connect_by.is_empty(), "`CONNECT BY`", "use `WITH RECURSIVE`"),
        (
            !select.cluster_by.is_empty() || !select.distribute_by.is_empty(),
            "`CLUSTER BY` or `DISTRIBUTE BY`",
            "leave it out",
        ),
        (!select.sort_by.is_empty(), "`SORT BY`", "use `ORDER BY`"),
        (select.top.is_some(), "`TOP`", "write `LIMIT` at the end"),
    ];
    match lists.into_iter().find(|(there, ..)| *there) {
        Some((_, what, instead)) => Err(context.unsupported(select, what, instead)),
        None => Ok(()),
    }
}

fn parts(
    context: &Context,
    select: &Select,
    tail: &Tail,
    rows: &Rows,
    items: Vec<Item>,
    aliases: &Aliases,
) -> Planned<Parts> {
    let on = match &select.distinct {
        Some(Distinct::On(on)) => on.clone(),
        _ => Vec::new(),
    };
    let mut parts = Parts {
        having: resolved(context, rows, aliases, select.having.as_ref())?,
        qualify: resolved(context, rows, aliases, select.qualify.as_ref())?,
        order: tail.order.clone(),
        items,
        on,
    };
    for order in &mut parts.order {
        items::ordinal(context, &mut order.expr, &parts.items)?;
        items::resolve_output(context, rows, aliases, &mut order.expr)?;
    }
    for expression in &mut parts.on {
        items::ordinal(context, expression, &parts.items)?;
        items::resolve_output(context, rows, aliases, expression)?;
    }
    windows::name(context, select, &mut parts, rows, aliases)?;
    Ok(parts)
}

fn resolved(context: &Context, rows: &Rows, aliases: &Aliases, clause: Option<&Expr>) -> Planned<Option<Expr>> {
    let Some(clause) = clause else { return Ok(None) };
    let mut expression = clause.clone();
    Ok(context.keep(items::resolve(context, rows, aliases, &mut expression)).map(|()| expression))
}

/// What `GROUP BY` says.
pub struct Keys {
    /// The grouping expressions; their names are looked up.
    pub list: Vec<Expr>,
    /// `GROUP BY ALL`: every item without an aggregate.
    pub all: bool,
}

fn keys(context: &Context, select: &Select, rows: &Rows, aliases: &Aliases) -> Planned<Keys> {
    let (list, modifiers) = match &select.group_by {
        GroupByExpr::All(modifiers) => (&[][..], modifiers),
        GroupByExpr::Expressions(list, modifiers) => (list.as_slice(), modifiers),
    };
    if !modifiers.is_empty() {
        let instead = "use `GROUP BY ROLLUP (…)`, `CUBE (…)` or `GROUPING SETS (…)`";
        return Err(context.unsupported(select, "`WITH ROLLUP`, `CUBE` or `TOTALS`", instead));
    }
    let mut keys = Keys { list: list.to_vec(), all: matches!(select.group_by, GroupByExpr::All(_)) };
    for key in &mut keys.list {
        items::resolve(context, rows, aliases, key)?;
    }
    Ok(keys)
}

/// Keeps the rows for which a condition is true, one conjunct at a time.
pub fn filter(context: &Context, rows: &mut Rows, condition: Expr) -> Planned<()> {
    for mut conjunct in conjuncts(condition) {
        if subqueries::filter(context, rows, &mut conjunct)? {
            continue;
        }
        subqueries::lift(context, rows, &mut conjunct)?;
        let predicate = Scalars::new(context, rows)?.condition(&conjunct)?;
        rows.frame = std::mem::take(&mut rows.frame).filter(predicate);
    }
    Ok(())
}

/// The parts of a condition that all must be true.
pub fn conjuncts(condition: Expr) -> Vec<Expr> {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            let mut parts = conjuncts(*left);
            parts.extend(conjuncts(*right));
            parts
        }
        Expr::Nested(inner) => conjuncts(*inner),
        other => vec![other],
    }
}

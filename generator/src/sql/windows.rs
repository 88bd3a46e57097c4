//! Window functions become columns: rows are sorted once for each ordering, and put back at the end.

use super::aggregates;
use super::context::Context;
use super::frames::Ordered;
use super::functions;
use super::items::{self, Aliases};
use super::rewrite::{Planned, any, internal, rewrite};
use super::rows::Rows;
use super::scalar::Scalars;
use super::select::Parts;
use super::{sort, subqueries};
use crate::diagnostics::suggest;
use crate::error;
use polars::prelude::{DataType, Expr, SortMultipleOptions, col, int_range, len, lit};
use sqlparser::ast::{self, NamedWindowExpr, Select, Spanned, WindowSpec, WindowType};
use std::collections::BTreeMap;

/// Replaces names of windows, as in `OVER w`, by what `WINDOW w AS (…)` says.
pub fn name(context: &Context, select: &Select, parts: &mut Parts, rows: &Rows, aliases: &Aliases) -> Planned<()> {
    let mut named: BTreeMap<String, WindowSpec> = BTreeMap::new();
    for ast::NamedWindowDefinition(name, definition) in &select.named_window {
        let mut spec = match definition {
            NamedWindowExpr::WindowSpec(spec) => based(context, spec, &named)?,
            NamedWindowExpr::NamedWindow(other) => found(context, other, &named)?,
        };
        resolve(context, rows, aliases, &mut spec)?;
        named.insert(name.value.to_lowercase(), spec);
    }
    for expression in parts.expressions() {
        rewrite(expression, |node| {
            let ast::Expr::Function(function) = node else { return Ok(()) };
            let spec = match &function.over {
                Some(WindowType::NamedWindow(name)) => found(context, name, &named)?,
                Some(WindowType::WindowSpec(spec)) => based(context, spec, &named)?,
                None => return Ok(()),
            };
            function.over = Some(WindowType::WindowSpec(spec));
            Ok(())
        })?;
    }
    Ok(())
}

fn resolve(context: &Context, rows: &Rows, aliases: &Aliases, spec: &mut WindowSpec) -> Planned<()> {
    let order = spec.order_by.iter_mut().map(|order| &mut order.expr);
    for expression in spec.partition_by.iter_mut().chain(order) {
        items::resolve(context, rows, aliases, expression)?;
    }
    Ok(())
}

fn found(context: &Context, name: &ast::Ident, named: &BTreeMap<String, WindowSpec>) -> Planned<WindowSpec> {
    named.get(&name.value.to_lowercase()).cloned().ok_or_else(|| {
        let hint = suggest(&name.value, named.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        let hint = hint
            .unwrap_or_else(|| format!("write `WINDOW {} AS (PARTITION BY … ORDER BY …)` before ORDER BY", name.value));
        error!(context.at(name), "unknown window `{}`", name.value; hint: "{hint}")
    })
}

/// A window that may build on a named one: `OVER (w ROWS …)`.
fn based(context: &Context, spec: &WindowSpec, named: &BTreeMap<String, WindowSpec>) -> Planned<WindowSpec> {
    let Some(name) = &spec.window_name else { return Ok(spec.clone()) };
    let mut base = found(context, name, named)?;
    base.order_by.extend(spec.order_by.iter().cloned());
    base.window_frame = spec.window_frame.clone().or(base.window_frame);
    Ok(base)
}

/// A window function that an expression holds, and the column that it becomes.
struct Found {
    tree: ast::Expr,
    call: ast::Function,
    spec: WindowSpec,
    id: String,
}

/// Computes all window functions of the query.
pub fn plan(context: &Context, rows: &mut Rows, parts: &mut Parts) -> Planned<()> {
    let mut windows: Vec<Found> = Vec::new();
    for expression in parts.expressions() {
        context.change(expression, |tree| rewrite(tree, |node| lift(context, rows, node, &mut windows)));
    }
    if windows.is_empty() {
        return Ok(());
    }
    let row = context.id();
    rows.frame = std::mem::take(&mut rows.frame).with_row_index(&row, None);
    while !windows.is_empty() {
        let (partition, order) = (windows[0].spec.partition_by.clone(), windows[0].spec.order_by.clone());
        let same = |window: &Found| window.spec.partition_by == partition && window.spec.order_by == order;
        let (now, later): (Vec<Found>, Vec<Found>) = windows.into_iter().partition(same);
        compute(context, rows, &now)?;
        windows = later;
    }
    rows.frame = std::mem::take(&mut rows.frame).sort([row.as_str()], SortMultipleOptions::default());
    Ok(())
}

fn lift(context: &Context, rows: &mut Rows, node: &mut ast::Expr, windows: &mut Vec<Found>) -> Planned<()> {
    let ast::Expr::Function(function) = &*node else { return Ok(()) };
    let Some(WindowType::WindowSpec(spec)) = &function.over else { return Ok(()) };
    let known = windows.iter().find(|window| window.tree == *node).map(|window| window.id.clone());
    let id = match known {
        Some(id) => id,
        None => {
            let mut bare = function.clone();
            bare.over = None;
            let mut inner = ast::Expr::Function(bare);
            let nested = |node: &ast::Expr| matches!(node, ast::Expr::Function(call) if call.over.is_some());
            if any(&inner, nested) {
                return Err(
                    error!(context.span(node), "a window stands within a window"; hint: "compute the inner one in a query that this one reads: `WITH t AS (…)`"),
                );
            }
            subqueries::lift(context, rows, &mut inner)?;
            aggregates::spread(context, rows, &mut inner)?;
            let ast::Expr::Function(call) = inner else { return Ok(()) };
            let id = context.id();
            windows.push(Found { tree: node.clone(), call, spec: spec.clone(), id: id.clone() });
            id
        }
    };
    *node = internal(&id, node.span());
    Ok(())
}

/// Computes the window functions of one partitioning and ordering.
fn compute(context: &Context, rows: &mut Rows, windows: &[Found]) -> Planned<()> {
    let Some(first) = windows.first() else { return Ok(()) };
    let ordered = ordered(context, rows, &first.spec)?;
    for window in windows {
        for step in ordered.steps(&window.call, &functions::name(&window.call), &window.spec, &window.id)? {
            rows.frame = std::mem::take(&mut rows.frame).with_column(step);
        }
    }
    Ok(())
}

/// Sorts the rows as a window asks, and computes where each stands in it.
fn ordered<'c, 'a>(context: &'c Context<'a>, rows: &mut Rows, spec: &WindowSpec) -> Planned<Ordered<'c, 'a>> {
    let scalars = Scalars::new(context, rows)?;
    let mut computed = Vec::new();
    let mut partition: Vec<Expr> = rows.carried().iter().map(|column| col(&column.id)).collect();
    for tree in &spec.partition_by {
        let id = context.id();
        computed.push(scalars.checked(tree)?.alias(&id));
        partition.push(col(&id));
    }
    let mut keys = sort::keys(&scalars, &spec.order_by)?;
    let key_kind = match (&spec.order_by[..], &keys[..]) {
        ([order], [key]) => Some(scalars.kind(&order.expr, &key.value)?),
        _ => None,
    };
    computed.extend(sort::columned(context, &mut keys));
    rows.frame = sort::sorted(std::mem::take(&mut rows.frame).with_columns(computed), &keys);
    let [position, count] = [context.id(), context.id()];
    let peers = places(context, rows, &partition, &keys, (&position, &count));
    let order = spec.order_by.first();
    Ok(Ordered {
        scalars: Scalars::new(context, rows)?,
        partition,
        peers,
        position: col(&position),
        count: col(&count),
        key: keys.first().map(|key| key.value.clone()),
        key_kind,
        descending: order.is_some_and(|order| order.options.asc == Some(false)),
        is_ordered: order.is_some(),
    })
}

/// Numbers the rows and the runs of peers in each partition; gives what peers share.
fn places(
    context: &Context,
    rows: &mut Rows,
    partition: &[Expr],
    keys: &[sort::Key],
    (position, count): (&str, &str),
) -> Vec<Expr> {
    let number = int_range(lit(0i64), len().cast(DataType::Int64), 1, DataType::Int64);
    let size = len().cast(DataType::Int64);
    let mut facts = vec![over(number, partition).alias(position), over(size, partition).alias(count)];
    let mut peers = partition.to_vec();
    if let Some(changed) = keys.iter().map(|key| changed(&key.value)).reduce(Expr::or) {
        let peer = context.id();
        facts.push(over(changed.cast(DataType::Int64).cum_sum(false), partition).alias(&peer));
        peers.push(col(&peer));
    }
    rows.frame = std::mem::take(&mut rows.frame).with_columns(facts);
    peers
}

/// True in the first row of each run of equal values.
fn changed(key: &Expr) -> Expr {
    key.clone().neq_missing(key.clone().shift(lit(1)))
}

/// An expression within partitions; over all rows if there are none.
pub fn over(value: Expr, partition: &[Expr]) -> Expr {
    if partition.is_empty() {
        return value;
    }
    value.over(partition).expect("there is a key to partition by")
}

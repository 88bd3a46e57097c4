//! `GROUP BY` with its sets, and aggregates: each becomes a column, so that what follows is about plain rows again.

use super::aggregates;
use super::context::Context;
use super::functions;
use super::rewrite::{Planned, any, internal, internal_id, rewrite};
use super::rows::{Column, Rows};
use super::scalar::Scalars;
use super::select::{Keys, Parts};
use super::{items, subqueries};
use crate::error;
use polars::prelude::{DataType, Expr, JoinArgs, JoinCoalesce, JoinType, LazyFrame, NULL, UnionArgs, col, concat, lit};
use sqlparser::ast::{self, Spanned};

/// A grouping: its keys, its sets of them, the aggregates found.
struct Grouping {
    keys: Vec<(ast::Expr, String)>,
    sets: Vec<Vec<usize>>,
    /// Each with its id and, for `grouping(key)`, the key.
    aggregates: Vec<(ast::Expr, String)>,
    markers: Vec<(usize, String)>,
}

/// Groups the rows, if the query does.
pub fn plan(context: &Context, rows: &mut Rows, parts: &mut Parts, keys: &Keys, outer: Option<&Rows>) -> Planned<()> {
    let aggregated = parts.expressions().into_iter().any(|expression| any(expression, is_aggregate));
    if !aggregated && keys.list.is_empty() && !keys.all {
        return Ok(());
    }
    let mut grouping = sets(context, parts, keys, rows)?;
    for expression in parts.expressions() {
        context.change(expression, |tree| grouping.lift(context, rows, tree));
    }
    let carried = rows.carried();
    let before = rows.columns.clone();
    let names = grouping.names(rows);
    rows.frame = grouping.frame(context, rows, &carried, outer)?;
    rows.columns = names.into_iter().chain(carried.iter().cloned()).collect();
    for expression in parts.expressions() {
        context.change(expression, |tree| grouping.leftover(context, (&carried, &before), tree));
    }
    Ok(())
}

fn is_aggregate(node: &ast::Expr) -> bool {
    match node {
        ast::Expr::Function(function) if function.over.is_none() => {
            let name = functions::name(function);
            aggregates::is_aggregate(&name) || name == "grouping"
        }
        _ => false,
    }
}

fn sets(context: &Context, parts: &Parts, keys: &Keys, rows: &mut Rows) -> Planned<Grouping> {
    let mut grouping =
        Grouping { keys: Vec::new(), sets: vec![Vec::new()], aggregates: Vec::new(), markers: Vec::new() };
    let mut list = keys.list.clone();
    if keys.all {
        let plain = |item: &&items::Item| !any(&item.expression, |node| is_aggregate(node) || is_window(node));
        list.extend(parts.items.iter().filter(plain).map(|item| item.expression.clone()));
    }
    for mut key in list {
        items::ordinal(context, &mut key, &parts.items)?;
        let alternatives = grouping.alternatives(context, rows, &key)?;
        let joined = |set: &Vec<usize>| {
            let set = set.clone();
            alternatives.iter().map(move |more| [set.clone(), more.clone()].concat()).collect::<Vec<_>>()
        };
        grouping.sets = grouping.sets.iter().flat_map(joined).collect();
    }
    Ok(grouping)
}

fn is_window(node: &ast::Expr) -> bool {
    matches!(node, ast::Expr::Function(function) if function.over.is_some())
}

impl Grouping {
    /// The sets of keys that one element of `GROUP BY` stands for.
    fn alternatives(&mut self, context: &Context, rows: &mut Rows, element: &ast::Expr) -> Planned<Vec<Vec<usize>>> {
        let mut positions = |lists: &[Vec<ast::Expr>]| -> Planned<Vec<Vec<usize>>> {
            lists.iter().map(|list| list.iter().map(|key| self.key(context, rows, key)).collect()).collect()
        };
        Ok(match element {
            ast::Expr::GroupingSets(lists) => positions(lists)?,
            ast::Expr::Rollup(lists) => {
                let groups: Vec<Vec<usize>> = positions(lists)?;
                (0..=groups.len()).rev().map(|count| groups[..count].concat()).collect()
            }
            ast::Expr::Cube(lists) => {
                let groups: Vec<Vec<usize>> = positions(lists)?;
                let chosen = |mask: usize| -> Vec<usize> {
                    groups
                        .iter()
                        .enumerate()
                        .filter(|(index, _)| mask >> index & 1 == 1)
                        .flat_map(|(_, keys)| keys.clone())
                        .collect()
                };
                (0..1usize << groups.len().min(12)).rev().map(chosen).collect()
            }
            ast::Expr::Tuple(list) => vec![positions(std::slice::from_ref(list))?.concat()],
            key => vec![vec![self.key(context, rows, key)?]],
        })
    }

    /// The position of a key; a new one becomes a column.
    fn key(&mut self, context: &Context, rows: &mut Rows, key: &ast::Expr) -> Planned<usize> {
        let mut key = bare(key).clone();
        if let Some(position) = self.keys.iter().position(|(known, _)| *known == key) {
            return Ok(position);
        }
        if any(&key, is_aggregate) {
            return Err(
                error!(context.span(&key), "an aggregate cannot be a group"; hint: "group by columns, and aggregate in SELECT"),
            );
        }
        let original = key.clone();
        subqueries::lift(context, rows, &mut key)?;
        let value = Scalars::new(context, rows)?.checked(&key)?;
        let id = context.id();
        rows.frame = std::mem::take(&mut rows.frame).with_column(value.alias(&id));
        self.keys.push((original, id));
        Ok(self.keys.len() - 1)
    }

    /// Replaces keys and aggregates in an expression by the columns that they become.
    fn lift(&mut self, context: &Context, rows: &mut Rows, expression: &mut ast::Expr) -> Planned<()> {
        rewrite(expression, |node| {
            let found = match self.keys.iter().find(|(key, _)| key == bare(node)) {
                Some((_, id)) => id.clone(),
                None if is_aggregate(node) => self.aggregate(context, rows, node)?,
                None => return Ok(()),
            };
            *node = internal(&found, node.span());
            Ok(())
        })
    }

    fn aggregate(&mut self, context: &Context, rows: &mut Rows, node: &ast::Expr) -> Planned<String> {
        if let Some((_, id)) = self.aggregates.iter().find(|(known, _)| known == node) {
            return Ok(id.clone());
        }
        let id = context.id();
        let ast::Expr::Function(function) = node else { return Ok(id) };
        if functions::name(function) == "grouping" {
            let key = functions::arguments(function).and_then(|arguments| {
                let [key] = arguments.as_slice() else { return None };
                self.keys.iter().position(|(known, _)| known == bare(key))
            });
            let key = key.ok_or_else(|| error!(context.span(node), "`grouping` needs one of the keys of GROUP BY"))?;
            self.markers.push((key, id.clone()));
            return Ok(id);
        }
        let nested =
            aggregates::arguments(function).unwrap_or_default().into_iter().find(|tree| any(tree, is_aggregate));
        if let Some(nested) = nested {
            return Err(
                error!(context.span(nested), "an aggregate stands within an aggregate"; hint: "compute the inner one in a query that this one reads: `WITH t AS (…)`"),
            );
        }
        let mut lifted = node.clone();
        subqueries::lift(context, rows, &mut lifted)?;
        aggregates::spread(context, rows, &mut lifted)?;
        self.aggregates.push((lifted, id.clone()));
        Ok(id)
    }

    /// The names that the keys still have: those of the columns that they are.
    fn names(&self, rows: &Rows) -> Vec<Column> {
        let named = |(key, id): &(ast::Expr, String)| {
            let source = internal_id(key)?;
            let column = rows.own().find(|column| column.id == source)?;
            Some(Column { id: id.clone(), ..column.clone() })
        };
        self.keys.iter().filter_map(named).collect()
    }

    fn frame(
        &self,
        context: &Context,
        rows: &mut Rows,
        carried: &[Column],
        outer: Option<&Rows>,
    ) -> Planned<LazyFrame> {
        let scalars = Scalars::new(context, rows)?;
        let mut computed = Vec::new();
        for (tree, id) in &self.aggregates {
            let ast::Expr::Function(function) = tree else { continue };
            if let Some(value) = context.keep(scalars.aggregate(function)) {
                computed.push(value.alias(id));
            }
        }
        let kinds: Vec<DataType> = self
            .keys
            .iter()
            .map(|(_, id)| scalars.schema.get(id.as_str()).cloned().unwrap_or(DataType::Null))
            .collect();
        let frames: Vec<LazyFrame> =
            self.sets.iter().map(|set| self.set(rows.frame.clone(), set, &kinds, &computed, carried, outer)).collect();
        match <[LazyFrame; 1]>::try_from(frames) {
            Ok([frame]) => Ok(frame),
            Err(frames) => concat(frames, UnionArgs { maintain_order: true, ..UnionArgs::default() })
                .map_err(|problem| context.refused(context.sql.span, &problem)),
        }
    }

    /// The groups of one set of keys; the keys that it leaves out are null.
    fn set(
        &self,
        frame: LazyFrame,
        set: &[usize],
        kinds: &[DataType],
        computed: &[Expr],
        carried: &[Column],
        outer: Option<&Rows>,
    ) -> LazyFrame {
        let inside: Vec<Expr> =
            (0..self.keys.len()).filter(|key| set.contains(key)).map(|key| col(&self.keys[key].1)).collect();
        let around: Vec<Expr> = carried.iter().map(|column| col(&column.id)).collect();
        let by = [inside, around.clone()].concat();
        let grouped = match (by.is_empty(), outer) {
            (true, _) if computed.is_empty() => frame.select([lit(true).alias("#group")]).first(),
            (true, _) => frame.select(computed),
            (false, Some(outer)) if set.is_empty() => self.every_outer_row(frame, computed, &around, outer),
            (false, _) => frame.group_by_stable(by).agg(computed),
        };
        let missing = (0..self.keys.len())
            .filter(|key| !set.contains(key))
            .map(|key| lit(NULL).cast(kinds[key].clone()).alias(&self.keys[key].1));
        let markers = self.markers.iter().map(|(key, id)| lit(i64::from(!set.contains(key))).alias(id));
        let ids = self.keys.iter().map(|(_, id)| id).chain(self.aggregates.iter().map(|(_, id)| id));
        let ids = ids.chain(self.markers.iter().map(|(_, id)| id)).map(col).chain(around);
        grouped.with_columns(missing.chain(markers).collect::<Vec<_>>()).select(ids.collect::<Vec<_>>())
    }

    /// One group for each row around, even where nothing belongs to it: a count is 0 then.
    fn every_outer_row(&self, frame: LazyFrame, computed: &[Expr], around: &[Expr], outer: &Rows) -> LazyFrame {
        let grouped = frame.group_by_stable(around).agg(computed);
        let args =
            JoinArgs { nulls_equal: true, coalesce: JoinCoalesce::CoalesceColumns, ..JoinArgs::new(JoinType::Left) };
        let joined = outer.frame.clone().select(around).join(grouped, around, around, args);
        let counts = self.aggregates.iter().filter(|(tree, _)| is_count(tree));
        joined.with_columns(counts.map(|(_, id)| col(id).fill_null(lit(0i64))).collect::<Vec<_>>())
    }

    /// A column that is neither a key nor in an aggregate.
    fn leftover(
        &self,
        context: &Context,
        (carried, before): (&[Column], &[Column]),
        expression: &mut ast::Expr,
    ) -> Planned<()> {
        let grouped = self.keys.iter().chain(&self.aggregates).map(|(_, id)| id);
        let known: Vec<&String> = grouped
            .chain(self.markers.iter().map(|(_, id)| id))
            .chain(carried.iter().map(|column| &column.id))
            .collect();
        rewrite(expression, |node| match internal_id(node) {
            Some(id) if !known.iter().any(|known| *known == id) => {
                let name = before.iter().find(|column| column.id == id).map_or("this", |column| column.name.as_str());
                Err(
                    error!(context.span(node), "column `{name}` is neither in GROUP BY nor in an aggregate"; hint: "group by it too, or aggregate it, as in `any_value({name})`"),
                )
            }
            _ => Ok(()),
        })
    }
}

fn is_count(tree: &ast::Expr) -> bool {
    matches!(tree, ast::Expr::Function(function) if functions::name(function).contains("count"))
}

/// An expression without parentheses around it.
fn bare(tree: &ast::Expr) -> &ast::Expr {
    match tree {
        ast::Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

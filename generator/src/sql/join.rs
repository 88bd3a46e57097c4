//! Joins: equalities become keys, whatever else `ON` says is tested on the pairs that the keys find.

use super::context::Context;
use super::from;
use super::items::{self, Aliases};
use super::rewrite::{Planned, any, internal_id};
use super::rows::{Column, Reach, Rows};
use super::scalar::Scalars;
use super::select::conjuncts;
use super::types;
use crate::diagnostics::Diagnostic;
use crate::error;
use polars::prelude::{
    Expr, FillNullStrategy, JoinArgs, JoinCoalesce, JoinType, LazyFrame, NULL, SortMultipleOptions, UnionArgs,
    coalesce, col, concat_lf_diagonal, lit, when,
};
use sqlparser::ast::{self, BinaryOperator, Ident, Join, JoinConstraint, JoinOperator};

/// Adds a joined table to the rows.
pub fn plan(context: &Context, left: Rows, join: &Join) -> Planned<Rows> {
    use JoinOperator as Operator;
    let (how, constraint) = match &join.join_operator {
        Operator::Join(constraint) | Operator::Inner(constraint) => (JoinType::Inner, constraint),
        Operator::CrossJoin(constraint) => (JoinType::Inner, constraint),
        Operator::Left(constraint) | Operator::LeftOuter(constraint) => (JoinType::Left, constraint),
        Operator::Right(constraint) | Operator::RightOuter(constraint) => (JoinType::Right, constraint),
        Operator::FullOuter(constraint) => (JoinType::Full, constraint),
        Operator::Semi(constraint) | Operator::LeftSemi(constraint) => (JoinType::Semi, constraint),
        Operator::Anti(constraint) | Operator::LeftAnti(constraint) => (JoinType::Anti, constraint),
        Operator::AsOf { match_condition, constraint } => {
            return as_of(context, left, join, match_condition, constraint);
        }
        _ => {
            return Err(context.unsupported(
                &join.relation,
                "this kind of join",
                "there are inner, left, right, full, cross, semi, anti and asof joins",
            ));
        }
    };
    let outer = left.columns.iter().any(|column| column.reach == Reach::Outer);
    if outer && matches!(how, JoinType::Right | JoinType::Full) {
        return Err(context.unsupported(
            &join.relation,
            "a right or full join in a query that uses the row around it",
            "turn it into a left join",
        ));
    }
    if matches!(constraint, JoinConstraint::None) || lateral_on_true(&join.relation, constraint) {
        return from::beside(context, left, &join.relation, how);
    }
    let right = from::relation(context, &join.relation)?;
    let on = condition(context, &left, &right, constraint)?;
    joined(context, (left, right), how, on)
}

fn lateral_on_true(relation: &ast::TableFactor, constraint: &JoinConstraint) -> bool {
    let truth = |tree: &ast::Expr| matches!(tree, ast::Expr::Value(value) if value.value == ast::Value::Boolean(true));
    let lateral = matches!(relation, ast::TableFactor::Derived { lateral: true, .. });
    lateral && matches!(constraint, JoinConstraint::On(tree) if truth(tree))
}

/// What a join compares.
#[derive(Default)]
struct On {
    /// Equal on both sides.
    keys: Vec<(Expr, Expr)>,
    /// True of both sides together.
    rest: Vec<ast::Expr>,
    /// Columns that become one: left and right.
    merged: Vec<(Column, Column)>,
}

fn condition(context: &Context, left: &Rows, right: &Rows, constraint: &JoinConstraint) -> Planned<On> {
    match constraint {
        JoinConstraint::On(tree) => on(context, left, right, tree),
        JoinConstraint::Using(names) => {
            let idents = names.iter().filter_map(|name| name.0.last().and_then(|part| part.as_ident()));
            using(context, left, right, idents.cloned().collect())
        }
        JoinConstraint::Natural => {
            let shared = |column: &Column| right.starred(None).iter().any(|other| other.name == column.name);
            let names = left.starred(None).into_iter().filter(shared).map(|column| Ident::new(column.name));
            using(context, left, right, names.collect())
        }
        JoinConstraint::None => Ok(On::default()),
    }
}

fn using(context: &Context, left: &Rows, right: &Rows, names: Vec<Ident>) -> Planned<On> {
    let mut on = On::default();
    let (mut l, mut r) = (left.clone(), right.clone());
    let (left_schema, right_schema) = (l.schema(context)?, r.schema(context)?);
    for name in names {
        let parts = std::slice::from_ref(&name);
        let found = |rows: &Rows| rows.find(context, parts)?.cloned().ok_or_else(|| rows.unknown(context, parts));
        let (a, b) = (found(left)?, found(right)?);
        let kinds = (left_schema.get(a.id.as_str()), right_schema.get(b.id.as_str()));
        on.keys.push(match kinds {
            (Some(left), Some(right)) => types::aligned((col(&a.id), left), (col(&b.id), right)),
            _ => (col(&a.id), col(&b.id)),
        });
        on.merged.push((a, b));
    }
    Ok(on)
}

fn on(context: &Context, left: &Rows, right: &Rows, tree: &ast::Expr) -> Planned<On> {
    let mut tree = tree.clone();
    let mut both = Rows { frame: both(left, right), columns: [left.columns.clone(), right.columns.clone()].concat() };
    items::resolve(context, &both, &Aliases::new(), &mut tree)?;
    let scalars = Scalars::new(context, &mut both)?;
    let mut found = On::default();
    for conjunct in conjuncts(tree) {
        match equality(&scalars, left, right, &conjunct)? {
            Some(key) => found.keys.push(key),
            None => found.rest.push(conjunct),
        }
    }
    Ok(found)
}

/// A frame that has both sides' columns, for their types.
fn both(left: &Rows, right: &Rows) -> LazyFrame {
    left.frame.clone().cross_join(right.frame.clone(), None)
}

/// `a = b` with one side from each table, as a pair of keys: left, right.
fn equality(scalars: &Scalars, left: &Rows, right: &Rows, tree: &ast::Expr) -> Planned<Option<(Expr, Expr)>> {
    let ast::Expr::BinaryOp { left: a, op: BinaryOperator::Eq, right: b } = tree else { return Ok(None) };
    let only = |tree: &ast::Expr, rows: &Rows| {
        let named = any(tree, |node| internal_id(node).is_some());
        named
            && !any(tree, |node| internal_id(node).is_some_and(|id| rows.columns.iter().all(|column| column.id != id)))
            && !any(tree, |node| matches!(node, ast::Expr::Subquery(_)))
    };
    let (a, b) = match () {
        () if only(a, left) && only(b, right) => (a, b),
        () if only(b, left) && only(a, right) => (b, a),
        () => return Ok(None),
    };
    scalars.comparable(a, b).map(Some)
}

fn joined(context: &Context, (left, right): (Rows, Rows), how: JoinType, on: On) -> Planned<Rows> {
    let one_sided = matches!(how, JoinType::Semi | JoinType::Anti);
    let mut columns = left.columns.clone();
    columns.extend(right.columns.iter().cloned());
    let mut rows = if on.rest.is_empty() && !on.keys.is_empty() {
        Rows { frame: keyed(left.frame, right.frame, &on.keys, how.clone()), columns }
    } else {
        tested(context, (&left, &right), columns, how.clone(), &on)?
    };
    if one_sided {
        rows.columns = left.columns;
        return Ok(rows);
    }
    merge(context, &mut rows, &how, &on.merged);
    Ok(rows)
}

fn keyed(left: LazyFrame, right: LazyFrame, keys: &[(Expr, Expr)], how: JoinType) -> LazyFrame {
    if keys.is_empty() {
        return left.cross_join(right, None);
    }
    let (a, b): (Vec<Expr>, Vec<Expr>) = keys.iter().cloned().unzip();
    let coalesce = match how {
        JoinType::Semi | JoinType::Anti => JoinCoalesce::JoinSpecific,
        _ => JoinCoalesce::KeepColumns,
    };
    left.join(right, a, b, JoinArgs { coalesce, ..JoinArgs::new(how) })
}

/// A join with a further test: the pairs that pass it, and with an outer join the rows that are in none of them.
fn tested(
    context: &Context,
    (left, right): (&Rows, &Rows),
    columns: Vec<Column>,
    how: JoinType,
    on: &On,
) -> Planned<Rows> {
    let [a, b] = [context.id(), context.id()];
    let (one, other) = (left.frame.clone().with_row_index(&a, None), right.frame.clone().with_row_index(&b, None));
    let mut pairs = Rows { frame: keyed(one.clone(), other.clone(), &on.keys, JoinType::Inner), columns };
    for test in &on.rest {
        let mut test = test.clone();
        super::subqueries::lift(context, &mut pairs, &mut test)?;
        let predicate = Scalars::new(context, &mut pairs)?.condition(&test)?;
        pairs.frame = std::mem::take(&mut pairs.frame).filter(predicate);
    }
    let index = |id: &String| [col(id)];
    let without = |rows: LazyFrame, id: &String| {
        rows.join(pairs.frame.clone().select(index(id)), index(id), index(id), JoinArgs::new(JoinType::Anti))
    };
    let mut frames = vec![pairs.frame.clone()];
    match how {
        JoinType::Semi => {
            let found = pairs.frame.clone().select(index(&a));
            frames = vec![one.join(found, index(&a), index(&a), JoinArgs::new(JoinType::Semi))];
        }
        JoinType::Anti => frames = vec![without(one, &a)],
        JoinType::Left => frames.push(without(one, &a)),
        JoinType::Right => frames.push(without(other, &b)),
        JoinType::Full => frames.extend([without(one, &a), without(other, &b)]),
        _ => {}
    }
    if frames.len() > 1 {
        let args = UnionArgs { maintain_order: true, ..UnionArgs::default() };
        pairs.frame =
            concat_lf_diagonal(frames, args).map_err(|problem| context.refused(context.sql.span, &problem))?;
    } else {
        pairs.frame = frames.remove(0);
    }
    Ok(pairs)
}

/// Makes one column of each two that `USING` names, at the place of the left one.
fn merge(context: &Context, rows: &mut Rows, how: &JoinType, merged: &[(Column, Column)]) {
    for (left, right) in merged {
        let id = context.id();
        let value = match how {
            JoinType::Right => col(&right.id),
            JoinType::Full => coalesce(&[col(&left.id), col(&right.id)]),
            _ => col(&left.id),
        };
        rows.frame = std::mem::take(&mut rows.frame).with_column(value.alias(&id));
        let place = rows.columns.iter().position(|column| column.id == left.id).unwrap_or_default();
        for column in &mut rows.columns {
            if column.id == left.id || column.id == right.id {
                column.reach = Reach::Qualified;
            }
        }
        let column = Column { table: String::new(), name: left.name.clone(), id, reach: Reach::Open };
        rows.columns.insert(place, column);
    }
}

/// `ASOF JOIN … MATCH_CONDITION (left.t >= right.t)`: for each row the nearest one before.
fn as_of(
    context: &Context,
    left: Rows,
    join: &Join,
    nearest: &ast::Expr,
    constraint: &JoinConstraint,
) -> Planned<Rows> {
    let right = from::relation(context, &join.relation)?;
    let equal = condition(context, &left, &right, constraint)?;
    let (key, other, near) = nearness(context, &left, &right, nearest)?;
    if !equal.rest.is_empty() {
        return Err(no_nearness(context, nearest));
    }
    let found = left.columns.iter().chain(&right.columns).cloned().collect();
    let frame = nearest_rows(context, (left, key), (right, other), &equal.keys, near)?;
    let mut rows = Rows { frame, columns: found };
    merge(context, &mut rows, &JoinType::Inner, &equal.merged);
    Ok(rows)
}

fn no_nearness(context: &Context, tree: &ast::Expr) -> Diagnostic {
    error!(context.span(tree), "an ASOF join needs one comparison"; hint: "write `MATCH_CONDITION (a.time >= b.time)`")
}

/// Which row is the nearest one.
#[derive(Clone, Copy)]
struct Near {
    /// The last one before, else the first one after.
    before: bool,
    /// Whether an equal one counts.
    equal: bool,
}

/// What an ASOF join compares.
fn nearness(context: &Context, left: &Rows, right: &Rows, tree: &ast::Expr) -> Planned<(Expr, Expr, Near)> {
    let mut resolved = tree.clone();
    let mut both = Rows { frame: both(left, right), columns: [left.columns.clone(), right.columns.clone()].concat() };
    items::resolve(context, &both, &Aliases::new(), &mut resolved)?;
    let ast::Expr::BinaryOp { left: a, op, right: b } = &resolved else { return Err(no_nearness(context, tree)) };
    let near = match op {
        BinaryOperator::GtEq => Near { before: true, equal: true },
        BinaryOperator::Gt => Near { before: true, equal: false },
        BinaryOperator::LtEq => Near { before: false, equal: true },
        BinaryOperator::Lt => Near { before: false, equal: false },
        _ => return Err(no_nearness(context, tree)),
    };
    let (key, other) = Scalars::new(context, &mut both)?.comparable(a, b)?;
    Ok((key, other, near))
}

/// The left rows with the nearest right ones: both in one order, each left row takes the right one last seen.
/// (polars has a join for it: with that and some smaller features the compiled polars-ops is 408 MB, without them 48.)
fn nearest_rows(
    context: &Context,
    (left, key): (Rows, Expr),
    (right, other): (Rows, Expr),
    equal: &[(Expr, Expr)],
    near: Near,
) -> Planned<LazyFrame> {
    let [at, side, place, taken] = [context.id(), context.id(), context.id(), context.id()];
    let groups: Vec<String> = equal.iter().map(|_| context.id()).collect();
    let values: Vec<Expr> = right.own().map(|column| col(&column.id).gather(col(&taken), false)).collect();
    // Of two that are equal, the one that stands first is seen first.
    let (left_side, right_side) = if near.equal { (1, 0) } else { (0, 1) };
    let keyed = |frame: LazyFrame, key: Expr, of: Vec<&Expr>, number: i32| {
        let values = of.into_iter().zip(&groups).map(|(value, id)| value.clone().alias(id));
        let frame = frame.with_columns(values.chain([key.alias(&at), lit(number).alias(&side)]).collect::<Vec<_>>());
        [&at].into_iter().chain(&groups).fold(frame, |frame, id| frame.filter(col(id).is_not_null()))
    };
    let frames = [
        keyed(left.frame, key, equal.iter().map(|(value, _)| value).collect(), left_side),
        keyed(right.frame, other, equal.iter().map(|(_, value)| value).collect(), right_side),
    ];
    let stacked = concat_lf_diagonal(frames, UnionArgs { maintain_order: true, ..UnionArgs::default() })
        .map_err(|problem| context.refused(context.sql.span, &problem))?;
    let order = SortMultipleOptions::default().with_order_descending_multi([!near.before, false]);
    let seen = when(col(&side).eq(lit(right_side)))
        .then(col(&place))
        .otherwise(lit(NULL))
        .fill_null_with_strategy(FillNullStrategy::Forward(None));
    let seen = match groups.as_slice() {
        [] => seen,
        groups => seen
            .over(groups.iter().map(col).collect::<Vec<_>>())
            .map_err(|problem| context.refused(context.sql.span, &problem))?,
    };
    Ok(stacked
        .sort([&at, &side], order.with_maintain_order(true))
        .with_row_index(&place, None)
        .with_column(seen.alias(&taken))
        .with_columns(values)
        .filter(col(&side).eq(lit(left_side)).and(col(&taken).is_not_null())))
}

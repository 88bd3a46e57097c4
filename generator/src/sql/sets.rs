//! `UNION`, `INTERSECT`, `EXCEPT`, by position or by name.

use super::context::Context;
use super::rewrite::Planned;
use super::rows::{Column, Reach, Rows};
use crate::error;
use polars::prelude::{
    DataType, ExplodeOptions, Expr, LazyFrame, NULL, UnionArgs, UniqueKeepStrategy, by_name, col, concat, int_ranges,
    lit, when,
};
use sqlparser::ast::{SetExpr, SetOperator, SetQuantifier};

/// Plans one set operation over two planned queries.
pub fn plan(
    context: &Context,
    tree: &SetExpr,
    (operator, quantifier): (SetOperator, SetQuantifier),
    left: Rows,
    right: Rows,
) -> Planned<Rows> {
    use SetQuantifier as Of;
    let named = matches!(quantifier, Of::ByName | Of::AllByName | Of::DistinctByName);
    let all = matches!(quantifier, Of::All | Of::AllByName);
    let columns = if named { by_names(context, &left, &right) } else { by_position(context, tree, &left, &right)? };
    let carried = left.carried();
    let side = |rows: Rows, ids: Vec<Option<String>>, mark: i64| {
        let picked = ids.into_iter().zip(&columns).map(|(id, (column, ..))| match id {
            Some(id) => col(id).alias(&column.id),
            None => lit(NULL).alias(&column.id),
        });
        let around = carried.iter().map(|column| col(&column.id));
        let marks = [lit(1 - mark).alias("#left"), lit(mark).alias("#right")];
        rows.frame.select(picked.chain(around).chain(marks).collect::<Vec<_>>())
    };
    let lefts = columns.iter().map(|(_, left, _)| left.clone()).collect();
    let rights = columns.iter().map(|(_, _, right)| right.clone()).collect();
    let frames = [side(left, lefts, 0), side(right, rights, 1)];
    let args = UnionArgs { to_supertypes: true, maintain_order: true, ..UnionArgs::default() };
    let mut both = concat(frames, args).map_err(|problem| context.refused(context.span(tree), &problem))?;
    both.collect_schema().map_err(|problem| context.refused(context.span(tree), &problem))?;
    let columns: Vec<Column> = columns.into_iter().map(|(column, ..)| column).chain(carried).collect();
    let keys: Vec<Expr> = columns.iter().map(|column| col(&column.id)).collect();
    let frame = match operator {
        SetOperator::Union if all => both.select(&keys),
        SetOperator::Union => both.select(&keys).unique_stable(None, UniqueKeepStrategy::First),
        operator => counted(both, &keys, operator == SetOperator::Intersect, all),
    };
    Ok(Rows { frame, columns })
}

/// The rows that both sides have, or the left alone; with `ALL`, as often as they have them.
fn counted(both: LazyFrame, keys: &[Expr], shared: bool, all: bool) -> LazyFrame {
    let (left, right) = (col("#left"), col("#right"));
    let grouped = both.group_by_stable(keys).agg([left.clone().sum(), right.clone().sum()]);
    if !all {
        let test = if shared { right.gt(lit(0)) } else { right.eq(lit(0)) };
        return grouped.filter(left.gt(lit(0)).and(test)).select(keys);
    }
    let times = if shared {
        when(left.clone().lt(right.clone())).then(left).otherwise(right)
    } else {
        (left - right).clip_min(lit(0))
    };
    let numbers = int_ranges(lit(0i64), times.cast(DataType::Int64), lit(1i64), DataType::Int64);
    let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
    grouped.with_column(numbers.alias("#times")).explode(by_name(["#times"], true, false), options).select(keys)
}

/// The output's columns, each with where it is on the left and on the right.
type Matched = Vec<(Column, Option<String>, Option<String>)>;

fn fresh(context: &Context, column: &Column) -> Column {
    Column { table: String::new(), name: column.name.clone(), id: context.id(), reach: Reach::Open }
}

fn by_position(context: &Context, tree: &SetExpr, left: &Rows, right: &Rows) -> Planned<Matched> {
    let (a, b): (Vec<&Column>, Vec<&Column>) = (left.own().collect(), right.own().collect());
    if a.len() != b.len() {
        return Err(error!(
            context.span(tree), "the first query gives {} columns, the second {}", a.len(), b.len();
            hint: "give both the same columns in the same order, or match them by name with `BY NAME`"
        ));
    }
    let pair = |(a, b): (&&Column, &&Column)| (fresh(context, a), Some(a.id.clone()), Some(b.id.clone()));
    Ok(a.iter().zip(&b).map(pair).collect())
}

fn by_names(context: &Context, left: &Rows, right: &Rows) -> Matched {
    let find = |rows: &Rows, name: &str| rows.own().find(|column| column.name == name).map(|column| column.id.clone());
    let ours = left.own().map(|column| (fresh(context, column), Some(column.id.clone()), find(right, &column.name)));
    let theirs = right.own().filter(|column| find(left, &column.name).is_none());
    ours.chain(theirs.map(|column| (fresh(context, column), None, Some(column.id.clone())))).collect()
}

//! `VALUES (1, 'a'), (2, 'b')`.

use super::context::Context;
use super::from::one_row;
use super::items::{self, Aliases};
use super::rewrite::Planned;
use super::rows::{Column, Reach, Rows};
use super::scalar::Scalars;
use crate::error;
use polars::prelude::{Expr, LazyFrame, UnionArgs, concat};
use sqlparser::ast::Values;

/// Plans rows of constants.
pub fn plan(context: &Context, values: &Values, outer: Option<&Rows>) -> Planned<Rows> {
    let mut one = outer.cloned().unwrap_or_else(one_row);
    let carried = one.carried();
    let width = values.rows.first().map_or(0, |row| row.content.len());
    let columns: Vec<Column> = (0..width)
        .map(|index| Column { table: String::new(), name: format!("col{index}"), id: context.id(), reach: Reach::Open })
        .collect();
    let scalars = Scalars::new(context, &mut one)?;
    let mut frames: Vec<LazyFrame> = Vec::new();
    for row in &values.rows {
        if row.content.len() != width {
            let place = row.content.first().map_or(context.sql.span, |first| context.span(first));
            return Err(
                error!(place, "this row has {} values, the first has {width}", row.content.len(); hint: "give every row the same number"),
            );
        }
        let mut picked: Vec<Expr> = carried.iter().map(|column| polars::prelude::col(&column.id)).collect();
        for (tree, column) in row.content.iter().zip(&columns) {
            let mut tree = tree.clone();
            items::resolve(context, &one, &Aliases::new(), &mut tree)?;
            picked.push(scalars.checked(&tree)?.alias(&column.id));
        }
        frames.push(one.frame.clone().with_columns(&picked).select(picked.iter().map(named).collect::<Vec<_>>()));
    }
    let args = UnionArgs { to_supertypes: true, maintain_order: true, ..UnionArgs::default() };
    let frame = concat(frames, args).map_err(|problem| context.refused(context.sql.span, &problem))?;
    Ok(Rows { frame, columns: [columns, carried].concat() })
}

fn named(value: &Expr) -> Expr {
    match value {
        Expr::Alias(_, name) => polars::prelude::col(name.clone()),
        other => other.clone(),
    }
}

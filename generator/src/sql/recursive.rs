//! `WITH RECURSIVE`: the first query's rows, then the second query over what the last step gave, until it gives nothing.

use super::Sql;
use super::context::{Context, Source};
use super::query;
use super::rewrite::Planned;
use super::rows::{Column, Rows};
use crate::diagnostics::Diagnostic;
use crate::error;
use polars::prelude::{
    AllowedOptimizations, DataFrame, Expr, IntoLazy, LazyFrame, PolarsError, PolarsResult, Schema, SchemaRef,
    UniqueKeepStrategy, col,
};
use sqlparser::ast::{Cte, ObjectName, SetExpr, SetOperator, SetQuantifier, visit_relations};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// More steps than this are a recursion without an end.
const STEPS: usize = 10_000;

/// True for a table that its own query reads.
pub fn names_itself(table: &Cte) -> bool {
    let own = &table.alias.name.value;
    let found = visit_relations(&table.query, |name: &ObjectName| {
        if name.to_string().eq_ignore_ascii_case(own) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found.is_break()
}

/// What one step needs, apart from the rows of the step before.
struct Step {
    sql: Sql,
    body: SetExpr,
    name: String,
    names: Vec<String>,
    sources: BTreeMap<String, Source>,
    common: BTreeMap<String, Rows>,
    distinct: bool,
}

/// Plans a table that reads itself.
pub fn plan(context: &Context, table: &Cte) -> Planned<Rows> {
    let SetExpr::SetOperation { op: SetOperator::Union, set_quantifier, left, right } = table.query.body.as_ref()
    else {
        return Err(
            error!(context.at(&table.alias.name), "`{}` reads itself, but is no UNION", table.alias.name.value; hint: "write `first query UNION ALL query over {}`", table.alias.name.value),
        );
    };
    let mut first = query::body(context, left, None)?;
    query::rename(context, &mut first, &table.alias)?;
    let names: Vec<String> = first.own().map(|column| column.name.clone()).collect();
    let schema = first.schema(context)?;
    let kinds: Vec<_> = first.own().filter_map(|column| schema.get(column.id.as_str()).cloned()).collect();
    let step = Step {
        sql: context.sql.clone(),
        body: right.as_ref().clone(),
        name: table.alias.name.value.clone(),
        names: names.clone(),
        sources: context.sources.clone(),
        common: context.common.clone(),
        distinct: !matches!(set_quantifier, SetQuantifier::All),
    };
    let target: SchemaRef = Arc::new(names.iter().map(|name| name.as_str().into()).zip(kinds).collect::<Schema>());
    let empty = DataFrame::empty_with_schema(&target);
    let tried = step.next(&empty, &target).map(|_| ());
    tried.map_err(|problem| problem.unwrap_or_else(|| mismatch(context, table)))?;
    let start = first
        .frame
        .select(first.columns.iter().map(|column| col(&column.id).alias(&column.name)).collect::<Vec<Expr>>());
    let shape = target.clone();
    let all = move |frame: DataFrame| step.all(frame, &target);
    let schema = move |_: &Schema| -> PolarsResult<SchemaRef> { Ok(shape.clone()) };
    let optimizations = AllowedOptimizations::default() & !AllowedOptimizations::PREDICATE_PUSHDOWN;
    let optimizations = optimizations & !AllowedOptimizations::PROJECTION_PUSHDOWN;
    let frame = start.map(all, optimizations, Some(Arc::new(schema)), Some("WITH RECURSIVE"));
    Ok(Rows::open(context, frame, &names, ""))
}

fn mismatch(context: &Context, table: &Cte) -> Diagnostic {
    let name = &table.alias.name;
    error!(context.at(name), "the two queries of `{}` give different numbers of columns", name.value; hint: "let both give the same columns in the same order")
}

impl Step {
    /// The plan of the rows that come next; the mistake, if there is one that has a place.
    fn next(&self, last: &DataFrame, target: &SchemaRef) -> Result<LazyFrame, Option<Diagnostic>> {
        let mut context = Context::new(&self.sql, &self.sources);
        context.common.clone_from(&self.common);
        let rows = Rows::open(&context, last.clone().lazy(), &self.names, &self.name);
        context.common.insert(self.name.clone(), rows);
        let planned = context.keep(query::body(&context, &self.body, None));
        let rows =
            planned.filter(|_| context.problems().is_empty()).ok_or_else(|| context.problems().into_iter().next())?;
        let own: Vec<Column> = rows.own().cloned().collect();
        if own.len() != self.names.len() {
            return Err(None);
        }
        let cast = |(column, (name, kind)): (&Column, (&polars::prelude::PlSmallStr, &polars::prelude::DataType))| {
            col(&column.id).cast(kind.clone()).alias(name.clone())
        };
        Ok(rows.frame.select(own.iter().zip(target.iter()).map(cast).collect::<Vec<Expr>>()))
    }

    fn all(&self, first: DataFrame, target: &SchemaRef) -> PolarsResult<DataFrame> {
        let cast = target.iter().map(|(name, kind)| col(name.clone()).cast(kind.clone()));
        let mut all = first.lazy().select(cast.collect::<Vec<Expr>>()).collect()?;
        if self.distinct {
            all = all.unique_stable(None, UniqueKeepStrategy::First, None)?;
        }
        let mut last = all.clone();
        for _ in 0..STEPS {
            let next = self.next(&last, target);
            let next = next.map_err(|_| PolarsError::ComputeError("a recursive query changed its shape".into()))?;
            last = next.collect()?;
            if self.distinct {
                let before = all.height();
                let both = all.vstack(&last)?.unique_stable(None, UniqueKeepStrategy::First, None)?;
                last = both.slice(before as i64, both.height() - before);
            }
            if last.height() == 0 {
                return Ok(all);
            }
            all.vstack_mut(&last)?;
        }
        Err(PolarsError::ComputeError(
            format!("`{}` still gives rows after {STEPS} steps of its recursion", self.name).into(),
        ))
    }
}

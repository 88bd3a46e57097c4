//! Bins and spans of time that depend on the data: where a column begins and ends is asked before anything is grouped by it.

use super::pushed::Pushed;
use crate::bind::BoundPage;
use crate::cache::Cache;
use crate::diagnostics::Diagnostics;
use crate::tables::{self, Table};
use dashgen_runtime::charts;
use dashgen_runtime::plan::{Column, Grain, Kind, Plan, Select, View};
use polars::prelude::{DataType, Expr, IntoLazy, PolarsResult, col};

/// Fixes the grain of every key that is to be cut.
pub fn resolve(page: &mut BoundPage, cache: &Cache, diagnostics: &mut Diagnostics) {
    let cards = page.cards.values().flat_map(|card| card.bins.iter().map(|bins| (card.view, *bins)));
    for (view, (place, bins)) in cards.collect::<Vec<_>>() {
        let (table, question) = (page.plan.views[view].table, &page.plan.views[view].question);
        let Some(key) = question.keys.get(place).filter(|key| key.grain == Grain::Value) else { continue };
        let column = page.plan.tables[table].columns[key.column].clone();
        match known_ends(&page.tables[table], &column, cache) {
            Ok(Some(ends)) => cut(&mut page.plan, (view, place), column.kind, ends, bins),
            Ok(None) => {}
            Err(problem) => {
                diagnostics.push(super::unreadable(&page.tables[table], page.used_at[table], &problem));
            }
        }
    }
}

type Ends = Option<(f64, f64)>;

fn known_ends(table: &Table, column: &Column, cache: &Cache) -> PolarsResult<Ends> {
    let key = cache.key("ends", &table.lineage, &format!("{column:?}"));
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    let write = |ends: &Ends| serde_json::to_vec(ends).ok();
    cache.answer(key.as_deref(), (read, write), || tables::guarded(|| ends(table, column)))
}

/// The lowest and the highest value of a column as numbers, days since 1970 for time.
fn ends(table: &Table, column: &Column) -> PolarsResult<Ends> {
    let number = |end: Expr| {
        let end = if column.kind.is_time() { end.cast(DataType::Date).cast(DataType::Int32) } else { end };
        end.cast(DataType::Float64)
    };
    let value = || col(column.name.as_str());
    let frame = match Pushed::new(table, std::slice::from_ref(column)) {
        Some(pushed) => pushed.ends(column.kind)?.lazy(),
        None => {
            let ends = [value().min().alias("min"), value().max().alias("max")];
            tables::select(table, [column.name.as_str()])?.select(ends)
        }
    };
    let frame = frame.select([number(col("min")), number(col("max"))]).collect()?;
    let end = |name: &str| PolarsResult::Ok(frame.column(name)?.as_materialized_series().f64()?.get(0));
    Ok(end("min")?.zip(end("max")?).filter(|(min, max)| min.is_finite() && max.is_finite()))
}

fn cut(plan: &mut Plan, (view, place): (usize, usize), kind: Kind, (min, max): (f64, f64), bins: usize) {
    let View { question, select, .. } = &mut plan.views[view];
    let key = &mut question.keys[place];
    key.grain = match kind {
        kind if kind.is_time() => Grain::Time(charts::time_grain(kind, max - min, Some(bins as u32))),
        kind if kind.is_number() => charts::bins(kind, min, max, Some(bins as u32)),
        _ => return,
    };
    let selected = select.as_mut().map_or(&mut [][..], Select::keys_mut);
    selected.iter_mut().filter(|selected| selected.column == key.column).for_each(|selected| *selected = key.clone());
}

//! Reactive queries that the browser cannot answer: one file of rows for each combination of their parameters' values.

use super::{File, Slice, VARIANT, file, groups, sorting};
use crate::bind::BoundPage;
use crate::cache::Cache;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::error;
use crate::reactive::{Choices, Declared, Offers, Reactive};
use crate::tables::{self, Table};
use dashgen_runtime::inputs::Choice;
use dashgen_runtime::plan::{self, Domain, Kind, Origin, Part, Value};
use polars::prelude::{
    DataFrame, DataType, IntoSeries, PolarsResult, Series, SortMultipleOptions, UniqueKeepStrategy, col,
};
use rayon::prelude::*;
use std::sync::Arc;

/// More files of one table than this are too many to make.
const MOST_VARIANTS: usize = 1000;

/// Finds out which values the parameters of each such query may have.
pub fn resolve(page: &mut BoundPage, cache: &Cache, diagnostics: &mut Diagnostics) {
    let declared = page.declared.clone();
    for index in 0..page.tables.len() {
        let Origin::Variants(domains) = &page.plan.tables[index].origin else { continue };
        let mut domains = domains.clone();
        for domain in &mut domains {
            let Some(input) = declared.iter().find(|input| input.id() == domain.input) else { continue };
            match offered(page, input, cache) {
                Ok(values) => domain.choices = choices(input, values),
                Err(problem) => {
                    diagnostics.push(super::unreadable(&page.tables[index], page.used_at[index], &problem));
                }
            }
        }
        let count = domains.iter().try_fold(1usize, |count, domain| count.checked_mul(domain.choices.len()));
        if count.is_none_or(|count| count > MOST_VARIANTS) {
            diagnostics.push(too_many(&page.tables[index], &domains));
        }
        page.plan.tables[index].origin = Origin::Variants(domains);
    }
}

fn too_many(table: &Table, domains: &[Domain]) -> Diagnostic {
    let counts: Vec<String> =
        domains.iter().map(|domain| format!("{} choices of `${}`", domain.choices.len(), domain.input)).collect();
    let span = table.reactive.as_ref().map_or_else(|| table.span, |reactive| Some(reactive.sql.span));
    error!(span, "`{}` would have to be run for every combination of its parameters: {}", table.name, counts.join(" × "); hint: "up to {MOST_VARIANTS} are; offer fewer values (`options:`, a larger `step:`), or compare with the parameter in WHERE of the outermost query, which the browser answers")
}

/// The values that an input offers.
fn offered(page: &BoundPage, input: &Declared, cache: &Cache) -> PolarsResult<Vec<Value>> {
    match &input.offers {
        Offers::Listed(_, values) => Ok(values.clone()),
        Offers::Free(_) => Ok(Vec::new()),
        Offers::Track { ends, step } => Ok(step.map_or_else(Vec::new, |step| Offers::track(*ends, step))),
        Offers::Column { column, .. } => {
            let view = page.plan.views.iter().find(|view| view.id == input.id());
            let table = view.map(|view| &page.tables[view.table]);
            table.map_or_else(|| Ok(Vec::new()), |table| known(table, column, cache))
        }
    }
}

fn known(table: &Table, column: &str, cache: &Cache) -> PolarsResult<Vec<Value>> {
    let key = cache.key("values", &table.lineage, column);
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    // JSON has no NaN and no infinity.
    let is_json = |value: &Value| !matches!(value, Value::Number(number) if !number.is_finite());
    let write = |values: &Vec<Value>| serde_json::to_vec(values).ok().filter(|_| values.iter().all(is_json));
    cache.answer(key.as_deref(), (read, write), || tables::guarded(|| distinct(table, column)))
}

fn distinct(table: &Table, column: &str) -> PolarsResult<Vec<Value>> {
    let frame = tables::select(table, [column])?.unique(None, UniqueKeepStrategy::Any);
    let frame = frame.sort([column], SortMultipleOptions::default().with_nulls_last(true)).collect()?;
    values(frame.column(column)?.as_materialized_series())
}

/// Values as a page writes them.
fn values(series: &Series) -> PolarsResult<Vec<Value>> {
    let each = |series: &Series| -> PolarsResult<Vec<Value>> {
        let texts = series.cast(&DataType::String)?;
        Ok(texts.str()?.iter().map(|text| text.map_or(Value::Null, |text| Value::Text(text.to_owned()))).collect())
    };
    Ok(match series.dtype() {
        DataType::Date => each(&series.date()?.strftime("%Y-%m-%d")?.into_series())?,
        DataType::Datetime(..) => each(&series.datetime()?.strftime("%Y-%m-%dT%H:%M:%S%.f")?.into_series())?,
        DataType::Boolean => series.bool()?.iter().map(|truth| truth.map_or(Value::Null, Value::Boolean)).collect(),
        kind if kind.is_numeric() || matches!(kind, DataType::Decimal(..)) => {
            let numbers = series.cast(&DataType::Float64)?;
            numbers.f64()?.iter().map(|number| number.map_or(Value::Null, Value::Number)).collect()
        }
        _ => each(series)?,
    })
}

/// What a reader can choose: nothing, each value, or of a choice of several each set of them.
fn choices(input: &Declared, values: Vec<Value>) -> Vec<Vec<Value>> {
    if input.kind.choice != Choice::Several {
        return std::iter::once(Vec::new()).chain(values.into_iter().map(|value| vec![value])).collect();
    }
    let sets = 1usize << values.len().min(usize::BITS as usize - 2);
    let most = sets.min(MOST_VARIANTS + 1);
    let set = |bits: usize| {
        values.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, value)| value.clone()).collect()
    };
    (0..most).map(set).collect()
}

/// A file for each combination; the last parameter changes first.
pub fn slice(table: &Table, wanted: &plan::Table, domains: &[Domain]) -> PolarsResult<Slice> {
    let reactive = table.reactive.as_ref().expect("only reactive tables have variants");
    let count: usize = domains.iter().map(|domain| domain.choices.len()).product();
    let one = |index: usize| tables::guarded(|| variant(table, wanted, reactive, &combination(domains, index)));
    let files = (0..count).into_par_iter().map(one).collect::<PolarsResult<Vec<File>>>();
    Ok(Slice { files: files?, first: 0, alternatives: Vec::new() })
}

fn combination(domains: &[Domain], mut index: usize) -> Vec<(&str, &[Value])> {
    let mut chosen = Vec::new();
    for domain in domains.iter().rev() {
        let choices = &domain.choices;
        chosen.push((domain.input.as_str(), choices[index % choices.len()].as_slice()));
        index /= choices.len();
    }
    chosen
}

fn variant(
    table: &Table,
    wanted: &plan::Table,
    reactive: &Reactive,
    chosen: &[(&str, &[Value])],
) -> PolarsResult<File> {
    let of =
        |input: &str| chosen.iter().find(|(name, _)| *name == input).map_or(Vec::new(), |(_, values)| values.to_vec());
    let choice = |(name, input, kind): (&String, &String, Kind)| (name.clone(), (kind, of(input)));
    let parameters = reactive.parameters.iter().map(|parameter| (&parameter.name, &parameter.input, parameter.kind));
    let choices: Choices = parameters.map(choice).collect();
    let frame = tables::chosen(table, &choices)?;
    let base = groups::frame(&Table { frame, ..table.clone() }, wanted)?;
    let base = if table.ordered {
        base
    } else {
        base.sort(sorting(wanted), SortMultipleOptions::default().with_nulls_last(true))
    };
    let columns: Vec<_> = wanted.columns.iter().map(|column| col(column.name.as_str())).collect();
    let frame: DataFrame = base.select(columns).collect()?;
    let bytes = Arc::new(file::file(&frame, &wanted.columns)?);
    let part = Part::Rows((0..wanted.columns.len()).collect());
    Ok(File { part, kind: VARIANT, bytes, rows: frame.height() })
}

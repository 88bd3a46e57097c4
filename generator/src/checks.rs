//! Runs the pages' `check` blocks: a query with rows is a rule that they break.

use crate::bind::{BoundPage, Check};
use crate::cache::Cache;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::progress::Progress;
use crate::tables::{self, Table};
use crate::{error, rows};
use polars::prelude::{LazyFrame, PolarsResult, SortMultipleOptions, len};
use serde::{Deserialize, Serialize};

/// So many of the rows that break a rule are shown.
const SHOWN: usize = 5;

/// The rows that break a rule.
#[derive(Clone, Serialize, Deserialize)]
struct Broken {
    count: usize,
    first: String,
}

/// Runs every check, as many at a time as there are processors.
pub fn run(pages: &[BoundPage], cache: &Cache, progress: &Progress, diagnostics: &mut Diagnostics) {
    let checks: Vec<(&Check, Option<String>)> =
        pages.iter().flat_map(|page| &page.checks).map(|check| (check, key(check, cache))).collect();
    progress.stage("checking", checks.len());
    let found = cache.each(
        &checks,
        |(_, key)| key.as_deref(),
        |(check, key)| {
            let found = found(check, key.as_deref(), cache);
            progress.step();
            found
        },
    );
    for ((check, _), found) in checks.iter().zip(found) {
        match found {
            Ok(broken) if broken.count == 0 => {}
            Ok(broken) => diagnostics.push(fails(check, broken)),
            Err(why) => diagnostics.push(error!(check.span, "check `{}` cannot be run: {why}", check.name; hint: "the query is sound, its data is not")),
        }
    }
}

fn key(check: &Check, cache: &Cache) -> Option<String> {
    cache.key("check", &check.rows.lineage, "")
}

fn found(check: &Check, key: Option<&str>, cache: &Cache) -> Result<Broken, String> {
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    let write = |broken: &Broken| serde_json::to_vec(broken).ok();
    let run = || {
        tables::guarded(|| broken(&check.rows)).map_err(|problem| tables::first_line(&problem.to_string()).to_owned())
    };
    cache.answer(key, (read, write), run)
}

fn broken(table: &Table) -> PolarsResult<Broken> {
    let count = table.frame.clone().select([len()]).collect()?;
    let count = count.columns()[0].get(0)?.extract::<usize>().unwrap_or_default();
    let first = if count == 0 { String::new() } else { rows::text(&first(table).collect()?) };
    Ok(Broken { count, first })
}

/// The rows to show; in an order of their own if the query gives none, so that the same rows are shown again.
fn first(table: &Table) -> LazyFrame {
    let frame = table.frame.clone();
    if table.ordered {
        return frame.limit(SHOWN as u32);
    }
    let names: Vec<&str> = table.names().collect();
    frame.sort(names, SortMultipleOptions::default().with_nulls_last(true)).limit(SHOWN as u32)
}

fn fails(check: &Check, Broken { count, first }: Broken) -> Diagnostic {
    let rows = if count == 1 { "1 row breaks".to_owned() } else { format!("{count} rows break") };
    let note = if count > SHOWN { format!("the first {SHOWN} of them\n{first}") } else { first };
    let message = error!(check.span, "{rows} check `{}`", check.name).note(note);
    Diagnostic { severity: check.severity, ..message }
}

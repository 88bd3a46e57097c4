//! Sources that are older than `max_age` in `dashgen.toml` allows, or whose number of rows has changed more than
//! `max_drift` allows since the last build: warnings, which `--deny-warnings` makes errors.

use crate::bind::Known;
use crate::cache::Cache;
use crate::config::sources::{Setting, Settings};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::lineage::Lineage;
use crate::site::Site;
use crate::tables::{self, Table};
use crate::{error, warning};
use dashgen_runtime::plan::Kind;
use polars::prelude::{DataType, PolarsResult, TimeUnit, col, len};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Rows of each source that is to keep its number, by name.
pub type Counts = BTreeMap<String, u64>;

/// Looks at every source that the site sets a limit to; what it counted.
pub fn check(site: &Site, known: &Known, cache: &Cache, now: SystemTime, diagnostics: &mut Diagnostics) -> Counts {
    let before: Counts = cache.note().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut counts = Counts::new();
    for (name, settings) in &site.config.sources {
        let Some(table) = known.sources.get(name) else { continue };
        if let Some(limit) = settings.get("max_age") {
            age(table, settings, limit, cache, now)
                .unwrap_or_else(Some)
                .into_iter()
                .for_each(|problem| diagnostics.push(problem));
        }
        if let Some(limit) = settings.get("max_drift") {
            match drift(table, limit, before.get(name).copied(), cache) {
                Ok((count, problem)) => {
                    counts.insert(name.clone(), count);
                    problem.into_iter().for_each(|problem| diagnostics.push(problem));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
    }
    counts
}

/// Keeps the counts for the next build.
pub fn keep(counts: &Counts, cache: &Cache) {
    if !counts.is_empty() {
        serde_json::to_vec(counts).into_iter().for_each(|bytes| cache.set_note(&bytes));
    }
}

fn age(
    table: &Table,
    settings: &Settings,
    limit: &Setting,
    cache: &Cache,
    now: SystemTime,
) -> Result<Option<Diagnostic>, Diagnostic> {
    let most = duration(limit.text()?)
        .ok_or_else(|| error!(limit.value_span, "`max_age` is a span of time"; hint: "as in `\"36 hours\"`, `\"2 days\"` or `\"1 week\"`"))?;
    let (newest, what) = match settings.get("age_column") {
        Some(column) => (newest_value(table, column, cache)?, format!("newest `{}`", column.text()?)),
        None => (Some(newest_file(table, limit)?), "file".to_owned()),
    };
    let Some(newest) = newest else {
        return Ok(Some(warning!(limit.value_span, "source `{}` has no newest value: is it empty?", table.name)));
    };
    let age = now.duration_since(newest).unwrap_or_default();
    let is_old = age > most;
    Ok(is_old.then(|| warning!(limit.value_span, "source `{}` is too old: its {what} is {} old", table.name, words(age); hint: "load it anew, or allow more than {}", words(most))))
}

/// The end of the newest day, or the newest moment, in a column.
fn newest_value(table: &Table, setting: &Setting, cache: &Cache) -> Result<Option<SystemTime>, Diagnostic> {
    let name = setting.text()?;
    let columns: Vec<&str> = table.names().collect();
    let kind = table.column(name).ok_or_else(|| tables::unknown_column(name, setting.value_span, &columns))?;
    let is_day = kind == Some(Kind::Date);
    if !kind.is_some_and(Kind::is_time) {
        return Err(
            error!(setting.value_span, "`{name}` is not a date"; hint: "`age_column` names a column of days or moments"),
        );
    }
    let key = cache.key("newest", &table.lineage, name);
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    let write = |micros: &Option<i64>| serde_json::to_vec(micros).ok();
    let newest = cache.answer(key.as_deref(), (read, write), || tables::guarded(|| newest_micros(table, name)));
    let micros =
        newest.map_err(|problem| error!(setting.value_span, "source `{}` cannot be read: {problem}", table.name))?;
    let end = if is_day { Duration::from_secs(86_400) } else { Duration::ZERO };
    Ok(micros.map(|micros| UNIX_EPOCH + Duration::from_micros(micros.max(0) as u64) + end))
}

fn newest_micros(table: &Table, column: &str) -> PolarsResult<Option<i64>> {
    let moment = col(column).max().cast(DataType::Datetime(TimeUnit::Microseconds, None)).cast(DataType::Int64);
    let frame = table.frame.clone().select([moment]).collect()?;
    Ok(frame.columns()[0].as_materialized_series().i64()?.get(0))
}

fn newest_file(table: &Table, limit: &Setting) -> Result<SystemTime, Diagnostic> {
    let Lineage::Files { paths, .. } = table.lineage.as_ref() else {
        return Err(
            error!(limit.span, "source `{}` has no file whose time tells its age", table.name; hint: "say which column does: `age_column = \"loaded_at\"`"),
        );
    };
    let times = paths.iter().filter_map(|path| fs::metadata(path).and_then(|about| about.modified()).ok());
    times.max().ok_or_else(|| error!(limit.span, "the files of source `{}` cannot be read", table.name))
}

fn drift(
    table: &Table,
    limit: &Setting,
    before: Option<u64>,
    cache: &Cache,
) -> Result<(u64, Option<Diagnostic>), Diagnostic> {
    let most = share(limit.text()?)
        .ok_or_else(|| error!(limit.value_span, "`max_drift` is a share in percent"; hint: "as in `\"20%\"`"))?;
    let key = cache.key("rows", &table.lineage, "");
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
    let write = |count: &u64| serde_json::to_vec(count).ok();
    let rows = cache.answer(key.as_deref(), (read, write), || tables::guarded(|| count(table)));
    let rows = rows.map_err(|problem| error!(limit.value_span, "source `{}` cannot be read: {problem}", table.name))?;
    let Some(before) = before else { return Ok((rows, None)) };
    let is_far = rows.abs_diff(before) as f64 > most * before as f64;
    let verb = if rows < before { "shrunk" } else { "grown" };
    let problem = is_far.then(|| warning!(limit.value_span, "source `{}` has {verb} from {before} to {rows} rows since the last build", table.name; hint: "is the export whole? if it is, the next build takes these as the usual"));
    Ok((rows, problem))
}

fn count(table: &Table) -> PolarsResult<u64> {
    let frame = table.frame.clone().select([len().cast(DataType::UInt64)]).collect()?;
    Ok(frame.columns()[0].as_materialized_series().u64()?.get(0).unwrap_or_default())
}

/// `36 hours`, `2 days`, `1 week`.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    number.parse::<u32>().ok().map(|number| Duration::from_secs(u64::from(number) * seconds))
}

fn share(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    (number >= 0.0).then_some(number / 100.0)
}

fn words(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_shares() {
        let hours = |text| duration(text).map(|span| span.as_secs() / 3_600);
        assert_eq!(
            ["36 hours", "2 days", "1 week", "2d", "days"].map(hours),
            [Some(36), Some(48), Some(168), None, None]
        );
        assert_eq!(["20%", "5 %", "20", "-1%"].map(share), [Some(0.2), Some(0.05), None, None]);
        assert_eq!(
            [60, 7_199, 7_200, 172_800].map(|seconds| words(Duration::from_secs(seconds))),
            ["1 minute", "119 minutes", "2 hours", "2 days"]
        );
    }
}

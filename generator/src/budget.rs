//! The budget: how many bytes a page may ask its reader for, and what to change where it asks for more.

use crate::config::Limit;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::error;
use crate::prerender::Figures;
use crate::report::{PageReport, Report, kilobytes};
use crate::site::Site;
use crate::slice::{File, Slice};
use dashgen_runtime::plan::{Grain, Key, Kind, Part, Question, Table, TimeGrain};
use dashgen_runtime::table::Holds;
use dashgen_runtime::{group, slice};

/// Finds the pages that ask for more than the site's budget.
pub fn check(site: &Site, figures: &[Figures], slices: &[Vec<Slice>], report: &Report, diagnostics: &mut Diagnostics) {
    let budget = &site.config.budget;
    for ((page, figures), slices) in report.pages.iter().zip(figures).zip(slices) {
        let tables = &figures.plan.tables;
        let first = || slices.iter().map(Slice::at_first).collect::<Vec<_>>();
        let all = || slices.iter().map(|slice| slice.files.as_slice()).collect::<Vec<_>>();
        let fewer = |_, _| "fewer types of chart make plotly.js smaller, fewer points and rows the page".to_owned();
        let of_first = |bytes, limit| advice(tables, &first(), bytes, limit);
        let of_all = |bytes, limit| advice(tables, &all(), bytes, limit);
        let limits: [(_, _, _, &dyn Fn(usize, usize) -> String); 3] = [
            (&budget.first_paint, page.first_paint, "until its charts are painted", &fewer),
            (&budget.first_click, page.first_click, "until the first click is answered", &of_first),
            (&budget.page, page.all, "in all", &of_all),
        ];
        for (limit, bytes, what, hint) in limits {
            if let Some(limit) = limit.as_ref().filter(|limit| bytes > limit.bytes) {
                diagnostics.push(exceeded(page, bytes, what, limit, &hint(bytes, limit.bytes)));
            }
        }
    }
}

fn exceeded(page: &PageReport, bytes: usize, what: &str, limit: &Limit, hint: &str) -> Diagnostic {
    let (path, over) = (&page.path, kilobytes(bytes - limit.bytes));
    error!(limit.span, "page `/{path}` takes {} {what}, {over} more than this", kilobytes(bytes); hint: "{hint}")
}

/// What to change about these files of a page's tables: the dimension that saves most where it is coarser.
fn advice(tables: &[Table], files: &[&[File]], bytes: usize, limit: usize) -> String {
    let of_tables = || tables.iter().zip(files).flat_map(|(table, files)| files.iter().map(move |file| (table, file)));
    let data: usize = of_tables().map(|(_, file)| file.bytes.len()).sum();
    if bytes.saturating_sub(data) > limit {
        return format!(
            "its data are only {} of that: the limit is below what the page takes without",
            kilobytes(data)
        );
    }
    let savings = of_tables().flat_map(|(table, file)| savings(table, file));
    if let Some((saved, words)) = savings.filter(|(saved, _)| *saved > 0).max_by_key(|(saved, _)| *saved) {
        return format!("{words} would save about {}", kilobytes(saved));
    }
    let heaviest = of_tables().max_by_key(|(_, file)| file.bytes.len());
    let weighs = heaviest
        .map(|(table, file)| format!("the {} of `{}` weigh {}: ", file.kind, table.name, kilobytes(file.bytes.len())));
    format!("{}aggregate in a `sql` block, or take a filter or a view off the page", weighs.unwrap_or_default())
}

/// For each dimension that can be coarser, how many bytes of a file that would save, and what it is in words.
fn savings(table: &Table, file: &File) -> Vec<(usize, String)> {
    let Part::Groups(sets) = &file.part else { return Vec::new() };
    let saving = |key: &Key| {
        let column = &table.columns[key.column];
        let (grain, words) = coarser(key, column.kind)?;
        let left = groups_left(table, file, key, grain)?;
        let saved = file.bytes.len().saturating_sub(file.bytes.len() * left / file.rows.max(1));
        Some((saved, format!("`{}` of `{}` {words}", column.name, table.name)))
    };
    sets.dimensions.iter().filter_map(saving).collect()
}

/// A coarser grain of a dimension, and how one says it.
fn coarser(key: &Key, kind: Kind) -> Option<(Grain, String)> {
    let time = |grain: TimeGrain| Some((Grain::Time(grain), format!("by {}", grain.name())));
    match key.grain {
        Grain::Value if kind == Kind::Date => time(TimeGrain::Month),
        Grain::Value if kind == Kind::Timestamp => time(TimeGrain::Day),
        Grain::Time(TimeGrain::Minute | TimeGrain::Hour) => time(TimeGrain::Day),
        Grain::Time(TimeGrain::Day | TimeGrain::Week) => time(TimeGrain::Month),
        Grain::Time(TimeGrain::Month) => time(TimeGrain::Quarter),
        Grain::Time(TimeGrain::Quarter) => time(TimeGrain::Year),
        Grain::Bin { start, width, count } if count > 1 => {
            let grain = Grain::Bin { start, width: width * 2.0, count: count.div_ceil(2) };
            Some((grain, format!("in bins of {} instead of {width}", width * 2.0)))
        }
        _ => None,
    }
}

/// How many groups a file would have if one of its dimensions were coarser.
fn groups_left(table: &Table, file: &File, coarse: &Key, grain: Grain) -> Option<usize> {
    let sets = slice::read(&file.bytes, table, &file.part).ok()?;
    let left = sets.iter().map(|set| {
        let Holds::Groups(dimensions, ..) = &set.holds else { return Some(set.rows) };
        if !dimensions.contains(coarse) {
            return Some(set.rows);
        }
        let coarser = |key: &Key| Key { grain: if key == coarse { grain } else { key.grain }, ..key.clone() };
        let keys = dimensions.iter().map(coarser).collect();
        let answer = group::answer(set, &Question { keys, ..Question::default() }, None);
        answer.ok().map(|answer| answer.rows)
    });
    left.sum()
}

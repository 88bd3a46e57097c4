//! `dashgen diff`: which figures moved between two built sites, for whoever reviews a change.

use crate::bundle::at;
use answers::{Page, pages};
use comfy_table::{Table, presets};
use dashgen_runtime::answer::Answer;
use dashgen_runtime::plan::State;
use dashgen_runtime::plan::{Format, Kind, Shows, Value, View};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

mod answers;

/// What moved in one view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The page's path.
    pub page: String,
    /// The view's name.
    pub view: String,
    /// What it was, is, or how many of its rows are others.
    pub what: String,
    /// The row that moved most.
    pub most: String,
}

/// Compares two built sites, as they show at first.
pub fn diff(old: &Path, new: &Path) -> io::Result<Vec<Moved>> {
    let (old, new) = (pages(old)?, pages(new)?);
    let mut moved = Vec::new();
    for (path, page) in &old {
        match new.get(path) {
            Some(other) => moved.extend(views(path, page, other)),
            None => moved.push(whole(path, "the page is gone")),
        }
    }
    moved.extend(new.keys().filter(|path| !old.contains_key(*path)).map(|path| whole(path, "the page is new")));
    moved.sort_by(|a, b| a.page.cmp(&b.page));
    Ok(moved)
}

fn whole(path: &str, what: &str) -> Moved {
    Moved { page: path.to_owned(), view: String::new(), what: what.to_owned(), most: String::new() }
}

fn views(path: &str, old: &Page, new: &Page) -> Vec<Moved> {
    let mut moved = Vec::new();
    let mut tell = |view: &View, (what, most): (String, String)| {
        moved.push(Moved { page: path.to_owned(), view: view.id.clone(), what, most });
    };
    for (index, view) in old.plan.views.iter().enumerate() {
        match new.plan.views.iter().position(|other| other.id == view.id) {
            None => tell(view, ("the view is gone".to_owned(), String::new())),
            Some(other) => {
                let answers = (answer(old, index), answer(new, other));
                let change = match answers {
                    (Ok(before), Ok(after)) => change(&new.plan.views[other], &before, &after),
                    (Err(why), _) | (_, Err(why)) => Some((why, String::new())),
                };
                change.into_iter().for_each(|change| tell(view, change));
            }
        }
    }
    for view in new.plan.views.iter().filter(|view| !old.plan.views.iter().any(|other| other.id == view.id)) {
        tell(view, ("the view is new".to_owned(), String::new()));
    }
    moved
}

fn answer(page: &Page, view: usize) -> Result<Answer, String> {
    let inputs = State::default();
    let state = if matches!(page.plan.views[view].shows, Shows::Input(_)) { &inputs } else { &page.plan.state };
    page.session.answer(view, state)
}

/// What moved between two answers, and the row that moved most; nothing if they are the same.
fn change(view: &View, before: &Answer, after: &Answer) -> Option<(String, String)> {
    if before == after {
        return None;
    }
    let format = match &view.shows {
        Shows::Metric(metric) => Some(&metric.format),
        Shows::Value(format) => Some(format),
        _ => None,
    };
    if let Some(format) = format {
        let first = |answer: &Answer| column(answer, format).first().cloned().unwrap_or(Value::Null);
        return Some((step(&first(before), &first(after), Some(format)), String::new()));
    }
    Some((counted(&rows(before), &rows(after)), most(&rows(before), &rows(after))))
}

fn column<'a>(answer: &'a Answer, format: &Format) -> &'a [Value] {
    match format.term {
        dashgen_runtime::plan::Term::Key(index) => &answer.keys[index],
        dashgen_runtime::plan::Term::Measure(index) => &answer.measures[index],
    }
}

/// The rows of an answer by their keys: their measures, or how many there are.
type Rows = BTreeMap<String, Vec<f64>>;

fn rows(answer: &Answer) -> Rows {
    let mut rows = Rows::new();
    for row in 0..answer.rows {
        let key: Vec<String> = answer.keys.iter().map(|column| text(&column[row])).collect();
        let measures = answer.measures.iter().map(|column| number(&column[row]));
        let measures: Vec<f64> = measures.collect();
        let known = rows.entry(key.join(" · ")).or_insert_with(|| vec![0.0; measures.len().max(1)]);
        if measures.is_empty() {
            known[0] += 1.0;
        } else {
            *known = measures;
        }
    }
    rows
}

fn counted(before: &Rows, after: &Rows) -> String {
    let moved = after.iter().filter(|(key, now)| before.get(*key).is_some_and(|then| !same(then, now))).count();
    let added = after.keys().filter(|key| !before.contains_key(*key)).count();
    let gone = before.keys().filter(|key| !after.contains_key(*key)).count();
    let parts = [(moved, "moved"), (added, "new"), (gone, "gone")];
    let words: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    match words.is_empty() {
        true => "another order".to_owned(),
        false => format!("{} of {} rows", words.join(", "), before.len().max(after.len())),
    }
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

/// The row whose first number moved most.
fn most(before: &Rows, after: &Rows) -> String {
    let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    let first = |rows: &Rows, key: &String| rows.get(key).and_then(|row| row.first()).copied();
    let moves = keys.map(|key| (key, first(before, key), first(after, key)));
    let size = |then: Option<f64>, now: Option<f64>| {
        let distance = (now.unwrap_or(0.0) - then.unwrap_or(0.0)).abs();
        if distance.is_nan() { 0.0 } else { distance }
    };
    let far = moves.filter(|(_, then, now)| size(*then, *now) > 0.0);
    let most = far.max_by(|a, b| size(a.1, a.2).total_cmp(&size(b.1, b.2)));
    most.map_or_else(String::new, |(key, then, now)| {
        let value = |end: Option<f64>| end.map_or(Value::Null, Value::Number);
        format!("{key}: {}", step(&value(then), &value(now), None))
    })
}

/// `80 → 140 (+75 %)`.
fn step(then: &Value, now: &Value, format: Option<&Format>) -> String {
    let spec = format.and_then(|format| dashgen_runtime::format::parse(format.format.as_deref()?).ok());
    let kind = format.map_or(Kind::Float, |format| format.kind);
    let written = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        value => dashgen_runtime::format::write(value, kind, spec.as_ref()),
    };
    let share = match (then, now) {
        (Value::Number(then), Value::Number(now)) if *then != 0.0 => {
            format!(" ({:+.1} %)", (now - then) / then.abs() * 100.0)
        }
        _ => String::new(),
    };
    format!("{} → {}{share}", written(then), written(now))
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Boolean(flag) => f64::from(u8::from(*flag)),
        Value::Null | Value::Text(_) => f64::NAN,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    }
}

const HEADER: [&str; 4] = ["page", "view", "moved", "most"];

fn cells(one: &Moved) -> [String; 4] {
    [format!("/{}", one.page), one.view.clone(), one.what.clone(), one.most.clone()]
}

/// The changes as a table in a terminal.
pub fn text_table(moved: &[Moved]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(HEADER);
    for one in moved {
        table.add_row(cells(one));
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The changes as a table in Markdown, for a pull request.
pub fn markdown_table(moved: &[Moved]) -> String {
    let line = |cells: [String; 4]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let head = line(HEADER.map(str::to_owned)) + "|---|---|---|---|\n";
    moved.iter().fold(head, |text, one| text + &line(cells(one)))
}

fn wrong(path: &Path, why: &str) -> io::Error {
    at(path, &io::Error::other(why))
}

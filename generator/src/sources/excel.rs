//! Spreadsheets: Excel's and OpenDocument's. A sheet's first row names its columns; cells have types of their own.

use super::dates::{self, Moment};
use super::rows::{Cell, Each, Rows, named, repeated};
use super::{Input, Kind, Reader, csv, options};
use crate::config::sources::{Setting, Value};
use crate::diagnostics::Diagnostic;
use crate::error;
use calamine::{Data, ExcelDateTime, Range, Reader as _, Sheets, open_workbook_auto_from_rs};
use chrono::NaiveDate;
use std::io::Cursor;

/// Excel's and OpenDocument's spreadsheets.
pub const KIND: Kind = Kind {
    name: "excel",
    title: "Excel",
    extensions: &["xlsx", "xlsm", "xlsb", "xls", "ods"],
    keys: &["sheet", "range", "header", "columns", "null", "types", "date_format"],
    reader: Reader::Rows(open),
};

struct Sheet {
    columns: Vec<String>,
    /// The rows that hold anything, each with its number in the sheet.
    rows: Vec<(u64, Vec<Held>)>,
}

/// A cell of a sheet.
enum Held {
    Nothing,
    Text(String),
    Boolean(bool),
    Number(f64),
    Moment(Moment),
}

type Workbook = Sheets<Cursor<Vec<u8>>>;

fn open(input: &Input<'_>) -> Result<Box<dyn Rows>, Diagnostic> {
    let label = input.label;
    let bytes = std::fs::read(input.path).map_err(|problem| csv::input_error(label, &problem))?;
    let mut workbook: Workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| {
        error!(None, "`{label}` is not a spreadsheet"; hint: "is the file whole, and without a password? save it again as `.xlsx`")
    })?;
    let name = sheet_name(input, &workbook.sheet_names())?;
    let range = workbook.worksheet_range(&name).map_err(|problem| {
        error!(None, "cannot read sheet `{name}` of `{label}`: {problem}"; hint: "save the file again, or export the sheet as CSV")
    })?;
    let range = match input.settings.get("range") {
        Some(setting) => part(&range, setting)?,
        None => range,
    };
    let sheet = sheet(&range, input)?;
    match repeated(&sheet.columns) {
        Some(name) => Err(
            error!(None, "column `{name}` stands twice in `{label}`"; hint: "rename one of them, or name all columns: `columns = [\"…\"]` in `[sources.{}]`", input.source),
        ),
        None => Ok(Box::new(sheet)),
    }
}

/// The sheet that the settings name or count; the first without them.
fn sheet_name(input: &Input<'_>, names: &[String]) -> Result<String, Diagnostic> {
    let first = || error!(None, "`{}` has no sheets", input.label; hint: "is it the right file?");
    let Some(setting) = input.settings.get("sheet") else { return names.first().cloned().ok_or_else(first) };
    let found = match &setting.value {
        Value::Number(_) => names.get(setting.count()?.wrapping_sub(1)),
        _ => {
            let wanted = setting.text()?;
            names.iter().find(|name| *name == wanted)
        }
    };
    found.cloned().ok_or_else(|| {
        let wanted = match &setting.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        error!(setting.value_span, "`{}` has no sheet `{wanted}`", input.label)
            .hint(Some(options::nearest(&wanted, names)))
    })
}

/// The part of a sheet that a range such as `B3:F20` or `B3:F` names.
fn part(range: &Range<Data>, setting: &Setting) -> Result<Range<Data>, Diagnostic> {
    let text = setting.text()?;
    let bounds = || {
        let (start, end) = text.split_once(':').unwrap_or((text, ""));
        let ((row, column), last) = (corner(start)?, range.end().unwrap_or_default());
        let (last_row, last_column) = if end.is_empty() { (None, Some(last.1)) } else { corner(end)? };
        let start = (row.unwrap_or(0), column.unwrap_or(0));
        let end = (last_row.unwrap_or(last.0).min(last.0), last_column.unwrap_or(last.1).min(last.1));
        (start.0 <= end.0 && start.1 <= end.1).then(|| range.range(start, end))
    };
    bounds().ok_or_else(|| {
        error!(setting.value_span, "`{text}` is no range of cells in the sheet"; hint: "as in `B3:F20`, `B3:F` or `B3`: its first row names the columns")
    })
}

type Corner = (Option<u32>, Option<u32>);

/// `B3` as row and column, from zero on; either may be absent.
fn corner(text: &str) -> Option<Corner> {
    let text = text.trim().replace('$', "").to_uppercase();
    let (letters, digits) = text.split_at(text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(text.len()));
    if letters.len() > 3 || !letters.bytes().all(|letter| letter.is_ascii_uppercase()) || text.is_empty() {
        return None;
    }
    let column = letters.bytes().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    let row: u32 = if digits.is_empty() { 0 } else { digits.parse().ok().filter(|row| *row > 0)? };
    Some((row.checked_sub(1), column.checked_sub(1)))
}

fn sheet(range: &Range<Data>, input: &Input<'_>) -> Result<Sheet, Diagnostic> {
    let has_header = input.settings.get("header").map_or(Ok(true), Setting::boolean)?;
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    let mut rows: Vec<(u64, Vec<Held>)> = range
        .rows()
        .map(|row| row.iter().map(held).collect())
        .zip(first..)
        .map(|(row, number)| (number, row))
        .collect();
    rows.retain(|(_, row)| !row.iter().all(is_nothing));
    if rows.is_empty() {
        return Err(
            error!(None, "`{}` has an empty sheet", input.label; hint: "`sheet = \"NAME\"` in `[sources.{}]` chooses another; the first is read else", input.source),
        );
    }
    let header = if has_header { Some(rows.remove(0).1) } else { None };
    let names: Vec<String> = match &header {
        Some(cells) => cells
            .iter()
            .map(|cell| cell.cell().text().map_or_else(String::new, |text| text.trim().to_owned()))
            .collect(),
        None => vec![String::new(); rows.first().map_or(0, |(_, row)| row.len())],
    };
    let is_kept = |index: usize| !names[index].is_empty() || rows.iter().any(|(_, row)| !is_nothing(&row[index]));
    let kept: Vec<bool> = (0..names.len()).map(is_kept).collect();
    let of_kept = |keeps: &[bool], index: usize| keeps.get(index).copied().unwrap_or_default();
    for (_, row) in &mut rows {
        let mut index = 0..;
        row.retain(|_| index.next().is_some_and(|index| of_kept(&kept, index)));
    }
    let names = named(names).into_iter().enumerate().filter(|(index, _)| of_kept(&kept, *index)).map(|(_, name)| name);
    let names: Vec<String> = names.collect();
    let columns = match &input.options.columns {
        Some(columns) => columns.names(input.label, names.len())?,
        None => names,
    };
    Ok(Sheet { columns, rows })
}

fn is_nothing(held: &Held) -> bool {
    matches!(held, Held::Nothing)
}

/// A mistake in a cell, such as `#DIV/0!`, is a text.
fn held(data: &Data) -> Held {
    match data {
        Data::Empty => Held::Nothing,
        Data::String(text) if text.trim().is_empty() => Held::Nothing,
        Data::String(text) | Data::DurationIso(text) => Held::Text(text.clone()),
        Data::Int(number) => Held::Number(*number as f64),
        Data::Float(number) => Held::Number(*number),
        Data::Bool(value) => Held::Boolean(*value),
        Data::DateTime(moment) => self::moment(moment).map_or_else(|| Held::Number(moment.as_f64()), Held::Moment),
        Data::DateTimeIso(text) => {
            let moment = dates::usual().first().and_then(|pattern| pattern.read(text));
            moment.map_or_else(|| Held::Text(text.clone()), Held::Moment)
        }
        Data::Error(problem) => Held::Text(problem.to_string()),
    }
}

/// A day or a point in time; a mere time of day or a length of time is neither.
fn moment(moment: &ExcelDateTime) -> Option<Moment> {
    if !moment.is_datetime() || moment.as_f64() < 1.0 {
        return None;
    }
    let (year, month, day, hour, minute, second, millisecond) = moment.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    let time = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), millisecond.into())?;
    let found = dates::moment_of(time);
    Some(if found.time == Some(0) { Moment { time: None, ..found } } else { found })
}

impl Held {
    fn cell(&self) -> Cell<'_> {
        match self {
            Held::Nothing => Cell::Null,
            Held::Text(text) => Cell::Text(text),
            Held::Boolean(value) => Cell::Boolean(*value),
            Held::Number(number) => Cell::Number(*number),
            Held::Moment(moment) if moment.time.is_none() => Cell::Date(moment.day),
            Held::Moment(moment) => Cell::Timestamp(moment.timestamp()),
        }
    }
}

impl Rows for Sheet {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn unit(&self) -> &'static str {
        "row"
    }

    fn read(&self, each: &mut Each<'_>) -> Result<(), Diagnostic> {
        for (number, row) in &self.rows {
            let cells: Vec<Cell<'_>> = row.iter().map(Held::cell).collect();
            each(*number, &cells)?;
        }
        Ok(())
    }
}

//! Parquet bytes to a table, read without the `parquet` crate: that would be a sixth of the download.
//!
//! Bytes that are cut, damaged or meant for another plan give an error; no size in them is believed before it is checked.

use crate::plan::{self, GroupingSets, Kind, Part};
use crate::table::{Column, Holds, Table};
mod builder;
mod encodings;
mod footer;
mod pages;
mod thrift;
mod write;

pub use write::write;

use builder::{Builder, Values};
use encodings::{Decoded, hybrid, take, take_sized};
use footer::{Chunk, Footer, Means, Physical, Stored};
use pages::{Content, Encoding, Page};

/// Reads a file of a table: its columns must be those that the plan tells of, in order, by name and kind. A file of
/// grouping sets gives a table for each.
pub fn read(bytes: &[u8], table: &plan::Table, part: &Part) -> Result<Vec<Table>, String> {
    let read = match part {
        Part::Rows(columns) => rows_of(bytes, table, columns).map(|table| vec![table]),
        Part::Groups(sets) => groups_of(bytes, table, sets),
        Part::MoreRows => Err("it follows no file of rows".to_owned()),
    };
    read.map_err(|why| format!("the parquet slice of table `{}` cannot be read: {why}", table.name))
}

fn rows_of(bytes: &[u8], table: &plan::Table, columns: &[usize]) -> Decoded<Table> {
    let expected = columns.iter().map(|&column| table.columns.get(column).cloned());
    let expected: Vec<_> = expected.collect::<Option<_>>().ok_or("the plan names columns that it has not")?;
    let (read, rows) = columns_of(bytes, &expected)?;
    Ok(Table { columns: read, rows, holds: Holds::Rows(columns.to_vec()) })
}

fn groups_of(bytes: &[u8], table: &plan::Table, sets: &GroupingSets) -> Decoded<Vec<Table>> {
    let (mut columns, rows) = columns_of(bytes, &sets.columns(table))?;
    if sets.sets.iter().try_fold(0usize, |sum, set| sum.checked_add(set.groups)) != Some(rows) {
        return Err(format!("it has {rows} groups, and the plan another number"));
    }
    // The first column only tells other readers where a set begins.
    if sets.sets.len() > 1 {
        columns.remove(0);
    }
    for (column, key) in columns.iter_mut().zip(&sets.dimensions) {
        column.name.clone_from(&table.columns[key.column].name);
    }
    let all = Table { columns, rows, holds: Holds::Rows(Vec::new()) };
    let mut start = 0;
    let mut tables = Vec::new();
    for set in &sets.sets {
        let dimensions = set.dimensions.iter().map(|&place| sets.dimensions.get(place).cloned());
        let partials = set.partials.iter().map(|&place| sets.partials.get(place).cloned());
        let holds = dimensions.collect::<Option<_>>().zip(partials.collect::<Option<_>>());
        let (dimensions, partials) = holds.ok_or("the plan names columns that it has not")?;
        let behind = set.partials.iter().map(|place| place + sets.dimensions.len());
        let places: Vec<usize> = set.dimensions.iter().copied().chain(behind).collect();
        tables.push(all.part(
            start..start + set.groups,
            &places,
            Holds::Groups(dimensions, partials, sets.complete.clone()),
        ));
        start += set.groups;
    }
    Ok(tables)
}

fn columns_of(bytes: &[u8], expected: &[plan::Column]) -> Decoded<(Vec<Column>, usize)> {
    let footer = footer::read(bytes)?;
    let (rows, found) = (footer.rows(), footer.columns.len());
    if found != expected.len() {
        return Err(format!("it has {found} columns, not {}", expected.len()));
    }
    let mut columns = Vec::new();
    for (index, expected) in expected.iter().enumerate() {
        let column = column(&footer, bytes, index, expected);
        columns.push(column.map_err(|why| format!("column `{}`: {why}", expected.name))?);
    }
    match columns.iter().find(|column| column.len() != rows) {
        Some(short) => Err(format!("column `{}` has {} rows, not {rows}", short.name, short.len())),
        None => Ok((columns, rows)),
    }
}

fn column(footer: &Footer, bytes: &[u8], index: usize, expected: &plan::Column) -> Decoded<Column> {
    let stored = &footer.columns[index];
    if stored.name != expected.name {
        return Err(format!("the slice has `{}` in its place", stored.name));
    }
    let mut builder = Builder::new(expected.kind, stored.physical, factor(stored, expected.kind)?);
    for group in &footer.groups {
        let chunk = group.chunks.get(index).ok_or("it is missing from a row group")?;
        let until = builder.rows() + group.rows;
        chunk_pages(chunk_bytes(chunk, bytes)?, chunk.codec, &mut builder, stored.optional, until)?;
    }
    Ok(builder.finish(expected.name.clone()))
}

/// The bytes of a column chunk.
fn chunk_bytes<'a>(chunk: &Chunk, bytes: &'a [u8]) -> Decoded<&'a [u8]> {
    let end = chunk.start.checked_add(chunk.length);
    end.and_then(|end| bytes.get(chunk.start..end)).ok_or_else(|| "it lies outside the file".to_owned())
}

fn chunk_pages(mut chunk: &[u8], codec: i64, builder: &mut Builder, optional: bool, until: usize) -> Decoded<()> {
    let mut dictionary = None;
    while let Some(page) = pages::next(&mut chunk, codec)? {
        if let Content::Dictionary = page.content {
            dictionary = Some(builder.decode(&page.bytes, Encoding::Plain, page.count)?);
            continue;
        }
        if page.count > until - builder.rows() {
            return Err("it has more rows than its row group".to_owned());
        }
        data_page(&page, builder, optional, dictionary.as_ref())?;
    }
    if builder.rows() == until { Ok(()) } else { Err("it has fewer rows than its row group".to_owned()) }
}

fn data_page(page: &Page, builder: &mut Builder, optional: bool, dictionary: Option<&Values>) -> Decoded<()> {
    let (mut bytes, rows) = (&*page.bytes, page.count);
    let present = levels(page, &mut bytes, optional, rows)?;
    let count = present.as_ref().map_or(rows, |present| present.iter().filter(|&&present| present).count());
    let values = match page.encoding {
        Encoding::Dictionary => {
            let dictionary = dictionary.ok_or("it has codes without a dictionary")?;
            let width = if count == 0 { 0 } else { take(&mut bytes, 1)?[0] };
            dictionary.pick(&hybrid(bytes, u32::from(width), count)?)?
        }
        // With no values there may be no bytes either.
        _ if count == 0 => builder.decode(&[], Encoding::Plain, 0)?,
        encoding => builder.decode(bytes, encoding, count)?,
    };
    builder.append(values, present.as_deref(), rows)
}

/// Takes the levels off a data page: which of its rows have a value, if any may have none.
fn levels(page: &Page, bytes: &mut &[u8], optional: bool, rows: usize) -> Decoded<Option<Vec<bool>>> {
    let levels = match page.content {
        Content::RowsBehind { repetition, definition } => {
            take(bytes, repetition)?;
            take(bytes, definition)?
        }
        Content::Rows { in_runs: true } if optional => take_sized(bytes)?,
        _ if optional => return Err("its levels are not in runs".to_owned()),
        _ => &[],
    };
    if !optional {
        return Ok(None);
    }
    Ok(Some(hybrid(levels, 1, rows)?.into_iter().map(|level| level == 1).collect()))
}

/// Checks that a stored column is of the kind expected; what its numbers are multiplied with to be so.
fn factor(stored: &Stored, kind: Kind) -> Decoded<i64> {
    let matches = match (kind, stored.physical) {
        (Kind::Text | Kind::Sketch, Physical::ByteArray)
        | (Kind::Date, Physical::Int32)
        | (Kind::Boolean, Physical::Boolean) => true,
        (Kind::Float, Physical::Double | Physical::Float) => true,
        (Kind::Integer, Physical::Int32 | Physical::Int64) => stored.means == Means::Signed,
        (Kind::Decimal { scale }, Physical::Int32 | Physical::Int64) => stored.scale == Some(i64::from(scale)),
        (Kind::Timestamp, Physical::Int64) => match stored.means {
            Means::Micros => true,
            Means::Millis => return Ok(1000),
            _ => return Err("it is not stored in micro- or milliseconds".to_owned()),
        },
        _ => false,
    };
    if matches { Ok(1) } else { Err(format!("it is stored as {}, not as {kind:?}", stored.physical.name())) }
}

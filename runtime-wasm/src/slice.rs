//! Parquet bytes to a table: the `parquet` crate reads metadata, pages and values are decoded here into codes.
//!
//! Bytes that are cut, damaged or meant for another plan give an error; no size in them is believed before it is checked.

use crate::plan::{self, GroupingSets, Kind, Part};
use crate::table::{Column, Holds, Table};
use parquet::basic::{Compression, ConvertedType, Encoding, LogicalType, TimeUnit, TimestampType, Type};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::schema::types::ColumnDescriptor;
mod builder;
mod encodings;
mod pages;
mod write;

pub use write::write;

use builder::{Builder, Values};
use encodings::{Decoded, hybrid, take, take_sized};
use pages::{Holds as Held, Page};

/// More rows than any slice has; what claims more is damaged.
const MOST_ROWS: usize = 1 << 26;

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
    let metadata = ParquetMetaDataReader::decode_metadata(footer(bytes)?).map_err(words)?;
    let rows = rows(&metadata)?;
    let found = metadata.file_metadata().schema_descr().num_columns();
    if found != expected.len() {
        return Err(format!("it has {found} columns, not {}", expected.len()));
    }
    let mut columns = Vec::new();
    for (index, expected) in expected.iter().enumerate() {
        let column = column(&metadata, bytes, index, expected);
        columns.push(column.map_err(|why| format!("column `{}`: {why}", expected.name))?);
    }
    match columns.iter().find(|column| column.len() != rows) {
        Some(short) => Err(format!("column `{}` has {} rows, not {rows}", short.name, short.len())),
        None => Ok((columns, rows)),
    }
}

/// The metadata: before the last eight bytes, which are its length and `PAR1`.
fn footer(bytes: &[u8]) -> Decoded<&[u8]> {
    let start = bytes.strip_suffix(b"PAR1").and_then(|rest| rest.split_last_chunk::<4>());
    start
        .and_then(|(rest, length)| {
            Some(rest.split_at_checked(rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?)?.1)
        })
        .ok_or_else(|| "it does not end as a parquet file does".to_owned())
}

fn rows(metadata: &ParquetMetaData) -> Decoded<usize> {
    let mut rows = 0usize;
    for group in metadata.row_groups() {
        let more = usize::try_from(group.num_rows()).ok();
        rows = more
            .and_then(|more| rows.checked_add(more))
            .filter(|&rows| rows <= MOST_ROWS)
            .ok_or("it claims too many rows")?;
    }
    Ok(rows)
}

fn column(metadata: &ParquetMetaData, bytes: &[u8], index: usize, expected: &plan::Column) -> Decoded<Column> {
    let leaf = metadata.file_metadata().schema_descr().column(index);
    if leaf.path().parts() != [expected.name.as_str()] {
        return Err(format!("the slice has `{}` in its place", leaf.path().string()));
    }
    if leaf.max_rep_level() != 0 || leaf.max_def_level() > 1 {
        return Err("it is nested".to_owned());
    }
    let mut builder = Builder::new(expected.kind, leaf.physical_type(), factor(&leaf, expected.kind)?);
    for group in metadata.row_groups() {
        let chunk = group.columns().get(index).ok_or("it is missing from a row group")?;
        let until = builder.rows() + group.num_rows() as usize;
        chunk_pages(chunk_bytes(chunk, bytes)?, chunk.compression(), &mut builder, leaf.max_def_level() == 1, until)?;
    }
    Ok(builder.finish(expected.name.clone()))
}

/// The bytes of a column chunk.
fn chunk_bytes<'a>(chunk: &ColumnChunkMetaData, bytes: &'a [u8]) -> Decoded<&'a [u8]> {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let range = usize::try_from(start).ok().zip(usize::try_from(chunk.compressed_size()).ok());
    range
        .and_then(|(start, length)| bytes.get(start..start.checked_add(length)?))
        .ok_or_else(|| "it lies outside the file".to_owned())
}

fn chunk_pages(
    mut chunk: &[u8],
    codec: Compression,
    builder: &mut Builder,
    optional: bool,
    until: usize,
) -> Decoded<()> {
    let mut dictionary = None;
    while let Some(page) = pages::next(&mut chunk, codec)? {
        if let Held::Dictionary = page.holds {
            dictionary = Some(builder.decode(&page.bytes, Encoding::PLAIN, page.count)?);
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
        Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
            let dictionary = dictionary.ok_or("it has codes without a dictionary")?;
            let width = if count == 0 { 0 } else { take(&mut bytes, 1)?[0] };
            dictionary.pick(&hybrid(bytes, u32::from(width), count)?)?
        }
        // With no values there may be no bytes either.
        _ if count == 0 => builder.decode(&[], Encoding::PLAIN, 0)?,
        encoding => builder.decode(bytes, encoding, count)?,
    };
    builder.append(values, present.as_deref(), rows)
}

/// Takes the levels off a data page: which of its rows have a value, if any may have none.
fn levels(page: &Page, bytes: &mut &[u8], optional: bool, rows: usize) -> Decoded<Option<Vec<bool>>> {
    let levels = match page.holds {
        Held::RowsBehind { repetition, definition } => {
            take(bytes, repetition)?;
            take(bytes, definition)?
        }
        Held::Rows { in_runs: true } if optional => take_sized(bytes)?,
        _ if optional => return Err("its levels are not in encoding RLE".to_owned()),
        _ => &[],
    };
    if !optional {
        return Ok(None);
    }
    Ok(Some(hybrid(levels, 1, rows)?.into_iter().map(|level| level == 1).collect()))
}

/// Checks that a stored column is of the kind expected; what its numbers are multiplied with to be so.
fn factor(leaf: &ColumnDescriptor, kind: Kind) -> Decoded<i64> {
    let logical = leaf.logical_type_ref();
    let matches = match (kind, leaf.physical_type()) {
        (Kind::Text, Type::BYTE_ARRAY) => true,
        (Kind::Float, Type::DOUBLE | Type::FLOAT) | (Kind::Boolean, Type::BOOLEAN) => true,
        (Kind::Integer, Type::INT32 | Type::INT64) => fits_signed(leaf),
        (Kind::Decimal { scale }, Type::INT32 | Type::INT64) => leaf.type_scale() == i32::from(scale),
        (Kind::Date, Type::INT32) => true,
        (Kind::Timestamp, Type::INT64) => return micros(leaf, logical),
        _ => false,
    };
    if matches { Ok(1) } else { Err(format!("it is stored as {}, not as {kind:?}", leaf.physical_type())) }
}

fn fits_signed(leaf: &ColumnDescriptor) -> bool {
    let converted = leaf.converted_type();
    matches!(leaf.logical_type_ref(), None | Some(LogicalType::Integer(_)))
        && !matches!(converted, ConvertedType::UINT_32 | ConvertedType::UINT_64)
}

fn micros(leaf: &ColumnDescriptor, logical: Option<&LogicalType>) -> Decoded<i64> {
    match (logical, leaf.converted_type()) {
        (Some(LogicalType::Timestamp(TimestampType { unit: TimeUnit::MICROS, .. })), _) => Ok(1),
        (Some(LogicalType::Timestamp(TimestampType { unit: TimeUnit::MILLIS, .. })), _) => Ok(1000),
        (None, ConvertedType::TIMESTAMP_MICROS) => Ok(1),
        (None, ConvertedType::TIMESTAMP_MILLIS) => Ok(1000),
        _ => Err("it is not stored in micro- or milliseconds".to_owned()),
    }
}

fn words(error: parquet::errors::ParquetError) -> String {
    error.to_string()
}

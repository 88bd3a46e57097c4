//! The pages of a column chunk.

use super::encodings::{Decoded, take};
use super::thrift::Fields;
use std::borrow::Cow;

/// No page may unpack to more bytes than LZ4, the densest of our codecs, can make of its packed ones.
const DENSEST: usize = 256;
const LARGEST: usize = 1 << 28;

/// A page, unpacked.
pub struct Page<'a> {
    /// What its values are.
    pub content: Content,
    /// How many values it has, or rows.
    pub count: usize,
    /// How its values are encoded.
    pub encoding: Encoding,
    /// Levels, if it has any, and values.
    pub bytes: Cow<'a, [u8]>,
}

/// How values are encoded.
#[derive(Clone, Copy)]
pub enum Encoding {
    /// As they are.
    Plain,
    /// As codes, which name values of the dictionary by place.
    Dictionary,
    /// In runs of equal ones.
    Runs,
    /// As differences.
    Differences,
}

/// What the values of a page are.
pub enum Content {
    /// Those that others name by place.
    Dictionary,
    /// Rows. Their levels stand in front, after their own size, if they are encoded in runs.
    Rows {
        /// Whether they are.
        in_runs: bool,
    },
    /// Rows, behind levels of these sizes in bytes.
    RowsBehind {
        /// The levels that tell repetitions.
        repetition: usize,
        /// The levels that tell nulls.
        definition: usize,
    },
}

/// Takes the next page with values off a column chunk; none at its end.
pub fn next<'a>(chunk: &mut &'a [u8], codec: i64) -> Decoded<Option<Page<'a>>> {
    while !chunk.is_empty() {
        let header = Fields::take(chunk)?;
        let (unpacked, packed) = (size(&header, 2)?, size(&header, 3)?);
        if unpacked > packed.saturating_mul(DENSEST).saturating_add(64) {
            return Err("a page claims more bytes than it can have".to_owned());
        }
        let bytes = take(chunk, packed)?;
        if size(&header, 1)? != INDEX {
            return page(&header, bytes, unpacked, codec).map(Some);
        }
    }
    Ok(None)
}

const DAMAGED: &str = "a page header is damaged";
const INDEX: usize = 1;

fn size(fields: &Fields, id: i64) -> Decoded<usize> {
    Ok(fields.size(id).filter(|&size| size <= LARGEST).ok_or(DAMAGED)?)
}

fn page<'a>(header: &Fields, bytes: &'a [u8], unpacked: usize, codec: i64) -> Decoded<Page<'a>> {
    let inner = |id| header.structure(id).ok_or(DAMAGED);
    let (inner, content, encoding) = match size(header, 1)? {
        0 => {
            let rows = inner(5)?;
            (rows, Content::Rows { in_runs: size(rows, 3)? == RUNS }, size(rows, 2)?)
        }
        2 => (inner(7)?, Content::Dictionary, size(inner(7)?, 2)?),
        3 => {
            let rows = inner(8)?;
            (rows, Content::RowsBehind { definition: size(rows, 5)?, repetition: size(rows, 6)? }, size(rows, 4)?)
        }
        _ => return Err(DAMAGED.to_owned()),
    };
    let levels = match content {
        Content::RowsBehind { repetition, definition } => repetition + definition,
        _ => 0,
    };
    // The rows behind levels may be left as they are.
    let is_packed = !matches!(content, Content::RowsBehind { .. }) || inner.number(7) != Some(0);
    let bytes = match codec {
        LZ4 if is_packed => Cow::Owned(self::unpacked(bytes, levels, unpacked)?),
        LZ4 | 0 => Cow::Borrowed(bytes),
        codec => return Err(format!("it is packed with codec {codec}")),
    };
    Ok(Page { content, count: size(inner, 1)?, encoding: named(encoding)?, bytes })
}

const LZ4: i64 = 7;

fn unpacked(bytes: &[u8], levels: usize, size: usize) -> Decoded<Vec<u8>> {
    let (levels, packed) = bytes.split_at_checked(levels).filter(|_| levels <= size).ok_or(DAMAGED)?;
    let mut unpacked = levels.to_vec();
    unpacked.resize(size, 0);
    let values = &mut unpacked[levels.len()..];
    // Rows of nothing but nulls have no values.
    let length = if values.is_empty() { Some(0) } else { lz4_flex::block::decompress_into(packed, values).ok() };
    if length == Some(values.len()) { Ok(unpacked) } else { Err("a page cannot be unpacked".to_owned()) }
}

const RUNS: usize = 3;

fn named(encoding: usize) -> Decoded<Encoding> {
    Ok(match encoding {
        0 => Encoding::Plain,
        2 | 8 => Encoding::Dictionary,
        RUNS => Encoding::Runs,
        5 => Encoding::Differences,
        other => return Err(format!("it has encoding {other}")),
    })
}

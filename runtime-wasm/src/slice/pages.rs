//! The pages of a column chunk. Their headers are read here: the `parquet` crate would allocate whatever size they claim, and
//! its reader of pages is a twelfth of the download.

use super::encodings::{Decoded, take, take_varint, take_zigzag};
use parquet::basic::{Compression, Encoding};
use std::borrow::Cow;

/// No page may unpack to more bytes than LZ4, the densest of our codecs, can make of its packed ones.
const DENSEST: usize = 256;
const LARGEST: i64 = 1 << 28;

/// A page, unpacked.
pub struct Page<'a> {
    /// What its values are.
    pub holds: Holds,
    /// How many values it has, or rows.
    pub count: usize,
    /// How its values are encoded.
    pub encoding: Encoding,
    /// Levels, if it has any, and values.
    pub bytes: Cow<'a, [u8]>,
}

/// What the values of a page are.
pub enum Holds {
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
pub fn next<'a>(chunk: &mut &'a [u8], codec: Compression) -> Decoded<Option<Page<'a>>> {
    while !chunk.is_empty() {
        let mut header = Header::default();
        structure(chunk, 0, &mut header)?;
        let (unpacked, packed) = (header.size(2)?, header.size(3)?);
        if unpacked > packed.saturating_mul(DENSEST).saturating_add(64) {
            return Err("a page claims more bytes than it can have".to_owned());
        }
        let bytes = take(chunk, packed)?;
        if let Some((holds, encoding)) = header.holds()? {
            let bytes = header.unpack(bytes, &holds, unpacked, codec)?;
            return Ok(Some(Page { holds, count: header.number(1)?, encoding: named(encoding)?, bytes }));
        }
    }
    Ok(None)
}

/// What a page's header tells, by the numbers of its fields.
#[derive(Default)]
struct Header {
    /// What kind of page it is, its unpacked and its packed size.
    own: [Option<usize>; 4],
    /// Which of the structures inside of it tells of this kind, and what it tells.
    inner: usize,
    numbers: [Option<usize>; 8],
}

const DAMAGED: &str = "a page header is damaged";

impl Header {
    fn size(&self, field: usize) -> Decoded<usize> {
        self.own[field].ok_or_else(|| DAMAGED.to_owned())
    }

    fn number(&self, field: usize) -> Decoded<usize> {
        self.numbers[field].ok_or_else(|| DAMAGED.to_owned())
    }

    /// What the page holds, and its encoding; none for an index.
    fn holds(&self) -> Decoded<Option<(Holds, usize)>> {
        Ok(Some(match (self.size(1)?, self.inner) {
            (0, 5) => (Holds::Rows { in_runs: self.number(3)? == RLE }, self.number(2)?),
            (1, _) => return Ok(None),
            (2, 7) => (Holds::Dictionary, self.number(2)?),
            (3, 8) => (Holds::RowsBehind { definition: self.number(5)?, repetition: self.number(6)? }, self.number(4)?),
            _ => return Err(DAMAGED.to_owned()),
        }))
    }

    /// Unpacks a page; levels in front of its rows are not packed, and its rows may not be.
    fn unpack<'a>(&self, bytes: &'a [u8], holds: &Holds, size: usize, codec: Compression) -> Decoded<Cow<'a, [u8]>> {
        let levels = match holds {
            Holds::RowsBehind { repetition, definition } => repetition + definition,
            _ => 0,
        };
        let is_packed = !matches!(holds, Holds::RowsBehind { .. }) || self.numbers[7] != Some(0);
        match codec {
            Compression::LZ4_RAW if is_packed => unpacked(bytes, levels, size).map(Cow::Owned),
            Compression::LZ4_RAW | Compression::UNCOMPRESSED => Ok(Cow::Borrowed(bytes)),
            codec => Err(format!("it is packed with {codec}")),
        }
    }
}

fn unpacked(bytes: &[u8], levels: usize, size: usize) -> Decoded<Vec<u8>> {
    let (levels, packed) = bytes.split_at_checked(levels).filter(|_| levels <= size).ok_or(DAMAGED)?;
    let mut unpacked = levels.to_vec();
    unpacked.resize(size, 0);
    let values = &mut unpacked[levels.len()..];
    // Rows of nothing but nulls have no values.
    let length = if values.is_empty() { Some(0) } else { lz4_flex::block::decompress_into(packed, values).ok() };
    if length == Some(values.len()) { Ok(unpacked) } else { Err("a page cannot be unpacked".to_owned()) }
}

const RLE: usize = 3;

fn named(encoding: usize) -> Decoded<Encoding> {
    Ok(match encoding {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        RLE => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        8 => Encoding::RLE_DICTIONARY,
        other => return Err(format!("it has encoding {other}")),
    })
}

/// Reads a structure of thrift's compact protocol: of a header its numbers, and those of the structures in it.
fn structure(bytes: &mut &[u8], depth: u32, header: &mut Header) -> Decoded<()> {
    let mut field = 0i64;
    loop {
        let head = take(bytes, 1)?[0];
        if head == 0 {
            return Ok(());
        }
        field = match head >> 4 {
            0 => take_zigzag(bytes)?,
            step => field.saturating_add(i64::from(step)),
        };
        let place = usize::try_from(field).unwrap_or(usize::MAX);
        if let Some(number) = value(bytes, head & 0xf, (depth, place), header)? {
            let numbers = if depth == 0 { &mut header.own[..] } else { &mut header.numbers[..] };
            // What lies deeper tells of columns.
            if let Some(known) = numbers.get_mut(place).filter(|_| depth < 2) {
                *known = Some(number);
            }
        }
    }
}

/// Reads a value: gives a number, or what is true or false as one, and passes over others.
fn value(bytes: &mut &[u8], kind: u8, (depth, field): (u32, usize), header: &mut Header) -> Decoded<Option<usize>> {
    match kind {
        1 | 2 => return Ok(Some(usize::from(kind == 1))),
        3 => drop(take(bytes, 1)?),
        5 => {
            let number = take_zigzag(bytes)?;
            let is_checksum = depth == 0 && field == 4;
            if !is_checksum && !(0..=LARGEST).contains(&number) {
                return Err("a page header has a number out of range".to_owned());
            }
            return Ok(usize::try_from(number).ok());
        }
        4 | 6 => drop(take_varint(bytes)?),
        7 => drop(take(bytes, 8)?),
        8 => {
            let length = take_varint(bytes)?;
            take(bytes, usize::try_from(length).unwrap_or(usize::MAX))?;
        }
        12 if depth < 4 => {
            if depth == 0 {
                header.inner = field;
            }
            structure(bytes, depth + 1, header)?;
        }
        _ => return Err(DAMAGED.to_owned()),
    }
    Ok(None)
}

//! The footer of a Parquet file: what its columns are, and where the values of each lie.

use super::encodings::Decoded;
use super::thrift::Fields;

/// More rows than any slice has; what claims more is damaged.
const MOST_ROWS: usize = 1 << 26;

/// What a file's footer tells.
pub struct Footer<'a> {
    /// Its columns.
    pub columns: Vec<Stored<'a>>,
    /// Its groups of rows.
    pub groups: Vec<Group>,
}

/// A column as it is stored.
pub struct Stored<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its values are stored as.
    pub physical: Physical,
    /// Whether rows may have no value.
    pub optional: bool,
    /// What its numbers mean.
    pub means: Means,
    /// How many digits of a decimal stand after the point.
    pub scale: Option<i64>,
}

/// What values are stored as.
#[derive(Clone, Copy, PartialEq)]
pub enum Physical {
    Boolean,
    Int32,
    Int64,
    Float,
    Double,
    ByteArray,
}

/// What the numbers of a column mean, so far as that tells how to read them.
#[derive(Clone, Copy, PartialEq)]
pub enum Means {
    /// What their type says, or a day, or a decimal.
    Signed,
    /// Whole numbers, of which the largest would be taken for negative.
    Unsigned,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Something else.
    Other,
}

/// A group of rows: how many, and the chunk of each column.
pub struct Group {
    /// How many rows it has.
    pub rows: usize,
    /// A chunk for each column.
    pub chunks: Vec<Chunk>,
}

/// Where a column's values in a group of rows lie.
pub struct Chunk {
    /// The first byte.
    pub start: usize,
    /// How many bytes.
    pub length: usize,
    /// How its pages are packed.
    pub codec: i64,
}

/// Reads the footer: before the last eight bytes, which are its length and `PAR1`.
pub fn read(bytes: &[u8]) -> Decoded<Footer<'_>> {
    let mut footer = found(bytes).ok_or("it does not end as a parquet file does")?;
    let fields = Fields::take(&mut footer)?;
    let (schema, groups) = fields.structures(2).zip(fields.structures(4)).ok_or(DAMAGED)?;
    let (_, columns) = schema.split_first().ok_or("it has no schema")?;
    let columns = columns.iter().map(|element| stored(element)).collect::<Decoded<_>>()?;
    let groups: Vec<Group> = groups.iter().map(|fields| group(fields)).collect::<Option<_>>().ok_or(DAMAGED)?;
    let rows = groups.iter().try_fold(0usize, |sum, group| sum.checked_add(group.rows));
    if rows.is_none_or(|rows| rows > MOST_ROWS) {
        return Err("it claims too many rows".to_owned());
    }
    Ok(Footer { columns, groups })
}

const DAMAGED: &str = "its footer is damaged";

fn found(bytes: &[u8]) -> Option<&[u8]> {
    let (rest, length) = bytes.strip_suffix(b"PAR1")?.split_last_chunk::<4>()?;
    rest.get(rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?..)
}

impl Footer<'_> {
    /// How many rows the file has.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.rows).sum()
    }
}

fn stored<'a>(element: &Fields<'a>) -> Decoded<Stored<'a>> {
    let name = element.bytes(4).and_then(|name| std::str::from_utf8(name).ok()).ok_or(DAMAGED)?;
    let is_flat = element.size(5).unwrap_or(0) == 0;
    let optional = match element.number(3) {
        Some(0) if is_flat => false,
        Some(1) if is_flat => true,
        _ => return Err(format!("column `{name}` is nested")),
    };
    let physical = element.number(1).and_then(physical);
    let physical = physical.ok_or_else(|| format!("column `{name}` is stored as what no slice holds"))?;
    Ok(Stored { name, physical, optional, means: means(element), scale: element.number(7) })
}

fn physical(number: i64) -> Option<Physical> {
    Some(match number {
        0 => Physical::Boolean,
        1 => Physical::Int32,
        2 => Physical::Int64,
        4 => Physical::Float,
        5 => Physical::Double,
        6 => Physical::ByteArray,
        _ => return None,
    })
}

impl Physical {
    /// Parquet's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Physical::Boolean => "BOOLEAN",
            Physical::Int32 => "INT32",
            Physical::Int64 => "INT64",
            Physical::Float => "FLOAT",
            Physical::Double => "DOUBLE",
            Physical::ByteArray => "BYTE_ARRAY",
        }
    }
}

/// Files say what numbers mean by a structure, older ones by a number.
fn means(element: &Fields) -> Means {
    let Some(logical) = element.structure(10) else {
        return match element.number(6) {
            Some(9) => Means::Millis,
            Some(10) => Means::Micros,
            Some(13 | 14) => Means::Unsigned,
            _ => Means::Signed,
        };
    };
    if let Some(unit) = logical.structure(8).and_then(|timestamp| timestamp.structure(2)) {
        return match (unit.structure(1), unit.structure(2)) {
            (Some(_), _) => Means::Millis,
            (_, Some(_)) => Means::Micros,
            _ => Means::Other,
        };
    }
    match logical.structure(10) {
        Some(integer) if integer.number(2) == Some(1) || integer.number(1) < Some(32) => Means::Signed,
        Some(_) => Means::Unsigned,
        None => Means::Other,
    }
}

fn group(fields: &Fields) -> Option<Group> {
    let chunks = fields.structures(1)?.into_iter().map(|column| {
        let column = column.structure(3)?;
        let start = column.size(11).or_else(|| column.size(9))?;
        Some(Chunk { start, length: column.size(7)?, codec: column.number(4)? })
    });
    Some(Group { rows: fields.size(3)?, chunks: chunks.collect::<Option<_>>()? })
}

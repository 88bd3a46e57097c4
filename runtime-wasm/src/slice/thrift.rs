//! Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages.

use super::encodings::{Decoded, take, take_varint, take_zigzag};

/// No structure of Parquet lies deeper in others; what claims to is damaged.
const DEEPEST: usize = 16;

/// A structure: its fields, by their numbers.
pub struct Fields<'a>(Vec<(i64, Field<'a>)>);

/// A field, or an item of a list.
enum Field<'a> {
    /// A whole number, or 1 for true and 0 for false.
    Number(i64),
    Bytes(&'a [u8]),
    List(Vec<Field<'a>>),
    Structure(Fields<'a>),
    /// What nobody asks for.
    Other,
}

impl<'a> Fields<'a> {
    /// Takes a structure off bytes.
    pub fn take(bytes: &mut &'a [u8]) -> Decoded<Fields<'a>> {
        structure(bytes, DEEPEST)
    }

    /// A whole number, or 1 for true and 0 for false.
    pub fn number(&self, id: i64) -> Option<i64> {
        match self.field(id)? {
            Field::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub fn size(&self, id: i64) -> Option<usize> {
        usize::try_from(self.number(id)?).ok()
    }

    /// Bytes, those of a text among them.
    pub fn bytes(&self, id: i64) -> Option<&'a [u8]> {
        match self.field(id)? {
            Field::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A structure in this one.
    pub fn structure(&self, id: i64) -> Option<&Fields<'a>> {
        self.field(id)?.structure()
    }

    /// The structures of a list.
    pub fn structures(&self, id: i64) -> Option<Vec<&Fields<'a>>> {
        match self.field(id)? {
            Field::List(items) => items.iter().map(Field::structure).collect(),
            _ => None,
        }
    }

    fn field(&self, id: i64) -> Option<&Field<'a>> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, field)| field)
    }
}

impl<'a> Field<'a> {
    fn structure(&self) -> Option<&Fields<'a>> {
        match self {
            Field::Structure(fields) => Some(fields),
            _ => None,
        }
    }
}

fn structure<'a>(bytes: &mut &'a [u8], depth: usize) -> Decoded<Fields<'a>> {
    let mut fields = Vec::new();
    let mut id = 0i64;
    loop {
        let head = byte(bytes)?;
        if head == 0 {
            return Ok(Fields(fields));
        }
        id = match head >> 4 {
            0 => take_zigzag(bytes)?,
            step => id.saturating_add(i64::from(step)),
        };
        let field = match head & 0xf {
            kind @ (1 | 2) => Field::Number(i64::from(kind == 1)),
            kind => field(bytes, kind, depth)?,
        };
        fields.push((id, field));
    }
}

fn field<'a>(bytes: &mut &'a [u8], kind: u8, depth: usize) -> Decoded<Field<'a>> {
    let deeper = depth.checked_sub(1).ok_or_else(damaged);
    Ok(match kind {
        1..=3 => Field::Number(i64::from(byte(bytes)?)),
        4..=6 => Field::Number(take_zigzag(bytes)?),
        7 => {
            take(bytes, 8)?;
            Field::Other
        }
        8 => {
            let length = take_varint(bytes)?;
            Field::Bytes(take(bytes, usize::try_from(length).unwrap_or(usize::MAX))?)
        }
        9 | 10 => list(bytes, deeper?)?,
        12 => Field::Structure(structure(bytes, deeper?)?),
        _ => return Err(damaged()),
    })
}

fn list<'a>(bytes: &mut &'a [u8], depth: usize) -> Decoded<Field<'a>> {
    let head = byte(bytes)?;
    let length = match head >> 4 {
        15 => take_varint(bytes)?,
        length => u64::from(length),
    };
    let mut items = Vec::new();
    for _ in 0..length {
        items.push(field(bytes, head & 0xf, depth)?);
    }
    Ok(Field::List(items))
}

fn byte(bytes: &mut &[u8]) -> Decoded<u8> {
    take(bytes, 1).map(|byte| byte[0])
}

fn damaged() -> String {
    "its metadata is damaged".to_owned()
}

//! Values as a Parquet file: one group of rows, plain pages that are not packed, for a reader to take along.

use crate::calendar::{parse_day, parse_moment};
use crate::plan::{Kind, Value};

/// The types of thrift's compact protocol.
const FALSE: u8 = 2;
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Encodings: values as they are, levels in runs.
const PLAIN: i64 = 0;
const RLE: i64 = 3;

/// A Parquet file with these columns, all of one length.
pub fn write(columns: &[(&str, Kind)], values: &[Vec<Value>]) -> Vec<u8> {
    let rows = values.first().map_or(0, Vec::len);
    let mut file = b"PAR1".to_vec();
    let chunks: Vec<(usize, usize)> = columns
        .iter()
        .zip(values)
        .map(|((_, kind), values)| {
            let start = file.len();
            page(&mut file, *kind, values);
            (start, file.len() - start)
        })
        .collect();
    let start = file.len();
    let mut footer = Thrift::default();
    footer.number(1, I32, 1);
    footer.list(2, STRUCT, columns.len() + 1);
    schema(&mut footer, columns);
    footer.number(3, I64, rows as i64);
    footer.list(4, STRUCT, 1);
    footer.nested(|group| row_group(group, columns, &chunks, rows));
    footer.text(6, concat!("dashgen ", env!("CARGO_PKG_VERSION")));
    footer.bytes.push(0);
    file.extend(footer.bytes);
    let length = (file.len() - start) as u32;
    file.extend(length.to_le_bytes());
    file.extend(b"PAR1");
    file
}

fn schema(footer: &mut Thrift, columns: &[(&str, Kind)]) {
    footer.nested(|root| {
        root.text(4, "schema");
        root.number(5, I32, columns.len() as i64);
    });
    for (name, kind) in columns {
        footer.nested(|element| {
            element.number(1, I32, physical(*kind));
            element.number(3, I32, 1);
            element.text(4, name);
            match kind {
                Kind::Text => element.number(6, I32, 0),
                Kind::Date => element.number(6, I32, 6),
                Kind::Decimal { scale } => {
                    element.number(6, I32, 5);
                    element.number(7, I32, i64::from(*scale));
                    element.number(8, I32, 18);
                }
                // A moment without time zone, in microseconds.
                Kind::Timestamp => element.structure(10, |logical| {
                    logical.structure(8, |timestamp| {
                        timestamp.field(1, FALSE);
                        timestamp.structure(2, |unit| unit.structure(2, |_| {}));
                    });
                }),
                Kind::Integer | Kind::Float | Kind::Boolean | Kind::Sketch => {}
            }
        });
    }
}

fn physical(kind: Kind) -> i64 {
    match kind {
        Kind::Boolean => 0,
        Kind::Date => 1,
        Kind::Integer | Kind::Decimal { .. } | Kind::Timestamp => 2,
        Kind::Float => 5,
        Kind::Text | Kind::Sketch => 6,
    }
}

fn row_group(group: &mut Thrift, columns: &[(&str, Kind)], chunks: &[(usize, usize)], rows: usize) {
    group.list(1, STRUCT, columns.len());
    for ((name, kind), (start, length)) in columns.iter().zip(chunks) {
        group.nested(|chunk| {
            chunk.number(2, I64, *start as i64);
            chunk.structure(3, |column| {
                column.number(1, I32, physical(*kind));
                column.list(2, I32, 2);
                column.varint(zigzag(PLAIN));
                column.varint(zigzag(RLE));
                column.list(3, BINARY, 1);
                column.string(name);
                column.number(4, I32, 0);
                column.number(5, I64, rows as i64);
                column.number(6, I64, *length as i64);
                column.number(7, I64, *length as i64);
                column.number(9, I64, *start as i64);
            });
        });
    }
    group.number(2, I64, chunks.iter().map(|(_, length)| *length as i64).sum());
    group.number(3, I64, rows as i64);
}

/// A column's only page: which rows have a value, then the values.
fn page(file: &mut Vec<u8>, kind: Kind, values: &[Value]) {
    let (mut levels, mut body) = (Bits::default(), Vec::new());
    let mut truths = Bits::default();
    for value in values {
        levels.push(encode(kind, value, &mut body, &mut truths));
    }
    body.extend(truths.bytes);
    let mut present = Thrift::default();
    present.varint((levels.bytes.len() as u64) << 1 | 1);
    present.bytes.extend(levels.bytes);
    let size = (4 + present.bytes.len() + body.len()) as i64;
    let mut header = Thrift::default();
    header.number(1, I32, 0);
    header.number(2, I32, size);
    header.number(3, I32, size);
    header.structure(5, |data| {
        data.number(1, I32, values.len() as i64);
        data.number(2, I32, PLAIN);
        data.number(3, I32, RLE);
        data.number(4, I32, RLE);
    });
    header.bytes.push(0);
    file.extend(header.bytes);
    file.extend((present.bytes.len() as u32).to_le_bytes());
    file.extend(present.bytes);
    file.extend(body);
}

/// Adds a value to a page; false if it is none of the kind.
fn encode(kind: Kind, value: &Value, body: &mut Vec<u8>, truths: &mut Bits) -> bool {
    let mut whole = |number: i64| body.extend(number.to_le_bytes());
    match (kind, value) {
        (Kind::Boolean, Value::Boolean(truth)) => truths.push(*truth),
        (Kind::Integer, Value::Number(number)) => whole(*number as i64),
        (Kind::Decimal { scale }, Value::Number(number)) => whole((number * 10f64.powi(scale.into())).round() as i64),
        (Kind::Float, Value::Number(number)) => body.extend(number.to_le_bytes()),
        (Kind::Timestamp, Value::Text(moment)) => match parse_moment(moment) {
            Some(micros) => whole(micros),
            None => return false,
        },
        (Kind::Date, Value::Text(day)) => match parse_day(day) {
            Some(days) => body.extend((days as i32).to_le_bytes()),
            None => return false,
        },
        (Kind::Text, Value::Text(text)) => {
            body.extend((text.len() as u32).to_le_bytes());
            body.extend(text.as_bytes());
        }
        _ => return false,
    }
    true
}

/// Bits, the first in the lowest place.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.count.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.count % 8);
        }
        self.count += 1;
    }
}

/// A structure of thrift's compact protocol.
#[derive(Default)]
struct Thrift {
    bytes: Vec<u8>,
    last: u8,
}

impl Thrift {
    fn field(&mut self, id: u8, kind: u8) {
        self.bytes.push((id - self.last) << 4 | kind);
        self.last = id;
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn number(&mut self, id: u8, kind: u8, number: i64) {
        self.field(id, kind);
        self.varint(zigzag(number));
    }

    fn string(&mut self, text: &str) {
        self.varint(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    fn text(&mut self, id: u8, text: &str) {
        self.field(id, BINARY);
        self.string(text);
    }

    fn list(&mut self, id: u8, of: u8, length: usize) {
        self.field(id, LIST);
        if length < 15 {
            self.bytes.push((length as u8) << 4 | of);
        } else {
            self.bytes.push(0xf0 | of);
            self.varint(length as u64);
        }
    }

    /// An element of a list.
    fn nested(&mut self, write: impl FnOnce(&mut Thrift)) {
        let mut inner = Thrift::default();
        write(&mut inner);
        self.bytes.extend(inner.bytes);
        self.bytes.push(0);
    }

    fn structure(&mut self, id: u8, write: impl FnOnce(&mut Thrift)) {
        self.field(id, STRUCT);
        self.nested(write);
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

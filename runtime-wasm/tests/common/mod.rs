//! Slices for the tests: a table of every kind of column, by chance from a seed, written in the encodings that writers choose.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use dashgen_runtime::calendar::{write_day, write_moment};
use dashgen_runtime::plan::{Column, Kind, Table, Value};
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// Pseudorandom numbers that are the same on every machine.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub fn null(&mut self) -> bool {
        self.below(8) == 0
    }
}

pub struct Row {
    pub region: Option<String>,
    pub product: String,
    pub day: Option<i32>,
    pub at: i64,
    pub units: Option<i64>,
    pub price: i64,
    pub score: Option<f64>,
    pub flag: Option<bool>,
}

const SCHEMA: &str = "message slice {
    OPTIONAL BYTE_ARRAY region (UTF8); REQUIRED BYTE_ARRAY product (UTF8); OPTIONAL INT32 day (DATE);
    REQUIRED INT64 at (TIMESTAMP_MICROS); OPTIONAL INT64 units; REQUIRED INT64 price (DECIMAL(18, 2));
    OPTIONAL DOUBLE score; OPTIONAL BOOLEAN flag; }";

pub fn table(name: &str) -> Table {
    let kinds = [
        ("region", Kind::Text),
        ("product", Kind::Text),
        ("day", Kind::Date),
        ("at", Kind::Timestamp),
        ("units", Kind::Integer),
        ("price", Kind::Decimal { scale: 2 }),
        ("score", Kind::Float),
        ("flag", Kind::Boolean),
    ];
    let columns = kinds.map(|(name, kind)| Column { name: name.to_owned(), kind }).into();
    Table { name: name.to_owned(), columns, ..Table::default() }
}

pub fn rows(chance: &mut Chance, count: usize) -> Vec<Row> {
    (0..count).map(|_| row(chance)).collect()
}

fn row(chance: &mut Chance) -> Row {
    let some = |chance: &mut Chance, end| (!chance.null()).then(|| chance.below(end));
    Row {
        region: some(chance, 5).map(|n| ["Nørd", "South", "", "East", "West"][n as usize].to_owned()),
        product: format!("product {}", chance.below(300)),
        day: some(chance, 800).map(|n| n as i32 - 30),
        at: chance.below(90_000_000) as i64 * 1_000_000 - 3_000_000_000_000,
        units: some(chance, 100_000).map(|n| n as i64 - 50_000),
        price: chance.below(1_000_000) as i64 - 200_000,
        score: some(chance, 1000).map(|n| n as f64 / 8.0 - 20.0),
        flag: some(chance, 2).map(|n| n == 1),
    }
}

impl Row {
    /// Its values in the order of the columns.
    pub fn values(&self) -> [Value; 8] {
        let text = |text: &str| Value::Text(text.to_owned());
        [
            self.region.as_deref().map_or(Value::Null, text),
            text(&self.product),
            self.day.map_or(Value::Null, |day| Value::Text(write_day(day.into()))),
            Value::Text(write_moment(self.at)),
            self.units.map_or(Value::Null, |units| Value::Number(units as f64)),
            Value::Number(self.price as f64 / 100.0),
            self.score.map_or(Value::Null, Value::Number),
            self.flag.map_or(Value::Null, Value::Boolean),
        ]
    }
}

/// How a slice is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    pub version: WriterVersion,
    pub compression: Compression,
    pub dictionary: bool,
    pub groups: usize,
}

pub const PLAINEST: Writing = Writing {
    version: WriterVersion::PARQUET_1_0,
    compression: Compression::UNCOMPRESSED,
    dictionary: true,
    groups: 1,
};

pub fn write(rows: &[Row], writing: Writing) -> Vec<u8> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(writing.version)
        .set_compression(writing.compression)
        .set_dictionary_enabled(writing.dictionary)
        .set_data_page_row_count_limit(700)
        .set_write_batch_size(100);
    if writing.version == WriterVersion::PARQUET_2_0 {
        for column in ["region", "product"] {
            properties = properties.set_column_dictionary_enabled(column.into(), true);
        }
    }
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
    for rows in rows.chunks(rows.len().div_ceil(writing.groups).max(1)) {
        let mut group = file.next_row_group().unwrap();
        write_group(&mut group, rows);
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

fn write_group(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, rows: &[Row]) {
    let bytes = |text: &str| ByteArray::from(text);
    column::<ByteArrayType>(group, rows, true, |row| row.region.as_deref().map(bytes));
    column::<ByteArrayType>(group, rows, false, |row| Some(bytes(&row.product)));
    column::<Int32Type>(group, rows, true, |row| row.day);
    column::<Int64Type>(group, rows, false, |row| Some(row.at));
    column::<Int64Type>(group, rows, true, |row| row.units);
    column::<Int64Type>(group, rows, false, |row| Some(row.price));
    column::<DoubleType>(group, rows, true, |row| row.score);
    column::<BoolType>(group, rows, true, |row| row.flag);
}

fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    rows: &[Row],
    optional: bool,
    value: impl Fn(&Row) -> Option<T::T>,
) {
    let values: Vec<T::T> = rows.iter().filter_map(&value).collect();
    let levels: Vec<i16> = rows.iter().map(|row| value(row).is_some().into()).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(&values, optional.then_some(&levels), None).unwrap();
    column.close().unwrap();
}

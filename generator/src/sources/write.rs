//! Rows with known types become a Parquet file.

use super::rows::Cell;
use super::types::{self, Decimal, Type};
use arrow::array::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Rows that are collected before they are written.
const BATCH: usize = 1 << 16;

/// Writes rows to a file.
pub struct Writer {
    schema: SchemaRef,
    columns: Vec<Column>,
    decimal: Decimal,
    rows: usize,
    file: ArrowWriter<File>,
}

struct Column {
    /// Its position among a row's cells.
    position: usize,
    kind: Type,
    values: Values,
}

enum Values {
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
}

impl Writer {
    /// A writer for columns: each with its position in a row, its name and its type.
    pub fn new(file: File, columns: &[(usize, String, Type)], decimal: Decimal) -> io::Result<Writer> {
        let fields: Vec<Field> =
            columns.iter().map(|(_, name, kind)| Field::new(name, data_type(kind), true)).collect();
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder().set_compression(Compression::LZ4_RAW).build();
        let file = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(io::Error::other)?;
        let column = |(position, _, kind): &(usize, String, Type)| Column {
            position: *position,
            kind: kind.clone(),
            values: values(kind),
        };
        Ok(Writer { schema, columns: columns.iter().map(column).collect(), decimal, rows: 0, file })
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for column in &mut self.columns {
            column.push(cells[column.position], self.decimal)?;
        }
        self.rows += 1;
        if self.rows == BATCH { self.flush() } else { Ok(()) }
    }

    /// Writes what is left, and the footer.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.file.close().map(drop).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        let arrays = self.columns.iter_mut().map(|column| column.values.builder().finish()).collect();
        self.rows = 0;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)?;
        self.file.write(&batch).map_err(io::Error::other)
    }
}

fn data_type(kind: &Type) -> DataType {
    match kind {
        Type::Text | Type::Binary => DataType::Utf8,
        Type::Boolean => DataType::Boolean,
        Type::Integer => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Date(_) => DataType::Date32,
        Type::Timestamp(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

fn values(kind: &Type) -> Values {
    match kind {
        Type::Text | Type::Binary => Values::Text(StringBuilder::new()),
        Type::Boolean => Values::Boolean(BooleanBuilder::new()),
        Type::Integer => Values::Integer(Int64Builder::new()),
        Type::Number => Values::Number(Float64Builder::new()),
        Type::Date(_) => Values::Date(Date32Builder::new()),
        Type::Timestamp(_) => Values::Timestamp(TimestampMicrosecondBuilder::new()),
    }
}

impl Values {
    fn builder(&mut self) -> &mut dyn ArrayBuilder {
        match self {
            Values::Text(values) => values,
            Values::Boolean(values) => values,
            Values::Integer(values) => values,
            Values::Number(values) => values,
            Values::Date(values) => values,
            Values::Timestamp(values) => values,
        }
    }
}

impl Column {
    /// Adds a cell. The column's type was made of all its cells: one that does not fit was not there then.
    fn push(&mut self, cell: Cell<'_>, decimal: Decimal) -> io::Result<()> {
        let moment = |cell| match &self.kind {
            Type::Date(pattern) | Type::Timestamp(pattern) => types::moment(cell, pattern),
            _ => None,
        };
        macro_rules! append {
            ($values:expr, $value:expr) => {{
                let value = $value;
                let fits = value.is_some() || cell == Cell::Null;
                $values.append_option(value);
                fits
            }};
        }
        let fits = match &mut self.values {
            Values::Text(values) => append!(values, cell.text()),
            Values::Boolean(values) => append!(values, types::boolean(cell)),
            Values::Integer(values) => append!(values, types::integer(cell)),
            Values::Number(values) => append!(values, types::number(cell, decimal)),
            Values::Date(values) => append!(values, moment(cell).map(|moment| moment.day)),
            Values::Timestamp(values) => append!(values, moment(cell).map(|moment| moment.timestamp())),
        };
        if fits { Ok(()) } else { Err(io::Error::other("the file changed while it was read; build again")) }
    }
}

//! A frame as a Parquet file that any tool opens: each column in the encoding that makes it smallest.

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal64Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Field, Schema};
use dashgen_runtime::plan::{self, Kind};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use polars::prelude::{Column, DataFrame, DataType, PolarsResult, TimeUnit};
use std::sync::Arc;

/// Writes a frame whose columns are these, in order.
pub fn file(frame: &DataFrame, columns: &[plan::Column]) -> PolarsResult<Vec<u8>> {
    let batch = batch(frame, columns)?;
    Ok(smallest(&batch, columns))
}

fn batch(frame: &DataFrame, wanted: &[plan::Column]) -> PolarsResult<RecordBatch> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in wanted {
        let array = array(frame.column(&column.name)?, column.kind)?;
        fields.push(Field::new(&column.name, array.data_type().clone(), array.null_count() > 0));
        arrays.push(array);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .expect("arrays have their fields' types and one length"))
}

/// A polars column as an arrow array of the type that its kind has in slices.
fn array(column: &Column, kind: Kind) -> PolarsResult<ArrayRef> {
    let series = column.as_materialized_series();
    Ok(match kind {
        Kind::Text => Arc::new(series.cast(&DataType::String)?.str()?.iter().collect::<StringArray>()),
        Kind::Sketch => Arc::new(series.binary()?.iter().collect::<BinaryArray>()),
        Kind::Boolean => Arc::new(series.bool()?.iter().collect::<BooleanArray>()),
        Kind::Integer => Arc::new(series.strict_cast(&DataType::Int64)?.i64()?.iter().collect::<Int64Array>()),
        Kind::Float => Arc::new(series.cast(&DataType::Float64)?.f64()?.iter().collect::<Float64Array>()),
        Kind::Date => Arc::new(series.to_physical_repr().i32()?.iter().collect::<Date32Array>()),
        Kind::Timestamp => {
            let micros = series.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?;
            Arc::new(micros.to_physical_repr().i64()?.iter().collect::<TimestampMicrosecondArray>())
        }
        Kind::Decimal { scale } => {
            let wide = series.to_physical_repr();
            let units = wide.i128()?.iter().map(|unit| unit.map(|unit| unit as i64)).collect::<Decimal64Array>();
            Arc::new(units.with_precision_and_scale(18, scale as i8).expect("18 digits fit 64 bits"))
        }
    })
}

/// Encodings are tried on so many rows.
const SAMPLE: usize = 200_000;

/// Writes each column in the encoding that makes it smallest, found by trying.
fn smallest(batch: &RecordBatch, wanted: &[plan::Column]) -> Vec<u8> {
    let sample = batch.slice(0, batch.num_rows().min(SAMPLE));
    let choices = (0..batch.num_columns()).map(|index| {
        let single = sample.project(&[index]).expect("the column exists");
        encodings(wanted[index].kind)
            .iter()
            .min_by_key(|encoding| write(&single, &[(batch.schema().field(index).name(), **encoding)]).len())
            .copied()
            .unwrap_or(Encoding::PLAIN)
    });
    let schema = batch.schema();
    let choices: Vec<(&String, Encoding)> = schema.fields().iter().map(|field| field.name()).zip(choices).collect();
    write(batch, &choices)
}

/// The encodings that the runtime reads and that can pay for a kind.
fn encodings(kind: Kind) -> &'static [Encoding] {
    match kind {
        Kind::Text => &[Encoding::RLE_DICTIONARY],
        Kind::Sketch => &[Encoding::PLAIN],
        Kind::Boolean | Kind::Float => &[Encoding::RLE_DICTIONARY, Encoding::PLAIN],
        _ => &[Encoding::RLE_DICTIONARY, Encoding::DELTA_BINARY_PACKED, Encoding::PLAIN],
    }
}

fn write(batch: &RecordBatch, encodings: &[(&String, Encoding)]) -> Vec<u8> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_dictionary_page_size_limit(8 << 20)
        .set_created_by(concat!("dashgen ", env!("CARGO_PKG_VERSION")).to_owned());
    for (name, encoding) in encodings {
        let path = ColumnPath::new(vec![(*name).clone()]);
        properties = match encoding {
            Encoding::RLE_DICTIONARY => properties.set_column_dictionary_enabled(path, true),
            other => properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, *other),
        };
    }
    let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options)
        .expect("flat columns of supported types");
    writer.write(batch).expect("writing to memory");
    writer.into_inner().expect("writing to memory")
}

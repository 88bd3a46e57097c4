//! The slice stage: each table's needed columns are run by polars, put into a fixed order, and written as Parquet that any tool opens.

use crate::bind::BoundPage;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::progress::Progress;
use crate::tables::{self, Table};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal64Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Field, Schema};
use dashgen_runtime::plan::{self, Kind};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use polars::prelude::{Column, DataFrame, DataType, PolarsResult, SortMultipleOptions, TimeUnit};
use rayon::prelude::*;
use std::sync::Arc;

/// The rows of one table that the page's views need, as a Parquet file.
pub struct Slice {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many rows the slice holds.
    pub rows: usize,
}

/// Runs every table of every page, as many at a time as there are processors.
pub fn slices(pages: &[BoundPage], progress: &Progress, diagnostics: &mut Diagnostics) -> Option<Vec<Vec<Slice>>> {
    let jobs: Vec<(&BoundPage, usize)> =
        pages.iter().flat_map(|page| (0..page.tables.len()).map(move |table| (page, table))).collect();
    progress.stage("running queries", jobs.len());
    let done: Vec<Result<Slice, Diagnostic>> = jobs
        .par_iter()
        .map(|(page, table)| {
            let result = checked(&page.tables[*table], &page.plan.tables[*table], page.used_at[*table]);
            progress.step();
            result
        })
        .collect();
    let mut done = done.into_iter().map(|result| result.map_err(|problem| diagnostics.push(problem)).ok());
    let slices: Vec<Vec<Option<Slice>>> =
        pages.iter().map(|page| done.by_ref().take(page.tables.len()).collect()).collect();
    slices.into_iter().map(|page| page.into_iter().collect()).collect()
}

fn checked(table: &Table, wanted: &plan::Table, used_at: Span) -> Result<Slice, Diagnostic> {
    let span = table.span.unwrap_or(used_at);
    match slice(table, wanted) {
        Ok(slice) if slice.rows > 0 => Ok(slice),
        Ok(_) => Err(
            error!(span, "table `{}` is empty", table.name; hint: "a dashboard of no rows shows nothing; check the query's filters and its source"),
        ),
        Err(message) => Err(
            error!(span, "table `{}` cannot be read: {}", table.name, message.lines().next().unwrap_or_default(); hint: "the query is sound, its data is not; is a source file damaged?"),
        ),
    }
}

/// Runs a table for the columns of its plan and writes the slice.
pub fn slice(table: &Table, wanted: &plan::Table) -> Result<Slice, String> {
    let frame = tables::guarded(|| collect(table, wanted)).map_err(|error| error.to_string())?;
    let batch = batch(&frame, wanted).map_err(|error| error.to_string())?;
    Ok(Slice { bytes: smallest(&batch, wanted), rows: batch.num_rows() })
}

/// The rows in a fixed order: the author's, if the query gives one, else sorted by all columns, time first.
fn collect(table: &Table, wanted: &plan::Table) -> PolarsResult<DataFrame> {
    let (columns, computed): (Vec<String>, Vec<String>) =
        wanted.columns.iter().map(|column| column.name.clone()).partition(|name| table.column(name).is_some());
    let mut frame = tables::with_expressions(table, &columns, &computed)?.collect()?;
    if !table.ordered {
        frame = frame.sort(sorting(wanted), SortMultipleOptions::default().with_nulls_last(true))?;
    }
    frame.select(wanted.columns.iter().map(|column| column.name.as_str()))
}

fn sorting(wanted: &plan::Table) -> Vec<&str> {
    let (time, others): (Vec<&plan::Column>, Vec<&plan::Column>) =
        wanted.columns.iter().partition(|column| column.kind.is_time());
    time.into_iter().chain(others).map(|column| column.name.as_str()).collect()
}

fn batch(frame: &DataFrame, wanted: &plan::Table) -> PolarsResult<RecordBatch> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in &wanted.columns {
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

/// Writes each column in the encoding that makes it smallest, found by trying.
fn smallest(batch: &RecordBatch, wanted: &plan::Table) -> Vec<u8> {
    let choices = (0..batch.num_columns()).map(|index| {
        let single = batch.project(&[index]).expect("the column exists");
        encodings(wanted.columns[index].kind)
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

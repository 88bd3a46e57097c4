//! Arrow batches of a driver as polars frames. They go over as Arrow IPC in memory: a copy, and no unsafe code.

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema as ArrowSchema};
use arrow_ipc::writer::FileWriter;
use polars::prelude::{DataFrame, DataType, IpcReader, PlSmallStr, PolarsError, PolarsResult, Schema, SerReader};
use std::io::Cursor;
use std::sync::Arc;

/// The types of a query's columns, as tables have them.
pub fn types(schema: &ArrowSchema) -> PolarsResult<Schema> {
    let mut types = Schema::default();
    for field in schema.fields() {
        let name = PlSmallStr::from_str(field.name());
        if types.insert(name, told(field)?).is_some() {
            let message = format!("two columns are called `{}`: name one of them by AS", field.name());
            return Err(PolarsError::Duplicate(message.into()));
        }
    }
    Ok(types)
}

/// The type of a column: whole decimals are integers, and PostgreSQL's numbers, which arrive as text, what they were
/// declared.
fn told(field: &Field) -> PolarsResult<DataType> {
    if field.metadata().get("POSTGRESQL:type").is_some_and(|name| name == "numeric") {
        return Ok(numeric(field));
    }
    let stripped = ArrowSchema::new(vec![stripped(field)]);
    let read = frame(&RecordBatch::new_empty(Arc::new(stripped)));
    let Ok(read) = read else { return Ok(DataType::Binary) };
    Ok(match read.dtypes().first() {
        Some(DataType::Decimal(_, 0)) => DataType::Int64,
        Some(found) => found.clone(),
        None => DataType::Null,
    })
}

/// PostgreSQL tells precision and scale in one number, four too high; without them a number has any scale.
fn numeric(field: &Field) -> DataType {
    let modifier = field.metadata().get("POSTGRESQL:typmod").and_then(|text| text.parse::<i64>().ok());
    match modifier.filter(|modifier| *modifier >= 4).map(|modifier| modifier - 4) {
        Some(packed) if packed >> 16 <= 38 && packed & 0x7ff <= packed >> 16 => {
            DataType::Decimal((packed >> 16) as usize, (packed & 0x7ff) as usize)
        }
        _ => DataType::Float64,
    }
}

/// A frame of these columns without rows.
pub fn empty(schema: &ArrowSchema) -> PolarsResult<DataFrame> {
    frame(&RecordBatch::new_empty(Arc::new(schema.clone())))
}

/// A batch as a frame.
pub fn frame(batch: &RecordBatch) -> PolarsResult<DataFrame> {
    let fields: Vec<Field> = batch.schema().fields().iter().map(|field| stripped(field)).collect();
    let schema = Arc::new(ArrowSchema::new(fields));
    let bytes = written(&schema, batch).map_err(|error| PolarsError::ComputeError(error.to_string().into()))?;
    IpcReader::new(Cursor::new(bytes)).finish()
}

fn written(schema: &Arc<ArrowSchema>, batch: &RecordBatch) -> Result<Vec<u8>, arrow::error::ArrowError> {
    let batch = RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec())?;
    let mut writer = FileWriter::try_new(Vec::new(), schema)?;
    writer.write(&batch)?;
    writer.into_inner()
}

/// A field without what drivers note beside its type.
fn stripped(field: &Field) -> Field {
    Field::new(field.name(), field.data_type().clone(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::DataType as ArrowType;
    use std::collections::HashMap;

    #[test]
    fn numbers_of_postgresql_are_what_they_were_declared() {
        let cases =
            [("786438", DataType::Decimal(12, 2)), ("-1", DataType::Float64), ("655364", DataType::Decimal(10, 0))];
        for (modifier, expected) in cases {
            let told = [("POSTGRESQL:type", "numeric"), ("POSTGRESQL:typmod", modifier)];
            let metadata: HashMap<String, String> =
                told.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(numeric(&Field::new("n", ArrowType::Utf8, true).with_metadata(metadata)), expected);
        }
    }
}

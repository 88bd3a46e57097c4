//! Rows of a query as a person reads them: in a terminal, and in the message of a check that fails.

use comfy_table::{CellAlignment, Table, presets};
use polars::prelude::{
    AnyValue, Column, CsvWriter, DataFrame, DataType, JsonFormat, JsonWriter, PolarsResult, SerWriter,
};

/// Rows under their columns' names.
pub fn text(frame: &DataFrame) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(frame.get_column_names().iter().map(|name| name.as_str()));
    let columns: Vec<Vec<String>> = frame.columns().iter().map(cells).collect();
    for row in 0..frame.height() {
        table.add_row(columns.iter().map(|cells| cells[row].as_str()));
    }
    let is_number = |column: &Column| column.dtype().is_numeric();
    for column in table.column_iter_mut().zip(frame.columns()).filter(|(_, of)| is_number(of)).map(|(column, _)| column)
    {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Rows as CSV with a header.
pub fn csv(frame: &mut DataFrame) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).finish(frame)?;
    Ok(bytes)
}

/// Rows as a JSON list of objects.
pub fn json(frame: &mut DataFrame) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JsonWriter::new(&mut bytes).with_json_format(JsonFormat::Json).finish(frame)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A column's values, null as nothing.
fn cells(column: &Column) -> Vec<String> {
    let series = column.as_materialized_series();
    match series.cast(&DataType::String) {
        Ok(texts) if texts.null_count() == series.null_count() => texts
            .str()
            .map(|texts| texts.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
            .unwrap_or_default(),
        _ => {
            series.iter().map(|value| if value == AnyValue::Null { String::new() } else { value.to_string() }).collect()
        }
    }
}

//! What a table shows, as a file: the same rows and columns in the same order, with values that programs can read.

use super::Session;
use crate::format;
use crate::plan::{Kind, Shows, State, TableView, Term, Value};

/// A column of the file: what it is called, and which of the answer it is.
struct Field {
    label: String,
    term: Term,
    kind: Kind,
}

impl Session {
    /// All rows of a table under a state as CSV (RFC 4180), with a byte order mark for spreadsheets.
    pub fn csv(&mut self, view: &str, state: &State) -> Result<String, String> {
        let (index, asked) = self.table_view(view, state)?;
        let Shows::Table(table) = &self.plan.views[index].shows else { return Err(String::new()) };
        let fields = fields(table);
        let mut text = String::from("\u{feff}");
        line(&mut text, fields.iter().map(|field| field.label.clone()));
        let written = self.each_row(index, &asked, |values, row| {
            line(&mut text, fields.iter().map(|field| plain(&values.value(field.term, row))));
        });
        written.map_err(|why| why.unwrap_or_else(|| "its data is not there yet".to_owned()))?;
        Ok(text)
    }

    /// All rows of a table under a state as a Parquet file.
    pub fn parquet(&mut self, view: &str, state: &State) -> Result<Vec<u8>, String> {
        let (index, asked) = self.table_view(view, state)?;
        let Shows::Table(table) = &self.plan.views[index].shows else { return Err(String::new()) };
        let fields = fields(table);
        let mut columns: Vec<Vec<Value>> = fields.iter().map(|_| Vec::new()).collect();
        let read = self.each_row(index, &asked, |values, row| {
            for (column, field) in columns.iter_mut().zip(&fields) {
                column.push(values.value(field.term, row));
            }
        });
        read.map_err(|why| why.unwrap_or_else(|| "its data is not there yet".to_owned()))?;
        let described = fields.iter().map(|field| (field.label.as_str(), field.kind));
        Ok(crate::slice::write(&described.collect::<Vec<_>>(), &columns))
    }
}

/// The columns of a file: what groups rows first; lines along time are left out.
fn fields(table: &TableView) -> Vec<Field> {
    let groups = table.groups.iter().map(|groups| (&groups.label, &groups.by));
    let columns = table.columns.iter().filter(|column| column.look.trend().is_none());
    let columns = columns.map(|column| (&column.label, &column.format));
    let field = |(label, format): (&String, &crate::plan::Format)| Field {
        label: label.clone(),
        term: format.term,
        kind: format.kind,
    };
    let mut fields: Vec<Field> = Vec::new();
    for mut field in groups.chain(columns).map(field) {
        let is_taken = |label: &str| fields.iter().any(|other| other.label == label);
        if is_taken(&field.label) {
            let mut labels = (2..).map(|count| format!("{} {count}", field.label));
            field.label = labels.find(|label| !is_taken(label)).unwrap_or_default();
        }
        fields.push(field);
    }
    fields
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Number(number) => format::shortest(*number),
        Value::Text(text) => text.clone(),
    }
}

//! A query that runs where its tables are: what it gives is known before a row is read, and read when it is asked.

use super::{Connection, Problem};
use polars::prelude::{
    AllowedOptimizations, DataFrame, DataType, IntoLazy, LazyFrame, OptFlags, PlSmallStr, PolarsResult, Schema,
};
use std::sync::Arc;

/// A query of a connection.
#[derive(Clone)]
pub struct Remote {
    /// Who runs it.
    pub connection: Arc<Connection>,
    /// The query, in the connection's SQL.
    pub sql: String,
    /// Its columns.
    pub schema: Schema,
}

impl Remote {
    /// Asks for the columns of a query.
    pub fn new(connection: &Arc<Connection>, sql: String) -> Result<Remote, Problem> {
        let schema = connection.schema(&sql)?;
        Ok(Remote { connection: Arc::clone(connection), sql, schema })
    }

    /// The query's rows as a frame that is read when it is collected, in the columns that are needed.
    pub fn frame(&self) -> LazyFrame {
        let remote = self.clone();
        let read = move |columns: DataFrame| remote.read(columns.get_column_names());
        let needed: AllowedOptimizations = OptFlags::PROJECTION_PUSHDOWN;
        DataFrame::empty_with_schema(&self.schema).lazy().map(read, needed, None, Some("connection"))
    }

    /// Reads some columns.
    fn read(&self, columns: Vec<&PlSmallStr>) -> PolarsResult<DataFrame> {
        let dialect = self.connection.settings.dialect;
        let list = match columns.is_empty() {
            true => "1 AS one".to_owned(),
            false => columns.iter().map(|name| dialect.quoted(name)).collect::<Vec<_>>().join(", "),
        };
        let frame = self.connection.query(&format!("SELECT {list} FROM (\n{}\n) AS rows_of", self.sql))?;
        if columns.is_empty() {
            return DataFrame::new(frame.height(), Vec::new());
        }
        conformed(
            &frame,
            columns.into_iter().map(|name| (name.as_str(), self.schema.get(name).unwrap_or(&DataType::Null))),
        )
    }

    /// The type of an expression over the query's columns.
    pub fn expression_type(&self, expression: &str) -> Result<DataType, Problem> {
        let sql = format!("SELECT {expression} AS computed FROM (\n{}\n) AS rows_of", self.sql);
        let schema = self.connection.schema(&sql)?;
        Ok(schema.get_at_index(0).map_or(DataType::Null, |(_, found)| found.clone()))
    }
}

/// A frame's columns by position, under these names and in these types.
pub fn conformed<'a>(
    frame: &DataFrame,
    columns: impl Iterator<Item = (&'a str, &'a DataType)>,
) -> PolarsResult<DataFrame> {
    let typed = frame.columns().iter().zip(columns).map(|(column, (name, wanted))| {
        let mut column = if column.dtype() == wanted { column.clone() } else { column.strict_cast(wanted)? };
        column.rename(name.into());
        Ok(column)
    });
    DataFrame::new(frame.height(), typed.collect::<PolarsResult<Vec<_>>>()?)
}

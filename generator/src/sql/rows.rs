//! Rows in the making: a lazy frame whose columns have made-up names, and the names by which SQL may call them.

use super::context::Context;
use super::rewrite::{Planned, internal};
use crate::diagnostics::suggest;
use crate::error;
use polars::prelude::{Expr, LazyFrame, SchemaRef, col};
use sqlparser::ast::{self, Ident};

/// How a column can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By its name, with or without its table's; `*` gives it.
    Open,
    /// With its table's name only: the second of two that `USING` made one.
    Qualified,
    /// From a query within this one: it belongs to the row of the query around.
    Outer,
}

/// A column of rows in the making.
#[derive(Debug, Clone)]
pub struct Column {
    /// The table's name or alias; empty for none.
    pub table: String,
    /// The name in SQL.
    pub name: String,
    /// The frame's column; no two columns of a plan share one unless they hold the same values.
    pub id: String,
    /// How it can be named.
    pub reach: Reach,
}

/// A lazy frame and its names.
#[derive(Clone)]
pub struct Rows {
    /// The rows; further columns may be in it that no name reaches.
    pub frame: LazyFrame,
    /// What SQL can name, in order.
    pub columns: Vec<Column>,
}

impl Rows {
    /// A frame's columns under a table's name, each with an id of its own.
    pub fn open(context: &Context, frame: LazyFrame, names: &[String], table: &str) -> Rows {
        let columns: Vec<Column> = names
            .iter()
            .map(|name| Column { table: table.to_owned(), name: name.clone(), id: context.id(), reach: Reach::Open })
            .collect();
        let renamed: Vec<Expr> = columns.iter().map(|column| col(&column.name).alias(&column.id)).collect();
        Rows { frame: frame.select(renamed), columns }
    }

    /// The same rows under another name, with ids of their own; what belongs to the query around stays as it is.
    pub fn aliased(self, context: &Context, table: &str) -> Rows {
        let mut columns = self.columns;
        let mut picked = Vec::new();
        for column in &mut columns {
            let id = if column.reach == Reach::Outer { column.id.clone() } else { context.id() };
            picked.push(col(&column.id).alias(&id));
            column.id = id;
            if column.reach != Reach::Outer {
                table.clone_into(&mut column.table);
            }
        }
        Rows { frame: self.frame.select(picked), columns }
    }

    /// The types of the frame's columns.
    pub fn schema(&mut self, context: &Context) -> Planned<SchemaRef> {
        self.frame.collect_schema().map_err(|problem| context.refused(context.sql.span, &problem))
    }

    /// The columns of this row itself.
    pub fn own(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.reach != Reach::Outer)
    }

    /// The columns that belong to the query around.
    pub fn carried(&self) -> Vec<Column> {
        self.columns.iter().filter(|column| column.reach == Reach::Outer).cloned().collect()
    }

    /// The columns that `*` gives, or `table.*`.
    pub fn starred(&self, table: Option<&str>) -> Vec<Column> {
        let wanted = |column: &&Column| match table {
            Some(table) => column.table.eq_ignore_ascii_case(table),
            None => column.reach == Reach::Open,
        };
        self.own().filter(wanted).cloned().collect()
    }

    /// The column that a name of one or two parts means: an own one first, then one of the query around.
    pub fn find(&self, context: &Context, parts: &[Ident]) -> Planned<Option<&Column>> {
        let (table, name) = match parts {
            [name] => (None, name),
            [.., table, name] => (Some(table.value.as_str()), name),
            [] => return Ok(None),
        };
        for outer in [false, true] {
            let found = self.matching(table, &name.value, outer);
            if let [first, second, ..] = found.as_slice()
                && first.id != second.id
            {
                return Err(ambiguous(context, name, first, second));
            }
            if let Some(first) = found.first() {
                context.note(first);
                return Ok(Some(first));
            }
        }
        Ok(None)
    }

    /// Those of the name as written, or else those that differ from it in case only.
    fn matching(&self, table: Option<&str>, name: &str, outer: bool) -> Vec<&Column> {
        let reached = |column: &&Column| match table {
            Some(table) => column.table.eq_ignore_ascii_case(table),
            None => column.reach != Reach::Qualified,
        };
        let all: Vec<&Column> =
            self.columns.iter().filter(|column| (column.reach == Reach::Outer) == outer).filter(reached).collect();
        let exact: Vec<&Column> = all.iter().copied().filter(|column| column.name == name).collect();
        if !exact.is_empty() {
            return exact;
        }
        all.into_iter().filter(|column| column.name.eq_ignore_ascii_case(name)).collect()
    }

    /// The expression that a name means.
    pub fn name(&self, context: &Context, parts: &[Ident]) -> Planned<Option<ast::Expr>> {
        let span = parts.last().map_or(sqlparser::tokenizer::Span::empty(), |part| part.span);
        Ok(self.find(context, parts)?.map(|column| internal(&column.id, span)))
    }

    /// The mistake of naming a column that is not there.
    pub fn unknown(&self, context: &Context, parts: &[Ident]) -> crate::diagnostics::Diagnostic {
        let name = parts.last().map_or("", |ident| ident.value.as_str());
        let span = parts.last().map_or(context.sql.span, |ident| context.at(ident));
        if let [table, _] = parts
            && !self.columns.iter().any(|column| column.table.eq_ignore_ascii_case(&table.value))
        {
            let tables = self.columns.iter().map(|column| column.table.as_str());
            let near = suggest(&table.value, tables).map(|near| format!("did you mean `{near}`?"));
            let hint = near.or_else(|| Some("write the name or the alias that the table has in FROM".to_owned()));
            return error!(context.at(table), "`{}` is no table of this query", table.value).hint(hint);
        }
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        crate::tables::unknown_column(name, span, &names)
    }
}

fn ambiguous(context: &Context, name: &Ident, first: &Column, second: &Column) -> crate::diagnostics::Diagnostic {
    error!(
        context.at(name), "column `{}` is in two tables of this query", name.value;
        hint: "write `{}.{}` or `{}.{}`", first.table, first.name, second.table, second.name
    )
}

//! Tables whose queries name parameters: which inputs they mean, and what they are while some values are chosen.

use super::{Definition, Stage, Table, Tables, guarded, source, table};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::lineage::Lineage;
use crate::reactive::{self, Choices, Offers, Parameter, Reactive, parameters};
use crate::sql::{self, Sql};
use dashgen_runtime::plan::Kind;
use polars::prelude::{LazyFrame, PolarsError, PolarsResult};
use sqlparser::ast::Query;
use std::sync::Arc;

impl Stage<'_> {
    /// What a query with parameters, or over a table with some, asks of the reader; the inner option is none for other queries.
    #[expect(clippy::option_option, reason = "none for a mistake, none inside for a query without parameters")]
    pub(super) fn reactive(
        &mut self,
        definition: &Definition,
        query: &Query,
        relations: &Tables,
        path: &mut Vec<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Reactive>> {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut sound = true;
        for (name, span) in reactive::placeholders(&definition.sql, query) {
            let parameter = self.parameter(&name, span, path, diagnostics);
            sound &= parameter.is_some();
            parameters.extend(parameter);
        }
        let named = |(name, table): (&String, &Table)| Table { name: name.clone(), ..table.clone() };
        let relations: Vec<Table> = relations.iter().map(named).collect();
        let mut is_reactive = !parameters.is_empty();
        for below in relations.iter().filter_map(|table| table.reactive.as_ref()) {
            is_reactive = true;
            let new = below.parameters.iter().filter(|one| !parameters.iter().any(|known| known.name == one.name));
            parameters.extend(new.cloned().collect::<Vec<_>>());
        }
        let (sql, query) = (definition.sql.clone(), query.clone());
        sound.then(|| is_reactive.then_some(Reactive { sql, query, parameters, relations }))
    }

    /// The parameter of a name: the input, and the kind of what it offers.
    fn parameter(
        &mut self,
        name: &str,
        span: Span,
        path: &mut Vec<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Parameter> {
        let Some((declared, part)) = parameters::named(name, self.declared) else {
            diagnostics.push(reactive::unknown_parameter(name, span, self.declared));
            return None;
        };
        let kind = match &declared.offers {
            Offers::Column { table, column, span: at } => {
                let table = self.offering(table.as_deref(), column, span, path, diagnostics)?;
                // A column that is not there is told where the input is bound.
                table.column(column).flatten().or_else(|| table.column(column).is_none().then_some(Kind::Text)).or_else(|| {
                    diagnostics.push(error!(*at, "`{column}` has a type that a page cannot filter"; hint: "cast it in the table's query, for example to text"));
                    None
                })?
            }
            offers => offers.kind()?,
        };
        let part = parameters::of_kind(part, kind);
        Some(Parameter { name: name.to_owned(), input: declared.id(), part, kind, span })
    }

    /// The table whose column an input offers.
    fn offering(
        &mut self,
        named: Option<&str>,
        column: &str,
        span: Span,
        path: &mut Vec<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Table> {
        if let Some(name) = named {
            return self.resolve(name, span, path, diagnostics).then(|| self.tables[name].clone());
        }
        for index in 0..self.definitions.len() {
            if self.is_plain(index) {
                self.visit(index, path, diagnostics);
            }
        }
        let plain = self.definitions.iter().enumerate().filter(|(index, _)| self.is_plain(*index));
        let names = plain.map(|(_, definition)| &definition.name).chain(self.known.keys());
        let has = |table: &&Table| table.column(column).is_some();
        let found = names.filter_map(|name| self.tables.get(name)).find(has).cloned();
        found.or_else(|| {
            diagnostics.push(error!(span, "nothing tells which values `${column}` may have"; hint: "say in its input which table has them: `data: NAME`"));
            None
        })
    }

    /// True for a query without parameters of its own.
    fn is_plain(&self, index: usize) -> bool {
        sql::query(&self.definitions[index].sql).is_ok_and(|query| !reactive::is_reactive(&query))
    }
}

/// Runs the part of a table's query that is made at build.
pub fn run(name: &str, of: &Table, reactive: &Reactive, query: &Query) -> Result<Table, String> {
    let run = || {
        let frame = executed(&reactive.sql, query, reactive.relations.iter().cloned())?;
        let reads = reactive.relations.iter().map(|table| (table.name.clone(), Arc::clone(&table.lineage)));
        let lineage = Lineage::Query { sql: query.to_string(), reads: reads.collect() };
        table(name, of.span, frame, of.ordered, lineage)
    };
    guarded(run).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// A reactive table's frame while these values are chosen.
pub fn chosen(table: &Table, choices: &Choices) -> PolarsResult<LazyFrame> {
    let Some(reactive) = &table.reactive else { return Ok(table.frame.clone()) };
    let relation = |table: &Table| Ok(Table { frame: chosen(table, choices)?, ..table.clone() });
    let relations = reactive.relations.iter().map(relation).collect::<PolarsResult<Vec<Table>>>()?;
    executed(&reactive.sql, &reactive::substituted(&reactive.query, choices), relations.into_iter())
}

fn executed(sql: &Sql, query: &Query, relations: impl Iterator<Item = Table>) -> PolarsResult<LazyFrame> {
    let sources = relations.map(|table| (table.name.clone(), source(&table))).collect();
    let words = |problem: &Diagnostic| problem.message.clone();
    sql::run::run(sql, query, &sources)
        .map_err(|problems| PolarsError::ComputeError(problems.first().map_or_else(String::new, words).into()))
}

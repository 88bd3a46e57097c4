//! Queries over a connection's tables: one that reads nothing else goes to the connection whole, as the author wrote it;
//! of one that also reads other tables, each remote table becomes a frame.

use super::{Definition, Stage, Table, Tables, columns, unknown_column};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::error;
use crate::lineage::Lineage;
use crate::sources::connection::{Cause, Connection, Problem, Remote};
use crate::sql::{self, Sql};
use sqlparser::ast::{Expr, Ident, ObjectName, Query, TableFactor, Visit, VisitMut, Visitor, VisitorMut};
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// The tables that a query reads, by the names that it gives them, with their places.
pub type Relations = [(String, Span)];

impl Stage<'_> {
    /// The tables of a query without the functions that stand in their place, which connections have.
    pub(super) fn without_functions(&self, query: &Query, mut relations: Vec<(String, Span)>) -> Vec<(String, Span)> {
        let functions = functions(query);
        let is_remote = |name: &str| {
            let table = self.tables.get(name).and_then(|table| table.remote.as_ref());
            table.is_some() || self.connections.own(name)
        };
        if !functions.is_empty() && relations.iter().any(|(name, _)| is_remote(name)) {
            relations.retain(|(name, _)| !functions.contains(name));
        }
        relations
    }

    /// The message for a table that looks like a connection's, but is none.
    pub(super) fn not_of_connection(&self, name: &str, span: Span) -> Option<Diagnostic> {
        let connections = || self.connections.known.keys().map(String::as_str);
        match name.split_once('.') {
            None if connections().any(|known| known == name) => Some(
                error!(span, "`{name}` is a connection, not a table"; hint: "name one of its tables, as in `{name}.orders`"),
            ),
            Some((first, rest)) => {
                let near = suggest(first, connections())?;
                Some(error!(span, "unknown table `{name}`"; hint: "did you mean `{near}.{rest}`?"))
            }
            None => None,
        }
    }

    /// The connection that all of a query's tables belong to, if there is one.
    pub(super) fn engine(&self, relations: &Relations) -> Option<Arc<Connection>> {
        let of = |(name, _): &(String, Span)| {
            let table = self.tables.get(name).and_then(|table| table.remote.as_ref());
            table.map(|remote| &remote.connection).or_else(|| self.connections.of(name))
        };
        let first = of(relations.first()?)?;
        relations.iter().all(|one| of(one).is_some_and(|other| Arc::ptr_eq(other, first))).then(|| Arc::clone(first))
    }

    /// The table that a query defines in the engine of its tables.
    pub(super) fn pushed(
        &self,
        definition: &Definition,
        query: &Query,
        relations: &Relations,
        connection: &Arc<Connection>,
    ) -> Result<Table, Diagnostic> {
        let upstream: Vec<(&str, &Remote)> = self.upstream(relations);
        let text = inside(&definition.sql, query, &connection.settings.name, &upstream);
        let remote = Remote::new(connection, text)
            .map_err(|problem| self.unpushed(definition, query, relations, connection, &problem))?;
        let (name, span) = (definition.name.clone(), Some(definition.name_span));
        let table = table(name, span, remote);
        Ok(Table { ordered: query.order_by.is_some(), lineage: self.lineage(definition, relations), ..table })
    }

    /// Of tables that are a server's own nobody knows whether they change.
    fn lineage(&self, definition: &Definition, relations: &Relations) -> Arc<Lineage> {
        let tables: Option<Vec<(&String, &Table)>> =
            relations.iter().map(|(name, _)| Some((name, self.tables.get(name)?))).collect();
        let lineage = |tables| super::lineage(definition.sql.text.trim_end(), tables);
        Arc::new(tables.map_or(Lineage::Elsewhere, lineage))
    }

    /// The tables among these that are queries of a connection themselves.
    fn upstream<'a>(&'a self, relations: &'a Relations) -> Vec<(&'a str, &'a Remote)> {
        let mut upstream: Vec<(&str, &Remote)> = Vec::new();
        for (name, _) in relations {
            let remote = self.tables.get(name).and_then(|table| table.remote.as_ref());
            if let Some(remote) = remote.filter(|_| upstream.iter().all(|(known, _)| known != name)) {
                upstream.push((name, remote));
            }
        }
        upstream
    }

    /// The message for a query that its engine refuses: at the table or column that it does not know, if it names one.
    fn unpushed(
        &self,
        definition: &Definition,
        query: &Query,
        relations: &Relations,
        connection: &Arc<Connection>,
        problem: &Problem,
    ) -> Diagnostic {
        let names = |name: &str| mentions(&problem.message, name.rsplit('.').next().unwrap_or(name));
        let other = || problem.diagnostic(Some(definition.sql.span));
        match problem.cause {
            Cause::Table => {
                let found = relations.iter().find(|(name, _)| names(name));
                found.map_or_else(other, |(name, span)| error!(*span, "unknown table `{name}`: {}", problem.message))
            }
            Cause::Column => {
                let identifiers = sql::identifiers(&definition.sql, query);
                let Some((name, span)) = identifiers.into_iter().find(|(name, _)| names(name)) else { return other() };
                let columns: Vec<String> =
                    relations.iter().flat_map(|(name, _)| self.columns_of(name, connection)).collect();
                match columns.is_empty() {
                    true => error!(span, "unknown column `{name}`: {}", problem.message),
                    false => unknown_column(&name, span, &columns.iter().map(String::as_str).collect::<Vec<_>>()),
                }
            }
            _ => other(),
        }
    }

    fn columns_of(&self, name: &str, connection: &Arc<Connection>) -> Vec<String> {
        if let Some(table) = self.tables.get(name) {
            return table.names().map(str::to_owned).collect();
        }
        let inner = name.split_once('.').map_or(name, |(_, inner)| inner);
        let schema = connection.schema(&format!("SELECT * FROM {inner}"));
        schema.map(|schema| schema.iter_names().map(ToString::to_string).collect()).unwrap_or_default()
    }

    /// A query that also reads other tables: itself and its tables as polars takes them. A connection's table is called by
    /// its last name.
    pub(super) fn mixed(&self, query: &Query, relations: &Relations) -> Result<(Query, Tables), Diagnostic> {
        let mut tables = Tables::new();
        let mut prefixes: Vec<&str> = Vec::new();
        for (name, span) in relations {
            let Some(connection) = self.connections.of(name) else {
                tables.insert(name.clone(), self.tables[name].clone());
                continue;
            };
            let (prefix, inner) = name.split_once('.').unwrap_or(("", name));
            prefixes.push(prefix);
            let last = inner.rsplit('.').next().unwrap_or(inner).to_owned();
            let remote =
                Remote::new(connection, format!("SELECT * FROM {inner}")).map_err(|problem| match problem.cause {
                    Cause::Table => error!(*span, "unknown table `{name}`: {}", problem.message),
                    _ => problem.diagnostic(Some(*span)),
                })?;
            if tables
                .insert(last.clone(), table(last.clone(), None, remote))
                .is_some_and(|known| known.remote.is_none())
            {
                return Err(
                    error!(*span, "`{last}` and `{name}` are both called `{last}`"; hint: "read one of them in a `sql` block of its own, with another name"),
                );
            }
        }
        let mut query = query.clone();
        let _ = VisitMut::visit(&mut query, &mut LastNames(&prefixes));
        Ok((query, tables))
    }
}

/// A table of a connection.
fn table(name: String, span: Option<Span>, remote: Remote) -> Table {
    let columns = columns(&Arc::new(remote.schema.clone()));
    let (frame, lineage) = (remote.frame(), Arc::new(Lineage::Elsewhere));
    let files = Arc::default();
    Table { name, span, frame, columns, ordered: false, reactive: None, remote: Some(remote), lineage, files }
}

/// True if a message has a name as a word.
fn mentions(message: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    message.to_lowercase().split(|letter| !is_part(letter)).any(|word| word == name.to_lowercase())
}

/// A query as its connection runs it: without the connection's name, with the tables that other queries define.
fn inside(sql: &Sql, query: &Query, connection: &str, upstream: &[(&str, &Remote)]) -> String {
    let mut edits = own_names(sql, query, connection);
    if !upstream.is_empty() {
        let defined = upstream.iter().map(|(name, remote)| format!("{} AS (\n{}\n)", plain(name), remote.sql));
        let defined = defined.collect::<Vec<_>>().join(", ");
        edits.push(match query.with.as_ref().and_then(|with| with.cte_tables.first()) {
            Some(first) => {
                let start = start(sql, &first.alias.name);
                (start..start, format!("{defined}, "))
            }
            None => (0..0, format!("WITH {defined}\n")),
        });
    }
    let text = edited(&sql.text, &edits);
    text.trim_end().trim_end_matches(';').to_owned()
}

/// A name as the author refers to it: quoted only where it must be.
fn plain(name: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain { name.to_owned() } else { sql::quoted(name) }
}

/// The byte of the text at which a name starts.
fn start(sql: &Sql, name: &Ident) -> usize {
    sql::span(sql, &Expr::Identifier(name.clone())).start - sql.span.start
}

/// A change of a text: what stands there, and what takes its place.
type Edit = (Range<usize>, String);

/// Takes a connection's name off its tables and their columns.
fn own_names(sql: &Sql, query: &Query, connection: &str) -> Vec<Edit> {
    names(query, &[connection]).into_iter().map(|parts| (parts.between(sql, 1), String::new())).collect()
}

/// Leaves of the tables of connections, and of their columns, the last name.
struct LastNames<'a>(&'a [&'a str]);

impl VisitorMut for LastNames<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, name: &mut ObjectName) -> ControlFlow<()> {
        let first = name.0.first().and_then(|part| part.as_ident());
        if name.0.len() > 1 && first.is_some_and(|first| self.0.contains(&first.value.as_str())) {
            name.0.drain(..name.0.len() - 1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expression
            && parts.len() > 2
            && self.0.contains(&parts[0].value.as_str())
        {
            parts.drain(..parts.len() - 2);
        }
        ControlFlow::Continue(())
    }
}

/// A name of several parts that starts with a connection's.
struct Name {
    parts: Vec<Ident>,
}

impl Name {
    /// The text before its part at a position.
    fn between(&self, sql: &Sql, position: usize) -> Range<usize> {
        start(sql, &self.parts[0])..start(sql, &self.parts[position])
    }
}

fn names(query: &Query, connections: &[&str]) -> Vec<Name> {
    struct Names<'a>(&'a [&'a str], Vec<Name>);
    impl Names<'_> {
        fn add(&mut self, parts: Vec<Ident>, least: usize) {
            if parts.len() >= least && self.0.contains(&parts[0].value.as_str()) {
                self.1.push(Name { parts });
            }
        }
    }
    impl Visitor for Names<'_> {
        type Break = ();
        fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
            self.add(name.0.iter().filter_map(|part| part.as_ident().cloned()).collect(), 2);
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
            if let Expr::CompoundIdentifier(parts) = expression {
                self.add(parts.clone(), 3);
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(connections, Vec::new());
    let _ = query.visit(&mut names);
    names.1
}

/// The functions that stand in the place of tables.
fn functions(query: &Query) -> BTreeSet<String> {
    struct Functions(BTreeSet<String>);
    impl Visitor for Functions {
        type Break = ();
        fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
            if let TableFactor::Table { name, args: Some(_), .. } = table {
                self.0.insert(
                    name.0
                        .iter()
                        .filter_map(|part| part.as_ident())
                        .map(|part| part.value.as_str())
                        .collect::<Vec<_>>()
                        .join("."),
                );
            }
            ControlFlow::Continue(())
        }
    }
    let mut functions = Functions(BTreeSet::new());
    let _ = query.visit(&mut functions);
    functions.0
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, with) in edits {
        text.replace_range(range.clone(), with);
    }
    text
}

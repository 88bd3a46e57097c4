//! Author's SQL as text becomes sqlparser's syntax tree, with every place translated back into a span of the page.

mod aggregates;
mod context;
mod frames;
mod from;
mod functions;
mod group;
mod intervals;
mod items;
mod join;
mod literals;
mod operators;
mod pivot;
mod pivot_statement;
mod query;
mod recursive;
mod rewrite;
mod rows;
pub mod run;
mod running;
mod scalar;
mod select;
mod sets;
mod sort;
mod subqueries;
mod types;
mod values;
mod windows;

pub use context::Source;

use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::error;
use sqlparser::ast::{
    Expr, GroupByExpr, Ident, OrderByExpr, Query, SetExpr, Spanned, Statement, TableFactor, Visit, Visitor,
    visit_expressions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

/// A piece of SQL and where it stands.
#[derive(Debug, Clone)]
pub struct Sql {
    /// The text as the author wrote it.
    pub text: String,
    /// Its place; the text starts at the span's start.
    pub span: Span,
}

/// Parses a query (`SELECT …`, `WITH …`, `PIVOT …`): exactly one statement.
pub fn query(sql: &Sql) -> Result<Query, Diagnostic> {
    if pivot_statement::is_one(&sql.text) {
        return parse(sql, pivot_statement::parse)?.map_err(|without| without.diagnostic(sql));
    }
    let mut statements = Parser::parse_sql(&GenericDialect, &sql.text).map_err(|error| syntax(sql, error))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) => Ok(*query),
        (Some(statement), true) => Err(no_query(sql, &statement)),
        (Some(_), false) => Err(
            error!(sql.span, "more than one statement"; hint: "one block is one query; put the others into blocks of their own"),
        ),
        (None, _) => Err(error!(sql.span, "empty query"; hint: "write a SELECT")),
    }
}

/// The mistake of writing a statement that gives no table.
fn no_query(sql: &Sql, statement: &Statement) -> Diagnostic {
    let text = sql.text.trim_start();
    let word: String = text.split_whitespace().next().unwrap_or_default().to_uppercase();
    let start = sql.text.len() - text.len();
    let span = sql.span.part(start..start + word.len());
    match statement {
        Statement::CreateTable(table) => {
            error!(span, "`CREATE TABLE` cannot be used here: a block is a table already"; hint: "keep the query alone, in a block `sql {}`", table.name)
        }
        Statement::CreateView(view) => {
            error!(span, "`CREATE VIEW` cannot be used here: a block is a table already"; hint: "keep the query alone, in a block `sql {}`", view.name)
        }
        Statement::Explain { .. } | Statement::ExplainTable { .. } => {
            error!(span, "`{word}` cannot be used here: it gives no table"; hint: "write the query alone; `dashgen build` reports how long it takes")
        }
        Statement::ShowTables { .. } => {
            error!(span, "`SHOW TABLES` cannot be used here"; hint: "each file in `sources/` is a table, and each `sql` block of the page")
        }
        _ => error!(span, "`{word}` cannot be used here: only a query can"; hint: "start with SELECT or WITH"),
    }
}

/// Parses a single expression, as in `y: sum(revenue)`.
pub fn expression(sql: &Sql) -> Result<Expr, Diagnostic> {
    parse(sql, |parser| parser.parse_expr())
}

/// Parses an ordering, as in `order_by: sum(revenue) DESC, product`.
pub fn ordering(sql: &Sql) -> Result<Vec<OrderByExpr>, Diagnostic> {
    parse(sql, |parser| parser.parse_comma_separated(Parser::parse_order_by_expr))
}

fn parse<T>(sql: &Sql, part: impl FnOnce(&mut Parser<'_>) -> Result<T, ParserError>) -> Result<T, Diagnostic> {
    let mut parser = Parser::new(&GenericDialect).try_with_sql(&sql.text).map_err(|error| syntax(sql, error))?;
    let parsed = part(&mut parser).map_err(|error| syntax(sql, error))?;
    match parser.next_token() {
        token if token.token == Token::EOF => Ok(parsed),
        token => {
            let start = offset(&sql.text, token.span.start);
            let end = offset(&sql.text, token.span.end).max(start + 1);
            Err(
                error!(sql.span.part(start..end), "SQL syntax error: unexpected `{}`", token.token; hint: "one expression is expected here"),
            )
        }
    }
}

/// A parser's message carries its place as text, ` at Line: 1, Column: 8`; here it becomes a span.
fn syntax(sql: &Sql, error: ParserError) -> Diagnostic {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "nested too deeply".to_owned(),
    };
    let (what, place) = message.split_once(" at Line: ").unwrap_or((&message, ""));
    let what =
        what.replace("found: EOF", "found the end").replace("Expected: ", "expected ").replace(", found: ", ", found ");
    let span = location(place).map_or(end_of(sql), |location| word_at(sql, offset(&sql.text, location)));
    error!(span, "SQL syntax error: {what}").hint(misspelt(sql, span))
}

/// A keyword that the word at or before a mistake may have been meant for.
fn misspelt(sql: &Sql, at: Span) -> Option<String> {
    const KEYWORDS: [&str; 14] = [
        "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "UNION", "WITH", "BETWEEN",
        "DESC", "CASE",
    ];
    let end = (at.end - sql.span.start).min(sql.text.len());
    let words = sql
        .text
        .get(..end)?
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty());
    let last: Vec<&str> = words.collect();
    let near = |word: &&str| suggest(word, KEYWORDS).filter(|keyword| !keyword.eq_ignore_ascii_case(word));
    last.iter().rev().take(2).find_map(near).map(|keyword| format!("did you mean `{keyword}`?"))
}

fn location(place: &str) -> Option<Location> {
    let (line, column) = place.split_once(", Column: ")?;
    Some(Location { line: line.parse().ok()?, column: column.trim().parse().ok()? })
}

fn end_of(sql: &Sql) -> Span {
    let end = sql.text.trim_end().len();
    sql.span.part(end.saturating_sub(1)..end)
}

/// The span from a byte to the end of the word that starts there.
fn word_at(sql: &Sql, start: usize) -> Span {
    let rest = sql.text.get(start..).unwrap_or_default();
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    sql.span.part(start..start + word.max(1))
}

/// The byte of `text` at sqlparser's line and column, which count from 1, in characters.
fn offset(text: &str, location: Location) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(location.line.saturating_sub(1) as usize).map(str::len).sum();
    let line = &text[line_start..];
    let column = location.column.saturating_sub(1) as usize;
    line_start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

/// Where a node of the syntax tree stands; the whole text if the parser did not note it.
pub fn span(sql: &Sql, node: &impl Spanned) -> Span {
    let range = node.span();
    if range.start.line == 0 {
        return sql.span;
    }
    sql.span.part(bytes(&sql.text, range))
}

fn bytes(text: &str, range: sqlparser::tokenizer::Span) -> Range<usize> {
    let start = offset(text, range.start);
    start..offset(text, range.end).max(start + 1)
}

/// The tables that a query reads, without the names that its own `WITH` defines, each with its place.
pub fn relations(sql: &Sql, query: &Query) -> Vec<(String, Span)> {
    struct Tables<'a>(&'a Sql, BTreeSet<String>, Vec<(String, Span)>);
    impl Visitor for Tables<'_> {
        type Break = ();
        fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
            if let TableFactor::Table { name, args: None, .. } = factor {
                let parts = name.0.iter().filter_map(|part| part.as_ident()).map(|ident| ident.value.as_str());
                let text = parts.collect::<Vec<_>>().join(".");
                if !self.1.contains(&text) {
                    self.2.push((text, span(self.0, name)));
                }
            }
            ControlFlow::Continue(())
        }
    }
    let mut tables = Tables(sql, common_tables(query), Vec::new());
    let _ = query.visit(&mut tables);
    tables.2
}

/// The names that any `WITH` of the query defines, found in its tokens' tree.
fn common_tables(query: &Query) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            for table in query.with.iter().flat_map(|with| &with.cte_tables) {
                self.0.insert(table.alias.name.value.clone());
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(BTreeSet::new());
    let _ = query.visit(&mut names);
    names.0
}

/// True for a query that only picks columns and filters rows of one table, so that the rows keep the order they had.
pub fn keeps_order(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let one_table = matches!(select.from.as_slice(), [table] if table.joins.is_empty());
    ungrouped && one_table && query.with.is_none() && select.distinct.is_none() && select.having.is_none()
}

/// Every column name in a tree, with its place.
pub fn identifiers<V: sqlparser::ast::Visit>(sql: &Sql, tree: &V) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let _ = visit_expressions(tree, |expression| {
        if let Some(ident) = column(expression) {
            found.push((ident.value.clone(), span(sql, expression)));
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

/// The column that an expression names, if it is nothing but a column.
pub fn column(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Identifier(ident) => Some(ident),
        Expr::CompoundIdentifier(parts) => parts.last(),
        _ => None,
    }
}

/// A name as SQL writes it, quoted.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

//! DuckDB's `PIVOT t ON column IN ('a', 'b') USING sum(x) GROUP BY y`, read as the ordinary grouping that it is.

use super::{Sql, pivot};
use crate::diagnostics::Diagnostic;
use crate::error;
use sqlparser::ast::{Expr, GroupByExpr, Ident, Query, SelectItem, SetExpr, TableWithJoins};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};

/// A pivot that does not say which columns it makes.
pub struct WithoutValues {
    column: Expr,
}

impl WithoutValues {
    /// What the author reads.
    pub fn diagnostic(&self, sql: &Sql) -> Diagnostic {
        error!(
            super::span(sql, &self.column), "`PIVOT` must name its values: they become columns, which must be known before data is read";
            hint: "write `PIVOT … ON {} IN ('a', 'b') USING …`", self.column
        )
    }
}

/// True for a text that starts with the word.
pub fn is_one(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("pivot"))
}

/// Parses the statement.
pub fn parse(parser: &mut Parser<'_>) -> Result<Result<Query, WithoutValues>, ParserError> {
    parser.expect_keyword_is(Keyword::PIVOT)?;
    let table = parser.parse_table_factor()?;
    parser.expect_keyword_is(Keyword::ON)?;
    // The list after IN belongs to the column, as in an ordinary test.
    let column = parser.parse_expr()?;
    parser.expect_keyword_is(Keyword::USING)?;
    let aggregates = parser.parse_comma_separated(Parser::parse_select_item)?;
    let keys = if parser.parse_keywords(&[Keyword::GROUP, Keyword::BY]) {
        parser.parse_comma_separated(Parser::parse_expr)?
    } else {
        Vec::new()
    };
    let Expr::InList { expr, list, negated: false } = column else { return Ok(Err(WithoutValues { column })) };
    let mut query = blank()?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.from = vec![TableWithJoins { relation: table, joins: Vec::new() }];
        select.projection = keys.iter().cloned().map(SelectItem::UnnamedExpr).collect();
        for value in &list {
            select.projection.extend(aggregates.iter().map(|item| filtered(item, &expr, value, aggregates.len() > 1)));
        }
        select.group_by = GroupByExpr::Expressions(keys, Vec::new());
    }
    Ok(Ok(query))
}

fn blank() -> Result<Query, ParserError> {
    Parser::new(&GenericDialect)
        .try_with_sql("SELECT 1")
        .and_then(|mut parser| parser.parse_query())
        .map(|query| *query)
}

/// An aggregate over the rows that have one of the values, under that value's name.
fn filtered(item: &SelectItem, column: &Expr, value: &Expr, several: bool) -> SelectItem {
    let (call, alias) = match item {
        SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias)),
        SelectItem::UnnamedExpr(expr) => (expr, None),
        other => return other.clone(),
    };
    let title = pivot::title(value);
    let name = match alias {
        Some(alias) => format!("{title}_{}", alias.value),
        None if several => format!("{title}_{call}"),
        None => title,
    };
    let expr = pivot::where_equal(call.clone(), column, value);
    SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', name) }
}

//! Binds SQL expressions of blocks: a column or `date_trunc` becomes a key, an aggregate becomes a measure, anything else a computed column.

mod aggregate;
mod label;

pub use aggregate::is_aggregate_call;
pub use label::words;

use crate::diagnostics::{Diagnostic, suggest};
use crate::error;
use crate::sql::{self, Sql};
use crate::tables::{self, Table};
use aggregate::{AGGREGATES, aggregate, aggregate_name, is_aggregate};
use dashgen_runtime::plan::{self, Grain, Key, Kind, Measure, Operator, Origin, TimeGrain};
use label::label;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};

/// What an expression asks of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// A value of each row, to group by or to show.
    Key(Key),
    /// A number over many rows.
    Measure(Measure),
}

/// An expression with its meaning and the type of its values.
#[derive(Debug, Clone)]
pub struct Expression {
    /// The meaning.
    pub bound: Bound,
    /// The type.
    pub kind: Kind,
    /// What to call it where the author gives no label.
    pub label: String,
}

/// The table that expressions are bound to, and the columns that its slice will have to hold.
pub struct Scope<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its slice so far; binding adds what it needs.
    pub wanted: &'a mut plan::Table,
}

/// Parses and binds an expression.
pub fn bind(sql: &Sql, scope: &mut Scope<'_>) -> Result<Expression, Diagnostic> {
    bind_tree(sql, &sql::expression(sql)?, scope)
}

/// Binds an expression that is parsed already.
pub fn bind_tree(sql: &Sql, tree: &Expr, scope: &mut Scope<'_>) -> Result<Expression, Diagnostic> {
    let (bound, kind) = if is_aggregate(tree) {
        let (measure, kind) = measure(sql, tree, scope)?;
        (Bound::Measure(measure), kind)
    } else {
        let (key, kind) = key(sql, tree, scope)?;
        (Bound::Key(key), kind)
    };
    Ok(Expression { bound, kind, label: label(tree) })
}

fn key(sql: &Sql, tree: &Expr, scope: &mut Scope<'_>) -> Result<(Key, Kind), Diagnostic> {
    if let Some((grain, argument)) = date_trunc(sql, tree)? {
        let (column, kind) = column(sql, argument, scope)?;
        if !kind.is_time() {
            return Err(error!(
                sql::span(sql, argument),
                "`date_trunc` needs a date; `{argument}` is {}",
                described(kind)
            ));
        }
        return Ok((Key { column, grain: Grain::Time(grain) }, kind));
    }
    let (column, kind) = column(sql, tree, scope)?;
    Ok((Key { column, grain: Grain::Value }, kind))
}

fn date_trunc<'a>(sql: &Sql, tree: &'a Expr) -> Result<Option<(TimeGrain, &'a Expr)>, Diagnostic> {
    let Expr::Function(function) = tree else { return Ok(None) };
    if !function.name.to_string().eq_ignore_ascii_case("date_trunc") {
        return Ok(None);
    }
    let [grain, argument] = arguments(function)[..] else {
        return Err(
            error!(sql::span(sql, tree), "`date_trunc` takes a grain and a date"; hint: "as in `date_trunc('month', date)`"),
        );
    };
    let name = grain.to_string().trim_matches('\'').to_lowercase();
    let grains = ["year", "quarter", "month", "week", "day", "hour", "minute"];
    use TimeGrain::{Day, Hour, Minute, Month, Quarter, Week, Year};
    match grains.iter().position(|known| *known == name) {
        Some(index) => Ok(Some(([Year, Quarter, Month, Week, Day, Hour, Minute][index], argument))),
        None => Err(
            error!(sql::span(sql, grain), "unknown grain `{name}`"; hint: "there are {}", grains.map(|g| format!("`{g}`")).join(", ")),
        ),
    }
}

fn arguments(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
            _ => None,
        })
        .collect()
}

/// The slice's column for a row expression: a column of the table, or one that polars computes at build.
fn column(sql: &Sql, tree: &Expr, scope: &mut Scope<'_>) -> Result<(usize, Kind), Diagnostic> {
    let columns: Vec<&str> = scope.table.names().collect();
    if let Some((name, span)) =
        sql::identifiers(sql, tree).into_iter().find(|(name, _)| !columns.contains(&name.as_str()))
    {
        return Err(tables::unknown_column(&name, span, &columns));
    }
    let name = sql::column(tree).map_or_else(|| tree.to_string(), |ident| ident.value.clone());
    if matches!(scope.wanted.origin, Origin::Query(_)) && scope.table.column(&name).is_none() {
        return Err(
            error!(sql::span(sql, tree), "`{name}` would have to be computed in the browser: `{}` follows parameters", scope.table.name; hint: "compute it in the table's query"),
        );
    }
    let kind = match scope.table.column(&name) {
        Some(kind) => kind,
        None => tables::expression_kind(scope.table, sql, tree)?,
    };
    let Some(kind) = kind else {
        return Err(
            error!(sql::span(sql, tree), "`{name}` has a type that a page cannot show"; hint: "cast it in the table's query, for example to text"),
        );
    };
    Ok((want(scope.wanted, &name, kind), kind))
}

/// The position of a column in the slice; adds it if it is not there yet.
pub fn want(wanted: &mut plan::Table, name: &str, kind: Kind) -> usize {
    let found = wanted.columns.iter().position(|column| column.name == name);
    found.unwrap_or_else(|| {
        wanted.columns.push(plan::Column { name: name.to_owned(), kind });
        wanted.columns.len() - 1
    })
}

fn measure(sql: &Sql, tree: &Expr, scope: &mut Scope<'_>) -> Result<(Measure, Kind), Diagnostic> {
    match tree {
        Expr::Nested(inner) => measure(sql, inner, scope),
        Expr::Value(value) => number(sql, tree, &value.value, 1.0),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match expr.as_ref() {
            Expr::Value(value) => number(sql, tree, &value.value, -1.0),
            inner => arithmetic(Operator::Subtract, (Measure::Number(0.0), Kind::Integer), measure(sql, inner, scope)?),
        },
        Expr::BinaryOp { left, op, right } => match operator(op) {
            Some(operator) => arithmetic(operator, measure(sql, left, scope)?, measure(sql, right, scope)?),
            None => Err(outside(sql, tree, &format!("`{op}`"))),
        },
        Expr::Function(function) if aggregate_name(tree).is_some() => aggregate(sql, tree, function, scope),
        Expr::Function(function) if function.over.is_some() => total(sql, tree, function, scope),
        Expr::Function(function) => combination(sql, tree, function, scope),
        other if sql::column(other).is_some() => Err(error!(
            sql::span(sql, other), "`{other}` stands beside an aggregate without being aggregated"; hint: "write `sum({other})`, `avg({other})`, `max({other})` …"
        )),
        other => Err(outside(sql, other, &format!("`{other}`"))),
    }
}

fn outside(sql: &Sql, tree: &Expr, what: &str) -> Diagnostic {
    error!(sql::span(sql, tree), "{what} cannot stand around aggregates"; hint: "there are + - * / coalesce nullif; anything may stand inside an aggregate, or in a `sql` block")
}

fn number(sql: &Sql, tree: &Expr, value: &Value, sign: f64) -> Result<(Measure, Kind), Diagnostic> {
    let Value::Number(text, _) = value else { return Err(outside(sql, tree, &format!("`{value}`"))) };
    let number: f64 = text.parse().map_err(|_| outside(sql, tree, &format!("`{text}`")))?;
    let kind = if text.contains(['.', 'e', 'E']) { Kind::Float } else { Kind::Integer };
    Ok((Measure::Number(sign * number), kind))
}

/// `sum(…) OVER ()`: the sum over all groups, as in a share of the total.
fn total(sql: &Sql, tree: &Expr, function: &Function, scope: &mut Scope<'_>) -> Result<(Measure, Kind), Diagnostic> {
    let is_sum = function.name.to_string().eq_ignore_ascii_case("sum");
    let is_whole = function.over.as_ref().is_some_and(|over| over.to_string() == "()");
    match arguments(function)[..] {
        [of] if is_sum && is_whole => {
            let (measure, kind) = measure(sql, of, scope)?;
            if !kind.is_number() {
                return Err(error!(sql::span(sql, of), "`sum` needs a number; `{of}` is {}", described(kind)));
            }
            Ok((Measure::Total(Box::new(measure)), kind))
        }
        _ => Err(
            error!(sql::span(sql, tree), "only `sum(…) OVER ()`, over all groups, can stand here"; hint: "as in `sum(revenue) / sum(sum(revenue)) OVER ()`; other windows belong in a `sql` block"),
        ),
    }
}

fn operator(operator: &BinaryOperator) -> Option<Operator> {
    Some(match operator {
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Multiply => Operator::Multiply,
        BinaryOperator::Divide => Operator::Divide,
        _ => return None,
    })
}

fn arithmetic(
    operator: Operator,
    left: (Measure, Kind),
    right: (Measure, Kind),
) -> Result<(Measure, Kind), Diagnostic> {
    let kind = match (left.1, right.1) {
        (Kind::Integer, Kind::Integer) if operator != Operator::Divide => Kind::Integer,
        _ => Kind::Float,
    };
    Ok((Measure::Binary { operator, left: Box::new(left.0), right: Box::new(right.0) }, kind))
}

fn combination(
    sql: &Sql,
    tree: &Expr,
    function: &Function,
    scope: &mut Scope<'_>,
) -> Result<(Measure, Kind), Diagnostic> {
    let name = function.name.to_string().to_lowercase();
    let mut parts = Vec::new();
    if name == "coalesce" || name == "nullif" {
        for argument in arguments(function) {
            parts.push(measure(sql, argument, scope)?);
        }
    }
    let kind = if parts.iter().all(|(_, kind)| *kind == Kind::Integer) { Kind::Integer } else { Kind::Float };
    let mut measures: Vec<Measure> = parts.into_iter().map(|(measure, _)| measure).collect();
    match (name.as_str(), measures.len()) {
        ("coalesce", 1..) => Ok((Measure::Coalesce(measures), kind)),
        ("nullif", 2) => {
            let right = measures.pop().expect("two");
            Ok((Measure::NullIf(Box::new(measures.pop().expect("two")), Box::new(right)), kind))
        }
        _ => Err(match suggest(&name, AGGREGATES) {
            Some(near) => error!(sql::span(sql, tree), "unknown function `{name}`"; hint: "did you mean `{near}`?"),
            None => outside(sql, tree, &format!("`{name}`")),
        }),
    }
}

/// A kind in words, with its article.
pub fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "an integer",
        Kind::Float => "a float",
        Kind::Decimal { .. } => "a decimal",
        Kind::Boolean => "true or false",
        Kind::Date => "a date",
        Kind::Timestamp => "a timestamp",
        Kind::Sketch => "a sketch",
    }
}

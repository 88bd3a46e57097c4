//! A query with values in place of its parameters: what polars runs.

use super::placeholder;
use dashgen_runtime::calendar::{parse_day, parse_moment};
use dashgen_runtime::plan::{Kind, Value};
use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, LimitClause, Query, Select, TimezoneInfo, TypedString,
    UnaryOperator, Value as Literal, ValueWithSpan, VisitMut, VisitorMut,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// For each parameter the kind of its values and those chosen; of none, comparisons with it are left out.
pub type Choices = BTreeMap<String, (Kind, Vec<Value>)>;

/// The query that a reactive one is while these values are chosen.
pub fn substituted(query: &Query, choices: &Choices) -> Query {
    let mut query = query.clone();
    let mut leaving = Leaving(choices);
    let _ = VisitMut::visit(&mut query, &mut leaving);
    let _ = VisitMut::visit(&mut query, &mut Filling(choices));
    query
}

/// Puts values in place of parameters, comparisons first.
struct Filling<'a>(&'a Choices);

impl VisitorMut for Filling<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        fill(expression, self.0);
        ControlFlow::Continue(())
    }
}

/// Leaves comparisons with parameters without a value out of `WHERE` and `HAVING`, and such a `LIMIT` altogether.
struct Leaving<'a>(&'a Choices);

impl VisitorMut for Leaving<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(LimitClause::LimitOffset { limit, .. }) = &mut query.limit_clause {
            *limit = limit.take().filter(|limit| !is_empty(limit, self.0));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for condition in [&mut select.selection, &mut select.having] {
            *condition = condition.take().and_then(|condition| remaining(condition, self.0));
        }
        ControlFlow::Continue(())
    }
}

fn is_empty(expression: &Expr, choices: &Choices) -> bool {
    placeholder(expression).is_some_and(|name| choices.get(name).is_none_or(|(_, values)| values.is_empty()))
}

/// What is left of a condition; none if nothing is.
fn remaining(condition: Expr, choices: &Choices) -> Option<Expr> {
    let empty = |expression: &Expr| is_empty(expression, choices);
    match condition {
        Expr::Nested(inner) => remaining(*inner, choices).map(|inner| Expr::Nested(Box::new(inner))),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            let expr = Box::new(remaining(*expr, choices)?);
            Some(Expr::UnaryOp { op: UnaryOperator::Not, expr })
        }
        Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
            match (remaining(*left, choices), remaining(*right, choices)) {
                (Some(left), Some(right)) => Some(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }),
                (left, right) => left.or(right),
            }
        }
        Expr::BinaryOp { ref left, ref op, ref right } if is_comparison(op) && (empty(left) || empty(right)) => None,
        Expr::Between { expr, negated, low, high } => match (empty(&low), empty(&high)) {
            (true, true) => None,
            (false, false) => Some(Expr::Between { expr, negated, low, high }),
            (true, false) => Some(not_if(negated, compared(*expr, BinaryOperator::LtEq, *high))),
            (false, true) => Some(not_if(negated, compared(*expr, BinaryOperator::GtEq, *low))),
        },
        Expr::InList { expr, mut list, negated } => {
            list.retain(|item| !empty(item));
            (!list.is_empty()).then_some(Expr::InList { expr, list, negated })
        }
        Expr::Like { ref pattern, .. } | Expr::ILike { ref pattern, .. } if empty(pattern) => None,
        other => Some(other),
    }
}

fn is_comparison(operator: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(operator, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

fn compared(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn not_if(negated: bool, condition: Expr) -> Expr {
    if !negated {
        return condition;
    }
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(Expr::Nested(Box::new(condition))) }
}

/// Puts values in place of parameters. Equality is with any of the values, and a null that was chosen equals null.
fn fill(expression: &mut Expr, choices: &Choices) {
    let chosen = |expression: &Expr| placeholder(expression).and_then(|name| choices.get(name)).cloned();
    match expression {
        Expr::BinaryOp { left, op: op @ (BinaryOperator::Eq | BinaryOperator::NotEq), right } => {
            let (subject, found) = match (chosen(left), chosen(right)) {
                (_, Some(found)) => (left, found),
                (Some(found), None) => (right, found),
                _ => return,
            };
            let negated = *op == BinaryOperator::NotEq;
            *expression = among(subject.as_ref().clone(), vec![found], Vec::new(), negated);
        }
        Expr::InList { expr, list, negated } if list.iter().any(|item| placeholder(item).is_some()) => {
            let found = list.iter().filter_map(chosen).collect();
            let others = list.iter().filter(|item| placeholder(item).is_none()).cloned().collect();
            *expression = among(expr.as_ref().clone(), found, others, *negated);
        }
        Expr::IsNull(inner) | Expr::IsNotNull(inner) if placeholder(inner).is_some() => {
            let has_value = chosen(inner).is_some_and(|(_, values)| !values.is_empty());
            let truth = has_value == matches!(expression, Expr::IsNotNull(_));
            *expression = literal(Literal::Boolean(truth));
        }
        _ => {
            if let Some(name) = placeholder(expression) {
                let (kind, values) = choices.get(name).cloned().unwrap_or((Kind::Text, Vec::new()));
                *expression = value(kind, values.first().unwrap_or(&Value::Null));
            }
        }
    }
}

/// `subject IN (values, others)`
fn among(subject: Expr, found: Vec<(Kind, Vec<Value>)>, others: Vec<Expr>, negated: bool) -> Expr {
    let all = || found.iter().flat_map(|(kind, values)| values.iter().map(move |value| (*kind, value)));
    let has_null = all().any(|(_, value)| *value == Value::Null);
    let list: Vec<Expr> = all()
        .filter(|(_, chosen)| **chosen != Value::Null)
        .map(|(kind, chosen)| value(kind, chosen))
        .chain(others)
        .collect();
    let is_null = || Expr::IsNull(Box::new(subject.clone()));
    let condition = match (list.is_empty(), has_null) {
        (true, _) => is_null(),
        (false, false) => Expr::InList { expr: Box::new(subject.clone()), list, negated: false },
        (false, true) => {
            let listed = Expr::InList { expr: Box::new(subject.clone()), list, negated: false };
            Expr::Nested(Box::new(compared(listed, BinaryOperator::Or, is_null())))
        }
    };
    not_if(negated, condition)
}

fn literal(value: Literal) -> Expr {
    Expr::Value(ValueWithSpan { value, span: sqlparser::tokenizer::Span::empty() })
}

/// A value as a literal of its kind.
pub fn value(kind: Kind, value: &Value) -> Expr {
    let text = |text: &str| literal(Literal::SingleQuotedString(text.to_owned()));
    match (kind, value) {
        (_, Value::Boolean(truth)) => literal(Literal::Boolean(*truth)),
        (_, Value::Number(number)) if *number < 0.0 => {
            let positive = literal(Literal::Number((-number).to_string(), false));
            Expr::Nested(Box::new(Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(positive) }))
        }
        (_, Value::Number(number)) => literal(Literal::Number(number.to_string(), false)),
        (Kind::Date, Value::Text(day)) if parse_day(day).is_some() => typed(DataType::Date, day),
        (Kind::Timestamp, Value::Text(moment)) if parse_moment(moment).is_some() || parse_day(moment).is_some() => {
            let moment =
                if parse_day(moment).is_some() { format!("{moment} 00:00:00") } else { moment.replace('T', " ") };
            typed(DataType::Timestamp(None, TimezoneInfo::None), &moment)
        }
        (_, Value::Text(plain)) => text(plain),
        (kind, Value::Null) => cast(literal(Literal::Null), kind),
    }
}

fn typed(data_type: DataType, text: &str) -> Expr {
    let value = ValueWithSpan {
        value: Literal::SingleQuotedString(text.to_owned()),
        span: sqlparser::tokenizer::Span::empty(),
    };
    Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })
}

fn cast(expression: Expr, kind: Kind) -> Expr {
    let data_type = match kind {
        Kind::Text | Kind::Sketch => DataType::Varchar(None),
        Kind::Integer => DataType::BigInt(None),
        Kind::Float | Kind::Decimal { .. } => DataType::Double(ExactNumberInfo::None),
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date,
        Kind::Timestamp => DataType::Timestamp(None, TimezoneInfo::None),
    };
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expression), data_type, array: false, format: None }
}

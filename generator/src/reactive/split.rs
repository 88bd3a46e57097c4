//! Splits a reactive query: the part below its parameters runs at build, the rest in the browser, where that is filter,
//! group, aggregate, filter, order and limit over one table.

use super::{Reactive, is_reactive, placeholder};
use crate::diagnostics::Span;
use crate::expression::is_aggregate_call;
use crate::sql;
use dashgen_runtime::plan::{Comparison, Operand, Value};
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, LimitClause,
    OrderByKind, Query, Select, SelectItem, SetExpr, Spanned, UnaryOperator, Value as Literal, visit_expressions,
};
use std::ops::ControlFlow;

/// The two parts of a query.
#[derive(Debug, Clone)]
pub struct Split {
    /// What runs at build: the columns that the rest needs, from rows that no parameter filters.
    pub base: Query,
    /// `WHERE`, of the base's columns.
    pub filter: Option<Test>,
    /// The columns of the result: its name and an expression over the base's columns.
    pub columns: Vec<(String, Expr)>,
    /// Whether it takes all columns of the base, before those.
    pub takes_all: bool,
    /// What it groups by; none where each row stands for itself.
    pub groups: Option<Vec<Expr>>,
    /// `HAVING`
    pub having: Option<Test>,
    /// The order, and whether it descends.
    pub order: Vec<(Expr, bool)>,
    /// `LIMIT`
    pub limit: Option<Operand>,
    /// The columns that the base has besides its own.
    pub lifted: Vec<String>,
}

/// A condition with its subjects as expressions.
#[derive(Debug, Clone)]
pub enum Test {
    /// `subject operator operand`
    Compare(Expr, Comparison, Operand),
    /// `subject IN (operands)`
    In(Expr, Vec<Operand>),
    /// `subject IS NULL`
    IsNull(Expr),
    /// `$parameter IS NULL`
    HasNoValue(Operand),
    /// All of them.
    And(Vec<Test>),
    /// Any of them.
    Or(Vec<Test>),
    /// Not this.
    Not(Box<Test>),
}

/// Why a query cannot be split: the construct, in words, and its place.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// As in `a window function`.
    pub what: String,
    /// Where it stands.
    pub span: Span,
}

/// Splits a query. Of one that reads a reactive table nothing runs at build.
pub fn split(reactive: &Reactive) -> Result<Split, Obstacle> {
    let query = &reactive.query;
    let chained = reactive.is_chained();
    let mut splitter = Splitter { reactive, lifted: Vec::new(), chained };
    if query.with.as_ref().is_some_and(is_reactive) {
        return Err(splitter.obstacle(query.with.as_ref().expect("looked at"), "a parameter inside `WITH`"));
    }
    let SetExpr::Select(select) = query.body.as_ref() else {
        return Err(splitter.obstacle(query.body.as_ref(), "a parameter inside a set operation"));
    };
    splitter.refuse_rest(query, select)?;
    let (mut below, mut above) = conjuncts(select.selection.as_ref());
    if chained {
        above.append(&mut below);
    }
    let filter = splitter.tests(&above)?;
    let (takes_all, items) = splitter.items(select)?;
    let groups = splitter.groups(select, &items)?;
    let grouped = groups.is_some();
    let columns: Vec<(String, Expr)> =
        items.iter().map(|(name, item)| Ok((name.clone(), splitter.lift(item)?))).collect::<Result<_, Obstacle>>()?;
    let groups = groups
        .map(|groups| groups.iter().map(|group| splitter.lift(group)).collect::<Result<Vec<_>, _>>())
        .transpose()?;
    let having = select.having.as_ref().map(|having| splitter.test(having)).transpose()?;
    let order = splitter.order(query, &items)?;
    let limit = splitter.limit(query)?;
    if takes_all && grouped {
        return Err(splitter.obstacle(select.as_ref(), "`*` beside groups"));
    }
    let base = splitter.base(query, select, &below, takes_all);
    let is_extra = |expression: &Expr| takes_all && !matches!(expression, Expr::Identifier(_));
    let extra = splitter.lifted.into_iter().filter(|(expression, _)| is_extra(expression));
    let lifted = extra.map(|(_, name)| name).collect();
    Ok(Split { base, filter, columns, takes_all, groups, having, order, limit, lifted })
}

struct Splitter<'a> {
    reactive: &'a Reactive,
    /// Expressions that the base computes, each with the name of its column.
    lifted: Vec<(Expr, String)>,
    /// Whether the base is a reactive table itself.
    chained: bool,
}

impl Splitter<'_> {
    fn obstacle(&self, node: &impl Spanned, what: &str) -> Obstacle {
        Obstacle { what: what.to_owned(), span: sql::span(&self.reactive.sql, node) }
    }

    /// Refuses what has no place in the browser, whether parameters are near or not.
    fn refuse_rest(&self, query: &Query, select: &Select) -> Result<(), Obstacle> {
        if let Some(table) = select.from.iter().find(|table| is_reactive(*table)) {
            return Err(self.obstacle(table, "a parameter in `FROM` or `JOIN`"));
        }
        let is_single = matches!(select.from.as_slice(), [table] if table.joins.is_empty());
        if self.chained && (self.reactive.relations.len() != 1 || !is_single || query.with.is_some()) {
            return Err(self.obstacle(select, "a reactive table beside others"));
        }
        if let Some(qualify) = &select.qualify {
            return Err(self.obstacle(qualify, "`QUALIFY`"));
        }
        if let Some(Distinct::On(on)) = &select.distinct
            && let Some(first) = on.first()
        {
            return Err(self.obstacle(first, "`DISTINCT ON`"));
        }
        if query.fetch.is_some() || !select.named_window.is_empty() || select.top.is_some() {
            return Err(self.obstacle(query, "`FETCH`, `TOP` or `WINDOW`"));
        }
        Ok(())
    }

    /// What is selected, but for `*`: names and expressions.
    fn items(&self, select: &Select) -> Result<(bool, Vec<(String, Expr)>), Obstacle> {
        let mut takes_all = false;
        let mut items = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expression) => {
                    let name =
                        sql::column(expression).map_or_else(|| expression.to_string(), |name| name.value.clone());
                    items.push((name, expression.clone()));
                }
                SelectItem::ExprWithAlias { expr, alias } => items.push((alias.value.clone(), expr.clone())),
                SelectItem::Wildcard(options) if options.to_string().is_empty() && items.is_empty() => takes_all = true,
                other => return Err(self.obstacle(other, "`*` with options")),
            }
        }
        Ok((takes_all, items))
    }

    /// The groups: none where each row stands for itself.
    fn groups(&self, select: &Select, items: &[(String, Expr)]) -> Result<Option<Vec<Expr>>, Obstacle> {
        let has_aggregates = items.iter().any(|(_, item)| has_aggregate(item)) || select.having.is_some();
        match &select.group_by {
            GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => {
                let keys: Vec<Expr> = keys.iter().map(|key| resolved(key, items)).collect();
                if keys.is_empty() && !has_aggregates {
                    let distinct = matches!(select.distinct, Some(Distinct::Distinct));
                    return Ok(distinct.then(|| items.iter().map(|(_, item)| item.clone()).collect()));
                }
                Ok(Some(keys))
            }
            GroupByExpr::All(modifiers) if modifiers.is_empty() => {
                Ok(Some(items.iter().filter(|(_, item)| !has_aggregate(item)).map(|(_, item)| item.clone()).collect()))
            }
            _ => Err(self.obstacle(&select.group_by, "`ROLLUP`, `CUBE` or `GROUPING SETS`")),
        }
    }

    /// An expression over columns of the base: what has no parameter and no aggregate in it becomes one.
    fn lift(&mut self, expression: &Expr) -> Result<Expr, Obstacle> {
        if placeholder(expression).is_some() {
            return Err(self.obstacle(expression, "a parameter outside `WHERE`, `HAVING` and `LIMIT`"));
        }
        if !is_reactive(expression) && !has_aggregate(expression) {
            if let Some(window) = window(expression) {
                return Err(self.obstacle(window, "a window function"));
            }
            if self.chained && sql::column(expression).is_none() {
                return Err(self.obstacle(expression, &format!("`{expression}` over a reactive table")));
            }
            let is_constant = matches!(expression, Expr::Value(_));
            return Ok(if is_constant { expression.clone() } else { self.column(expression) });
        }
        let mut copy = expression.clone();
        match &mut copy {
            Expr::Nested(inner) => **inner = self.lift(inner)?,
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => **expr = self.lift(expr)?,
            Expr::BinaryOp { left, right, .. } => {
                **left = self.lift(left)?;
                **right = self.lift(right)?;
            }
            Expr::Function(function) if function.over.is_none() => {
                if let FunctionArguments::List(list) = &mut function.args {
                    for argument in &mut list.args {
                        let FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) = argument else { continue };
                        *inner = self.lift(inner)?;
                    }
                }
            }
            _ => return Err(self.obstacle(expression, &format!("`{expression}`"))),
        }
        Ok(copy)
    }

    /// The base's column for an expression without parameters.
    fn column(&mut self, expression: &Expr) -> Expr {
        let text = expression.to_string();
        let known = self.lifted.iter().find(|(known, _)| known.to_string() == text).map(|(_, name)| name.clone());
        let name = known.unwrap_or_else(|| {
            let own = sql::column(expression).map_or(text, |ident| ident.value.clone());
            let is_taken = |name: &String| self.lifted.iter().any(|(_, known)| known == name);
            let numbered = (2..).map(|number| format!("{own} {number}"));
            let name = std::iter::once(own.clone()).chain(numbered).find(|name| !is_taken(name));
            let name = name.expect("numbers do not end");
            self.lifted.push((expression.clone(), name.clone()));
            name
        });
        let (value, span) = (name, expression.span());
        Expr::Identifier(Ident { value, quote_style: Some('"'), span })
    }

    fn tests(&mut self, conditions: &[&Expr]) -> Result<Option<Test>, Obstacle> {
        let mut tests = conditions.iter().map(|condition| self.test(condition)).collect::<Result<Vec<_>, _>>()?;
        Ok(if tests.len() > 1 { Some(Test::And(tests)) } else { tests.pop() })
    }

    fn test(&mut self, condition: &Expr) -> Result<Test, Obstacle> {
        let not_if = |negated: bool, test: Test| if negated { Test::Not(Box::new(test)) } else { test };
        match condition {
            Expr::Nested(inner) => self.test(inner),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(Test::Not(Box::new(self.test(expr)?))),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                Ok(Test::And(vec![self.test(left)?, self.test(right)?]))
            }
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
                Ok(Test::Or(vec![self.test(left)?, self.test(right)?]))
            }
            Expr::BinaryOp { left, op, right } => {
                let Some(operator) = comparison(op) else { return Err(self.obstacle(condition, &format!("`{op}`"))) };
                match (self.operand(left), self.operand(right)) {
                    (_, Some(operand)) => Ok(Test::Compare(self.lift(left)?, operator, operand)),
                    (Some(operand), None) => Ok(Test::Compare(self.lift(right)?, mirrored(operator), operand)),
                    (None, None) => Err(self.obstacle(condition, "a parameter inside an expression that is compared")),
                }
            }
            Expr::Between { expr, negated, low, high } => {
                let (Some(low), Some(high)) = (self.operand(low), self.operand(high)) else {
                    return Err(self.obstacle(condition, "a parameter inside an expression that is compared"));
                };
                let subject = self.lift(expr)?;
                let low = Test::Compare(subject.clone(), Comparison::GreaterOrEqual, low);
                let high = Test::Compare(subject, Comparison::LessOrEqual, high);
                Ok(not_if(*negated, Test::And(vec![low, high])))
            }
            Expr::InList { expr, list, negated } => {
                let operands: Option<Vec<Operand>> = list.iter().map(|item| self.operand(item)).collect();
                let operands = operands.ok_or_else(|| self.obstacle(condition, "an expression inside `IN`"))?;
                Ok(not_if(*negated, Test::In(self.lift(expr)?, operands)))
            }
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => {
                let test = match self.reactive.parameter(inner) {
                    Some(_) => Test::HasNoValue(self.operand(inner).expect("it is a parameter")),
                    None => Test::IsNull(self.lift(inner)?),
                };
                Ok(not_if(matches!(condition, Expr::IsNotNull(_)), test))
            }
            other => Err(self.obstacle(other, &format!("a parameter inside `{other}`"))),
        }
    }

    /// A literal or a parameter.
    fn operand(&self, expression: &Expr) -> Option<Operand> {
        if let Some(parameter) = self.reactive.parameter(expression) {
            return Some(Operand::Parameter { input: parameter.input.clone(), part: parameter.part });
        }
        constant(expression).map(Operand::Value)
    }

    fn order(&mut self, query: &Query, items: &[(String, Expr)]) -> Result<Vec<(Expr, bool)>, Obstacle> {
        let Some(order) = &query.order_by else { return Ok(Vec::new()) };
        let OrderByKind::Expressions(terms) = &order.kind else {
            return Err(self.obstacle(order, "`ORDER BY ALL`"));
        };
        let mut ordered = Vec::new();
        for term in terms {
            if term.options.nulls_first == Some(true) {
                return Err(self.obstacle(term, "`NULLS FIRST`"));
            }
            ordered.push((self.lift(&resolved(&term.expr, items))?, term.options.asc == Some(false)));
        }
        Ok(ordered)
    }

    fn limit(&self, query: &Query) -> Result<Option<Operand>, Obstacle> {
        match &query.limit_clause {
            None => Ok(None),
            Some(LimitClause::LimitOffset { limit, offset: None, limit_by }) if limit_by.is_empty() => {
                let Some(limit) = limit else { return Ok(None) };
                self.operand(limit).map(Some).ok_or_else(|| self.obstacle(limit, "an expression in `LIMIT`"))
            }
            Some(other) => Err(self.obstacle(other, "`OFFSET`")),
        }
    }

    /// What runs at build.
    fn base(&self, query: &Query, select: &Select, below: &[&Expr], takes_all: bool) -> Query {
        let mut base = query.clone();
        (base.order_by, base.limit_clause) = (None, None);
        let mut inner = select.clone();
        (inner.having, inner.distinct) = (None, None);
        inner.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
        let and = |left: Expr, right: Expr| Expr::BinaryOp {
            left: Box::new(left),
            op: BinaryOperator::And,
            right: Box::new(right),
        };
        let nested = |condition: &&Expr| Expr::Nested(Box::new((*condition).clone()));
        inner.selection = below.iter().map(nested).reduce(and);
        let is_own = |expression: &Expr| takes_all && matches!(expression, Expr::Identifier(_));
        let all = takes_all.then(|| select.projection[0].clone());
        let lifted = self.lifted.iter().filter(|(expression, _)| !is_own(expression));
        let named = lifted.map(|(expression, name)| SelectItem::ExprWithAlias {
            expr: expression.clone(),
            alias: Ident::with_quote('"', name.clone()),
        });
        inner.projection = all.into_iter().chain(named).collect();
        if inner.projection.is_empty() {
            let one = Expr::Value(Literal::Number("1".to_owned(), false).into());
            inner.projection.push(SelectItem::ExprWithAlias { expr: one, alias: Ident::with_quote('"', "1") });
        }
        base.body = Box::new(SetExpr::Select(Box::new(inner)));
        base
    }
}

/// The parts of a condition that all have to hold: those without parameters, and those with.
fn conjuncts(condition: Option<&Expr>) -> (Vec<&Expr>, Vec<&Expr>) {
    let mut parts = Vec::new();
    let mut rest: Vec<&Expr> = condition.into_iter().collect();
    while let Some(condition) = rest.pop() {
        match condition {
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => rest.extend([right.as_ref(), left.as_ref()]),
            Expr::Nested(inner) => rest.push(inner),
            other => parts.push(other),
        }
    }
    parts.into_iter().partition(|part| !is_reactive(*part))
}

/// What an ordinal or an alias stands for.
fn resolved(expression: &Expr, items: &[(String, Expr)]) -> Expr {
    let ordinal = |number: usize| items.get(number.checked_sub(1)?).map(|(_, item)| item.clone());
    match expression {
        Expr::Value(value) => match &value.value {
            Literal::Number(text, _) => text.parse().ok().and_then(ordinal).unwrap_or_else(|| expression.clone()),
            _ => expression.clone(),
        },
        Expr::Identifier(ident) => {
            let alias = items.iter().find(|(name, _)| *name == ident.value);
            alias.map_or_else(|| expression.clone(), |(_, item)| item.clone())
        }
        other => other.clone(),
    }
}

fn has_aggregate(expression: &Expr) -> bool {
    let found = visit_expressions(expression, |inner| {
        if is_aggregate_call(inner) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found.is_break()
}

fn window(expression: &Expr) -> Option<&Expr> {
    let found = visit_expressions(expression, |inner| match inner {
        Expr::Function(function) if function.over.is_some() => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break().then_some(expression)
}

/// A literal's value.
fn constant(expression: &Expr) -> Option<Value> {
    match expression {
        Expr::Value(value) => match &value.value {
            Literal::Number(text, _) => text.parse().ok().map(Value::Number),
            Literal::SingleQuotedString(text) => Some(Value::Text(text.clone())),
            Literal::Boolean(truth) => Some(Value::Boolean(*truth)),
            _ => None,
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Literal::SingleQuotedString(text) => Some(Value::Text(text.replace(' ', "T"))),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match constant(expr)? {
            Value::Number(number) => Some(Value::Number(-number)),
            _ => None,
        },
        _ => None,
    }
}

fn comparison(operator: &BinaryOperator) -> Option<Comparison> {
    Some(match operator {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::NotEqual,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::LessOrEqual,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// The same comparison with its sides changed.
fn mirrored(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

//! Expressions over one row as polars expressions: the heart of the lowering, one arm for each kind of node.

use super::context::Context;
use super::rewrite::{Planned, internal_id};
use super::rows::Rows;
use crate::diagnostics::Span;
use crate::error;
use polars::prelude::{DataType, Expr, NULL, SchemaRef, as_struct, col, concat_list, lit, when};
use sqlparser::ast::{self, AccessExpr, Spanned, Subscript};

/// Lowers expressions over the rows as they are now.
pub struct Scalars<'c, 'a> {
    /// What the query's planning shares.
    pub context: &'c Context<'a>,
    /// The types of the rows' columns.
    pub schema: SchemaRef,
}

impl<'c, 'a> Scalars<'c, 'a> {
    /// A lowering over these rows.
    pub fn new(context: &'c Context<'a>, rows: &mut Rows) -> Planned<Scalars<'c, 'a>> {
        Ok(Scalars { context, schema: rows.schema(context)? })
    }

    /// Where a node stands.
    pub fn span(&self, node: &impl Spanned) -> Span {
        self.context.span(node)
    }

    /// The type of a lowered expression; polars' refusal is the author's mistake.
    pub fn kind(&self, tree: &ast::Expr, value: &Expr) -> Planned<DataType> {
        let field = crate::tables::guarded(|| value.to_field(&self.schema));
        field.map(|field| field.dtype).map_err(|problem| self.context.refused(self.span(tree), &problem))
    }

    /// An expression whose types are sure to fit.
    pub fn checked(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.lower(tree)?;
        self.kind(tree, &value)?;
        Ok(value)
    }

    /// An expression that is true or false.
    pub fn condition(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.lower(tree)?;
        match self.kind(tree, &value)? {
            DataType::Boolean => Ok(value),
            DataType::Null => Ok(value.cast(DataType::Boolean)),
            number if number.is_integer() => Ok(value.neq(lit(0))),
            other => Err(error!(
                self.span(tree), "a condition is needed, but this is a {}", super::types::word(&other);
                hint: "compare it with something, as in `x > 0` or `x = 'a'`"
            )),
        }
    }

    /// Any expression whose aggregates, windows and queries are columns already.
    pub fn lower(&self, tree: &ast::Expr) -> Planned<Expr> {
        use ast::Expr as Tree;
        if let Some(id) = internal_id(tree) {
            return Ok(col(id));
        }
        match tree {
            Tree::Nested(inner) => self.lower(inner),
            Tree::Value(value) => self.value(tree, &value.value),
            Tree::TypedString(typed) => self.typed(tree, typed),
            Tree::BinaryOp { left, op, right } => self.binary(tree, left, op, right),
            Tree::UnaryOp { op, expr } => self.unary(tree, op, expr),
            Tree::Cast { kind, expr, data_type, .. } => self.cast(kind, expr, data_type),
            Tree::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Tree::Function(function) => self.function(tree, function),
            Tree::Interval(_) => self.duration(tree),
            Tree::Array(array) => self.list(&array.elem),
            Tree::Dictionary(fields) => self.dictionary(fields),
            Tree::CompoundFieldAccess { root, access_chain } => self.access(tree, root, access_chain),
            Tree::AtTimeZone { timestamp, time_zone } => self.at_time_zone(tree, timestamp, time_zone),
            Tree::Extract { field, expr, .. } => self.date_part(tree, &field.to_string(), expr),
            Tree::Subquery(_) | Tree::Exists { .. } | Tree::InSubquery { .. } => Err(self.context.unsupported(
                tree,
                "a query inside this expression",
                "give it a name with `WITH`, and join that table",
            )),
            _ => match self.test(tree)? {
                Some(test) => Ok(test),
                None => self.keyword_call(tree),
            },
        }
    }

    fn case(
        &self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Planned<Expr> {
        let mut result = otherwise.map_or_else(|| Ok(lit(NULL)), |otherwise| self.lower(otherwise))?;
        for branch in conditions.iter().rev() {
            let condition = match operand {
                Some(operand) => {
                    let (left, right) = self.comparable(operand, &branch.condition)?;
                    left.eq(right)
                }
                None => self.condition(&branch.condition)?,
            };
            result = when(condition).then(self.checked(&branch.result)?).otherwise(result);
        }
        Ok(result)
    }

    fn list(&self, elements: &[ast::Expr]) -> Planned<Expr> {
        let lowered = elements.iter().map(|element| self.lower(element)).collect::<Planned<Vec<_>>>()?;
        match elements.first() {
            Some(first) => concat_list(lowered).map_err(|problem| self.context.refused(self.span(first), &problem)),
            None => Ok(lit(NULL).cast(DataType::List(Box::new(DataType::Null)))),
        }
    }

    fn dictionary(&self, fields: &[ast::DictionaryField]) -> Planned<Expr> {
        let field = |field: &ast::DictionaryField| Ok(self.lower(&field.value)?.alias(&field.key.value));
        Ok(as_struct(fields.iter().map(field).collect::<Planned<Vec<_>>>()?))
    }

    /// `list[1]`, `struct.field`, `struct['field']`.
    fn access(&self, tree: &ast::Expr, root: &ast::Expr, chain: &[AccessExpr]) -> Planned<Expr> {
        let mut value = self.lower(root)?;
        for step in chain {
            value = match step {
                AccessExpr::Dot(ast::Expr::Identifier(name)) => value.struct_().field_by_name(&name.value),
                AccessExpr::Subscript(Subscript::Index { index }) => match super::literals::text(index) {
                    Some(name) => value.struct_().field_by_name(&name),
                    None => {
                        let index = self.lower(index)?;
                        let counted = when(index.clone().gt(lit(0))).then(index.clone() - lit(1)).otherwise(index);
                        value.list().get(counted, true)
                    }
                },
                _ => {
                    return Err(self.context.unsupported(
                        tree,
                        "a slice of a list",
                        "use `list[i]`, or `unnest` in FROM",
                    ));
                }
            };
        }
        Ok(value)
    }
}

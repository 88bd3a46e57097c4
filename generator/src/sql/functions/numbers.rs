//! Functions over numbers.

use super::Form;
use crate::sql::literals;
use crate::sql::rewrite::Planned;
use crate::sql::scalar::Scalars;
use polars::prelude::{DataType, Expr, RoundMode, lit};
use sqlparser::ast;

/// What there is.
pub const FORMS: &[Form] = &[
    (&["abs"], "abs(number)"),
    (&["sign"], "sign(number)"),
    (&["round"], "round(number [, decimals])"),
    (&["floor", "ceil", "ceiling", "trunc"], "floor(number)"),
    (&["sqrt", "cbrt", "exp"], "sqrt(number)"),
    (&["ln", "log10", "log2"], "ln(number)"),
    (&["log"], "log([base,] number)"),
    (&["power", "pow"], "power(number, exponent)"),
    (&["mod"], "mod(number, divisor)"),
    (&["pi"], "pi()"),
    (&["degrees", "radians"], "degrees(number)"),
    (&["sin", "cos", "tan", "asin", "acos", "atan"], "sin(number)"),
    (&["atan2"], "atan2(y, x)"),
    (&["isnan", "isfinite", "isinf"], "isnan(number)"),
];

impl Scalars<'_, '_> {
    pub(super) fn number_function(
        &self,
        tree: &ast::Expr,
        name: &str,
        arguments: &[&ast::Expr],
    ) -> Planned<Option<Expr>> {
        Ok(Some(match (name, arguments) {
            ("abs", [x]) => self.lower(x)?.abs(),
            ("sign", [x]) => self.lower(x)?.sign(),
            ("round", [x]) => self.rounded(x, 0)?,
            ("round", [x, decimals]) => match literals::integer(decimals) {
                Some(decimals) => self.rounded(x, decimals)?,
                None => return Ok(None),
            },
            ("floor", [x]) => self.lower(x)?.floor(),
            ("ceil" | "ceiling", [x]) => self.lower(x)?.ceil(),
            ("trunc", [x]) => self.float(x)?.round(0, RoundMode::ToZero),
            ("power" | "pow", [x, exponent]) => self.float(x)?.pow(self.float(exponent)?),
            ("mod", [x, divisor]) => self.binary(tree, x, &ast::BinaryOperator::Modulo, divisor)?,
            ("log", [base, x]) => {
                self.float(x)?.log(lit(std::f64::consts::E)) / self.float(base)?.log(lit(std::f64::consts::E))
            }
            ("pi", []) => lit(std::f64::consts::PI),
            ("atan2", [y, x]) => self.float(y)?.arctan2(self.float(x)?),
            (_, [x]) => match float_function(name) {
                Some(function) => function(self.float(x)?),
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// A number as a float; anything else is a mistake that says what it is.
    pub(super) fn float(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.lower(tree)?;
        match self.kind(tree, &value)? {
            number if number.is_numeric() || number.is_null() => Ok(value.cast(DataType::Float64)),
            other => {
                let other = super::super::types::word(&other);
                Err(
                    crate::error!(self.span(tree), "a number is needed, but this is a {other}"; hint: "cast it: `x::double`"),
                )
            }
        }
    }

    fn rounded(&self, tree: &ast::Expr, decimals: i64) -> Planned<Expr> {
        let value = self.lower(tree)?;
        let kind = self.kind(tree, &value)?;
        if kind.is_integer() && decimals >= 0 {
            return Ok(value);
        }
        let Ok(decimals) = u32::try_from(decimals) else {
            let unit = 10f64.powi(decimals.unsigned_abs().min(300) as i32);
            return Ok((self.float(tree)? / lit(unit)).round(0, RoundMode::HalfAwayFromZero) * lit(unit));
        };
        Ok(self.float(tree)?.round(decimals, RoundMode::HalfAwayFromZero))
    }
}

fn float_function(name: &str) -> Option<fn(Expr) -> Expr> {
    Some(match name {
        "sqrt" => Expr::sqrt,
        "cbrt" => Expr::cbrt,
        "exp" => Expr::exp,
        "ln" => |x| x.log(lit(std::f64::consts::E)),
        "log10" | "log" => |x| x.log(lit(10.0)),
        "log2" => |x| x.log(lit(2.0)),
        "degrees" => Expr::degrees,
        "radians" => Expr::radians,
        "sin" => Expr::sin,
        "cos" => Expr::cos,
        "tan" => Expr::tan,
        "asin" => Expr::arcsin,
        "acos" => Expr::arccos,
        "atan" => Expr::arctan,
        "isnan" => Expr::is_nan,
        "isfinite" => Expr::is_finite,
        "isinf" => Expr::is_infinite,
        _ => return None,
    })
}

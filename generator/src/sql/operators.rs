//! Operators and tests: arithmetic as SQL means it, comparisons, `BETWEEN`, `IN`, `IS`, `LIKE`, regular expressions.

use super::literals::timestamp;
use super::rewrite::Planned;
use super::scalar::Scalars;
use polars::prelude::{DataType, Expr, NULL, TimeUnit, lit, when};
use sqlparser::ast::{self, BinaryOperator as Op, UnaryOperator, ValueWithSpan};

impl Scalars<'_, '_> {
    /// `left op right`.
    pub fn binary(&self, tree: &ast::Expr, left: &ast::Expr, op: &Op, right: &ast::Expr) -> Planned<Expr> {
        if let Some(comparison) = comparison(op) {
            let (left, right) = self.comparable(left, right)?;
            return Ok(comparison(left, right));
        }
        match op {
            Op::And => Ok(self.condition(left)?.and(self.condition(right)?)),
            Op::Or => Ok(self.condition(left)?.or(self.condition(right)?)),
            Op::Xor => Ok(self.condition(left)?.neq(self.condition(right)?)),
            Op::StringConcat => Ok(self.text(left)? + self.text(right)?),
            Op::Plus | Op::Minus => self.sum(tree, left, op, right),
            Op::Multiply | Op::Divide | Op::Modulo | Op::DuckIntegerDivide | Op::MyIntegerDivide | Op::PGExp => {
                self.product(tree, left, op, right)
            }
            Op::PGRegexMatch | Op::Regexp => self.regex_test(tree, left, right, ""),
            Op::PGRegexIMatch => self.regex_test(tree, left, right, "(?i)"),
            Op::PGRegexNotMatch => Ok(self.regex_test(tree, left, right, "")?.not()),
            Op::PGRegexNotIMatch => Ok(self.regex_test(tree, left, right, "(?i)")?.not()),
            Op::PGLikeMatch => self.like(left, right, None, ""),
            Op::PGNotLikeMatch => Ok(self.like(left, right, None, "")?.not()),
            Op::PGILikeMatch => self.like(left, right, None, "(?i)"),
            Op::PGNotILikeMatch => Ok(self.like(left, right, None, "(?i)")?.not()),
            Op::PGStartsWith => Ok(self.text(left)?.str().starts_with(self.text(right)?)),
            Op::Arrow | Op::LongArrow => self.json(left, right),
            other => {
                let instead = "there are `+ - * / // % = <> < <= > >= || ~ and or`, and functions";
                Err(self.context.unsupported(tree, &format!("operator `{other}`"), instead))
            }
        }
    }

    /// A value as text.
    pub fn text(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.lower(tree)?;
        Ok(match self.kind(tree, &value)? {
            DataType::String => value,
            kind => super::types::cast(value, &kind, DataType::String, false),
        })
    }

    fn sum(&self, tree: &ast::Expr, left: &ast::Expr, op: &Op, right: &ast::Expr) -> Planned<Expr> {
        let minus = *op == Op::Minus;
        if let Some(interval) = self.interval(right)? {
            return self.moved(left, &interval, minus);
        }
        if let (Some(interval), false) = (self.interval(left)?, minus) {
            return self.moved(right, &interval, minus);
        }
        let (l, r) = (self.lower(left)?, self.lower(right)?);
        let kinds = (self.kind(left, &l)?, self.kind(right, &r)?);
        Ok(match kinds {
            (DataType::Date, DataType::Date) if minus => (l - r).dt().total_days(false),
            (DataType::Date, days) if days.is_integer() => days_after(l, if minus { -r } else { r }),
            (days, DataType::Date) if days.is_integer() && !minus => days_after(r, l),
            (DataType::Date, DataType::Datetime(..)) => l.cast(timestamp()) - r,
            (DataType::Datetime(..), DataType::Date) => l - r.cast(timestamp()),
            (a, b) if a.is_numeric() && b.is_numeric() || a.is_null() || b.is_null() => {
                let (l, r) = widened((l, &a), (r, &b));
                if minus { l - r } else { l + r }
            }
            (DataType::Datetime(..), DataType::Datetime(..)) if minus => l - r,
            (_, DataType::Duration(_)) | (DataType::Duration(_), _) => {
                if minus {
                    l - r
                } else {
                    l + r
                }
            }
            (a, b) => return Err(self.mismatch(tree, op, &a, &b)),
        })
    }

    fn product(&self, tree: &ast::Expr, left: &ast::Expr, op: &Op, right: &ast::Expr) -> Planned<Expr> {
        let (l, r) = (self.lower(left)?, self.lower(right)?);
        let (a, b) = (self.kind(left, &l)?, self.kind(right, &r)?);
        let number = |kind: &DataType| kind.is_numeric() || kind.is_null();
        if !number(&a) || !number(&b) {
            return match self.interval(tree)? {
                Some(interval) => self.length(tree, &interval),
                None => Err(self.mismatch(tree, op, &a, &b)),
            };
        }
        let whole = a.is_integer() && b.is_integer();
        Ok(match op {
            Op::Multiply => {
                let (l, r) = widened((l, &a), (r, &b));
                l * r
            }
            Op::Divide => l.cast(DataType::Float64) / r.cast(DataType::Float64),
            Op::PGExp => l.cast(DataType::Float64).pow(r.cast(DataType::Float64)),
            Op::Modulo => remainder(widened((l, &a), (r, &b)), whole),
            _ => quotient(widened((l, &a), (r, &b)), whole),
        })
    }

    fn mismatch(&self, tree: &ast::Expr, op: &Op, left: &DataType, right: &DataType) -> crate::diagnostics::Diagnostic {
        let (left, right) = (super::types::word(left), super::types::word(right));
        crate::error!(self.span(tree), "`{op}` cannot take a {left} and a {right}"; hint: "cast one of them, as in `x::double`")
    }

    /// `-x`, `NOT x`.
    pub fn unary(&self, tree: &ast::Expr, op: &UnaryOperator, value: &ast::Expr) -> Planned<Expr> {
        match op {
            UnaryOperator::Not => Ok(self.condition(value)?.not()),
            UnaryOperator::Plus => self.lower(value),
            UnaryOperator::Minus => match super::literals::number(tree) {
                Some(number) => Ok(super::literals::integer(tree).map_or_else(|| lit(number), lit)),
                None => Ok(-self.lower(value)?),
            },
            other => Err(self.context.unsupported(tree, &format!("operator `{other}`"), "there are `-` and `not`")),
        }
    }

    /// Tests that keywords spell; none for anything else.
    pub fn test(&self, tree: &ast::Expr) -> Planned<Option<Expr>> {
        use ast::Expr as Tree;
        Ok(Some(match tree {
            Tree::IsNull(value) => self.lower(value)?.is_null(),
            Tree::IsNotNull(value) => self.lower(value)?.is_not_null(),
            Tree::IsUnknown(value) => self.condition(value)?.is_null(),
            Tree::IsNotUnknown(value) => self.condition(value)?.is_not_null(),
            Tree::IsTrue(value) => self.condition(value)?.fill_null(lit(false)),
            Tree::IsNotTrue(value) => self.condition(value)?.fill_null(lit(false)).not(),
            Tree::IsFalse(value) => self.condition(value)?.not().fill_null(lit(false)),
            Tree::IsNotFalse(value) => self.condition(value)?.fill_null(lit(true)),
            Tree::IsDistinctFrom(left, right) => {
                let (left, right) = self.comparable(left, right)?;
                left.neq_missing(right)
            }
            Tree::IsNotDistinctFrom(left, right) => {
                let (left, right) = self.comparable(left, right)?;
                left.eq_missing(right)
            }
            Tree::Between { expr, negated, low, high } => {
                let (above, low) = self.comparable(expr, low)?;
                let (below, high) = self.comparable(expr, high)?;
                negate(above.gt_eq(low).and(below.lt_eq(high)), *negated)
            }
            Tree::InList { expr, list, negated } => negate(self.one_of(expr, list)?, *negated),
            Tree::Like { negated, expr, pattern, escape_char, any: false } => {
                negate(self.like(expr, pattern, escape_char.as_ref(), "")?, *negated)
            }
            Tree::ILike { negated, expr, pattern, escape_char, any: false } => {
                negate(self.like(expr, pattern, escape_char.as_ref(), "(?i)")?, *negated)
            }
            Tree::SimilarTo { negated, expr, pattern, .. } => {
                negate(self.regex_test(tree, expr, pattern, "^")?, *negated)
            }
            Tree::RLike { negated, expr, pattern, .. } => negate(self.regex_test(tree, expr, pattern, "")?, *negated),
            _ => return Ok(None),
        }))
    }

    /// `x IN (a, b, NULL)`: unknown where nothing matches but something is null.
    fn one_of(&self, value: &ast::Expr, list: &[ast::Expr]) -> Planned<Expr> {
        let mut found: Option<Expr> = None;
        for element in list {
            let (left, right) = self.comparable(value, element)?;
            let equal = left.eq(right);
            found = Some(match found {
                Some(found) => found.or(equal),
                None => equal,
            });
        }
        Ok(found.unwrap_or_else(|| lit(false)))
    }

    fn like(
        &self,
        value: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ValueWithSpan>,
        flags: &str,
    ) -> Planned<Expr> {
        let escape = escape.and_then(|escape| escape.value.clone().into_string()).and_then(|text| text.chars().next());
        let Some(text) = super::literals::text(pattern) else {
            let instead = "write the pattern as a text, or use `contains`, `starts_with`, `ends_with`";
            return Err(self.context.unsupported(pattern, "a computed pattern", instead));
        };
        Ok(self.text(value)?.str().contains(lit(format!("(?s){flags}{}", like_regex(&text, escape))), true))
    }

    /// `x ~ 'regex'`: true where some part of the text matches.
    pub fn regex_test(&self, tree: &ast::Expr, value: &ast::Expr, pattern: &ast::Expr, flags: &str) -> Planned<Expr> {
        let pattern = self.regex(tree, pattern)?;
        let pattern = if flags == "^" { format!("^(?:{pattern})$") } else { format!("{flags}{pattern}") };
        Ok(self.text(value)?.str().contains(lit(pattern), true))
    }

    /// A regular expression, which must be a constant that parses.
    pub fn regex(&self, tree: &ast::Expr, pattern: &ast::Expr) -> Planned<String> {
        let Some(text) = super::literals::text(pattern) else {
            return Err(self.context.unsupported(tree, "a computed regular expression", "write it as a text"));
        };
        match regex::Regex::new(&text) {
            Ok(_) => Ok(text),
            Err(problem) => {
                let problem = problem.to_string();
                let reason = problem.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(
                    crate::error!(self.span(pattern), "`{text}` is not a regular expression: {reason}"; hint: "a sign that means itself has a backslash before it, as in `\\(`"),
                )
            }
        }
    }

    /// `json ->> 'key'`, `json ->> '$.path'`.
    fn json(&self, value: &ast::Expr, path: &ast::Expr) -> Planned<Expr> {
        let path = match (super::literals::text(path), super::literals::integer(path)) {
            (Some(text), _) if text.starts_with('$') => text,
            (Some(key), _) => format!("$.{key}"),
            (None, Some(index)) => format!("$[{index}]"),
            (None, None) => {
                return Err(self.context.unsupported(
                    path,
                    "a computed path",
                    "write the path as a text, as in `'$.a'`",
                ));
            }
        };
        Ok(self.text(value)?.str().json_path_match(lit(path)))
    }
}

fn comparison(op: &Op) -> Option<fn(Expr, Expr) -> Expr> {
    Some(match op {
        Op::Eq => Expr::eq,
        Op::NotEq => Expr::neq,
        Op::Lt => Expr::lt,
        Op::LtEq => Expr::lt_eq,
        Op::Gt => Expr::gt,
        Op::GtEq => Expr::gt_eq,
        _ => return None,
    })
}

fn negate(test: Expr, negated: bool) -> Expr {
    if negated { test.not() } else { test }
}

/// Integers in 64 bits, so that what fits SQL's wider result fits ours.
fn widened(left: (Expr, &DataType), right: (Expr, &DataType)) -> (Expr, Expr) {
    let wide = |(value, kind): (Expr, &DataType)| match kind {
        small if small.is_integer() && *small != DataType::Int64 => value.cast(DataType::Int64),
        _ => value,
    };
    (wide(left), wide(right))
}

fn days_after(date: Expr, days: Expr) -> Expr {
    (date.cast(DataType::Int32).cast(DataType::Int64) + days.cast(DataType::Int64))
        .cast(DataType::Int32)
        .cast(DataType::Date)
}

/// `//`: of whole numbers towards zero, by zero no value; of others it is plain division, as in DuckDB.
fn quotient((left, right): (Expr, Expr), whole: bool) -> Expr {
    if !whole {
        return left / right;
    }
    let floored = left.clone().floor_div(right.clone());
    let exact = (floored.clone() * right.clone()).eq(left.clone());
    let signs_differ = left.lt(lit(0)).neq(right.clone().lt(lit(0)));
    let towards_zero = when(exact.not().and(signs_differ)).then(floored.clone() + lit(1)).otherwise(floored);
    when(right.eq(lit(0))).then(lit(NULL)).otherwise(towards_zero)
}

/// What division towards zero leaves: it has the sign of what is divided.
fn remainder((left, right): (Expr, Expr), whole: bool) -> Expr {
    if whole {
        return left.clone() - quotient((left, right.clone()), true) * right;
    }
    let ratio = left.clone() / right.clone();
    let towards_zero = when(ratio.clone().lt(lit(0))).then(ratio.clone().ceil()).otherwise(ratio.floor());
    left - towards_zero * right
}

/// A `LIKE` pattern as a regular expression over the whole text.
fn like_regex(pattern: &str, escape: Option<char>) -> String {
    let mut regex = String::from("^");
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            letter if Some(letter) == escape => {
                regex.extend(letters.next().map(|letter| regex::escape(&letter.to_string())));
            }
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            other => regex.push_str(&regex::escape(&other.to_string())),
        }
    }
    regex.push('$');
    regex
}

/// Microseconds as a length of time.
pub fn microseconds(count: Expr) -> Expr {
    count.cast(DataType::Int64).cast(DataType::Duration(TimeUnit::Microseconds))
}

//! What readers call an expression where the author gives no label.

use super::arguments;
use crate::sql;
use sqlparser::ast::{BinaryOperator, Expr, Function};

/// What readers call an expression: a column's name in words, an aggregate by what it aggregates.
pub fn label(tree: &Expr) -> String {
    let inner = |function: &Function| arguments(function).last().map(|argument| label(argument));
    match tree {
        Expr::Function(function) => match (function.name.to_string().to_lowercase().as_str(), inner(function)) {
            ("count", None) => "Count".to_owned(),
            ("sum" | "date_trunc", Some(of)) => of,
            ("avg" | "mean", Some(of)) => format!("Average {}", lower_first(&of)),
            ("count", Some(of)) if function.to_string().to_lowercase().contains("distinct") => {
                format!("Distinct {}", lower_first(&of))
            }
            ("approx_count_distinct", Some(of)) => format!("Approximate distinct {}", lower_first(&of)),
            ("count", Some(of)) => format!("Count of {}", lower_first(&of)),
            ("stddev" | "stddev_samp" | "stddev_pop", Some(of)) => {
                format!("Standard deviation of {}", lower_first(&of))
            }
            ("variance" | "var_samp" | "var_pop", Some(of)) => format!("Variance of {}", lower_first(&of)),
            (name @ ("min" | "max" | "median"), Some(of)) => format!("{} {}", words(name), lower_first(&of)),
            ("quantile_cont", _) => percentile(function).unwrap_or_else(|| tree.to_string()),
            ("approx_quantile", _) => {
                percentile(function).map_or_else(|| tree.to_string(), |of| format!("Approximate {of}"))
            }
            _ => tree.to_string(),
        },
        Expr::Nested(inner) => label(inner),
        Expr::BinaryOp { left, op: BinaryOperator::Divide, right } if is_total(right) => {
            format!("Share of {}", lower_first(&label(left)))
        }
        other => sql::column(other).map_or_else(|| other.to_string(), |ident| words(&ident.value)),
    }
}

/// `quantile_cont(revenue, 0.95)` as `95th percentile of revenue`.
fn percentile(function: &Function) -> Option<String> {
    let [of, share] = arguments(function)[..] else { return None };
    let percent = (share.to_string().parse::<f64>().ok()? * 1e6).round() / 1e4;
    let ending = match (percent % 100.0, percent % 10.0) {
        (11.0 | 12.0 | 13.0, _) => "th",
        (_, 1.0) => "st",
        (_, 2.0) => "nd",
        (_, 3.0) => "rd",
        _ => "th",
    };
    Some(format!("{percent}{ending} percentile of {}", lower_first(&label(of))))
}

fn is_total(tree: &Expr) -> bool {
    matches!(tree, Expr::Function(function) if function.over.is_some())
}

/// `product_line` as `Product line`.
pub fn words(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

//! Aggregates by the names that DuckDB gives them; nothing in gives null out, as SQL has it.

use super::context::Context;
use super::functions;
use super::literals;
use super::rewrite::{Planned, any, internal, internal_id};
use super::rows::Rows;
use super::scalar::Scalars;
use super::sort;
use crate::error;
use polars::prelude::{DataType, Expr, NULL, QuantileMethod, as_struct, cov, len, lit, pearson_corr, when};
use sqlparser::ast::{
    self, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, Spanned,
};

/// What there is.
pub const FORMS: &[functions::Form] = &[
    (&["count", "count_star"], "count(*)"),
    (&["count_if", "countif"], "count_if(condition)"),
    (&["sum", "avg", "mean", "product"], "sum(number)"),
    (&["min", "max"], "min(value)"),
    (&["median", "mode"], "median(number)"),
    (&["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"], "stddev(number)"),
    (&["skewness", "kurtosis"], "skewness(number)"),
    (&["quantile", "quantile_cont", "quantile_disc", "approx_quantile"], "quantile_cont(number, 0.9)"),
    (&["percentile_cont", "percentile_disc"], "percentile_cont(0.9) WITHIN GROUP (ORDER BY number)"),
    (&["approx_count_distinct"], "approx_count_distinct(value)"),
    (&["corr", "covar_samp", "covar_pop", "regr_slope", "regr_intercept", "regr_r2"], "corr(y, x)"),
    (&["string_agg", "group_concat", "listagg"], "string_agg(text, ',' [ORDER BY …])"),
    (&["array_agg", "list"], "array_agg(value [ORDER BY …])"),
    (&["first", "last", "any_value", "arbitrary"], "first(value [ORDER BY …])"),
    (&["arg_max", "argmax", "max_by", "arg_min", "argmin", "min_by"], "arg_max(value, by)"),
    (&["bool_and", "bool_or", "every"], "bool_and(condition)"),
];

/// The names of all aggregates.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMS.iter().flat_map(|(names, _)| names.iter().copied())
}

/// True for an aggregate's name.
pub fn is_aggregate(name: &str) -> bool {
    names().any(|aggregate| aggregate == name)
}

/// An aggregate's parts, lowered.
pub struct Call<'t> {
    /// The name in lower case.
    pub name: String,
    /// The arguments as written; a star is none.
    pub trees: Vec<&'t ast::Expr>,
    /// The arguments, filtered, ordered and distinct as asked.
    pub values: Vec<Expr>,
    /// The condition of `FILTER`.
    pub filter: Option<Expr>,
    /// Whether `DISTINCT` was asked.
    pub distinct: bool,
}

impl Scalars<'_, '_> {
    /// An aggregate over a group's rows.
    pub fn aggregate(&self, function: &ast::Function) -> Planned<Expr> {
        let call = self.aggregate_call(function)?;
        let found = match call.values.as_slice() {
            [] if matches!(call.name.as_str(), "count" | "count_star") => Some(counted(&call)),
            _ => self.one_column(&call)?.or(self.two_columns(&call)?),
        };
        found.ok_or_else(|| self.aggregate_form(function, &call.name))
    }

    fn aggregate_form(&self, function: &ast::Function, name: &str) -> crate::diagnostics::Diagnostic {
        let form = FORMS.iter().find(|(names, _)| names.contains(&name)).map_or("", |(_, form)| form);
        error!(self.span(&function.name), "`{name}` cannot take these arguments"; hint: "it is called `{form}`")
    }

    /// The parts of a call, each argument only for the rows and in the order that it asks for.
    pub fn aggregate_call<'t>(&self, function: &'t ast::Function) -> Planned<Call<'t>> {
        let name = functions::name(function);
        let filter = function.filter.as_ref().map(|filter| self.condition(filter)).transpose()?;
        let mut trees = arguments(function).ok_or_else(|| self.aggregate_form(function, &name))?;
        let mut order = clause_order(function);
        if let [by] = function.within_group.as_slice() {
            match name.as_str() {
                "percentile_cont" | "percentile_disc" | "mode" | "quantile_cont" | "quantile_disc" => {
                    trees.insert(0, &by.expr)
                }
                _ => order = function.within_group.as_slice(),
            }
        }
        let keys = sort::keys(self, order)?;
        let distinct = distinct(function);
        let value = |tree: &&ast::Expr| {
            let mut value = self.lower(tree)?;
            self.kind(tree, &value)?;
            if let Some(filter) = &filter {
                value = value.filter(filter.clone());
            }
            if !keys.is_empty() {
                let by: Vec<Expr> = keys
                    .iter()
                    .map(|key| match &filter {
                        Some(filter) => key.value.clone().filter(filter.clone()),
                        None => key.value.clone(),
                    })
                    .collect();
                value = value.sort_by(by, sort::options(&keys));
            }
            Ok(if distinct && literals::text(tree).is_none() { value.unique_stable() } else { value })
        };
        let values = trees.iter().map(value).collect::<Planned<Vec<_>>>()?;
        Ok(Call { name, trees, values, filter, distinct })
    }

    fn one_column(&self, call: &Call) -> Planned<Option<Expr>> {
        let (Some(value), Some(tree)) = (call.values.first().cloned(), call.trees.first()) else { return Ok(None) };
        let kind = self.kind(tree, &self.lower(tree)?)?;
        let single = call.values.len() == 1;
        let name = call.name.as_str();
        Ok(Some(match name {
            "count" if single => value.drop_nulls().count().cast(DataType::Int64),
            "count" => as_struct(call.values.clone()).drop_nulls().count().cast(DataType::Int64),
            "approx_count_distinct" if single => value.drop_nulls().n_unique().cast(DataType::Int64),
            "count_if" | "countif" if single => self.boolean(call, value, &kind)?.sum().cast(DataType::Int64),
            "min" if single => value.min(),
            "max" if single => value.max(),
            "mode" if single => value.drop_nulls().mode(true).first(),
            "first" | "arbitrary" if single => value.first(),
            "last" if single => value.last(),
            "any_value" if single => value.drop_nulls().first(),
            "bool_and" | "every" if single => or_null(&value, self.boolean(call, value.clone(), &kind)?.all(true)),
            "bool_or" if single => or_null(&value, self.boolean(call, value.clone(), &kind)?.any(true)),
            "array_agg" | "list" if single => value.implode(true),
            "string_agg" | "group_concat" | "listagg" => {
                or_null(&value, self.concatenated(call, value.clone(), &kind)?)
            }
            _ => return self.numeric(call, value, &kind),
        }))
    }

    fn boolean(&self, call: &Call, value: Expr, kind: &DataType) -> Planned<Expr> {
        match kind {
            DataType::Boolean | DataType::Null => Ok(value.cast(DataType::Boolean)),
            other => {
                let other = super::types::word(other);
                Err(
                    error!(self.span(call.trees[0]), "`{}` needs a condition, and this is a {other}", call.name; hint: "compare it with something, as in `x > 0`"),
                )
            }
        }
    }

    fn concatenated(&self, call: &Call, value: Expr, kind: &DataType) -> Planned<Expr> {
        let separator = match call.trees.get(1) {
            Some(tree) => literals::text(tree)
                .ok_or_else(|| self.context.unsupported(*tree, "a computed separator", "write it as a text"))?,
            None => ",".to_owned(),
        };
        Ok(super::types::cast(value, kind, DataType::String, false).drop_nulls().str().join(&separator, true))
    }

    fn numeric(&self, call: &Call, value: Expr, kind: &DataType) -> Planned<Option<Expr>> {
        let name = call.name.as_str();
        let known = FORMS[2..9].iter().any(|(names, _)| names.contains(&name));
        if !known || matches!(name, "min" | "max" | "mode") {
            return Ok(None);
        }
        if !(kind.is_numeric() || kind.is_null() || *kind == DataType::Boolean || name.starts_with("quantile_disc")) {
            let word = super::types::word(kind);
            return Err(
                error!(self.span(call.trees[0]), "`{name}` needs numbers, and this is a {word}"; hint: "cast it, as in `x::double`, or count with `count(*)`"),
            );
        }
        let float = value.clone().cast(DataType::Float64);
        if let Some(share) = call.trees.get(1) {
            let share = literals::number(share).filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| {
                error!(self.span(*share), "a quantile is asked by a number between 0 and 1"; hint: "the median is `0.5`")
            })?;
            return Ok(quantile(name, float, share, kind));
        }
        let decimal = matches!(kind, DataType::Decimal(..));
        Ok(Some(match name {
            "sum" if decimal => or_null(&value, value.clone().sum()),
            "sum" if kind.is_float() => or_null(&value, float.sum()),
            "sum" => or_null(&value, value.clone().cast(DataType::Int64).sum()),
            "avg" | "mean" => float.mean(),
            "product" => or_null(&value, float.product()),
            "median" => float.median(),
            "stddev" | "stddev_samp" => float.std(1),
            "stddev_pop" => float.std(0),
            "variance" | "var_samp" => float.var(1),
            "var_pop" => float.var(0),
            "skewness" => float.skew(false),
            "kurtosis" => float.kurtosis(true, false),
            _ => return Ok(None),
        }))
    }

    fn two_columns(&self, call: &Call) -> Planned<Option<Expr>> {
        let [a, b] = call.values.as_slice() else { return Ok(None) };
        let both = a.clone().is_not_null().and(b.clone().is_not_null());
        let (a, b) = (a.clone().filter(both.clone()), b.clone().filter(both));
        let float = |value: &Expr| value.clone().cast(DataType::Float64);
        let (y, x) = (float(&a), float(&b));
        let slope = || cov(y.clone(), x.clone(), 0) / x.clone().var(0);
        Ok(Some(match call.name.as_str() {
            "arg_max" | "argmax" | "max_by" => best(a, b, true),
            "arg_min" | "argmin" | "min_by" => best(a, b, false),
            "corr" => pearson_corr(y, x),
            "covar_samp" => cov(y, x, 1),
            "covar_pop" => cov(y, x, 0),
            "regr_slope" => slope(),
            "regr_intercept" => y.clone().mean() - slope() * x.clone().mean(),
            "regr_r2" => pearson_corr(y, x).pow(lit(2)),
            _ => return Ok(None),
        }))
    }
}

fn counted(call: &Call) -> Expr {
    match &call.filter {
        Some(filter) => filter.clone().sum().cast(DataType::Int64),
        None => len().cast(DataType::Int64),
    }
}

/// Null where no value went in.
fn or_null(value: &Expr, result: Expr) -> Expr {
    when(value.clone().drop_nulls().count().gt(lit(0))).then(result).otherwise(lit(NULL))
}

fn quantile(name: &str, value: Expr, share: f64, kind: &DataType) -> Option<Expr> {
    Some(match name {
        "quantile_disc" | "percentile_disc" | "quantile" => {
            value.quantile(lit(share), QuantileMethod::Equiprobable).cast(kind.clone())
        }
        "quantile_cont" | "percentile_cont" | "approx_quantile" => value.quantile(lit(share), QuantileMethod::Linear),
        _ => return None,
    })
}

fn best(value: Expr, by: Expr, descending: bool) -> Expr {
    let order =
        polars::prelude::SortMultipleOptions::default().with_order_descending(descending).with_maintain_order(true);
    value.sort_by([by], order).first()
}

/// The arguments of an aggregate, without a star; none if one is named.
pub fn arguments(function: &ast::Function) -> Option<Vec<&ast::Expr>> {
    match &function.args {
        FunctionArguments::List(list)
            if matches!(list.args.as_slice(), [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]) =>
        {
            Some(Vec::new())
        }
        _ => functions::arguments(function),
    }
}

/// Makes an aggregate's constant argument a column, of which every row has one, as in `sum(1)`.
pub fn spread(context: &Context, rows: &mut Rows, tree: &mut ast::Expr) -> Planned<()> {
    let ast::Expr::Function(function) = tree else { return Ok(()) };
    let name = functions::name(function);
    if !is_aggregate(&name) || name.starts_with("percentile") {
        return Ok(());
    }
    let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
    let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(first))) = list.args.first_mut() else { return Ok(()) };
    if any(first, |node| internal_id(node).is_some()) {
        return Ok(());
    }
    let id = context.id();
    let value = Scalars::new(context, rows)?.checked(first)?;
    rows.frame = std::mem::take(&mut rows.frame).with_column(value.alias(&id));
    *first = internal(&id, first.span());
    Ok(())
}

fn clause_order(function: &ast::Function) -> &[ast::OrderByExpr] {
    let FunctionArguments::List(list) = &function.args else { return &[] };
    let order = |clause: &'_ FunctionArgumentClause| matches!(clause, FunctionArgumentClause::OrderBy(_));
    match list.clauses.iter().find(|clause| order(clause)) {
        Some(FunctionArgumentClause::OrderBy(order)) => order,
        _ => &[],
    }
}

fn distinct(function: &ast::Function) -> bool {
    match &function.args {
        FunctionArguments::List(list) => list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
        _ => false,
    }
}

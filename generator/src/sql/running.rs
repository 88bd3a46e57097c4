//! Aggregates that move along with the rows of a partition.

use polars::prelude::{
    DataType, Expr, FillNullStrategy, NULL, RollingOptionsDynamicWindow, RollingOptionsFixedWindow, lit, when,
};

/// An end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The partition's own.
    Unbounded,
    /// So many rows after this one; before it if negative.
    Row(i64),
}

/// An aggregate that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// How many are not null.
    Count,
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The standard deviation of a sample.
    Deviation,
    /// The variance of a sample.
    Variance,
    /// The middle one.
    Median,
}

impl Part {
    /// The aggregate of a name.
    pub fn of(name: &str) -> Option<Part> {
        Some(match name {
            "count" | "count_star" => Part::Count,
            "sum" => Part::Sum,
            "avg" | "mean" => Part::Mean,
            "min" => Part::Min,
            "max" => Part::Max,
            "stddev" | "stddev_samp" => Part::Deviation,
            "variance" | "var_samp" => Part::Variance,
            "median" => Part::Median,
            _ => return None,
        })
    }
}

/// An aggregate over the rows between two edges; none if it cannot be had there.
pub fn by_rows(part: Part, value: &Expr, start: Edge, end: Edge) -> Option<Expr> {
    match (start, end) {
        (Edge::Unbounded, Edge::Row(end)) => Some(from_first(part, value, end)),
        (Edge::Row(start), Edge::Unbounded) => Some(backwards(value, |value| from_first(part, value, -start))),
        (Edge::Row(start), Edge::Row(end)) if end < start => Some(nothing(part)),
        (Edge::Row(start), Edge::Row(end)) if end <= 0 => Some(trailing(part, value, start, end)),
        (Edge::Row(start), Edge::Row(end)) if start >= 0 => {
            Some(backwards(value, |value| trailing(part, value, -end, -start)))
        }
        (Edge::Row(start), Edge::Row(end)) => around(part, value, start, end),
        (Edge::Unbounded, Edge::Unbounded) => None,
    }
}

fn nothing(part: Part) -> Expr {
    if part == Part::Count { lit(0i64) } else { lit(NULL) }
}

/// The same, counted from the other end of the partition.
fn backwards(value: &Expr, aggregate: impl FnOnce(&Expr) -> Expr) -> Expr {
    aggregate(&value.clone().reverse()).reverse()
}

/// From the first row to one that lies `end` rows after this one.
fn from_first(part: Part, value: &Expr, end: i64) -> Expr {
    let running = running(part, value);
    match end {
        0 => running,
        1.. => running.clone().shift_and_fill(lit(-end), running.last()),
        _ => filled(part, running.shift(lit(-end))),
    }
}

/// The rows from `start` to `end`, neither of which lies after this one.
fn trailing(part: Part, value: &Expr, start: i64, end: i64) -> Expr {
    let size = (end - start + 1).max(1) as usize;
    let rolled = rolling(part, value, size);
    if end == 0 { rolled } else { filled(part, rolled.shift(lit(-end))) }
}

fn filled(part: Part, value: Expr) -> Expr {
    if part == Part::Count { value.fill_null(lit(0i64)) } else { value }
}

/// Rows on both sides of this one: what both halves give, together.
fn around(part: Part, value: &Expr, start: i64, end: i64) -> Option<Expr> {
    let before = |part| trailing(part, value, start, 0);
    let after = |part| backwards(value, |value| trailing(part, value, -end, -1));
    let sum = || {
        let (a, b) = (before(Part::Sum), after(Part::Sum));
        when(a.clone().is_null()).then(b.clone()).when(b.clone().is_null()).then(a.clone()).otherwise(a + b)
    };
    let count = || before(Part::Count) + after(Part::Count);
    let chosen = |part: Part, better: fn(Expr, Expr) -> Expr| {
        let (a, b) = (before(part), after(part));
        let first = b.clone().is_null().or(better(a.clone(), b.clone()));
        when(a.clone().is_null()).then(b.clone()).when(first).then(a).otherwise(b)
    };
    Some(match part {
        Part::Count => count(),
        Part::Sum => sum(),
        Part::Mean => sum().cast(DataType::Float64) / count().cast(DataType::Float64),
        Part::Min => chosen(part, Expr::lt_eq),
        Part::Max => chosen(part, Expr::gt_eq),
        Part::Deviation | Part::Variance | Part::Median => return None,
    })
}

fn counted(value: &Expr) -> Expr {
    value.clone().is_not_null().cast(DataType::Int64)
}

/// Over all rows up to this one.
fn running(part: Part, value: &Expr) -> Expr {
    let count = || counted(value).cum_sum(false);
    let sum = || {
        let sum = value.clone().fill_null(lit(0)).cum_sum(false);
        when(count().gt(lit(0i64))).then(sum).otherwise(lit(NULL))
    };
    let carried = |value: Expr| value.fill_null_with_strategy(FillNullStrategy::Forward(None));
    match part {
        Part::Count => count(),
        Part::Sum => sum(),
        Part::Mean => sum().cast(DataType::Float64) / count().cast(DataType::Float64),
        Part::Min => carried(value.clone().cum_min(false)),
        Part::Max => carried(value.clone().cum_max(false)),
        Part::Deviation | Part::Variance | Part::Median => rolling(part, value, u32::MAX as usize),
    }
}

/// Over so many rows up to this one.
fn rolling(part: Part, value: &Expr, size: usize) -> Expr {
    let options = || RollingOptionsFixedWindow { window_size: size, min_periods: 1, ..Default::default() };
    let value = value.clone();
    match part {
        Part::Count => counted(&value).rolling_sum(options()),
        Part::Sum => value.rolling_sum(options()),
        Part::Mean => value.rolling_mean(options()),
        Part::Min => value.rolling_min(options()),
        Part::Max => value.rolling_max(options()),
        Part::Deviation => value.rolling_std(options()),
        Part::Variance => value.rolling_var(options()),
        Part::Median => value.rolling_median(options()),
    }
}

/// Over the rows whose key lies in a window that ends at this row's key.
pub fn by_value(part: Part, value: Expr, key: Expr, options: RollingOptionsDynamicWindow) -> Expr {
    match part {
        Part::Count => counted(&value).rolling_sum_by(key, options),
        Part::Sum => value.rolling_sum_by(key, options),
        Part::Mean => value.rolling_mean_by(key, options),
        Part::Min => value.rolling_min_by(key, options),
        Part::Max => value.rolling_max_by(key, options),
        Part::Deviation => value.rolling_std_by(key, options),
        Part::Variance => value.rolling_var_by(key, options),
        Part::Median => value.rolling_median_by(key, options),
    }
}

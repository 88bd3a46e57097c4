//! polars as the judge: the same questions, filters and rules of ownership, written a second time as polars expressions.

use dashgen_runtime::plan::{
    Aggregate, Column, Grain, Key, Kind, Measure, Operator, Plan, Question, Rows, Select, Selection, State, Table,
    Term, TimeGrain, Top, Value, View,
};
use polars::prelude::*;
use std::collections::BTreeMap;

/// The rows that polars answers for a view in a state: keys first, then measures, ordered as the question says.
pub fn answer(plan: &Plan, view: &View, state: &State, frames: &[DataFrame]) -> Vec<Vec<Value>> {
    answers(plan, state, frames)(view)
}

/// What polars answers for each view in a state. It looks for the rows that a selection leaves of a table once for all views.
pub fn answers<'a>(
    plan: &'a Plan,
    state: &'a State,
    frames: &'a [DataFrame],
) -> impl FnMut(&View) -> Vec<Vec<Value>> + use<'a> {
    let mut left: BTreeMap<(usize, &str), BooleanChunked> = BTreeMap::new();
    move |view| {
        let mut frame = frames[view.table].clone();
        let mut kept: Option<BooleanChunked> = None;
        for (owner, selection) in &state.selections {
            let Some(filter) = clause(plan, view, owner, selection) else { continue };
            let rows = left.entry((view.table, owner)).or_insert_with(|| rows(&frame, filter));
            kept = Some(kept.map_or_else(|| rows.clone(), |kept| &kept & &*rows));
        }
        if let Some(kept) = kept {
            frame = frame.filter(&kept).expect("a flag for each row");
        }
        ask(frame.lazy(), &plan.tables[view.table], &view.question)
    }
}

/// For each row whether a filter keeps it.
fn rows(frame: &DataFrame, filter: Expr) -> BooleanChunked {
    let kept = frame.clone().lazy().select([filter.alias("kept")]).collect().expect("polars answers");
    let kept = kept.columns()[0].bool().expect("filters are boolean");
    // A filter without a column is one flag for all rows.
    if kept.len() == frame.height() { kept.clone() } else { kept.new_from_index(0, frame.height()) }
}

/// The clause that an owner's selection puts on a view, if it reaches the view at all.
fn clause(plan: &Plan, view: &View, owner: &str, selection: &Selection) -> Option<Expr> {
    let owner = plan.views.iter().find(|view| view.id == owner)?;
    let select = owner.select.as_ref()?;
    if owner.id == view.id {
        return None;
    }
    let keys = match select {
        Select::Values(keys) => keys.clone(),
        Select::Interval(key) => vec![key.clone()],
        Select::Box(keys) => keys.to_vec(),
    };
    let columns: Vec<&Column> = keys.iter().map(|key| &plan.tables[owner.table].columns[key.column]).collect();
    let reaches = |column: &&Column| {
        plan.tables[view.table].columns.iter().any(|own| own.name == column.name) && !view.ignore.contains(&column.name)
    };
    if !columns.iter().all(reaches) {
        return None;
    }
    Some(match selection {
        Selection::In(tuples) => {
            tuples.iter().map(|tuple| matches(tuple, &keys, &columns)).reduce(|a, b| a.or(b)).unwrap_or(lit(false))
        }
        Selection::Between(min, max) => between(columns[0], min, max),
        Selection::Box([x, y]) => between(columns[0], &x[0], &x[1]).and(between(columns[1], &y[0], &y[1])),
        Selection::Contains(text) => {
            let lower = col(columns[0].name.as_str()).str().to_lowercase();
            lower.str().contains_literal(lit(text.to_lowercase())).fill_null(lit(false))
        }
    })
}

fn matches(tuple: &[Value], keys: &[Key], columns: &[&Column]) -> Expr {
    let parts = tuple.iter().zip(keys).zip(columns).map(|((value, key), column)| {
        let expression = grained(col(column.name.as_str()), key.grain);
        match value {
            Value::Null => expression.is_null(),
            value => expression.eq(literal(value, column.kind)).fill_null(lit(false)),
        }
    });
    parts.reduce(|a, b| a.and(b)).expect("tuples have values")
}

fn between(column: &Column, min: &Value, max: &Value) -> Expr {
    let end = |value: &Value, keeps: fn(Expr, Expr) -> Expr| match value {
        Value::Null => lit(true),
        // A whole day as the end of a range of moments.
        Value::Text(text) if column.kind == Kind::Timestamp && text.len() == 10 => {
            keeps(col(column.name.as_str()).dt().date(), literal(value, Kind::Date))
        }
        value => keeps(col(column.name.as_str()), literal(value, column.kind)),
    };
    end(min, Expr::gt_eq).and(end(max, Expr::lt_eq)).and(col(column.name.as_str()).is_not_null())
}

fn literal(value: &Value, kind: Kind) -> Expr {
    match (value, kind) {
        (Value::Text(text), Kind::Date) => lit(text.as_str()).str().to_date(StrptimeOptions::default()),
        (Value::Text(text), Kind::Timestamp) => lit(text.as_str()).str().to_datetime(
            Some(TimeUnit::Microseconds),
            None,
            StrptimeOptions::default(),
            lit("raise"),
        ),
        (Value::Text(text), _) => lit(text.as_str()),
        (Value::Number(number), Kind::Decimal { scale }) => lit(*number).cast(DataType::Decimal(18, scale as usize)),
        (Value::Number(number), Kind::Integer) => lit(*number as i64),
        (Value::Number(number), _) => lit(*number),
        (Value::Boolean(flag), _) => lit(*flag),
        (Value::Null, _) => lit(NULL),
    }
}

fn grained(column: Expr, grain: Grain) -> Expr {
    match grain {
        Grain::Value => column,
        Grain::Time(grain) => column.dt().truncate(lit(match grain {
            TimeGrain::Year => "1y",
            TimeGrain::Quarter => "1q",
            TimeGrain::Month => "1mo",
            TimeGrain::Week => "1w",
            TimeGrain::Day => "1d",
            TimeGrain::Hour => "1h",
            TimeGrain::Minute => "1m",
        })),
        Grain::Bin { start, width, count } => {
            let value = column.cast(DataType::Float64);
            let col_value = value.clone();
            let index = ((value - lit(start)) / lit(width)).floor();
            let last = f64::from(count) - 1.0;
            let right_edge = col_value.eq(lit(start + width * f64::from(count)));
            let closed = when(right_edge).then(lit(last)).otherwise(index);
            when(closed.clone().gt_eq(lit(0.0)).and(closed.clone().lt_eq(lit(last))))
                .then(closed * lit(width) + lit(start))
                .otherwise(lit(NULL))
        }
    }
}

fn ask(frame: LazyFrame, table: &Table, question: &Question) -> Vec<Vec<Value>> {
    let grouped = |i: usize| {
        let key = &question.keys[i];
        grained(col(table.columns[key.column].name.as_str()), key.grain)
    };
    let (frame, largest) = match &question.top {
        Some(top) => largest(frame, table, question, top, grouped(top.key)),
        None => (frame, None),
    };
    let key = |i: usize| match (&question.top, &largest) {
        (Some(Top { key, other: Some(other), .. }), Some(largest)) if *key == i => {
            when(is_one_of(grouped(i), largest)).then(grouped(i)).otherwise(lit(other.as_str()))
        }
        _ => grouped(i),
    };
    let keys: Vec<Expr> = (0..question.keys.len()).map(|i| key(i).alias(format!("k{i}"))).collect();
    let is_in_a_group = (0..keys.len())
        .filter(|i| matches!(question.keys[*i].grain, Grain::Bin { .. }))
        .fold(lit(true), |all, i| all.and(col(format!("k{i}")).is_not_null()));
    let total = |of: &Measure| total(&frame, &keys, &is_in_a_group, self::measure(of, table));
    let measures: Vec<Expr> = question
        .measures
        .iter()
        .enumerate()
        .map(|(i, measure)| self::measure(&with_totals(measure, &total), table).alias(format!("m{i}")))
        .collect();
    let mut frame = match (question.rows, keys.is_empty()) {
        (Rows::Each, _) => frame.select(keys),
        (Rows::Groups, true) => frame.select(measures),
        (Rows::Groups, false) => frame.group_by(keys).agg(measures).filter(is_in_a_group),
    };
    let (by, descending) = sorting(question);
    if !by.is_empty() {
        frame = frame.sort_by_exprs(
            by,
            SortMultipleOptions::default()
                .with_order_descending_multi(descending)
                .with_nulls_last(true)
                .with_maintain_order(true),
        );
    }
    if let Some(limit) = question.limit {
        frame = frame.limit(limit as IdxSize);
    }
    let frame = frame.collect().expect("polars answers");
    let columns: Vec<Vec<Value>> = frame.columns().iter().map(values).collect();
    (0..frame.height()).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

/// The sum of a measure over all groups; NaN if none has a value.
fn total(frame: &LazyFrame, keys: &[Expr], is_in_a_group: &Expr, of: Expr) -> f64 {
    let of = of.cast(DataType::Float64).alias("t");
    let groups = match keys.is_empty() {
        true => frame.clone().select([of]),
        false => frame.clone().group_by(keys).agg([of]).filter(is_in_a_group.clone()),
    };
    let sums = groups.select([col("t").drop_nulls()]).collect().expect("polars answers");
    let sums: Vec<f64> = sums.columns()[0].f64().expect("floats").iter().flatten().collect();
    if sums.is_empty() { f64::NAN } else { sums.iter().sum() }
}

/// The values of a key for which the first measure is largest, and the rows that a question without a name for the rest
/// is left with.
fn largest(
    frame: LazyFrame,
    table: &Table,
    question: &Question,
    top: &Top,
    key: Expr,
) -> (LazyFrame, Option<Vec<Option<String>>>) {
    let keys = [key.clone().alias("k")];
    let size = with_totals(&question.measures[0], &|of| total(&frame, &keys, &lit(true), measure(of, table)));
    let by = frame.clone().group_by(&keys).agg([measure(&size, table).alias("m")]);
    let options = SortMultipleOptions::default().with_order_descending_multi([true, false]).with_nulls_last(true);
    let ranked = by.sort_by_exprs([col("m"), col("k")], options).limit(top.count as IdxSize).collect();
    let ranked = ranked.expect("polars answers");
    let names = ranked.column("k").expect("the key").as_materialized_series().str().expect("text").clone();
    let largest: Vec<Option<String>> = names.iter().map(|name| name.map(str::to_owned)).collect();
    let frame = if top.other.is_none() { frame.filter(is_one_of(key, &largest)) } else { frame };
    (frame, Some(largest))
}

fn is_one_of(key: Expr, values: &[Option<String>]) -> Expr {
    let is = |value: &Option<String>| match value {
        Some(value) => key.clone().eq(lit(value.as_str())).fill_null(lit(false)),
        None => key.clone().is_null(),
    };
    values.iter().map(is).reduce(Expr::or).unwrap_or(lit(false))
}

fn sorting(question: &Question) -> (Vec<Expr>, Vec<bool>) {
    let mut by = Vec::new();
    let mut descending = Vec::new();
    if let Some(Top { key, other: Some(other), .. }) = &question.top {
        by.push(col(format!("k{key}")).eq(lit(other.as_str())).fill_null(lit(false)));
        descending.push(false);
    }
    for order in &question.order {
        by.push(match order.by {
            Term::Key(i) => col(format!("k{i}")),
            Term::Measure(i) => col(format!("m{i}")),
        });
        descending.push(order.descending);
    }
    if question.rows == Rows::Groups {
        by.extend((0..question.keys.len()).map(|i| col(format!("k{i}"))));
        descending.extend(question.keys.iter().map(|_| false));
    }
    (by, descending)
}

/// A measure with its totals as numbers.
fn with_totals(measure: &Measure, total: &dyn Fn(&Measure) -> f64) -> Measure {
    let same = |measure: &Measure| Box::new(with_totals(measure, total));
    match measure {
        Measure::Total(of) => Measure::Number(total(&same(of))),
        Measure::Binary { operator, left, right } => {
            Measure::Binary { operator: *operator, left: same(left), right: same(right) }
        }
        Measure::Coalesce(parts) => Measure::Coalesce(parts.iter().map(|part| *same(part)).collect()),
        Measure::NullIf(left, right) => Measure::NullIf(same(left), same(right)),
        other => other.clone(),
    }
}

fn measure(measure: &Measure, table: &Table) -> Expr {
    match measure {
        Measure::Aggregate { column: None, .. } => len().cast(DataType::Float64),
        Measure::Aggregate { function, column: Some(column) } => aggregate(*function, &table.columns[*column], table),
        Measure::Number(number) if number.is_nan() => lit(NULL).cast(DataType::Float64),
        Measure::Number(number) => lit(*number),
        Measure::Binary { operator, left, right } => {
            let (left, right) = (self::measure(left, table), self::measure(right, table));
            match operator {
                Operator::Add => left + right,
                Operator::Subtract => left - right,
                Operator::Multiply => left * right,
                Operator::Divide => when(right.clone().eq(lit(0.0))).then(lit(NULL)).otherwise(left / right),
            }
        }
        Measure::Coalesce(parts) => coalesce(&parts.iter().map(|part| self::measure(part, table)).collect::<Vec<_>>()),
        Measure::NullIf(left, right) => {
            let (left, right) = (self::measure(left, table), self::measure(right, table));
            when(left.clone().eq(right).fill_null(lit(false))).then(lit(NULL)).otherwise(left)
        }
        Measure::Total(_) => unreachable!("`totals` has computed them"),
    }
}

/// An aggregate over the values that are there; of none, SQL's null.
fn aggregate(function: Aggregate, column: &Column, table: &Table) -> Expr {
    let values = col(column.name.as_str());
    let counted = || col(column.name.as_str()).count();
    let number = |expression: Expr| expression.cast(DataType::Float64);
    let or_null = |expression: Expr| when(counted().gt(lit(0))).then(expression).otherwise(lit(NULL));
    match function {
        Aggregate::Count => number(counted()),
        Aggregate::CountDistinct => number(values.drop_nulls().n_unique()),
        Aggregate::Sum => or_null(number(values.sum())),
        Aggregate::Mean => or_null(number(values.sum()) / number(counted())),
        Aggregate::Median => number(number(values).median()),
        Aggregate::Quantile { millionths } => {
            number(number(values).quantile(lit(f64::from(millionths) / 1e6), QuantileMethod::Linear))
        }
        Aggregate::ApproxCountDistinct => number(values.drop_nulls().n_unique()),
        Aggregate::ApproxQuantile { millionths } => {
            number(number(values).quantile(lit(f64::from(millionths) / 1e6), QuantileMethod::Lower))
        }
        Aggregate::ArgMin { by } => picked(column, &table.columns[by], false),
        Aggregate::ArgMax { by } => picked(column, &table.columns[by], true),
        Aggregate::Variance { population } => number(values).var(if population { 0 } else { 1 }),
        Aggregate::StandardDeviation { population } => number(values).std(if population { 0 } else { 1 }),
        Aggregate::Min if column.kind.is_number() => number(values.min()),
        Aggregate::Max if column.kind.is_number() => number(values.max()),
        Aggregate::Min => values.min(),
        Aggregate::Max => values.max(),
    }
}

/// A column's value in the row where another column is least or largest; of several such rows the least or largest value.
fn picked(column: &Column, by: &Column, largest: bool) -> Expr {
    let (value, by) = (col(column.name.as_str()), col(by.name.as_str()));
    let both = value.clone().is_not_null().and(by.clone().is_not_null());
    let sorting = SortMultipleOptions::default().with_order_descending_multi([true, largest, largest]);
    let first = value.clone().sort_by([both.clone(), by, value], sorting.with_nulls_last(true)).first();
    let first = when(both.any(true)).then(first).otherwise(lit(NULL));
    if column.kind.is_number() { first.cast(DataType::Float64) } else { first }
}

pub fn values(column: &polars::prelude::Column) -> Vec<Value> {
    let series = column.as_materialized_series();
    let text = |series: &Series| {
        series
            .str()
            .expect("text")
            .iter()
            .map(|text| text.map_or(Value::Null, |text| Value::Text(text.to_owned())))
            .collect()
    };
    match series.dtype() {
        DataType::String => text(series),
        DataType::Boolean => {
            series.bool().expect("booleans").iter().map(|flag| flag.map_or(Value::Null, Value::Boolean)).collect()
        }
        DataType::Date => text(&series.date().expect("days").strftime("%Y-%m-%d").expect("a format").into_series()),
        DataType::Datetime(..) => text(
            &series.datetime().expect("moments").strftime("%Y-%m-%dT%H:%M:%S%.6f").expect("a format").into_series(),
        )
        .into_iter()
        .map(trimmed)
        .collect(),
        DataType::Null => vec![Value::Null; series.len()],
        _ => {
            let numbers = series.cast(&DataType::Float64).expect("numbers");
            numbers.f64().expect("floats").iter().map(|number| number.map_or(Value::Null, Value::Number)).collect()
        }
    }
}

/// Moments are written without a fraction where it is zero.
fn trimmed(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.strip_suffix(".000000").map_or(text.clone(), str::to_owned)),
        other => other,
    }
}

/// Equal, floats within 1e-9 relative.
pub fn agree(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) => {
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-6) || (a.is_nan() && b.is_nan())
        }
        _ => ours == theirs,
    }
}

/// True if an approximate answer is as near to the exact one as it has to be: quantiles within a hundredth, counts within
/// four standard errors.
pub fn is_near(function: Aggregate, ours: &Value, theirs: &Value) -> bool {
    let error = if function == Aggregate::ApproxCountDistinct { 4.0 * 0.0325 } else { 0.010_001 };
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) => (a - b).abs() <= error * b.abs(),
        _ => ours == theirs,
    }
}

/// The group of some row of a column.
pub fn sample(frame: &DataFrame, column: &Column, grain: Grain, index: usize) -> Value {
    let row = (index % frame.height().max(1)) as i64;
    let picked = frame
        .clone()
        .lazy()
        .slice(row, 1)
        .select([grained(col(column.name.as_str()), grain).alias("v")])
        .collect()
        .expect("a row");
    values(&picked.columns()[0]).pop().unwrap_or(Value::Null)
}

/// True if the first value lies behind the second.
pub fn descends(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a > b,
        (Value::Text(a), Value::Text(b)) => a > b,
        _ => false,
    }
}

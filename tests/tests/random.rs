//! Random tables, pages and reader's states, from a seed.

use dashgen::lineage::Lineage;
use dashgen::tables::Table;
use dashgen_runtime::plan::{self, *};
use fastrand::Rng;
use polars::prelude::{Column as Series, DataFrame, DataType, IntoLazy, NamedFrom, Series as PolarsSeries, TimeUnit};
use std::sync::Arc;

/// A table with a column of every kind, nulls, empty texts, non-ASCII, days before 1970, and few or many distinct values.
pub fn table(rng: &mut Rng) -> (Table, plan::Table) {
    let rows = [1, 2, 63, 64, 65, 500, 3000][rng.usize(..7)];
    let kinds = [
        Kind::Text,
        Kind::Text,
        Kind::Integer,
        Kind::Integer,
        Kind::Float,
        Kind::Decimal { scale: 2 },
        Kind::Boolean,
        Kind::Date,
        Kind::Timestamp,
    ];
    let mut columns = Vec::new();
    let mut wanted = Vec::new();
    for (index, kind) in kinds.into_iter().enumerate() {
        let name = format!("c{index}");
        columns.push(column(rng, &name, kind, rows));
        wanted.push(plan::Column { name, kind });
    }
    let frame = DataFrame::new(rows, columns).expect("columns of one length").lazy();
    let described = wanted.iter().map(|column| (column.name.clone(), Some(column.kind))).collect();
    let lineage = Arc::new(Lineage::Elsewhere);
    let table = Table {
        name: "t".to_owned(),
        span: None,
        frame,
        columns: described,
        ordered: true,
        reactive: None,
        remote: None,
        files: Arc::default(),
        lineage,
    };
    (table, plan::Table { name: "t".to_owned(), columns: wanted, ..plan::Table::default() })
}

fn column(rng: &mut Rng, name: &str, kind: Kind, rows: usize) -> Series {
    let nulls = [0, 0, 10, 100][rng.usize(..4)];
    let spread = [3, 40, 100_000][rng.usize(..3)];
    let number: Vec<Option<i64>> =
        (0..rows).map(|_| (rng.usize(..100) >= nulls).then(|| rng.i64(-spread..=spread))).collect();
    let words = ["", "a", "Ä", "日本", "b b", "null", "z,z"];
    let text =
        |number: &i64| if spread == 3 { words[number.rem_euclid(7) as usize].to_owned() } else { format!("w{number}") };
    let series = match kind {
        Kind::Text => {
            PolarsSeries::new(name.into(), number.iter().map(|number| number.as_ref().map(text)).collect::<Vec<_>>())
        }
        Kind::Boolean => PolarsSeries::new(
            name.into(),
            number.iter().map(|number| number.map(|number| number > 0)).collect::<Vec<_>>(),
        ),
        Kind::Float => PolarsSeries::new(
            name.into(),
            number.iter().map(|number| number.map(|number| number as f64 / 8.0)).collect::<Vec<_>>(),
        ),
        _ => PolarsSeries::new(name.into(), number),
    };
    let cast = match kind {
        Kind::Decimal { scale } => DataType::Decimal(18, scale as usize),
        Kind::Date => return days(&series, 1).into(),
        Kind::Timestamp => return days(&series, 3_599_000_003).into(),
        _ => return series.into(),
    };
    series.cast(&cast).expect("integers fit").into()
}

/// Integers as days, or as moments that many microseconds apart.
fn days(series: &PolarsSeries, step: i64) -> PolarsSeries {
    let target = if step == 1 { DataType::Date } else { DataType::Datetime(TimeUnit::Microseconds, None) };
    let scaled: Vec<Option<i64>> =
        series.i64().expect("integers").iter().map(|number| number.map(|number| number * step)).collect();
    let scaled = PolarsSeries::new(series.name().clone(), scaled);
    let scaled = if step == 1 { scaled.cast(&DataType::Int32).expect("days fit") } else { scaled };
    scaled.cast(&target).expect("a time")
}

/// Views with random questions, and owners of every kind of selection.
pub fn plan(rng: &mut Rng, table: &plan::Table) -> Plan {
    let mut plan = Plan { tables: vec![table.clone()], ..Plan::default() };
    for index in 0..8 {
        let question = question(rng, table);
        let select = select(rng, table);
        let ignore = if rng.u8(..5) == 0 {
            vec![table.columns[rng.usize(..table.columns.len())].name.clone()]
        } else {
            Vec::new()
        };
        let format = Format {
            term: if question.measures.is_empty() { Term::Key(0) } else { Term::Measure(0) },
            kind: Kind::Float,
            format: None,
        };
        plan.views.push(View {
            id: format!("v{index}"),
            table: 0,
            ignore,
            select,
            purpose: Purpose::Filter,
            question,
            shows: Shows::Value(format),
        });
    }
    plan
}

/// The same views, each with an approximate count and an approximate quantile instead of what it asked.
pub fn approximate(rng: &mut Rng, mut plan: Plan) -> Plan {
    let columns = &plan.tables[0].columns;
    let numbers: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].kind.is_number()).collect();
    for view in plan.views.iter_mut().filter(|view| view.question.rows == Rows::Groups) {
        let quantile = Aggregate::ApproxQuantile { millionths: rng.u32(..=1_000_000) };
        let measures = [
            (Aggregate::ApproxCountDistinct, rng.usize(..columns.len())),
            (quantile, numbers[rng.usize(..numbers.len())]),
        ];
        let measure = |(function, column)| Measure::Aggregate { function, column: Some(column) };
        let keys = std::mem::take(&mut view.question.keys);
        view.question = Question { keys, measures: measures.map(measure).to_vec(), ..Question::default() };
    }
    plan
}

fn question(rng: &mut Rng, table: &plan::Table) -> Question {
    let each = rng.u8(..6) == 0;
    let mut keys: Vec<Key> = (0..rng.usize(if each { 1..4 } else { 0..4 })).map(|_| key(rng, table, each)).collect();
    keys.dedup();
    let mut measures: Vec<Measure> =
        if each { Vec::new() } else { (0..rng.usize(1..4)).map(|_| measure(rng, table, 2)).collect() };
    if !each && rng.u8(..4) == 0 {
        let function = Aggregate::ArgMax { by: rng.usize(..table.columns.len()) };
        measures.push(Measure::Aggregate { function, column: Some(rng.usize(..table.columns.len())) });
    }
    let sortable = measures.first().is_some_and(is_sortable);
    let order =
        if sortable && rng.bool() { vec![Order { by: Term::Measure(0), descending: rng.bool() }] } else { Vec::new() };
    let limit = (rng.u8(..3) == 0 && !each).then(|| rng.usize(1..20));
    let is_text = |key: &Key| table.columns[key.column].kind == Kind::Text;
    let named = keys.iter().position(is_text).filter(|_| sortable && rng.bool());
    let top = named.map(|key| Top { key, count: rng.usize(..8), other: rng.bool().then(|| "the rest".to_owned()) });
    Question { keys, measures, rows: if each { Rows::Each } else { Rows::Groups }, order, limit, top }
}

fn key(rng: &mut Rng, table: &plan::Table, plain: bool) -> Key {
    let column = rng.usize(..table.columns.len());
    let grain = match table.columns[column].kind {
        _ if plain || rng.bool() => Grain::Value,
        Kind::Date => Grain::Time(
            [TimeGrain::Year, TimeGrain::Quarter, TimeGrain::Month, TimeGrain::Week, TimeGrain::Day][rng.usize(..5)],
        ),
        Kind::Timestamp => Grain::Time(
            [TimeGrain::Year, TimeGrain::Month, TimeGrain::Week, TimeGrain::Day, TimeGrain::Hour, TimeGrain::Minute]
                [rng.usize(..6)],
        ),
        kind if kind.is_number() => {
            Grain::Bin { start: -4.0, width: [0.5, 2.0, 16.0][rng.usize(..3)], count: rng.u32(1..20) }
        }
        _ => Grain::Value,
    };
    Key { column, grain }
}

fn measure(rng: &mut Rng, table: &plan::Table, depth: u8) -> Measure {
    let pair = |rng: &mut Rng| (Box::new(measure(rng, table, depth - 1)), Box::new(measure(rng, table, depth - 1)));
    match rng.u8(..if depth > 0 { 10 } else { 6 }) {
        6 => {
            let operator = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide][rng.usize(..4)];
            let (left, right) = pair(rng);
            Measure::Binary { operator, left, right }
        }
        7 => Measure::Coalesce(vec![measure(rng, table, depth - 1), Measure::Number(0.0)]),
        8 => {
            // Of floats that are computed in two ways the last bits may differ.
            Measure::NullIf(Box::new(exact(rng, table)), Box::new(exact(rng, table)))
        }
        9 => Measure::Total(Box::new(exact(rng, table))),
        0 => Measure::Aggregate { function: Aggregate::Count, column: None },
        _ => aggregate(rng, table),
    }
}

/// True for a measure whose last bits do not depend on how it is computed: others may tie in one way and not in another.
fn is_sortable(measure: &Measure) -> bool {
    let mut leaves = Vec::new();
    measure.leaves(&mut leaves);
    let rounds = |function: Aggregate| {
        use Aggregate::{Quantile, StandardDeviation, Variance};
        matches!(function, Variance { .. } | StandardDeviation { .. } | Quantile { .. })
    };
    !leaves.into_iter().any(|(function, _)| rounds(function))
}

/// A number that has no rounding in it.
fn exact(rng: &mut Rng, table: &plan::Table) -> Measure {
    let numbers: Vec<usize> = (0..table.columns.len()).filter(|at| table.columns[*at].kind.is_number()).collect();
    let function = [Aggregate::Sum, Aggregate::Count, Aggregate::Max][rng.usize(..3)];
    Measure::Aggregate { function, column: rng.choice(&numbers).copied() }
}

fn aggregate(rng: &mut Rng, table: &plan::Table) -> Measure {
    let numbers: Vec<usize> = (0..table.columns.len()).filter(|index| table.columns[*index].kind.is_number()).collect();
    let any = rng.usize(..table.columns.len());
    let number = numbers[rng.usize(..numbers.len())];
    let (function, column) = match rng.u8(..12) {
        0 => (Aggregate::Count, any),
        1 => (Aggregate::CountDistinct, any),
        2 => (Aggregate::Sum, number),
        3 => (Aggregate::Mean, number),
        4 => (Aggregate::Min, number),
        5 => (Aggregate::Max, number),
        6 => (Aggregate::Median, number),
        7 => (Aggregate::Quantile { millionths: rng.u32(..=1_000_000) }, number),
        8 => (Aggregate::ArgMin { by: any }, number),
        9 => (Aggregate::ArgMax { by: any }, number),
        10 => (Aggregate::Variance { population: rng.bool() }, number),
        _ => (Aggregate::StandardDeviation { population: rng.bool() }, number),
    };
    Measure::Aggregate { function, column: Some(column) }
}

fn select(rng: &mut Rng, table: &plan::Table) -> Option<Select> {
    let ranged = |rng: &mut Rng| {
        let ranged: Vec<usize> = (0..table.columns.len())
            .filter(|index| table.columns[*index].kind.is_number() || table.columns[*index].kind.is_time())
            .collect();
        Key { column: ranged[rng.usize(..ranged.len())], grain: Grain::Value }
    };
    match rng.u8(..4) {
        0 => Some(Select::Values((0..rng.usize(1..3)).map(|_| key(rng, table, false)).collect())),
        1 => Some(Select::Interval(ranged(rng))),
        2 => Some(Select::Box([ranged(rng), ranged(rng)])),
        _ => None,
    }
}

/// The ends of a range of values that a column has; of moments perhaps whole days.
fn ends(rng: &mut Rng, key: &Key, sample: &impl Fn(&mut Rng, &Key) -> Value) -> [Value; 2] {
    let plain = Key { grain: Grain::Value, ..key.clone() };
    let ends = [sample(rng, &plain), sample(rng, &plain)];
    let ends = if super::judge::descends(&ends[0], &ends[1]) { [ends[1].clone(), ends[0].clone()] } else { ends };
    let whole_days = rng.bool();
    ends.map(|value| match value {
        Value::Text(moment) if whole_days => Value::Text(moment.chars().take(10).collect()),
        other => other,
    })
}

/// A state in which a few owners have selected values that occur in their columns.
pub fn state(rng: &mut Rng, plan: &Plan, frames: &[DataFrame]) -> State {
    let mut state = State::default();
    for view in &plan.views {
        let Some(select) = view.select.as_ref().filter(|_| rng.u8(..3) == 0) else { continue };
        let columns = &plan.tables[view.table].columns;
        let sample = |rng: &mut Rng, key: &Key| {
            super::judge::sample(&frames[view.table], &columns[key.column], key.grain, rng.usize(..1 << 30))
        };
        let selection = match select {
            Select::Values(keys) => {
                let tuples = (0..rng.usize(1..4))
                    .map(|_| keys[..rng.usize(1..=keys.len())].iter().map(|key| sample(rng, key)).collect());
                let tuples: Vec<Vec<Value>> = tuples.collect();
                let is_binned = |index: usize| matches!(keys[index].grain, Grain::Bin { .. });
                // A value outside all bins has no group, so nobody can pick it.
                if tuples.iter().any(|tuple| {
                    tuple.iter().enumerate().any(|(index, value)| *value == Value::Null && is_binned(index))
                }) {
                    continue;
                }
                match tuples[0][0].clone() {
                    Value::Text(text) if columns[keys[0].column].kind == Kind::Text && rng.u8(..4) == 0 => {
                        let (skipped, taken) = (rng.usize(..3), rng.usize(1..4));
                        let part: String = text.chars().skip(skipped).take(taken).collect();
                        Selection::Contains(if rng.bool() { part.to_uppercase() } else { part })
                    }
                    _ => Selection::In(tuples),
                }
            }
            Select::Interval(key) => {
                let [low, high] = ends(rng, key, &sample);
                Selection::Between(low, high)
            }
            Select::Box([x, y]) => Selection::Box([ends(rng, x, &sample), ends(rng, y, &sample)]),
        };
        state.selections.insert(view.id.clone(), selection);
    }
    state
}

//! Answers against the plainest reckoning: the rows one by one, and the rule of cross-filtering in words.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{Chance, PLAINEST, Row, rows, table, write};
use dashgen_runtime::answer::{Answer, Cell, Lines, Shown};
use dashgen_runtime::calendar::{parse_day, parse_moment, truncate_day, write_day};
use dashgen_runtime::plan::{
    Aggregate, ColumnOrder, Format, Grain, Key, Kind, Look, Measure, Metric, Order, Plan, Purpose, Question, Rows,
    Select, Selection, Shows, State, TableColumn, TableView, Term, TimeGrain, Value, View,
};
use dashgen_runtime::session::Session;
use std::collections::BTreeMap;

const REGION: usize = 0;
const PRODUCT: usize = 1;
const DAY: usize = 2;
const AT: usize = 3;
const UNITS: usize = 4;
const PRICE: usize = 5;
const SCORE: usize = 6;
const FLAG: usize = 7;

fn key(column: usize) -> Key {
    Key { column, grain: Grain::Value }
}

fn aggregate(function: Aggregate, column: usize) -> Measure {
    Measure::Aggregate { function, column: Some(column) }
}

fn count() -> Measure {
    Measure::Aggregate { function: Aggregate::Count, column: None }
}

fn view(id: &str, select: Option<Select>, question: Question) -> View {
    let format = Format { term: Term::Measure(0), kind: Kind::Float, format: Some(",.0f".to_owned()) };
    let shows = Shows::Metric(Metric { label: id.to_owned(), format, compare: None, sparkline: None });
    View { id: id.to_owned(), table: 0, ignore: Vec::new(), select, purpose: Purpose::Filter, question, shows }
}

fn question(keys: Vec<Key>, measures: Vec<Measure>) -> Question {
    Question { keys, measures, ..Question::default() }
}

fn session(views: Vec<View>, rows: &[Row]) -> Session {
    let plan = Plan { tables: vec![table("sales")], views, ..Plan::default() };
    let mut session = Session::new(plan);
    session.load(0, 0, &write(rows, PLAINEST)).unwrap();
    session
}

fn ask(rows: &[Row], question: Question) -> Answer {
    session(vec![view("one", None, question)], rows).answer(0, &State::default()).unwrap()
}

fn select(selections: &[(&str, Selection)]) -> State {
    let selections = selections.iter().map(|(id, selection)| ((*id).to_owned(), selection.clone())).collect();
    State { selections, ..State::default() }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn near(found: &Value, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Value::Null, None) => true,
        (Value::Number(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        _ => false,
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some((middle.0 + middle.1) / 2.0)
}

/// Every aggregate of a numeric column, for every group of region and month.
fn check_groups(rows: &[Row], column: usize) {
    let functions = [
        Aggregate::Count,
        Aggregate::CountDistinct,
        Aggregate::Sum,
        Aggregate::Mean,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Median,
    ];
    let measures = functions.map(|function| aggregate(function, column)).to_vec();
    let month = Key { column: DAY, grain: Grain::Time(TimeGrain::Month) };
    let answer = ask(rows, question(vec![key(REGION), month], measures));
    let mut groups: BTreeMap<(bool, String, bool, i64), Vec<f64>> = BTreeMap::new();
    for row in rows {
        let day = row.day.map(|day| truncate_day(TimeGrain::Month, day.into()));
        let name = (row.region.is_none(), row.region.clone().unwrap_or_default(), day.is_none(), day.unwrap_or(0));
        let group = groups.entry(name).or_default();
        if let Value::Number(number) = row.values()[column] {
            group.push(number);
        }
    }
    assert_eq!((answer.rows, answer.total), (groups.len(), groups.len()));
    for (place, ((no_region, region, no_day, day), values)) in groups.into_iter().enumerate() {
        assert_eq!(answer.keys[0][place], if no_region { Value::Null } else { Value::Text(region) });
        assert_eq!(answer.keys[1][place], if no_day { Value::Null } else { Value::Text(write_day(day)) });
        let mut distinct = values.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let some = |value: f64| (!values.is_empty()).then_some(value);
        let sum: f64 = values.iter().sum();
        let expected = [
            Some(values.len() as f64),
            Some(distinct.len() as f64),
            some(sum),
            some(sum / values.len() as f64),
            distinct.first().copied(),
            distinct.last().copied(),
            median(values.clone()),
        ];
        for (measure, expected) in expected.into_iter().enumerate() {
            let found = &answer.measures[measure][place];
            assert!(near(found, expected), "measure {measure} of {column}: {found:?}, not {expected:?}");
        }
    }
}

#[test]
fn aggregates_of_numbers() {
    for (seed, count) in [(1, 0), (2, 1), (3, 500), (4, 5000)] {
        let rows = rows(&mut Chance(seed), count);
        [UNITS, PRICE, SCORE].into_iter().for_each(|column| check_groups(&rows, column));
    }
}

#[test]
fn without_keys_there_is_one_row_even_of_nothing() {
    let measures = vec![count(), aggregate(Aggregate::Sum, UNITS), aggregate(Aggregate::Min, REGION)];
    let answer = ask(&[], question(vec![], measures));
    assert_eq!((answer.rows, answer.total), (1, 1));
    assert_eq!(answer.measures, [[Value::Number(0.0)], [Value::Null], [Value::Null]]);
}

#[test]
fn many_groups_are_numbered_as_they_occur() {
    let rows = rows(&mut Chance(5), 4000);
    let keys = || vec![key(AT), key(UNITS), key(PRODUCT), key(SCORE)];
    let answer = ask(&rows, question(keys(), vec![count()]));
    let each = ask(&rows, Question { rows: Rows::Each, ..question(keys(), vec![]) });
    let total: f64 =
        answer.measures[0].iter().map(|count| if let Value::Number(count) = count { *count } else { 0.0 }).sum();
    assert_eq!(total, 4000.0);
    assert_eq!(each.rows, 4000);
    let moments: Vec<_> =
        answer.keys[0].iter().map(|at| if let Value::Text(at) = at { parse_moment(at) } else { None }).collect();
    assert!(moments.is_sorted());
}

#[test]
fn bins_hold_their_left_edge_and_the_last_its_right() {
    let rows = rows(&mut Chance(6), 3000);
    let (start, width, bins) = (-20.0, 12.5, 8);
    let grain = Grain::Bin { start, width, count: bins };
    let answer = ask(&rows, question(vec![Key { column: SCORE, grain }], vec![count()]));
    for (edge, found) in answer.keys[0].iter().zip(&answer.measures[0]) {
        let Value::Number(edge) = *edge else { panic!("a bin without an edge") };
        let last = edge == start + width * f64::from(bins - 1);
        let inside = |score: f64| score >= edge && (score < edge + width || last && score == edge + width);
        let expected = rows.iter().filter_map(|row| row.score).filter(|&score| inside(score)).count();
        assert_eq!(*found, Value::Number(expected as f64), "bin {edge}");
    }
}

#[test]
fn measures_are_arithmetic_and_division_by_zero_is_null() {
    let rows = rows(&mut Chance(7), 100);
    let divide = |right| Measure::Binary {
        operator: dashgen_runtime::plan::Operator::Divide,
        left: Box::new(aggregate(Aggregate::Sum, PRICE)),
        right: Box::new(right),
    };
    let nothing = Measure::NullIf(Box::new(count()), Box::new(Measure::Number(100.0)));
    let measures = vec![
        divide(count()),
        divide(Measure::Number(0.0)),
        nothing.clone(),
        Measure::Coalesce(vec![nothing, Measure::Number(7.0)]),
    ];
    let answer = ask(&rows, question(vec![], measures));
    let sum: i64 = rows.iter().map(|row| row.price).sum();
    assert!(near(&answer.measures[0][0], Some(sum as f64 / 100.0 / 100.0)));
    assert_eq!(answer.measures[1..], [[Value::Null], [Value::Null], [Value::Number(7.0)]]);
}

#[test]
fn order_and_limit() {
    let rows = rows(&mut Chance(8), 2000);
    let order = vec![Order { by: Term::Measure(0), descending: true }];
    let answer = ask(&rows, Question { order, limit: Some(10), ..question(vec![key(PRODUCT)], vec![count()]) });
    assert_eq!((answer.rows, answer.total), (10, 300));
    let pairs: Vec<_> = answer.measures[0].iter().zip(&answer.keys[0]).collect();
    assert!(pairs.windows(2).all(|two| match (two[0], two[1]) {
        ((Value::Number(a), Value::Text(x)), (Value::Number(b), Value::Text(y))) => a > b || a == b && x < y,
        _ => false,
    }));
    let order = vec![Order { by: Term::Key(0), descending: true }];
    let each = ask(&rows, Question { order, rows: Rows::Each, ..question(vec![key(UNITS), key(AT)], vec![]) });
    let nulls = rows.iter().filter(|row| row.units.is_none()).count();
    assert!(each.keys[0][2000 - nulls..].iter().all(|value| *value == Value::Null), "nulls are last");
    assert!(
        each.keys[0][..2000 - nulls]
            .is_sorted_by(|a, b| matches!((a, b), (Value::Number(a), Value::Number(b)) if a >= b))
    );
}

type Case = (Select, Selection, fn(&Row) -> bool);

/// Each kind of selection beside the rows that it should keep.
fn cases() -> Vec<Case> {
    let values = |column| Select::Values(vec![key(column)]);
    let interval = |column| Select::Interval(key(column));
    let one = |value: Value| Selection::In(vec![vec![value]]);
    let month = Select::Values(vec![Key { column: DAY, grain: Grain::Time(TimeGrain::Month) }]);
    let bin = Select::Values(vec![Key { column: SCORE, grain: Grain::Bin { start: -20.0, width: 10.0, count: 20 } }]);
    let number = Value::Number;
    let tuples = vec![
        vec![text("West")],
        vec![text("East"), text("product 7")],
        vec![text("East"), text("product 8")],
        vec![Value::Null, text("nowhere")],
    ];
    vec![
        (values(REGION), one(text("Nørd")), |row| row.region.as_deref() == Some("Nørd")),
        (values(REGION), one(Value::Null), |row| row.region.is_none()),
        (values(REGION), one(text("nowhere")), |_| false),
        (values(REGION), one(number(1.0)), |_| true),
        (values(REGION), Selection::In(vec![]), |_| false),
        (values(UNITS), Selection::In(vec![vec![number(7.5)], vec![number(1e300)]]), |_| false),
        (values(PRICE), one(number(-0.01)), |row| row.price == -1),
        (values(FLAG), one(Value::Boolean(false)), |row| row.flag == Some(false)),
        (values(SCORE), one(number(0.0)), |row| row.score == Some(0.0)),
        (values(DAY), one(text("1970-01-05")), |row| row.day == Some(4)),
        (values(DAY), one(text("5 Jan")), |_| true),
        (month, one(text("1971-02-01")), |row| row.day.is_some_and(|day| (396..424).contains(&day))),
        (bin, one(number(10.0)), |row| row.score.is_some_and(|score| (10.0..20.0).contains(&score))),
        (Select::Values(vec![key(REGION), key(PRODUCT)]), Selection::In(tuples), |row| match row.region.as_deref() {
            Some("West") => true,
            Some("East") => row.product == "product 7" || row.product == "product 8",
            _ => false,
        }),
        (interval(UNITS), Selection::Between(number(-10.5), number(1000.0)), |row| {
            row.units.is_some_and(|units| (-10..=1000).contains(&units))
        }),
        (interval(UNITS), Selection::Between(Value::Null, Value::Null), |row| row.units.is_some()),
        (interval(UNITS), Selection::Between(number(5.0), number(-5.0)), |_| false),
        (interval(PRICE), Selection::Between(number(0.07), number(99.995)), |row| (7..=9999).contains(&row.price)),
        (interval(SCORE), Selection::Between(number(-1.0), Value::Null), |row| {
            row.score.is_some_and(|score| score >= -1.0)
        }),
        (interval(DAY), Selection::Between(text("1970-02-01"), text("1970-03-01")), |row| {
            row.day.is_some_and(|day| (31..=59).contains(&day))
        }),
        (interval(DAY), Selection::Between(text("1970-02-01T00:00:01"), text("1970-03-01T12:00:00")), |row| {
            row.day.is_some_and(|day| (32..=59).contains(&day))
        }),
        (interval(AT), Selection::Between(text("1970-02-01"), text("1970-03-01")), |row| {
            let day = row.at.div_euclid(86_400_000_000);
            (31..=59).contains(&day)
        }),
        (interval(REGION), Selection::Between(text("E"), text("South")), |row| {
            matches!(row.region.as_deref(), Some("East" | "Nørd" | "South"))
        }),
        (interval(REGION), one(text("East")), |_| true),
        (
            Select::Box([key(DAY), key(SCORE)]),
            Selection::Box([[text("1970-02-01"), text("1970-03-01")], [number(-1.0), Value::Null]]),
            |row| row.day.is_some_and(|day| (31..=59).contains(&day)) && row.score.is_some_and(|score| score >= -1.0),
        ),
        (Select::Box([key(DAY), key(SCORE)]), Selection::Between(number(1.0), number(2.0)), |_| true),
    ]
}

#[test]
fn clauses_keep_the_rows_they_say() {
    let rows = rows(&mut Chance(9), 5000);
    for (index, (select_, selection, keeps)) in cases().into_iter().enumerate() {
        let own = view("own", Some(select_), question(vec![], vec![count()]));
        let session = session(vec![own, view("other", None, question(vec![], vec![count()]))], &rows);
        let state = select(&[("own", selection), ("nobody", Selection::In(vec![]))]);
        let kept = rows.iter().filter(|row| keeps(row)).count();
        assert_eq!(session.answer(1, &state).unwrap().measures[0][0], Value::Number(kept as f64), "case {index}");
        assert_eq!(
            session.answer(0, &state).unwrap().measures[0][0],
            Value::Number(5000.0),
            "case {index}: its own clause"
        );
    }
}

#[test]
fn an_update_has_the_views_that_changed() {
    let rows = rows(&mut Chance(10), 1000);
    let by_region = view("region", Some(Select::Values(vec![key(REGION)])), question(vec![], vec![count()]));
    let by_day = view("day", Some(Select::Interval(key(DAY))), question(vec![], vec![count()]));
    let mut aloof = view("aloof", None, question(vec![], vec![count()]));
    aloof.ignore = vec!["region".to_owned()];
    let mut session = session(vec![by_region, by_day, aloof], &rows);
    let changed = |session: &mut Session, state: &State| session.update(state).into_keys().collect::<Vec<_>>();
    assert_eq!(changed(&mut session, &State::default()), ["aloof", "day", "region"]);
    assert!(changed(&mut session, &State::default()).is_empty());
    let state = select(&[("region", Selection::In(vec![vec![text("East")]]))]);
    assert_eq!(changed(&mut session, &state), ["day"]);
    let both = select(&[
        ("region", Selection::In(vec![vec![text("East")]])),
        ("day", Selection::Between(text("1970-02-01"), Value::Null)),
    ]);
    assert_eq!(changed(&mut session, &both), ["aloof", "region"]);
    assert_eq!(changed(&mut session, &State::default()), ["aloof", "day", "region"]);
    assert_eq!(parse_day("1970-02-01"), Some(31));
}

#[test]
fn a_reader_sorts_a_table() {
    let rows = rows(&mut Chance(11), 1000);
    let column = |term, kind| TableColumn {
        label: String::new(),
        format: Format { term, kind, format: None },
        look: Look::Text,
        width: None,
    };
    let mut table = view("table", None, Question { limit: Some(3), ..question(vec![key(REGION)], vec![count()]) });
    let columns = vec![column(Term::Key(0), Kind::Text), column(Term::Measure(0), Kind::Integer)];
    table.shows = Shows::Table(TableView { columns, page_size: 10, search: None, totals: None, groups: None });
    let mut session = session(vec![table], &rows);
    let cells = |texts: [&str; 3]| texts.map(|text| Cell::Text(text.to_owned()));
    let shown = |session: &mut Session, order: Option<ColumnOrder>| {
        let orders = order.map(|order| ("table".to_owned(), vec![order])).into_iter().collect();
        match session.update(&State { orders, ..State::default() }).remove("table") {
            Some(Shown::Rows(Lines { rows, total: 6, lines: 3, .. })) => {
                rows.into_iter().map(|row| row[0].clone()).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(shown(&mut session, None), cells(["", "East", "Nørd"]));
    assert_eq!(
        shown(&mut session, Some(ColumnOrder { column: 0, descending: true })),
        cells(["West", "South", "Nørd"])
    );
    assert_eq!(shown(&mut session, Some(ColumnOrder { column: 9, descending: true })), cells(["", "East", "Nørd"]));
}

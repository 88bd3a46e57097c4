//! Do charts draw what polars computes? Every chart of parts, polar, ternary, in space, on maps and in cells, and small
//! multiples, under 20 random states: each mark of the figure against a row of the judge's answer.

use crate::{judge, random, stages};
use dashgen_runtime::answer::{Answer, Shown};
use dashgen_runtime::charts;
use dashgen_runtime::plan::{Channel, Chart, Kind, Shows, State, Term, Value, View};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A sum that the engine and polars add in different orders may differ in the last digits.
const TOLERANCE: f64 = 1e-9;

/// One of each chart: its type, its keys.
const CHARTS: [(&str, &str); 27] = [
    ("sunburst", "path: [region, product]\nvalues: sum(amount)"),
    ("icicle", "path: [region, product]\nvalues: count(*)"),
    ("treemap", "path: [region, product]\nvalues: sum(amount)"),
    ("funnel", "x: sum(amount)\ny: product\ncolor: region"),
    ("funnel_area", "names: product\nvalues: sum(amount)"),
    ("pie", "names: region\nvalues: sum(amount)\nhole: 0.3"),
    ("timeline", "x_start: min(day)\nx_end: max(day)\ny: product\ncolor: region"),
    ("imshow", "x: product\ny: region\nz: avg(size)"),
    ("scatter_polar", "r: avg(size)\ntheta: product\ncolor: region\nsize: sum(amount)"),
    ("line_polar", "r: avg(size)\ntheta: product\ncolor: region"),
    ("bar_polar", "r: sum(amount)\ntheta: product\ncolor: sum(size)"),
    ("scatter_3d", "x: size\ny: amount\nz: north\ncolor: region"),
    ("line_3d", "x: avg(size)\ny: sum(amount)\nz: min(north)\ncolor: product"),
    ("scatter_ternary", "a: avg(size)\nb: avg(north)\nc: sum(amount)\ncolor: product"),
    ("line_ternary", "a: size\nb: amount\nc: north\ncolor: region"),
    ("scatter_geo", "lat: north\nlon: amount\ncolor: region\nhover_name: product"),
    ("line_geo", "locations: region\ncolor: product\nhover_data: [sum(amount)]"),
    ("choropleth", "locations: region\ncolor: sum(amount)"),
    ("scatter_map", "lat: north\nlon: size\ncolor: region\nsize: sum(amount)\nhover_name: product"),
    ("line_map", "lat: avg(north)\nlon: avg(size)\ncolor: kind\nhover_data: [product]"),
    ("density_map", "lat: north\nlon: size\nz: sum(amount)"),
    (
        "choropleth_map",
        "locations: region\ncolor: sum(amount)\ngeojson: regions.geojson\nfeatureidkey: properties.name",
    ),
    (
        "candlestick",
        "x: date_trunc('month', day)\nopen: first(size ORDER BY day)\nhigh: max(size)\nlow: min(size)\nclose: last(size ORDER BY day)",
    ),
    (
        "ohlc",
        "x: date_trunc('month', day)\nopen: first(amount ORDER BY day)\nhigh: max(amount)\nlow: min(amount)\nclose: last(amount ORDER BY day)",
    ),
    ("waterfall", "x: product\ny: sum(size)\ntotal: All"),
    ("indicator", "value: sum(amount)\nreference: avg(size)"),
    ("sankey", "source: region\ntarget: product\nvalue: sum(amount)"),
];

/// Charts of several small ones, and of frames.
const FACETED: [(&str, &str); 3] = [
    ("line", "x: product\ny: sum(amount)\ncolor: region\nanimation_frame: kind"),
    ("bar", "x: product\ny: sum(amount)\ncolor: region\nfacet_col: kind"),
    ("scatter", "x: size\ny: north\nfacet_row: region\nfacet_col: kind"),
];

const REGIONS: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"name": "North"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 1], [1, 1], [1, 2], [0, 1]]]}},
    {"type": "Feature", "properties": {"name": "South"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}},
    {"type": "Feature", "properties": {"name": "East"}, "geometry": {"type": "Polygon", "coordinates": [[[2, 0], [3, 0], [3, 1], [2, 0]]]}}
]}"#;

/// 400 rows with nulls, negative numbers and one of everything that is rare.
fn rows() -> String {
    let mut rng = fastrand::Rng::with_seed(5);
    let mut csv = "day,region,product,kind,size,north,amount\n".to_owned();
    for row in 0..400 {
        let pick = |rng: &mut fastrand::Rng, all: &[&str]| all[rng.usize(..all.len())].to_owned();
        let region = pick(&mut rng, &["North", "South", "East", ""]);
        let product = pick(&mut rng, &["Tent", "Pack", "Stove", "Lamp", "Rope"]);
        let kind = if row == 7 { "Rare".to_owned() } else { pick(&mut rng, &["A", "B"]) };
        let day = format!("2024-{:02}-{:02}", rng.u8(1..7), rng.u8(1..29));
        let size = if rng.u8(..10) == 0 { String::new() } else { format!("{:.2}", rng.f64() * 60.0 - 10.0) };
        let north = format!("{:.3}", rng.f64() * 120.0 - 60.0);
        let _ = writeln!(csv, "{day},{region},{product},{kind},{size},{north},{}", rng.u32(..500));
    }
    csv
}

/// A page of all of them, with inputs to filter by.
fn page() -> stages::Page {
    let mut page = String::new();
    for (kind, keys) in CHARTS.iter().chain(&FACETED) {
        let _ = writeln!(page, "```chart {kind}\n{keys}\n```\n");
    }
    for column in ["kind", "region"] {
        let _ = writeln!(page, "```input multiselect\ncolumn: {column}\n```\n");
    }
    page.push_str("```input date-range\ncolumn: day\n```\n");
    stages::page_of(&[
        ("content/index.md", &page),
        ("content/regions.geojson", REGIONS),
        ("sources/sales.csv", &rows()),
    ])
}

/// A mark: what names it, and its numbers.
type Marks = BTreeMap<Vec<String>, Vec<Vec<f64>>>;

#[test]
fn each_mark_is_a_row_of_polars() {
    let page = page();
    let (plan, mut session, frames) = (&page.plan, page.session(), &page.frames);
    let mut rng = fastrand::Rng::with_seed(11);
    let mut compared = BTreeMap::new();
    for turn in 0..20 {
        let state = if turn == 0 { State::default() } else { random::state(&mut rng, plan, frames) };
        let update = session.update(&state);
        for view in &plan.views {
            let (Shows::Chart(chart), Some(Shown::Traces(traces))) = (&view.shows, update.get(&view.id)) else {
                continue;
            };
            let drawn = drawn(chart, traces);
            let judged = judged(chart, view, &judge::answer(plan, view, &state, frames));
            *compared.entry(chart.kind.clone()).or_insert(0) += judged.len();
            assert_same(&drawn, &judged, &format!("{} in {state:?}", view.id));
        }
    }
    for (kind, _) in CHARTS.iter().chain(&FACETED) {
        assert!(compared.get(*kind).is_some_and(|marks| *marks > 0), "{kind} has drawn marks: {compared:?}");
    }
}

fn assert_same(drawn: &Marks, judged: &Marks, what: &str) {
    assert_eq!(drawn.keys().collect::<Vec<_>>(), judged.keys().collect::<Vec<_>>(), "marks of {what}");
    for (name, numbers) in drawn {
        let agree = |a: &[f64], b: &[f64]| {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0) || (a.is_nan() && b.is_nan())
                })
        };
        let sorted = |all: &[Vec<f64>]| {
            let mut all = all.to_vec();
            all.sort_by(|a, b| {
                a.iter()
                    .zip(b)
                    .map(|(a, b)| a.total_cmp(b))
                    .find(|order| order.is_ne())
                    .unwrap_or(a.len().cmp(&b.len()))
            });
            all
        };
        let (ours, theirs) = (sorted(numbers), sorted(&judged[name]));
        assert_eq!(ours.len(), theirs.len(), "{name:?} of {what}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!(agree(ours, theirs), "{name:?} of {what}: drawn {ours:?}, polars {theirs:?}");
        }
    }
}

fn is_name(channel: &Channel) -> bool {
    matches!(channel.kind, Kind::Text | Kind::Boolean)
        || (matches!(channel.term, Term::Key(_)) && channel.kind.is_time())
}

fn written(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Text(day) => dashgen_runtime::calendar::parse_day(day).map_or(f64::NAN, |day| day as f64),
        _ => f64::NAN,
    }
}

/// Parts of a whole are never below zero.
fn amount(value: &Value) -> f64 {
    let number = number(value);
    if number > 0.0 { number } else { 0.0 }
}

/// What polars' rows would have a chart draw.
fn judged(chart: &Chart, view: &View, rows: &[Vec<Value>]) -> Marks {
    let keys = view.question.keys.len();
    let at = |row: &[Value], channel: &Channel| match channel.term {
        Term::Key(key) => row[key].clone(),
        Term::Measure(measure) => row[keys + measure].clone(),
    };
    let of = |role: &str| chart.channels.iter().filter(|channel| channel.role == role).collect::<Vec<_>>();
    let mut marks = Marks::new();
    for row in rows {
        match chart.kind.as_str() {
            "sunburst" | "icicle" | "treemap" => {
                let path: Vec<String> = of("path").into_iter().map(|level| written(&at(row, level))).collect();
                for depth in 0..=path.len() {
                    let sum = marks.entry(path[..depth].to_vec()).or_insert_with(|| vec![vec![0.0]]);
                    sum[0][0] += amount(&at(row, of("values")[0]));
                }
            }
            "pie" | "funnel_area" => {
                marks.insert(vec![written(&at(row, of("names")[0]))], vec![vec![amount(&at(row, of("values")[0]))]]);
            }
            kind => {
                let drawn = chart.channels.iter().filter(|channel| !channel.role.starts_with("hover"));
                let (names, numbers): (Vec<&Channel>, Vec<&Channel>) = drawn.partition(|channel| is_name(channel));
                let value = |channel: &Channel| {
                    let value = at(row, channel);
                    if channel.role == "size" || kind == "sankey" { amount(&value) } else { number(&value) }
                };
                let numbers: Vec<f64> = numbers.into_iter().map(value).collect();
                // Cells and categories without a number are places, not marks.
                let is_blank = matches!(kind, "imshow" | "bar" | "line" | "funnel" | "waterfall")
                    && numbers.iter().all(|number| number.is_nan());
                if !is_blank {
                    let names = names.into_iter().map(|channel| written(&at(row, channel))).collect();
                    marks.entry(names).or_default().push(numbers);
                }
            }
        }
    }
    match chart.kind.as_str() {
        "icicle" => {}
        "sunburst" | "treemap" => drop(marks.remove(&Vec::new())),
        "waterfall" => {
            let sum = marks.values().flatten().map(|numbers| numbers[0]).sum();
            marks.insert(vec!["All".to_owned()], vec![vec![sum]]);
        }
        _ => {}
    }
    if matches!(chart.kind.as_str(), "sunburst" | "icicle" | "treemap" | "pie" | "funnel_area") {
        marks.retain(|_, numbers| numbers[0][0] != 0.0);
    }
    marks
}

/// What a figure draws, read as plotly reads it.
fn drawn(chart: &Chart, traces: &[Json]) -> Marks {
    let mut marks = Marks::new();
    for trace in traces {
        for place in 0..places(trace) {
            if let Some((names, numbers)) = mark(chart, trace, place) {
                marks.entry(names).or_default().push(numbers);
            }
        }
    }
    if chart.kind == "waterfall" {
        let sum = marks.values().flatten().map(|numbers| numbers[0]).filter(|number| !number.is_nan()).sum();
        marks.insert(vec!["All".to_owned()], vec![vec![sum]]);
    }
    marks
}

fn places(trace: &Json) -> usize {
    let length = |array: &Json| array.as_array().map(Vec::len);
    if trace["type"] == "heatmap" {
        return length(&trace["x"]).unwrap() * length(&trace["y"]).unwrap();
    }
    if trace["type"] == "indicator" {
        return 1;
    }
    length(&trace["labels"]).or(length(&trace["link"]["source"])).or(length(&trace["customdata"])).unwrap()
}

fn float(value: &Json) -> f64 {
    match value {
        Json::String(day) => number(&Value::Text(day.clone())),
        value => value.as_f64().unwrap_or(f64::NAN),
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => "(none)".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A mark of a trace by its place; none where only a place is held for one.
fn mark(chart: &Chart, trace: &Json, place: usize) -> Option<(Vec<String>, Vec<f64>)> {
    match chart.kind.as_str() {
        "sunburst" | "icicle" | "treemap" => {
            let names = trace["customdata"][place].as_array().unwrap().iter().map(text).collect();
            return Some((names, vec![float(&trace["values"][place])])).filter(|(_, numbers)| numbers[0] != 0.0);
        }
        "pie" | "funnel_area" => {
            let value = float(&trace["values"][place]);
            return (value != 0.0).then(|| (vec![text(&trace["labels"][place])], vec![value]));
        }
        _ => {}
    }
    let drawn = chart.channels.iter().filter(|channel| !channel.role.starts_with("hover"));
    let (names, numbers): (Vec<&Channel>, Vec<&Channel>) = drawn.partition(|channel| is_name(channel));
    let numbers: Vec<f64> = numbers.iter().map(|channel| float(&at(trace, channel, place))).collect();
    let is_blank = matches!(chart.kind.as_str(), "imshow" | "bar" | "line" | "funnel" | "waterfall")
        && numbers.iter().all(|number| number.is_nan());
    let is_total = trace["measure"][place] == "total";
    let names = names.iter().map(|channel| name(chart, trace, channel, place)).collect();
    (!is_blank && !is_total).then_some((names, numbers))
}

fn name(chart: &Chart, trace: &Json, channel: &Channel, place: usize) -> String {
    let facet = |axis: &str, of: &dyn Fn(usize, usize) -> usize| {
        let all = &chart.categories[&channel.role];
        let cell = trace[axis].as_str().unwrap()[1..].parse::<usize>().map_or(0, |number| number - 1);
        let columns = chart.categories.get("facet_col").map_or(1, Vec::len);
        written(&all[of(cell, columns)])
    };
    match channel.role.as_str() {
        "facet_col" => facet("xaxis", &|cell, columns| cell % columns),
        "facet_row" => facet("yaxis", &|cell, columns| cell / columns),
        "animation_frame" => {
            let frame = trace["meta"]["frame"].as_u64().unwrap() as usize;
            written(&chart.categories["animation_frame"][frame])
        }
        "color" => text(&trace["name"]),
        _ => text(&at(trace, channel, place)),
    }
}

/// Where plotly looks for a channel's values.
fn at(trace: &Json, channel: &Channel, place: usize) -> Json {
    let width = trace["x"].as_array().map_or(1, Vec::len);
    match (trace["type"].as_str().unwrap_or("scatter"), channel.role.as_str()) {
        ("heatmap", "x") => trace["x"][place % width].clone(),
        ("heatmap", "y") => trace["y"][place / width].clone(),
        ("heatmap", "z") => trace["z"][place / width][place % width].clone(),
        ("sankey", "value") => trace["link"]["value"][place].clone(),
        ("sankey", end) => trace["node"]["label"][trace["link"][end][place].as_u64().unwrap() as usize].clone(),
        ("indicator", "value") => trace["value"].clone(),
        ("indicator", "reference") => trace["delta"]["reference"].clone(),
        ("choropleth" | "choroplethmap", "color") => trace["z"][place].clone(),
        (_, "color") => trace["marker"]["color"][place].clone(),
        (_, "size") => trace["marker"]["size"][place].clone(),
        (_, "x_start") => trace["base"][place].clone(),
        (_, "x_end") => {
            let days = trace["x"][place].as_f64().unwrap_or(f64::NAN) / 86_400_000.0;
            Json::from(float(&trace["base"][place]) + days)
        }
        (_, role) => trace[role][place].clone(),
    }
}

#[test]
fn many_and_odd_values_are_drawn_at_once() {
    let wide = (0..10_000).map(|row| Value::Text(format!("c{row}"))).collect::<Vec<_>>();
    let page = page();
    let (plan, session) = (&page.plan, page.session());
    let huge = [1e300, -1e300, f64::MAX, 0.0, 1e-300];
    for view in &plan.views {
        let Shows::Chart(chart) = &view.shows else { continue };
        let mut answer = session
            .answer(plan.views.iter().position(|other| other.id == view.id).unwrap(), &State::default())
            .unwrap();
        let kinds = view.question.keys.iter().map(|key| plan.tables[view.table].columns[key.column].kind);
        for (key, (column, kind)) in answer.keys.iter_mut().zip(kinds).enumerate() {
            *column = (0..10_000)
                .map(|row| match kind {
                    Kind::Text => wide[if key == 0 { row } else { row % 3 }].clone(),
                    Kind::Date => Value::Text("2024-02-29".to_owned()),
                    _ => Value::Number(huge[row % huge.len()]),
                })
                .collect();
        }
        let rows = if answer.keys.is_empty() { 1 } else { 10_000 };
        for column in &mut answer.measures {
            *column = (0..rows)
                .map(|row| if row % 7 == 0 { Value::Null } else { Value::Number(huge[row % huge.len()]) })
                .collect();
        }
        (answer.rows, answer.total) = (rows, rows);
        let many = charts::traces(chart, &answer, None);
        let marks: usize = many.iter().map(places).sum();
        assert!((1..=120_000).contains(&marks), "{} draws {marks} marks of {rows} rows", view.id);
        let nothing = drawn(chart, &charts::traces(chart, &Answer::default(), None));
        let is_blank =
            |numbers: &Vec<Vec<f64>>| numbers.iter().flatten().all(|number| number.is_nan() || *number == 0.0);
        assert!(nothing.values().all(is_blank), "{} draws {nothing:?} of no rows", view.id);
    }
}

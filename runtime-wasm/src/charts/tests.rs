//! Each chart type from a hand-made answer to its traces.
#![allow(clippy::unwrap_used)]

mod marks;

use super::{CHARTS, CategoryPlaces, Encoding, Gesture, Need, chart, check, finish, select, traces};
use crate::answer::Answer;
use crate::plan::{
    Aggregate, Channel, Chart, Grain, Key, Kind, Measure, Question, Select, Selection, Term, TimeGrain, Value,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

fn values(list: Json) -> Vec<Value> {
    serde_json::from_value(list).unwrap()
}

fn answer(keys: &[Json], measures: &[Json]) -> Answer {
    let keys: Vec<_> = keys.iter().cloned().map(values).collect();
    let measures: Vec<_> = measures.iter().cloned().map(values).collect();
    let rows = keys.first().map_or(1, Vec::len);
    Answer { keys, measures, rows, total: rows }
}

fn channel(role: &str, term: Term, kind: Kind) -> Channel {
    Channel { role: role.to_string(), term, label: role.to_uppercase(), kind, format: None }
}

fn question(grains: &[Grain], function: Aggregate) -> Question {
    Question {
        keys: grains.iter().enumerate().map(|(column, grain)| Key { column, grain: *grain }).collect(),
        measures: vec![Measure::Aggregate { function, column: Some(9) }],
        ..Default::default()
    }
}

fn bound(kind: &str, channels: Vec<Channel>, options: Json) -> Chart {
    Chart {
        kind: kind.to_string(),
        channels,
        options: serde_json::from_value(options).unwrap(),
        categories: BTreeMap::new(),
        colors: Vec::new(),
        trace: Json::Null,
        layout: Json::Null,
    }
}

/// A bar chart of a sum by region, colored by channel.
fn bars(options: Json) -> (Chart, Question) {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Text),
        channel("y", Term::Measure(0), Kind::Float),
        channel("color", Term::Key(1), Kind::Text),
    ];
    (bound("bar", channels, options), question(&[Grain::Value, Grain::Value], Aggregate::Sum))
}

fn sales() -> Answer {
    answer(&[json!(["North", "North", "South", null]), json!(["Shop", "Web", "Web", "Web"])], &[json!([1.5, 2, 3, 4])])
}

fn finished((mut chart, question): (Chart, Question), answer: &Answer) -> Chart {
    check(&chart, &question).unwrap();
    finish(&mut chart, &question, answer, CategoryPlaces::Kept);
    chart
}

#[test]
fn colors_and_categories_stay_when_filters_empty_them() {
    let chart = finished(bars(json!({})), &sales());
    let few = answer(&[json!(["South"]), json!(["Web"])], &[json!([3])]);
    let traces = traces(&chart, &few, None);
    assert_eq!(traces.iter().map(|trace| &trace["name"]).collect::<Vec<_>>(), ["Web", "Shop"], "the largest first");
    assert_eq!(traces[0]["x"], json!(["(none)", "North", "South"]));
    assert_eq!(traces[0]["y"], json!([null, null, 3]));
    assert_eq!(traces[1]["y"], json!([null, null, null]));
    assert_eq!(traces[0]["customdata"], json!([[null, "Web"], ["North", "Web"], ["South", "Web"]]));
    assert_eq!(chart.layout["xaxis"]["categoryarray"], json!(["(none)", "North", "South"]));
}

#[test]
fn a_click_selects_by_prefix_and_null_matches_null() {
    let chart = finished(bars(json!({})), &sales());
    let picked = Selection::In(vec![values(json!([null])), values(json!(["North", "Web"]))]);
    let traces = traces(&chart, &sales(), Some(&picked));
    assert_eq!(traces[0]["selectedpoints"], json!([0, 1]));
    assert_eq!(traces[1]["selectedpoints"], json!([0]));
    assert_eq!(traces[1]["unselected"]["marker"]["opacity"], json!(0.3));
}

#[test]
fn the_authors_order_colors_and_raw_json_are_kept() {
    let (mut chart, question) = bars(json!({
        "color_discrete_map": { "Web": "teal" },
        "color_discrete_sequence": ["red"],
        "plotly": { "layout": { "bargap": 0.5 }, "traces": { "marker": { "cornerradius": 4 } } },
    }));
    chart.categories.insert("x".to_string(), values(json!(["South"])));
    let chart = finished((chart, question), &sales());
    let traces = traces(&chart, &sales(), None);
    assert_eq!(traces[0]["x"], json!(["South", "(none)", "North"]));
    assert_eq!(traces[0]["marker"], json!({ "color": "teal", "cornerradius": 4 }));
    assert_eq!(traces[1]["marker"]["color"], "red");
    assert_eq!(chart.layout["bargap"], json!(0.5));
}

#[test]
fn bars_lie_where_the_dimension_is_on_y() {
    let (mut chart, question) = bars(json!({}));
    chart.channels[0].role = "y".to_string();
    chart.channels[1].role = "x".to_string();
    let chart = finished((chart, question), &sales());
    let traces = traces(&chart, &sales(), None);
    assert_eq!(traces[0]["x"], json!([4, 2, 3]));
    assert_eq!(traces[0]["orientation"], "h");
    assert_eq!(chart.layout["yaxis"]["autorange"], "reversed");
}

#[test]
fn time_is_brushed_and_lines_of_several_measures_are_named() {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Date),
        channel("y", Term::Measure(0), Kind::Float),
        channel("y", Term::Measure(1), Kind::Integer),
    ];
    let question = question(&[Grain::Time(TimeGrain::Month)], Aggregate::Sum);
    let all = answer(&[json!(["2024-01-01", "2024-02-01", "2024-03-01"])], &[json!([1, 2, 3]), json!([4, null, 6])]);
    for kind in ["line", "area"] {
        let chart = bound(kind, channels.clone(), json!({ "markers": true }));
        assert_eq!(select(&chart, &question, Gesture::Natural), Some(Select::Interval(question.keys[0].clone())));
        assert_eq!(select(&chart, &question, Gesture::Click), Some(Select::Values(question.keys.clone())));
        let chart = finished((chart, question.clone()), &all);
        let brushed = Selection::Between(Value::Text("2024-02-01".to_string()), Value::Null);
        let traces = traces(&chart, &all, Some(&brushed));
        assert_eq!(traces.iter().map(|trace| &trace["name"]).collect::<Vec<_>>(), ["Y", "Y"]);
        assert_eq!(traces[1]["y"], json!([4, null, 6]));
        assert_eq!(traces[0]["selectedpoints"], json!([1, 2]));
        assert_eq!(chart.layout["hovermode"], "x unified");
        assert_eq!(chart.layout["meta"]["brush"], "x");
    }
}

#[test]
fn points_carry_their_categories_first_and_sizes_keep_their_scale() {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Float),
        channel("y", Term::Key(1), Kind::Float),
        channel("size", Term::Key(2), Kind::Float),
        channel("color", Term::Key(3), Kind::Text),
        channel("hover_data", Term::Key(2), Kind::Float),
    ];
    let all = answer(&[json!([1, 2]), json!([3, 4]), json!([10, 40]), json!(["a", "b"])], &[]);
    let chart = bound("scatter", channels, json!({ "log_x": true, "range_x": [1, 1000], "size_max": 10 }));
    let chart = finished((chart, question(&[Grain::Value; 4], Aggregate::Count)), &all);
    let traces = traces(&chart, &all, Some(&Selection::Between(Value::Number(2.0), Value::Null)));
    assert_eq!(traces[0]["customdata"], json!([["a", 10]]));
    assert_eq!(traces[0]["selectedpoints"], json!([]));
    assert_eq!(traces[1]["selectedpoints"], json!([0]));
    assert_eq!(traces[1]["marker"]["size"], json!([40]));
    assert_eq!(traces[1]["marker"]["sizeref"], json!(0.4));
    assert_eq!(chart.layout["xaxis"]["range"], json!([0.0, 3.0]));
}

#[test]
fn slices_go_by_size_add_up_and_are_dimmed() {
    let channels = vec![channel("names", Term::Key(0), Kind::Text), channel("values", Term::Measure(0), Kind::Float)];
    let question = question(&[Grain::Value], Aggregate::Sum);
    let all = answer(&[json!(["a", "b", "a", null])], &[json!([1, 5, 2, -4])]);
    let chart = finished((bound("pie", channels, json!({ "hole": 0.4 })), question), &all);
    let picked = Selection::In(vec![values(json!(["a"]))]);
    let traces = traces(&chart, &all, Some(&picked));
    assert_eq!(traces[0]["labels"], json!(["b", "a", "(none)"]));
    assert_eq!(traces[0]["values"], json!([5, 3, 0]));
    assert_eq!(traces[0]["customdata"], json!([["b"], ["a"], [null]]));
    assert_eq!(traces[0]["meta"]["dimmed"], json!([true, false, true]));
    assert_eq!(traces[0]["hole"], json!(0.4));
}

fn nested(function: Aggregate) -> (Chart, Question) {
    let channels = vec![
        channel("path", Term::Key(0), Kind::Text),
        channel("path", Term::Key(1), Kind::Text),
        channel("values", Term::Measure(0), Kind::Float),
    ];
    (bound("treemap", channels, json!({})), question(&[Grain::Value, Grain::Value], function))
}

#[test]
fn rectangles_are_named_by_path_and_hold_the_sum_of_what_is_inside() {
    let all = answer(&[json!(["a", "b", "b"]), json!(["x", "x", "y"])], &[json!([1, 2, 3])]);
    let chart = finished(nested(Aggregate::Sum), &all);
    let few = answer(&[json!(["a"]), json!(["x"])], &[json!([1])]);
    let picked = Selection::In(vec![values(json!(["b", "x"]))]);
    let trace = traces(&chart, &all, Some(&picked)).remove(0);
    assert_eq!(trace["ids"], json!([r#"["b"]"#, r#"["b","y"]"#, r#"["b","x"]"#, r#"["a"]"#, r#"["a","x"]"#]));
    assert_eq!(trace["parents"], json!(["", r#"["b"]"#, r#"["b"]"#, "", r#"["a"]"#]));
    assert_eq!(trace["labels"], json!(["b", "y", "x", "a", "x"]));
    assert_eq!(trace["values"], json!([5, 3, 2, 1, 1]));
    assert_eq!(trace["customdata"][1], json!(["b", "y"]));
    assert_eq!(trace["meta"]["dimmed"], json!([false, true, false, true, true]));
    assert_eq!(traces(&chart, &few, None)[0]["values"], json!([0, 1, 1]));
}

#[test]
fn only_what_adds_up_is_nested() {
    let (chart, question) = nested(Aggregate::Mean);
    assert_eq!(check(&chart, &question).unwrap_err().encoding, "values");
    let (chart, question) = nested(Aggregate::CountDistinct);
    assert!(check(&chart, &question).is_err());
}

#[test]
fn bins_stand_between_their_edges() {
    let bins = super::bins(Kind::Float, 3.0, 38.0, Some(4));
    assert_eq!(bins, Grain::Bin { start: 0.0, width: 10.0, count: 4 });
    let channels = vec![channel("x", Term::Key(0), Kind::Float), channel("y", Term::Measure(0), Kind::Integer)];
    let question = question(&[bins], Aggregate::Count);
    let all = answer(&[json!([0, 10, null])], &[json!([7, 8, 9])]);
    let chart = finished((bound("histogram", channels, json!({})), question), &all);
    let traces = traces(&chart, &all, Some(&Selection::Between(Value::Number(10.0), Value::Number(30.0))));
    assert_eq!(traces[0]["x"], json!([5.0, 15.0, null]));
    assert_eq!(traces[0]["width"], json!(10.0));
    assert_eq!(traces[0]["customdata"], json!([[0, 10.0], [10, 20.0], [null, null]]));
    assert_eq!(traces[0]["selectedpoints"], json!([1]));
}

#[test]
fn bins_have_round_edges() {
    assert_eq!(super::bins(Kind::Integer, 1.0, 6.0, None), Grain::Bin { start: 1.0, width: 1.0, count: 6 });
    assert_eq!(super::bins(Kind::Float, 0.011, 0.3, None), Grain::Bin { start: 0.0, width: 0.02, count: 15 });
    assert_eq!(super::bins(Kind::Float, 5.0, 5.0, None), Grain::Bin { start: 5.0, width: 1.0, count: 1 });
    assert_eq!(super::time_grain(Kind::Date, 730.0, None), TimeGrain::Month);
    assert_eq!(super::time_grain(Kind::Timestamp, 1.0, None), TimeGrain::Hour);
}

/// Weights of animals by place and kind, each row by itself.
fn weights(kind: &str, options: Json) -> (Chart, Question) {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Text),
        channel("y", Term::Key(1), Kind::Float),
        channel("color", Term::Key(2), Kind::Text),
    ];
    let mut question = question(&[Grain::Value; 3], Aggregate::Count);
    question.measures.clear();
    (bound(kind, channels, options), question)
}

fn animals() -> Answer {
    let places = json!(["a", "a", "a", "a", "a", "b", "b"]);
    answer(&[places, json!([1, 2, 3, 4, 100, 5, null]), json!(["x", "x", "x", "x", "x", "y", "y"])], &[])
}

#[test]
fn boxes_stand_where_there_are_numbers_and_are_dimmed() {
    let chart = finished(weights("box", json!({ "notched": true })), &animals());
    assert_eq!(select(&chart, &weights("box", json!({})).1, Gesture::Natural).unwrap(), {
        let keys = [0, 2].map(|column| Key { column, grain: Grain::Value });
        Select::Values(keys.to_vec())
    });
    let picked = Selection::In(vec![values(json!(["b"]))]);
    let traces = traces(&chart, &animals(), Some(&picked));
    assert_eq!(traces[0]["x"], json!(["a"]));
    assert_eq!((&traces[0]["q1"], &traces[0]["q3"]), (&json!([1.75]), &json!([28.0])));
    assert_eq!((&traces[0]["y"], &traces[0]["upperfence"]), (&json!([[100.0]]), &json!([28.0])));
    assert_eq!(traces[1]["y"], json!([[null]]), "plotly needs a list for a box without outliers");
    assert_eq!((&traces[0]["meta"]["dimmed"], &traces[1]["meta"]["dimmed"]), (&json!([true]), &json!([false])));
    assert_eq!(traces[1]["customdata"], json!([["b", "y"]]));
    assert_eq!(chart.layout["boxmode"], "group");
    assert_eq!(chart.layout["xaxis"]["range"], json!([-0.5, 1.5]), "places keep their room");
}

#[test]
fn violins_of_another_selection_are_faint_and_keep_their_place_in_the_legend() {
    let chart = finished(weights("violin", json!({ "box": true })), &animals());
    let plain = traces(&chart, &animals(), None);
    assert_eq!(plain.iter().map(|trace| &trace["type"]).collect::<Vec<_>>(), ["scatter", "scatter", "box", "box"]);
    assert_eq!((&plain[2]["x"], &plain[2]["legendgroup"]), (&json!(["a"]), &json!("x")));
    let picked = traces(&chart, &animals(), Some(&Selection::In(vec![values(json!(["b"]))])));
    assert_eq!(
        picked.iter().map(|trace| &trace["opacity"]).collect::<Vec<_>>()[..4],
        [&Json::Null, &json!(0.25), &Json::Null, &json!(0.25)]
    );
    assert_eq!((&picked[1]["showlegend"], &picked[3]["showlegend"]), (&json!(true), &json!(false)));
    assert_eq!(picked[0]["x"], json!([]));
}

#[test]
fn lines_of_several_looks_have_a_trace_for_each_combination() {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Date),
        channel("y", Term::Measure(0), Kind::Float),
        channel("color", Term::Key(1), Kind::Text),
        channel("line_dash", Term::Key(2), Kind::Text),
        channel("error_y", Term::Measure(0), Kind::Float),
    ];
    let all = answer(
        &[json!(["2024-01-01", "2024-01-02", "2024-01-01"]), json!(["a", "a", "b"]), json!(["p", "q", "q"])],
        &[json!([1, 2, 3])],
    );
    let options = json!({ "line_dash_map": { "q": "dashdot" } });
    let chart = finished((bound("line", channels, options), question(&[Grain::Value; 3], Aggregate::Sum)), &all);
    let traces = traces(&chart, &all, None);
    assert_eq!(traces.iter().map(|trace| &trace["name"]).collect::<Vec<_>>(), ["a, q", "a, p", "b, q"]);
    assert_eq!((&traces[0]["line"]["dash"], &traces[1]["line"]["dash"]), (&json!("dashdot"), &json!("dot")));
    assert_eq!(
        (&traces[1]["meta"]["place"], &traces[2]["meta"]["place"]),
        (&json!(0), &json!(1)),
        "by color, not by dash"
    );
    assert_eq!(traces[2]["error_y"]["array"], json!([3]));
}

#[test]
fn a_category_has_its_color_wherever_it_stands() {
    let channels = vec![channel("names", Term::Key(0), Kind::Text), channel("values", Term::Measure(0), Kind::Float)];
    let question = question(&[Grain::Value], Aggregate::Sum);
    let all = answer(&[json!(["a", "b", "c"])], &[json!([1, 5, 2])]);
    let mut chart = finished((bound("pie", channels, json!({})), question), &all);
    assert_eq!(traces(&chart, &all, None)[0]["meta"]["places"], Json::Null, "its own order is that of the palette");
    chart.colors = values(json!(["a", "b"]));
    let trace = traces(&chart, &all, None).remove(0);
    assert_eq!((&trace["labels"], &trace["meta"]["places"]), (&json!(["b", "c", "a"]), &json!([1, 2, 0])));
}

#[test]
fn mistakes_name_their_key() {
    let (mut chart, question) = bars(json!({ "log_x": true }));
    assert_eq!(check(&chart, &question).unwrap_err().encoding, "log_x");
    chart.options.clear();
    chart.channels[2].kind = Kind::Float;
    assert_eq!(check(&chart, &question).unwrap_err().encoding, "color");
    chart.channels[2].kind = Kind::Text;
    chart.channels[1].kind = Kind::Text;
    assert_eq!(check(&chart, &question).unwrap_err().encoding, "y");
}

#[test]
fn the_registry_is_sound() {
    for kind in CHARTS {
        assert!(std::ptr::eq(chart(kind.name).unwrap(), *kind));
        let names: Vec<_> = kind.encodings().map(|encoding| encoding.name).collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(names.len(), unique.len(), "{} has an encoding twice", kind.name);
        let empty = bound(kind.name, Vec::new(), json!({}));
        let is_needed = |encoding: &Encoding| encoding.need == Need::Required;
        // A box plot has one of its axes.
        let may_be_empty = kind.build.encodings.iter().any(is_needed) || names.contains(&"y");
        assert!(may_be_empty || check(&empty, &Question::default()).is_err());
    }
}

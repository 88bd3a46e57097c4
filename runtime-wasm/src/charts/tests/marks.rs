//! Marks that are not at x and y, small charts and frames: what is selected, faded, shared and fixed.

use super::{answer, bound, channel, finished, question, values};
use crate::charts::traces;
use crate::plan::{Aggregate, Grain, Kind, Selection, Term};
use serde_json::{Value as Json, json};

fn picked(tuples: Json) -> Option<Selection> {
    Some(Selection::In(serde_json::from_value(tuples).unwrap()))
}

#[test]
fn points_around_a_circle_follow_its_categories_and_are_selected_by_them() {
    let channels = vec![
        channel("r", Term::Measure(0), Kind::Float),
        channel("theta", Term::Key(0), Kind::Text),
        channel("color", Term::Key(1), Kind::Text),
    ];
    let mut chart = bound("line_polar", channels, json!({ "line_close": true }));
    chart.categories.insert("theta".to_owned(), values(json!(["S", "N"])));
    let all = answer(&[json!(["E", "N", "S", null]), json!(["a", "a", "a", "b"])], &[json!([1, 2, null, 4])]);
    let chart = finished((chart, question(&[Grain::Value; 2], Aggregate::Sum)), &all);
    let drawn = traces(&chart, &all, picked(json!([["N"], [null, "b"]])).as_ref());
    assert_eq!(drawn[0]["theta"], json!(["S", "N", "E", "S"]), "closed, in the author's order");
    assert_eq!(drawn[0]["r"], json!([null, 2, 1, null]));
    assert_eq!(drawn[0]["selectedpoints"], json!([1]));
    assert_eq!(drawn[1]["customdata"], json!([[null, "b"], [null, "b"]]));
    assert_eq!(chart.layout["polar"]["angularaxis"]["categoryarray"], json!(["S", "N", "E", "(none)"]));
}

#[test]
fn cells_that_are_not_selected_fade() {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Integer),
        channel("y", Term::Key(1), Kind::Text),
        channel("z", Term::Measure(0), Kind::Float),
    ];
    let all = answer(&[json!([2, 1, 2]), json!(["a", "a", "b"])], &[json!([5, 6, 7])]);
    let chart = finished((bound("imshow", channels, json!({})), question(&[Grain::Value; 2], Aggregate::Mean)), &all);
    let drawn = traces(&chart, &all, None);
    assert_eq!((&drawn[0]["x"], &drawn[0]["y"]), (&json!([1, 2]), &json!(["a", "b"])));
    assert_eq!(drawn[0]["z"], json!([[6, 5], [null, 7]]));
    assert_eq!(drawn[0]["customdata"][1][0], json!([1, "b"]), "a cell without rows can be named");
    let drawn = traces(&chart, &all, picked(json!([[2, "a"]])).as_ref());
    assert_eq!((&drawn[0]["z"], &drawn[1]["z"]), (&json!([[null, 5], [null, null]]), &json!([[6, null], [null, 7]])));
}

#[test]
fn an_icicle_has_one_strip_for_all() {
    let channels = vec![
        channel("path", Term::Key(0), Kind::Text),
        channel("values", Term::Measure(0), Kind::Integer),
        channel("color", Term::Measure(1), Kind::Float),
    ];
    let all = answer(&[json!(["a", "b"])], &[json!([1, 3]), json!([10, 2])]);
    let chart = finished((bound("icicle", channels, json!({})), question(&[Grain::Value], Aggregate::Count)), &all);
    let drawn = traces(&chart, &all, None).remove(0);
    assert_eq!(drawn["parents"], json!(["[]", "[]", ""]));
    assert_eq!(drawn["values"], json!([3, 1, 4.0]));
    assert_eq!(drawn["marker"]["colors"], json!([2.0, 10.0, 4.0]), "the mean, weighted by size");
    let nothing = traces(&chart, &answer(&[json!([])], &[json!([]), json!([])]), None).remove(0);
    assert_eq!(nothing["marker"]["colors"], json!([null, null, null]));
}

/// Bars of two regions, by kind, in two years.
fn small(options: Json, role: &str) -> (crate::plan::Chart, crate::answer::Answer) {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Text),
        channel("y", Term::Measure(0), Kind::Float),
        channel("color", Term::Key(1), Kind::Text),
        channel(role, Term::Key(2), Kind::Integer),
    ];
    let keys = [json!(["N", "S", "N", "N"]), json!(["a", "b", "b", "a"]), json!([2001, 2001, 2002, 2003])];
    let all = answer(&keys, &[json!([1, 2, 30, -4])]);
    let chart = bound("bar", channels, options);
    (finished((chart, question(&[Grain::Value; 3], Aggregate::Sum)), &all), all)
}

#[test]
fn small_charts_share_colors_legend_and_axes() {
    let (chart, all) = small(json!({ "facet_col_wrap": 2, "hline": [{ "y": 3 }] }), "facet_col");
    let drawn = traces(&chart, &all, picked(json!([["N", "a"]])).as_ref());
    let of = |name: &str| drawn.iter().map(|trace| trace[name].clone()).collect::<Vec<Json>>();
    assert_eq!(of("xaxis"), ["x", "x", "x2", "x2", "x3", "x3"]);
    assert_eq!(of("showlegend"), [true, true, false, false, false, false]);
    assert_eq!(drawn.iter().map(|trace| trace["meta"]["place"].clone()).collect::<Vec<_>>(), [0, 1, 0, 1, 0, 1]);
    assert_eq!(drawn[2]["y"], json!([30, null]), "places are kept in each");
    assert_eq!(chart.layout["xaxis3"]["matches"], "x");
    assert_eq!(chart.layout["yaxis2"]["showticklabels"], false);
    assert_eq!(chart.layout["annotations"].as_array().unwrap().len(), 3);
    assert_eq!(chart.layout["shapes"].as_array().unwrap().len(), 3, "a line in each");
}

#[test]
fn frames_have_the_same_axes() {
    let (chart, all) = small(json!({}), "animation_frame");
    assert_eq!(chart.categories["animation_frame"], values(json!([2001, 2002, 2003])));
    assert_eq!(chart.layout["yaxis"]["range"], json!([-4.0 - 34.0 * 0.06, 30.0 + 34.0 * 0.06]));
    let drawn = traces(&chart, &all, None);
    assert_eq!(drawn.iter().map(|trace| trace["meta"]["frame"].clone()).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2]);
    assert_eq!(drawn[2]["y"], json!([30, null]));
    let few = answer(&[json!(["N"]), json!(["a"]), json!([2002])], &[json!([1])]);
    assert_eq!(traces(&chart, &few, None).len(), 6, "a frame that filters empty stays in its place");
}

#[test]
fn layers_are_named_and_have_an_axis_of_their_own() {
    let channels = vec![
        channel("x", Term::Key(0), Kind::Text),
        channel("y", Term::Measure(0), Kind::Float),
        channel("layers", Term::Measure(1), Kind::Float),
    ];
    let layer = json!([{ "chart": "line", "secondary_y": true, "options": { "markers": false } }]);
    let all = answer(&[json!(["b", "a"])], &[json!([3, 5]), json!([0.3, null])]);
    let chart = bound("bar", channels, json!({ "layers": layer }));
    let chart = finished((chart, question(&[Grain::Value], Aggregate::Sum)), &all);
    let drawn = traces(&chart, &all, picked(json!([["a"]])).as_ref());
    assert_eq!((drawn[0]["type"].as_str(), drawn[1]["type"].as_str()), (Some("bar"), Some("scatter")));
    assert_eq!((&drawn[0]["name"], &drawn[1]["name"]), (&json!("Y"), &json!("LAYERS")));
    assert_eq!((&drawn[0]["y"], &drawn[1]["y"]), (&json!([5, 3]), &json!([null, 0.3])), "both in the same order");
    assert_eq!((&drawn[1]["yaxis"], &drawn[1]["mode"]), (&json!("y2"), &json!("lines")));
    assert_eq!((&drawn[0]["selectedpoints"], &drawn[1]["selectedpoints"]), (&json!([0]), &json!([0])));
    assert_eq!(chart.layout["yaxis2"]["overlaying"], "y");
    assert_eq!(chart.layout["showlegend"], true);
}

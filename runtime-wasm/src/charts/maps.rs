//! What the maps that zoom have in common (plotly's `layout.map`): no tiles under them, but outlines that ship with the site.

use super::check::numbers;
use super::coloraxis::coloraxis;
use super::encoding::{Encoding, Takes};
use super::figure::column;
use super::roles::channel;
use super::{Problem, geo, points};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Question, Value};

pub const LAT: Encoding = Encoding::required("lat", Takes::Either, "Degrees north");
pub const LON: Encoding = Encoding::required("lon", Takes::Either, "Degrees east");
pub const ZOOM: Encoding = Encoding::optional(
    "zoom",
    Takes::Number { min: 0.0, max: 22.0 },
    "How close the map is at first: 0 is the world, and each step doubles; when left out all data is seen",
);
pub const MAP_STYLE: Encoding = Encoding::optional(
    "map_style",
    Takes::Choice(&[BASIC, "white-bg"]),
    "What is under the data: `basic` (the usual) has land, lakes and borders, `white-bg` nothing; streets would come from a host, and pages ask none",
);

const BASIC: &str = "basic";

/// Finds coordinates that are no numbers.
pub fn check(chart: &Chart, _: &Question) -> Result<(), Problem> {
    numbers(chart, &["lat", "lon"])
}

/// A place alone is seen with so much around it, in degrees.
const AROUND: f64 = 0.25;

/// What all that a chart has lies between, as its first view shows it under any filter: degrees west, south, east and north.
pub fn bounds(chart: &Chart, answer: &Answer) -> Option<[f64; 4]> {
    let degrees = |role| {
        let values = column(answer, channel(chart, role)?.term);
        let numbers =
            values.iter().filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None });
        Some(numbers.filter(|number| number.is_finite()).collect::<Vec<f64>>())
    };
    let [south, north] = ends(&degrees("lat")?)?;
    let [west, east] = around(degrees("lon")?)?;
    let is_one = west == east && south == north;
    let more = if is_one { AROUND } else { 0.0 };
    Some([west - more, south - more, east + more, north + more])
}

fn ends(numbers: &[f64]) -> Option<[f64; 2]> {
    let lowest = numbers.iter().copied().reduce(f64::min)?;
    Some([lowest, numbers.iter().copied().reduce(f64::max)?])
}

/// The ends of longitudes. Where half of the globe between them is empty, they are nearer to each other over the date line.
fn around(mut longitudes: Vec<f64>) -> Option<[f64; 2]> {
    longitudes.sort_by(f64::total_cmp);
    match longitudes.windows(2).find(|pair| pair[1] - pair[0] > 180.0) {
        Some(pair) => Some([pair[1], pair[0] + 360.0]),
        None => ends(&longitudes),
    }
}

/// What all traces of points or lines share.
pub fn trace(chart: &Chart, question: &Question, answer: &Answer, mode: &str) -> Json {
    let mut trace = points::shared(chart, question, answer, "scattermap", mode);
    trace["unselected"] = json!({ "marker": { "opacity": 0.2 } });
    trace["meta"] = json!({ "bounds": bounds(chart, answer) });
    trace
}

/// The layout with its map, and the scale of what the channel of this role shows.
pub fn layout_with_scale(chart: &Chart, question: &Question, role: &str) -> Json {
    let mut layout = layout(chart, question);
    if let Some(scaled) = channel(chart, role) {
        layout["coloraxis"] = coloraxis(chart, scaled);
    }
    layout
}

/// The layout with its map.
pub fn layout(chart: &Chart, _: &Question) -> Json {
    let mut map = json!({ "style": style(chart) });
    for option in ["center", "zoom"] {
        if let Some(value) = chart.options.get(option) {
            map[option] = value.clone();
        }
    }
    let mut layout = points::layout(chart, "map", map);
    layout["dragmode"] = json!("pan");
    // A map fills its card, but for the scale beside it.
    layout["margin"]["r"] = json!(8);
    layout
}

fn style(chart: &Chart) -> &str {
    chart.options.get("map_style").and_then(Json::as_str).unwrap_or(BASIC)
}

/// The files of outlines that a finished chart's map is drawn on.
pub fn outlines(chart: &Chart) -> Vec<String> {
    match chart.layout.get("map") {
        Some(map) if map["style"] == BASIC => vec!["map_110m".to_owned(), "map_50m".to_owned()],
        Some(_) => Vec::new(),
        None => geo::outline(chart).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn longitudes_go_the_shorter_way() {
        assert_eq!(around(vec![20.0, -10.0, 5.0]), Some([-10.0, 20.0]));
        assert_eq!(around(vec![-175.0, 178.0, 170.0]), Some([170.0, 185.0]));
        assert_eq!(around(vec![-120.0, 0.0, 150.0]), Some([-120.0, 150.0]));
        assert_eq!(around(Vec::new()), None);
    }
}

//! Lines through the points of a scatter plot, computed from what the filters leave.

use super::roles::channel;
use super::write::{put, put_numbers};
use crate::calendar::{parse_day, parse_moment};
use crate::format;
use crate::json::Json;
use crate::order::sort;
use crate::plan::{Chart, Kind, Value};
use crate::statistics::{Summed, exp, exponential, line, ln, lowess, window};
use crate::table::ordered;
use std::f64::consts::{LN_2, LN_10};

/// A straight line is told at so many places, for the pointer to find.
const PLACES: usize = 60;

/// A point: as numbers, and its place as plotly has it.
struct Point {
    x: f64,
    y: f64,
    place: Json,
}

/// Adds the lines that the author asks for behind the traces of points.
pub fn add(chart: &Chart, traces: &mut Vec<Json>) {
    let Some(kind) = chart.options.get("trendline").and_then(Json::as_str) else { return };
    let prototype = &chart.layout["meta"]["trend"];
    let is_overall = prototype["showlegend"] == true;
    let mut groups: Vec<Vec<Point>> = Vec::new();
    let count = traces.len();
    for trace in traces.iter() {
        let points = points(trace);
        match groups.first_mut().filter(|_| is_overall) {
            Some(all) => all.extend(points),
            None => groups.push(points),
        }
    }
    for (index, points) in groups.into_iter().enumerate() {
        let mut points = ascending(points);
        let (text, heights) = heights(chart, kind, &mut points);
        let mut trend = prototype.clone();
        put(&mut trend, "x", Json::Array(points.into_iter().map(|point| point.place).collect()));
        put_numbers(&mut trend, "y", &heights);
        put(&mut trend, "hovertemplate", Json::from(format!("<b>{text}</b><br>%{{x}}: %{{y:.4~g}}<extra></extra>")));
        if is_overall {
            put(&mut trend, "meta/place", Json::from(count));
        } else {
            follow(&mut trend, &mut traces[index], index);
        }
        traces.push(trend);
    }
}

/// Points from left to right; of those above each other the lower first, in whatever order the rows are stored.
fn ascending(points: Vec<Point>) -> Vec<Point> {
    let rank = |of: fn(&Point) -> f64| (points.iter().map(|point| Some(ordered(of(point)))).collect(), false);
    let places = sort((0..points.len() as u32).collect(), &[rank(|point| point.x), rank(|point| point.y)], None);
    let mut points: Vec<Option<Point>> = points.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| points[place as usize].take()).collect()
}

/// Gives a trace the name and color of another, and has the legend show and hide both.
pub fn follow(trace: &mut Json, of: &mut Json, index: usize) {
    let name = of["name"].clone();
    put(trace, "name", name.clone());
    put(trace, "legendgroup", name.clone());
    put(of, "legendgroup", name);
    let color = &of["marker"]["color"];
    if color.is_string() && trace["line"]["color"].is_null() {
        super::figure::tint(trace, color);
    }
    let place = &of["meta"]["place"];
    put(trace, "meta/place", if place.is_null() { Json::from(index) } else { place.clone() });
}

fn points(trace: &Json) -> Vec<Point> {
    let list = |name: &str| trace[name].as_array().map_or(&[][..], Vec::as_slice);
    let point = |(x, y): (&Json, &Json)| Some(Point { x: number(x)?, y: number(y)?, place: x.clone() });
    list("x").iter().zip(list("y")).filter_map(point).collect()
}

/// A number, or a time in days.
fn number(value: &Json) -> Option<f64> {
    let day = |text: &str| match parse_day(text) {
        Some(day) => Some(day as f64),
        None => parse_moment(text).map(|moment| moment as f64 / 86_400e6),
    };
    value.as_f64().or_else(|| value.as_str().and_then(day))
}

/// What to call a trend, and its height at each point; a straight line keeps only some of these.
fn heights(chart: &Chart, kind: &str, points: &mut Vec<Point>) -> (String, Vec<f64>) {
    let option = |name: &str| chart.options.get("trendline_options").and_then(|options| options.get(name));
    let number = |name: &str| option(name).and_then(Json::as_f64);
    let ys: Vec<f64> = points.iter().map(|point| point.y).collect();
    match kind {
        "ols" => ordinary(chart, points),
        "lowess" => {
            let pairs: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
            let heights = lowess(&pairs, number("frac").unwrap_or(2.0 / 3.0));
            ("LOWESS trend".to_owned(), heights)
        }
        "ewm" => {
            let by_span = number("span").map(|span| 2.0 / (span + 1.0));
            let by_mass = number("com").map(|com| 1.0 / (1.0 + com));
            let by_life = number("halflife").map(|life| 1.0 - exp(-LN_2 / life));
            let alpha = number("alpha").or(by_span).or(by_mass).or(by_life).unwrap_or(0.5);
            ("Exponential mean".to_owned(), exponential(&ys, alpha))
        }
        _ => {
            let (name, summed) = summed(option("function").and_then(Json::as_str));
            let size = number("window").map(|size| size as usize).filter(|_| kind == "rolling");
            let least = number("min_periods").map_or(size.unwrap_or(1), |least| least as usize);
            let of = if kind == "rolling" { "Rolling" } else { "Expanding" };
            (format!("{of} {name}"), window(&ys, size, least, summed))
        }
    }
}

fn summed(word: Option<&str>) -> (&'static str, Summed) {
    match word {
        Some("median") => ("median", Summed::Median),
        Some("sum") => ("sum", Summed::Sum),
        Some("min") => ("minimum", Summed::Min),
        Some("max") => ("maximum", Summed::Max),
        Some("std") => ("standard deviation", Summed::Std),
        _ => ("mean", Summed::Mean),
    }
}

/// The line of least squares, over logarithms where the author wants it.
fn ordinary(chart: &Chart, points: &mut Vec<Point>) -> (String, Vec<f64>) {
    let is_log = |axis: &str| {
        let options = chart.options.get("trendline_options");
        options.and_then(|options| options.get(format!("log_{axis}"))) == Some(&Json::Bool(true))
    };
    let (log_x, log_y) = (is_log("x"), is_log("y"));
    let scaled = |value: f64, is_log: bool| if is_log { ln(value) / LN_10 } else { value };
    let pairs = points.iter().map(|point| (scaled(point.x, log_x), scaled(point.y, log_y)));
    let pairs: Vec<(f64, f64)> = pairs.filter(|pair| pair.0.is_finite() && pair.1.is_finite()).collect();
    let Some(line) = line(&pairs) else {
        points.clear();
        return (String::new(), Vec::new());
    };
    let mut place = 0;
    let (last, step) = (points.len() - 1, (points.len() / PLACES).max(1));
    points.retain(|_| {
        place += 1;
        (place - 1) % step == 0 || place - 1 == last
    });
    let height = |point: &Point| {
        let height = line.at(scaled(point.x, log_x));
        if log_y { exp(height * LN_10) } else { height }
    };
    let name = |role: &str, is_log: bool| {
        let label = channel(chart, role).map_or("", |axis| axis.label.as_str()).replace('<', "&lt;");
        if is_log { format!("log10({label})") } else { label }
    };
    let sign = if line.intercept < 0.0 { "−" } else { "+" };
    let (slope, height_at_zero, fit) = (short(line.slope), short(line.intercept.abs()), short(line.fit));
    let text = format!("{} = {slope} · {} {sign} {height_at_zero}<br>R² = {fit}", name("y", log_y), name("x", log_x));
    (text, points.iter().map(height).collect())
}

fn short(number: f64) -> String {
    format::write(&Value::Number(number), Kind::Float, format::parse(".4~g").ok().as_ref())
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{OPTIONS, OVERRIDE, SCOPE, TRENDLINE, check, prepare};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::Problem;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::roles::{channel, is_category};
    use crate::json::{Json, json};
    use crate::plan::Chart;

    pub const TRENDLINE: Encoding = Encoding::optional(
        "trendline",
        Takes::Choice(&["ols", "lowess", "rolling", "expanding", "ewm"]),
        "A line through the points of each color: least squares, local regression, or moving averages",
    );
    pub const SCOPE: Encoding = Encoding::optional(
        "trendline_scope",
        Takes::Choice(&["trace", "overall"]),
        "A line for each color, or one through all points",
    );
    pub const OVERRIDE: Encoding =
        Encoding::optional("trendline_color_override", Takes::Text, "CSS color of the trend lines");
    const ABOVE_ZERO: Takes = Takes::Number { min: f64::MIN_POSITIVE, max: 1e9 };
    const COUNT: Takes = Takes::Number { min: 1.0, max: 1e9 };
    const SHARE: Takes = Takes::Number { min: f64::MIN_POSITIVE, max: 1.0 };
    pub const OPTIONS: Encoding = Encoding::optional(
        "trendline_options",
        Takes::Options(&[
            Encoding::optional("log_x", Takes::Flag, "ols: fits the logarithm of x"),
            Encoding::optional("log_y", Takes::Flag, "ols: fits the logarithm of y"),
            Encoding::optional("frac", SHARE, "lowess: the share of points that each height follows"),
            Encoding::optional("window", COUNT, "rolling: how many points"),
            Encoding::optional("min_periods", COUNT, "rolling, expanding: from how many points on there is a value"),
            Encoding::optional(
                "function",
                Takes::Choice(&["mean", "median", "sum", "min", "max", "std"]),
                "rolling, expanding: what is computed of the points",
            ),
            Encoding::optional("alpha", SHARE, "ewm: weight of the last point"),
            Encoding::optional("span", COUNT, "ewm: as a rolling mean of about so many points"),
            Encoding::optional("com", ABOVE_ZERO, "ewm: center of mass of the weights"),
            Encoding::optional("halflife", ABOVE_ZERO, "ewm: after how many points a weight is half"),
        ]),
        "What the trend line needs to know",
    );

    /// Puts into a layout's `meta` what all trend lines share.
    pub fn prepare(chart: &Chart, layout: &mut Json) {
        if !chart.options.contains_key("trendline") {
            return;
        }
        let is_overall = chart.options.get("trendline_scope").is_some_and(|scope| scope == "overall");
        let mut trend = json!({
            "type": "scatter", "mode": "lines", "line": { "width": 2.5 }, "showlegend": is_overall, "meta": { "aside": true },
        });
        if is_overall {
            trend["name"] = json!("Overall trend");
        }
        if let Some(color) = chart.options.get("trendline_color_override") {
            trend["line"]["color"] = color.clone();
        }
        layout["meta"]["trend"] = trend;
    }

    /// Checks that a trend line has axes of amounts, and what it needs to know.
    pub fn check(chart: &Chart) -> Result<(), Problem> {
        let Some(kind) = chart.options.get("trendline").and_then(Json::as_str) else { return Ok(()) };
        let problem = |message: String, hint| Err(Problem { encoding: "trendline", message, hint });
        for role in ["x", "y"] {
            if let Some(axis) = channel(chart, role).filter(|axis| is_category(axis.kind)) {
                return problem(
                    format!("`{}` has no amounts to follow", axis.label),
                    "a trend needs numbers or time on both axes",
                );
            }
        }
        let has =
            |name: &str| chart.options.get("trendline_options").is_some_and(|options| options.get(name).is_some());
        match kind {
            "rolling" if !has("window") => {
                problem("`rolling` needs a window".to_owned(), "add `trendline_options: {window: 7}`")
            }
            "ewm" if !["alpha", "span", "com", "halflife"].into_iter().any(has) => {
                problem("`ewm` needs to know how fast weights fade".to_owned(), "add `trendline_options: {span: 7}`")
            }
            _ => Ok(()),
        }
    }
}

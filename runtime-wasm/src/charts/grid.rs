//! Cells of two binned axes: what density heatmaps and contours show.

use super::figure::{categories, column, json as plain, text};
use super::roles::{channel, is_category};
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::order::{rank_values, sort};
use crate::plan::{Chart, Value};

/// Numbers by place along x and y.
pub struct Grid {
    /// The middles of the bins along x, or the categories.
    pub x: Vec<Json>,
    /// The same along y.
    pub y: Vec<Json>,
    /// For each place along y those along x; none where there are no rows.
    pub z: Vec<Vec<Option<f64>>>,
}

/// The bins of an axis as the build cut it: their start, width and number.
fn bins(chart: &Chart, role: &str) -> Option<(f64, f64, usize)> {
    let bins = &chart.trace["meta"]["bins"][role];
    Some((bins[0].as_f64()?, bins[1].as_f64()?, bins[2].as_u64()? as usize))
}

/// The places of an axis: all bins, the categories that the build fixed, else what this answer has, ascending.
fn places(chart: &Chart, role: &str, values: &[Value]) -> Vec<Value> {
    if let Some((start, width, count)) = bins(chart, role) {
        return (0..count).map(|place| Value::Number(start + place as f64 * width)).collect();
    }
    let places = categories(chart, role, values);
    if chart.categories.contains_key(role) {
        return places;
    }
    let order = sort((0..places.len() as u32).collect(), &[(rank_values(&places), false)], None);
    order.into_iter().map(|place| places[place as usize].clone()).collect()
}

fn middles(chart: &Chart, role: &str, places: &[Value]) -> Vec<Json> {
    let half = bins(chart, role).map_or(0.0, |(_, width, _)| width / 2.0);
    let is_text = channel(chart, role).is_some_and(|axis| is_category(axis.kind));
    let middle = |place: &Value| match place {
        Value::Number(number) => json!(number + half),
        place if is_text => json!(text(place)),
        place => plain(place),
    };
    places.iter().map(middle).collect()
}

/// The cells of some rows.
#[inline(never)]
pub fn grid(chart: &Chart, answer: &Answer, rows: impl Iterator<Item = usize>) -> Option<Grid> {
    let of = |role: &str| channel(chart, role).map(|channel| column(answer, channel.term));
    let (xs, ys, zs) = (of("x")?, of("y")?, of("z")?);
    let (x, y) = (places(chart, "x", xs), places(chart, "y", ys));
    let (x_at, y_at) = (Distinct::of(&x), Distinct::of(&y));
    let mut z = vec![vec![None; x.len()]; y.len()];
    for row in rows {
        let at = (y_at.get(&ys[row]), x_at.get(&xs[row]));
        if let ((Some(y), Some(x)), Value::Number(number)) = (at, &zs[row]) {
            z[y][x] = Some(number + z[y][x].unwrap_or(0.0));
        }
    }
    let area = ["x", "y"].map(|role| bins(chart, role).map_or(1.0, |(_, width, _)| width)).iter().product();
    let sum: f64 = z.iter().flatten().flatten().sum();
    let by = match chart.options.get("histnorm").and_then(Json::as_str) {
        Some("percent") => sum / 100.0,
        Some("probability") => sum,
        Some("density") => area,
        Some("probability density") => sum * area,
        _ => 1.0,
    };
    z.iter_mut().flatten().flatten().for_each(|cell| *cell /= by);
    Some(Grid { x: middles(chart, "x", &x), y: middles(chart, "y", &y), z })
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{NBINSX, NBINSY, X, Y, Z, check, cut, layout};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::roles::channel;
    use crate::charts::{Problem, check as checks, hover, layout as layouts};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Grain, Question, Term};

    pub const X: Encoding = Encoding::required("x", Takes::Dimension, "The column to put into bins from left to right");
    pub const Y: Encoding = Encoding::required("y", Takes::Dimension, "The column to put into bins from bottom to top");
    pub const Z: Encoding = Encoding::or("z", Takes::Measure, "count(*)", "What to compute for each cell");
    const FROM_ONE: Takes = Takes::Number { min: 1.0, max: 500.0 };
    pub const NBINSX: Encoding = Encoding::optional("nbinsx", FROM_ONE, "At most about so many bins along x");
    pub const NBINSY: Encoding = Encoding::optional("nbinsy", FROM_ONE, "At most about so many bins along y");

    /// Checks that cells hold aggregates.
    pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
        checks::cartesian(chart, question)?;
        match channel(chart, "z") {
            Some(z) if matches!(z.term, Term::Key(_)) => Err(Problem {
                encoding: "z",
                message: format!("`{}` is a column, and a cell holds many rows of it", z.label),
                hint: "aggregate it, as in `avg(…)`, or add `histfunc: avg`",
            }),
            _ => Ok(()),
        }
    }

    /// How the build has cut the axes into bins of numbers.
    pub fn cut(chart: &Chart, question: &Question) -> Json {
        let mut bins = json!({});
        for role in ["x", "y"] {
            let Some(Term::Key(key)) = channel(chart, role).map(|axis| axis.term) else { continue };
            if let Some(Grain::Bin { start, width, count }) = question.keys.get(key).map(|key| key.grain) {
                bins[role] = json!([start, width, count]);
            }
        }
        bins
    }

    /// The layout, with the numbers of the hover text.
    pub fn layout(chart: &Chart, question: &Question) -> Json {
        layouts::to_json(layouts::cartesian(chart, question), chart)
    }

    /// A box for a cell: where it is and its number.
    pub fn template(chart: &Chart, question: &Question) -> String {
        let line = |role: &str| {
            let channel = channel(chart, role)?;
            let pattern = if role == "z" { hover::pattern(channel, question) } else { place(channel, question) };
            Some(format!("{}: %{{{role}{pattern}}}", channel.label.replace('<', "&lt;")))
        };
        let lines: Vec<String> = ["x", "y", "z"].into_iter().filter_map(line).collect();
        lines.join("<br>") + "<extra></extra>"
    }

    fn place(channel: &crate::plan::Channel, question: &Question) -> String {
        let pattern = hover::pattern(channel, question);
        if pattern.is_empty() && channel.kind.is_number() { ":,.6~r".to_owned() } else { pattern }
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::template;

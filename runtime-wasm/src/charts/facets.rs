//! Small multiples: one chart for each category of a row or a column, all with the same axes.

use super::ChartType;
use super::figure::{categories, column, name_once};
use super::roles::channel;
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection, Value};

/// How the small charts stand: from left to right, then downwards.
pub struct Grid {
    /// What the rows are about; one without a category if there are none.
    pub rows: Vec<Option<Value>>,
    /// What the columns are about.
    pub columns: Vec<Option<Value>>,
    /// After so many columns a new line begins.
    #[cfg(not(target_arch = "wasm32"))]
    pub wrap: usize,
}

impl Grid {
    /// The grid of a chart for an answer; none if the author wants one chart.
    pub fn of(chart: &Chart, answer: &Answer) -> Option<Grid> {
        let all = |role| match channel(chart, role) {
            Some(channel) => categories(chart, role, column(answer, channel.term)).into_iter().map(Some).collect(),
            None => vec![None],
        };
        is_split(chart).then(|| {
            let (rows, columns): (Vec<_>, Vec<_>) = (all("facet_row"), all("facet_col"));
            Grid {
                rows,
                #[cfg(not(target_arch = "wasm32"))]
                wrap: build::wrap(chart, columns.len()),
                columns,
            }
        })
    }
}

/// True for a chart of several small ones.
pub fn is_split(chart: &Chart) -> bool {
    channel(chart, "facet_row").is_some() || channel(chart, "facet_col").is_some()
}

/// The traces of a chart, or of each of several small ones.
pub fn traces_of(kind: &ChartType, chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    if is_split(chart) { traces(kind, chart, answer, selection) } else { (kind.traces)(chart, answer, selection) }
}

/// The traces of each small chart, on its own axes. They share colors, which the page paints by `meta.place`, and legend
/// entries.
fn traces(kind: &ChartType, chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let Some(grid) = Grid::of(chart, answer) else { return Vec::new() };
    let mut known = Vec::new();
    let mut all = Vec::new();
    for (cell, rows) in cells(chart, answer, &grid).into_iter().enumerate() {
        for (place, mut trace) in (kind.traces)(chart, &part(answer, &rows), selection).into_iter().enumerate() {
            trace["xaxis"] = json!(axis("x", cell));
            trace["yaxis"] = json!(axis("y", cell));
            name_once(&mut trace, !rows.is_empty(), &mut known);
            if trace["meta"]["place"].is_null() {
                trace["meta"]["place"] = json!(place);
            }
            all.push(trace);
        }
    }
    all
}

/// Plotly's name for the axis of a small chart.
pub fn axis(letter: &str, cell: usize) -> String {
    if cell == 0 { letter.to_owned() } else { format!("{letter}{}", cell + 1) }
}

/// The rows of the answer in each small chart.
fn cells(chart: &Chart, answer: &Answer, grid: &Grid) -> Vec<Vec<usize>> {
    let place = |role, all: &[Option<Value>]| -> Vec<usize> {
        let Some(channel) = channel(chart, role) else { return vec![0; answer.rows] };
        let all: Vec<Value> = all.iter().flatten().cloned().collect();
        let places = Distinct::of(&all);
        column(answer, channel.term).iter().map(|value| places.at(value)).collect()
    };
    let (rows, columns) = (place("facet_row", &grid.rows), place("facet_col", &grid.columns));
    let mut cells = vec![Vec::new(); grid.rows.len() * grid.columns.len()];
    for (row, (line, across)) in rows.into_iter().zip(columns).enumerate() {
        cells[line * grid.columns.len() + across].push(row);
    }
    cells
}

/// Some of an answer's rows.
pub fn part(answer: &Answer, rows: &[usize]) -> Answer {
    let some = |columns: &[Vec<Value>]| {
        columns.iter().map(|column| rows.iter().map(|row| column[*row].clone()).collect()).collect()
    };
    Answer { keys: some(&answer.keys), measures: some(&answer.measures), rows: rows.len(), total: rows.len() }
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{ENCODINGS, lay_out};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use super::{Grid, axis};
    use crate::answer::Answer;
    use crate::charts::encoding::{Encoding, Takes};
    use crate::charts::figure::text;
    use crate::charts::hover;
    use crate::json::{Json, json};
    use crate::plan::{Chart, Value};

    /// The keys of charts with two axes that make several of one.
    pub const ENCODINGS: &[Encoding] = &[
        Encoding::optional(
            "facet_row",
            Takes::Dimension,
            "A small chart for each of its categories, one below the other",
        ),
        Encoding::optional("facet_col", Takes::Dimension, "A small chart for each of its categories, side by side"),
        Encoding::optional(
            "facet_col_wrap",
            Takes::Number { min: 1.0, max: 50.0 },
            "After so many columns a new line begins",
        ),
        Encoding::optional("facet_row_spacing", SHARE, "Room between lines, as a share of the chart's height"),
        Encoding::optional("facet_col_spacing", SHARE, "Room between columns, as a share of the chart's width"),
    ];
    const SHARE: Takes = Takes::Number { min: 0.0, max: 1.0 };
    /// Small charts have at least so much of the whole.
    const LEAST: f64 = 0.5;

    /// Pixels that a line takes, that a title above a small chart takes, and what else a chart has around it.
    const LINE: f64 = 190.0;
    const TITLE: f64 = 26.0;
    const AROUND: f64 = 70.0;

    /// Gives each small chart its axes and its title; `height` is what they need, in pixels.
    pub fn lay_out(chart: &mut Chart, answer: &Answer) {
        let Some(grid) = Grid::of(chart, answer) else { return };
        let lines = grid.lines();
        let height = (LINE * lines as f64 + AROUND).max(320.0);
        let (x, y) = (chart.layout["xaxis"].take(), chart.layout["yaxis"].take());
        let mut titles = Vec::new();
        let gaps = Gaps::of(chart, &grid, height);
        for cell in 0..grid.rows.len() * grid.columns.len() {
            let place = Place::of(cell, &grid, &gaps);
            chart.layout[name("x", cell)] = place.horizontal(&x, cell, &grid);
            chart.layout[name("y", cell)] = place.vertical(&y, cell, &grid);
            titles.extend(place.titles(cell, &grid));
        }
        titles.extend(chart.layout["annotations"].as_array().into_iter().flatten().cloned().collect::<Vec<_>>());
        chart.layout["annotations"] = json!(titles);
        chart.layout["height"] = json!(height);
        chart.layout["margin"]["t"] = json!(if grid.columns[0].is_some() { TITLE } else { 10.0 });
        chart.layout["margin"]["r"] = json!(if grid.rows[0].is_some() { TITLE } else { 12.0 });
        if chart.layout["legend"].is_object() {
            chart.layout["legend"]["y"] = json!(rounded(1.0 + (TITLE + 2.0) / (height - AROUND)));
        }
    }

    /// After how many columns a new line begins.
    pub fn wrap(chart: &Chart, columns: usize) -> usize {
        let given = chart.options.get("facet_col_wrap").and_then(Json::as_f64);
        given.map_or(columns, |wrap| wrap as usize).clamp(1, columns.max(1))
    }

    impl Grid {
        /// How many lines there are.
        fn lines(&self) -> usize {
            self.rows.len() * self.columns.len().div_ceil(self.wrap)
        }
    }

    fn name(letter: &str, cell: usize) -> String {
        axis(letter, cell).replacen(letter, &format!("{letter}axis"), 1)
    }

    fn rounded(share: f64) -> f64 {
        (share * 1e4).round() / 1e4
    }

    /// The room between small charts, as shares of the whole.
    struct Gaps {
        across: f64,
        down: f64,
    }

    impl Gaps {
        fn of(chart: &Chart, grid: &Grid, height: f64) -> Gaps {
            let given = |option: &str| chart.options.get(option).and_then(Json::as_f64);
            let at_most = |gap: f64, count: usize| gap.min((1.0 - LEAST) / (count.max(2) - 1) as f64);
            let has_titles = grid.wrap < grid.columns.len();
            let usual = if has_titles { (TITLE + 8.0) / height } else { 14.0 / height };
            Gaps {
                across: at_most(given("facet_col_spacing").unwrap_or(0.03), grid.wrap),
                down: given("facet_row_spacing").map_or(usual, |gap| at_most(gap, grid.lines())),
            }
        }
    }

    /// Where a small chart stands.
    struct Place {
        line: usize,
        across: usize,
        left: f64,
        right: f64,
        bottom: f64,
        top: f64,
    }

    impl Place {
        fn of(cell: usize, grid: &Grid, gaps: &Gaps) -> Place {
            let (row, column) = (cell / grid.columns.len(), cell % grid.columns.len());
            let line = row * grid.columns.len().div_ceil(grid.wrap) + column / grid.wrap;
            let across = column % grid.wrap;
            let Gaps { across: gap, down: below } = *gaps;
            let (lines, columns) = (grid.lines() as f64, grid.wrap as f64);
            let width = (1.0 - gap * (columns - 1.0)) / columns;
            let depth = (1.0 - below * (lines - 1.0)) / lines;
            let left = across as f64 * (width + gap);
            let top = 1.0 - line as f64 * (depth + below);
            Place { line, across, left, right: left + width, bottom: top - depth, top }
        }

        /// True if no other small chart stands below.
        fn is_last(&self, cell: usize, grid: &Grid) -> bool {
            self.line + 1 == grid.lines() || (grid.rows.len() == 1 && cell + grid.wrap >= grid.columns.len())
        }

        fn horizontal(&self, from: &Json, cell: usize, grid: &Grid) -> Json {
            let mut own = from.clone();
            own["domain"] = json!([rounded(self.left), rounded(self.right)]);
            own["anchor"] = json!(axis("y", cell));
            own["showticklabels"] = json!(self.is_last(cell, grid));
            if cell > 0 {
                own["matches"] = json!("x");
            }
            if !self.is_last(cell, grid) || self.across != (grid.wrap - 1) / 2 {
                own["title"] = Json::Null;
            }
            own
        }

        fn vertical(&self, from: &Json, cell: usize, grid: &Grid) -> Json {
            let mut own = from.clone();
            own["domain"] = json!([rounded(self.bottom), rounded(self.top)]);
            own["anchor"] = json!(axis("x", cell));
            own["showticklabels"] = json!(self.across == 0);
            if cell > 0 {
                own["matches"] = json!("y");
            }
            if self.across > 0 || self.line != (grid.lines() - 1) / 2 {
                own["title"] = Json::Null;
            }
            own
        }

        fn titles(&self, cell: usize, grid: &Grid) -> Vec<Json> {
            let (row, column) = (cell / grid.columns.len(), cell % grid.columns.len());
            let mut titles = Vec::new();
            let wraps = grid.wrap < grid.columns.len();
            if let Some(value) = grid.columns[column].as_ref().filter(|_| wraps || row == 0) {
                titles.push(title(value, [(self.left + self.right) / 2.0, self.top], ["center", "bottom"], 0));
            }
            if let Some(value) = grid.rows[row].as_ref().filter(|_| self.across + 1 == grid.wrap) {
                titles.push(title(value, [self.right, (self.bottom + self.top) / 2.0], ["left", "middle"], 90));
            }
            titles
        }
    }

    fn title(value: &Value, [x, y]: [f64; 2], [xanchor, yanchor]: [&str; 2], angle: i32) -> Json {
        json!({
            "text": format!("<b>{}</b>", hover::plain(&text(value))), "showarrow": false,
            "xref": "paper", "yref": "paper", "x": rounded(x), "y": rounded(y), "xanchor": xanchor, "yanchor": yanchor,
            "textangle": angle,
        })
    }
}

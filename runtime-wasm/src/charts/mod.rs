//! The chart types: what an author may write for each, and the plotly figure that an answer becomes.
//!
//! A figure has two halves. What never changes (the layout, and each trace's mode, hover text and options) is made at
//! build by [`finish`]. What an answer changes (the arrays) is filled in by [`traces`], in the browser and at build alike.

mod axes;
mod boxes;
mod coloraxis;
mod facets;
mod figure;
mod frames;
mod grid;
mod layers;
mod marginal;
mod palette;
mod parents;
mod points;
mod roles;
mod slots;
mod splits;
mod trendline;
mod write;

mod area;
mod bar;
mod bar_polar;
#[path = "box.rs"]
mod box_plot;
mod candlestick;
mod choropleth;
mod choropleth_map;
mod density_contour;
mod density_heatmap;
mod density_map;
mod ecdf;
mod funnel;
mod funnel_area;
mod histogram;
mod icicle;
mod imshow;
mod indicator;
mod line;
mod line_3d;
mod line_geo;
mod line_map;
mod line_polar;
mod line_ternary;
mod ohlc;
mod parallel_categories;
mod parallel_coordinates;
mod pie;
mod sankey;
mod scatter;
mod scatter_3d;
mod scatter_geo;
mod scatter_map;
mod scatter_matrix;
mod scatter_polar;
mod scatter_ternary;
mod strip;
mod sunburst;
mod timeline;
mod treemap;
mod violin;
mod waterfall;

#[cfg(not(target_arch = "wasm32"))]
mod categories;
#[cfg(not(target_arch = "wasm32"))]
mod check;
#[cfg(not(target_arch = "wasm32"))]
mod encoding;
#[cfg(not(target_arch = "wasm32"))]
mod finish;
#[cfg(not(target_arch = "wasm32"))]
mod geo;
#[cfg(not(target_arch = "wasm32"))]
mod hover;
#[cfg(not(target_arch = "wasm32"))]
mod layout;
#[cfg(not(target_arch = "wasm32"))]
mod maps;
#[cfg(not(target_arch = "wasm32"))]
mod polar;
#[cfg(not(target_arch = "wasm32"))]
mod references;
#[cfg(not(target_arch = "wasm32"))]
mod scene;
#[cfg(not(target_arch = "wasm32"))]
mod ternary;
#[cfg(not(target_arch = "wasm32"))]
mod ticks;

#[cfg(test)]
mod tests;

pub use axes::Axes;
pub use slots::Slots;

use crate::answer::Answer;
use crate::json::Json;
use crate::plan::{Chart, Question, Select, Selection};

#[cfg(not(target_arch = "wasm32"))]
pub use categories::colored;
#[cfg(not(target_arch = "wasm32"))]
pub use check::{Problem, check};
#[cfg(not(target_arch = "wasm32"))]
pub use coloraxis::SCALES;
#[cfg(not(target_arch = "wasm32"))]
pub use encoding::{Encoding, Need, Takes};
#[cfg(not(target_arch = "wasm32"))]
pub use finish::{CategoryPlaces, Gesture, MANY_ENTRIES, entries, finish, legend, select};
#[cfg(not(target_arch = "wasm32"))]
pub use geo::bounded;
#[cfg(not(target_arch = "wasm32"))]
pub use histogram::{bins, time_grain};
#[cfg(not(target_arch = "wasm32"))]
pub use layers::{KEYS as LAYER_KEYS, ROLE as LAYER_ROLE};
#[cfg(not(target_arch = "wasm32"))]
pub use maps::outlines;
#[cfg(not(target_arch = "wasm32"))]
pub use marginal::{ask as ask_margin, grouped, is_aside};
#[cfg(not(target_arch = "wasm32"))]
pub use parents::link_up;

/// For each trace the places of some of its points.
pub type Places = Vec<Vec<usize>>;

/// A chart type: the second word of a `chart` fence.
pub struct ChartType {
    /// The word.
    pub name: &'static str,
    /// How a reader selects in it.
    pub selects: Selects,
    /// Makes the traces of a finished chart.
    pub traces: fn(&Chart, &Answer, Option<&Selection>) -> Vec<Json>,
    /// Whether its traces have a point for each row, at `x` and `y`, and mark what is selected by `selectedpoints`.
    pub has_points: bool,
    /// What only the build needs to know.
    #[cfg(not(target_arch = "wasm32"))]
    pub build: Build,
}

/// The part of a chart type that the browser never sees.
#[cfg(not(target_arch = "wasm32"))]
pub struct Build {
    /// What it shows, in a sentence.
    pub summary: &'static str,
    /// The keys that an author may write in its block.
    pub encodings: &'static [Encoding],
    /// The plotly.js trace modules that draw it; `scatter` is always there.
    pub modules: &'static [&'static str],
    /// Finds what is wrong with a bound chart beyond its encodings.
    pub check: fn(&Chart, &crate::plan::Question) -> Result<(), Problem>,
    /// Makes what all its traces share, given the answer without filters.
    pub trace: fn(&Chart, &crate::plan::Question, &Answer) -> Json,
    /// Makes the layout.
    pub layout: fn(&Chart, &crate::plan::Question) -> Json,
}

#[cfg(not(target_arch = "wasm32"))]
impl ChartType {
    /// The keys that an author may write in its block: its own, and those that charts with axes share.
    pub fn encodings(&self) -> impl Iterator<Item = &'static Encoding> {
        let has = |name| self.build.encodings.iter().any(|encoding| encoding.name == name);
        let has_axes = has("x") && has("y") && !self.name.ends_with("_3d");
        let has_frames = has_axes || ["r", "a", "z", "lat", "locations", "x_start"].iter().any(|name| has(name));
        let shared: &[&[Encoding]] = match (has_axes, has_frames) {
            (true, _) => &[facets::ENCODINGS, frames::ENCODINGS, layers::ENCODINGS, references::ENCODINGS],
            (_, true) => &[frames::ENCODINGS],
            _ => &[],
        };
        self.build.encodings.iter().chain(shared.iter().copied().flatten())
    }
}

/// What a gesture in a chart selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selects {
    /// A brush along the axis of the dimension if it is time or a number; a click picks the dimension's value and the color's.
    Position,
    /// A brush along x, else y, if it is a column of time or numbers; a click picks the point's categories.
    Points,
    /// A click picks the values of the columns in this role.
    Role(&'static str),
    /// A click picks the values of the columns in these roles, but for fractions.
    Roles(&'static [&'static str]),
}

/// All chart types.
pub static CHARTS: &[&ChartType] = &[
    &line::LINE,
    &bar::BAR,
    &area::AREA,
    &scatter::SCATTER,
    &pie::PIE,
    &treemap::TREEMAP,
    &histogram::HISTOGRAM,
    &box_plot::BOX,
    &violin::VIOLIN,
    &strip::STRIP,
    &ecdf::ECDF,
    &density_heatmap::DENSITY_HEATMAP,
    &density_contour::DENSITY_CONTOUR,
    &scatter_matrix::SCATTER_MATRIX,
    &parallel_coordinates::PARALLEL_COORDINATES,
    &parallel_categories::PARALLEL_CATEGORIES,
    &bar_polar::BAR_POLAR,
    &candlestick::CANDLESTICK,
    &choropleth::CHOROPLETH,
    &choropleth_map::CHOROPLETH_MAP,
    &density_map::DENSITY_MAP,
    &funnel::FUNNEL,
    &funnel_area::FUNNEL_AREA,
    &icicle::ICICLE,
    &imshow::IMSHOW,
    &indicator::INDICATOR,
    &line_3d::LINE_3D,
    &line_geo::LINE_GEO,
    &line_map::LINE_MAP,
    &line_polar::LINE_POLAR,
    &line_ternary::LINE_TERNARY,
    &ohlc::OHLC,
    &sankey::SANKEY,
    &scatter_3d::SCATTER_3D,
    &scatter_geo::SCATTER_GEO,
    &scatter_map::SCATTER_MAP,
    &scatter_polar::SCATTER_POLAR,
    &scatter_ternary::SCATTER_TERNARY,
    &sunburst::SUNBURST,
    &timeline::TIMELINE,
    &waterfall::WATERFALL,
];

/// The chart type of that name.
pub fn chart(name: &str) -> Option<&'static ChartType> {
    CHARTS.iter().copied().find(|chart| chart.name == name)
}

/// The traces of a chart that [`finish`] has completed, for an answer to its question and what the reader has selected in it.
///
/// Each point has `customdata`: first its values of the keys that a click selects, raw and in the order of
/// `Select::Values`, then what its hover text needs. Slices of a pie or treemap that are not selected are marked in
/// `meta.dimmed`; the points of other charts by `selectedpoints`.
pub fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let Some(kind) = self::chart(&chart.kind) else { return Vec::new() };
    if layers::is_layered(chart) {
        layers::traces(kind, chart, answer, selection)
    } else if frames::is_animated(chart) {
        frames::traces(kind, chart, answer, selection)
    } else {
        facets::traces_of(kind, chart, answer, selection)
    }
}

/// Where the values of an answer stand in its [`traces`]; others of the same groups can be put there. None if the chart
/// makes more of them.
pub fn slots(chart: &Chart, question: &Question, answer: &Answer) -> Option<Slots> {
    if has_points(chart) { slots::slots(chart, question, answer) } else { None }
}

/// The `selectedpoints` of a chart's [`traces`]; none if it marks what is selected in another way.
pub fn selected(chart: &Chart, answer: &Answer, selection: &Selection) -> Option<Places> {
    has_points(chart).then(|| figure::selected(chart, answer, selection))
}

/// Where the points of a chart's [`traces`] stand along the axes that the reader brushes.
pub fn axes(chart: &Chart, answer: &Answer, select: &Select) -> Option<Axes> {
    if has_points(chart) { axes::axes(chart, answer, select) } else { None }
}

/// The options that compute other numbers than the answer's, or draw more than its points.
const COMPUTES: [&str; 6] = ["histnorm", "cumulative", "trendline", "marginal", "marginal_x", "marginal_y"];

fn has_points(chart: &Chart) -> bool {
    let is_one = !facets::is_split(chart) && !frames::is_animated(chart) && !layers::is_layered(chart);
    is_one
        && self::chart(&chart.kind).is_some_and(|kind| kind.has_points)
        && !COMPUTES.iter().any(|option| chart.options.contains_key(*option))
}

/// The plotly.js trace modules that draw a chart, besides `scatter`.
#[cfg(not(target_arch = "wasm32"))]
pub fn modules(chart: &Chart) -> impl Iterator<Item = &'static str> {
    let own = self::chart(&chart.kind).map_or(&[][..], |kind| kind.build.modules);
    let more = [is_webgl(chart).then_some(scatter::WEBGL), has_buttons(chart).then_some("modebar")];
    own.iter().copied().chain(marginal::modules(chart)).chain(more.into_iter().flatten())
}

/// True for a chart with plotly's buttons.
#[cfg(not(target_arch = "wasm32"))]
fn has_buttons(chart: &Chart) -> bool {
    chart.options.get("config").is_some_and(|config| config["displayModeBar"] == true)
}

/// True if the graphics card draws a finished chart's points.
#[cfg(not(target_arch = "wasm32"))]
pub fn is_webgl(chart: &Chart) -> bool {
    chart.trace["type"] == scatter::WEBGL
}

/// How many marks traces have.
#[cfg(not(target_arch = "wasm32"))]
pub fn marks(traces: &[Json]) -> usize {
    let count = |array: &Json| {
        let items = array.as_array().map_or(&[][..], Vec::as_slice);
        items.iter().map(|item| item.as_array().map_or(1, Vec::len)).sum::<usize>()
    };
    traces.iter().map(|trace| count(&trace["x"]).max(count(&trace["y"]))).sum()
}

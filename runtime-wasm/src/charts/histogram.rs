//! `chart histogram`: rows counted, or a measure computed, for each bin of a column of numbers or time, or for each category.

use super::{ChartType, Selects, figure, marginal};
use crate::answer::Answer;
use crate::json::{Json, json};
use crate::plan::{Chart, Selection};

/// The chart type.
pub static HISTOGRAM: ChartType = ChartType {
    name: "histogram",
    selects: Selects::Position,
    traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

/// Bars whose bins are numbers stand between their edges; the right edge goes behind all else in `customdata`.
fn traces(chart: &Chart, answer: &Answer, selection: Option<&Selection>) -> Vec<Json> {
    let mut traces = figure::traces(chart, &marginal::grouped(chart, answer), selection);
    norm(chart, &mut traces);
    let width = figure::prototype(chart)["meta"]["bin"].as_f64();
    for (trace, width) in traces.iter_mut().zip(width.into_iter().cycle()) {
        let lefts: Vec<Option<f64>> =
            trace["x"].as_array().map_or_else(Vec::new, |x| x.iter().map(Json::as_f64).collect());
        trace["x"] = lefts.iter().map(|left| json!(left.map(|left| left + width / 2.0))).collect();
        for (carried, left) in trace["customdata"].as_array_mut().into_iter().flatten().zip(lefts) {
            carried.as_array_mut().into_iter().for_each(|carried| carried.push(json!(left.map(|left| left + width))));
        }
    }
    marginal::add_counted(chart, answer, &mut traces);
    traces
}

/// Heights as shares, by the width of their bins, or summed up from the left.
fn norm(chart: &Chart, traces: &mut [Json]) {
    let word = chart.options.get("histnorm").and_then(Json::as_str);
    let is_cumulative = chart.options.get("cumulative").is_some_and(|flag| *flag == true);
    if word.is_none() && !is_cumulative {
        return;
    }
    let width = figure::prototype(chart)["meta"]["bin"].as_f64().unwrap_or(1.0);
    for trace in traces.iter_mut() {
        let heights = trace["y"].as_array().map_or(&[][..], Vec::as_slice);
        let sum: f64 = heights.iter().filter_map(Json::as_f64).sum();
        let by = match word {
            Some("percent") => sum / 100.0,
            Some("probability") => sum,
            Some("density") => width,
            Some("probability density") => sum * width,
            _ => 1.0,
        };
        let mut below = 0.0;
        let height = |height: &Json| {
            let own = height.as_f64().unwrap_or(0.0) / by;
            below += own;
            if is_cumulative { json!(below) } else { height.as_f64().map_or(Json::Null, |_| json!(own)) }
        };
        trace["y"] = heights.iter().map(height).collect();
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{bins, time_grain};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, Problem, bar, check, hover, layout, marginal, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Grain, Kind, Question, Term, TimeGrain};
    use plotly::Bar;
    use plotly::layout::BarMode;

    const X: Encoding = Encoding::required("x", Takes::Dimension, "The column to put into bins");
    const Y: Encoding = Encoding::or("y", Takes::Measure, "count(*)", "What to compute for each bin");
    const NBINS: Encoding =
        Encoding::optional("nbins", Takes::Number { min: 1.0, max: 1000.0 }, "At most about so many bins");

    const BARNORM: Encoding =
        Encoding::optional("barnorm", Takes::Choice(&["fraction", "percent"]), "Each color's share of its bin");
    const CUMULATIVE: Encoding =
        Encoding::optional("cumulative", Takes::Flag, "Each bar holds those before it as well");
    const TEXT_AUTO: Encoding = Encoding::optional("text_auto", Takes::Flag, "The value written on each bar");

    pub const BUILD: Build = Build {
        summary: "Rows counted, or a measure computed, for each bin of a column",
        encodings: &[
            X,
            Y,
            COLOR,
            PATTERN_SHAPE,
            HISTFUNC,
            HISTNORM,
            BARNORM,
            CUMULATIVE,
            NBINS,
            marginal::MARGINAL,
            TEXT_AUTO,
            BARMODE,
            OPACITY,
            LOG_Y,
            RANGE_X,
            RANGE_Y,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PATTERN_SHAPE_SEQUENCE,
            PATTERN_SHAPE_MAP,
            PLOTLY,
        ],
        modules: &["bar"],
        check: sound,
        trace,
        layout,
    };

    fn sound(chart: &Chart, question: &Question) -> Result<(), Problem> {
        check::binned(chart, question)?;
        marginal::check(chart, question)
    }

    fn trace(chart: &Chart, question: &Question, answer: &crate::answer::Answer) -> Json {
        let (template, bins) = match grain(chart, question) {
            Grain::Bin { width, .. } => {
                (hover::bin(chart, question), json!({ "meta": { "bin": width }, "width": width }))
            }
            Grain::Time(grain) => (hover::bar(chart, question), period(grain)),
            Grain::Value => (hover::bar(chart, question), json!({})),
        };
        let bar = Bar::<f64, f64>::new(Vec::new(), Vec::new()).hover_template(template);
        let mut trace = bar::prototype(chart, serde_json::to_value(bar).expect("a trace is plain data"));
        crate::charts::finish::merge(&mut trace, &bins);
        if chart.options.get("text_auto") == Some(&json!(true)) {
            let pattern = roles::channel(chart, "y").map_or_else(String::new, |y| hover::pattern(y, question));
            let pattern = if roles::is_set(chart, &["histnorm"]) { ":,.3~r" } else { &pattern };
            trace["texttemplate"] = json!(format!("%{{y{pattern}}}"));
        }
        if roles::is_set(chart, &["marginal"]) {
            trace["meta"]["margins"] = marginal::margins(chart, answer);
        }
        if matches!(bar::mode(chart), BarMode::Group) {
            trace.as_object_mut().expect("a trace is an object").remove("width");
        }
        trace
    }

    fn grain(chart: &Chart, question: &Question) -> Grain {
        match roles::channel(chart, "x").map(|axis| axis.term) {
            Some(Term::Key(i)) => question.keys.get(i).map_or(Grain::Value, |key| key.grain),
            _ => Grain::Value,
        }
    }

    /// Plotly knows how long months are; it draws each bar over the whole of its period.
    fn period(grain: TimeGrain) -> Json {
        let length = match grain {
            TimeGrain::Year => json!("M12"),
            TimeGrain::Quarter => json!("M3"),
            TimeGrain::Month => json!("M1"),
            TimeGrain::Week => json!(604_800_000),
            TimeGrain::Day => json!(86_400_000),
            TimeGrain::Hour => json!(3_600_000),
            TimeGrain::Minute => json!(60_000),
        };
        json!({ "xperiod": length, "xperiod0": "2000-01-03", "xperiodalignment": "middle" })
    }

    fn layout(chart: &Chart, question: &Question) -> Json {
        let layout = layout::cartesian(chart, question).bar_mode(bar::mode(chart));
        let is_continuous = roles::channel(chart, "x").is_some_and(roles::is_continuous);
        let mut layout = layout::to_json(if is_continuous { layout.bar_gap(0.0) } else { layout }, chart);
        if let Some(norm) = chart.options.get("barnorm") {
            layout["barnorm"] = norm.clone();
        }
        let norm = chart.options.get("histnorm").and_then(Json::as_str);
        if let Some((first, rest)) = norm.and_then(|norm| norm.split_at_checked(1)) {
            layout["yaxis"]["title"]["text"] = json!(format!("{}{rest}", first.to_uppercase()));
        }
        marginal::layout(chart, layout)
    }

    /// The bins for a column of numbers from its lowest and highest value: round edges, about as many bins as wanted.
    pub fn bins(kind: Kind, min: f64, max: f64, wanted: Option<u32>) -> Grain {
        let wanted = f64::from(wanted.unwrap_or(20).max(1));
        let width = round_up((max - min) / wanted);
        let width = if kind == Kind::Integer { width.max(1.0).ceil() } else { width };
        let start = (min / width).floor() * width;
        let steps = (max - start) / width;
        let count = if kind == Kind::Integer { steps.floor() + 1.0 } else { steps.ceil().max(1.0) };
        Grain::Bin { start, width, count: count as u32 }
    }

    /// The next of 1, 2, 2.5, 5 and 10 times a power of ten.
    fn round_up(width: f64) -> f64 {
        let width = if width > 0.0 && width.is_finite() { width } else { 1.0 };
        let (mut power, mut fraction) = (1.0, 1.0);
        while power * 10.0 <= width {
            power *= 10.0;
        }
        while power / fraction > width {
            fraction *= 10.0;
        }
        let round = |step: f64| step * power / fraction;
        [1.0, 2.0, 2.5, 5.0].map(round).into_iter().find(|round| *round >= width).unwrap_or(round(10.0))
    }

    /// The grain for a column of time from how many days it spans: the finest that needs no more bins than wanted.
    pub fn time_grain(kind: Kind, days: f64, wanted: Option<u32>) -> TimeGrain {
        let wanted = f64::from(wanted.unwrap_or(40).max(1));
        let hours = [(TimeGrain::Minute, 1.0 / 1440.0), (TimeGrain::Hour, 1.0 / 24.0)];
        let days_and_up =
            [(TimeGrain::Day, 1.0), (TimeGrain::Week, 7.0), (TimeGrain::Month, 30.4), (TimeGrain::Quarter, 91.3)];
        let hours = hours.into_iter().filter(|_| kind == Kind::Timestamp);
        let fits = |length: f64| days / length <= wanted;
        hours.chain(days_and_up).find(|grain| fits(grain.1)).map_or(TimeGrain::Year, |grain| grain.0)
    }
}

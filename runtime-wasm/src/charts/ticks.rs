//! Ticks that depend on the data: a few months are named one by one, and a logarithmic axis has 1, 2 and 5.

use super::figure::column;
use super::roles::channel;
use crate::answer::Answer;
use crate::format;
use crate::json::{Json, json, nearest};
use crate::plan::{Channel, Chart, Grain, Kind, Question, Term, TimeGrain, Value};

/// Up to so many spans of time each have a tick.
const FEW: usize = 12;
/// Up to so many powers of ten there are ticks between them.
const DECADES: f64 = 4.0;

/// Completes the axes of a chart's layout from the answer without filters.
pub fn fit(chart: &mut Chart, question: &Question, answer: &Answer) {
    for (role, name) in [("x", "xaxis"), ("y", "yaxis")] {
        let Some(channel) = channel(chart, role) else { continue };
        let ticks = match chart.layout[name]["type"].as_str() {
            Some("date") => spans(channel, question, answer),
            Some("log") => powers(channel, answer),
            _ => None,
        };
        if let (Some(Json::Object(ticks)), Some(axis)) =
            (ticks, chart.layout.get_mut(name).and_then(Json::as_object_mut))
        {
            axis.extend(ticks);
        }
    }
}

/// A tick for each span of time, so that plotly does not name days where there are months.
fn spans(channel: &Channel, question: &Question, answer: &Answer) -> Option<Json> {
    let Term::Key(key) = channel.term else { return None };
    let Grain::Time(grain) = question.keys.get(key)?.grain else { return None };
    let mut values: Vec<&Value> = Vec::new();
    for value in column(answer, channel.term) {
        if *value != Value::Null && !values.contains(&value) {
            values.push(value);
            if values.len() > FEW {
                return None;
            }
        }
    }
    const DAY: u64 = 86_400_000;
    let step = match grain {
        TimeGrain::Year => json!("M12"),
        TimeGrain::Quarter => json!("M3"),
        TimeGrain::Month => json!("M1"),
        TimeGrain::Week => json!(7 * DAY),
        TimeGrain::Day => json!(DAY),
        TimeGrain::Hour | TimeGrain::Minute => return None,
    };
    let first =
        values.iter().filter_map(|value| if let Value::Text(text) = value { Some(text) } else { None }).min()?;
    Some(json!({ "tick0": first, "dtick": step }))
}

/// The numbers 1, 2 and 5 of each power of ten that occurs, or 1 only where there are many powers.
fn powers(channel: &Channel, answer: &Answer) -> Option<Json> {
    let numbers = column(answer, channel.term).iter();
    let sizes = numbers.filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None });
    let (mut low, mut high) = (f64::MAX, f64::MIN_POSITIVE);
    for size in sizes.filter(|size| *size > 0.0 && size.is_finite()) {
        (low, high) = (low.min(size), high.max(size));
    }
    let (first, last) = (low.log10().floor() as i32 - 1, high.log10().ceil() as i32 + 1);
    if low > high {
        return None;
    }
    let digits: &[&str] = if f64::from(last - first) - 2.0 <= DECADES { &["1", "2", "5"] } else { &["1"] };
    let values = (first..=last).flat_map(|power| digits.iter().map(move |digit| format!("{digit}e{power}")));
    let values: Vec<f64> = values.map(|decimal| nearest(&decimal)).collect();
    let texts: Vec<String> = values.iter().map(|value| short(*value, channel)).collect();
    Some(json!({ "tickmode": "array", "tickvals": values, "ticktext": texts }))
}

/// A number with k, M or B; a share as a percentage.
fn short(value: f64, channel: &Channel) -> String {
    let given = channel.format.as_deref().unwrap_or_default();
    let format = if given.contains('%') {
        "~%"
    } else if given.contains('$') {
        "$~s"
    } else {
        "~s"
    };
    let spec = format::parse(format).ok();
    format::write(&Value::Number(value), Kind::Float, spec.as_ref()).replace('G', "B")
}

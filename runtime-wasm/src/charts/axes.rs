//! Where the points of a chart's traces stand along the axes that the reader brushes.

use super::Places;
use super::figure::{Part, of_traces, parts};
use super::roles::{boxed, brushed};
use crate::answer::Answer;
use crate::plan::{Chart, Select, Selection, Term, Value};

/// The points of traces along one axis.
#[derive(Debug, Clone, PartialEq)]
struct Axis {
    /// Where each point stands.
    values: Vec<Vec<Value>>,
    ascends: bool,
}

impl Axis {
    /// The places of the points in a range, for each trace.
    fn between(&self, low: &Value, high: &Value) -> Places {
        let inside = |values: &Vec<Value>| -> Vec<usize> {
            if !self.ascends {
                return (0..values.len()).filter(|&place| is_between(&values[place], low, high)).collect();
            }
            let first = values.partition_point(|value| *low != Value::Null && !reaches(low, value));
            let last = values.partition_point(|value| *high == Value::Null || reaches(value, high));
            (first..last).collect()
        };
        self.values.iter().map(inside).collect()
    }
}

/// The points of traces along the axis that is brushed, or along both sides of a box.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes(Vec<Axis>);

impl Axes {
    /// The places of the points in a range or box, for each trace.
    pub fn selected(&self, selection: &Selection) -> Places {
        match (self.0.as_slice(), selection) {
            ([along], Selection::Between(low, high)) => along.between(low, high),
            ([across, up], Selection::Box([[left, right], [low, high]])) => {
                let mut places = across.between(left, right);
                for (places, values) in places.iter_mut().zip(&up.values) {
                    places.retain(|&place| is_between(&values[place], low, high));
                }
                places
            }
            _ => Vec::new(),
        }
    }
}

/// Where the points of a chart's traces stand along the axes that the reader brushes; none if there is no such axis.
pub fn axes(chart: &Chart, answer: &Answer, select: &Select) -> Option<Axes> {
    let channels = match select {
        Select::Values(_) => return None,
        Select::Interval(_) => vec![brushed(chart)?],
        Select::Box(_) => boxed(chart)?.to_vec(),
    };
    let parts = parts(chart, answer);
    Some(Axes(channels.into_iter().map(|channel| axis(chart, &parts, channel.term)).collect()))
}

fn axis(chart: &Chart, parts: &[Part], term: Term) -> Axis {
    let along = |part: &Part| part.points.iter().map(|point| part.value(point, term).clone()).collect::<Vec<_>>();
    let values: Vec<Vec<Value>> = parts.iter().map(along).collect();
    let ascends = values.iter().all(|values| values.is_sorted_by(reaches));
    Axis { values: of_traces(chart, values), ascends }
}

/// True if one value is not above another of its kind; days and moments are compared as text, which their notation allows.
fn reaches(low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) => low <= high,
        (Value::Text(low), Value::Text(high)) => low <= high,
        _ => false,
    }
}

/// True for a value in a range, both ends included; null leaves an end open.
pub fn is_between(value: &Value, low: &Value, high: &Value) -> bool {
    *value != Value::Null
        && (*low == Value::Null || reaches(low, value))
        && (*high == Value::Null || reaches(value, high))
}

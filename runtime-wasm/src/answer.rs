//! What the engine gives back: the rows of an answer, and what each view shows of them, ready to be drawn.

use crate::plan::Value;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The rows of an answer, column by column: keys first, then measures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// One column for each key.
    pub keys: Vec<Vec<Value>>,
    /// One column for each measure.
    pub measures: Vec<Vec<Value>>,
    /// How many rows there are in each of them.
    pub rows: usize,
    /// How many there would be without the question's limit.
    pub total: usize,
}

/// What a page shows after an update: by view id, only the views that changed.
pub type Update = BTreeMap<String, Shown>;

/// What one view shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A chart's plotly traces, to be drawn with the layout of its plan.
    Traces(Vec<Json>),
    /// Values for the points of a chart that are known from when its brush was entered.
    Points {
        /// The array of each trace that has the values: `x` or `y`.
        axis: &'static str,
        /// Where they begin among the session's [`points`](crate::session::Session::points), trace after trace.
        at: usize,
        /// How many there are for each trace.
        lengths: Vec<usize>,
        /// True if only some of the points are shown: their places follow the values. Otherwise all are.
        picked: bool,
        /// Where points are selected in the chart itself, how many of each trace: their places follow.
        #[serde(skip_serializing_if = "Option::is_none")]
        selected: Option<Vec<usize>>,
    },
    /// Other selected points in a chart's traces, which stay as they are otherwise.
    Selected {
        /// Where their places begin among the session's [`points`](crate::session::Session::points).
        at: usize,
        /// How many there are for each trace.
        lengths: Vec<usize>,
    },
    /// The values that an input offers under the other filters, and how many rows each would leave.
    Options {
        /// In the order to show.
        values: Vec<Value>,
        /// As many as values.
        counts: Vec<f64>,
    },
    /// A metric's or a sentence's value, written out, and as it is.
    Value {
        /// As the reader sees it.
        text: String,
        /// As it is.
        value: Value,
    },
    /// A table's rows.
    Rows {
        /// Each row's cells, written out.
        rows: Vec<Vec<String>>,
        /// How many rows there would be without the table's limit.
        total: usize,
    },
    /// The view's data is still on its way.
    Waiting,
    /// The view cannot be answered: what went wrong, in a sentence.
    Error(String),
}

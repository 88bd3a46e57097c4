//! What the engine gives back: the rows of an answer, and what each view shows of them, ready to be drawn.

use crate::json::Json;
use crate::plan::{ByName, Value};
use serde::Serialize;

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
pub type Update = ByName<Shown>;

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
        /// In the order to show; none where they are all that the input offers without filters.
        #[serde(skip_serializing_if = "Option::is_none")]
        values: Option<Vec<Value>>,
        /// As many as values.
        counts: Vec<f64>,
    },
    /// A metric's or a sentence's value, written out, and as it is.
    Value {
        /// As the reader sees it.
        text: String,
        /// As it is.
        value: Value,
        /// What it is compared with, if there is such a value.
        #[serde(skip_serializing_if = "Option::is_none")]
        delta: Option<Delta>,
        /// Its values along time, as shares between their lowest and highest.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        sparkline: Vec<Option<f64>>,
    },
    /// Lines of a table.
    Rows(Lines),
    /// The answer itself, for a component.
    Answer {
        /// Column by column: keys first, then measures.
        columns: Vec<Vec<Value>>,
        /// How many rows there would be without the question's limit.
        total: usize,
    },
    /// The view's data is still on its way.
    Waiting,
    /// The view cannot be answered: what went wrong, in a sentence.
    Error(String),
}

/// How a value differs from another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Delta {
    /// The difference, written out: `+12.3%`.
    pub text: String,
    /// The other value, written out.
    pub base: String,
    /// -1 for less, 0 for the same, 1 for more.
    pub direction: i8,
}

/// Some of the lines that a table shows under a state, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lines {
    /// Each line's cells.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows the table would have without its limit, or how many are found.
    pub total: usize,
    /// How many lines it has, heads of groups among them.
    pub lines: usize,
    /// Which line the first of `rows` is.
    #[serde(skip_serializing_if = "is_zero")]
    pub from: usize,
    /// What each line selects, in a table in which rows are selected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Vec<Value>>,
    /// Which of `rows` are heads of groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Head>,
    /// The cells of the line of totals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<Cell>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A line above the rows of a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// Its place among the lines that are given.
    pub at: usize,
    /// The group.
    pub value: Value,
    /// How many rows it has.
    pub count: usize,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// A value, written out.
    Text(String),
    /// What a link or an image is called, and its address.
    Address(String, String),
    /// A value, written out, and what is drawn of it, in shares: a bar's ends, the place of a colour, a line's points.
    Shape(String, Vec<Option<f64>>),
}

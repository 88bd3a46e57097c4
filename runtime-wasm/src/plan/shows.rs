//! What a view shows of its answer: a chart, an input, a metric, a table or a value.

use super::{Kind, Term, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The kinds of view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// A plotly figure.
    Chart(Chart),
    /// A control that filters.
    Input(Input),
    /// One value in a card.
    Metric(Metric),
    /// Rows and columns of text.
    Table(TableView),
    /// One value inside a sentence.
    Value(Format),
}

/// A chart: how the columns of the answer become a plotly figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// A name of the chart registry: `bar`, `line`, …
    pub kind: String,
    /// The encodings that take columns, in the order of the chart type's definition; an encoding that takes several has one entry for each.
    pub channels: Vec<Channel>,
    /// The other encodings, as given: `barmode`, `log_x`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, Json>,
    /// The order of categories, by encoding, fixed at build from the unfiltered answer, so that colours and places stay when filters change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, Vec<Value>>,
    /// The order in which the page gives the categories of the colored column the colors of its palette; none stands for the
    /// order of the chart's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colors: Vec<Value>,
    /// What all traces share, made at build.
    #[serde(default)]
    pub trace: Json,
    /// The plotly layout, made at build.
    #[serde(default)]
    pub layout: Json,
}

/// One encoding of a chart bound to a column of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// The encoding's name: `x`, `y`, `color`, …
    pub role: String,
    /// The column of the answer.
    pub term: Term,
    /// What to call it on axes and in hover text.
    pub label: String,
    /// The type of its values.
    pub kind: Kind,
    /// d3-format of its numbers in hover text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// An input: a control whose choices come from its question.
///
/// The question of a choice input groups by the column and counts rows; that of a range asks for the column's distinct values or bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// A name of the input registry: `dropdown`, `range-slider`, …
    pub kind: String,
    /// What to call it.
    pub label: String,
    /// What it says while nothing is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// The type of the column's values.
    pub column: Kind,
    /// Lowest value of the unfiltered column, for ranges.
    pub min: Value,
    /// Highest value of the unfiltered column, for ranges.
    pub max: Value,
    /// The distance between two positions of a slider; none lets it stop at each distinct value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// The distinct values of the unfiltered column, for choices and for sliders without a step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Named ranges, for date ranges: a name, first and last day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<(String, Value, Value)>,
    /// d3-format of numbers shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// A metric card: the first value of the answer (its first measure, else its first key).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// What to call it.
    pub label: String,
    /// How to write it.
    pub format: Format,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Format {
    /// The column of the answer.
    pub term: Term,
    /// The type of its values.
    pub kind: Kind,
    /// d3-format for numbers; without it integers have thousands separators, others up to two decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// A table on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableView {
    /// Its columns from left to right.
    pub columns: Vec<TableColumn>,
    /// Rows shown at a time; the rest is paged.
    pub page_size: usize,
}

/// A column of a table view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// What to call it.
    pub label: String,
    /// What it shows and how.
    pub format: Format,
}

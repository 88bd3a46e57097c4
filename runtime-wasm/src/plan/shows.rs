//! What a view shows of its answer: a chart, an input, a metric, a table or a value.

use super::{ByName, Kind, Term, Value};
use crate::json::Json;
use serde::{Deserialize, Serialize};

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
    /// What a module of the author's draws.
    Component(Component),
    /// Nothing by itself: a question that another view asks besides its own.
    Detail {
        /// A column of time: clauses over it are moved to the period before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Nothing by itself: what is chosen in a chart's legend, which does not filter that chart.
    Legend {
        /// The chart, by position.
        chart: usize,
    },
}

impl Shows {
    /// True if the reader sees it.
    pub fn is_seen(&self) -> bool {
        !matches!(self, Shows::Detail { .. } | Shows::Legend { .. })
    }
}

/// A chart: how the columns of the answer become a plotly figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// A name of the chart registry: `bar`, `line`, …
    pub kind: String,
    /// The encodings that take columns, in the order of the chart type's definition; an encoding that takes several has one entry for each.
    pub channels: Vec<Channel>,
    /// The other encodings, as given: `barmode`, `log_x`, …
    #[serde(default, skip_serializing_if = "ByName::is_empty", deserialize_with = "super::names::read")]
    pub options: ByName<Json>,
    /// The order of categories, by encoding, fixed at build from the unfiltered answer, so that colours and places stay when filters change.
    #[serde(default, skip_serializing_if = "ByName::is_empty", deserialize_with = "super::names::read")]
    pub categories: ByName<Vec<Value>>,
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
/// What only the page needs to draw it, the browser's engine does not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// A name of the input registry: `dropdown`, `range-slider`, …
    pub kind: String,
    /// What to call it.
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub label: String,
    /// What it says while nothing is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub placeholder: Option<String>,
    /// The type of the column's values.
    pub column: Kind,
    /// Lowest value of the unfiltered column, for ranges.
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub min: Value,
    /// Highest value of the unfiltered column, for ranges.
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub max: Value,
    /// The distance between two positions of a slider; none lets it stop at each distinct value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub step: Option<f64>,
    /// The distinct values of the unfiltered column, for choices and for sliders without a step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Named ranges, for date ranges: a name, first and last day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub presets: Vec<(String, Value, Value)>,
    /// d3-format of numbers shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub format: Option<String>,
    /// What a toggle chooses when it is on, and when it is off; null is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub states: Option<[Value; 2]>,
    /// Headings over the values, each with how many of them stand below it, if the author asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub groups: Vec<(Value, usize)>,
    /// What stands before a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub prefix: Option<String>,
    /// What stands behind a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub suffix: Option<String>,
    /// How many lines a text has, if it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub rows: Option<usize>,
    /// True if readers see it but cannot change it.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub disabled: bool,
    /// True if choices wait for the reader to apply them.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub apply: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A metric card: the first value of the answer (its first measure, else its first key).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// What to call it.
    pub label: String,
    /// How to write it.
    pub format: Format,
    /// What its value is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
    /// The view, by position, that has its values along time: its only key and its only measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sparkline: Option<usize>,
}

/// What a metric's value is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compare {
    /// The other value.
    pub with: Base,
    /// What to call that: `vs previous period`.
    pub label: String,
    /// Which colour a difference has.
    #[serde(default)]
    pub delta_color: DeltaColor,
}

/// The value that a metric's is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// A column of the same answer.
    Term(Term),
    /// A number of the author's.
    Number(f64),
    /// The same in the period before the one that the reader has chosen.
    Previous {
        /// The view, by position, that asks for it.
        view: usize,
        /// The first day of all data.
        first: Value,
        /// The last one.
        last: Value,
    },
}

/// Which colour a difference has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaColor {
    /// More is good.
    #[default]
    Normal,
    /// Less is good.
    Inverse,
    /// None.
    Off,
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
    /// Rows shown at a time; the rest is reached by scrolling.
    pub page_size: usize,
    /// Whether its reader can search in it; where the author does not say, if it has more rows than it shows at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<bool>,
    /// The totals under its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Summary>,
    /// What its rows are put together by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<TableGroups>,
}

/// A column of a table view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// What to call it.
    pub label: String,
    /// What it shows and how.
    pub format: Format,
    /// How its cells are drawn.
    #[serde(default, skip_serializing_if = "Look::is_text")]
    pub look: Look,
    /// In CSS pixels, if the author says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
}

/// How the cells of a table's column are drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The value, written.
    #[default]
    Text,
    /// A link to the value, an address; called by another column of the answer if there is one.
    Link(Option<Term>),
    /// The image at the value, an address; described by another column of the answer if there is one.
    Image(Option<Term>),
    /// A bar from zero behind the value.
    Bar,
    /// A background between two colours.
    Heat,
    /// A line of values along time: of the view at this position, whose keys are those of the table and one of time.
    Sparkline(usize),
    /// The same values as bars from zero.
    Bars(usize),
    /// The same values as an area over zero.
    Area(usize),
    /// A tick for what is true.
    Checkbox,
    /// The values of a JSON list, or those between commas, one by one.
    List,
    /// JSON that folds.
    Json,
}

impl Look {
    /// True for plain text.
    pub fn is_text(&self) -> bool {
        *self == Look::Text
    }

    /// The view, by position, that has the values along time.
    pub fn trend(&self) -> Option<usize> {
        match self {
            Look::Sparkline(view) | Look::Bars(view) | Look::Area(view) => Some(*view),
            _ => None,
        }
    }
}

/// What is computed over many rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The view, by position, that asks for it.
    pub view: usize,
    /// For each column of the table what stands in it, of that view's answer.
    pub cells: Vec<Option<Term>>,
}

/// What a table's rows are put together by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableGroups {
    /// What to call it.
    pub label: String,
    /// The column of the answer.
    pub by: Format,
    /// Subtotals; the view's only key is the same.
    pub summary: Summary,
}

/// A view that a module of the author's draws; it is given the answer. The engine reads nothing of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// What the module is given.
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub columns: Vec<ComponentColumn>,
    /// What the columns are called that it selects by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub keys: Vec<String>,
    /// The author's settings.
    #[serde(default)]
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub options: Json,
}

/// A column that a component is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentColumn {
    /// What the module calls it.
    pub name: String,
    /// What readers call it.
    pub label: String,
    /// The column of the answer.
    pub term: Term,
    /// The type of its values.
    pub kind: Kind,
}

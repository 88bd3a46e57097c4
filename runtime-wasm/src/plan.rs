//! The contract between build and browser: what a page's tables, views and clauses are, bound to columns, ready to answer.

use crate::locale::Locale;
use serde::{Deserialize, Serialize};

mod measure;
mod names;
mod origin;
mod parts;
#[cfg(any(test, target_arch = "wasm32"))]
mod read;
mod shows;
mod value;

pub use measure::{Aggregate, Measure, Operator, share};
pub use names::ByName;
pub use origin::{ChoicePart, Comparison, Condition, Domain, Operand, Origin, Query};
pub use parts::{GROUPING, GroupingSet, GroupingSets, Part, Partial};
#[cfg(any(test, target_arch = "wasm32"))]
pub use read::read;
pub use shows::{
    Base, Channel, Chart, Compare, Component, ComponentColumn, DeltaColor, Format, Input, Look, Metric, Shows, Summary,
    TableColumn, TableGroups, TableView,
};
pub use value::Value;

/// Everything one page needs to answer its reader: the tables behind it, the views on it, the state it starts in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The tables, in the order of their slices.
    pub tables: Vec<Table>,
    /// The views in the order of the page.
    pub views: Vec<View>,
    /// The state before the reader does anything: the inputs' defaults.
    pub state: State,
    /// How the page writes numbers and days.
    #[serde(default, skip_serializing_if = "Locale::is_usual")]
    pub locale: Locale,
}

impl Plan {
    /// The columns, in the table of a view, that an owner's clauses filter it by; none if they do not reach it: it is the
    /// owner itself or its legend, its table lacks a column, or it ignores one.
    pub fn filters(&self, owner: usize, view: usize) -> Option<Vec<Key>> {
        let (selecting, filtered) = self.views.get(owner).zip(self.views.get(view)).filter(|_| owner != view)?;
        let is_own = matches!(selecting.shows, Shows::Legend { chart } if chart == view);
        if is_own || matches!(filtered.shows, Shows::Legend { .. }) || !selecting.purpose.is_filter() {
            return None;
        }
        let (from, to) = self.tables.get(selecting.table).zip(self.tables.get(filtered.table))?;
        let keys = selecting.select.as_ref()?.keys();
        let here = |key: &Key| {
            let name = &from.columns.get(key.column)?.name;
            let column = to.columns.iter().position(|column| column.name == *name)?;
            (!filtered.ignore.contains(name)).then_some(Key { column, grain: key.grain })
        };
        keys.iter().map(here).collect()
    }

    /// True if anything on the page is approximate: only an engine with sketches answers it.
    pub fn is_approximate(&self) -> bool {
        let queries = self.tables.iter().filter_map(|table| match &table.origin {
            Origin::Query(query) => Some(&query.question),
            _ => None,
        });
        let mut leaves = Vec::new();
        let questions = self.views.iter().map(|view| &view.question).chain(queries);
        questions.flat_map(|question| &question.measures).for_each(|measure| measure.leaves(&mut leaves));
        leaves.into_iter().any(|(function, _)| function.sketch().is_some())
    }
}

/// A table as the page needs it: a name, its columns, and the files that hold it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The name that the author gave it.
    pub name: String,
    /// Its columns; keys and measures name them by position.
    pub columns: Vec<Column>,
    /// What its files hold, in the order in which a page loads them; none stands for one file with every row and column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Where its rows come from, if not from files.
    #[serde(default, skip_serializing_if = "Origin::is_files")]
    pub origin: Origin,
}

impl Table {
    /// What the table's files hold.
    pub fn files(&self) -> Vec<Part> {
        match self.parts.as_slice() {
            [] => vec![Part::Rows((0..self.columns.len()).collect())],
            parts => parts.to_vec(),
        }
    }
}

/// A column's name and type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name in SQL; a computed column is named by its expression.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
}

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A string: a category.
    Text,
    /// A 64-bit integer.
    Integer,
    /// A 64-bit float.
    Float,
    /// An exact decimal: an integer scaled by a power of ten.
    Decimal {
        /// Digits after the point.
        scale: u8,
    },
    /// True or false.
    Boolean,
    /// A calendar day, as days since 1970-01-01.
    Date,
    /// A moment without time zone, as microseconds since 1970-01-01.
    Timestamp,
    /// What a group's values were like, as bytes: only in a file of groups.
    Sketch,
}

impl Kind {
    /// True for the kinds that can be summed.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Integer | Kind::Float | Kind::Decimal { .. })
    }

    /// True for days and moments.
    pub fn is_time(self) -> bool {
        matches!(self, Kind::Date | Kind::Timestamp)
    }
}

/// One thing on the page that shows an answer or takes a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Unique on its page; names the owner of the clauses that it makes, and its key in the page's URL.
    pub id: String,
    /// The table it asks, by position.
    pub table: usize,
    /// Columns whose clauses do not filter this view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// How the reader selects in it, if at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<Select>,
    /// What its selection does.
    #[serde(default, skip_serializing_if = "Purpose::is_filter")]
    pub purpose: Purpose,
    /// What it asks of its table.
    pub question: Question,
    /// What it shows of the answer.
    pub shows: Shows,
}

/// What a selection in a view does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It filters other views.
    #[default]
    Filter,
    /// It is only a parameter of queries.
    Parameter,
}

impl Purpose {
    /// True for what filters other views.
    pub fn is_filter(&self) -> bool {
        *self == Purpose::Filter
    }
}

/// A question to a table: group by the keys, compute the measures, order, limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What to group by; none gives one row over all.
    pub keys: Vec<Key>,
    /// What to compute for each group.
    pub measures: Vec<Measure>,
    /// Whether rows with equal keys become one.
    #[serde(default)]
    pub rows: Rows,
    /// The order of the answer's rows; ties, and an empty list, go by the keys ascending with nulls last (groups) or by the slice's order (each).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Order>,
    /// At most so many rows, after ordering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Which groups of one key are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<Top>,
}

/// Tells apart only the groups of a key of text for which the first measure is largest, as it is by this key alone; of
/// equal ones those that come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// `question.keys[i]`
    pub key: usize,
    /// How many groups.
    pub count: usize,
    /// What all others together are called, a group that comes last; without a name they are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

/// Whether a question's rows are groups or the table's own rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// One row for each distinct combination of keys.
    #[default]
    Groups,
    /// One row for each row that passes the filters; there are no measures.
    Each,
}

/// A column to group by, at a grain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The column, by position in its table.
    pub column: usize,
    /// How fine.
    #[serde(default)]
    pub grain: Grain,
}

/// How a column's values are put into groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Each distinct value is a group.
    #[default]
    Value,
    /// `date_trunc`: the group is named by its first moment.
    Time(TimeGrain),
    /// Equal numeric bins `[start + i·width, start + (i+1)·width)`, the last one closed; the group is named by its left edge. Values outside belong to no group.
    Bin {
        /// Left edge of the first bin.
        start: f64,
        /// Width of each bin.
        width: f64,
        /// How many bins.
        count: u32,
    },
}

/// The fields of SQL's `date_trunc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeGrain {
    /// First of January.
    Year,
    /// First day of a quarter.
    Quarter,
    /// First day of a month.
    Month,
    /// Monday, as in ISO 8601 and PostgreSQL.
    Week,
    /// Midnight.
    Day,
    /// Full hour.
    Hour,
    /// Full minute.
    Minute,
}

impl TimeGrain {
    /// SQL's name.
    pub fn name(self) -> &'static str {
        match self {
            TimeGrain::Year => "year",
            TimeGrain::Quarter => "quarter",
            TimeGrain::Month => "month",
            TimeGrain::Week => "week",
            TimeGrain::Day => "day",
            TimeGrain::Hour => "hour",
            TimeGrain::Minute => "minute",
        }
    }

    /// True if each of these spans lies within one of the others.
    pub fn refines(self, other: TimeGrain) -> bool {
        let level = |grain: TimeGrain| match grain {
            TimeGrain::Minute => 0,
            TimeGrain::Hour => 1,
            TimeGrain::Day => 2,
            TimeGrain::Week => 3,
            TimeGrain::Month => 4,
            TimeGrain::Quarter => 5,
            TimeGrain::Year => 6,
        };
        self == other || (level(self) < level(other) && self != TimeGrain::Week)
    }
}

impl Grain {
    /// True if groups at this grain can be put together to groups at the other.
    pub fn refines(self, other: Grain) -> bool {
        match (self, other) {
            (Grain::Value, _) => true,
            (Grain::Time(own), Grain::Time(other)) => own.refines(other),
            (own, other) => own == other,
        }
    }
}

/// One part of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What is compared.
    pub by: Term,
    /// Largest first; nulls are last either way.
    #[serde(default)]
    pub descending: bool,
}

/// A column of an answer: a key or a measure of its question, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// `question.keys[i]`
    Key(usize),
    /// `question.measures[i]`
    Measure(usize),
}

/// How a reader's gesture in a view becomes a clause over columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Select {
    /// Picks values: one or several tuples of the keys' group names. A shorter tuple (a treemap's inner node) leaves the other keys open.
    Values(Vec<Key>),
    /// Picks a range of a column, both ends included. With a time grain or bins, the page snaps the ends to groups.
    Interval(Key),
    /// Picks a range of each of two columns: a box between two axes.
    Box([Key; 2]),
}

impl Select {
    /// The keys that its clauses are over.
    pub fn keys(&self) -> &[Key] {
        match self {
            Select::Values(keys) => keys,
            Select::Interval(key) => std::slice::from_ref(key),
            Select::Box(keys) => keys,
        }
    }

    /// The same.
    pub fn keys_mut(&mut self) -> &mut [Key] {
        match self {
            Select::Values(keys) => keys,
            Select::Interval(key) => std::slice::from_mut(key),
            Select::Box(keys) => keys,
        }
    }

    /// True if it picks ranges, not values.
    pub fn is_range(&self) -> bool {
        !matches!(self, Select::Values(_))
    }
}

/// What the reader has selected: for each owner (a view's id) at most one selection, and tables' orderings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By view id.
    #[serde(default, skip_serializing_if = "ByName::is_empty", deserialize_with = "names::read")]
    pub selections: ByName<Selection>,
    /// By id of a table view: the columns that its reader sorted by, the first deciding.
    #[serde(default, skip_serializing_if = "ByName::is_empty", deserialize_with = "names::read")]
    pub orders: ByName<Vec<ColumnOrder>>,
    /// By id of a table view: the words that its reader searches for.
    #[serde(default, skip_serializing_if = "ByName::is_empty", deserialize_with = "names::read")]
    pub searches: ByName<String>,
}

/// A selection's values, in the shape that [`Select`] of the same view asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// For `Select::Values`: a row is selected if it matches any of the tuples. Null matches null.
    In(Vec<Vec<Value>>),
    /// For `Select::Interval`: both ends included; null leaves an end open. Rows with a null are not selected.
    Between(Value, Value),
    /// For `Select::Box`: the two ends of each key's range, as in `Between`.
    Box([[Value; 2]; 2]),
    /// For `Select::Values` of text: a row is selected if its first key contains this, in whatever case.
    Contains(String),
}

/// A table view's ordering by a column of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnOrder {
    /// Position among the view's columns.
    pub column: usize,
    /// Largest first.
    pub descending: bool,
}

//! The input types: what an author may write for each, and what a reader's choice in it selects. Only the build needs them.
#![cfg(not(target_arch = "wasm32"))]

mod checklist;
mod date;
mod date_range;
mod datetime;
mod datetime_range;
mod dropdown;
mod multiselect;
mod number;
mod radio;
mod range_slider;
mod search;
mod segmented;
mod slider;
mod text;
mod toggle;

use crate::charts::{Encoding, Takes};
use crate::plan::{Key, Kind, Select};

/// An input type: the second word of an `input` fence.
pub struct InputType {
    /// The word.
    pub name: &'static str,
    /// What it lets a reader choose, in a sentence.
    pub summary: &'static str,
    /// The keys that an author may write in its block.
    pub keys: &'static [Encoding],
    /// How much a reader chooses.
    pub choice: Choice,
    /// The kinds of column that it takes.
    pub takes: fn(Kind) -> bool,
    /// The kinds of column that it takes, for messages.
    pub takes_words: &'static str,
}

/// How much a reader chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// One value, or none: then it does not filter.
    One,
    /// Any number of values; of none it does not filter.
    Several,
    /// Everything between two ends.
    Range,
    /// One value, by its place along a track, or none.
    Point,
    /// A value, or another one or none.
    Toggle,
    /// A text that a reader writes.
    Text,
    /// A text that a reader writes a part of.
    Contains,
    /// A number that a reader writes.
    Number,
    /// A day.
    Day,
    /// A minute of a day.
    Moment,
}

impl Choice {
    /// The clause over the column that such a choice becomes.
    pub fn select(self, key: Key) -> Select {
        match self {
            Choice::Range => Select::Interval(key),
            _ => Select::Values(vec![key]),
        }
    }

    /// True for a choice among values that are listed, by groups of the column.
    pub fn is_listed(self) -> bool {
        matches!(self, Choice::One | Choice::Several | Choice::Point | Choice::Toggle)
    }
}

/// All input types.
pub static INPUTS: &[&InputType] = &[
    &dropdown::DROPDOWN,
    &multiselect::MULTISELECT,
    &checklist::CHECKLIST,
    &radio::RADIO,
    &segmented::SEGMENTED,
    &toggle::TOGGLE,
    &slider::SLIDER,
    &range_slider::RANGE_SLIDER,
    &date::DATE,
    &date_range::DATE_RANGE,
    &datetime::DATETIME,
    &datetime_range::DATETIME_RANGE,
    &text::TEXT,
    &search::SEARCH,
    &number::NUMBER,
];

/// The input type of that name.
pub fn input(name: &str) -> Option<&'static InputType> {
    INPUTS.iter().copied().find(|input| input.name == name)
}

const COLUMN: Encoding =
    Encoding::required("column", Takes::Column, "The column that it filters, in every table that has it");
const LABEL: Encoding = Encoding::optional("label", Takes::Text, "What to call it; the column's name when left out");
const OPTIONS: Encoding = Encoding::optional(
    "options",
    Takes::Values,
    "The values to offer, in this order; all of the column's when left out",
);
const PLACEHOLDER: Encoding =
    Encoding::optional("placeholder", Takes::Text, "What it says while nothing is chosen; `All` when left out");
const MIN: Encoding = Encoding::optional("min", Takes::Value, "The lowest value; the column's own when left out");
const MAX: Encoding = Encoding::optional("max", Takes::Value, "The highest value; the column's own when left out");
const STEP: Encoding = Encoding::optional(
    "step",
    Takes::Number { min: f64::MIN_POSITIVE, max: f64::MAX },
    "The distance between two positions; each of the column's values is one when left out",
);
const APPLY: Encoding = Encoding::optional(
    "apply",
    Takes::Choice(&["button"]),
    "`button`: what is chosen counts when the reader presses Apply, with all other such inputs",
);
const GROUP_BY: Encoding =
    Encoding::optional("group_by", Takes::Column, "A column whose values are headings over those of `column`");
const PREFIX: Encoding = Encoding::optional("prefix", Takes::Text, "What stands before the field, such as `$`");
const SUFFIX: Encoding = Encoding::optional("suffix", Takes::Text, "What stands behind the field, such as a unit");
const FORMAT: Encoding = Encoding::optional("format", Takes::Text, "d3-format of the numbers shown");

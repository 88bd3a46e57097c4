//! `input datetime-range`: from a minute to a minute, or one of the author's named ranges.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, MAX, MIN};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static DATETIME_RANGE: InputType = InputType {
    name: "datetime-range",
    summary: "From a minute of a day to another one, or one of several named ranges",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Range, "The range at first, or a preset's name; all when left out"),
        Encoding::optional("presets", Takes::Presets, "Named ranges of days to offer, such as `last 30 days`, `all`"),
        MIN,
        MAX,
        APPLY,
    ],
    choice: Choice::Range,
    takes: |kind| kind == Kind::Timestamp,
    takes_words: "a column of moments",
};

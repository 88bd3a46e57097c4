//! `input date-range`: from a day to a day, or one of the author's named ranges.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, MAX, MIN};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static DATE_RANGE: InputType = InputType {
    name: "date-range",
    summary: "From a day to a day, or one of several named ranges",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Range, "The range at first, or a preset's name; all when left out"),
        Encoding::optional(
            "presets",
            Takes::Presets,
            "Named ranges to offer, such as `last 30 days`, `this quarter`, `all`",
        ),
        MIN,
        MAX,
        APPLY,
    ],
    choice: Choice::Range,
    takes: Kind::is_time,
    takes_words: "a column of days or moments",
};

//! `input datetime`: a minute of a day.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, MAX, MIN};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static DATETIME: InputType = InputType {
    name: "datetime",
    summary: "A minute of a day; without a column any moment as a parameter",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional(
            "default",
            Takes::Value,
            "The moment at first, as in `2024-03-31T18:30`; none when left out",
        ),
        MIN,
        MAX,
        APPLY,
    ],
    choice: Choice::Moment,
    takes: |kind| kind == Kind::Timestamp,
    takes_words: "a column of moments",
};

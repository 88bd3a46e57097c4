//! `input date`: a day.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, MAX, MIN};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static DATE: InputType = InputType {
    name: "date",
    summary: "A day; without a column any day as a parameter",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Value, "The day at first; none when left out"),
        MIN,
        MAX,
        APPLY,
    ],
    choice: Choice::Day,
    takes: Kind::is_time,
    takes_words: "a column of days or moments",
};

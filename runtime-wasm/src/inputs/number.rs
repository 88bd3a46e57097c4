//! `input number`: a number that a column has to be.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, MAX, MIN, PLACEHOLDER, PREFIX, STEP, SUFFIX};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static NUMBER: InputType = InputType {
    name: "number",
    summary: "A number that the column has to be; without a column any number as a parameter",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Value, "The number at first; none when left out"),
        MIN,
        MAX,
        STEP,
        PLACEHOLDER,
        PREFIX,
        SUFFIX,
        APPLY,
    ],
    choice: Choice::Number,
    takes: Kind::is_number,
    takes_words: "a column of numbers",
};

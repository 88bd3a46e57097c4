//! `input text`: a text that a column has to be.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, PLACEHOLDER, PREFIX, SUFFIX};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static TEXT: InputType = InputType {
    name: "text",
    summary: "A text that the column has to be; without a column any text as a parameter",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Text, "What stands there at first; nothing when left out"),
        PLACEHOLDER,
        PREFIX,
        SUFFIX,
        Encoding::optional("rows", Takes::Number { min: 2.0, max: 100.0 }, "How many lines it has; one when left out"),
        APPLY,
    ],
    choice: Choice::Text,
    takes: |kind| kind == Kind::Text,
    takes_words: "a column of text",
};

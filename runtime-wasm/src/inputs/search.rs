//! `input search`: words that a column has to contain.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, PLACEHOLDER, PREFIX, SUFFIX};
use crate::charts::{Encoding, Takes};
use crate::plan::Kind;

/// The input type.
pub static SEARCH: InputType = InputType {
    name: "search",
    summary: "Words that a column has to contain, in whatever case",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Text, "What stands there at first; nothing when left out"),
        PLACEHOLDER,
        PREFIX,
        SUFFIX,
        APPLY,
    ],
    choice: Choice::Contains,
    takes: |kind| kind == Kind::Text,
    takes_words: "a column of text",
};

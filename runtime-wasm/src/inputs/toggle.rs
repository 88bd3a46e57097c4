//! `input toggle`: one value, on or off.

use super::{APPLY, COLUMN, Choice, InputType, LABEL};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static TOGGLE: InputType = InputType {
    name: "toggle",
    summary: "One value, on or off; without a column true or false as a parameter",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("value", Takes::Value, "The value that it chooses when it is on; `true` when left out"),
        Encoding::optional("default", Takes::Flag, "Whether it is on at first; off when left out"),
        APPLY,
    ],
    choice: Choice::Toggle,
    takes: |_| true,
    takes_words: "any column",
};

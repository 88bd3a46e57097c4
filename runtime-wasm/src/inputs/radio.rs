//! `input radio`: one value out of a few, all of them in sight.

use super::{APPLY, COLUMN, Choice, GROUP_BY, InputType, LABEL, OPTIONS, PLACEHOLDER};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static RADIO: InputType = InputType {
    name: "radio",
    summary: "One value out of a few, all of them in sight",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Value, "What is chosen at first; nothing when left out"),
        OPTIONS,
        GROUP_BY,
        PLACEHOLDER,
        APPLY,
    ],
    choice: Choice::One,
    takes: |_| true,
    takes_words: "any column",
};

//! `input segmented`: one value out of a few, side by side.

use super::{APPLY, COLUMN, Choice, InputType, LABEL, OPTIONS, PLACEHOLDER};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static SEGMENTED: InputType = InputType {
    name: "segmented",
    summary: "One value out of a few, side by side",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Value, "What is chosen at first; nothing when left out"),
        OPTIONS,
        PLACEHOLDER,
        APPLY,
    ],
    choice: Choice::One,
    takes: |_| true,
    takes_words: "any column",
};

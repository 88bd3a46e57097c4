//! `input multiselect`: any number of values out of a list.

use super::{APPLY, COLUMN, Choice, GROUP_BY, InputType, LABEL, OPTIONS, PLACEHOLDER};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static MULTISELECT: InputType = InputType {
    name: "multiselect",
    summary: "Any number of values out of a list; the list offers what the other filters leave",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Values, "What is chosen at first; nothing when left out"),
        OPTIONS,
        GROUP_BY,
        PLACEHOLDER,
        APPLY,
    ],
    choice: Choice::Several,
    takes: |_| true,
    takes_words: "any column",
};

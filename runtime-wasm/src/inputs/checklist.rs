//! `input checklist`: any number of values out of a few, all of them in sight.

use super::{APPLY, COLUMN, Choice, GROUP_BY, InputType, LABEL, OPTIONS};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static CHECKLIST: InputType = InputType {
    name: "checklist",
    summary: "Any number of values out of a few, all of them in sight",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Values, "What is chosen at first; nothing when left out"),
        OPTIONS,
        GROUP_BY,
        APPLY,
    ],
    choice: Choice::Several,
    takes: |_| true,
    takes_words: "any column",
};

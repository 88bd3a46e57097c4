//! `input slider`: one value along a track.

use super::{APPLY, COLUMN, Choice, FORMAT, InputType, LABEL, MAX, MIN, STEP};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static SLIDER: InputType = InputType {
    name: "slider",
    summary: "One value along a track",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Value, "The value at first; none, that is all, when left out"),
        STEP,
        MIN,
        MAX,
        FORMAT,
        APPLY,
    ],
    choice: Choice::Point,
    takes: |kind| kind.is_number() || kind.is_time(),
    takes_words: "a column of numbers, days or moments",
};

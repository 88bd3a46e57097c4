//! `input range-slider`: from a value to a value along a track.

use super::{APPLY, COLUMN, Choice, FORMAT, InputType, LABEL, MAX, MIN, STEP};
use crate::charts::{Encoding, Takes};

/// The input type.
pub static RANGE_SLIDER: InputType = InputType {
    name: "range-slider",
    summary: "From a value to a value along a track",
    keys: &[
        COLUMN,
        LABEL,
        Encoding::optional("default", Takes::Range, "The range at first; all when left out"),
        STEP,
        MIN,
        MAX,
        FORMAT,
        APPLY,
    ],
    choice: Choice::Range,
    takes: |kind| kind.is_number() || kind.is_time(),
    takes_words: "a column of numbers, days or moments",
};

//! The keys of blocks that no chart or input type brings along.

use dashgen_runtime::charts::{Encoding, Takes};

/// The keys of every view.
pub const COMMON: [Encoding; 4] = [
    Encoding::optional("data", Takes::Text, "The table; may be left out where the page has one"),
    Encoding::optional("title", Takes::Text, "Heading of the card"),
    Encoding::optional("width", Takes::Text, "Part of the page's width: `1/4`, `1/3`, `1/2`, `2/3`, `3/4`, `full`"),
    Encoding::optional("name", Takes::Text, "The view's name, in the address and in tests"),
];

/// The keys of every chart beside its encodings.
pub const CHART: [Encoding; 5] = [
    Encoding::optional("select", Takes::Choice(&["click", "brush", "none"]), "What a gesture in the chart selects"),
    Encoding::optional("ignore", Takes::Values, "Columns whose filters do not reach the chart"),
    Encoding::optional("height", Takes::Number { min: 1.0, max: 1e6 }, "In pixels"),
    Encoding::optional("limit", Takes::Number { min: 1.0, max: 1e6 }, "Only so many of the largest categories"),
    Encoding::optional("other", Takes::Text, "What the categories that `limit` leaves over are called together"),
];

/// The keys of a metric.
pub const METRIC: [Encoding; 4] = [
    Encoding::required("value", Takes::Either, "An aggregate; or a column, with `order_by`: the first one"),
    Encoding::optional("label", Takes::Text, "What to call it"),
    Encoding::optional("format", Takes::Text, "d3-format of its number"),
    Encoding::optional("order_by", Takes::Text, "Which row's value to show, as in `sum(revenue) DESC`"),
];

/// The keys of a table.
pub const TABLE: [Encoding; 4] = [
    Encoding::optional("columns", Takes::Eithers, "Expressions, or mappings with `value`, `label` and `format`"),
    Encoding::optional("order_by", Takes::Text, "As in SQL"),
    Encoding::optional("limit", Takes::Number { min: 1.0, max: 1e15 }, "At most so many rows"),
    Encoding::optional("page_size", Takes::Number { min: 1.0, max: 1e15 }, "Rows shown at a time; 10 when left out"),
];

/// The keys' names.
pub const fn names<const N: usize>(keys: &[Encoding; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = keys[index].name;
        index += 1;
    }
    names
}

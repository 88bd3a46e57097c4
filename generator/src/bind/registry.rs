//! The keys of blocks that no chart or input type brings along.

use dashgen_runtime::charts::{Encoding, Takes};

/// The keys of every view.
pub const COMMON: [Encoding; 5] = [
    Encoding::optional("data", Takes::Text, "The table; may be left out where the page has one"),
    Encoding::optional("title", Takes::Text, "Heading of the card"),
    Encoding::optional("width", Takes::Text, "Part of the page's width: `1/4`, `1/3`, `1/2`, `2/3`, `3/4`, `full`"),
    Encoding::optional("name", Takes::Text, "The view's name, in the address and in tests"),
    Encoding::optional("help", Takes::Text, "A sentence that explains it: below an input, behind a `?` elsewhere"),
];

/// The keys of every input beside its own.
pub const INPUT: [Encoding; 1] =
    [Encoding::optional("disabled", Takes::Flag, "`true`: readers see what is chosen, but cannot change it")];

/// The keys of every chart beside its encodings.
pub const CHART: [Encoding; 8] = [
    Encoding::optional("subtitle", Takes::Text, "A line under the heading of the card"),
    Encoding::optional(
        "select",
        Takes::Choice(&["click", "brush", "brush-xy", "none"]),
        "What a gesture in the chart selects; `brush-xy`: a box between both axes",
    ),
    Encoding::optional(
        "legend",
        Takes::Choice(&LEGENDS),
        "What a click in the legend does: `filter` the page by that entry, or `hide` it in the chart, as when left out",
    ),
    Encoding::optional("ignore", Takes::Values, "Columns whose filters do not reach the chart"),
    Encoding::optional("height", Takes::Number { min: 1.0, max: 1e6 }, "In pixels"),
    Encoding::optional("aspect_ratio", Takes::Text, "Width to height, as in `16/9`, in place of a height"),
    Encoding::optional("limit", Takes::Number { min: 1.0, max: 1e6 }, "Only so many of the largest categories"),
    Encoding::optional("other", Takes::Text, "What the categories that `limit` leaves over are called together"),
];

/// The words of `legend`.
pub const LEGENDS: [&str; 2] = ["filter", "hide"];

/// The keys of a metric.
pub const METRIC: [Encoding; 9] = [
    Encoding::required("value", Takes::Either, "An aggregate; or a column, with `order_by`: the first one"),
    Encoding::optional("label", Takes::Text, "What to call it"),
    Encoding::optional("format", Takes::Text, "d3-format of its number"),
    Encoding::optional("order_by", Takes::Text, "Which row's value to show, as in `sum(revenue) DESC`"),
    Encoding::optional("compare", Takes::Measure, "`previous period`, a number, or an aggregate such as a target"),
    Encoding::optional("compare_label", Takes::Text, "What to call what it is compared with"),
    Encoding::optional(
        "period",
        Takes::Column,
        "The column of time whose selected period `previous period` goes back from; the table's only one when left out",
    ),
    Encoding::optional(
        "delta_color",
        Takes::Choice(&DELTA_COLORS),
        "`normal`: more is good; `inverse`: less is good; `off`: neither",
    ),
    Encoding::optional("sparkline", Takes::Dimension, "Groups of time, as in `date_trunc('month', date)`"),
];

/// The words of `delta_color`.
pub const DELTA_COLORS: [&str; 3] = ["normal", "inverse", "off"];

/// The keys of a table.
pub const TABLE: [Encoding; 9] = [
    Encoding::optional("columns", Takes::Eithers, "Expressions, or mappings of a column's keys"),
    Encoding::optional("order_by", Takes::Text, "As in SQL"),
    Encoding::optional("limit", Takes::Number { min: 1.0, max: 1e15 }, "At most so many rows"),
    Encoding::optional("page_size", Takes::Number { min: 1.0, max: 1e15 }, "Rows shown at a time; 10 when left out"),
    Encoding::optional(
        "search",
        Takes::Flag,
        "Whether readers can search; if there are more rows than are shown at a time when left out",
    ),
    Encoding::optional("totals", Takes::Flag, "A line of totals under the rows"),
    Encoding::optional("group_by", Takes::Dimension, "Rows are put together by it, under heads with subtotals"),
    Encoding::optional("select", Takes::Choice(&SELECTS), "`click`: rows filter the page"),
    Encoding::optional(
        "key",
        Takes::Dimensions,
        "The columns that a selected row filters by; all that rows are grouped by when left out",
    ),
];

/// What a gesture in a table selects.
pub const SELECTS: [&str; 2] = ["click", "none"];

/// The keys of a table's column.
pub const COLUMN: [Encoding; 9] = [
    Encoding::required("value", Takes::Either, "What it shows"),
    Encoding::optional("label", Takes::Text, "Its heading"),
    Encoding::optional("format", Takes::Text, "d3-format of its numbers"),
    Encoding::optional("type", Takes::Choice(&TYPES), "How its cells are drawn"),
    Encoding::optional("width", Takes::Number { min: 20.0, max: 2000.0 }, "In pixels"),
    Encoding::optional("text", Takes::Either, "What a link or an image is called"),
    Encoding::optional("x", Takes::Dimension, "The groups of time along which a sparkline runs"),
    Encoding::optional("chart", Takes::Choice(&TRENDS), "What a sparkline is; a line when left out"),
    Encoding::optional(
        "total",
        Takes::Choice(&TOTALS),
        "What stands in the line of totals; the sum of a column of numbers, the aggregate itself when left out",
    ),
];

/// How the cells of a table's column are drawn.
pub const TYPES: [&str; 13] = [
    "number",
    "currency",
    "percent",
    "date",
    "time",
    "link",
    "image",
    "bar",
    "heat",
    "sparkline",
    "checkbox",
    "list",
    "json",
];

/// What a sparkline can be.
pub const TRENDS: [&str; 3] = ["line", "bar", "area"];

/// What stands in a line of totals.
pub const TOTALS: [&str; 6] = ["sum", "avg", "min", "max", "count", "none"];

/// The keys of a component.
pub const COMPONENT: [Encoding; 9] = [
    Encoding::required("module", Takes::Text, "The ES module that draws it, a file of the site's `components/`"),
    Encoding::optional("columns", Takes::Eithers, "What it is given: expressions, or a mapping of names to them"),
    Encoding::optional("order_by", Takes::Text, "As in SQL"),
    Encoding::optional("limit", Takes::Number { min: 1.0, max: 1e15 }, "At most so many rows"),
    Encoding::optional("select", Takes::Choice(&COMPONENT_SELECTS), "Whether it selects `values` or a `range`"),
    Encoding::optional("key", Takes::Dimensions, "The column, or columns, that its selection filters the page by"),
    Encoding::optional("ignore", Takes::Values, "Columns whose filters do not reach it"),
    Encoding::optional("height", Takes::Number { min: 1.0, max: 1e6 }, "In pixels"),
    Encoding::optional("options", Takes::Map, "Settings of the module, which is given them as they are"),
];

/// What a component selects.
pub const COMPONENT_SELECTS: [&str; 3] = ["values", "range", "none"];

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

//! The keys that an author may write in a chart's block, in plotly.express's words, and what each of them takes.

/// A key of a chart's or an input's block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    /// The key.
    pub name: &'static str,
    /// What may stand behind it.
    pub takes: Takes,
    /// Whether it must be there.
    pub need: Need,
    /// What it does, in a sentence.
    pub summary: &'static str,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Its absence is a mistake.
    Required,
    /// It may be left out.
    Optional,
    /// Left out, it is this expression.
    Default(&'static str),
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// The name of a column.
    Column,
    /// An expression without aggregate.
    Dimension,
    /// One or a list of expressions without aggregate.
    Dimensions,
    /// An aggregate; in a chart without any other aggregate also a column of numbers.
    Measure,
    /// An expression, aggregate or not.
    Either,
    /// One or a list of expressions, aggregate or not.
    Eithers,
    /// true or false.
    Flag,
    /// A number within these bounds.
    Number {
        /// The lowest allowed.
        min: f64,
        /// The highest allowed.
        max: f64,
    },
    /// A text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A map from columns or expressions to what to call them.
    Labels,
    /// A d3-format for all numbers, or a map from columns or expressions to one.
    Formats,
    /// A map from columns or expressions to lists of their categories; the binder puts the lists into `Chart::categories`, by role.
    Categories,
    /// A map from categories to CSS colors.
    ColorMap,
    /// A list of CSS colors.
    Colors,
    /// A map from categories to symbols, dashes or patterns.
    LookMap,
    /// A list of symbols, dashes or patterns.
    Looks,
    /// A map with these keys.
    Options(&'static [Encoding]),
    /// A list of maps, each a layer over the chart.
    Layers,
    /// One or a list of values or of maps with these keys, of which the first names the value.
    Marks(&'static [&'static str]),
    /// The name of a color scale, or a list of CSS colors.
    Scale,
    /// `[min, max]`, numbers or days.
    Range,
    /// A value of the column.
    Value,
    /// One or a list of values of the column.
    Values,
    /// A list of named ranges of days.
    Presets,
    /// A map that is passed on as it is.
    Map,
}

impl Encoding {
    /// A key that may be left out.
    pub const fn optional(name: &'static str, takes: Takes, summary: &'static str) -> Encoding {
        Encoding { name, takes, need: Need::Optional, summary }
    }

    /// A key that must be there.
    pub const fn required(name: &'static str, takes: Takes, summary: &'static str) -> Encoding {
        Encoding { name, takes, need: Need::Required, summary }
    }

    /// A key that is this expression when left out.
    pub const fn or(name: &'static str, takes: Takes, expression: &'static str, summary: &'static str) -> Encoding {
        Encoding { name, takes, need: Need::Default(expression), summary }
    }
}

pub(crate) const X: Encoding = Encoding::required(
    "x",
    Takes::Eithers,
    "Horizontal axis: a column, an expression or an aggregate; a list draws one series for each",
);
pub(crate) const Y: Encoding = Encoding::required(
    "y",
    Takes::Eithers,
    "Vertical axis: a column, an expression or an aggregate; a list draws one series for each",
);
pub(crate) const COLOR: Encoding =
    Encoding::optional("color", Takes::Dimension, "One color and legend entry for each of its categories");
pub(crate) const TEXT: Encoding = Encoding::optional("text", Takes::Either, "Written on or beside each mark");
pub(crate) const HOVER_NAME: Encoding = Encoding::optional("hover_name", Takes::Dimension, "Heading of the hover text");
pub(crate) const HOVER_DATA: Encoding = Encoding::optional(
    "hover_data",
    Takes::Eithers,
    "Further lines of the hover text; a column without aggregate also groups",
);
pub(crate) const ORIENTATION: Encoding = Encoding::optional(
    "orientation",
    Takes::Choice(&["v", "h"]),
    "Whether values run up or to the right; found from x and y when left out",
);
pub(crate) const BARMODE: Encoding = Encoding::optional(
    "barmode",
    Takes::Choice(&["relative", "stack", "group", "overlay"]),
    "How bars of several colors share a place; `relative` stacks, below zero downwards",
);
pub(crate) const OPACITY: Encoding =
    Encoding::optional("opacity", Takes::Number { min: 0.0, max: 1.0 }, "Opacity of the marks");
pub(crate) const LOG_X: Encoding = Encoding::optional("log_x", Takes::Flag, "Logarithmic horizontal axis");
pub(crate) const LOG_Y: Encoding = Encoding::optional("log_y", Takes::Flag, "Logarithmic vertical axis");
pub(crate) const RANGE_X: Encoding = Encoding::optional("range_x", Takes::Range, "Ends of the horizontal axis");
pub(crate) const RANGE_Y: Encoding = Encoding::optional("range_y", Takes::Range, "Ends of the vertical axis");
pub(crate) const MARKERS: Encoding = Encoding::optional("markers", Takes::Flag, "A marker on each point of the line");
pub(crate) const LINE_SHAPE: Encoding = Encoding::optional(
    "line_shape",
    Takes::Choice(&["linear", "spline", "hv", "vh", "hvh", "vhv"]),
    "How points are joined",
);
pub(crate) const TITLE: Encoding = Encoding::optional("title", Takes::Text, "Heading of the chart's card");
pub(crate) const LABELS: Encoding = Encoding::optional(
    "labels",
    Takes::Labels,
    "What to call columns and expressions on axes, in legends and hover text",
);
pub(crate) const FORMAT: Encoding =
    Encoding::optional("format", Takes::Formats, "d3-format of numbers: one for all, or by column or expression");
pub(crate) const CATEGORY_ORDERS: Encoding =
    Encoding::optional("category_orders", Takes::Categories, "Order of categories, by column; those not listed follow");
pub(crate) const COLOR_MAP: Encoding =
    Encoding::optional("color_discrete_map", Takes::ColorMap, "CSS color of a category");
pub(crate) const COLOR_SEQUENCE: Encoding =
    Encoding::optional("color_discrete_sequence", Takes::Colors, "CSS colors, taken by turns");
pub(crate) const PLOTLY: Encoding =
    Encoding::optional("plotly", Takes::Map, "Raw plotly JSON, merged last: `layout`, and `traces` into each trace");
pub(crate) const SYMBOL: Encoding =
    Encoding::optional("symbol", Takes::Dimension, "One marker symbol for each of its categories");
pub(crate) const SYMBOL_SEQUENCE: Encoding =
    Encoding::optional("symbol_sequence", Takes::Looks, "Plotly's marker symbols, taken by turns");
pub(crate) const SYMBOL_MAP: Encoding =
    Encoding::optional("symbol_map", Takes::LookMap, "Plotly's marker symbol of a category");
pub(crate) const LINE_DASH: Encoding =
    Encoding::optional("line_dash", Takes::Dimension, "One dash pattern for each of its categories");
pub(crate) const LINE_DASH_SEQUENCE: Encoding =
    Encoding::optional("line_dash_sequence", Takes::Looks, "`solid`, `dot`, `dash` …, taken by turns");
pub(crate) const LINE_DASH_MAP: Encoding =
    Encoding::optional("line_dash_map", Takes::LookMap, "The dash pattern of a category");
pub(crate) const PATTERN_SHAPE: Encoding =
    Encoding::optional("pattern_shape", Takes::Dimension, "One fill pattern for each of its categories");
pub(crate) const PATTERN_SHAPE_SEQUENCE: Encoding =
    Encoding::optional("pattern_shape_sequence", Takes::Looks, "`/`, `x`, `.` …, taken by turns");
pub(crate) const PATTERN_SHAPE_MAP: Encoding =
    Encoding::optional("pattern_shape_map", Takes::LookMap, "The fill pattern of a category");
pub(crate) const LINE_GROUP: Encoding = Encoding::optional(
    "line_group",
    Takes::Dimension,
    "A line of its own for each of its categories, of the same look",
);
pub(crate) const ERROR_X: Encoding =
    Encoding::optional("error_x", Takes::Either, "Length of the error bars to both sides, or to the right");
pub(crate) const ERROR_X_MINUS: Encoding =
    Encoding::optional("error_x_minus", Takes::Either, "Length of the error bars to the left");
pub(crate) const ERROR_Y: Encoding =
    Encoding::optional("error_y", Takes::Either, "Length of the error bars up and down, or up");
pub(crate) const ERROR_Y_MINUS: Encoding =
    Encoding::optional("error_y_minus", Takes::Either, "Length of the error bars down");
pub(crate) const HISTNORM: Encoding = Encoding::optional(
    "histnorm",
    Takes::Choice(&["percent", "probability", "density", "probability density"]),
    "Each bin's share of all, or its height by the width of the bin",
);
pub(crate) const ERROR_Z: Encoding =
    Encoding::optional("error_z", Takes::Either, "Length of the error bars up and down, or up, in space");
pub(crate) const ERROR_Z_MINUS: Encoding =
    Encoding::optional("error_z_minus", Takes::Either, "Length of the error bars down, in space");
pub(crate) const CONFIG: Encoding = Encoding::optional(
    "config",
    Takes::Options(&[
        Encoding::optional("scrollZoom", Takes::Flag, "Whether the wheel zooms"),
        Encoding::optional("displayModeBar", Takes::Flag, "Whether plotly's buttons are shown: zoom, reset, picture"),
    ]),
    "Plotly's own ways to look around: `{scrollZoom, displayModeBar}`; neither when left out",
);
pub(crate) const HISTFUNC: Encoding = Encoding::optional(
    "histfunc",
    Takes::Choice(&["count", "sum", "avg", "min", "max"]),
    "What to compute of a column in each bin, where it is no aggregate",
);

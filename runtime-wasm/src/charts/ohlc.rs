//! `chart ohlc`: for each time a bar from the lowest to the highest price, with the first at its left and the last at its right.

use super::{ChartType, Selects, points};

/// The chart type.
pub static OHLC: ChartType = ChartType {
    name: "ohlc",
    selects: Selects::Position,
    traces: points::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::{Build, candlestick};

    pub const BUILD: Build = Build {
        summary: "For each time a bar of prices, with the first at its left and the last at its right",
        encodings: candlestick::ENCODINGS,
        modules: &["ohlc"],
        check: candlestick::check,
        trace: candlestick::trace,
        layout: candlestick::layout,
    };
}

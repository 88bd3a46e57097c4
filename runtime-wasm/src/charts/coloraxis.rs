//! Colors of numbers: a scale beside the chart instead of one color for each category.

use crate::plan::{Channel, Kind, Term};

/// True for a channel whose numbers are colored along a scale: aggregates and fractions, not the whole numbers of a column.
pub fn is_scale(channel: &Channel) -> bool {
    match channel.kind {
        Kind::Float | Kind::Decimal { .. } => true,
        Kind::Integer => matches!(channel.term, Term::Measure(_)),
        _ => false,
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use build::{COLOR_MIDPOINT, COLOR_SCALE, RANGE_COLOR, SCALES, coloraxis};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::{Encoding, Takes};
    use crate::json::{Json, json};
    use crate::plan::{Channel, Chart};

    pub const COLOR_SCALE: Encoding = Encoding::optional(
        "color_continuous_scale",
        Takes::Scale,
        "Colors of numbers from the lowest to the highest: a plotly name such as `Viridis`, or a list of CSS colors",
    );
    pub const RANGE_COLOR: Encoding =
        Encoding::optional("range_color", Takes::Range, "Numbers at the ends of the color scale");
    pub const COLOR_MIDPOINT: Encoding = Encoding::optional(
        "color_continuous_midpoint",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        "The number in the middle of the color scale, as in a comparison with a target",
    );

    /// The scales that plotly.js has by name.
    pub const SCALES: [&str; 18] = [
        "Blackbody",
        "Bluered",
        "Blues",
        "Cividis",
        "Earth",
        "Electric",
        "Greens",
        "Greys",
        "Hot",
        "Jet",
        "Picnic",
        "Portland",
        "Rainbow",
        "RdBu",
        "Reds",
        "Viridis",
        "YlGnBu",
        "YlOrRd",
    ];

    /// The layout's color axis for a channel of numbers; without an author's scale the theme's.
    pub fn coloraxis(chart: &Chart, channel: &Channel) -> Json {
        let mut axis = json!({ "colorbar": { "title": { "text": channel.label, "side": "right" } } });
        if let Some(format) = &channel.format {
            axis["colorbar"]["tickformat"] = json!(format);
        }
        match chart.options.get("color_continuous_scale") {
            Some(Json::Array(colors)) => axis["colorscale"] = steps(colors),
            Some(name) => axis["colorscale"] = name.clone(),
            None => {}
        }
        if let Some([low, high]) = chart.options.get("range_color").and_then(Json::as_array).map(Vec::as_slice) {
            axis["cmin"] = low.clone();
            axis["cmax"] = high.clone();
        } else if let Some(middle) = chart.options.get("color_continuous_midpoint") {
            axis["cmid"] = middle.clone();
        }
        axis
    }

    /// Colors at equal distances from 0 to 1.
    fn steps(colors: &[Json]) -> Json {
        let last = colors.len().saturating_sub(1).max(1) as f64;
        colors.iter().enumerate().map(|(place, color)| json!([place as f64 / last, color])).collect()
    }
}

//! `chart funnel_area`: a funnel whose stages have areas in proportion to their values.

use super::{ChartType, Selects, pie};

/// The chart type.
pub static FUNNEL_AREA: ChartType = ChartType {
    name: "funnel_area",
    selects: Selects::Role("names"),
    traces: pie::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::pie::{NAMES, VALUES};
    use crate::charts::{Build, check, hover, layout};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "A funnel whose stages have areas in proportion to their values",
        encodings: &[NAMES, VALUES, OPACITY, TITLE, LABELS, FORMAT, CATEGORY_ORDERS, COLOR_MAP, COLOR_SEQUENCE, PLOTLY],
        modules: &["funnelarea"],
        check: check::parts,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let mut trace = json!({
            "type": "funnelarea",
            "textinfo": "label+percent",
            "hovertemplate": hover::slice(chart, question, "percent"),
        });
        if let Some(opacity) = chart.options.get("opacity") {
            trace["opacity"] = opacity.clone();
        }
        trace
    }

    fn layout(chart: &Chart, _: &Question) -> Json {
        layout::to_json(layout::base(false), chart)
    }
}

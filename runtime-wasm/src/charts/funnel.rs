//! `chart funnel`: the stages of a process, one below the other, each as wide as what is left.

use super::{ChartType, Selects, figure};

/// The chart type.
pub static FUNNEL: ChartType = ChartType {
    name: "funnel",
    selects: Selects::Position,
    traces: figure::traces,
    has_points: true,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::charts::encoding::*;
    use crate::charts::{Build, check, hover, layout, roles};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "The stages of a process, each as wide as what is left of it",
        encodings: &[
            X,
            Y,
            COLOR,
            HOVER_NAME,
            HOVER_DATA,
            ORIENTATION,
            OPACITY,
            TITLE,
            LABELS,
            FORMAT,
            CATEGORY_ORDERS,
            COLOR_MAP,
            COLOR_SEQUENCE,
            PLOTLY,
        ],
        modules: &["funnel"],
        check: check::values,
        trace,
        layout,
    };

    fn trace(chart: &Chart, question: &Question, _: &crate::answer::Answer) -> Json {
        let pattern = roles::channel(chart, roles::value(chart)).map(|value| hover::pattern(value, question));
        let value = format!("%{{value{}}}", pattern.unwrap_or_default());
        let mut trace = json!({
            "type": "funnel",
            "orientation": if roles::is_horizontal(chart) { "h" } else { "v" },
            "texttemplate": match roles::channel(chart, "color") {
                Some(_) => value,
                None => value + "<br>%{percentInitial}",
            },
            "hovertemplate": hover::bar(chart, question),
            "connector": { "line": { "width": 0 } },
            "cliponaxis": false,
        });
        if let Some(opacity) = chart.options.get("opacity") {
            trace["opacity"] = opacity.clone();
        }
        trace
    }

    /// What a number beside the widest stage takes (px).
    const BESIDE: u32 = 36;

    /// Widths are written in the stages: an axis of numbers, mirrored around zero, would say something else.
    fn layout(chart: &Chart, question: &Question) -> Json {
        let mut layout = layout::to_json(layout::cartesian(chart, question), chart);
        layout["funnelmode"] = json!("stack");
        let [along, across] = if roles::is_horizontal(chart) { ["yaxis", "xaxis"] } else { ["xaxis", "yaxis"] };
        layout[across]["visible"] = json!(false);
        layout["margin"][if roles::is_horizontal(chart) { "r" } else { "t" }] = json!(BESIDE);
        layout[along]["showgrid"] = json!(false);
        layout[along]["title"] = Json::Null;
        layout
    }
}

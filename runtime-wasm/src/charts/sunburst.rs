//! `chart sunburst`: nested rings whose angles add up, level by level.

use super::{ChartType, Selects, treemap};

/// The chart type.
pub static SUNBURST: ChartType = ChartType {
    name: "sunburst",
    selects: Selects::Role("path"),
    traces: treemap::traces,
    has_points: false,
    #[cfg(not(target_arch = "wasm32"))]
    build: build::BUILD,
};

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use crate::answer::Answer;
    use crate::charts::{Build, parents, treemap};
    use crate::json::{Json, json};
    use crate::plan::{Chart, Question};

    pub const BUILD: Build = Build {
        summary: "Nested rings whose angles add up, level by level",
        encodings: treemap::ENCODINGS,
        modules: &["sunburst"],
        check: parents::check,
        trace,
        layout: treemap::layout,
    };

    fn trace(chart: &Chart, question: &Question, answer: &Answer) -> Json {
        let mut trace = treemap::trace(chart, question, answer);
        trace["type"] = json!("sunburst");
        trace
    }
}

//! Formulas: LaTeX between dollars becomes MathML at build, which browsers draw themselves.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::ops::Range;
use std::sync::LazyLock;

static CONVERTER: LazyLock<LatexToMathML> =
    LazyLock::new(|| LatexToMathML::new(MathCoreConfig::default()).expect("no macros of ours are wrong"));

/// What is wrong with a formula, and which of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// In lower case, without a full stop.
    pub message: String,
    /// Where.
    pub range: Range<usize>,
}

/// A formula in a line of text: `$…$`.
pub fn inline(latex: &str) -> Result<String, Mistake> {
    convert(latex, MathDisplay::Inline)
}

/// A formula of its own: `$$…$$`.
pub fn block(latex: &str) -> Result<String, Mistake> {
    convert(latex, MathDisplay::Block)
}

fn convert(latex: &str, display: MathDisplay) -> Result<String, Mistake> {
    let converted = CONVERTER.convert_with_local_state(latex, display);
    converted.map(|converted| converted.mathml).map_err(|problem| {
        let message = problem.error_message();
        let mut letters = message.trim_end_matches('.').chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
        let start = latex.floor_char_boundary(problem.0.start);
        Mistake {
            message: (first + letters.as_str()).replace('"', "`"),
            range: start..latex.ceil_char_boundary(problem.0.end),
        }
    })
}

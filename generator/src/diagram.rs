//! Diagrams: Mermaid's language becomes SVG at build. Words are measured without fonts, so that every machine draws the same.

use crate::markdown::escaped;
use mermaid_rs_renderer::{ParseError, RenderOptions, Theme, render_strict};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// What is wrong with a diagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// In lower case, without a full stop.
    pub message: String,
    /// In which of its lines, from 0 on.
    pub line: usize,
}

/// Where a diagram has its colors from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// The variables of the page's theme.
    OfThePage,
    /// Its own, as in a file that stands alone.
    OfItsOwn,
}

/// A diagram as SVG whose ids begin with `id`. A page shows it under a content-security policy that knows no inline styles.
pub fn svg(text: &str, id: &str, colors: Colors) -> Result<String, Mistake> {
    let theme = if colors == Colors::OfThePage { of_the_page() } else { Theme::modern() };
    let options =
        RenderOptions { theme: Theme { font_family: MEASURED.to_owned(), ..theme }, ..RenderOptions::default() };
    let drawn = render_strict(text, options).map_err(|problem| mistake(&problem))?;
    if drawn.contains("<style") {
        return Err(Mistake { message: "this diagram cannot be drawn".to_owned(), line: 0 });
    }
    let drawn = STYLE.replace_all(&drawn, |style: &Captures| attributes(&style[1]));
    let drawn = SCRIPT.replace_all(&drawn, "");
    let drawn = ID.replace_all(&drawn, |named: &Captures| format!("{}{id}-", &named[1]));
    let font = format!("font-family=\"{MEASURED}\"");
    let drawn = drawn.replace(&font, "font-family=\"system-ui, sans-serif\"").replace(MEASURED, "sans-serif");
    Ok(drawn.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{}\" ", title(text)), 1))
}

/// A font that no machine has: the renderer then takes letters for as wide as they are on the average.
const MEASURED: &str = "dashgen-average";

static STYLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#" style="([^"]*)""#).expect("our own"));
static SCRIPT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i) (xlink:)?href="\s*(javascript|data|vbscript):[^"]*""#).expect("our own"));
static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r##"( id="|url\(#|href="#)"##).expect("our own"));

/// Inline styles as the presentation attributes that they are (SVG 2, 6.5); what a page says of size stays with the page.
fn attributes(style: &str) -> String {
    let pairs = style.split(';').filter_map(|pair| pair.split_once(':'));
    let kept = pairs.filter(|(name, _)| !matches!(name.trim(), "max-width" | "mix-blend-mode" | "aspect-ratio"));
    kept.map(|(name, value)| format!(" {}=\"{}\"", name.trim(), value.trim())).collect()
}

/// What a diagram says that it shows: Mermaid's `accTitle` or `title`.
fn title(text: &str) -> String {
    let named = |word: &str| {
        text.lines().find_map(|line| {
            let rest = line.trim().strip_prefix(word)?;
            Some(rest.strip_prefix(':').or_else(|| rest.strip_prefix(' '))?.trim().to_owned())
        })
    };
    let title = named("accTitle").or_else(|| named("title")).unwrap_or_else(|| "Diagram".to_owned());
    escaped(&title)
}

fn mistake(problem: &ParseError) -> Mistake {
    let (message, line) = match problem {
        ParseError::UnknownParticipant { name, line, .. } => (format!("nobody has declared `{name}`"), *line),
        ParseError::UnclosedSubgraph { opened_at } => ("this is not closed by `end`".to_owned(), *opened_at),
        ParseError::UnexpectedToken { line, found, .. } if *line == 1 => {
            (format!("`{found}` is no kind of diagram"), 1)
        }
        ParseError::UnexpectedToken { line, found, expected, .. } => {
            (format!("`{found}` where {expected} should stand"), *line)
        }
        ParseError::InvalidDirective { line, directive, reason, .. } => (format!("`{directive}`: {reason}"), *line),
        other => (other.to_string(), 1),
    };
    Mistake { message, line: (line as usize).saturating_sub(1) }
}

fn of_the_page() -> Theme {
    let color = |name: &str| format!("var(--{name})");
    let palette = |index: usize| color(&format!("palette-{}", index % 10 + 1));
    Theme {
        primary_color: color("surface"),
        primary_text_color: color("ink"),
        primary_border_color: color("edge"),
        line_color: color("muted"),
        secondary_color: color("sunken"),
        tertiary_color: color("page"),
        edge_label_background: color("page"),
        cluster_background: color("sunken"),
        cluster_border: color("border"),
        background: "none".to_owned(),
        sequence_actor_fill: color("surface"),
        sequence_actor_border: color("edge"),
        sequence_actor_line: color("edge"),
        sequence_note_fill: color("accent-soft"),
        sequence_note_border: color("accent"),
        sequence_activation_fill: color("sunken"),
        sequence_activation_border: color("edge"),
        text_color: color("ink"),
        git_colors: std::array::from_fn(palette),
        git_inv_colors: std::array::from_fn(|_| color("on-palette")),
        git_branch_label_colors: std::array::from_fn(|_| color("on-palette")),
        git_commit_label_color: color("ink"),
        git_commit_label_background: color("surface"),
        git_tag_label_color: color("ink"),
        git_tag_label_background: color("surface"),
        git_tag_label_border: color("edge"),
        pie_colors: std::array::from_fn(palette),
        pie_title_text_color: color("ink"),
        pie_section_text_color: color("on-palette"),
        pie_legend_text_color: color("ink"),
        pie_stroke_color: color("page"),
        pie_outer_stroke_color: color("page"),
        ..Theme::modern()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagrams_keep_to_a_strict_policy_and_to_the_themes_colors() {
        for text in [
            "flowchart LR\n  A[Orders] -->|yes| B{Late?}\n  click A href \"javascript:alert(1)\"\n",
            "sequenceDiagram\n  Reader->>Worker: state\n  Worker-->>Reader: update\n",
            "pie title Pets\n  \"Dogs\" : 3\n  \"Cats\" : 1\n",
            "gantt\n  dateFormat YYYY-MM-DD\n  One :a1, 2024-01-01, 30d\n",
            "erDiagram\n  A ||--o{ B : has\n",
            "stateDiagram-v2\n  [*] --> Idle\n",
            "classDiagram\n  Animal <|-- Duck\n",
            "mindmap\n  root\n    One\n    Two\n",
            "timeline\n  title T\n  2020 : One\n",
            "gitGraph\n  commit\n  branch next\n  commit\n",
        ] {
            let svg = svg(text, "d1", Colors::OfThePage).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"));
            for banned in [" style=", "<style", "javascript:", "<script", MEASURED, "#FFFFFF"] {
                assert!(!svg.contains(banned), "{banned} in {text}: {svg}");
            }
            assert!(svg.contains("var(--"), "{svg}");
        }
    }

    #[test]
    fn labels_are_text_and_ids_are_the_diagrams_own() {
        let svg = svg("flowchart LR\n  A[\"<script>x</script>\"] --> B\n", "d7", Colors::OfThePage).unwrap_or_default();
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{svg}");
        assert!(svg.contains("id=\"d7-") && !svg.contains("url(#arrow"), "{svg}");
    }

    #[test]
    fn mistakes_have_their_line() {
        let mistake = |text| svg(text, "d1", Colors::OfThePage).expect_err("it is wrong");
        assert_eq!(
            mistake("flowhart LR\n A --> B\n"),
            Mistake { message: "`flowhart LR` is no kind of diagram".to_owned(), line: 0 }
        );
        assert_eq!(mistake("flowchart LR\n  A --> B\n  subgraph x\n  C\n").line, 2);
        assert_eq!(mistake("flowchart LR\n  --> B\n").line, 1);
    }
}

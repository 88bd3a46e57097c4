//! The addresses in a prose, each with its place in the page's text.

use crate::diagnostics::{Diagnostics, Span};
use crate::diagram::{self, Colors};
use crate::error;
use crate::markdown::{self, Definitions, math, media};
use crate::page::Prose;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use std::ops::Range;

/// Every address that a prose names; formulas that are wrong are diagnostics.
pub fn addresses(prose: &Prose, definitions: &Definitions, diagnostics: &mut Diagnostics) -> Vec<(String, Span)> {
    if !prose.text.contains(['[', '<', '$']) && !prose.text.contains("mermaid") {
        return Vec::new();
    }
    let text = definitions.behind(&prose.text);
    let mut found = Vec::new();
    let mut code: Option<Code> = None;
    for (event, range) in markdown::events(&text).filter(|(_, range)| range.start < prose.text.len()) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let place = text[range.clone()].rfind(dest_url.as_ref()).filter(|_| !dest_url.is_empty());
                let range = place.map_or(range.clone(), |at| range.start + at..range.start + at + dest_url.len());
                found.push((dest_url.into_string(), prose.place(range)));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let places = media::addresses(&html).into_iter();
                found.extend(places.map(|(at, url)| {
                    (url.replace("&amp;", "&"), prose.place(range.start + at..range.start + at + url.len()))
                }));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if &*language == "mermaid" => {
                code = Some(Code::default());
            }
            Event::End(TagEnd::CodeBlock) => {
                code.take().into_iter().for_each(|code| code.diagram(prose, range.clone(), diagnostics));
            }
            Event::Text(text) if code.is_some() => {
                code.iter_mut().for_each(|code| code.add(&text, range.start));
            }
            Event::InlineMath(latex) => formula(&latex, math::inline(&latex), prose, range, diagnostics),
            Event::DisplayMath(latex) => formula(&latex, math::block(&latex), prose, range, diagnostics),
            _ => {}
        }
    }
    found
}

/// The lines of a listing, each with its place. In a quotation a listing comes line by line.
#[derive(Default)]
struct Code {
    lines: Vec<(usize, String)>,
}

impl Code {
    fn add(&mut self, text: &str, start: usize) {
        let mut start = start;
        for line in text.split_inclusive('\n') {
            self.lines.push((start, line.to_owned()));
            start += line.len();
        }
    }

    fn diagram(&self, prose: &Prose, whole: Range<usize>, diagnostics: &mut Diagnostics) {
        let text: String = self.lines.iter().map(|(_, line)| line.as_str()).collect();
        let Err(mistake) = diagram::svg(&text, "", Colors::OfThePage) else { return };
        let place =
            self.lines.get(mistake.line).filter(|(_, line)| !line.trim().is_empty()).map_or(whole, |(at, line)| {
                let start = at + (line.len() - line.trim_start().len());
                start..start + line.trim().len()
            });
        diagnostics.push(error!(prose.place(place), "{}", mistake.message; hint: "diagrams are Mermaid's, as in `flowchart LR` and below it `A --> B`: https://mermaid.js.org/intro/syntax-reference.html"));
    }
}

fn formula(
    latex: &str,
    converted: Result<String, math::Mistake>,
    prose: &Prose,
    range: Range<usize>,
    diagnostics: &mut Diagnostics,
) {
    let Err(mistake) = converted else { return };
    let start = range.start + (range.len() - latex.len()) / 2;
    let place = prose.place(start + mistake.range.start..start + mistake.range.end.max(mistake.range.start + 1));
    diagnostics.push(error!(place, "this formula is wrong: {}", mistake.message; hint: "formulas are LaTeX, as in `$\\frac{{a}}{{b}}$`; write `\\$` for a dollar"));
}

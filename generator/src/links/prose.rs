//! The addresses in a prose, each with its place in the page's text.

use crate::diagnostics::{Diagnostics, Span};
use crate::error;
use crate::markdown::{self, Definitions, math, media};
use crate::page::Prose;
use pulldown_cmark::{Event, Tag};
use std::ops::Range;

/// Every address that a prose names; formulas that are wrong are diagnostics.
pub fn addresses(prose: &Prose, definitions: &Definitions, diagnostics: &mut Diagnostics) -> Vec<(String, Span)> {
    if !prose.text.contains(['[', '<', '$']) {
        return Vec::new();
    }
    let text = definitions.behind(&prose.text);
    let mut found = Vec::new();
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
            Event::InlineMath(latex) => formula(&latex, math::inline(&latex), prose, range, diagnostics),
            Event::DisplayMath(latex) => formula(&latex, math::block(&latex), prose, range, diagnostics),
            _ => {}
        }
    }
    found
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

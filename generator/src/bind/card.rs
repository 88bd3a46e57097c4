//! A view's card: where it stands on its page, how it looks, and what its plan still needs from the data.

use crate::diagnostics::Span;
use crate::sources::boundaries::Boundaries;
use std::collections::BTreeMap;

/// A view's place and looks, and what its plan still needs from the data.
pub struct Card {
    /// The view, by position in the plan.
    pub view: usize,
    /// Where the author wrote it.
    pub span: Span,
    /// The heading of its card.
    pub title: String,
    /// The line under the heading, if the author gave one.
    pub subtitle: Option<String>,
    /// A map's own boundaries.
    pub boundaries: Option<Boundaries>,
    /// Columns of the page's twelve.
    pub width: u8,
    /// Height in CSS pixels, if the author gave one.
    pub height: Option<u32>,
    /// Width and height in proportion, if the author gave that.
    pub aspect: Option<(u32, u32)>,
    /// A sentence that explains the view.
    pub help: Option<String>,
    /// Which keys to cut into bins, and into how many.
    pub bins: Vec<(usize, usize)>,
    /// The order of categories that the author gave, by encoding.
    pub categories: BTreeMap<String, Vec<String>>,
    /// An input's start value or values.
    pub default: Vec<(String, Span)>,
    /// The values that a choice offers, if the author listed them.
    pub options: Vec<(String, Span)>,
    /// The ends of a range that the author set, in place of the column's own.
    pub ends: [Option<(String, Span)>; 2],
    /// A date range's named ranges.
    pub presets: Vec<(String, Span)>,
    /// The file of the module that draws a component, below `components/`.
    pub module: Option<String>,
    /// The view that has the headings of an input's values, each with its values.
    pub groups: Option<(usize, Span)>,
}

impl Card {
    pub(super) fn new(span: Span, title: String, width: u8) -> Card {
        Card {
            view: 0,
            span,
            title,
            subtitle: None,
            boundaries: None,
            width,
            height: None,
            aspect: None,
            help: None,
            bins: Vec::new(),
            categories: BTreeMap::new(),
            default: Vec::new(),
            options: Vec::new(),
            ends: [None, None],
            presets: Vec::new(),
            module: None,
            groups: None,
        }
    }
}

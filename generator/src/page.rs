//! The parse stage: a Markdown text becomes its front matter and the pieces below it, each with its place in the file.
//!
//! Parsing never fails: what cannot be understood is a diagnostic, and the rest of the page is read on.

mod directives;
pub mod fences;
pub mod front;
pub mod made;
pub mod options;
mod pieces;
pub mod values;

pub use front::{Front, KEYS as FRONT_KEYS, Layout};
pub use options::ContainerOptions;

use crate::diagnostics::{Diagnostics, FileId, Files, Span, suggest};
use crate::markdown::{self, Definitions, Heading};
use crate::site::Site;
use crate::yaml::Map;
use std::ops::Range;

/// A page of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its file.
    pub file: FileId,
    /// Its path on the site, without slashes at the ends: "" for `content/index.md`, `sales` for `content/sales.md`.
    pub path: String,
    /// What its first lines say.
    pub front: Front,
    /// True if the navigation names it.
    pub is_listed: bool,
    /// What it consists of.
    pub pieces: Vec<Piece>,
    /// Links and footnotes that any prose of the page may refer to.
    pub definitions: Definitions,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Markdown.
    Prose(Prose),
    /// A fence that runs.
    Block(Block),
    /// `::: name` … `:::`.
    Container(Container),
}

/// Markdown between blocks.
#[derive(Debug, Clone)]
pub struct Prose {
    /// Its place, without empty lines around it.
    pub span: Span,
    /// The Markdown, in which each value is a [`placeholder`](crate::markdown::placeholder) and each directive is HTML.
    pub text: String,
    /// What does not stand in the text as the author wrote it, in order.
    pub replaced: Vec<Replaced>,
    /// What the placeholders stand for, in order.
    pub values: Vec<InlineValue>,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
}

/// A value or directive, or a part of one, in a prose.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// What the author wrote.
    pub span: Span,
    /// How many bytes stand for it in the text.
    pub length: usize,
}

impl Prose {
    /// Where a part of the text stands in the page's file; what stands for something else is all of that.
    pub fn place(&self, part: Range<usize>) -> Span {
        let at = |offset: usize, end_of: fn(Span) -> usize| {
            let (mut shown, mut written) = (0, self.span.start);
            for Replaced { span, length } in &self.replaced {
                let before = span.start - written;
                if offset < shown + before {
                    break;
                }
                shown += before + length;
                written = span.end;
                if offset < shown {
                    return end_of(*span);
                }
            }
            written + (offset - shown)
        };
        let (start, end) = (at(part.start, |span| span.start), at(part.end, |span| span.end));
        Span { file: self.span.file, start, end: end.clamp(start, self.span.end.max(start)) }
    }
}

/// `{{ expression | format('…') }}` in prose.
#[derive(Debug, Clone)]
pub struct InlineValue {
    /// Its place with the braces.
    pub span: Span,
    /// The SQL.
    pub expression: (String, Span),
    /// The number format.
    pub format: Option<(String, Span)>,
}

/// A fence that runs.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where the fence says so.
    pub kind_span: Span,
    /// The word behind the kind: a table's name, the type of a chart or input.
    pub name: Option<(String, Span)>,
    /// `{severity: warn}` behind a check's name.
    pub options: Option<Span>,
    /// All of it, fences included.
    pub span: Span,
    /// The lines between the fences.
    pub body: Span,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A query that defines a table.
    Sql,
    /// A chart.
    Chart,
    /// A control.
    Input,
    /// One number.
    Metric,
    /// Rows and columns.
    Table,
    /// What a module of the author's draws.
    Component,
    /// A query that finds the rows which break a rule.
    Check,
}

impl BlockKind {
    /// All of them, in the order of the documentation.
    pub const ALL: [BlockKind; 7] = [
        BlockKind::Sql,
        BlockKind::Chart,
        BlockKind::Input,
        BlockKind::Metric,
        BlockKind::Table,
        BlockKind::Component,
        BlockKind::Check,
    ];

    /// The word in the fence.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Sql => "sql",
            BlockKind::Chart => "chart",
            BlockKind::Input => "input",
            BlockKind::Metric => "metric",
            BlockKind::Table => "table",
            BlockKind::Component => "component",
            BlockKind::Check => "check",
        }
    }
}

/// `::: name Title` … `:::`.
#[derive(Debug, Clone)]
pub struct Container {
    /// What it is.
    pub kind: ContainerKind,
    /// The words behind its name.
    pub title: Option<(String, Span)>,
    /// All of it, from the first colon to the last.
    pub span: Span,
    /// What stands in braces behind the title.
    pub options: ContainerOptions,
    /// What stands in it.
    pub pieces: Vec<Piece>,
}

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind {
    /// A row of tabs; holds nothing but [`ContainerKind::Tab`].
    Tabs,
    /// One of them.
    Tab,
    /// A frame.
    Card,
    /// A part of the page without a frame.
    Section,
    /// The foot of the card or dialog that it stands in.
    Footer,
    /// What it holds stands side by side, each as wide as the others.
    Columns,
    /// What it holds is seen one after the other, a swipe apart.
    Carousel,
    /// A column beside the page.
    Sidebar,
    /// A bar that stays at the lower edge of the window.
    Bottom,
    /// Opens by a click on its title.
    Details,
    /// Opens over the page, which waits until it is closed.
    Dialog,
    /// Comes in from the side of the window.
    Drawer,
    /// Opens under its button.
    Popover,
}

impl ContainerKind {
    /// All of them.
    pub const ALL: [ContainerKind; 13] = [
        ContainerKind::Tabs,
        ContainerKind::Tab,
        ContainerKind::Card,
        ContainerKind::Section,
        ContainerKind::Footer,
        ContainerKind::Columns,
        ContainerKind::Carousel,
        ContainerKind::Sidebar,
        ContainerKind::Bottom,
        ContainerKind::Details,
        ContainerKind::Dialog,
        ContainerKind::Drawer,
        ContainerKind::Popover,
    ];

    /// The word behind the colons.
    pub fn name(self) -> &'static str {
        match self {
            ContainerKind::Tabs => "tabs",
            ContainerKind::Tab => "tab",
            ContainerKind::Card => "card",
            ContainerKind::Section => "section",
            ContainerKind::Footer => "footer",
            ContainerKind::Columns => "columns",
            ContainerKind::Carousel => "carousel",
            ContainerKind::Sidebar => "sidebar",
            ContainerKind::Bottom => "bottom",
            ContainerKind::Details => "details",
            ContainerKind::Dialog => "dialog",
            ContainerKind::Drawer => "drawer",
            ContainerKind::Popover => "popover",
        }
    }

    /// True if the page shows but a button until it is opened.
    pub fn is_button(self) -> bool {
        matches!(self, ContainerKind::Dialog | ContainerKind::Drawer | ContainerKind::Popover)
    }

    /// True if it cannot be told what it holds without a title.
    pub fn needs_title(self) -> bool {
        self.is_button() || matches!(self, ContainerKind::Tab | ContainerKind::Details | ContainerKind::Carousel)
    }

    /// True if it stands beside the rest of the page wherever the author puts it.
    pub fn is_apart(self) -> bool {
        matches!(self, ContainerKind::Sidebar | ContainerKind::Bottom)
    }

    /// True if it can have a footer.
    pub fn has_foot(self) -> bool {
        matches!(self, ContainerKind::Card | ContainerKind::Dialog | ContainerKind::Drawer)
    }
}

/// Parses every page but drafts, in the order of the navigation: by `order` where pages have it, then by path.
pub fn parse_all(site: &Site, texts: &[FileId], diagnostics: &mut Diagnostics) -> Vec<Page> {
    let mut pages: Vec<Page> = texts.iter().map(|file| parse(*file, &site.files, diagnostics)).collect();
    pages.retain(|page| !page.front.draft);
    let order = |page: &Page| page.front.order.unwrap_or(f64::INFINITY);
    pages.sort_by(|a, b| order(a).total_cmp(&order(b)).then_with(|| a.path.cmp(&b.path)));
    pages
}

/// Parses one page.
pub fn parse(file: FileId, files: &Files, diagnostics: &mut Diagnostics) -> Page {
    let (front, start) = front::parse(file, files, diagnostics);
    let mut pieces = pieces::parse(file, files, start, diagnostics);
    let definitions = markdown::define(&mut pieces);
    let path = path(files.path(file));
    Page { file, is_listed: path != "404", path, front, pieces, definitions }
}

/// The path on the site of a file in `content/`.
pub fn path(file: &str) -> String {
    let path = file.strip_prefix("content/").unwrap_or(file);
    let path = path.strip_suffix(".md").unwrap_or(path);
    match path.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.trim_end_matches('/').to_owned(),
        _ => path.to_owned(),
    }
}

/// A key's node, for the short lists of front matter and containers.
fn value<'a>(map: &'a Map, name: &str) -> Option<&'a crate::yaml::Node> {
    map.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
}

/// The hint at a word that is none of these names: the one that the author may have meant, or all.
pub fn hint(word: &str, names: &[&str]) -> String {
    match suggest(word, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", listed(names)),
    }
}

/// Names in backticks.
pub fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;

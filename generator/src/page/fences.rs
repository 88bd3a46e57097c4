//! Fenced code: which fences run, and what their first line says.
//!
//! The rule for a fence's words (`yaml` before a block kind is skipped):
//! - no word, or one that is not a block kind: a listing;
//! - `metric`, `table` and `component` run, with a name or without;
//! - `chart TYPE`, `input TYPE`, `sql NAME` and `check NAME` run, the last with options such as `{severity: warn}` or
//!   without; `chart`, `input` and `check` alone are mistakes; `sql` alone, or with
//!   attributes (`sql title="x"`), is a listing;
//! - another first word with more behind it is a listing if the first is a known programming language or the second is
//!   not a plain name (`js {1,3}`, `python title="x"`); else it is a mistake, most likely a misspelt kind.

use super::{BlockKind, hint};
use crate::diagnostics::{Diagnostic, Span};
use crate::error;

/// The first line of a fence.
pub struct Fence<'a> {
    mark: char,
    length: usize,
    /// The words behind the marks.
    pub info: &'a str,
}

impl<'a> Fence<'a> {
    /// Reads a line, without its indentation, that opens a fence.
    pub fn open(line: &'a str) -> Option<Fence<'a>> {
        let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then_some(Fence { mark, length, info: info.trim() })
    }

    /// True if the line ends this fence.
    pub fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|letter| letter == self.mark)
    }
}

/// What a fence is.
pub enum Info {
    /// Text to show.
    Listing,
    /// A block to run.
    Block(Head),
    /// Neither.
    Wrong(Diagnostic),
}

/// The first line of a block.
pub struct Head {
    /// What it is.
    pub kind: BlockKind,
    /// Where the fence says so.
    pub kind_span: Span,
    /// The word behind the kind.
    pub name: Option<(String, Span)>,
    /// `{…}` behind a check's name.
    pub options: Option<Span>,
}

/// Decides by the words of a fence.
pub fn info(info: &str, span: Span) -> Info {
    let (info, options) = options(info, span);
    match words(info, span) {
        Info::Block(head) => Info::Block(Head { options, ..head }),
        other => other,
    }
}

/// Takes the options off a check's line.
fn options(info: &str, span: Span) -> (&str, Option<Span>) {
    let brace = info.find('{').filter(|_| info.starts_with("check ") && info.ends_with('}'));
    brace.map_or((info, None), |brace| (&info[..brace], Some(span.part(brace..info.len()))))
}

fn words(info: &str, span: Span) -> Info {
    let words: Vec<(&str, Span)> = info.split_whitespace().map(|word| (word, place(info, word, span))).collect();
    match &words[..] {
        [("yaml" | "yml", _), rest @ ..] if rest.first().is_some_and(|(word, _)| is_plain(word)) => block(rest, true),
        words => block(words, false),
    }
}

fn place(info: &str, word: &str, span: Span) -> Span {
    let offset = word.as_ptr() as usize - info.as_ptr() as usize;
    span.part(offset..offset + word.len())
}

fn block(words: &[(&str, Span)], is_yaml: bool) -> Info {
    let Some((first, kind_span)) = words.first().copied() else { return Info::Listing };
    let is_sql = |kind: BlockKind| matches!(kind, BlockKind::Sql | BlockKind::Check);
    let kind = BlockKind::ALL.into_iter().find(|kind| kind.name() == first && !(is_yaml && is_sql(*kind)));
    match (kind, words.get(1)) {
        (Some(kind), Some((second, span))) if is_plain(second) => named(kind, kind_span, (second, *span), words.get(2)),
        (Some(kind @ (BlockKind::Metric | BlockKind::Table | BlockKind::Component)), None) => {
            Info::Block(Head { kind, kind_span, name: None, options: None })
        }
        (Some(BlockKind::Sql), None) => Info::Listing,
        (Some(BlockKind::Sql), Some((second, _))) if second.starts_with('{') || second.contains('=') => Info::Listing,
        (Some(kind), None) => Info::Wrong(without_type(kind, kind_span)),
        (Some(kind), Some((second, span))) => {
            Info::Wrong(error!(*span, "`{second}` is not a name"; hint: "{}", form(kind)))
        }
        (None, None) if !is_yaml => Info::Listing,
        (None, second)
            if !is_yaml
                && (LANGUAGES.contains(&first.to_lowercase().as_str())
                    || !second.is_some_and(|(word, _)| is_plain(word))) =>
        {
            Info::Listing
        }
        (None, _) => Info::Wrong(unknown(first, kind_span)),
    }
}

fn named(kind: BlockKind, kind_span: Span, (name, span): (&str, Span), third: Option<&(&str, Span)>) -> Info {
    if let Some((word, at)) = third {
        let place = match kind {
            BlockKind::Check => "a check's options stand in braces: `{severity: warn}`",
            _ => "options stand inside the block, a line each",
        };
        return Info::Wrong(error!(*at, "unexpected `{word}` behind `{} {name}`", kind.name(); hint: "{place}"));
    }
    if kind == BlockKind::Sql && name.contains(['-', '.']) {
        let better = name.replace(['-', '.'], "_");
        return Info::Wrong(
            error!(span, "`{name}` is not a table name"; hint: "letters, digits and `_` make a name: `{better}`"),
        );
    }
    Info::Block(Head { kind, kind_span, name: Some((name.to_owned(), span)), options: None })
}

fn without_type(kind: BlockKind, span: Span) -> Diagnostic {
    let what = if kind == BlockKind::Check { "name" } else { "type" };
    error!(span, "`{}` needs a {what}", kind.name(); hint: "{}", form(kind))
}

fn form(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Sql => "as in `sql orders`",
        BlockKind::Chart => "as in `chart bar`",
        BlockKind::Input => "as in `input dropdown`",
        BlockKind::Metric => "as in `metric` or `metric sales`",
        BlockKind::Table => "as in `table` or `table sales`",
        BlockKind::Component => "as in `component` or `component calendar`",
        BlockKind::Check => "as in `check late_orders`",
    }
}

fn unknown(word: &str, span: Span) -> Diagnostic {
    let kinds = BlockKind::ALL.map(BlockKind::name);
    let hint = hint(word, &kinds);
    error!(span, "unknown block kind `{word}`"; hint: "{hint}"; hint: "a listing has one word, its language")
}

/// A letter, then letters, digits, `_`, `-` and `.`.
fn is_plain(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && word.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
}

/// Languages whose listings may have words behind the language, as in `rust ignore`.
const LANGUAGES: [&str; 62] = [
    "awk",
    "bash",
    "batch",
    "c",
    "clojure",
    "cmake",
    "console",
    "cpp",
    "cs",
    "csharp",
    "css",
    "csv",
    "d2",
    "dart",
    "diff",
    "dockerfile",
    "dot",
    "elixir",
    "erlang",
    "fish",
    "fortran",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "html",
    "http",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "jsx",
    "julia",
    "kotlin",
    "latex",
    "lua",
    "make",
    "markdown",
    "matlab",
    "md",
    "mermaid",
    "nix",
    "perl",
    "php",
    "powershell",
    "python",
    "py",
    "r",
    "ruby",
    "rust",
    "scala",
    "sh",
    "shell",
    "swift",
    "text",
    "toml",
    "ts",
    "tsx",
    "typescript",
    "xml",
    "zsh",
];

//! The author's mistakes: where they stand, what is wrong, what to do; collected by every stage and shown with the
//! line and a caret.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::ops::Range;

/// A file of the site, by its position in [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A stretch of a file, in bytes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// A part of the span, counted from its start and cut off at its end.
    pub fn part(self, range: Range<usize>) -> Span {
        let at = |offset: usize| self.start.saturating_add(offset).min(self.end);
        Span { file: self.file, start: at(range.start), end: at(range.end.max(range.start)) }
    }
}

/// Where a part of a written text came from: the part goes on to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Its first byte in the written text.
    pub at: usize,
    /// What the author wrote: the same text, or the place that stands for it.
    pub span: Span,
}

/// The texts that spans point into.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: Vec<(String, String)>,
    /// For files that a template wrote: where their parts came from.
    origins: BTreeMap<FileId, Vec<Origin>>,
}

impl Files {
    /// Adds a text under its path relative to the site, with `/` between folders; a byte order mark is dropped.
    pub fn add(&mut self, path: String, mut text: String) -> FileId {
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        self.files.push((path, text));
        FileId(self.files.len() as u32 - 1)
    }

    /// Gives a file another text.
    pub fn replace(&mut self, file: FileId, text: String) {
        let path = std::mem::take(&mut self.files[file.0 as usize].0);
        let last = self.add(path, text);
        self.files.swap_remove(file.0 as usize);
        debug_assert!(last.0 as usize == self.files.len());
    }

    /// Adds a text that a template wrote; what is said about it is shown where its parts came from.
    pub fn add_written(&mut self, path: String, text: String, origins: Vec<Origin>) -> FileId {
        let file = self.add(path, text);
        self.origins.insert(file, origins);
        file
    }

    /// Where the author wrote what a span of a written text says; other spans as they are.
    pub fn origin(&self, span: Span) -> Span {
        let Some(origins) = self.origins.get(&span.file) else { return span };
        let place = |at: usize| {
            let index = origins.partition_point(|origin| origin.at <= at).checked_sub(1)?;
            let origin = origins[index];
            let end = origins.get(index + 1).map_or(self.text(span.file).len(), |next| next.at);
            let is_copy = end - origin.at == origin.span.end - origin.span.start;
            let offset = at - origin.at;
            Some(if is_copy { origin.span.part(offset..offset + 1) } else { origin.span })
        };
        match (place(span.start), place(span.end.max(span.start + 1) - 1)) {
            (Some(first), Some(last)) if first.file == last.file && first.start <= last.end => {
                Span { end: if span.end > span.start { last.end } else { first.start }, ..first }
            }
            (Some(first), _) => first,
            (None, _) => span,
        }
    }

    /// A file's path relative to the site.
    pub fn path(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].0
    }

    /// A file's text.
    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].1
    }

    /// The text of a span.
    pub fn source(&self, span: Span) -> &str {
        &self.text(span.file)[span.start..span.end]
    }

    /// The span's range, moved to where a caret can stand.
    fn range(&self, span: Span) -> Range<usize> {
        let text = self.text(span.file);
        let start = text.floor_char_boundary(span.start);
        start..text.ceil_char_boundary(span.end).max(start)
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// The site is built.
    Warning,
}

/// A mistake of the author's; made with [`error!`](crate::error) or [`warning!`](crate::warning).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands, unless it is about a file that is missing or not a text.
    pub span: Option<Span>,
    /// What is wrong, with the offending word in backticks.
    pub message: String,
    /// What was found, as a text of several lines.
    pub note: Option<String>,
    /// What to do, or what exists.
    pub hints: Vec<String>,
    /// Other places that matter, such as the first of two definitions.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// Adds a hint, if there is one.
    pub fn hint(mut self, hint: Option<String>) -> Diagnostic {
        self.hints.extend(hint);
        self
    }

    /// Adds what was found.
    pub fn note(mut self, note: String) -> Diagnostic {
        self.note = Some(note);
        self
    }

    /// Adds another place that matters.
    pub fn related(mut self, span: Span, label: &str) -> Diagnostic {
        self.related.push((span, label.to_owned()));
        self
    }
}

/// Makes an error: `error!(span, "unknown column `{name}`"; hint: "did you mean `{near}`?")`; hints may be left out or repeated.
#[macro_export]
macro_rules! error {
    ($($diagnostic:tt)*) => { $crate::diagnostic!($crate::diagnostics::Severity::Error, $($diagnostic)*) };
}

/// Makes a warning, as [`error!`](crate::error) does.
#[macro_export]
macro_rules! warning {
    ($($diagnostic:tt)*) => { $crate::diagnostic!($crate::diagnostics::Severity::Warning, $($diagnostic)*) };
}

/// Makes a diagnostic of a given severity.
#[macro_export]
#[doc(hidden)]
macro_rules! diagnostic {
    ($severity:expr, $span:expr, $message:literal $(, $value:expr)* $(,)? $(; hint: $hint:literal $(, $part:expr)* $(,)?)*) => {
        $crate::diagnostics::Diagnostic {
            severity: $severity,
            span: ::core::convert::Into::<::core::option::Option<$crate::diagnostics::Span>>::into($span),
            message: ::std::format!($message $(, $value)*),
            note: ::core::option::Option::None,
            hints: ::std::vec![$(::std::format!($hint $(, $part)*)),*],
            related: ::std::vec::Vec::new(),
        }
    };
}

/// What the stages have to say, without repetitions.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a diagnostic, unless the same message stands at the same place already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let is_same = |known: &Diagnostic| known.span == diagnostic.span && known.message == diagnostic.message;
        if !self.list.iter().any(is_same) {
            self.list.push(diagnostic);
        }
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, others: Diagnostics) {
        others.list.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// All of them at the places where the author wrote what they are about.
    pub fn traced(self, files: &Files) -> Diagnostics {
        let mut traced = Diagnostics::default();
        for mut diagnostic in self.list {
            diagnostic.span = diagnostic.span.map(|span| files.origin(span));
            diagnostic.related.iter_mut().for_each(|(span, _)| *span = files.origin(*span));
            traced.push(diagnostic);
        }
        traced
    }

    /// True if the site cannot be built.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// True if there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// In the order in which they are shown: those without a place, then by path and position.
    pub fn sorted<'a>(&'a self, files: &'a Files) -> Vec<&'a Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.list.iter().collect();
        sorted.sort_by_key(|diagnostic| diagnostic.span.map(|span| (files.path(span.file), span.start, span.end)));
        sorted
    }
}

/// Whether a text for people has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Letters only.
    Plain,
    /// With a terminal's colours.
    Colored,
}

/// Shows diagnostics with the lines they are about, and counts them in a last line.
pub fn render(diagnostics: &Diagnostics, files: &Files, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colored => Renderer::styled(),
    };
    let shown =
        diagnostics.sorted(files).into_iter().map(|diagnostic| renderer.render(&[group(diagnostic, files)]) + "\n\n");
    shown.collect::<String>() + &counts(diagnostics)
}

fn group<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str());
    let hints = diagnostic.hints.iter().map(|hint| Level::HELP.message(hint.as_str()));
    let note = diagnostic.note.iter().map(|note| Level::NOTE.message(note.as_str()));
    title.elements(snippets(diagnostic, files)).elements(note).elements(hints)
}

/// One excerpt for each file, the mistake's own first.
fn snippets<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Vec<Snippet<'a, Annotation<'a>>> {
    let own = diagnostic.span.map(|span| (span, AnnotationKind::Primary.span(files.range(span))));
    let related = diagnostic
        .related
        .iter()
        .map(|(span, label)| (*span, AnnotationKind::Context.span(files.range(*span)).label(label.as_str())));
    let mut snippets: Vec<(FileId, Snippet<'a, Annotation<'a>>)> = Vec::new();
    for (span, annotation) in own.into_iter().chain(related) {
        let known = snippets.iter().position(|(file, _)| *file == span.file);
        let (file, snippet) = match known {
            Some(index) => snippets.remove(index),
            None => (span.file, Snippet::source(files.text(span.file)).path(files.path(span.file))),
        };
        snippets.insert(known.unwrap_or(snippets.len()), (file, snippet.annotation(annotation)));
    }
    snippets.into_iter().map(|(_, snippet)| snippet).collect()
}

fn counts(diagnostics: &Diagnostics) -> String {
    let counted = |severity, word| match diagnostics.count(severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        count => Some(format!("{count} {word}s")),
    };
    let parts = [counted(Severity::Error, "error"), counted(Severity::Warning, "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The name that the author may have meant: one that differs in a few letters, or the only one that contains the word.
pub fn suggest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let names: Vec<(&str, String)> = names.into_iter().map(|name| (name, name.to_lowercase())).collect();
    let near = names.iter().map(|(name, lower)| (strsim::osa_distance(&wanted, lower), *name));
    let near = near.filter(|(distance, _)| *distance <= typos(&wanted)).min_by_key(|(distance, _)| *distance);
    near.map(|(_, name)| name).or_else(|| {
        match names.iter().filter(|(_, lower)| lower.contains(&wanted)).collect::<Vec<_>>()[..] {
            [(name, _)] if wanted.chars().count() >= 4 => Some(*name),
            _ => None,
        }
    })
}

/// How many wrong letters a word of that length may have.
fn typos(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near() {
        let names = ["bar", "line", "density_heatmap", "date-range"];
        let cases = [
            ("lin", Some("line")),
            ("BAR", Some("bar")),
            ("abr", Some("bar")),
            ("heatmap", Some("density_heatmap")),
            ("date_range", Some("date-range")),
            ("x", None),
            ("pie", None),
        ];
        for (word, near) in cases {
            assert_eq!(suggest(word, names), near, "{word}");
        }
    }

    #[test]
    fn parts_stay_inside() {
        let span = Span { file: FileId(0), start: 10, end: 14 };
        assert_eq!((span.part(1..3).start, span.part(1..3).end), (11, 13));
        assert_eq!((span.part(9..12).start, span.part(2..99).end), (14, 14));
    }

    #[test]
    fn shown_by_path_and_position_without_repetition() {
        let mut files = Files::default();
        let (b, a) = (files.add("b.md".into(), "é wrong\n".into()), files.add("a.md".into(), "one\ntwo\n".into()));
        let at = |file, start, end| Span { file, start, end };
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            error!(at(b, 3, 8), "unknown `wrong`"; hint: "did you mean `{}`?", "right")
                .related(at(a, 0, 3), "known here"),
        );
        diagnostics.push(error!(at(a, 4, 7), "again"));
        diagnostics.push(error!(at(a, 4, 7), "again"));
        diagnostics.push(warning!(None, "no page"));
        let text = render(&diagnostics, &files, Style::Plain);
        let places: Vec<_> = ["warning: no page", "a.md:2:1", "b.md:1:3", "a.md:1:1", "2 errors, 1 warning"]
            .iter()
            .map(|part| text.find(part))
            .collect();
        assert!(places.is_sorted() && places[0].is_some(), "{text}");
    }
}

//! Cuts a page into prose, blocks and containers, line by line.

use super::fences::{self, Fence, Head, Info};
use super::{Block, Container, ContainerKind, Piece, hint, listed, options, values};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span};
use crate::{error, warning};

/// The pieces of the text from `start` on.
pub fn parse(file: FileId, files: &Files, start: usize, diagnostics: &mut Diagnostics) -> Vec<Piece> {
    let text = files.text(file);
    let mut reader = Reader {
        file,
        files,
        text,
        at: start,
        prose: start,
        list: None,
        open: Vec::new(),
        pieces: Vec::new(),
        diagnostics,
    };
    while let Some(line) = reader.next() {
        reader.line(line);
    }
    reader.finish()
}

/// A line without its end.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn content(&self) -> &'a str {
        self.text.trim_start()
    }

    /// Columns before the content; a tab is four.
    fn indent(&self) -> usize {
        let blank = &self.text[..self.text.len() - self.content().len()];
        blank.chars().map(|letter| if letter == '\t' { 4 } else { 1 }).sum()
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The content's place.
    fn place(&self, file: FileId) -> Span {
        Span { file, start: self.end() - self.content().len(), end: self.start + self.text.trim_end().len() }
    }
}

/// A container that is not closed yet, and the line that opened it.
struct Open {
    container: Container,
    line: Span,
    /// What stood before it on its level.
    before: Vec<Piece>,
}

struct Reader<'a, 'd> {
    file: FileId,
    files: &'a Files,
    text: &'a str,
    /// Where the next line starts.
    at: usize,
    /// Where the running prose starts.
    prose: usize,
    /// The column of the content of the list item that may go on.
    list: Option<usize>,
    open: Vec<Open>,
    pieces: Vec<Piece>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let line = self.text[start..].split_inclusive('\n').next()?;
        self.at += line.len();
        Some(Line { start, text: line.trim_end_matches(['\n', '\r']) })
    }

    fn line(&mut self, line: Line<'a>) {
        let (content, indent) = (line.content(), line.indent());
        let in_list = self.list.is_some_and(|column| indent >= column);
        let is_code = indent >= 4 && !in_list;
        if content.is_empty() {
        } else if let Some(fence) = Fence::open(content).filter(|_| !is_code) {
            self.fence(line, &fence, in_list);
        } else if let Some(end) = raw_html(content).filter(|_| !is_code) {
            self.raw(line, end);
        } else if content.starts_with(":::") && indent < 4 && !in_list {
            self.container(line);
        } else {
            self.warn_of_quoted_block(line, is_code);
            self.follow_list(content, indent);
        }
    }

    fn follow_list(&mut self, content: &str, indent: usize) {
        if self.list.is_some_and(|column| indent >= column) {
            return;
        }
        self.list = list_item(content).map(|width| indent + width);
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn info(&self, line: &Line<'_>, fence: &Fence<'_>) -> Info {
        let end = line.start + line.text.trim_end().len();
        fences::info(fence.info, Span { file: self.file, start: end - fence.info.len(), end })
    }

    fn fence(&mut self, line: Line<'a>, fence: &Fence<'a>, in_list: bool) {
        match self.info(&line, fence) {
            Info::Block(Head { kind, kind_span, name, options }) if !in_list => {
                self.end_prose(line.start);
                let body = self.body(line, fence);
                let span =
                    Span { start: line.place(self.file).start, end: self.text[..self.at].trim_end().len(), ..body };
                self.pieces.push(Piece::Block(Block { kind, kind_span, name, options, span, body }));
                self.prose = self.at;
                self.list = None;
            }
            Info::Wrong(problem) if !in_list => {
                self.push(problem);
                self.listing(line, fence);
            }
            Info::Block(head) => {
                self.push(sheltered(head.kind_span, head.kind.name(), "a list"));
                self.listing(line, fence);
            }
            Info::Listing | Info::Wrong(_) => self.listing(line, fence),
        }
    }

    /// Skips to the end of a fence that is shown as it is.
    fn listing(&mut self, first: Line<'a>, fence: &Fence<'_>) {
        while let Some(line) = self.next() {
            if fence.is_closed_by(line.text) {
                return;
            }
        }
        let hint = "write the same marks on a line of their own at its end";
        self.push(warning!(first.place(self.file), "this listing is not closed and takes in the rest of the page"; hint: "{hint}"));
    }

    /// The lines up to the closing fence. If there is none before the next block, the block ends at its first empty line.
    fn body(&mut self, first: Line<'a>, fence: &Fence<'_>) -> Span {
        let start = self.at;
        let mut guess = None;
        while let Some(line) = self.next() {
            if fence.is_closed_by(line.text) {
                return Span { file: self.file, start, end: line.start };
            }
            if Fence::open(line.content()).is_some_and(|next| !next.info.is_empty()) {
                guess.get_or_insert(line.start);
                break;
            }
            if line.content().is_empty() {
                guess.get_or_insert(line.start);
            }
        }
        let marks = &first.content()[..first.content().len() - first.content().trim_start_matches(['`', '~']).len()];
        self.push(error!(first.place(self.file), "this block is not closed"; hint: "write `` {marks} `` on a line of its own at its end"));
        self.at = guess.unwrap_or(self.at);
        Span { file: self.file, start, end: self.at }
    }

    /// Skips HTML that Markdown leaves alone up to a certain text.
    fn raw(&mut self, first: Line<'a>, end: &str) {
        let mut text = first.content();
        while !text.to_ascii_lowercase().contains(end) {
            match self.next() {
                Some(line) => text = line.text,
                None => {
                    return self.push(error!(first.place(self.file), "this is not closed and hides the rest of the page"; hint: "write `{end}` at its end"));
                }
            }
        }
    }

    /// Blocks stand at the left margin; a fence that would be one elsewhere is a listing, and says so.
    fn warn_of_quoted_block(&mut self, line: Line<'a>, is_code: bool) {
        let content = line.content();
        let (inner, place) = match content.strip_prefix('>') {
            Some(_) => (content.trim_start_matches(['>', ' ']), "a quote"),
            None if is_code => (content, "indented code"),
            None => return,
        };
        let info = Fence::open(inner).map(|fence| self.info(&line, &fence));
        if let Some(Info::Block(head)) = info {
            self.push(sheltered(head.kind_span, head.kind.name(), place));
        }
    }

    fn end_prose(&mut self, end: usize) {
        let text = &self.text[self.prose..end];
        let content = text.trim_start();
        if content.is_empty() {
            return;
        }
        let first = text[..text.len() - content.len()].rfind('\n').map_or(0, |newline| newline + 1);
        let span = Span { file: self.file, start: self.prose + first, end: self.prose + text.trim_end().len() };
        self.pieces.push(Piece::Prose(values::prose(self.files, span, self.diagnostics)));
    }

    fn container(&mut self, line: Line<'a>) {
        self.end_prose(line.start);
        self.prose = self.at;
        self.list = None;
        let span = line.place(self.file);
        let words = line.content().trim_start_matches(':').trim();
        match words {
            "" if self.open.is_empty() => self.push(
                error!(span, "`:::` closes nothing"; hint: "a container opens with a name: {}", container_forms()),
            ),
            "" => self.close(span.end),
            words => self.open_container(words, span),
        }
    }

    fn open_container(&mut self, words: &'a str, line: Span) {
        let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let at = |part: &str| line.end - words.len() + (part.as_ptr() as usize - words.as_ptr() as usize);
        let place = |part: &str| Span { start: at(part), end: at(part) + part.len(), ..line };
        let kind = ContainerKind::ALL.into_iter().find(|kind| kind.name() == name);
        if kind.is_none() {
            self.push(unknown_container(name, place(name)));
        }
        let (title, options) = rest
            .rfind('{')
            .filter(|_| rest.ends_with('}'))
            .map_or((rest, None), |brace| (&rest[..brace], Some(&rest[brace..])));
        let title = Some(title.trim()).filter(|title| !title.is_empty()).map(|title| (title.to_owned(), place(title)));
        let kind = kind.unwrap_or(ContainerKind::Card);
        let braces = options.map(place);
        let options =
            braces.map(|braces| options::parse(self.files, kind, braces, self.diagnostics)).unwrap_or_default();
        if kind.needs_title() && title.is_none() {
            let needs = if kind == ContainerKind::Details { "details need" } else { &format!("a {name} needs") };
            self.push(error!(line, "{needs} a title"; hint: "as in `::: {name} By region`"));
        }
        match kind {
            ContainerKind::Tab => self.expect_tabs(line),
            ContainerKind::Footer => self.expect_foot(line),
            _ => {}
        }
        let container = Container { kind, title, span: line, options, pieces: Vec::new() };
        let before = std::mem::take(&mut self.pieces);
        self.open.push(Open { container, line, before });
    }

    /// A footer stands in what has a foot.
    fn expect_foot(&mut self, line: Span) {
        if !self.open.last().is_some_and(|open| open.container.kind.has_foot()) {
            self.push(error!(line, "a footer stands in a card, a dialog or a drawer"; hint: "write it before the `:::` that closes one"));
        }
    }

    /// A tab stands in tabs; one that stands in another tab ends it.
    fn expect_tabs(&mut self, line: Span) {
        match self.open.last().map(|open| (open.container.kind, open.line)) {
            Some((ContainerKind::Tabs, _)) => {}
            Some((ContainerKind::Tab, first)) => {
                self.push(error!(line, "the tab before is not closed"; hint: "write `:::` on a line of its own above").related(first, "opens here"));
                self.close(line.start);
            }
            _ => self.push(error!(line, "a tab stands in tabs"; hint: "write `::: tabs` above the first tab and `:::` below the last")),
        }
    }

    fn close(&mut self, end: usize) {
        let Some(Open { mut container, before, .. }) = self.open.pop() else { return };
        container.span.end = end;
        container.pieces = std::mem::replace(&mut self.pieces, before);
        if container.kind == ContainerKind::Tabs {
            container
                .pieces
                .iter()
                .filter_map(|piece| not_a_tab(piece, self.text))
                .for_each(|problem| self.diagnostics.push(problem));
        }
        self.pieces.push(Piece::Container(container));
    }

    fn finish(mut self) -> Vec<Piece> {
        self.end_prose(self.text.len());
        while let Some(open) = self.open.last() {
            let problem =
                error!(open.line, "this container is not closed"; hint: "write `:::` on a line of its own at its end");
            self.push(problem);
            self.close(self.text.len());
        }
        self.pieces
    }
}

fn sheltered(span: Span, kind: &str, place: &str) -> Diagnostic {
    warning!(span, "this `{kind}` block does not run: it stands in {place}"; hint: "blocks stand at the left margin")
}

fn unknown_container(name: &str, span: Span) -> Diagnostic {
    let names = ContainerKind::ALL.map(ContainerKind::name);
    error!(span, "unknown container `{name}`"; hint: "{}", hint(name, &names))
}

fn container_forms() -> String {
    listed(&ContainerKind::ALL.map(|kind| format!("::: {}", kind.name())).each_ref().map(String::as_str))
}

fn not_a_tab(piece: &Piece, text: &str) -> Option<Diagnostic> {
    let span = match piece {
        Piece::Container(container) if container.kind == ContainerKind::Tab => return None,
        Piece::Container(container) => container.span,
        Piece::Block(block) => block.span,
        Piece::Prose(prose) => prose.span,
    };
    let line = text[span.start..span.end].lines().next().unwrap_or_default();
    Some(
        error!(span.part(0..line.len()), "tabs hold nothing but tabs"; hint: "put it into a `::: tab Title`, or outside of the tabs"),
    )
}

/// How wide the marker of a list item is, with the space behind it.
fn list_item(content: &str) -> Option<usize> {
    let digits = content.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let number = content.len() - digits.len();
    let rest = match number {
        0 => content.strip_prefix(['-', '*', '+'])?,
        1..=9 => digits.strip_prefix(['.', ')'])?,
        _ => return None,
    };
    let space = rest.len() - rest.trim_start_matches(' ').len();
    let is_item = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_item.then_some(number + 1 + if (1..=4).contains(&space) { space } else { 1 })
}

/// What ends the HTML that this line starts, if Markdown leaves it alone until then.
fn raw_html(content: &str) -> Option<&'static str> {
    const RAW: [(&str, &str); 5] = [
        ("<!--", "-->"),
        ("<pre", "</pre>"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
    ];
    let lower = content.get(..content.floor_char_boundary(10))?.to_ascii_lowercase();
    let opens = |start: &str| {
        lower.strip_prefix(start).is_some_and(|rest| {
            start == "<!--" || !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-')
        })
    };
    RAW.iter().find(|(start, _)| opens(start)).map(|(_, end)| *end)
}

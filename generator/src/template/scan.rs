//! Cuts a page's text into what is copied and what is worked out at build. Code, comments and the bodies of `sql` blocks
//! are copied, but for `$name` in the latter.

use super::parameters::parameters;
use super::rows::Row;
use crate::diagnostics::{Diagnostics, FileId, Files, Span, suggest};
use crate::error;
use crate::markdown;
use crate::page::BlockKind;
use crate::page::fences::{self, Fence, Head, Info};
use crate::page::values;
use crate::sql::Sql;
use crate::tables::Definition;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk {
    /// Copied, as it stands or into a quoted scalar.
    Text(Span, Quote),
    /// A quotation mark that the author did not have to write.
    Mark(Span),
    /// `{% … %}`.
    Tag(Span),
    /// `{{ … }}` of a name that is known at build.
    Output(Span, Quote),
    /// `$name` of a row's column in SQL.
    Parameter(Span),
}

/// How a text is to be written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// As Markdown.
    Plain,
    /// Between `"` of YAML.
    Double,
    /// Between `'` of YAML.
    Single,
    /// As a YAML scalar of its own, quoted if it has to be.
    Scalar,
}

/// A page's own text, or one that it includes, in pieces.
#[derive(Debug)]
pub struct Document {
    /// The path by which it is included; that of the page is empty.
    pub name: String,
    /// Its pieces in order.
    pub chunks: Vec<Chunk>,
}

/// A `sql` block of the page.
#[derive(Debug)]
pub struct Query {
    name: String,
    name_span: Span,
    /// The body in pieces.
    chunks: Vec<Chunk>,
}

impl Query {
    /// The table that it defines for a row.
    pub fn definition(&self, files: &Files, row: &Row) -> Definition {
        let part = |chunk: &Chunk| match chunk {
            Chunk::Parameter(span) => row.literal(&files.source(*span)[1..]).unwrap_or_default().to_owned(),
            Chunk::Text(span, _) | Chunk::Mark(span) | Chunk::Tag(span) | Chunk::Output(span, _) => {
                files.source(*span).to_owned()
            }
        };
        let text: String = self.chunks.iter().map(part).collect();
        Definition { name: self.name.clone(), name_span: self.name_span, sql: Sql { text, span: self.name_span } }
    }
}

/// A page and all that it includes.
#[derive(Debug)]
pub struct Scan {
    /// The page first.
    pub documents: Vec<Document>,
    /// Its `sql` blocks.
    pub queries: Vec<Query>,
    /// The names that its tags bind, such as a loop's variable, each with what it is bound to.
    pub names: BTreeMap<String, String>,
    /// The tables of the site.
    pub tables: Vec<String>,
    /// False if a part is missing, which is reported already.
    pub is_sound: bool,
}

/// True if a text has `{{ page.… }}` or `{{ site.… }}`.
pub fn asks_page(text: &str) -> bool {
    text.match_indices("{{").any(|(at, _)| ["page", "site"].contains(&first_word(&text[at + 2..])))
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(['-', '+']).trim_start();
    &text[..text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())]
}

/// Cuts a page and the parts that it may include.
pub fn scan(
    file: FileId,
    files: &Files,
    parts: &BTreeMap<String, FileId>,
    parameters: &[String],
    diagnostics: &mut Diagnostics,
) -> Scan {
    let includes = files.text(file).contains("{%") && includes(files.text(file)).next().is_some();
    let parts: Vec<(&String, FileId)> = parts.iter().filter(|_| includes).map(|(name, file)| (name, *file)).collect();
    let texts = || std::iter::once(file).chain(parts.iter().map(|(_, file)| *file));
    let mut names = BTreeMap::from(
        [("page", "page"), ("site", "site"), ("loop", "loop")].map(|(name, of)| (name.to_owned(), of.to_owned())),
    );
    texts().for_each(|file| names.extend(bound(files.text(file))));
    let mut queries = Vec::new();
    let mut cut = |name: &str, file: FileId| {
        let mut cutter = Cutter {
            file,
            text: files.text(file),
            names: &names,
            parameters,
            chunks: Vec::new(),
            queries: Vec::new(),
            diagnostics,
        };
        cutter.text();
        queries.append(&mut cutter.queries);
        Document { name: name.to_owned(), chunks: cutter.chunks }
    };
    let own = cut("", file);
    let documents: Vec<Document> =
        std::iter::once(own).chain(parts.iter().map(|(name, file)| cut(name, *file))).collect();
    let is_sound = check_includes(&documents, files, &parts, diagnostics);
    Scan { documents, queries, names, tables: Vec::new(), is_sound }
}

/// What stands between `{%` and `%}`, with its place.
fn tags(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{%").filter_map(move |(at, _)| {
        let inner = &text[at + 2..];
        Some((at, inner[..inner.find("%}")?].trim_matches(['-', '+']).trim()))
    })
}

/// The files that a text includes by a name in quotes: each with the place of the name.
fn includes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = ["include", "import", "from", "extends"];
    let included = tags(text).filter(move |(_, tag)| words.contains(&first_word(tag)));
    included.filter_map(move |(_, tag)| {
        let open = tag.find(['"', '\''])?;
        let name = &tag[open + 1..];
        let name = &name[..name.find(['"', '\''])?];
        Some((name.as_ptr() as usize - text.as_ptr() as usize, name))
    })
}

/// True if all that the tags include is there.
fn check_includes(
    documents: &[Document],
    files: &Files,
    parts: &[(&String, FileId)],
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut missing = Vec::new();
    for chunk in documents.iter().flat_map(|document| &document.chunks) {
        let Chunk::Tag(tag) = chunk else { continue };
        let names = includes(files.source(*tag)).filter(|(_, name)| parts.iter().all(|(part, _)| part != name));
        missing.extend(names.map(|(at, name)| (tag.part(at..at + name.len()), name)));
    }
    for (span, name) in &missing {
        let hint = match suggest(name, parts.iter().map(|(part, _)| part.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "parts are files below `parts/`, beside `content/`, as in `parts/footer.md`".to_owned(),
        };
        diagnostics.push(error!(*span, "there is no part `{name}`"; hint: "{hint}"));
    }
    missing.is_empty()
}

/// The names that a text's tags bind, and what to.
fn bound(text: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (_, tag) in tags(text) {
        let rest = tag.trim_start_matches(first_word(tag)).trim();
        let (left, right) = match first_word(tag) {
            "for" => rest.split_once(" in ").unwrap_or((rest, "")),
            "set" | "with" => rest.split_once('=').unwrap_or((rest, "")),
            "macro" => rest.split_once('(').map_or((rest, ""), |(_, arguments)| (arguments, "")),
            _ => continue,
        };
        let words =
            left.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
        names.extend(words.map(|word| (word.to_owned(), first_word(right).to_owned())));
        if first_word(tag) == "macro" {
            names.push((first_word(rest).to_owned(), String::new()));
        }
    }
    names
}

struct Cutter<'a, 'd> {
    file: FileId,
    text: &'a str,
    names: &'a BTreeMap<String, String>,
    parameters: &'a [String],
    chunks: Vec<Chunk>,
    queries: Vec<Query>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Cutter<'a, '_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }

    fn push(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.chunks.push(Chunk::Text(self.span(range), Quote::Plain));
        }
    }

    /// The lines from a place on, with where each starts; line ends included.
    fn lines(&self, from: usize) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let mut at = from;
        self.text[from..].split_inclusive('\n').map(move |line| {
            at += line.len();
            (at - line.len(), line)
        })
    }

    fn text(&mut self) {
        let mut at = self.front();
        let mut prose = at;
        while let Some((start, line)) = self.lines(at).next() {
            at = start + line.len();
            let content = line.trim_start();
            let Some(fence) = Fence::open(content.trim_end()).filter(|_| line.len() - content.len() < 4) else {
                continue;
            };
            let info = fences::info(fence.info, self.span(start..at));
            let body =
                at..self.lines(at).find(|(_, line)| fence.is_closed_by(line)).map_or(self.text.len(), |(end, _)| end);
            let close = body.end;
            at = close + self.lines(close).next().map_or(0, |(_, line)| line.len());
            if let Info::Block(Head { kind, name, .. }) = info {
                self.prose(prose..start);
                self.push(start..body.start);
                self.body(kind, name, body);
                self.push(close..at);
                prose = at;
            }
        }
        self.prose(prose..self.text.len());
    }

    /// The front matter, and where it ends.
    fn front(&mut self) -> usize {
        let mut lines = self.lines(0);
        let Some((_, first)) = lines.next().filter(|(_, line)| line.trim_end() == "---") else { return 0 };
        let Some((end, _)) = lines.find(|(_, line)| line.trim_end() == "---") else { return 0 };
        self.push(0..first.len());
        self.yaml(first.len()..end);
        end
    }

    fn body(&mut self, kind: BlockKind, name: Option<(String, Span)>, body: Range<usize>) {
        if !matches!(kind, BlockKind::Sql | BlockKind::Check) {
            return self.yaml(body);
        }
        let before = self.chunks.len();
        self.sql(body);
        if let Some((name, _)) = name.filter(|_| kind == BlockKind::Sql) {
            let chunks = self.chunks[before..].to_vec();
            let name_span = self.span(0..0);
            self.queries.push(Query { name, name_span, chunks });
        }
    }

    fn sql(&mut self, body: Range<usize>) {
        let text = &self.text[body.clone()];
        for (at, _) in text.match_indices("{{").filter(|(at, _)| self.names.contains_key(first_word(&text[at + 2..]))) {
            let end = text[at..].find("}}").map_or(text.len(), |length| at + length + 2);
            let column =
                text[at + 2..end].trim_end_matches("}}").trim().rsplit('.').next().unwrap_or_default().to_owned();
            let span = self.span(body.start + at..body.start + end);
            self.diagnostics.push(error!(span, "values are not pasted into SQL"; hint: "write `${column}`: a column of the page's row becomes a literal"));
        }
        let mut from = body.start;
        for (name, range) in parameters(text) {
            if self.parameters.contains(&name) {
                self.push(from..body.start + range.start);
                self.chunks.push(Chunk::Parameter(self.span(body.start + range.start..body.start + range.end)));
                from = body.start + range.end;
            }
        }
        self.push(from..body.end);
    }

    /// `{{ … }}` of names known at build, outside code and comments.
    fn prose(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        let is_plain = !text.contains("{{") && !text.contains("{%");
        let verbatim = if is_plain { Vec::new() } else { markdown::verbatim(text) };
        let hidden = |at: usize| verbatim.iter().any(|range| range.contains(&at)) || values::is_escaped(text, at);
        let mut from = 0;
        while let Some(at) = text[from..].find(['{']).map(|offset| from + offset) {
            let length = if is_plain || hidden(at) { None } else { self.work(&text[at..]) };
            let Some((length, is_tag)) = length else {
                let next = at + 1;
                self.push(range.start + from..range.start + next);
                from = next;
                continue;
            };
            let (before, after) = if is_tag { around(text, from, at, at + length) } else { (at, at + length) };
            self.push(range.start + from..range.start + before);
            let span = self.span(range.start + at..range.start + at + length);
            self.chunks.push(if is_tag { Chunk::Tag(span) } else { Chunk::Output(span, Quote::Plain) });
            from = after;
        }
        self.push(range.start + from..range.end);
    }

    /// How long a tag or an output at the start of a text is.
    fn work(&self, text: &str) -> Option<(usize, bool)> {
        if text.starts_with("{%") {
            return text.find("%}").map(|length| (length + 2, true));
        }
        let is_output = text.starts_with("{{") && self.names.contains_key(first_word(&text[2..]));
        values::end(text).filter(|_| is_output).map(|length| (length, false))
    }

    /// YAML: outputs stand in scalars, and a plain scalar with one is put in quotes.
    fn yaml(&mut self, range: Range<usize>) {
        let lines: Vec<(usize, &str)> = self.lines(range.start).take_while(|(start, _)| *start < range.end).collect();
        for (start, line) in lines {
            match line.contains("{{") {
                true => self.yaml_line(start, line),
                false => self.push(start..start + line.len()),
            }
        }
    }

    fn yaml_line(&mut self, start: usize, line: &str) {
        let scalar = scalar(line);
        let text = &line[scalar.clone()];
        let all: Vec<Range<usize>> = self.outputs(text);
        let quote = match text.chars().next() {
            Some('"') => Quote::Double,
            Some('\'') => Quote::Single,
            Some('[') => Quote::Scalar,
            Some('{') if !text.starts_with("{{") => Quote::Scalar,
            _ if all.len() == 1 && all[0] == (0..text.len()) => Quote::Scalar,
            _ => Quote::Double,
        };
        let is_bare = quote == Quote::Double && !text.starts_with('"') && !all.is_empty();
        let copied = if is_bare { Quote::Double } else { Quote::Plain };
        let mark = self.span(start + scalar.start..start + scalar.start);
        self.push(start..start + scalar.start);
        self.chunks.extend(is_bare.then_some(Chunk::Mark(mark)));
        let mut from = start + scalar.start;
        for output in all {
            let (at, end) = (start + scalar.start + output.start, start + scalar.start + output.end);
            self.chunks.push(Chunk::Text(self.span(from..at), copied));
            self.chunks.push(Chunk::Output(self.span(at..end), quote));
            from = end;
        }
        self.chunks.push(Chunk::Text(self.span(from..start + scalar.end), copied));
        self.chunks.extend(is_bare.then_some(Chunk::Mark(mark)));
        self.push(start + scalar.end..start + line.len());
    }

    fn outputs(&self, text: &str) -> Vec<Range<usize>> {
        let starts = text.match_indices("{{").filter(|(at, _)| self.work(&text[*at..]).is_some());
        starts.filter_map(|(at, _)| Some(at..at + values::end(&text[at..])?)).collect()
    }
}

/// Where the value of a line of YAML stands: behind `key:` or `-`, without a comment.
fn scalar(line: &str) -> Range<usize> {
    let end = line.trim_end().len();
    let dash = line.len() - line.trim_start_matches([' ', '-']).len();
    let key = line[dash..end]
        .find(": ")
        .filter(|at| !line[dash..dash + at].contains(['{', '"', '\'']))
        .map_or(dash, |at| dash + at + 2);
    let start = key + line[key..end].len() - line[key..end].trim_start().len();
    start..line[start..end].find(" #").map_or(end, |comment| start + line[start..start + comment].trim_end().len())
}

/// A tag with the white space that goes with it: the whole line if nothing else stands on it, and what `-` takes away.
fn around(text: &str, from: usize, start: usize, end: usize) -> (usize, usize) {
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1).max(from);
    let rest = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    let is_first = line == 0 || text[..line].ends_with('\n');
    let is_alone = is_first && text[line..start].trim().is_empty() && text[end..rest].trim().is_empty();
    let (mut before, mut after) = if is_alone { (line, rest) } else { (start, end) };
    if text[start..].starts_with("{%-") {
        before = from + text[from..before].trim_end().len();
    }
    if text[..end].ends_with("-%}") {
        after = text.len() - text[after..].trim_start().len();
    }
    (before, after)
}

/// All names that templates may use, for a suggestion.
pub fn known<'a>(scan: &'a Scan, context: &'a BTreeMap<String, minijinja::Value>) -> BTreeSet<&'a str> {
    let queries = scan.queries.iter().map(|query| &query.name);
    let names = scan.names.keys().chain(context.keys()).chain(&scan.tables).chain(queries);
    names.map(String::as_str).filter(|name| *name != "loop").collect()
}

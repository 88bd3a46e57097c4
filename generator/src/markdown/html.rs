//! Writes a part of a page as HTML: pulldown-cmark's own, but for headings, links, pictures, listings, formulas,
//! diagrams, footnotes and the values of sentences.

use super::{Definitions, Text, escaped, highlight, math, media, parts};
use crate::diagram::{self, Colors};
use crate::page::Prose;
use media::Medium;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag, TagEnd, html as writer};
use pulldown_cmark_escape::escape_html_body_text;
use std::collections::BTreeSet;

/// Where what a prose names is to be found on the finished site.
pub struct Addresses<'a> {
    /// Another address for that of a link.
    pub link: &'a dyn Fn(&str) -> Option<String>,
    /// A picture, a film or a sound.
    pub medium: &'a dyn Fn(&str) -> Medium,
    /// A word of the page's own in its language.
    pub word: &'a dyn Fn(&str) -> String,
}

/// A part of a page as HTML, with the HTML of its values in their places. Raw HTML passes through; what it may do is
/// for the page's content-security policy to say.
pub fn html(prose: &Prose, definitions: &Definitions, values: &[String], addresses: &Addresses<'_>) -> String {
    let text = Text::new(prose, definitions);
    let mut page = Writer {
        prose,
        definitions,
        values,
        addresses,
        headings: prose.headings.iter(),
        body: Vec::new(),
        notes: Vec::new(),
        is_in_note: false,
        referred: BTreeSet::new(),
        held: None,
        diagrams: 0,
    };
    for (event, _) in text.events() {
        page.event(event);
    }
    let Writer { body, notes, .. } = page;
    aligned(written(media::set_apart(body)) + &footnotes(notes, definitions, addresses.word))
}

/// Text that is written when all of it is known.
enum Held<'a> {
    /// The words that stand for a picture, its address and its caption.
    Medium(String, CowStr<'a>, CowStr<'a>),
    /// The lines of a listing and its language.
    Listing(String, String),
}

struct Writer<'a, 'p> {
    prose: &'p Prose,
    definitions: &'p Definitions,
    values: &'p [String],
    addresses: &'p Addresses<'p>,
    headings: std::slice::Iter<'p, super::Heading>,
    body: Vec<Event<'a>>,
    /// Footnotes: the number of each less one, and what it says.
    notes: Vec<(usize, Vec<Event<'a>>)>,
    is_in_note: bool,
    referred: BTreeSet<usize>,
    held: Option<Held<'a>>,
    /// How many diagrams there have been.
    diagrams: usize,
}

impl<'a> Writer<'a, '_> {
    fn push(&mut self, event: Event<'a>) {
        let note = self.notes.last_mut().filter(|_| self.is_in_note);
        note.map_or(&mut self.body, |(_, events)| events).push(event);
    }

    fn event(&mut self, event: Event<'a>) {
        if self.held.is_some() {
            return self.hold(event);
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(TagEnd::FootnoteDefinition) => self.is_in_note = false,
            Event::FootnoteReference(label) => {
                let event = reference(&label, self.prose, self.definitions, &mut self.referred);
                self.push(event);
            }
            Event::Text(text) => parts(&text).for_each(|part| self.push(filled(part, self.values))),
            Event::Html(html) => self.push(Event::Html(self.raw(&html))),
            Event::InlineHtml(html) => self.push(Event::InlineHtml(self.raw(&html))),
            Event::InlineMath(formula) => {
                self.push(Event::InlineHtml(math::inline(&formula).unwrap_or_default().into()))
            }
            Event::DisplayMath(formula) => {
                self.push(Event::InlineHtml(math::block(&formula).unwrap_or_default().into()))
            }
            other => self.push(other),
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::FootnoteDefinition(label) => {
                self.is_in_note = true;
                self.notes.push((self.definitions.position(&label).unwrap_or(usize::MAX), Vec::new()));
            }
            Tag::Heading { level, classes, attrs, .. } => {
                let id = self.headings.next().map(|heading| CowStr::from(heading.id.clone()));
                self.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Tag::Link { link_type, dest_url, title, id } => {
                let dest_url = (self.addresses.link)(&dest_url).map_or(dest_url, CowStr::from);
                self.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Tag::BlockQuote(Some(kind)) => {
                let title = format!("<p class=\"markdown-alert-title\">{}</p>\n", alert(kind, self.addresses.word));
                self.push(Event::Start(Tag::BlockQuote(Some(kind))));
                self.push(Event::Html(title.into()));
            }
            Tag::Image { dest_url, title, .. } => self.held = Some(Held::Medium(String::new(), dest_url, title)),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let language = info.split([' ', ',', '{']).next().unwrap_or_default().to_owned();
                self.held = Some(Held::Listing(String::new(), language));
            }
            tag => self.push(Event::Start(tag)),
        }
    }

    /// Collects what stands in a listing or for a picture, until it ends.
    fn hold(&mut self, event: Event<'a>) {
        match (&event, &mut self.held) {
            (Event::Text(text) | Event::Code(text), Some(Held::Medium(words, ..) | Held::Listing(words, _))) => {
                words.push_str(text)
            }
            (Event::SoftBreak | Event::HardBreak, Some(Held::Medium(words, ..))) => words.push(' '),
            (Event::End(TagEnd::Image), Some(Held::Medium(..))) => self.release(),
            (Event::End(TagEnd::CodeBlock), Some(Held::Listing(..))) => self.release(),
            _ => {}
        }
    }

    fn release(&mut self) {
        match self.held.take() {
            Some(Held::Medium(words, url, caption)) => {
                let html = (self.addresses.medium)(&url).html(&words, &caption);
                self.push(Event::InlineHtml(html.into()));
            }
            Some(Held::Listing(text, language)) if language == "mermaid" => {
                let html = self.diagram(&text);
                self.push(Event::Html(html.into()));
            }
            Some(Held::Listing(text, language)) => self.push(Event::Html(Self::listing(&text, &language).into())),
            None => {}
        }
    }

    /// A diagram; the check of the page has told what is wrong with it.
    fn diagram(&mut self, text: &str) -> String {
        self.diagrams += 1;
        let id = format!("diagram-{}-{}", self.prose.span.start, self.diagrams);
        let svg = diagram::svg(text, &id, Colors::OfThePage).unwrap_or_default();
        format!("<figure class=\"diagram\">{svg}</figure>\n")
    }

    fn listing(text: &str, language: &str) -> String {
        let class = escaped(language);
        let attribute = if class.is_empty() { String::new() } else { format!(" class=\"language-{class}\"") };
        let code = highlight::highlight(language, text).unwrap_or_else(|| {
            let mut code = String::new();
            escape_html_body_text(&mut code, text).expect("writing to memory");
            code
        });
        let end = if code.ends_with('\n') { "" } else { "\n" };
        format!("<pre tabindex=\"0\"><code{attribute}>{code}{end}</code></pre>\n")
    }

    /// HTML as the author wrote it, with values and addresses filled in.
    fn raw(&self, html: &str) -> CowStr<'a> {
        let filled = inserted(html, self.values);
        media::readdressed(&filled, self.addresses).into()
    }
}

fn filled<'a>(part: Result<&str, usize>, values: &[String]) -> Event<'a> {
    match part {
        Ok(text) => Event::Text(text.to_owned().into()),
        Err(index) => Event::InlineHtml(values.get(index).cloned().unwrap_or_default().into()),
    }
}

fn inserted(html: &str, values: &[String]) -> String {
    parts(html).map(|part| part.unwrap_or_else(|index| values.get(index).map_or("", String::as_str))).collect()
}

fn reference<'a>(label: &str, prose: &Prose, definitions: &Definitions, referred: &mut BTreeSet<usize>) -> Event<'a> {
    let Some(index) = definitions.position(label) else { return Event::Text(format!("[^{label}]").into()) };
    let is_first = definitions.footnotes[index].first == Some(prose.span.start) && referred.insert(index);
    let number = index + 1;
    let id = if is_first { format!(" id=\"footnote-reference-{number}\"") } else { String::new() };
    Event::InlineHtml(
        format!("<sup class=\"footnote-reference\"><a href=\"#footnote-{number}\"{id}>{number}</a></sup>").into(),
    )
}

/// The footnotes that a prose defines, as far as the page refers to them.
fn footnotes(mut notes: Vec<(usize, Vec<Event<'_>>)>, definitions: &Definitions, t: &dyn Fn(&str) -> String) -> String {
    notes.retain(|(index, _)| definitions.footnotes.get(*index).is_some_and(|footnote| footnote.first.is_some()));
    notes.sort_by_key(|(index, _)| *index);
    let Some((first, _)) = notes.first() else { return String::new() };
    let start = first + 1;
    let back = t("Back to the text");
    let items: String = notes.into_iter().map(|(index, events)| footnote(index + 1, events, &back)).collect();
    format!("<section class=\"footnotes\">\n<ol start=\"{start}\">\n{items}</ol>\n</section>\n")
}

fn footnote(number: usize, mut events: Vec<Event<'_>>, back: &str) -> String {
    let back = Event::InlineHtml(
        format!(" <a class=\"footnote-back\" href=\"#footnote-reference-{number}\" aria-label=\"{back}\">↩</a>").into(),
    );
    let end = events.iter().rposition(|event| matches!(event, Event::End(TagEnd::Paragraph))).unwrap_or(events.len());
    events.insert(end, back);
    format!("<li id=\"footnote-{number}\" value=\"{number}\">{}</li>\n", written(events))
}

/// What an alert is called.
fn alert(kind: BlockQuoteKind, t: &dyn Fn(&str) -> String) -> String {
    match kind {
        BlockQuoteKind::Note => t("Note"),
        BlockQuoteKind::Tip => t("Tip"),
        BlockQuoteKind::Important => t("Important"),
        BlockQuoteKind::Warning => t("Warning"),
        BlockQuoteKind::Caution => t("Caution"),
    }
}

fn written(events: Vec<Event<'_>>) -> String {
    let mut html = String::new();
    writer::push_html(&mut html, events.into_iter());
    html
}

/// Alignment of table cells by class, as the page's security policy takes no inline styles.
fn aligned(html: String) -> String {
    ["left", "center", "right"].iter().fold(html, |html, side| {
        html.replace(&format!(" style=\"text-align: {side}\">"), &format!(" class=\"{side}\">"))
    })
}

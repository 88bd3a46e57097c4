//! Directives in sentences: `:badge[New]{tone: good}`, in the form of CommonMark's generic directives. Each becomes HTML
//! before Markdown is read; what a badge or tooltip holds stays Markdown.

use super::hint;
use super::values::is_escaped;
use crate::bind::keys::unknown_key;
use crate::diagnostics::{Diagnostics, Files, Span, suggest};
use crate::error;
use crate::icons;
use crate::markdown::escaped;
use crate::yaml::{self, Node, Yaml};
use std::ops::Range;

/// A part of a prose and the HTML that takes its place.
pub type Replacement = (Range<usize>, String);

/// The directives and the keys of each.
const DIRECTIVES: [(&str, &[&str]); 6] = [
    ("badge", &["tone"]),
    ("tooltip", &["text"]),
    ("icon", &["label"]),
    ("avatar", &["image"]),
    ("copy", &[]),
    ("space", &[]),
];
/// The tones of a badge.
const TONES: [&str; 4] = ["note", "good", "warning", "bad"];
/// How wide a space is.
const SPACES: [&str; 3] = ["small", "medium", "large"];

/// A directive as it is written.
struct Directive<'a> {
    name: &'static str,
    /// All of it.
    range: Range<usize>,
    /// What stands between the brackets.
    content: Range<usize>,
    /// The same as text.
    words: &'a str,
    /// Its keys and values.
    keys: Vec<(String, Node)>,
    span: Span,
}

/// The HTML of all directives of a prose, in order; those in code and comments are text.
pub fn replacements(
    files: &Files,
    prose: Span,
    verbatim: &[Range<usize>],
    diagnostics: &mut Diagnostics,
) -> Vec<Replacement> {
    let source = files.source(prose);
    let mut replacements = Vec::new();
    for (at, _) in source.match_indices(':').filter(|(at, _)| is_start(source, *at)) {
        if verbatim.iter().any(|range| range.contains(&at)) {
            continue;
        }
        if let Some(directive) = directive(files, prose, at, diagnostics) {
            replacements.extend(html(&directive, diagnostics));
        }
    }
    replacements.sort_by_key(|(range, _)| range.start);
    replacements
}

/// True if a prose may have directives.
pub fn may_have(source: &str) -> bool {
    source.contains(':') && source.contains("[")
}

/// A colon that begins a word.
fn is_start(source: &str, at: usize) -> bool {
    let before = source[..at].chars().next_back();
    let is_word = before.is_some_and(|letter| letter.is_alphanumeric() || ":/".contains(letter));
    !is_word && !is_escaped(source, at)
}

fn directive<'a>(files: &'a Files, prose: Span, at: usize, diagnostics: &mut Diagnostics) -> Option<Directive<'a>> {
    let source = files.source(prose);
    let rest = &source[at + 1..];
    let name = &rest[..rest.find(|letter: char| !letter.is_ascii_lowercase() && letter != '-')?];
    if name.is_empty() || !rest[name.len()..].starts_with('[') {
        return None;
    }
    let start = at + name.len() + 2;
    let place = prose.part(at..start - 1);
    let names = DIRECTIVES.map(|(name, _)| name);
    let Some((name, allowed)) = DIRECTIVES.into_iter().find(|(known, _)| *known == name) else {
        if let Some(near) = suggest(name, names) {
            diagnostics.push(
                error!(place, "unknown directive `:{name}[`"; hint: "did you mean `:{near}[`? Write `\\:` for a colon"),
            );
        }
        return None;
    };
    let Some(length) = closing(&source[start..]) else {
        diagnostics
            .push(error!(place, "`:{name}[` is not closed"; hint: "write `]` at its end, in the same paragraph"));
        return None;
    };
    let content = start..start + length;
    let behind = content.end + 1;
    let braces = source[behind..].strip_prefix('{').and_then(|rest| Some(behind..behind + rest.find('}')? + 2));
    let keys = braces.clone().map_or_else(Vec::new, |range| keys(files, prose.part(range), allowed, diagnostics));
    let range = at..braces.map_or(behind, |range| range.end);
    Some(Directive { name, words: &source[content.clone()], span: prose.part(range.clone()), range, content, keys })
}

/// Where the bracket closes, in the same paragraph.
fn closing(source: &str) -> Option<usize> {
    let paragraph = &source[..source.find("\n\n").unwrap_or(source.len())];
    let mut depth = 0;
    for (at, letter) in paragraph.char_indices().filter(|(at, _)| !is_escaped(paragraph, *at)) {
        match letter {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn keys(files: &Files, braces: Span, allowed: &[&str], diagnostics: &mut Diagnostics) -> Vec<(String, Node)> {
    let Some(Yaml::Map(map)) = yaml::parse(files, braces, diagnostics).map(|node| node.yaml) else { return Vec::new() };
    for (key, _) in map.iter().filter(|(key, _)| !allowed.contains(&key.name.as_str())) {
        diagnostics.push(match allowed {
            [] => error!(key.span, "unknown key `{}`", key.name; hint: "this directive has no keys"),
            [one] => error!(key.span, "unknown key `{}`", key.name; hint: "there is `{one}`"),
            allowed => unknown_key(&key.name, key.span, allowed),
        });
    }
    map.into_iter().map(|(key, node)| (key.name, node)).collect()
}

impl Directive<'_> {
    fn text(&self, key: &str) -> Option<(String, Span)> {
        let (_, node) = self.keys.iter().find(|(name, _)| name == key)?;
        Some((node.text()?, node.span))
    }

    /// HTML around what it holds.
    fn around(&self, before: String, behind: String) -> Vec<Replacement> {
        vec![(self.range.start..self.content.start, before), (self.content.end..self.range.end, behind)]
    }

    /// HTML in place of all of it.
    fn whole(&self, html: String) -> Vec<Replacement> {
        vec![(self.range.clone(), html)]
    }
}

fn html(directive: &Directive<'_>, diagnostics: &mut Diagnostics) -> Vec<Replacement> {
    let Directive { words, .. } = directive;
    match directive.name {
        "badge" => badge(directive, diagnostics),
        "tooltip" => tooltip(directive, diagnostics),
        "icon" => icon(directive, diagnostics),
        "avatar" => directive.whole(avatar(directive)),
        "copy" => directive.whole(format!("<span class=\"copy\"><code>{}</code></span>", plain(words))),
        _ => space(directive, diagnostics),
    }
}

fn badge(directive: &Directive<'_>, diagnostics: &mut Diagnostics) -> Vec<Replacement> {
    let tone = match directive.text("tone") {
        Some((tone, span)) if !TONES.contains(&tone.as_str()) => {
            diagnostics.push(error!(span, "unknown tone `{tone}`"; hint: "{}", hint(&tone, &TONES)));
            String::new()
        }
        Some((tone, _)) => format!(" badge-{tone}"),
        None => String::new(),
    };
    directive.around(format!("<span class=\"badge{tone}\">"), "</span>".to_owned())
}

fn tooltip(directive: &Directive<'_>, diagnostics: &mut Diagnostics) -> Vec<Replacement> {
    let Some((text, _)) = directive.text("text") else {
        let example = "as in `:tooltip[margin]{text: \"Revenue less cost\"}`";
        diagnostics.push(error!(directive.span, "a tooltip needs `text`"; hint: "{example}"));
        return Vec::new();
    };
    let id = format!("tooltip-{}", directive.span.start);
    let before = format!("<span class=\"tooltip\" tabindex=\"0\" aria-describedby=\"{id}\">");
    directive.around(
        before,
        format!("<span class=\"tooltip-text\" role=\"tooltip\" id=\"{id}\"> {}</span></span>", plain(&text)),
    )
}

fn icon(directive: &Directive<'_>, diagnostics: &mut Diagnostics) -> Vec<Replacement> {
    let label = directive.text("label").map(|(label, _)| label);
    match icons::svg(directive.words, label.as_deref()) {
        Some(svg) => directive.whole(svg),
        None => {
            diagnostics.push(unknown_icon(directive.words, directive.span));
            Vec::new()
        }
    }
}

/// The diagnostic for an icon that there is not.
pub fn unknown_icon(name: &str, span: Span) -> crate::diagnostics::Diagnostic {
    match suggest(name, icons::names()) {
        Some(near) => error!(span, "unknown icon `{name}`"; hint: "did you mean `{near}`?"),
        None => error!(span, "unknown icon `{name}`"; hint: "the names are those of https://lucide.dev/icons"),
    }
}

/// A round picture, or the initials of a name.
fn avatar(directive: &Directive<'_>) -> String {
    let name = plain(directive.words);
    if let Some((image, _)) = directive.text("image") {
        return format!("<img class=\"avatar\" src=\"{}\" alt=\"{name}\" width=\"40\" height=\"40\">", escaped(&image));
    }
    let initials: String = directive.words.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    format!("<span class=\"avatar\" role=\"img\" aria-label=\"{name}\">{}</span>", plain(&initials))
}

fn space(directive: &Directive<'_>, diagnostics: &mut Diagnostics) -> Vec<Replacement> {
    if !SPACES.contains(&directive.words) {
        let known = SPACES.map(|size| format!("`:space[{size}]`")).join(", ");
        diagnostics.push(error!(directive.span, "unknown space `{}`", directive.words; hint: "there are {known}"));
        return Vec::new();
    }
    directive.whole(format!("<span class=\"space space-{}\"></span>", directive.words))
}

/// A text as HTML in which Markdown finds no marks.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_punctuation() => format!("&#{};", u32::from(letter)),
        letter => letter.to_string(),
    };
    text.chars().map(letter).collect()
}

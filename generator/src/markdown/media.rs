//! Pictures, films and sounds: `![words](file "caption")` and the addresses in raw HTML.

use super::escaped;
use super::html::Addresses;
use pulldown_cmark::{Event, Tag, TagEnd};
use pulldown_cmark_escape::escape_href;
use std::ops::Range;

/// What an address of a picture, film or sound leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Medium {
    /// Its address.
    pub url: String,
    /// A picture's width and height in pixels, if they are known.
    pub size: Option<(usize, usize)>,
}

const FILMS: [&str; 4] = ["mp4", "webm", "ogv", "mov"];
const SOUNDS: [&str; 6] = ["mp3", "ogg", "oga", "wav", "m4a", "flac"];
/// Attributes of raw HTML that hold an address.
const ATTRIBUTES: [&str; 3] = [" src=", " poster=", " href="];

impl Medium {
    /// The element that shows it; a caption stays in its `title` until [`set_apart`] finds that it stands alone.
    pub fn html(&self, words: &str, caption: &str) -> String {
        let mut url = String::new();
        escape_href(&mut url, &self.url).expect("writing to memory");
        let (label, title) = (escaped(words), escaped(caption));
        let title = if title.is_empty() { title } else { format!(" title=\"{title}\"") };
        let size =
            self.size.map_or_else(String::new, |(width, height)| format!(" width=\"{width}\" height=\"{height}\""));
        let extension = extension(&self.url);
        match extension.as_str() {
            film if FILMS.contains(&film) => {
                format!("<video controls preload=\"metadata\" src=\"{url}\" aria-label=\"{label}\"{title}></video>")
            }
            sound if SOUNDS.contains(&sound) => {
                format!("<audio controls preload=\"metadata\" src=\"{url}\" aria-label=\"{label}\"{title}></audio>")
            }
            "pdf" => format!(
                "<iframe class=\"embed\" src=\"{url}\" aria-label=\"{label}\" loading=\"lazy\"{title}></iframe>"
            ),
            _ => format!("<img src=\"{url}\" alt=\"{label}\"{size} loading=\"lazy\" decoding=\"async\"{title}>"),
        }
    }
}

/// What an address ends in: `png`.
pub fn extension(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// Makes figures of the media that are all of their paragraph and have a caption.
pub fn set_apart(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut apart: Vec<Event<'_>> = Vec::with_capacity(events.len());
    for event in events {
        apart.push(event);
        let [.., Event::Start(Tag::Paragraph), Event::InlineHtml(html), Event::End(TagEnd::Paragraph)] = &apart[..]
        else {
            continue;
        };
        let Some(figure) = figure(html) else { continue };
        apart.truncate(apart.len() - 3);
        apart.push(Event::Html(figure.into()));
    }
    apart
}

fn figure(html: &str) -> Option<String> {
    let is_medium = ["<img ", "<video ", "<audio ", "<iframe "].iter().any(|start| html.starts_with(start));
    let (before, rest) = html.split_once(" title=\"").filter(|_| is_medium)?;
    let (caption, after) = rest.split_once('"')?;
    Some(format!("<figure>{before}{after}<figcaption>{caption}</figcaption></figure>\n"))
}

/// The tags of an element in HTML, in whatever case.
pub fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let opens = html.match_indices('<').map(|(at, _)| at);
    opens.filter_map(move |at| {
        let rest = &html[at + 1..];
        let is_named = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let ends = rest.get(name.len()..).is_some_and(|rest| rest.starts_with([' ', '>', '/', '\n', '\t']));
        (is_named && ends).then(|| at..rest.find('>').map_or(html.len(), |end| at + end + 2))
    })
}

/// The addresses of the pages that HTML embeds.
pub fn frames(html: &str) -> Vec<&str> {
    let tags = tags(html, "iframe").map(|tag| &html[tag]);
    tags.flat_map(|tag| addresses(tag).into_iter().map(|(_, url)| url)).collect()
}

/// The addresses in raw HTML, each with its place.
pub fn addresses(html: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for attribute in ATTRIBUTES {
        for (at, _) in html.match_indices(attribute) {
            let start = at + attribute.len();
            let Some(quote) = html[start..].chars().next().filter(|quote| ['"', '\''].contains(quote)) else {
                continue;
            };
            if let Some(length) = html[start + 1..].find(quote) {
                found.push((start + 1, &html[start + 1..start + 1 + length]));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Raw HTML with the addresses of the finished site.
pub fn readdressed(html: &str, site: &Addresses<'_>) -> String {
    let mut written = String::with_capacity(html.len());
    let mut from = 0;
    for (at, address) in addresses(html) {
        let Some(better) = (site.link)(&address.replace("&amp;", "&")) else { continue };
        written.push_str(&html[from..at]);
        escape_href(&mut written, &better).expect("writing to memory");
        from = at + address.len();
    }
    written.push_str(&html[from..]);
    written
}

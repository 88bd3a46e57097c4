//! The search index: the words of every page, for the reader's browser to search.

use crate::markdown;
use crate::page::{Page, Piece};
use crate::render;
use crate::site::Site;
use serde::Serialize;

/// The library that searches, as the browser loads it.
pub const LIBRARY: &[u8] = include_bytes!("../search/minisearch.js");
/// What its licence asks to pass on.
pub const LICENSE: &str = include_str!("../search/LICENSE.txt");

/// More text than this is too much to download for a search: then titles and headings are searched.
const MOST_TEXT: usize = 2_000_000;

#[derive(Serialize)]
struct Entry {
    /// The page's path, with a slash at its end.
    path: String,
    title: String,
    headings: String,
    text: String,
    #[serde(skip)]
    description: String,
}

/// The index as JSON; none for a site of one page.
pub fn index<'a>(site: &Site, pages: impl Iterator<Item = &'a Page>) -> Option<String> {
    let mut entries: Vec<Entry> = pages.filter(|page| page.is_listed).map(|page| entry(site, page)).collect();
    if entries.iter().map(|entry| entry.text.len()).sum::<usize>() > MOST_TEXT {
        entries.iter_mut().for_each(|entry| entry.text = std::mem::take(&mut entry.description));
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    (entries.len() > 1).then(|| serde_json::to_string(&entries).expect("entries are texts"))
}

fn entry(site: &Site, page: &Page) -> Entry {
    let slash = if page.path.is_empty() { "" } else { "/" };
    let headings: Vec<&str> = markdown::headings(&page.pieces).iter().map(|heading| heading.title.as_str()).collect();
    let description = page.front.description.as_ref().map_or_else(String::new, |(text, _)| text.clone());
    let mut text = format!("{description} ");
    words(&page.pieces, &mut text);
    Entry {
        path: format!("{}{slash}", page.path),
        title: render::title(page, site),
        headings: headings.join(" · "),
        text: text.trim().to_owned(),
        description,
    }
}

fn words(pieces: &[Piece], text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Prose(prose) => text.push_str(&markdown::plain(&prose.text)),
            Piece::Container(container) => {
                text.extend(container.title.iter().flat_map(|(title, _)| [title.as_str(), " "]));
                words(&container.pieces, text);
            }
            Piece::Block(_) => {}
        }
    }
}

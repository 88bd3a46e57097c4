//! Pages that the author did not write: one for each tag, and the one that a host shows for an address without a page.

use super::{Page, parse};
use crate::diagnostics::Diagnostics;
use crate::site::Site;
use crate::{markdown, template};
use std::collections::BTreeMap;

/// Adds the pages that the author's pages call for; one that the author wrote stays.
pub fn made(site: &mut Site, pages: &mut Vec<Page>, diagnostics: &mut Diagnostics) {
    let mut texts = tags(pages);
    texts.insert("404".to_owned(), "---\ntitle: Page not found\n---\n\n# Page not found\n\nThere is no page at this address. [Go to the start page](/index.md).\n".to_owned());
    if !pages.iter().any(|page| page.path.is_empty()) {
        texts.insert("404".to_owned(), "# Page not found\n\nThere is no page at this address.\n".to_owned());
    }
    for (path, text) in
        texts.into_iter().filter(|(path, _)| pages.iter().all(|page| page.path != *path)).collect::<Vec<_>>()
    {
        let file = site.files.add(format!("content/{path}.md"), text);
        let page = Page { is_listed: false, ..parse(file, &site.files, diagnostics) };
        pages.push(page);
    }
}

/// The page of each tag, and one with all tags.
fn tags(pages: &[Page]) -> BTreeMap<String, String> {
    let mut tagged: BTreeMap<String, (String, Vec<&Page>)> = BTreeMap::new();
    for page in pages {
        for (tag, _) in &page.front.tags {
            let (_, pages) = tagged.entry(path(tag)).or_insert_with(|| (tag.clone(), Vec::new()));
            pages.push(page);
        }
    }
    if tagged.is_empty() {
        return BTreeMap::new();
    }
    let all = tagged.iter().map(|(path, (tag, pages))| format!("- [{}](/{path}.md) ({})\n", plain(tag), pages.len()));
    let all = format!("---\ntitle: Tags\n---\n\n# Tags\n\n{}", all.collect::<String>());
    let one = |(path, (tag, pages)): (&String, &(String, Vec<&Page>))| (path.clone(), list(tag, pages));
    tagged.iter().map(one).chain([("tags".to_owned(), all)]).collect()
}

/// The pages with a tag, the latest first.
fn list(tag: &str, pages: &[&Page]) -> String {
    let mut pages = pages.to_vec();
    pages.sort_by(|a, b| b.front.date.cmp(&a.front.date));
    let item = |page: &&Page| {
        let title =
            page.front.title.as_ref().map(|(title, _)| title.clone()).or_else(|| markdown::first_heading(&page.pieces));
        let path = if page.path.is_empty() { "index" } else { &page.path };
        let date = page.front.date.as_ref().map_or_else(String::new, |date| format!(" · {date}"));
        format!("- [{}](/{path}.md){date}\n", plain(title.as_deref().unwrap_or(path)))
    };
    let title = serde_json::Value::from(tag).to_string();
    format!(
        "---\ntitle: {title}\n---\n\n# {}\n\n{}\n[All tags](/tags.md)\n",
        plain(tag),
        pages.iter().map(item).collect::<String>()
    )
}

/// A text as Markdown that shows it.
fn plain(text: &str) -> String {
    text.chars().flat_map(|letter| letter.is_ascii_punctuation().then_some('\\').into_iter().chain([letter])).collect()
}

/// The path of a tag's page.
pub fn path(tag: &str) -> String {
    format!("tags/{}", template::slug(tag))
}

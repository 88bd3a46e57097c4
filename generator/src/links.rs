//! The link stage: what the prose of each page points to is looked up, so that no link, picture or anchor of a finished
//! site leads nowhere; formulas are read here too.

mod embeds;
mod prose;

use crate::diagnostics::{Diagnostic, Diagnostics, Span, suggest};
use crate::page::{self, Page, Piece, Prose};
use crate::site::Site;
use crate::template;
use crate::{Mode, error, markdown};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a site's links may lead to.
#[derive(Debug, Default)]
pub struct Links {
    /// The anchors of each page.
    pages: BTreeMap<String, BTreeSet<String>>,
    /// Former addresses of pages, each with that of the page.
    pub aliases: BTreeMap<String, String>,
    /// Files beside pages, by path below `content/`.
    files: BTreeSet<String>,
    /// Files of `static/`, by path in the bundle.
    statics: BTreeSet<String>,
    /// Folders whose pages are not all known, as no data was read.
    open: Vec<String>,
    /// The files beside pages that pages point to.
    pub used: BTreeSet<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a page, by path, and an anchor with its `#`.
    Page(String, String),
    /// To a file beside pages.
    File(String),
    /// To a file of `static/`.
    Static(String),
    /// Out of the site.
    Outside,
    /// Nowhere.
    Missing,
}

/// Looks up every link of every page.
pub fn links(site: &Site, pages: &[Page], mode: Mode, diagnostics: &mut Diagnostics) -> Links {
    let mut links = Links {
        pages: pages.iter().map(|page| (page.path.clone(), anchors(page))).collect(),
        aliases: BTreeMap::new(),
        files: site.media.keys().cloned().collect(),
        statics: site.assets.iter().map(|(path, _)| path.clone()).collect(),
        open: open(site, mode),
        used: BTreeSet::new(),
    };
    for page in pages {
        links.alias(page, diagnostics);
    }
    let checked: Vec<(BTreeSet<String>, Diagnostics)> = pages.par_iter().map(|page| links.check(site, page)).collect();
    for (used, found) in checked {
        links.used.extend(used);
        diagnostics.extend(found);
    }
    links
}

/// While only checking, a page for each row is one page: what else lies in its folder is not known.
fn open(site: &Site, mode: Mode) -> Vec<String> {
    let paths = site.pages.iter().map(|file| site.files.path(*file)).filter(|_| mode == Mode::Check);
    let named = paths.filter(|path| !template::names_in(path).is_empty());
    named.map(|path| page::path(path).split('[').next().unwrap_or_default().to_owned()).collect()
}

/// The ids that links to a page may name: those of its headings, and those in raw HTML.
fn anchors(page: &Page) -> BTreeSet<String> {
    let mut ids: BTreeSet<String> =
        markdown::headings(&page.pieces).into_iter().map(|heading| heading.id.clone()).collect();
    proses(&page.pieces, &mut |prose| {
        for (at, start) in prose.text.match_indices(" id=\"") {
            let rest = &prose.text[at + start.len()..];
            ids.extend(rest.find('"').map(|end| rest[..end].to_owned()));
        }
    });
    ids
}

fn proses<'a>(pieces: &'a [Piece], f: &mut impl FnMut(&'a Prose)) {
    for piece in pieces {
        match piece {
            Piece::Prose(prose) => f(prose),
            Piece::Container(container) => proses(&container.pieces, f),
            Piece::Block(_) => {}
        }
    }
}

impl Links {
    /// What is wrong with the links of a page whose text has changed; none if the change matters to other pages, or needs
    /// files that the bundle does not have.
    pub fn recheck(&self, site: &Site, page: &Page) -> Option<Diagnostics> {
        let is_same = self.pages.get(&page.path) == Some(&anchors(page));
        let (used, found) = self.check(site, page);
        (is_same && used.is_subset(&self.used)).then_some(found)
    }

    /// Where an address in a page leads; `source` is the page's file, as links are written from file to file.
    pub fn resolve(&self, source: &str, page: &str, url: &str) -> Target {
        let (address, anchor) = url.split_at(url.find('#').unwrap_or(url.len()));
        let address = address.split('?').next().unwrap_or_default();
        if address.is_empty() {
            return Target::Page(page.to_owned(), anchor.to_owned());
        }
        if is_outside(address) {
            return Target::Outside;
        }
        let address = percent_decode_str(address).decode_utf8_lossy();
        let folder = folder(source);
        let from_file = joined(folder, &address);
        let from_page = joined(page, &address);
        let found = from_file.as_deref().and_then(|path| self.find(path, anchor));
        found.or_else(|| from_page.as_deref().and_then(|path| self.find(path, anchor))).unwrap_or(Target::Missing)
    }

    fn find(&self, path: &str, anchor: &str) -> Option<Target> {
        let as_page = |path: String| {
            let page = self.aliases.get(&path).unwrap_or(&path);
            self.pages.contains_key(page).then(|| Target::Page(page.clone(), anchor.to_owned()))
        };
        if path.ends_with(".md") {
            return as_page(page::path(path));
        }
        if self.files.contains(path) {
            return Some(Target::File(path.to_owned()));
        }
        if self.statics.contains(path) {
            return Some(Target::Static(path.to_owned()));
        }
        let folder = path.strip_suffix("index.html").unwrap_or(path).trim_end_matches('/');
        as_page(folder.to_owned())
    }

    fn alias(&mut self, page: &Page, diagnostics: &mut Diagnostics) {
        for (alias, span) in &page.front.aliases {
            let path = page::path(alias.trim_matches('/')).trim_end_matches('/').to_owned();
            if self.pages.contains_key(&path) {
                diagnostics
                    .push(error!(*span, "`{alias}` is a page"; hint: "an alias is an address that a page had before"));
            } else if let Some(first) = self.aliases.insert(path, page.path.clone()).filter(|first| *first != page.path)
            {
                diagnostics
                    .push(error!(*span, "`{alias}` leads to `/{first}` already"; hint: "an alias belongs to one page"));
            }
        }
    }

    fn check(&self, site: &Site, page: &Page) -> (BTreeSet<String>, Diagnostics) {
        let mut used = BTreeSet::new();
        let mut diagnostics = Diagnostics::default();
        proses(&page.pieces, &mut |prose| {
            embeds::check(prose, &site.config.policy, &mut diagnostics);
            for (url, span) in prose::addresses(prose, &page.definitions, &mut diagnostics) {
                let target = self.resolve(site.files.path(page.file), &page.path, &url);
                match target {
                    Target::File(file) => drop(used.insert(file)),
                    Target::Page(path, anchor) => self.check_anchor(&path, &anchor, span, &mut diagnostics),
                    Target::Missing if !self.is_open(site.files.path(page.file), &url) => {
                        diagnostics.push(self.missing(site.files.path(page.file), &url, span));
                    }
                    Target::Missing | Target::Static(_) | Target::Outside => {}
                }
            }
        });
        (used, diagnostics)
    }

    fn check_anchor(&self, path: &str, anchor: &str, span: Span, diagnostics: &mut Diagnostics) {
        let id = percent_decode_str(anchor.trim_start_matches('#')).decode_utf8_lossy();
        let Some(ids) = self.pages.get(path).filter(|ids| !id.is_empty() && !ids.contains(id.as_ref())) else { return };
        if id.starts_with("footnote-") || id == "main" || id.contains('=') {
            return;
        }
        let place = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        diagnostics.push(match suggest(&id, ids.iter().map(String::as_str)) {
            Some(near) => error!(span, "`{place}` has no heading `#{id}`"; hint: "did you mean `#{near}`?"),
            None => error!(span, "`{place}` has no heading `#{id}`"; hint: "headings have the anchors that GitHub gives them: `## Two words` is `#two-words`"),
        });
    }

    /// True if a link may lead to a page that exists only once data is read.
    fn is_open(&self, source: &str, url: &str) -> bool {
        let folder = folder(source);
        joined(folder, url).is_some_and(|path| self.open.iter().any(|open| path.starts_with(open.as_str())))
    }

    fn missing(&self, source: &str, url: &str, span: Span) -> Diagnostic {
        let folder = folder(source);
        let address = url.split(['#', '?']).next().unwrap_or_default();
        let wanted = joined(folder, address).unwrap_or_else(|| address.to_owned());
        let pages =
            self.pages.keys().map(|path| if path.is_empty() { "index.md".to_owned() } else { format!("{path}.md") });
        let known: Vec<String> = pages.chain(self.files.iter().cloned()).collect();
        let near = suggest(&wanted, known.iter().map(String::as_str)).map(|near| relative(folder, near));
        let what =
            if markdown::media::extension(address).is_empty() || address.ends_with(".md") { "page" } else { "file" };
        match near {
            Some(near) => error!(span, "there is no {what} `{url}`"; hint: "did you mean `{near}`?"),
            None => {
                error!(span, "there is no {what} `{url}`"; hint: "links lead from file to file, as in `../sales.md#top`; files lie beside pages or in `static/`")
            }
        }
    }
}

/// True for an address with a scheme or a host.
fn is_outside(address: &str) -> bool {
    let scheme = address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    });
    scheme || address.starts_with("//")
}

/// The path in `content/` of a file that a page names; none if it leads out of the site.
pub fn beside(source: &str, address: &str) -> Option<String> {
    joined(folder(source), address)
}

/// How a page names a file of `content/`.
pub fn seen_from(source: &str, path: &str) -> String {
    relative(folder(source), path)
}

/// The folder of a page's file, in `content/`.
fn folder(source: &str) -> &str {
    source.strip_prefix("content/").unwrap_or(source).rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path from a folder on; none if it leads out of the site. One that starts with `/` counts from the site's root.
pub(crate) fn joined(folder: &str, address: &str) -> Option<String> {
    let start = if address.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path as a file of a folder writes it.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let common = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    "../".repeat(from.len() - common) + &to[common..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_folders() {
        let cases = [
            ("a/b", "../c.md", Some("a/c.md")),
            ("a", "/c.md", Some("c.md")),
            ("", "../c", None),
            ("a", "./b//c", Some("a/b/c")),
        ];
        for (folder, address, path) in cases {
            assert_eq!(joined(folder, address).as_deref(), path, "{address}");
        }
        assert_eq!(relative("a/b", "a/c.md"), "../c.md");
        assert_eq!(relative("", "a/c.md"), "a/c.md");
        assert!(is_outside("mailto:a@b.c") && is_outside("//b.c") && !is_outside("a/b:c"));
    }
}

//! Files that hosts, robots, feed readers and old links look for.

use crate::bundle::{Bundle, sha256};
use crate::config::Config;
use crate::links::Links;
use crate::markdown::escaped;
use crate::navigation::address;
use crate::page::Page;
use crate::render::{self, to_root};
use crate::site::Site;
use serde_json::json;

/// What hosts may keep for ever.
const HEADERS: &str = "/_dashgen/*\n  Cache-Control: public, max-age=31536000, immutable\n/_data/*\n  Cache-Control: public, max-age=31536000, immutable\n/_files/*\n  Cache-Control: public, max-age=31536000, immutable\n";

/// Adds them all; the manifest comes last.
pub fn host_files(site: &Site, pages: &[&Page], links: &Links, bundle: &mut Bundle) {
    bundle.files.insert(".nojekyll".to_owned(), Vec::new());
    bundle.files.insert("_headers".to_owned(), HEADERS.as_bytes().to_vec());
    for (alias, path) in &links.aliases {
        let name = if alias.ends_with(".html") { alias.clone() } else { format!("{alias}/index.html") };
        bundle.files.insert(name, redirect(alias, path).into_bytes());
    }
    if let Some(url) = &site.config.url {
        bundle.files.insert("sitemap.xml".to_owned(), sitemap(url, pages).into_bytes());
        if let Some(feed) = feed(site, url, pages) {
            bundle.files.insert(FEED.to_owned(), feed.into_bytes());
        }
    }
    let manifest = manifest(bundle);
    bundle.files.insert("manifest.json".to_owned(), manifest.into_bytes());
}

fn manifest(bundle: &Bundle) -> String {
    let file =
        |(path, bytes): (&String, &Vec<u8>)| json!({"path": path, "bytes": bytes.len(), "sha256": sha256(bytes)});
    let files: Vec<_> = bundle.files.iter().map(file).collect();
    json!({"generator": concat!("dashgen ", env!("CARGO_PKG_VERSION")), "files": files}).to_string()
}

/// Where the feed lies.
pub const FEED: &str = "feed.xml";

/// True if a site has pages with dates and knows where it will be.
pub fn has_feed<'a>(config: &Config, mut pages: impl Iterator<Item = &'a Page>) -> bool {
    config.url.is_some() && pages.any(|page| page.front.date.is_some())
}

/// What the addresses of a page start with. The page for addresses that do not exist is shown at any depth, so it counts
/// from the host's root.
pub fn root(config: &Config, path: &str, is_preview: bool) -> String {
    if path != "404" {
        return to_root(path);
    }
    let url = config.url.as_deref().filter(|_| !is_preview).unwrap_or_default();
    let below = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    if below.is_empty() { "/".to_owned() } else { format!("/{below}/") }
}

/// A page's full address.
pub fn full(url: &str, path: &str) -> String {
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{url}/{path}{slash}")
}

fn redirect(alias: &str, path: &str) -> String {
    let from = if alias.ends_with(".html") { alias.rsplit_once('/').map_or("", |(folder, _)| folder) } else { alias };
    let to = escaped(&address(from, path));
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Moved</title>\n<meta http-equiv=\"refresh\" content=\"0; url={to}\">\n<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"canonical\" href=\"{to}\">\n<p>This page has moved: <a href=\"{to}\">{to}</a></p>\n"
    )
}

fn sitemap(url: &str, pages: &[&Page]) -> String {
    let entry = |page: &&&Page| {
        let changed = page.front.date.as_ref().map_or_else(String::new, |date| format!("<lastmod>{date}</lastmod>"));
        format!("  <url><loc>{}</loc>{changed}</url>\n", escaped(&full(url, &page.path)))
    };
    let entries: String = pages.iter().filter(|page| page.path != "404").map(|page| entry(&page)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
    )
}

/// An Atom feed (RFC 4287) of the pages with dates, the latest first.
fn feed(site: &Site, url: &str, pages: &[&Page]) -> Option<String> {
    let mut dated: Vec<(&String, &Page)> =
        pages.iter().filter_map(|page| Some((page.front.date.as_ref()?, *page))).collect();
    dated.sort_by(|a, b| b.0.cmp(a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    let latest = dated.first()?.0;
    let start = pages.iter().find(|page| page.path.is_empty()).map(|page| render::title(page, site));
    let title = escaped(&site.config.title.clone().or(start).unwrap_or_else(|| "Dashboard".to_owned()));
    let entry = |(date, page): (&String, &Page)| {
        let (title, at) = (escaped(&render::title(page, site)), escaped(&full(url, &page.path)));
        let summary = page
            .front
            .description
            .as_ref()
            .map_or_else(String::new, |(text, _)| format!("<summary>{}</summary>", escaped(text)));
        format!(
            "  <entry><title>{title}</title><link href=\"{at}\"/><id>{at}</id><updated>{date}T00:00:00Z</updated>{summary}</entry>\n"
        )
    };
    let entries: String = dated.iter().map(|(date, page)| entry((date, page))).collect();
    let (home, this) = (escaped(&full(url, "")), escaped(&format!("{url}/{FEED}")));
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  <title>{title}</title>\n  <link href=\"{home}\"/>\n  <link rel=\"self\" href=\"{this}\"/>\n  <id>{home}</id>\n  <updated>{latest}T00:00:00Z</updated>\n  <author><name>{title}</name></author>\n{entries}</feed>\n"
    ))
}

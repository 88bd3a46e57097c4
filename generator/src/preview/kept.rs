//! The site of a running preview, kept from one build to the next: an edit of a page's text remakes that page alone.

use crate::assets::{Parts, bundle_pages};
use crate::bind;
use crate::bundle::Bundle;
use crate::cache::Cache;
use crate::diagnostics::{Diagnostics, FileId};
use crate::page::{self, Page};
use crate::progress::Progress;
use crate::site::{self, Site};
use crate::template::is_template;
use crate::{Made, Mode, build_site, checks, prerender, render, slice};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A site that has been built.
pub struct Kept {
    /// Its texts, as they are now.
    pub site: Site,
    root: PathBuf,
    made: Made,
    cache: Cache,
    /// Pages that have changed since they were last built, for they had mistakes.
    broken: BTreeSet<FileId>,
}

/// What came of a change.
pub enum Remade {
    /// It was none of the site's files.
    Nothing,
    /// Only pages' texts have changed: their files, or their mistakes.
    Pages {
        /// By path in the bundle.
        files: BTreeMap<String, Vec<u8>>,
        /// What there is to say about them.
        diagnostics: Diagnostics,
    },
    /// More may have changed.
    Site,
}

/// Builds the site in a folder: what was made of it, and its files.
pub fn build(root: &Path) -> (Site, Diagnostics, Option<(Made, Bundle)>) {
    let mut diagnostics = Diagnostics::default();
    let mut site = site::read(root, &mut diagnostics);
    let cache = Cache::of(root);
    let progress = Progress::terminal();
    let made = build_site(&mut site, Mode::Preview, &cache, &progress, &mut diagnostics);
    progress.finish();
    cache.prune();
    let made = made.map(|mut made| {
        let bundle = std::mem::take(&mut made.built.bundle);
        (made, bundle)
    });
    let diagnostics = diagnostics.traced(&site.files);
    (site, diagnostics, made)
}

impl Kept {
    /// Keeps what a build has made.
    pub fn new(root: &Path, site: Site, made: Made) -> Kept {
        Kept { site, root: root.to_owned(), made, cache: Cache::of(root), broken: BTreeSet::new() }
    }

    /// Makes anew what depends on these files.
    pub fn remake(&mut self, paths: &[PathBuf]) -> Remade {
        let mut changed = BTreeSet::new();
        for path in paths {
            match self.changed(path) {
                Changed::Nothing => {}
                Changed::Page(file, text) => {
                    if self.site.files.text(file) != text {
                        self.site.files.replace(file, text);
                        changed.insert(file);
                    }
                }
                Changed::Other => return Remade::Site,
            }
        }
        if changed.is_empty() {
            return Remade::Nothing;
        }
        changed.extend(&self.broken);
        let mut files = BTreeMap::new();
        let mut diagnostics = Diagnostics::default();
        for file in changed {
            let mut own = Diagnostics::default();
            let Some(made) = self.page(file, &mut own) else { return Remade::Site };
            match made {
                Some(made) => files.extend(made),
                None => drop(self.broken.insert(file)),
            }
            diagnostics.extend(own);
        }
        Remade::Pages { files, diagnostics }
    }

    fn changed(&self, path: &Path) -> Changed {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Ok(below) = path.strip_prefix(&self.root) else { return Changed::Other };
        if name.starts_with('.') || name.ends_with('~') {
            return Changed::Nothing;
        }
        let relative = below.to_string_lossy().replace('\\', "/");
        let page = self.site.pages.iter().find(|file| self.site.files.path(**file) == relative);
        match page.map(|file| (*file, fs::read_to_string(path))) {
            Some((file, Ok(text))) => Changed::Page(file, text.trim_start_matches('\u{feff}').to_owned()),
            Some((_, Err(_))) => Changed::Other,
            // An editor's own file that has come and gone.
            None if relative.starts_with("content/") && !path.exists() => Changed::Nothing,
            None => Changed::Other,
        }
    }

    /// Makes a page anew: its files, none if it has mistakes; nothing at all if other pages may depend on what changed.
    fn page(&mut self, file: FileId, diagnostics: &mut Diagnostics) -> Option<Option<BTreeMap<String, Vec<u8>>>> {
        let mut places = self.made.pages.iter().enumerate().filter(|(_, page)| page.page.file == file);
        let (Some((place, before)), None) = (places.next(), places.next()) else { return None };
        if is_template(self.site.files.path(file), self.site.files.text(file)) {
            return None;
        }
        let page = page::parse(file, &self.site.files, diagnostics);
        if diagnostics.has_errors() {
            return Some(None);
        }
        if !self.is_same_to_others(&before.page, &page) {
            return None;
        }
        diagnostics.extend(self.made.links.recheck(&self.site, &page)?);
        let mut bound = [bind::bind_page(&self.site, page, &self.made.known, diagnostics)];
        if diagnostics.has_errors() {
            return Some(None);
        }
        let progress = Progress::terminal();
        checks::run(&bound, &self.cache, &progress, diagnostics);
        let slices = slice::slices(&mut bound, &self.cache, &progress, diagnostics);
        let [bound] = bound;
        let made = slices.and_then(|slices| slices.into_iter().next());
        let made = made.and_then(|slices| Some((prerender::prerender(&bound, &slices, diagnostics)?, slices)));
        let Some((figures, slices)) = made.filter(|_| !diagnostics.has_errors()) else { return Some(None) };
        if !self.made.built.frame.serves(&figures) {
            return None;
        }
        self.made.pages[place] = bound;
        self.made.figures[place] = figures;
        self.made.slices[place] = slices;
        self.broken.remove(&file);
        Some(self.files(place, diagnostics))
    }

    /// True if no other page shows anything of what changed.
    fn is_same_to_others(&self, before: &Page, after: &Page) -> bool {
        let title = |page: &Page| render::title(page, &self.site);
        before.path == after.path && before.front == after.front && title(before) == title(after)
    }

    fn files(&self, place: usize, diagnostics: &mut Diagnostics) -> Option<BTreeMap<String, Vec<u8>>> {
        let Made { themes, links, pages, slices, figures, built, .. } = &self.made;
        let one = place..place + 1;
        let (pages, slices, figures) = (&pages[one.clone()], &slices[one.clone()], &figures[one]);
        let parts = Parts { site: &self.site, themes, pages, slices, figures, links };
        let bundle = bundle_pages(&parts, &built.frame, Mode::Preview, diagnostics);
        (!diagnostics.has_errors()).then_some(bundle.files)
    }
}

/// What a file is to the site.
enum Changed {
    /// Nothing.
    Nothing,
    /// A page, and its text.
    Page(FileId, String),
    /// Something else.
    Other,
}

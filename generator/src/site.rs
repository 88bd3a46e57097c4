//! The read stage: what lies in a site's folder. The only stage that walks the disk; data files are listed, not read.

use crate::config::{self, Config};
use crate::diagnostics::{Diagnostics, FileId, Files, Span};
use crate::error;
use crate::page;
use crate::sources::{self, Source};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A site's folder.
#[derive(Debug, Clone)]
pub struct Site {
    /// The folder.
    pub root: PathBuf,
    /// The texts of its configuration, pages and queries.
    pub files: Files,
    /// What `dashgen.toml` says.
    pub config: Config,
    /// `content/**/*.md`, by path.
    pub pages: Vec<FileId>,
    /// `parts/**`, by path: texts that pages include.
    pub parts: BTreeMap<String, FileId>,
    /// `queries/**/*.sql`: each file's stem is the name of its table.
    pub queries: Vec<(String, FileId)>,
    /// `sources/*` and `[sources.*]`: each has the name of its table.
    pub sources: Vec<Source>,
    /// Other files in `content/`, by path there: what pages may show or offer.
    pub media: BTreeMap<String, PathBuf>,
    /// `components/**`, by path there: modules of the author's that draw components, and what these import.
    pub components: BTreeMap<String, PathBuf>,
    /// `themes/**`, by path below `themes/`.
    pub themes: BTreeMap<String, String>,
    /// `static/**`: the path in the bundle, and the file.
    pub assets: Vec<(String, PathBuf)>,
}

/// Reads a site's folder; what is wrong or missing is a diagnostic.
pub fn read(root: &Path, diagnostics: &mut Diagnostics) -> Site {
    let mut files = Files::default();
    let config = config(root, &mut files, diagnostics);
    config::brand::check(&config.brand, root, diagnostics);
    let pages = pages(root, &mut files, diagnostics);
    let parts = parts(root, &mut files, diagnostics);
    let queries = queries(root, &mut files, diagnostics);
    let sources = sources::find(root, &config, diagnostics);
    name_tables_once(&sources, &queries, &files, diagnostics);
    let themes = themes(root, diagnostics);
    let beside = walk(root, "content", diagnostics).into_iter().filter(|found| extension(&found.path) != "md");
    let media = beside.map(|found| (below(&found.relative, "content/"), found.path)).collect();
    let components = walk(root, "components", diagnostics).into_iter();
    let components = components.map(|found| (below(&found.relative, "components/"), found.path)).collect();
    let assets = walk(root, "static", diagnostics)
        .into_iter()
        .map(|found| (below(&found.relative, "static/"), found.path))
        .collect();
    Site { root: root.to_owned(), files, config, pages, parts, queries, sources, media, components, themes, assets }
}

fn config(root: &Path, files: &mut Files, diagnostics: &mut Diagnostics) -> Config {
    let found = Found { path: root.join("dashgen.toml"), relative: "dashgen.toml".to_owned() };
    if !found.path.exists() {
        return Config::default();
    }
    text(&found, files, diagnostics).map_or_else(Config::default, |file| config::parse(file, files, diagnostics))
}

fn pages(root: &Path, files: &mut Files, diagnostics: &mut Diagnostics) -> Vec<FileId> {
    if !root.join("content").is_dir() {
        diagnostics.push(error!(None, "the site has no folder `content`"; hint: "pages are `content/*.md`; `dashgen new NAME` makes a site to start from"));
        return Vec::new();
    }
    let found = walk(root, "content", diagnostics);
    let pages: Vec<Found> = found.into_iter().filter(|found| extension(&found.path) == "md").collect();
    if pages.is_empty() {
        diagnostics.push(error!(None, "`content` has no pages"; hint: "write `content/index.md`"));
    }
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for found in &pages {
        let path = page::path(&found.relative);
        if let Some(first) = paths.insert(path, found.relative.clone()) {
            diagnostics
                .push(error!(None, "`{first}` and `{}` are the same page", found.relative; hint: "rename one of them"));
        }
    }
    pages.iter().filter_map(|found| text(found, files, diagnostics)).collect()
}

fn parts(root: &Path, files: &mut Files, diagnostics: &mut Diagnostics) -> BTreeMap<String, FileId> {
    let found = walk(root, "parts", diagnostics);
    let parts = found.into_iter().filter(|found| ["md", "html"].contains(&extension(&found.path).as_str()));
    parts.filter_map(|found| Some((found.relative.clone(), text(&found, files, diagnostics)?))).collect()
}

fn queries(root: &Path, files: &mut Files, diagnostics: &mut Diagnostics) -> Vec<(String, FileId)> {
    let found = walk(root, "queries", diagnostics);
    let queries = found.iter().filter(|found| extension(&found.path) == "sql");
    queries.filter_map(|found| Some((stem(&found.path), text(found, files, diagnostics)?))).collect()
}

/// The texts of `tests/*.yaml`, which only `dashgen test` reads.
pub fn tests(root: &Path, files: &mut Files, diagnostics: &mut Diagnostics) -> Vec<FileId> {
    let folder = Found { path: root.join("tests"), relative: "tests".to_owned() };
    let (mut folders, mut found) = (Vec::new(), Vec::new());
    if let Err(problem) = list(&folder, &mut folders, &mut found)
        && problem.kind() != io::ErrorKind::NotFound
    {
        diagnostics.push(error!(None, "cannot read folder `tests`: {problem}"));
    }
    found.sort_by(|a, b| a.relative.cmp(&b.relative));
    let tests = found.iter().filter(|found| ["yaml", "yml"].contains(&extension(&found.path).as_str()));
    tests.filter_map(|found| text(found, files, diagnostics)).collect()
}

/// Each table has one file.
fn name_tables_once(sources: &[Source], queries: &[(String, FileId)], files: &Files, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let sources = sources.iter().map(|source| (source.name.as_str(), source.relative.as_str()));
    let queries = queries.iter().map(|(name, file)| (name.as_str(), files.path(*file)));
    for (name, path) in sources.chain(queries) {
        if let Some(first) = known.insert(name, path) {
            diagnostics
                .push(error!(None, "`{first}` and `{path}` are both table `{name}`"; hint: "rename one of them"));
        }
    }
}

fn themes(root: &Path, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut themes = BTreeMap::new();
    for found in walk(root, "themes", diagnostics)
        .into_iter()
        .filter(|found| ["css", "html"].contains(&extension(&found.path).as_str()))
    {
        match fs::read(&found.path) {
            Ok(bytes) => {
                drop(themes.insert(below(&found.relative, "themes/"), String::from_utf8_lossy(&bytes).into_owned()))
            }
            Err(problem) => diagnostics.push(error!(None, "cannot read `{}`: {problem}", found.relative)),
        }
    }
    themes
}

/// A file of the site, and its path there with `/` between folders.
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) relative: String,
}

/// All files below a folder of the site, by path; none if there is no such folder. Links to folders are not followed,
/// for they may lead in circles.
pub(crate) fn walk(root: &Path, folder: &str, diagnostics: &mut Diagnostics) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![Found { path: root.join(folder), relative: folder.to_owned() }];
    while let Some(folder) = folders.pop().filter(|folder| folder.path.is_dir()) {
        if let Err(problem) = list(&folder, &mut folders, &mut found) {
            diagnostics.push(error!(None, "cannot read folder `{}`: {problem}", folder.relative));
        }
    }
    found.sort_by(|a, b| a.relative.cmp(&b.relative));
    found
}

fn list(folder: &Found, folders: &mut Vec<Found>, files: &mut Vec<Found>) -> io::Result<()> {
    for entry in fs::read_dir(&folder.path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        let found = Found { relative: format!("{}/{name}", folder.relative), path: entry.path() };
        match entry.file_type()?.is_dir() {
            true => folders.push(found),
            false if found.path.is_dir() => {}
            false => files.push(found),
        }
    }
    Ok(())
}

/// Adds a text file; one that is not UTF-8 is an error at its first wrong byte.
pub(crate) fn text(found: &Found, files: &mut Files, diagnostics: &mut Diagnostics) -> Option<FileId> {
    let bytes = fs::read(&found.path)
        .map_err(|problem| diagnostics.push(error!(None, "cannot read `{}`: {problem}", found.relative)))
        .ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(files.add(found.relative.clone(), text)),
        Err(problem) => {
            let start = problem.utf8_error().valid_up_to();
            let file = files.add(found.relative.clone(), String::from_utf8_lossy(problem.as_bytes()).into_owned());
            let span = Span { file, start, end: start + '\u{fffd}'.len_utf8() };
            diagnostics.push(error!(span, "this text is not UTF-8"; hint: "save the file with the encoding UTF-8"));
            None
        }
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn below(relative: &str, folder: &str) -> String {
    relative.strip_prefix(folder).unwrap_or(relative).to_owned()
}

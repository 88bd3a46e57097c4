//! Which sources a site has: the files in `sources/` by their names, and what `[sources.NAME]` in `dashgen.toml` adds.

use super::{KINDS, Kind, Origin, Part, Source, loader, options};
use crate::config::Config;
use crate::config::sources::{Setting, Settings};
use crate::diagnostics::{Diagnostic, Diagnostics, suggest};
use crate::site::{Found, walk};
use crate::{error, warning};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The settings that every source knows.
const COMMON: [&str; 3] = ["path", "url", "format"];
/// What [freshness](crate::freshness) asks of any source.
const FRESHNESS: [&str; 3] = ["max_age", "age_column", "max_drift"];

/// Where they lie: beside the pages' folder, or in it.
const HOMES: [&str; 2] = ["sources", "content/sources"];

/// Lists a site's sources; none of them is opened.
pub fn find(root: &Path, config: &Config, diagnostics: &mut Diagnostics) -> Vec<Source> {
    let mut sources = Vec::new();
    HOMES.iter().for_each(|home| sources.extend(in_home(root, home, config, diagnostics)));
    sources.sort_by(|a, b| a.relative.cmp(&b.relative));
    named(root, config, &mut sources, diagnostics);
    for source in &mut sources {
        if !known_settings(source, diagnostics) {
            source.origin = Origin::Unsound;
        }
    }
    sources
}

/// What lies in a folder for sources.
fn in_home(root: &Path, home: &str, config: &Config, diagnostics: &mut Diagnostics) -> Vec<Source> {
    let mut sources = Vec::new();
    let (files, folders) = grouped(home, walk(root, home, diagnostics));
    for found in files {
        match in_folder(&found, config) {
            Ok(source) => sources.extend(source),
            Err(problem) => diagnostics.push(problem),
        }
    }
    for (name, found) in folders {
        let settings = settings(config, &name);
        let format = format(&settings);
        let relative = format!("{home}/{name}");
        match format.and_then(|format| parts(found, &format!("{relative}/"), format)) {
            Ok(Some((kind, parts))) => sources.push(source(name, relative, kind, Origin::Files(parts), config)),
            Ok(None) => {}
            Err(problem) => {
                diagnostics.push(problem);
                sources.push(unsound(name, relative));
            }
        }
    }
    sources
}

/// The files right in a folder for sources, and those in each of its folders.
fn grouped(home: &str, found: Vec<Found>) -> (Vec<Found>, BTreeMap<String, Vec<Found>>) {
    let mut files = Vec::new();
    let mut folders: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for found in found {
        let below = found.relative[home.len()..].trim_start_matches('/');
        match below.split_once('/') {
            Some((folder, _)) => folders.entry(folder.to_owned()).or_default().push(found),
            None => files.push(found),
        }
    }
    (files, folders)
}

fn source(name: String, relative: String, kind: &'static Kind, origin: Origin, config: &Config) -> Source {
    let settings = settings(config, &name);
    Source { name, relative, span: settings.span, kind, origin, settings }
}

/// A source with a mistake, which is known by name only.
fn unsound(name: String, relative: String) -> Source {
    Source { name, relative, span: None, kind: KINDS[0], origin: Origin::Unsound, settings: Settings::default() }
}

/// What the configuration says of a source; nothing, if its name is a connection's.
fn settings(config: &Config, name: &str) -> Settings {
    let found = config.sources.get(name).filter(|settings| !settings.is_connection());
    found.cloned().unwrap_or_default()
}

/// The source that a file in `sources/` is, by its name or by the setting `format`.
fn in_folder(found: &Found, config: &Config) -> Result<Option<Source>, Diagnostic> {
    let file = file_name(&found.path);
    let (name, kind) = split(&file);
    let part = || Part { path: found.path.clone(), relative: found.relative.clone(), keys: Vec::new() };
    if let Some(kind) = format(&settings(config, name))?.or(kind) {
        let origin = Origin::Files(vec![part()]);
        return Ok(Some(source(name.to_owned(), found.relative.clone(), kind, origin, config)));
    }
    if let Some((name, kind, loader)) = program(&found.path, &found.relative) {
        return Ok(Some(source(name, found.relative.clone(), kind, Origin::Loader(loader), config)));
    }
    Err(
        warning!(None, "`{}` is not read", found.relative; hint: "sources end with {}; a program that prints one ends as in `{name}.csv.py`", endings()),
    )
}

/// A loader's name says what it prints: `quakes.csv.py`.
fn program(path: &Path, relative: &str) -> Option<(String, &'static Kind, loader::Loader)> {
    let file = file_name(path);
    let (output, _) = file.rsplit_once('.')?;
    let (name, kind) = split(output);
    let loader = loader::loader(path, relative, output)?;
    Some((name.to_owned(), kind?, loader))
}

/// A file's name without its endings, and the kind that they tell.
fn split(file: &str) -> (&str, Option<&'static Kind>) {
    let unpacked = file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file);
    let Some((name, ending)) = unpacked.rsplit_once('.') else { return (unpacked, None) };
    let ending = ending.to_lowercase();
    (name, KINDS.into_iter().find(|kind| kind.extensions.contains(&ending.as_str())))
}

fn endings() -> String {
    let endings: Vec<String> =
        KINDS.iter().flat_map(|kind| kind.extensions).map(|ending| format!("`.{ending}`")).collect();
    endings.join(", ")
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The kind that the setting `format` names.
fn format(settings: &Settings) -> Result<Option<&'static Kind>, Diagnostic> {
    let Some(setting) = settings.get("format") else { return Ok(None) };
    let name = setting.text()?;
    let names = KINDS.map(|kind| kind.name);
    match KINDS.into_iter().find(|kind| kind.name == name) {
        Some(kind) => Ok(Some(kind)),
        None => Err(error!(setting.value_span, "unknown format `{name}`").hint(Some(options::nearest(name, &names)))),
    }
}

type Parts = (&'static Kind, Vec<Part>);

/// The files of a table, with the columns that the folders below `prefix` name; none if no file holds a table.
fn parts(found: Vec<Found>, prefix: &str, format: Option<&'static Kind>) -> Result<Option<Parts>, Diagnostic> {
    let mut known: Option<(&'static Kind, String)> = None;
    let mut parts: Vec<Part> = Vec::new();
    for found in found {
        let Some(kind) = format.or(split(&file_name(&found.path)).1) else { continue };
        match &known {
            Some((first, file)) if first.name != kind.name => {
                return Err(
                    error!(None, "`{file}` and `{}` cannot be one table: one is {}, the other {}", found.relative, first.title, kind.title; hint: "the files of a folder are one table; move one of them out of it"),
                );
            }
            _ => drop(known.get_or_insert_with(|| (kind, found.relative.clone()))),
        }
        let keys = keys(found.relative.strip_prefix(prefix).unwrap_or(&found.relative));
        parts.push(Part { path: found.path, relative: found.relative, keys });
    }
    let names = |part: &Part| part.keys.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    match parts.iter().find(|part| names(part) != names(&parts[0])) {
        Some(other) => Err(
            error!(None, "the folders of `{}` and `{}` name different columns", parts[0].relative, other.relative; hint: "all files of a table lie equally deep, as in `year=2026/month=1/`"),
        ),
        None => Ok(known.map(|(kind, _)| (kind, parts))),
    }
}

/// The columns that folders name: `year=2026/part.parquet`.
fn keys(below: &str) -> Vec<(String, String)> {
    let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    folders
        .split('/')
        .filter_map(|folder| folder.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// Adds the sources that the configuration names by a path or an address.
fn named(root: &Path, config: &Config, sources: &mut Vec<Source>, diagnostics: &mut Diagnostics) {
    for (name, settings) in config.sources.iter().filter(|(_, settings)| !settings.is_connection()) {
        let found = match (settings.get("path"), settings.get("url")) {
            (Some(path), None) => at_path(root, name, path, settings, config, diagnostics),
            (None, Some(url)) => at_address(name, url, settings, config),
            (Some(_), Some(url)) => {
                Err(error!(url.span, "source `{name}` has both `path` and `url`"; hint: "keep one of them"))
            }
            (None, None) if sources.iter().any(|source| source.name == *name) => continue,
            (None, None) => Err(without_file(name, settings, sources)),
        };
        match found {
            Ok(source) => sources.push(source),
            Err(problem) => {
                diagnostics.push(problem);
                sources.push(unsound(name.clone(), format!("[sources.{name}]")));
            }
        }
    }
}

fn without_file(name: &str, settings: &Settings, sources: &[Source]) -> Diagnostic {
    let near = suggest(name, sources.iter().map(|source| source.name.as_str()));
    error!(settings.span, "there is no source `{name}`").hint(Some(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put `{name}.csv` into `sources/`, or add `path`, `url` or `driver`"),
    }))
}

/// A file, a folder, a program or all files that a pattern matches, seen from the site's folder.
fn at_path(
    root: &Path,
    name: &str,
    setting: &Setting,
    settings: &Settings,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Result<Source, Diagnostic> {
    let text = setting.text()?;
    let path = root.join(text);
    let format = format(settings)?;
    let build = |kind, origin| Ok(source(name.to_owned(), text.to_owned(), kind, origin, config));
    if path.is_file() && format.is_none() && split(&file_name(&path)).1.is_none() {
        return match program(&path, text) {
            Some((_, kind, loader)) => build(kind, Origin::Loader(loader)),
            None => Err(
                error!(setting.value_span, "the name of `{text}` does not tell its format"; hint: "as in `format = \"csv\"`; there are {}", KINDS.map(|kind| format!("`{}`", kind.name)).join(", ")),
            ),
        };
    }
    let found = match path.is_dir() {
        true => walk(root, text.trim_end_matches('/'), diagnostics),
        false => matched(root, text, setting)?,
    };
    let fixed = text.find(['*', '?', '[']).map_or(text, |at| &text[..at]);
    let prefix = if path.is_dir() { format!("{}/", text.trim_end_matches('/')) } else { folder(fixed).to_owned() };
    match parts(found, &prefix, format)? {
        Some((kind, parts)) => build(kind, Origin::Files(parts)),
        None => Err(
            error!(setting.value_span, "`{text}` leads to no file"; hint: "paths start at the folder of `dashgen.toml`"),
        ),
    }
}

/// A path up to its last slash.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// The files that a pattern matches, by path.
pub(super) fn matched(root: &Path, pattern: &str, setting: &Setting) -> Result<Vec<Found>, Diagnostic> {
    let escaped = glob::Pattern::escape(&root.to_string_lossy());
    let whole = PathBuf::from(escaped).join(pattern);
    let paths = glob::glob(&whole.to_string_lossy()).map_err(|problem| {
        error!(setting.value_span, "`{pattern}` is no pattern: {}", problem.msg; hint: "`*` stands for any letters, `**` for any folders, `?` for one letter, `[ab]` for one of these")
    })?;
    let paths = paths.filter_map(Result::ok).filter(|path| path.is_file());
    let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(paths.map(|path| Found { relative: relative(&path), path }).collect())
}

/// A file behind an address.
fn at_address(name: &str, setting: &Setting, settings: &Settings, config: &Config) -> Result<Source, Diagnostic> {
    let address = setting.text()?;
    if !["http://", "https://", "s3://"].iter().any(|scheme| address.starts_with(scheme)) {
        return Err(
            error!(setting.value_span, "`url` is a full address"; hint: "as in `https://example.org/orders.csv` or `s3://bucket/orders.parquet`"),
        );
    }
    let plain = address.split(['?', '#']).next().unwrap_or_default();
    let file = plain.rsplit('/').next().unwrap_or_default();
    let kind = format(settings)?.or(split(file).1).ok_or_else(|| {
        error!(setting.value_span, "the address does not tell the file's format"; hint: "as in `format = \"csv\"`; there are {}", KINDS.map(|kind| format!("`{}`", kind.name)).join(", "))
    })?;
    Ok(source(name.to_owned(), plain.to_owned(), kind, Origin::Address(address.to_owned()), config))
}

/// True if the source's kind and origin know all of its settings.
fn known_settings(source: &Source, diagnostics: &mut Diagnostics) -> bool {
    let own: &[&str] = match &source.origin {
        Origin::Files(_) | Origin::Unsound => &[],
        Origin::Loader(_) => &["timeout", "refresh", "inputs"],
        Origin::Address(address) if address.starts_with("s3://") => {
            &["timeout", "refresh", "region", "endpoint", "anonymous"]
        }
        Origin::Address(_) => &["timeout", "refresh"],
    };
    let known: Vec<&str> = COMMON.iter().chain(source.kind.keys).chain(own).chain(&FRESHNESS).copied().collect();
    let unknown = source.settings.list.iter().filter(|setting| !known.contains(&setting.name.as_str()));
    let mut sound = true;
    for setting in unknown {
        sound = false;
        let keys: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
        diagnostics.push(
            error!(setting.span, "`{}` has no meaning for source `{}`, which is {}", setting.name, source.name, source.kind.title; hint: "there are {}", keys.join(", ")),
        );
    }
    sound
}

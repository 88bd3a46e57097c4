//! Themes: a folder of CSS and templates, built in or the site's own, made ready for the page.
//!
//! A theme lies over `default`, file by file. Its `look.css` sets the custom properties of `default/tokens.css`, its
//! `custom.css` is left to the site, and a template of the site may extend the one that it replaces.

use crate::diagnostics::{Diagnostics, Span};
use crate::error;
use crate::page::{Front, Page, hint};
use crate::site::Site;
use lightningcss::bundler::{Bundler, ResolveResult, SourceProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use pulldown_cmark_escape::escape_html;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// The themes that every binary carries, by path below `themes/`.
static BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// The theme that all others lie over.
const BASE: &str = "default";
/// What the templates that a site replaces can be extended as.
const REPLACED: &str = "built-in/";

/// A theme's style sheet and templates.
pub struct Theme {
    /// One minified style sheet.
    pub css: String,
    /// `page.html` and what it includes.
    pub templates: Environment<'static>,
}

/// The themes of a site's pages.
pub struct Themes {
    /// The one of pages that name none.
    usual: String,
    by_name: BTreeMap<String, Theme>,
}

impl Themes {
    /// The name of a page's theme.
    pub fn name<'a>(&'a self, front: &'a Front) -> &'a str {
        front.theme.as_ref().map_or(&self.usual, |(name, _)| name)
    }

    /// A page's theme.
    pub fn of(&self, front: &Front) -> &Theme {
        &self.by_name[self.name(front)]
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Theme)> {
        self.by_name.iter()
    }
}

/// Reads the themes that a site and its pages name.
pub fn themes(site: &Site, pages: &[Page], diagnostics: &mut Diagnostics) -> Option<Themes> {
    let usual = site.config.theme.clone();
    let mut named: BTreeMap<String, Option<Span>> = BTreeMap::new();
    let of_pages = pages.iter().filter_map(|page| page.front.theme.clone());
    for (name, span) in usual.iter().cloned().chain(of_pages) {
        named.entry(name).or_insert(Some(span));
    }
    let usual = usual.map_or_else(|| BASE.to_owned(), |(name, _)| name);
    named.entry(usual.clone()).or_insert(None);
    let mut by_name = BTreeMap::new();
    for (name, span) in &named {
        let theme = theme(name, *span, &site.themes, diagnostics);
        theme.into_iter().for_each(|theme| drop(by_name.insert(name.clone(), theme)));
    }
    (by_name.len() == named.len()).then_some(Themes { usual, by_name })
}

/// The names of the themes that every binary carries.
pub fn built_in() -> BTreeSet<&'static str> {
    BUILT_IN.iter().filter_map(|(path, _)| path.split_once('/')).map(|(name, _)| name).collect()
}

/// Reads the theme of that name: the site's own files over the built-in ones, and those over `default`.
fn theme(
    name: &str,
    span: Option<Span>,
    own: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) -> Option<Theme> {
    let known = known(own);
    if !known.contains(name) {
        let hint = hint(name, &known.iter().copied().collect::<Vec<_>>());
        diagnostics.push(
            error!(span, "unknown theme `{name}`"; hint: "{hint}"; hint: "a folder `themes/{name}/` would define it"),
        );
        return None;
    }
    let files = files(name, own);
    let css = css(&files).map_err(|problem| diagnostics.push(error!(None, "theme `{name}`: {problem}"))).ok()?;
    let templates =
        templates(&files).map_err(|problem| diagnostics.push(error!(None, "theme `{name}`: {problem:#}"))).ok()?;
    Some(Theme { css, templates })
}

/// The names of all themes, the site's own among them.
fn known(own: &BTreeMap<String, String>) -> BTreeSet<&str> {
    let own = own.keys().filter_map(|path| path.split_once('/')).map(|(name, _)| name);
    built_in().into_iter().chain(own).collect()
}

fn files(name: &str, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let built_in = |folder: &str| {
        let prefix = format!("{folder}/");
        BUILT_IN.iter().filter_map(move |(path, bytes)| {
            Some((path.strip_prefix(&prefix)?.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        })
    };
    let mut files: BTreeMap<String, String> = built_in(BASE).chain(built_in(name)).collect();
    for (path, text) in own {
        let Some(path) = path.strip_prefix(name).and_then(|rest| rest.strip_prefix('/')) else { continue };
        if let Some(replaced) = files.insert(path.to_owned(), text.clone()).filter(|_| path.ends_with(".html")) {
            files.insert(format!("{REPLACED}{path}"), replaced);
        }
    }
    files
}

/// The theme's files for the CSS bundler, which otherwise would read the disk.
struct Files<'a>(&'a BTreeMap<String, String>);

impl SourceProvider for Files<'_> {
    type Error = io::Error;

    /// `../paper/look.css` is a file of another built-in theme.
    fn read<'a>(&'a self, file: &Path) -> Result<&'a str, io::Error> {
        let path = file.to_string_lossy();
        let beside = |other: &str| BUILT_IN.iter().find(|(name, _)| *name == other);
        let text = match path.strip_prefix("../") {
            Some(other) => beside(other).and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()),
            None => self.0.get(path.as_ref()).map(String::as_str),
        };
        text.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no file `{path}`")))
    }

    fn resolve(&self, specifier: &str, from: &Path) -> Result<ResolveResult, io::Error> {
        let folder = from.parent().unwrap_or(Path::new(""));
        Ok(ResolveResult::File(folder.join(specifier.trim_start_matches("./"))))
    }
}

fn css(files: &BTreeMap<String, String>) -> Result<String, String> {
    let provider = Files(files);
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(Path::new("theme.css")).map_err(|problem| problem.to_string())?;
    sheet
        .minify(MinifyOptions { targets: targets(), ..MinifyOptions::default() })
        .map_err(|problem| problem.to_string())?;
    let options = PrinterOptions { minify: true, targets: targets(), ..PrinterOptions::default() };
    Ok(sheet.to_css(options).map_err(|problem| problem.to_string())?.code)
}

/// Browsers of the last years: those with WASM SIMD and custom elements.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        chrome: version(100, 0),
        edge: version(100, 0),
        firefox: version(100, 0),
        safari: version(16, 4),
        ios_saf: version(16, 4),
        ..Browsers::default()
    })
}

fn templates(files: &BTreeMap<String, String>) -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, _, value| {
        let mut text = String::new();
        match (value.is_none() || value.is_undefined(), value.is_safe()) {
            (true, _) => {}
            (false, true) => text = value.to_string(),
            (false, false) => escape_html(&mut text, &value.to_string()).expect("writing to memory"),
        }
        out.write_str(&text).map_err(minijinja::Error::from)
    });
    environment.add_function("t", translated);
    environment.add_filter("listed", listed);
    environment.add_filter("folded", folded);
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        environment.add_template_owned(name.clone(), text.clone())?;
    }
    Ok(environment)
}

/// `t("Search")`: one of the page's own words in its language.
fn translated(state: &minijinja::State<'_, '_>, text: &str) -> Value {
    let words = state.lookup("words");
    let word = words.and_then(|words| words.get_attr(text).ok()).filter(|word| !word.is_undefined());
    word.unwrap_or_else(|| Value::from(text))
}

/// The values of a JSON list, or those between commas.
fn listed(text: String) -> Vec<String> {
    let values: Vec<String> = match serde_json::from_str(&text) {
        Ok(serde_json::Value::Array(values)) => values.into_iter().map(item).collect(),
        _ => text.split(',').map(str::to_owned).collect(),
    };
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn item(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// JSON on lines of its own; none where a text is no list and no object.
fn folded(text: String) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    let folds = value.is_array() || value.is_object();
    folds.then(|| serde_json::to_string_pretty(&value).expect("JSON is written as JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    fn read(name: &str, own: &BTreeMap<String, String>) -> (Option<Theme>, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let theme = theme(name, None, own, &mut diagnostics);
        (theme, diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect())
    }

    #[test]
    fn a_site_changes_a_theme_behind_all_that_it_says() {
        let (theme, said) = read("paper", &own(&[("paper/custom.css", ":root { --accent: #0b5d3b }")]));
        let css = theme.unwrap().css;
        assert!(said.is_empty() && css.ends_with(":root{--accent:#0b5d3b}"), "{said:?}");
        assert!(css.contains("#faf6ee") && css.contains("--sequential-5"), "paper and default lie below");
    }

    #[test]
    fn a_theme_of_the_site_may_start_from_another() {
        let (theme, said) =
            read("ours", &own(&[("ours/look.css", "@import \"../paper/look.css\"; .card { color: #123456 }")]));
        let css = theme.unwrap().css;
        assert!(said.is_empty(), "{said:?}");
        let (paper, ours) = (css.find("#faf6ee").unwrap(), css.find("#123456").unwrap());
        assert!(paper < ours && css.find("#f6f7f9").unwrap() < paper, "default, paper, ours");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (_, said) = read("default", &own(&[("default/custom.css", "@import \"colours.css\";")]));
        assert!(said[0].contains("theme `default`") && said[0].contains("no file `colours.css`"), "{said:?}");
        let (_, said) = read("default", &own(&[("default/page.html", "{% if %}")]));
        assert!(said[0].contains("theme `default`") && said[0].contains("page.html:1"), "{said:?}");
    }
}

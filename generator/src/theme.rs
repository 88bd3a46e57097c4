//! Themes: a folder of CSS and templates, built in or the site's own, made ready for the page.

use crate::diagnostics::Diagnostics;
use crate::error;
use lightningcss::bundler::{Bundler, ResolveResult, SourceProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use pulldown_cmark_escape::escape_html;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The themes that every binary carries, by path below `themes/`.
static BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// A theme's style sheet and templates.
pub struct Theme {
    /// One minified style sheet.
    pub css: String,
    /// `page.html` and what it includes.
    pub templates: Environment<'static>,
}

/// Reads the theme of that name: the site's own files over the built-in ones of the same name, or over `default`.
pub fn theme(name: &str, own: &BTreeMap<String, String>, diagnostics: &mut Diagnostics) -> Option<Theme> {
    let files = files(name, own);
    if files.is_empty() {
        diagnostics.push(error!(None, "unknown theme `{name}`"; hint: "there is `default`; a folder `themes/{name}/` would define it"));
        return None;
    }
    let css = css(&files).map_err(|problem| diagnostics.push(error!(None, "theme `{name}`: {problem}"))).ok()?;
    let templates =
        templates(&files).map_err(|problem| diagnostics.push(error!(None, "theme `{name}`: {problem:#}"))).ok()?;
    Some(Theme { css, templates })
}

fn files(name: &str, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let prefix = format!("{name}/");
    let below = |(path, text): (&str, String)| Some((path.strip_prefix(&prefix)?.to_owned(), text));
    let built_in = |(path, bytes): &(&'static str, &'static [u8])| (*path, String::from_utf8_lossy(bytes).into_owned());
    let own: BTreeMap<String, String> =
        own.iter().map(|(path, text)| (path.as_str(), text.clone())).filter_map(below).collect();
    let base: BTreeMap<String, String> = BUILT_IN.iter().map(built_in).filter_map(below).collect();
    let mut files = match (base.is_empty(), own.is_empty()) {
        (true, true) => return BTreeMap::new(),
        (true, false) => self::files("default", &BTreeMap::new()),
        _ => base,
    };
    files.extend(own);
    files
}

/// The theme's files for the CSS bundler, which otherwise would read the disk.
struct Files<'a>(&'a BTreeMap<String, String>);

impl SourceProvider for Files<'_> {
    type Error = io::Error;

    fn read<'a>(&'a self, file: &Path) -> Result<&'a str, io::Error> {
        let text = self.0.get(file.to_string_lossy().as_ref());
        text.map(String::as_str)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no file `{}`", file.display())))
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
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        environment.add_template_owned(name.clone(), text.clone())?;
    }
    Ok(environment)
}

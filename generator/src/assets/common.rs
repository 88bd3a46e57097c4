//! The files that pages share: the runtime, plotly.js, the themes, the brand, the search, and the author's modules.

use super::Parts;
use crate::bundle::{Bundle, at, sha256};
use crate::config;
use crate::diagnostics::Diagnostics;
use crate::prerender::Figures;
use crate::search;
use crate::site::Site;
use crate::web::{self, Engine};
use crate::{Mode, error, plotly};
use dashgen_runtime::charts;
use dashgen_runtime::plan::Shows;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Paths of the files that pages share.
pub struct Common {
    /// The folder with the runtime.
    pub web: String,
    /// The engines that pages load.
    pub engines: BTreeSet<Engine>,
    /// The style sheet of each theme.
    pub theme_css: BTreeMap<String, String>,
    /// The files of the site's brand, by key.
    pub brand: BTreeMap<&'static str, String>,
    /// The plotly.js that draws the charts, and its style sheet.
    pub plotly: Option<(String, String)>,
    /// The search's index and library.
    pub search: Option<(String, String)>,
    /// What plotly was linked of.
    pub modules: BTreeSet<String>,
    /// The folder with the author's modules.
    pub components: Option<String>,
    /// The folder with the library of maps that zoom.
    pub maplibre: Option<String>,
    /// The folder with the outlines of maps, and which there are.
    pub outlines: Option<(String, BTreeSet<String>)>,
}

/// Adds them to a bundle.
pub fn common(parts: &Parts<'_>, mode: Mode, bundle: &mut Bundle, diagnostics: &mut Diagnostics) -> Common {
    let Parts { site, themes, pages, figures, .. } = *parts;
    let engines = web::engines(figures);
    let files = web::files(mode, &engines);
    let web = folder("web", files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect(), bundle);
    if let Some(notices) = web::notices(&engines) {
        bundle.hashed("_dashgen", "engine", "LICENSES.txt", notices.as_bytes().to_vec());
    }
    let brand = brand(site, bundle, diagnostics);
    let fonts = fonts(&brand);
    let css = themes.iter().map(|(name, theme)| {
        let css = format!("{}{fonts}", theme.css);
        (name.clone(), bundle.hashed("_dashgen", "theme", "css", css.into_bytes()))
    });
    let theme_css = css.collect();
    let modules = modules(figures);
    let maplibre = maplibre(&modules, bundle);
    let plotly = (!modules.is_empty()).then(|| {
        let beside = maplibre.as_deref().map(|folder| folder.replace("_dashgen", "."));
        let linked = plotly::link(&modules, beside.as_deref());
        let css = bundle.hashed("_dashgen", "plotly", "css", linked.css.into_bytes());
        bundle.hashed("_dashgen", "plotly", "LICENSES.txt", linked.notices.as_bytes().to_vec());
        (bundle.hashed("_dashgen", "plotly", "js", linked.js.into_bytes()), css)
    });
    let outlines = outlines(figures, bundle);
    let components = components(site, bundle, diagnostics);
    let index = search::index(site, pages.iter().map(|page| &page.page));
    let search = index.map(|index| {
        bundle.hashed("_dashgen", "minisearch", "LICENSES.txt", search::LICENSE.as_bytes().to_vec());
        let index = bundle.hashed("_dashgen", "search", "json", index.into_bytes());
        (index, bundle.hashed("_dashgen", "minisearch", "js", search::LIBRARY.to_vec()))
    });
    Common { web, engines, theme_css, brand, plotly, search, modules, components, maplibre, outlines }
}

/// The files of the site's brand under names made from their content, by key.
fn brand(site: &Site, bundle: &mut Bundle, diagnostics: &mut Diagnostics) -> BTreeMap<&'static str, String> {
    let mut brand = BTreeMap::new();
    for (key, (path, span)) in &site.config.brand.files {
        match fs::read(site.root.join(path)) {
            Ok(bytes) => {
                drop(brand.insert(*key, bundle.hashed("_dashgen", key, &config::brand::extension(path), bytes)))
            }
            Err(problem) => diagnostics.push(error!(*span, "cannot read `{path}`: {problem}")),
        }
    }
    brand
}

/// The style sheet of the brand's fonts, which lie beside it.
fn fonts(brand: &BTreeMap<&'static str, String>) -> String {
    let rules = [("font", "--font"), ("heading_font", "--heading")].into_iter().filter_map(|(key, property)| {
        let file = brand.get(key)?.rsplit('/').next()?;
        Some(format!(
            "@font-face{{font-family:{key};src:url({file});font-display:swap;font-weight:100 900}}\
             :root{{{property}:{key},system-ui,sans-serif}}"
        ))
    });
    rules.collect()
}

/// Adds files to a folder of their own, named by what is in it.
fn folder(name: &str, files: Vec<(String, Vec<u8>)>, bundle: &mut Bundle) -> String {
    let all: Vec<u8> = files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes].concat()).collect();
    let folder = format!("_dashgen/{name}.{}", &sha256(&all)[..16]);
    bundle.files.extend(files.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
    folder
}

/// Adds the author's modules, in a folder named by their content: they import each other by name.
fn components(site: &Site, bundle: &mut Bundle, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut files = Vec::new();
    for (path, file) in &site.components {
        match fs::read(file) {
            Ok(bytes) => files.push((path.clone(), bytes)),
            Err(error) => diagnostics.push(error!(None, "{}", at(file, &error))),
        }
    }
    (!files.is_empty()).then(|| folder("components", files, bundle) + "/")
}

/// Adds the library of maps that zoom, in a folder named by its content: its files import each other by name.
fn maplibre(modules: &BTreeSet<String>, bundle: &mut Bundle) -> Option<String> {
    if !plotly::has_maps(modules.iter().map(String::as_str)) {
        return None;
    }
    let files = plotly::maplibre().into_iter().map(|(name, text)| (name, text.into_bytes()));
    Some(folder("maplibre", files.collect(), bundle))
}

/// Adds the outlines that the site's maps are drawn on, in a folder named by their content.
fn outlines(figures: &[Figures], bundle: &mut Bundle) -> Option<(String, BTreeSet<String>)> {
    let names = outline_names(figures);
    let file = |name: &String| Some((format!("{name}.json"), plotly::outline(name)?.into_bytes()));
    (!names.is_empty()).then(|| (folder("outlines", names.iter().filter_map(file).collect(), bundle) + "/", names))
}

/// The outlines that the site's maps are drawn on.
pub fn outline_names(figures: &[Figures]) -> BTreeSet<String> {
    let views = figures.iter().flat_map(|figures| &figures.plan.views);
    let outlines = views.flat_map(|view| match &view.shows {
        Shows::Chart(chart) => charts::outlines(chart),
        _ => Vec::new(),
    });
    outlines.collect()
}

/// True for a page with a map that zooms.
pub fn has_maps(figures: &Figures) -> bool {
    plotly::has_maps(modules(std::slice::from_ref(figures)).iter().map(String::as_str))
}

/// The plotly trace modules that the site's charts are drawn with.
pub fn modules(figures: &[Figures]) -> BTreeSet<String> {
    let views = figures.iter().flat_map(|figures| &figures.plan.views);
    let drawn = views.filter_map(|view| match &view.shows {
        Shows::Chart(chart) => Some(chart),
        _ => None,
    });
    drawn.flat_map(|chart| ["scatter"].into_iter().chain(charts::modules(chart))).map(str::to_owned).collect()
}

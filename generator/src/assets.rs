//! The bundle stage: pages, slices, the runtime, plotly.js and the theme under names made from their content.

mod common;
mod weights;

use crate::bind::BoundPage;
use crate::bundle::{Bundle, at, sha256};
use crate::config::Config;
use crate::diagnostics::Diagnostics;
use crate::hosting;
use crate::icons;
use crate::links::Links;
use crate::locale;
use crate::markdown::media::Medium;
use crate::navigation::{Navigation, navigation};
use crate::page::{Front, Page};
use crate::prerender::{self, Figures};
use crate::render::{self, Assets, FileLink, SearchLinks, Sheet, SliceLink};
use crate::report::{Choice, Report, TableReport};
use crate::site::Site;
use crate::slice::{Slice, VARIANT};
use crate::theme::Themes;
use crate::web::{self, Engine};
use crate::{Built, Mode, error, plotly};
use common::{Common, common, modules, outline_names};
use dashgen_runtime::plan::{self, GROUPING, Part, Shows};
use minijinja::Value;
use minijinja::value::Serde;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use weights::page_reports;

/// What every page has around it.
pub struct Frame {
    common: Common,
    /// The files beside pages that pages point to.
    media: BTreeMap<String, Medium>,
    navigation: Navigation,
    has_feed: bool,
}

impl Frame {
    /// True if a page with these figures needs no other shared files.
    pub fn serves(&self, figures: &Figures) -> bool {
        let figures = std::slice::from_ref(figures);
        let outlines = self.common.outlines.as_ref().map(|(_, names)| names.clone()).unwrap_or_default();
        let engines = web::engines(figures);
        engines.is_subset(&self.common.engines)
            && modules(figures).is_subset(&self.common.modules)
            && outline_names(figures).is_subset(&outlines)
    }
}

/// What a site is bundled from.
pub struct Parts<'a> {
    /// The site.
    pub site: &'a Site,
    /// The themes of its pages.
    pub themes: &'a Themes,
    /// Its pages.
    pub pages: &'a [BoundPage],
    /// The tables of each.
    pub slices: &'a [Vec<Slice>],
    /// What each shows at first.
    pub figures: &'a [Figures],
    /// What their links lead to.
    pub links: &'a Links,
}

/// Renders every page and collects the files of the site.
pub fn bundle_site(parts: &Parts<'_>, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Built> {
    let Parts { site, pages, links, .. } = parts;
    let mut bundle = Bundle::default();
    let mut report = Report::default();
    copy_static(site, &mut bundle, diagnostics);
    let media = media(site, links, &mut bundle, diagnostics);
    let common = common(parts, mode, &mut bundle, diagnostics);
    let loaded = loaded(parts, mode, &mut bundle, &mut report);
    let navigation = navigation(site, pages.iter().map(|page| &page.page));
    let has_feed = hosting::has_feed(&site.config, pages.iter().map(|page| &page.page));
    let frame = Frame { common, media, navigation, has_feed };
    let rendered = rendered(parts, &frame, &loaded, mode);
    if rendered.par_iter().flatten().any(|html| html.contains(icons::START)) {
        bundle.hashed("_dashgen", "icons", "LICENSES.txt", icons::LICENSE.as_bytes().to_vec());
    }
    for (page, html) in pages.iter().zip(rendered) {
        insert(page, html, &mut bundle, diagnostics);
    }
    report.pages = page_reports(parts, &frame.common, &loaded, &bundle);
    let listed: Vec<&Page> = pages.iter().map(|page| &page.page).collect();
    hosting::host_files(site, &listed, links, &mut bundle);
    (!diagnostics.has_errors()).then_some(Built { bundle, report, frame })
}

fn insert(
    page: &BoundPage,
    html: Result<String, minijinja::Error>,
    bundle: &mut Bundle,
    diagnostics: &mut Diagnostics,
) {
    match html {
        Ok(html) => drop(bundle.files.insert(html_path(&page.page.path), html.into_bytes())),
        Err(problem) => {
            let path = &page.page.path;
            diagnostics.push(error!(None, "the theme's templates do not render page `/{path}`: {problem:#}"));
        }
    }
}

/// The files of the pages of `parts`, which may be some of those that the frame was made of.
pub fn bundle_pages(parts: &Parts<'_>, frame: &Frame, mode: Mode, diagnostics: &mut Diagnostics) -> Bundle {
    let mut bundle = Bundle::default();
    let mut report = Report::default();
    let loaded = loaded(parts, mode, &mut bundle, &mut report);
    for (page, html) in parts.pages.iter().zip(rendered(parts, frame, &loaded, mode)) {
        insert(page, html, &mut bundle, diagnostics);
    }
    bundle
}

/// The files that a page loads besides those that pages share.
struct Loaded {
    tables: Vec<SliceLink>,
    /// The boundaries of maps by view, as paths in the bundle.
    boundaries: BTreeMap<String, String>,
}

/// Adds the files that belong to one page each.
fn loaded(parts: &Parts<'_>, mode: Mode, bundle: &mut Bundle, report: &mut Report) -> Vec<Loaded> {
    let each = parts.pages.iter().zip(parts.slices).zip(parts.figures);
    let loaded = each.map(|((page, slices), figures)| Loaded {
        tables: slice_links(parts.site, mode, page, slices, figures, bundle, report),
        boundaries: boundaries(page, figures, bundle),
    });
    loaded.collect()
}

/// Adds the boundaries of a page's maps: the areas of the places that they can show.
fn boundaries(page: &BoundPage, figures: &Figures, bundle: &mut Bundle) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for card in page.cards.values() {
        let view = &figures.plan.views[card.view];
        let (Some(boundaries), Shows::Chart(chart)) = (&card.boundaries, &view.shows) else { continue };
        let is_all = view.question.top.is_some() || !figures.plan.tables[view.table].origin.is_files();
        let places = (!is_all).then(|| prerender::places(chart).into_iter().collect());
        let text = boundaries.published(places.as_ref());
        let stem = boundaries.name.split('.').next().unwrap_or_default();
        files.insert(view.id.clone(), bundle.hashed("_files", stem, "json", text.into_bytes()));
    }
    files
}

/// Every page's HTML, as many at a time as there are processors.
fn rendered(parts: &Parts<'_>, frame: &Frame, loaded: &[Loaded], mode: Mode) -> Vec<Result<String, minijinja::Error>> {
    let Parts { site, themes, pages, figures, links, .. } = *parts;
    let Frame { common, media, navigation, has_feed } = frame;
    let sheet = |((bound, figures), loaded): ((&BoundPage, &Figures), &Loaded)| {
        let root = hosting::root(&site.config, &bound.page.path, mode == Mode::Preview);
        let feed = has_feed.then(|| format!("{root}{}", hosting::FEED));
        let front = &bound.page.front;
        let below = |(view, path): (&String, &String)| (view.clone(), format!("{root}{path}"));
        let boundaries = loaded.boundaries.iter().map(below).collect();
        let assets = assets(&root, themes.name(front), figures, common, loaded.tables.clone());
        let assets = Assets { feed, boundaries, ..assets };
        let place = navigation.place(&bound.page.path, &root);
        let (theme, place, words) = (themes.of(front), &place, words(&site.config, front));
        let sheet = Sheet { site, theme, bound, figures, assets: &assets, place, links, media, root: &root, words };
        render::render(&sheet, mode == Mode::Preview)
    };
    pages.par_iter().zip(figures).zip(loaded).map(sheet).collect()
}

/// The page's own words in its language; undefined in English.
fn words(config: &Config, front: &Front) -> Value {
    let words = locale::words(locale::name(config, front));
    if words.is_empty() { Value::UNDEFINED } else { Value::from(Serde(words)) }
}

/// The files beside pages that pages point to, under names made from their content.
fn media(site: &Site, links: &Links, bundle: &mut Bundle, diagnostics: &mut Diagnostics) -> BTreeMap<String, Medium> {
    let mut media = BTreeMap::new();
    for (name, file) in links.used.iter().filter_map(|name| Some((name, site.media.get(name)?))) {
        match fs::read(file) {
            Ok(bytes) => {
                let size = imagesize::blob_size(&bytes).ok().map(|size| (size.width, size.height));
                let last = name.rsplit('/').next().unwrap_or(name);
                let (stem, extension) = last.rsplit_once('.').unwrap_or((last, "bin"));
                media.insert(name.clone(), Medium { url: bundle.hashed("_files", stem, extension, bytes), size });
            }
            Err(error) => diagnostics.push(error!(None, "{}", at(file, &error))),
        }
    }
    media
}

fn html_path(path: &str) -> String {
    match path {
        "" => "index.html".to_owned(),
        "404" => "404.html".to_owned(),
        path => format!("{path}/index.html"),
    }
}

fn copy_static(site: &Site, bundle: &mut Bundle, diagnostics: &mut Diagnostics) {
    for (path, file) in &site.assets {
        match fs::read(file) {
            Ok(bytes) => drop(bundle.files.insert(path.clone(), bytes)),
            Err(error) => diagnostics.push(error!(None, "{}", at(file, &error))),
        }
    }
}

fn slice_links(
    site: &Site,
    mode: Mode,
    page: &BoundPage,
    slices: &[Slice],
    figures: &Figures,
    bundle: &mut Bundle,
    report: &mut Report,
) -> Vec<SliceLink> {
    let root = hosting::root(&site.config, &page.page.path, mode == Mode::Preview);
    let mut links = Vec::new();
    for (table, slice) in figures.plan.tables.iter().zip(slices) {
        let mut files = Vec::new();
        for file in &slice.files {
            let name = format!("{}-{}", table.name, file.kind.replace(' ', "-"));
            let path = bundle.hashed("_data", &name, "parquet", file.bytes.to_vec());
            files.push(FileLink { url: format!("{root}{path}"), sha256: sha256(&file.bytes), bytes: file.bytes.len() });
            let goes_on = file.part == Part::MoreRows || (file.kind == VARIANT && files.len() > 1);
            if let (true, Some(before)) = (goes_on, report.tables.last_mut()) {
                before.files += 1;
                before.rows += file.rows;
                before.bytes += file.bytes.len();
                continue;
            }
            report.tables.push(TableReport {
                page: page.page.path.clone(),
                name: table.name.clone(),
                kind: file.kind,
                files: 1,
                rows: file.rows,
                columns: published(table, &file.part),
                bytes: file.bytes.len(),
            });
        }
        report.choices.push(Choice {
            page: page.page.path.clone(),
            name: table.name.clone(),
            chosen: slice.files.iter().map(|file| file.kind).collect(),
            alternatives: slice.alternatives.clone(),
        });
        links.push(SliceLink { name: table.name.clone(), first: slice.first, files });
    }
    links
}

/// The names of a file's columns.
fn published(table: &plan::Table, part: &Part) -> Vec<String> {
    let columns = match part {
        Part::Rows(columns) => columns.iter().map(|&column| table.columns[column].clone()).collect(),
        Part::Groups(sets) => sets.columns(table),
        Part::MoreRows => Vec::new(),
    };
    columns.into_iter().map(|column| column.name).filter(|name| name != GROUPING).collect()
}

fn has_charts(figures: &Figures) -> bool {
    figures.plan.views.iter().any(|view| matches!(view.shows, Shows::Chart(_)))
}

fn assets(root: &str, theme: &str, figures: &Figures, common: &Common, slices: Vec<SliceLink>) -> Assets {
    let below = |path: &str| format!("{root}{path}");
    let in_web = |name: &str| format!("{root}{}/{name}", common.web);
    let file = |key: &str| common.brand.get(key).map(|path| below(path));
    let plotly = common.plotly.as_ref().filter(|_| has_charts(figures));
    let Engine { glue, wasm } = web::engine(figures).unwrap_or_default();
    let maplibre = common.maplibre.as_ref().filter(|_| common::has_maps(figures));
    let maplibre = maplibre.map(|folder| below(&format!("{folder}/{}", plotly::MAPLIBRE)));
    Assets {
        theme_css: below(&common.theme_css[theme]),
        plotly_css: plotly.map(|(_, css)| below(css)),
        page_js: in_web("page.js"),
        early_js: in_web("early.js"),
        preview_js: in_web("preview.js"),
        preload: plotly.map(|(js, _)| below(js)).into_iter().chain(maplibre).collect(),
        plotly: plotly.map(|(js, _)| below(js)),
        outlines: common.outlines.as_ref().filter(|_| has_charts(figures)).map(|(folder, _)| below(folder)),
        components: common.components.as_deref().map(below),
        engine: in_web(glue),
        wasm: in_web(wasm),
        feed: None,
        boundaries: BTreeMap::new(),
        logo: file("logo"),
        logo_dark: file("logo_dark"),
        icon: file("icon"),
        search: common.search.as_ref().map(|(index, library)| SearchLinks {
            index: below(index),
            library: below(library),
            root: root.to_owned(),
        }),
        slices,
    }
}

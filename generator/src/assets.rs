//! The bundle stage: pages, slices, the runtime, plotly.js and the theme under names made from their content.

use crate::bind::BoundPage;
use crate::bundle::{Bundle, at, gzipped, sha256};
use crate::diagnostics::Diagnostics;
use crate::modules::link;
use crate::prerender::Figures;
use crate::render::{self, Assets, FileLink, NavItem, SliceLink, to_root};
use crate::report::{Choice, PageReport, Report, TableReport, weight};
use crate::site::Site;
use crate::slice::{File, Slice, VARIANT};
use crate::theme::Theme;
use crate::{Built, Mode, error, plotly};
use dashgen_runtime::charts;
use dashgen_runtime::plan::{self, GROUPING, Part, Shows};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;

/// The runtime's JS modules and WASM, by name.
static WEB: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What the browser fetches only after the first interaction.
const LATE: [&str; 3] = ["worker.js", "runtime.js", "runtime_bg.wasm"];
/// The page's entry module.
const ENTRY: &str = "page.js";

/// Paths of the files that pages share.
struct Common {
    web: String,
    theme_css: String,
    plotly: Option<(String, String)>,
}

/// Renders every page and collects the files of the site.
pub fn bundle_site(
    site: &Site,
    theme: &Theme,
    pages: &[BoundPage],
    slices: &[Vec<Slice>],
    figures: &[Figures],
    mode: Mode,
    diagnostics: &mut Diagnostics,
) -> Option<Built> {
    let mut bundle = Bundle::default();
    let mut report = Report::default();
    copy_static(site, &mut bundle, diagnostics);
    let common = common(theme, figures, mode, &mut bundle);
    for ((page, slices), figures) in pages.iter().zip(slices).zip(figures) {
        let links = slice_links(page, slices, figures, &mut bundle, &mut report);
        let assets = assets(page, figures, &common, links);
        let nav = nav(site, pages, &page.page.path);
        let html = match render::render(site, theme, page, figures, &assets, &nav, mode == Mode::Preview) {
            Ok(html) => html,
            Err(problem) => {
                diagnostics.push(error!(None, "the theme's templates do not render `{}`: {problem:#}", page.page.path));
                continue;
            }
        };
        let path = html_path(&page.page.path);
        bundle.files.insert(path.clone(), html.into_bytes());
        report.pages.push(page_report(page, slices, figures, &common, &path, &bundle));
    }
    host_files(site, pages, &mut bundle);
    (!diagnostics.has_errors()).then_some(Built { bundle, report })
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

fn common(theme: &Theme, figures: &[Figures], mode: Mode, bundle: &mut Bundle) -> Common {
    let has_views = figures.iter().any(|figures| !figures.plan.views.is_empty());
    let files = web_files(mode, has_views);
    let all: Vec<u8> = files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes].concat()).collect();
    let web = format!("_dashgen/web.{}", &sha256(&all)[..16]);
    for (name, bytes) in files {
        bundle.files.insert(format!("{web}/{name}"), bytes);
    }
    let theme_css = bundle.hashed("_dashgen", "theme", "css", theme.css.clone().into_bytes());
    let modules = modules(figures);
    let plotly = (!modules.is_empty()).then(|| {
        let linked = plotly::link(&modules);
        let css = bundle.hashed("_dashgen", "plotly", "css", linked.css.as_bytes().to_vec());
        bundle.hashed("_dashgen", "plotly", "LICENSES.txt", linked.notices.as_bytes().to_vec());
        (bundle.hashed("_dashgen", "plotly", "js", linked.js.into_bytes()), css)
    });
    Common { web, theme_css, plotly }
}

/// The runtime's files as a page loads them: its modules linked into one, and what stands alone.
fn web_files(mode: Mode, has_views: bool) -> Vec<(&'static str, Vec<u8>)> {
    let texts: Vec<(&str, &str)> =
        WEB.iter().filter_map(|(name, bytes)| Some((*name, std::str::from_utf8(bytes).ok()?))).collect();
    let alone = WEB.iter().filter(|(name, _)| match *name {
        "early.js" => true,
        "preview.js" => mode == Mode::Preview,
        name => has_views && LATE.contains(&name),
    });
    let mut files: Vec<(&str, Vec<u8>)> = alone.map(|(name, bytes)| (*name, bytes.to_vec())).collect();
    files.push((ENTRY, link(&texts, ENTRY).into_bytes()));
    files
}

/// The plotly trace modules that the site's charts are drawn with.
fn modules(figures: &[Figures]) -> BTreeSet<String> {
    let views = figures.iter().flat_map(|figures| &figures.plan.views);
    let kinds = views.filter_map(|view| match &view.shows {
        Shows::Chart(chart) => charts::chart(&chart.kind),
        _ => None,
    });
    kinds.flat_map(|kind| ["scatter"].iter().chain(kind.build.modules)).map(|name| (*name).to_owned()).collect()
}

fn slice_links(
    page: &BoundPage,
    slices: &[Slice],
    figures: &Figures,
    bundle: &mut Bundle,
    report: &mut Report,
) -> Vec<SliceLink> {
    let root = to_root(&page.page.path);
    let mut links = Vec::new();
    for (table, slice) in figures.plan.tables.iter().zip(slices) {
        let mut files = Vec::new();
        for file in &slice.files {
            let path = bundle.hashed("_data", &format!("{}-{}", table.name, file.kind), "parquet", file.bytes.clone());
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

fn assets(page: &BoundPage, figures: &Figures, common: &Common, slices: Vec<SliceLink>) -> Assets {
    let root = to_root(&page.page.path);
    let below = |path: &str| format!("{root}{path}");
    let web = |name: &str| format!("{root}{}/{name}", common.web);
    let plotly = common.plotly.as_ref().filter(|_| has_charts(figures));
    Assets {
        theme_css: below(&common.theme_css),
        plotly_css: plotly.map(|(_, css)| below(css)),
        page_js: web(ENTRY),
        early_js: web("early.js"),
        preview_js: web("preview.js"),
        preload: plotly.map(|(js, _)| below(js)).into_iter().collect(),
        plotly: plotly.map(|(js, _)| below(js)),
        engine: web("runtime.js"),
        wasm: web("runtime_bg.wasm"),
        slices,
    }
}

fn nav(site: &Site, pages: &[BoundPage], current: &str) -> Vec<NavItem> {
    let root = to_root(current);
    let listed = pages.iter().filter(|page| page.page.path != "404");
    listed
        .map(|page| {
            let path = &page.page.path;
            let url = if path.is_empty() { root.clone() } else { format!("{root}{path}/") };
            NavItem { title: render::title(&page.page, site), url, current: path == current }
        })
        .collect()
}

/// Bytes until all charts are painted, and until the first click is answered.
fn page_report(
    page: &BoundPage,
    slices: &[Slice],
    figures: &Figures,
    common: &Common,
    html: &String,
    bundle: &Bundle,
) -> PageReport {
    let web = |late: bool| {
        bundle.files.keys().filter(move |path| {
            path.starts_with(&common.web) && LATE.iter().any(|name| path.ends_with(&format!("/{name}"))) == late
        })
    };
    let plotly = common.plotly.iter().filter(|_| has_charts(figures)).flat_map(|(js, css)| [js, css]);
    let first_paint = weight(bundle, [html, &common.theme_css].into_iter().chain(web(false)).chain(plotly));
    let has_views = !figures.plan.views.is_empty();
    let late = if has_views { weight(bundle, web(true)) } else { 0 };
    let bytes = |files: &[File]| files.iter().map(|file| gzipped(&file.bytes)).sum::<usize>();
    let first_click = first_paint + late + slices.iter().map(|slice| bytes(slice.at_first())).sum::<usize>();
    PageReport {
        path: page.page.path.clone(),
        views: figures.plan.views.len(),
        first_paint,
        first_click,
        all: first_click + slices.iter().map(|slice| bytes(slice.behind())).sum::<usize>(),
    }
}

/// Files that hosts and robots look for.
fn host_files(site: &Site, pages: &[BoundPage], bundle: &mut Bundle) {
    bundle.files.insert(".nojekyll".to_owned(), Vec::new());
    let headers = "/_dashgen/*\n  Cache-Control: public, max-age=31536000, immutable\n/_data/*\n  Cache-Control: public, max-age=31536000, immutable\n";
    bundle.files.insert("_headers".to_owned(), headers.as_bytes().to_vec());
    if let Some(url) = &site.config.url {
        let base = url.trim_end_matches('/');
        let entries: String = pages
            .iter()
            .filter(|page| page.page.path != "404")
            .map(|page| format!("  <url><loc>{base}/{}</loc></url>\n", page_url(&page.page.path)))
            .collect();
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
        );
        bundle.files.insert("sitemap.xml".to_owned(), xml.into_bytes());
    }
    let files: Vec<_> = bundle
        .files
        .iter()
        .map(|(path, bytes)| json!({"path": path, "bytes": bytes.len(), "sha256": sha256(bytes)}))
        .collect();
    let manifest = json!({"generator": concat!("dashgen ", env!("CARGO_PKG_VERSION")), "files": files});
    bundle.files.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
}

fn page_url(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}/") }
}

//! What each page weighs until it is painted, until its first click is answered, and in all.

use super::common::{Common, has_maps, outline_names};
use super::{Loaded, Parts, has_charts, html_path};
use crate::bind::BoundPage;
use crate::bundle::{Bundle, gzipped};
use crate::prerender::Figures;
use crate::report::{PageReport, weight};
use crate::slice::{File, Slice};
use crate::web::{self, Engine};
use dashgen_runtime::plan::Shows;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What each page weighs. What pages share is weighed once.
pub fn page_reports(parts: &Parts<'_>, common: &Common, loaded: &[Loaded], bundle: &Bundle) -> Vec<PageReport> {
    let of_web = |names: Vec<&str>| {
        let paths: Vec<String> = names.iter().map(|name| format!("{}/{name}", common.web)).collect();
        weight(bundle, &paths)
    };
    let early = of_web(web::early());
    let late: BTreeMap<Engine, usize> =
        common.engines.iter().map(|engine| (*engine, of_web(web::late(*engine)))).collect();
    let of_brand = weight(bundle, common.brand.values());
    let css: BTreeMap<&str, usize> =
        common.theme_css.iter().map(|(name, path)| (name.as_str(), weight(bundle, [path]))).collect();
    let plotly = weight(bundle, common.plotly.iter().flat_map(|(js, css)| [js, css]));
    let outlines = |figures: &Figures| {
        let folder = common.outlines.as_ref().map_or("", |(folder, _)| folder);
        let names = outline_names(std::slice::from_ref(figures));
        weight(bundle, names.iter().map(|name| format!("{folder}{name}.json")).collect::<Vec<_>>().iter())
    };
    let maplibre = common.maplibre.as_deref().map_or(0, |folder| {
        weight(bundle, bundle.files.keys().filter(|path| path.starts_with(folder)).collect::<Vec<_>>())
    });
    let library = |figures: &Figures| if has_maps(figures) { maplibre } else { 0 };
    let components = component_weight(common, bundle);
    let report = |(((page, slices), figures), loaded): (((&BoundPage, &Vec<Slice>), &Figures), &Loaded)| {
        let html = bundle.files.get(&html_path(&page.page.path)).map_or(0, |html| gzipped(html));
        let look = of_brand + css[parts.themes.name(&page.page.front)];
        let maps = library(figures) + outlines(figures) + weight(bundle, loaded.boundaries.values());
        let first_paint = html + early + look + maps + if has_charts(figures) { plotly } else { 0 };
        let first_paint = first_paint + if has_components(figures) { components } else { 0 };
        let bytes = |files: &[File]| files.iter().map(|file| gzipped(&file.bytes)).sum::<usize>();
        let first = slices.iter().map(|slice| bytes(slice.at_first())).sum::<usize>();
        let first_click = first_paint + first + web::engine(figures).map_or(0, |engine| late[&engine]);
        let rest = slices.iter().map(|slice| bytes(slice.behind())).sum::<usize>();
        PageReport {
            path: page.page.path.clone(),
            views: figures.plan.views.iter().filter(|view| view.shows.is_seen()).count(),
            first_paint,
            first_click,
            all: first_click + rest,
        }
    };
    parts.pages.par_iter().zip(parts.slices).zip(parts.figures).zip(loaded).map(report).collect()
}

fn has_components(figures: &Figures) -> bool {
    figures.plan.views.iter().any(|view| matches!(view.shows, Shows::Component(_)))
}

/// What a page with components loads for them: at most all scripts and style sheets.
fn component_weight(common: &Common, bundle: &Bundle) -> usize {
    let Some(folder) = &common.components else { return 0 };
    let loaded =
        |path: &&String| path.starts_with(folder) && [".js", ".mjs", ".css"].iter().any(|end| path.ends_with(end));
    weight(bundle, bundle.files.keys().filter(loaded))
}

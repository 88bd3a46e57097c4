//! The render stage: a page's pieces and first figures become HTML through the theme's templates.

use crate::bind::{BoundPage, Card, columns_of_twelve};
use crate::config::Config;
use crate::config::policy::origin;
use crate::hosting;
use crate::icons;
use crate::links::{Links, Target};
use crate::locale;
use crate::markdown;
use crate::markdown::media::{self, Medium};
use crate::navigation::Place;
use crate::page::{self, Container, ContainerKind, ContainerOptions, Layout, Page, Piece};
use crate::prerender::Figures;
use crate::site::Site;
use crate::theme::Theme;
use dashgen_runtime::answer::Shown;
use dashgen_runtime::calendar;
use dashgen_runtime::plan::{Shows, View};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What a page links to, relative to itself.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Assets {
    /// The theme's style sheet.
    pub theme_css: String,
    /// Plotly's style sheet, on pages with charts.
    pub plotly_css: Option<String>,
    /// The page's entry module.
    pub page_js: String,
    /// The script that runs before the first paint.
    pub early_js: String,
    /// The module that listens for rebuilds, in a preview.
    pub preview_js: String,
    /// Modules that the browser may fetch before it meets their imports.
    pub preload: Vec<String>,
    /// Plotly itself, on pages with charts.
    pub plotly: Option<String>,
    /// The folder with the outlines of maps, on pages of a site that has maps.
    pub outlines: Option<String>,
    /// The boundaries of maps, by view.
    #[serde(skip)]
    pub boundaries: BTreeMap<String, String>,
    /// The folder with the author's modules, if the site has any.
    pub components: Option<String>,
    /// The glue module of the engine.
    pub engine: String,
    /// The engine.
    pub wasm: String,
    /// The feed, if the site has one.
    pub feed: Option<String>,
    /// The site's logo.
    pub logo: Option<String>,
    /// The site's logo on a dark page.
    pub logo_dark: Option<String>,
    /// What a tab of the browser shows beside the title.
    pub icon: Option<String>,
    /// What the search over all pages loads, if there are several.
    pub search: Option<SearchLinks>,
    /// The slices, in the order of the plan's tables.
    pub slices: Vec<SliceLink>,
}

/// What the search loads, relative to the page.
#[derive(Debug, Clone, Serialize)]
pub struct SearchLinks {
    /// The words of all pages.
    pub index: String,
    /// The library that searches them.
    pub library: String,
    /// The site's root.
    pub root: String,
}

/// Where a table's files lie.
#[derive(Debug, Clone, Serialize)]
pub struct SliceLink {
    /// The table.
    pub name: String,
    /// How many of its files are needed before the first selection.
    pub first: usize,
    /// Its files, in the order of the plan.
    pub files: Vec<FileLink>,
}

/// Where a file of a table lies.
#[derive(Debug, Clone, Serialize)]
pub struct FileLink {
    /// Relative to the page.
    pub url: String,
    /// What the file's hash must be, in hexadecimal.
    pub sha256: String,
    /// How long the file is.
    pub bytes: usize,
}

/// `./` or as many `../` as lead from a page to the site's root.
pub fn to_root(path: &str) -> String {
    match path.split('/').filter(|part| !part.is_empty()).count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// A page's title: from its front matter, else its first heading, else its path.
pub fn title(page: &Page, site: &Site) -> String {
    let given = page.front.title.as_ref().map(|(title, _)| title.clone());
    given.or_else(|| markdown::first_heading(&page.pieces)).unwrap_or_else(|| match page.path.rsplit('/').next() {
        Some("") | None => site.config.title.clone().unwrap_or_else(|| "Dashboard".to_owned()),
        Some(last) => crate::expression::words(last),
    })
}

/// The content-security policy of every page: its own origin, nothing inline, nothing evaluated but WASM.
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; \
                       connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// The policy of a page with what it embeds: its own files, and pages of the origins that the site lets in.
fn policy(config: &Config, parts: [&str; 3]) -> String {
    let frames: Vec<&str> = parts.into_iter().flat_map(media::frames).collect();
    if frames.is_empty() {
        return CSP.to_owned();
    }
    let own = frames.iter().any(|url| origin(url).is_none()).then(|| "'self'".to_owned());
    let outside = frames.iter().any(|url| origin(url).is_some());
    let sources = own.into_iter().chain(config.policy.frame_src.iter().filter(|_| outside).cloned());
    format!("{CSP}; frame-src {}", sources.collect::<Vec<_>>().join(" "))
}

/// All that one page is made of.
pub struct Sheet<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its theme.
    pub theme: &'a Theme,
    /// The page.
    pub bound: &'a BoundPage,
    /// What its views show at first.
    pub figures: &'a Figures,
    /// What it loads.
    pub assets: &'a Assets,
    /// Where it stands.
    pub place: &'a Place,
    /// What its links lead to.
    pub links: &'a Links,
    /// The files beside pages, as they are in the bundle.
    pub media: &'a BTreeMap<String, Medium>,
    /// What its addresses start with.
    pub root: &'a str,
    /// The page's own words in its language, by the English ones; undefined in English.
    pub words: Value,
}

/// Renders one page.
pub fn render(sheet: &Sheet<'_>, is_preview: bool) -> Result<String, minijinja::Error> {
    let Sheet { site, theme, bound, figures, assets, words, .. } = sheet;
    let apart = |piece: &Piece| match piece {
        Piece::Container(container) if container.kind.is_apart() => Some(container.kind),
        _ => None,
    };
    let part =
        |kind: Option<ContainerKind>| sheet.pieces(bound.page.pieces.iter().filter(|piece| apart(piece) == kind));
    let (html, sidebar, bottom) =
        (part(None)?, part(Some(ContainerKind::Sidebar))?, part(Some(ContainerKind::Bottom))?);
    let csp = policy(&site.config, [&html, &sidebar, &bottom]);
    let data = (!figures.plan.views.is_empty()).then(|| {
        let mut data = json!({
            "plan": figures.plan, "shown": figures.shown, "tables": assets.slices,
            "plotly": assets.plotly, "engine": assets.engine, "wasm": assets.wasm,
        });
        if let Some(outlines) = &assets.outlines {
            data["outlines"] = json!(outlines);
        }
        if !assets.boundaries.is_empty() {
            data["boundaries"] = json!(assets.boundaries);
        }
        let modules = sheet.modules();
        if !modules.is_empty() {
            data["modules"] = json!(modules);
        }
        data
    });
    let page = sheet.head(&html, sidebar, bottom);
    let start = &sheet.place.home.title;
    let site = context! {
        title => site.config.title.as_ref().unwrap_or(start), description => site.config.description.as_ref(),
        lang => locale::lang(&site.config, &bound.page.front), feed => &assets.feed,
    };
    let (nav, assets) = (Value::from(Serde(sheet.place)), Value::from(Serde(assets)));
    let template = theme.templates.get_template("page.html")?;
    let texts = (!words.is_undefined()).then(|| script_json(&json!(words)));
    template.render(
        context! { site, page, nav, assets, words, texts, csp, data => data.as_ref().map(script_json), preview => is_preview },
    )
}

/// JSON that can stand inside a `<script>` element.
fn script_json(data: &Json) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

impl Sheet<'_> {
    /// The addresses of the modules that draw the page's components, by view.
    fn modules(&self) -> BTreeMap<&str, String> {
        let folder = self.assets.components.as_deref().unwrap_or_default();
        let cards = self.bound.cards.values().filter_map(|card| Some((card.view, card.module.as_ref()?)));
        cards.map(|(view, module)| (self.figures.plan.views[view].id.as_str(), format!("{folder}{module}"))).collect()
    }

    /// What the page's template may say of it.
    fn head(&self, html: &str, sidebar: String, bottom: String) -> Value {
        let Page { front, pieces, path, .. } = &self.bound.page;
        let has_views = !self.figures.plan.views.is_empty();
        let toc: Vec<_> =
            markdown::headings(pieces).into_iter().filter(|heading| (2..=3).contains(&heading.level)).collect();
        let has_toc = front.toc.unwrap_or(!has_views && toc.len() > 2) && !toc.is_empty();
        let tag = |(tag, _): &(String, _)| context! { title => tag, url => format!("{}{}/", self.root, page::made::path(tag)) };
        context! {
            title => title(&self.bound.page, self.site), description => front.description.as_ref().map(|(text, _)| text),
            path, html, toc => has_toc.then(|| Value::from(Serde(toc))), date => &front.date,
            day => front.date.as_deref().and_then(|date| self.day(date)),
            tags => front.tags.iter().map(tag).collect::<Vec<_>>(), report => front.layout == Layout::Report, wide => front.layout == Layout::Wide,
            sidebar => Some(sidebar).filter(|html| !html.is_empty()), bottom, rtl => self.bound.plan.locale.name == "ar",
            url => self.site.config.url.as_ref().filter(|_| path != "404").map(|url| hosting::full(url, path)),
        }
    }

    /// A day of the calendar in the page's language.
    fn day(&self, date: &str) -> Option<String> {
        let (year, month, day) = calendar::civil_from_days(calendar::parse_day(date)?);
        Some(self.bound.plan.locale.day(year, month, day))
    }

    fn pieces<'p>(&self, pieces: impl IntoIterator<Item = &'p Piece>) -> Result<String, minijinja::Error> {
        let mut html = String::new();
        for piece in pieces {
            html.push_str(&self.piece(piece)?);
        }
        Ok(html)
    }

    fn piece(&self, piece: &Piece) -> Result<String, minijinja::Error> {
        match piece {
            Piece::Block(block) => {
                self.bound.cards.get(&block.span.start).map_or(Ok(String::new()), |card| self.card(card))
            }
            Piece::Container(container) => self.container(container),
            Piece::Prose(prose) => {
                let values = prose.values.iter().map(|value| match self.bound.cards.get(&value.span.start) {
                    Some(card) => self.card(card),
                    None => Ok(String::new()),
                });
                let values = values.collect::<Result<Vec<_>, _>>()?;
                let language = &self.bound.plan.locale.name;
                let addresses = markdown::Addresses {
                    link: &|url| self.link(url),
                    medium: &|url| self.medium(url),
                    word: &|text| locale::word(language, text),
                };
                let html = markdown::html(prose, &self.bound.page.definitions, &values, &addresses);
                Ok(format!("<div class=\"prose w-12\">\n{html}</div>\n"))
            }
        }
    }

    /// The address on the finished site of what a link leads to.
    fn link(&self, url: &str) -> Option<String> {
        let source = self.site.files.path(self.bound.page.file);
        match self.links.resolve(source, &self.bound.page.path, url) {
            Target::Page(path, anchor) if path == self.bound.page.path && !anchor.is_empty() => Some(anchor),
            Target::Page(path, anchor) => {
                let slash = if path.is_empty() { "" } else { "/" };
                Some(format!("{}{path}{slash}{anchor}", self.root))
            }
            Target::File(file) => self.media.get(&file).map(|medium| format!("{}{}", self.root, medium.url)),
            Target::Static(path) => Some(format!("{}{path}", self.root)),
            Target::Outside | Target::Missing => None,
        }
    }

    fn medium(&self, url: &str) -> Medium {
        let source = self.site.files.path(self.bound.page.file);
        let size = match self.links.resolve(source, &self.bound.page.path, url) {
            Target::File(file) => self.media.get(&file).and_then(|medium| medium.size),
            _ => None,
        };
        Medium { url: self.link(url).unwrap_or_else(|| url.to_owned()), size }
    }

    fn template(&self, name: &str, context: minijinja::Value) -> Result<String, minijinja::Error> {
        let words = &self.words;
        self.theme.templates.get_template(name)?.render(context! { words, ..context })
    }

    fn container(&self, container: &Container) -> Result<String, minijinja::Error> {
        let ContainerOptions { open, height, align, .. } = container.options;
        let id = format!("section-{}", container.span.start);
        let (kind, title, icon) = (container.kind.name(), title_of(container), icon_of(container));
        let hidden = container.options.hidden_on();
        let given = container.options.width.as_ref().and_then(|(text, _)| columns_of_twelve(text));
        let width = given.unwrap_or(if container.kind.is_button() { 3 } else { 12 });
        let common = context! { kind, id, title, icon, width, hidden };
        if container.kind == ContainerKind::Tabs {
            let tabs = self.tabs(container)?;
            return self.template("containers.html", context! { container => context! { tabs, ..common } });
        }
        let is_foot = |piece: &&Piece| matches!(piece, Piece::Container(inner) if inner.kind == ContainerKind::Footer);
        let (feet, body): (Vec<&Piece>, Vec<&Piece>) = container.pieces.iter().partition(is_foot);
        if container.kind == ContainerKind::Carousel {
            let slides = body.into_iter().map(|piece| self.piece(piece)).collect::<Result<Vec<_>, _>>()?;
            return self.template("containers.html", context! { container => context! { slides, ..common } });
        }
        let (html, foot) = (self.pieces(body)?, self.pieces(feet)?);
        let own = context! { html, foot, open, height, align, ..common };
        self.template("containers.html", context! { container => own })
    }

    fn tabs(&self, container: &Container) -> Result<Vec<Value>, minijinja::Error> {
        let tabs = container.pieces.iter().filter_map(|piece| match piece {
            Piece::Container(tab) => {
                let (title, icon) = (title_of(tab), icon_of(tab));
                Some(self.pieces(&tab.pieces).map(|html| context! { title, icon, html }))
            }
            _ => None,
        });
        tabs.collect()
    }

    fn card(&self, card: &Card) -> Result<String, minijinja::Error> {
        let view = &self.figures.plan.views[card.view];
        let shown = self.figures.shown.get(&view.id);
        let (kind, name) = kind(view);
        let context = json!({
            "id": view.id, "type": name, "kind": kind, "title": card.title, "subtitle": card.subtitle, "label": label(view), "width": card.width,
            "height": card.height.or_else(|| made_height(view)), "aspect": card.aspect, "help": card.help, "root": self.root, "plan": view, "shown": shown.filter(|shown| !matches!(shown, Shown::Traces(_) | Shown::Answer { .. })), "data_table": self.figures.data_tables.get(&view.id),
        });
        self.template(&format!("views/{name}.html"), context! { view => Value::from(Serde(context)) })
    }
}

fn title_of(container: &Container) -> Option<&str> {
    container.title.as_ref().map(|(title, _)| title.as_str())
}

/// The icon before a container's title.
fn icon_of(container: &Container) -> Option<String> {
    icons::svg(container.options.icon.as_deref()?, None)
}

/// The height that a chart of several small ones needs.
fn made_height(view: &View) -> Option<u32> {
    match &view.shows {
        Shows::Chart(chart) => chart.layout.get("height")?.as_f64().map(|height| height as u32),
        _ => None,
    }
}

/// A view's kind in its registry and the name of its template.
fn kind(view: &View) -> (&str, &'static str) {
    match &view.shows {
        Shows::Chart(chart) => (&chart.kind, "chart"),
        Shows::Input(input) => (&input.kind, "input"),
        Shows::Metric(_) => ("metric", "metric"),
        Shows::Table(_) => ("table", "table"),
        Shows::Component(_) => ("component", "component"),
        Shows::Value(_) | Shows::Detail { .. } | Shows::Legend { .. } => ("value", "value"),
    }
}

fn label(view: &View) -> &str {
    match &view.shows {
        Shows::Input(input) => &input.label,
        Shows::Metric(metric) => &metric.label,
        _ => "",
    }
}

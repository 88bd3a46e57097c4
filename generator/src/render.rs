//! The render stage: a page's pieces and first figures become HTML through the theme's templates.

use crate::bind::{BoundPage, Card, columns_of_twelve};
use crate::markdown::{self, media::Medium};
use crate::page::{self, Container, ContainerKind, Page, Piece};
use crate::prerender::Figures;
use crate::site::Site;
use crate::theme::Theme;
use dashgen_runtime::answer::Shown;
use dashgen_runtime::plan::{Shows, View};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::{Value as Json, json};

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
    /// The glue module of the engine.
    pub engine: String,
    /// The engine.
    pub wasm: String,
    /// The slices, in the order of the plan's tables.
    pub slices: Vec<SliceLink>,
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

/// An entry of the site's navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    /// The page's title.
    pub title: String,
    /// Relative to the page that shows it.
    pub url: String,
    /// True on the page itself.
    pub current: bool,
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
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
                       connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// Renders one page.
pub fn render(
    site: &Site,
    theme: &Theme,
    bound: &BoundPage,
    figures: &Figures,
    assets: &Assets,
    nav: &[NavItem],
    is_preview: bool,
) -> Result<String, minijinja::Error> {
    let renderer = Renderer { theme, bound, figures, source: site.files.path(bound.page.file) };
    let html = renderer.pieces(&bound.page.pieces)?;
    let data = (!figures.plan.views.is_empty()).then(|| {
        json!({
            "plan": figures.plan, "shown": figures.shown, "tables": assets.slices,
            "plotly": assets.plotly, "engine": assets.engine, "wasm": assets.wasm,
        })
    });
    let page = context! {
        title => title(&bound.page, site), description => bound.page.front.description.as_ref().map(|(text, _)| text),
        path => &bound.page.path, html => html, toc => Value::from(Serde(markdown::headings(&bound.page.pieces))),
    };
    let start = nav.first().map(|item| &item.title);
    let site = context! { title => site.config.title.as_ref().or(start), description => site.config.description.as_ref(), lang => &site.config.lang };
    let (nav, assets) = (Value::from(Serde(nav)), Value::from(Serde(assets)));
    let template = theme.templates.get_template("page.html")?;
    template.render(
        context! { site, page, nav, assets, csp => CSP, data => data.as_ref().map(script_json), preview => is_preview },
    )
}

/// JSON that can stand inside a `<script>` element.
fn script_json(data: &Json) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

struct Renderer<'a> {
    theme: &'a Theme,
    bound: &'a BoundPage,
    figures: &'a Figures,
    /// The page's file.
    source: &'a str,
}

impl Renderer<'_> {
    fn pieces(&self, pieces: &[Piece]) -> Result<String, minijinja::Error> {
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
                let addresses = markdown::Addresses {
                    link: &|url| self.page_link(url),
                    medium: &|url| Medium { url: url.to_owned(), size: None },
                };
                let html = markdown::html(prose, &self.bound.page.definitions, &values, &addresses);
                Ok(format!("<div class=\"prose w-12\">\n{html}</div>\n"))
            }
        }
    }

    /// The address of the page that a link to a Markdown file means: `../sales.md#top` as `../sales/#top`.
    fn page_link(&self, url: &str) -> Option<String> {
        let (file, anchor) = url.split_at(url.find('#').unwrap_or(url.len()));
        if !file.ends_with(".md") || file.contains("://") || file.starts_with('/') {
            return None;
        }
        let mut folder: Vec<&str> = self.source.split('/').collect();
        folder.pop();
        for part in file.split('/') {
            match part {
                "." => {}
                ".." => drop(folder.pop()),
                part => folder.push(part),
            }
        }
        let path = page::path(&folder.join("/"));
        let slash = if path.is_empty() { "" } else { "/" };
        Some(format!("{}{path}{slash}{anchor}", to_root(&self.bound.page.path)))
    }

    fn template(&self, name: &str, context: minijinja::Value) -> Result<String, minijinja::Error> {
        self.theme.templates.get_template(name)?.render(context)
    }

    fn container(&self, container: &Container) -> Result<String, minijinja::Error> {
        let id = format!("section-{}", container.span.start);
        let title = container.title.as_ref().map(|(title, _)| title.as_str());
        let width = container.width.as_ref().and_then(|(text, _)| columns_of_twelve(text)).unwrap_or(12);
        if container.kind == ContainerKind::Tabs {
            let tabs = container.pieces.iter().filter_map(|piece| match piece {
                Piece::Container(tab) => Some(
                    self.pieces(&tab.pieces)
                        .map(|html| context! { title => tab.title.as_ref().map(|(title, _)| title), html }),
                ),
                _ => None,
            });
            let tabs = tabs.collect::<Result<Vec<_>, _>>()?;
            return self.template(
                "containers.html",
                context! { container => context! { kind => "tabs", id, title, width, tabs } },
            );
        }
        let html = self.pieces(&container.pieces)?;
        self.template("containers.html", context! { container => context! { kind => "card", id, title, width, html } })
    }

    fn card(&self, card: &Card) -> Result<String, minijinja::Error> {
        let view = &self.figures.plan.views[card.view];
        let shown = self.figures.shown.get(&view.id);
        let (kind, name) = kind(view);
        let context = json!({
            "id": view.id, "type": name, "kind": kind, "title": card.title, "label": label(view), "width": card.width,
            "height": card.height, "plan": view, "shown": shown.filter(|shown| !matches!(shown, Shown::Traces(_))), "data_table": self.figures.data_tables.get(&view.id),
        });
        self.template(&format!("views/{name}.html"), context! { view => Value::from(Serde(context)) })
    }
}

/// A view's kind in its registry and the name of its template.
fn kind(view: &View) -> (&str, &'static str) {
    match &view.shows {
        Shows::Chart(chart) => (&chart.kind, "chart"),
        Shows::Input(input) => (&input.kind, "input"),
        Shows::Metric(_) => ("metric", "metric"),
        Shows::Table(_) => ("table", "table"),
        Shows::Value(_) => ("value", "value"),
    }
}

fn label(view: &View) -> &str {
    match &view.shows {
        Shows::Input(input) => &input.label,
        Shows::Metric(metric) => &metric.label,
        _ => "",
    }
}

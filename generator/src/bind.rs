//! The bind stage: every name of a page is looked up, every expression typed, every view planned; all mistakes are found here, before rows are read.

mod card;
mod chart;
mod check;
mod common;
mod comparison;
mod component;
mod input;
pub(crate) mod keys;
mod metric;
mod reactive;
pub(crate) mod registry;
mod rows;
mod table;

use crate::Mode;
use crate::diagnostics::{Diagnostic, Diagnostics, Files, Span};
use crate::error;
use crate::expression::{self, Expression, Scope};
use crate::locale;
use crate::page::{Block, BlockKind, InlineValue, Page, Piece};
use crate::reactive::{Declared, parameters};
use crate::site::Site;
use crate::sources::connection::Connections;
use crate::sources::engine;
use crate::sources::{self, Opened};
use crate::sql::Sql;
use crate::tables::{self, Definition, Table, Tables};
use dashgen_runtime::plan::{self, Plan, Select, View};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use card::Card;
pub use check::Check;
pub use common::columns_of_twelve;
pub(crate) use common::slug;
use common::{COMMON, not_a_width};
pub(crate) use keys::Keys;

/// A page with its plan: what it shows, from which tables, and where on the page.
pub struct BoundPage {
    /// The page as parsed.
    pub page: Page,
    /// What the runtime needs to know.
    pub plan: Plan,
    /// The tables of the plan, in its order, ready to be read.
    pub tables: Vec<Table>,
    /// Where each table is first asked.
    pub used_at: Vec<Span>,
    /// The inputs that have names.
    pub declared: Vec<Declared>,
    /// Every table that its `sql` blocks define, whether views ask it or not.
    pub defined: Vec<Table>,
    /// The rules that its data are to keep.
    pub checks: Vec<Check>,
    /// What stands where: by the byte at which a block or inline value starts.
    pub cards: BTreeMap<usize, Card>,
}

/// The tables that every page can read.
pub struct Known {
    /// Those of source files.
    pub sources: Tables,
    /// Those and the shared queries.
    pub tables: Tables,
    /// Sources that cannot be read, which is reported already.
    pub broken: Vec<String>,
    /// The databases that queries can ask.
    pub connections: Connections,
}

/// Opens the sources and defines the shared queries.
pub fn known(site: &Site, mode: Mode, diagnostics: &mut Diagnostics) -> Known {
    let Opened { tables: sources, broken } = sources::open(site, mode, diagnostics);
    let sources = match site.config.engine {
        Some(span) => engine::moved(site, sources, span, diagnostics),
        None => sources,
    };
    let shared: Vec<Definition> = site.queries.iter().map(|(name, file)| query(site, name, *file)).collect();
    let connections = Connections::new(site, diagnostics);
    let tables = tables::define(&shared, (&sources, &broken), &connections, &[], diagnostics);
    Known { sources, tables, broken, connections }
}

/// Binds every page.
pub fn bind(site: &Site, known: &Known, pages: Vec<Page>, diagnostics: &mut Diagnostics) -> Vec<BoundPage> {
    pages.into_iter().map(|page| bind_page(site, page, known, diagnostics)).collect()
}

fn query(site: &Site, name: &str, file: crate::diagnostics::FileId) -> Definition {
    let text = site.files.text(file).to_owned();
    let span = Span { file, start: 0, end: text.len() };
    Definition { name: name.to_owned(), name_span: span.part(0..1), sql: Sql { text, span } }
}

/// A value that is asked of a page's tables without standing on the page.
pub struct Asked {
    /// An aggregate.
    pub sql: Sql,
    /// The table, if it is not the only one that can be meant.
    pub data: Option<(String, Span)>,
}

/// Binds one page to its own tables and those that all pages share.
pub fn bind_page(site: &Site, page: Page, known: &Known, diagnostics: &mut Diagnostics) -> BoundPage {
    bind_page_asked(site, page, known, &[], diagnostics).0
}

/// Binds one page and what else is asked of it; where that stands among the plan's views.
pub fn bind_page_asked(
    site: &Site,
    page: Page,
    known: &Known,
    asked: &[Asked],
    diagnostics: &mut Diagnostics,
) -> (BoundPage, Vec<Option<usize>>) {
    let Known { sources, tables: known, broken, connections } = known;
    container_widths(&page.pieces, diagnostics);
    let blocks = blocks(&page.pieces);
    let definitions = definitions(&site.files, &blocks, known, diagnostics);
    let declared = parameters::declared(&site.files, &blocks);
    let tables = tables::define(&definitions, (known, broken), connections, &declared, diagnostics);
    let mut local: Vec<String> = definitions.iter().map(|definition| definition.name.clone()).collect();
    if local.is_empty() {
        local = sources.keys().cloned().chain(broken.iter().cloned()).collect();
    }
    let unsound: Vec<String> =
        definitions.iter().map(|d| &d.name).chain(broken).filter(|name| !tables.contains_key(*name)).cloned().collect();
    let checks = check::checks(&site.files, &blocks, (&tables, &unsound), connections, diagnostics);
    let defined = definitions.iter().filter_map(|definition| tables.get(&definition.name).cloned()).collect();
    let mut binder = Binder {
        files: &site.files,
        source: site.files.path(page.file).to_owned(),
        media: &site.media,
        scope: &tables,
        local,
        unsound,
        plan: Plan { locale: locale::locale(&site.config, &page.front), ..Plan::default() },
        tables: Vec::new(),
        used_at: Vec::new(),
        cards: BTreeMap::new(),
        names: BTreeMap::new(),
        declared: &declared,
        modules: &site.components,
        diagnostics,
    };
    for block in &blocks {
        binder.block(block);
    }
    for value in values(&page.pieces) {
        binder.value(value);
    }
    let asked = asked.iter().map(|asked| binder.question(asked)).collect();
    binder.spread();
    let Binder { plan, tables, used_at, cards, .. } = binder;
    (BoundPage { page, plan, tables, used_at, declared, defined, checks, cards }, asked)
}

fn blocks(pieces: &[Piece]) -> Vec<Block> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Block(block) => found.push(block.clone()),
            Piece::Container(container) => found.extend(blocks(&container.pieces)),
            Piece::Prose(_) => {}
        }
    }
    found
}

fn values(pieces: &[Piece]) -> Vec<&InlineValue> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Prose(prose) => found.extend(&prose.values),
            Piece::Container(container) => found.extend(values(&container.pieces)),
            Piece::Block(_) => {}
        }
    }
    found
}

/// The tables that the page's `sql` blocks define; a name that is taken is a mistake.
fn definitions(files: &Files, blocks: &[Block], known: &Tables, diagnostics: &mut Diagnostics) -> Vec<Definition> {
    let mut definitions: Vec<Definition> = Vec::new();
    for block in blocks.iter().filter(|block| block.kind == BlockKind::Sql) {
        let Some((name, name_span)) = block.name.clone() else { continue };
        if let Some(first) = definitions.iter().find(|definition| definition.name == name) {
            let mut twice = error!(name_span, "table `{name}` is defined twice"; hint: "give one of them another name");
            twice.related.push((first.name_span, "first defined here".to_owned()));
            diagnostics.push(twice);
        } else if known.contains_key(&name) {
            diagnostics.push(error!(name_span, "`{name}` is a source or shared query already"; hint: "give the block another name, or drop it and use `{name}` as it is"));
        } else {
            let text = files.text(block.body.file)[block.body.start..block.body.end].to_owned();
            definitions.push(Definition { name, name_span, sql: Sql { text, span: block.body } });
        }
    }
    definitions
}

struct Binder<'a> {
    files: &'a Files,
    /// The page's own file.
    source: String,
    /// The files beside pages, by path in `content/`.
    media: &'a BTreeMap<String, PathBuf>,
    /// The tables that views may name.
    scope: &'a Tables,
    /// The tables that views mean when they name none.
    local: Vec<String>,
    /// Tables whose definition has a mistake that is reported already.
    unsound: Vec<String>,
    plan: Plan,
    tables: Vec<Table>,
    used_at: Vec<Span>,
    cards: BTreeMap<usize, Card>,
    /// Ids that authors gave, with their places.
    names: BTreeMap<String, Span>,
    /// The inputs that have names.
    declared: &'a [Declared],
    /// The files of `components/`, by path there.
    modules: &'a BTreeMap<String, PathBuf>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Binder<'a> {
    fn block(&mut self, block: &Block) {
        match block.kind {
            BlockKind::Sql | BlockKind::Check => {}
            BlockKind::Chart => self.chart(block),
            BlockKind::Input => self.input(block),
            BlockKind::Metric => self.metric(block),
            BlockKind::Table => self.table(block),
            BlockKind::Component => self.component(block),
        }
    }

    /// The position of a table in the plan; adds it if it is not there yet.
    fn index(&mut self, name: &str, at: Span) -> usize {
        let found = self.plan.tables.iter().position(|table| table.name == name);
        if let Some(found) = found {
            return found;
        }
        let table = self.scope[name].clone();
        if let Some(reactive) = table.reactive.clone() {
            return self.reactive(table, &reactive, at);
        }
        self.plan.tables.push(plan::Table { name: name.to_owned(), ..plan::Table::default() });
        self.tables.push(table);
        self.used_at.push(at);
        self.tables.len() - 1
    }

    fn expression(&mut self, sql: &Sql, table: usize) -> Option<Expression> {
        let mut scope = Scope { table: &self.tables[table], wanted: &mut self.plan.tables[table] };
        expression::bind(sql, &mut scope).map_err(|problem| self.diagnostics.push(problem)).ok()
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        None
    }

    /// Adds a view and its card.
    fn add(&mut self, at: usize, card: Card, view: View) {
        self.cards.insert(at, Card { view: self.plan.views.len(), ..card });
        self.plan.views.push(view);
    }

    /// Filters reach every table that has the column: those slices must hold it too.
    fn spread(&mut self) {
        let mut filtering = BTreeSet::new();
        for view in &self.plan.views {
            let keys = view.select.as_ref().map_or(&[][..], Select::keys);
            filtering.extend(keys.iter().map(|key| self.plan.tables[view.table].columns[key.column].name.clone()));
        }
        for (table, wanted) in self.tables.iter().zip(&mut self.plan.tables) {
            for name in &filtering {
                if let Some(Some(kind)) = table.column(name) {
                    expression::want(wanted, name, kind);
                }
            }
            // Rows can only be counted if there is something of them.
            let first = table.columns.iter().find_map(|(name, kind)| Some((name, (*kind)?)));
            if let Some((name, kind)) = first.filter(|_| wanted.columns.is_empty()) {
                expression::want(wanted, name, kind);
            }
        }
    }
}

/// The widths that containers were given.
fn container_widths(pieces: &[Piece], diagnostics: &mut Diagnostics) {
    for piece in pieces {
        let Piece::Container(container) = piece else { continue };
        match &container.options.width {
            Some((text, span)) if columns_of_twelve(text).is_none() => diagnostics.push(not_a_width(text, *span)),
            _ => {}
        }
        container_widths(&container.pieces, diagnostics);
    }
}

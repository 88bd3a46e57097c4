//! The tables of a page: sources, shared queries and `sql` blocks in dependency order, each a lazy polars frame with a known schema.

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Span, suggest};
use crate::error;
use crate::lineage::Lineage;
use crate::reactive::{self, Declared, Reactive};
use crate::sources::connection::{Connections, Remote};
use crate::sql::{self, Sql};
use dashgen_runtime::plan::Kind;
use polars::error::{PolarsWarning, set_warning_function};
use polars::prelude::{DataType, LazyFrame, PolarsError, PolarsResult, SchemaRef};
use sqlparser::ast::{Expr, Ident, Query};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};

mod parameters;
mod pushed;

pub use parameters::{chosen, run};

/// A table that views can ask: its columns are known, its rows not yet read.
#[derive(Clone)]
pub struct Table {
    /// The name in SQL.
    pub name: String,
    /// Where it is defined: the `sql` block's name; none for a source.
    pub span: Option<Span>,
    /// How to read it.
    pub frame: LazyFrame,
    /// Its columns in order; no kind for a type that no view can show.
    pub columns: Vec<(String, Option<Kind>)>,
    /// Whether the author's query fixes the order of its rows.
    pub ordered: bool,
    /// Its query, if that names parameters or reads a table whose query does. The frame is then that of no choices.
    pub reactive: Option<Arc<Reactive>>,
    /// What its rows come from.
    pub lineage: Arc<Lineage>,
    /// The query that gives it, if that runs in the engine of a connection.
    pub remote: Option<Remote>,
    /// The Parquet files that it is; none if it is something else.
    pub files: Arc<[PathBuf]>,
}

impl Table {
    /// The position and kind of a column.
    pub fn column(&self, name: &str) -> Option<Option<Kind>> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, kind)| *kind)
    }

    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }
}

/// A query that defines a table: a page's `sql` block or a shared file.
pub struct Definition {
    /// The table's name.
    pub name: String,
    /// Where the name stands, for messages.
    pub name_span: Span,
    /// The query.
    pub sql: Sql,
}

/// The tables by name.
pub type Tables = BTreeMap<String, Table>;

/// The table of a frame, whose columns are looked up.
pub fn table(
    name: &str,
    span: Option<Span>,
    mut frame: LazyFrame,
    ordered: bool,
    lineage: Lineage,
) -> PolarsResult<Table> {
    let columns = columns(&frame.collect_schema()?);
    Ok(Table {
        name: name.to_owned(),
        span,
        frame,
        columns,
        ordered,
        reactive: None,
        remote: None,
        files: Arc::default(),
        lineage: Arc::new(lineage),
    })
}

fn columns(schema: &SchemaRef) -> Vec<(String, Option<Kind>)> {
    schema.iter().map(|(name, kind)| (name.to_string(), self::kind(kind))).collect()
}

/// The kind that a polars type has on a page, if any.
fn kind(data_type: &DataType) -> Option<Kind> {
    Some(match data_type {
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => Kind::Text,
        DataType::Boolean => Kind::Boolean,
        DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Decimal(precision, scale) if *precision <= 18 => Kind::Decimal { scale: *scale as u8 },
        DataType::Decimal(..) => Kind::Float,
        DataType::Date => Kind::Date,
        DataType::Datetime(..) => Kind::Timestamp,
        integer if integer.is_integer() => Kind::Integer,
        _ => return None,
    })
}

/// Adds the tables that queries define to those they may read, in dependency order; cycles and unknown names are diagnostics.
pub fn define(
    definitions: &[Definition],
    (known, broken): (&Tables, &[String]),
    connections: &Connections,
    declared: &[Declared],
    diagnostics: &mut Diagnostics,
) -> Tables {
    let state = vec![Progress::Waiting; definitions.len()];
    let mut stage = Stage { definitions, known, broken, connections, declared, tables: known.clone(), state };
    for index in 0..definitions.len() {
        stage.visit(index, &mut Vec::new(), diagnostics);
    }
    stage.tables
}

/// A query that reads tables and defines none: a check's, or one that the author tries.
pub fn ask(
    query: &Definition,
    (known, broken): (&Tables, &[String]),
    connections: &Connections,
    diagnostics: &mut Diagnostics,
) -> Option<Table> {
    let (definitions, declared, state) = (&[], &[], Vec::new());
    let mut stage = Stage { definitions, known, broken, connections, declared, tables: known.clone(), state };
    stage.build(query, &mut Vec::new(), diagnostics)
}

#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Waiting,
    Running,
    Done,
}

struct Stage<'a> {
    definitions: &'a [Definition],
    known: &'a Tables,
    broken: &'a [String],
    /// The inputs that queries may name as parameters.
    declared: &'a [Declared],
    connections: &'a Connections,
    tables: Tables,
    state: Vec<Progress>,
}

impl Stage<'_> {
    /// Defines one table after those it reads. A cycle is reported once, at the reference that closes it.
    fn visit(&mut self, index: usize, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) {
        if self.state[index] != Progress::Waiting {
            return;
        }
        self.state[index] = Progress::Running;
        path.push(index);
        if let Some(table) = self.build(&self.definitions[index], path, diagnostics) {
            self.tables.insert(table.name.clone(), table);
        }
        path.pop();
        self.state[index] = Progress::Done;
    }

    fn build(
        &mut self,
        definition: &Definition,
        path: &mut Vec<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Table> {
        let query = sql::query(&definition.sql).map_err(|problem| diagnostics.push(problem)).ok()?;
        let relations = self.without_functions(&query, sql::relations(&definition.sql, &query));
        let mut sound = true;
        for (name, span) in &relations {
            sound &= self.resolve(name, *span, path, diagnostics);
        }
        if !sound {
            return None;
        }
        if let Some(connection) = self.engine(&relations).filter(|_| !reactive::is_reactive(&query)) {
            let pushed = self.pushed(definition, &query, &relations, &connection);
            return pushed.map_err(|problem| diagnostics.push(problem)).ok();
        }
        let mixed = self.mixed(&query, &relations);
        let (query, tables) = mixed.map_err(|problem| diagnostics.push(problem)).ok()?;
        let reactive = self.reactive(definition, &query, &tables, path, diagnostics)?;
        let ordered =
            query.order_by.is_some() || (sql::keeps_order(&query) && tables.values().all(|table| table.ordered));
        let made = reactive.as_ref().map(|reactive| reactive.without_choices());
        let executed = execute(definition, made.as_ref().unwrap_or(&query), &tables, ordered);
        let table =
            executed.map_err(|problems| problems.into_iter().for_each(|problem| diagnostics.push(problem))).ok()?;
        Some(Table { reactive: reactive.map(Arc::new), ..table })
    }

    /// True if the name is, or now became, a table.
    fn resolve(&mut self, name: &str, span: Span, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) -> bool {
        if let Some(index) = self.definitions.iter().position(|definition| definition.name == name) {
            if self.state[index] == Progress::Running {
                diagnostics.push(self.cycle(name, span, index, path));
                return false;
            }
            self.visit(index, path, diagnostics);
            return self.tables.contains_key(name);
        }
        if self.connections.own(name) {
            return self.connections.of(name).is_some();
        }
        if !self.known.contains_key(name) && !self.broken.iter().any(|broken| broken == name) {
            diagnostics.push(self.unknown(name, span));
        }
        self.known.contains_key(name)
    }

    fn cycle(&self, name: &str, span: Span, index: usize, path: &[usize]) -> Diagnostic {
        let start = path.iter().position(|step| *step == index).unwrap_or_default();
        let steps: Vec<&str> = path[start..].iter().map(|step| self.definitions[*step].name.as_str()).collect();
        error!(span, "table `{name}` is defined by itself: {} → {name}", steps.join(" → "); hint: "let one of them read a source table instead")
    }

    fn unknown(&self, name: &str, span: Span) -> Diagnostic {
        if let Some(problem) = self.not_of_connection(name, span) {
            return problem;
        }
        let names: Vec<&str> =
            self.known.keys().map(String::as_str).chain(self.definitions.iter().map(|d| d.name.as_str())).collect();
        match suggest(name, names.iter().copied()) {
            Some(near) => error!(span, "unknown table `{name}`"; hint: "did you mean `{near}`?"),
            None if self.known.is_empty() => {
                error!(span, "unknown table `{name}`: the site has no source files"; hint: "put `{name}.parquet` or `{name}.csv` into `sources/`")
            }
            None => {
                error!(span, "unknown table `{name}`"; hint: "there are {}; a file `sources/{name}.parquet` or a block `sql {name}` would define it", listed(&names))
            }
        }
    }
}

fn execute(definition: &Definition, query: &Query, tables: &Tables, ordered: bool) -> Result<Table, Vec<Diagnostic>> {
    let sources = tables.iter().map(|(name, table)| (name.clone(), source(table))).collect();
    let refused = |error: PolarsError| vec![cannot_run(&definition.sql, &error)];
    let planned = guarded(|| Ok(sql::run::run(&definition.sql, query, &sources))).map_err(refused)?;
    let frame = planned?;
    let lineage = lineage(definition.sql.text.trim_end(), tables);
    guarded(|| table(&definition.name, Some(definition.name_span), frame, ordered, lineage)).map_err(refused)
}

fn lineage<'a>(sql: &str, tables: impl IntoIterator<Item = (&'a String, &'a Table)>) -> Lineage {
    let reads = tables.into_iter().map(|(name, table)| (name.clone(), Arc::clone(&table.lineage)));
    Lineage::Query { sql: sql.to_owned(), reads: reads.collect() }
}

/// A table as SQL reads it.
fn source(table: &Table) -> sql::Source {
    sql::Source { frame: table.frame.clone(), columns: table.names().map(str::to_owned).collect() }
}

fn cannot_run(sql: &Sql, error: &PolarsError) -> Diagnostic {
    error!(sql.span, "this query does not run: {}", first_line(&error.to_string()))
}

/// The diagnostic for a column that a table does not have.
pub fn unknown_column(name: &str, span: Span, columns: &[&str]) -> Diagnostic {
    match suggest(name, columns.iter().copied()) {
        Some(near) => error!(span, "unknown column `{name}`"; hint: "did you mean `{near}`?"),
        None if columns.is_empty() => {
            error!(span, "unknown column `{name}`"; hint: "name the table that has it, with FROM")
        }
        None => error!(span, "unknown column `{name}`"; hint: "there are {}", listed(columns)),
    }
}

/// Names in backticks, the first dozen of them.
pub fn listed(names: &[&str]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    let rest = names.len().saturating_sub(12);
    names.truncate(12);
    if rest > 0 { format!("{} and {rest} more", names.join(", ")) } else { names.join(", ") }
}

/// Runs polars; a panic inside it, as on a type that it was built without, becomes an error like any other.
///
/// Its planner calls itself once for each step of a query, and needs more stack than a thread has by itself.
pub fn guarded<T>(run: impl FnOnce() -> PolarsResult<T>) -> PolarsResult<T> {
    quiet_panics();
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stacker::maybe_grow(ENOUGH, MORE, run)));
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(PolarsError::ComputeError(text.unwrap_or("polars gave up").to_owned().into()))
    })
}

/// A stack of so many bytes is enough for any query that a person writes.
const ENOUGH: usize = 32 << 20;

/// What a new stack holds; the system gives it page by page, as it is used.
const MORE: usize = 128 << 20;

/// How many calls of polars are running whose panics are caught.
static GUARDED: AtomicUsize = AtomicUsize::new(0);

/// Panics that will be caught are not printed: the author reads the diagnostic. Polars panics on threads of its own. Nor
/// is what polars has to say to Rust programmers about its own next version.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_warning_function(|text, warning| {
            if !matches!(warning, PolarsWarning::Deprecation) {
                eprintln!("polars: {text}");
            }
        });
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if GUARDED.load(Ordering::SeqCst) == 0 {
                loud(panic);
            }
        }));
    });
}

/// The first line of polars' words: the others show its plan.
pub fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The kind of a row expression over a table, found by planning it, not by running it.
pub fn expression_kind(table: &Table, sql: &Sql, tree: &Expr) -> Result<Option<Kind>, Diagnostic> {
    if let Some(remote) = &table.remote {
        let found = remote.expression_type(&tree.to_string());
        let found = found.map_err(|problem| problem.diagnostic(Some(sql::span(sql, tree))))?;
        return Ok(kind(&found));
    }
    let wanted = [("value".to_owned(), tree.clone())];
    let planned = guarded(|| Ok(sql::run::compute(sql, &source(table), &wanted)));
    let planned = planned.map_err(|error| cannot_run(sql, &error))?;
    let mut frame = planned.map_err(|problems| {
        problems.into_iter().next().unwrap_or_else(|| error!(sql.span, "this expression does not run"))
    })?;
    let schema = guarded(|| frame.collect_schema()).map_err(|error| cannot_run(sql, &error))?;
    Ok(schema.get_at_index(0).and_then(|(_, data_type)| kind(data_type)))
}

/// A table's frame with only the columns of these names: its own first, then the expressions that others spell.
pub fn select<'a>(table: &Table, names: impl IntoIterator<Item = &'a str>) -> PolarsResult<LazyFrame> {
    let (own, computed): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| table.column(name).is_some());
    let mut wanted = Vec::new();
    for name in own {
        wanted.push((name.to_owned(), Expr::Identifier(Ident::with_quote('"', name))));
    }
    for text in computed {
        let tree = Parser::new(&GenericDialect).try_with_sql(text).and_then(|mut parser| parser.parse_expr());
        let tree = tree.map_err(|error| PolarsError::SQLInterface(error.to_string().into()))?;
        wanted.push((text.to_owned(), tree));
    }
    let blank = Sql { text: String::new(), span: Span { file: FileId(0), start: 0, end: 0 } };
    sql::run::compute(&blank, &source(table), &wanted).map_err(|problems| {
        let message = problems.into_iter().next().map_or_else(String::new, |problem| problem.message);
        PolarsError::SQLInterface(message.into())
    })
}

//! The tables of a page: sources, shared queries and `sql` blocks in dependency order, each a lazy polars frame with a known schema.

mod pushed;

use crate::diagnostics::{Diagnostic, Diagnostics, Span, suggest};
use crate::error;
use crate::site::{SourceFile, SourceFormat};
use crate::sources::connection::{Connections, Remote};
use crate::sql::{self, Sql};
use dashgen_runtime::plan::Kind;
use polars::error::{PolarsWarning, set_warning_function};
use polars::prelude::{
    DataType, LazyCsvReader, LazyFileListReader, LazyFrame, PlRefPath, PolarsError, PolarsResult, ScanArgsParquet,
    SchemaRef,
};
use polars::sql::SQLContext;
use std::collections::BTreeMap;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// The query that gives it, if that runs in the engine of a connection.
    pub remote: Option<Remote>,
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

/// Opens every source file, without reading more than its schema.
pub fn sources(files: &[SourceFile], diagnostics: &mut Diagnostics) -> Tables {
    let mut tables = Tables::new();
    for file in files {
        match guarded(|| scan(file).and_then(|frame| table(&file.name, None, frame, true))) {
            Ok(table) => drop(tables.insert(file.name.clone(), table)),
            Err(error) => diagnostics.push(unreadable(file, &error)),
        }
    }
    tables
}

fn scan(file: &SourceFile) -> PolarsResult<LazyFrame> {
    let path = PlRefPath::try_from_path(&file.path)?;
    match file.format {
        SourceFormat::Parquet => LazyFrame::scan_parquet(path, ScanArgsParquet::default()),
        SourceFormat::Csv => {
            LazyCsvReader::new(path).with_try_parse_dates(true).with_infer_schema_length(None).finish()
        }
    }
}

fn table(name: &str, span: Option<Span>, mut frame: LazyFrame, ordered: bool) -> PolarsResult<Table> {
    let columns = columns(&frame.collect_schema()?);
    Ok(Table { name: name.to_owned(), span, frame, columns, ordered, remote: None })
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

fn unreadable(file: &SourceFile, error: &PolarsError) -> Diagnostic {
    let hint = match file.format {
        SourceFormat::Parquet => "is it a whole Parquet file? export it again, or remove it from `sources/`",
        SourceFormat::Csv => {
            "is it a UTF-8 text with a header line and commas? export it again, or remove it from `sources/`"
        }
    };
    error!(None, "cannot read source `{}`: {}", file.relative, first_line(&error.to_string()); hint: "{hint}")
}

/// Adds the tables that queries define to those they may read, in dependency order; cycles and unknown names are diagnostics.
pub fn define(
    definitions: &[Definition],
    (known, broken): (&Tables, &[String]),
    connections: &Connections,
    diagnostics: &mut Diagnostics,
) -> Tables {
    let state = vec![Progress::Waiting; definitions.len()];
    let mut stage = Stage { definitions, known, broken, connections, tables: known.clone(), state };
    for index in 0..definitions.len() {
        stage.visit(index, &mut Vec::new(), diagnostics);
    }
    stage.tables
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
        if let Some(table) = self.build(index, path, diagnostics) {
            self.tables.insert(table.name.clone(), table);
        }
        path.pop();
        self.state[index] = Progress::Done;
    }

    fn build(&mut self, index: usize, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) -> Option<Table> {
        let definition = &self.definitions[index];
        let query = sql::query(&definition.sql).map_err(|problem| diagnostics.push(problem)).ok()?;
        let relations = self.without_functions(&query, sql::relations(&definition.sql, &query));
        let mut sound = true;
        for (name, span) in &relations {
            sound &= self.resolve(name, *span, path, diagnostics);
        }
        if !sound {
            return None;
        }
        let defined = match self.engine(&relations) {
            Some(connection) => self.pushed(definition, &query, &relations, &connection),
            None => self.read(definition, &query, &relations),
        };
        defined.map_err(|problem| diagnostics.push(problem)).ok()
    }

    /// The table that a query defines over frames.
    fn read(
        &self,
        definition: &Definition,
        query: &sqlparser::ast::Query,
        relations: &[(String, Span)],
    ) -> Result<Table, Diagnostic> {
        let (sql, tables) = self.mixed(definition, query, relations)?;
        let ordered =
            query.order_by.is_some() || (sql::keeps_order(query) && tables.values().all(|table| table.ordered));
        guarded(|| execute(definition, &sql, &tables, ordered))
            .map_err(|error| refused(definition, query, &tables, &error))
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

fn execute(definition: &Definition, sql: &Sql, tables: &Tables, ordered: bool) -> PolarsResult<Table> {
    let mut context = SQLContext::new();
    for (name, table) in tables {
        context.register(name, table.frame.clone());
    }
    let text = sql.text.trim_end().trim_end_matches(';');
    table(&definition.name, Some(definition.name_span), context.execute(text)?, ordered)
}

fn refused(definition: &Definition, query: &sqlparser::ast::Query, tables: &Tables, error: &PolarsError) -> Diagnostic {
    let message = error.to_string();
    let columns: Vec<&str> = tables.values().flat_map(Table::names).collect();
    let missing = sql::identifiers(&definition.sql, query)
        .into_iter()
        .find(|(name, _)| !columns.contains(&name.as_str()) && message.contains(&format!("\"{name}\"")));
    match missing {
        Some((name, span)) => unknown_column(&name, span, &columns),
        None => error!(definition.sql.span, "this query does not run: {}", first_line(&message)),
    }
}

/// The diagnostic for a column that a table does not have.
pub fn unknown_column(name: &str, span: Span, columns: &[&str]) -> Diagnostic {
    match suggest(name, columns.iter().copied()) {
        Some(near) => error!(span, "unknown column `{name}`"; hint: "did you mean `{near}`?"),
        None => error!(span, "unknown column `{name}`"; hint: "there are {}", listed(columns)),
    }
}

fn listed(names: &[&str]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    let rest = names.len().saturating_sub(12);
    names.truncate(12);
    if rest > 0 { format!("{} and {rest} more", names.join(", ")) } else { names.join(", ") }
}

/// Runs polars; a panic inside it, as on a type that it was built without, becomes an error like any other.
pub fn guarded<T>(run: impl FnOnce() -> PolarsResult<T>) -> PolarsResult<T> {
    quiet_panics();
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(PolarsError::ComputeError(text.unwrap_or("polars gave up").to_owned().into()))
    })
}

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

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The kind of a row expression over a table, found by planning it, not by running it; polars' words if it cannot be.
pub fn expression_kind(table: &Table, expression: &str) -> Result<Option<Kind>, String> {
    let found = guarded(|| match &table.remote {
        Some(remote) => Ok(Some(remote.expression_type(expression)?)),
        None => Ok(select(table, [expression])?.collect_schema()?.get_at_index(0).map(|(_, found)| found.clone())),
    });
    match found {
        Ok(found) => Ok(found.as_ref().and_then(kind)),
        Err(error) => Err(first_line(&error.to_string()).to_owned()),
    }
}

/// A table's frame with only the columns of these names: its own first, then the expressions that others spell.
pub fn select<'a>(table: &Table, names: impl IntoIterator<Item = &'a str>) -> PolarsResult<LazyFrame> {
    let mut context = SQLContext::new();
    context.register("this", table.frame.clone());
    let (own, computed): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| table.column(name).is_some());
    let own = own.into_iter().map(sql::quoted);
    let computed = computed.into_iter().map(|text| format!("{text} AS {}", sql::quoted(text)));
    let list: Vec<String> = own.chain(computed).collect();
    context.execute(&format!("SELECT {} FROM this", list.join(", ")))
}

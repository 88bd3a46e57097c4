//! Files of rows become Parquet in the cache: read once to find the columns' types, once to write them. A file that did
//! not change is not read again.

use super::cache::{self, Cache};
use super::options::{Options, nearest};
use super::rows::{Cell, Each, Rows, repeated};
use super::types::{Doubt, Evidence, Type, Wanted};
use super::write::Writer;
use super::{Input, Part, Source};
use crate::config::sources::{Setting, Value};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::tables::guarded;
use crate::{error, warning};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is imported differently belongs under other keys.
const VERSION: &str = "1";

/// True for a file that an earlier build has written whole: its footer, which comes last, can be read.
fn is_sound(path: &Path) -> bool {
    path.exists() && guarded(|| super::parquet::scan(path)?.collect_schema()).is_ok()
}

/// How a file is opened as rows.
pub type Open = fn(&Input<'_>) -> Result<Box<dyn Rows>, Diagnostic>;

/// A table to import: the files it consists of.
pub struct Import<'a> {
    /// The source.
    pub source: &'a Source,
    /// The name of the table in each file; empty where files are tables.
    pub table: &'a str,
    /// Its files.
    pub parts: &'a [Part],
    /// How to open them.
    pub open: Open,
    /// How their values are to be understood.
    pub options: &'a Options,
}

/// A file of a table while it is read.
struct Opened<'a> {
    rows: Box<dyn Rows>,
    part: &'a Part,
    /// For each column of the table, where it is in this file.
    positions: Vec<usize>,
}

impl Import<'_> {
    /// The Parquet file that holds the table, made now if it is not there.
    pub fn run(&self, cache: &Cache, diagnostics: &mut Diagnostics) -> Option<PathBuf> {
        let run = self.key().and_then(|key| {
            let name = match self.table {
                "" => self.source.name.clone(),
                table => format!("{}.{table}", self.source.name),
            };
            let (path, doubts) = (cache.path(&name, &key, "parquet"), cache.path(&name, &key, "json"));
            if !is_sound(&path) {
                self.import(cache, &path, &doubts)?;
            }
            let told = fs::read_to_string(doubts).unwrap_or_default();
            let told: Vec<(String, String)> = serde_json::from_str(&told).unwrap_or_default();
            Ok((path, told))
        });
        let (path, told) = run.map_err(|problem| diagnostics.push(problem)).ok()?;
        for (message, hint) in told {
            diagnostics.push(warning!(self.source.span, "{message}"; hint: "{hint}"));
        }
        Some(path)
    }

    /// All that the table depends on.
    fn key(&self) -> Result<String, Diagnostic> {
        let mut parts = vec![VERSION.to_owned(), self.source.kind.name.to_owned(), self.table.to_owned()];
        parts.extend(self.source.settings.list.iter().map(|setting| written(&setting.name, &setting.value)));
        for part in self.parts {
            parts.extend(part.keys.iter().map(|(name, value)| format!("{name}={value}")));
            parts.push(
                part.path.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default(),
            );
            for path in [part.path.clone(), with_suffix(&part.path, "-wal")]
                .iter()
                .filter(|path| path.exists() || **path == part.path)
            {
                let content = cache::content(path);
                parts.push(content.map_err(|problem| super::csv::input_error(&part.relative, &problem))?);
            }
        }
        Ok(cache::key(&parts))
    }

    /// Writes the Parquet file, after what the author should know of it.
    fn import(&self, cache: &Cache, path: &Path, doubts: &Path) -> Result<(), Diagnostic> {
        let opened = self.opened()?;
        let names = self.names(&opened);
        self.check(&names)?;
        let evidence = self.observe(&opened, names.len())?;
        let mut told = Vec::new();
        let mut columns = Vec::new();
        for (index, (name, evidence)) in names.iter().zip(&evidence).enumerate() {
            match self.decide(name, evidence, &opened, &mut told)? {
                Type::Binary => told.push((
                    format!("column `{name}` of `{}` is left out: it holds bytes, not texts or numbers", self.label()),
                    "drop it from the file, or choose columns by a view of the database".to_owned(),
                )),
                found => columns.push((index, name.clone(), found)),
            }
        }
        if !told.is_empty() {
            let text = serde_json::to_string(&told).expect("texts are JSON");
            self.kept(cache, doubts, |file| fs::write(file, text))?;
        }
        self.kept(cache, path, |file| {
            let mut writer = Writer::new(fs::File::create(file)?, &columns, self.options.decimal)?;
            let mut failed = None;
            let walked = self.walk(&opened, &mut |_, cells| match writer.row(cells) {
                Ok(()) => Ok(()),
                Err(problem) => {
                    failed = Some(problem);
                    Err(error!(None, "not written"))
                }
            });
            match (failed, walked) {
                (Some(problem), _) => Err(problem),
                (None, Err(problem)) => Err(io::Error::other(problem.message)),
                (None, Ok(())) => writer.finish(),
            }
        })
    }

    fn kept(&self, cache: &Cache, path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Diagnostic> {
        let run = || {
            let file = cache.file()?;
            write(file.path())?;
            cache.keep(file, path)
        };
        run().map_err(|problem: io::Error| {
            error!(None, "cannot keep source `{}` in `.dashgen/cache`: {problem}", self.label(); hint: "may you write there, and is there room on the disk?")
        })
    }

    fn opened(&self) -> Result<Vec<Opened<'_>>, Diagnostic> {
        let mut opened: Vec<Opened<'_>> = Vec::new();
        for part in self.parts {
            let input = Input {
                path: &part.path,
                label: &part.relative,
                source: &self.source.name,
                settings: &self.source.settings,
                options: self.options,
                table: self.table,
            };
            let rows = (self.open)(&input)?;
            let first = opened.first().map_or(rows.columns(), |first| first.rows.columns());
            let positions = positions(first, rows.columns());
            let positions =
                positions.map_err(|(name, has)| self.differs(&opened[0].part.relative, part, &name, has))?;
            opened.push(Opened { rows, part, positions });
        }
        Ok(opened)
    }

    fn differs(&self, first: &str, part: &Part, name: &str, has: Presence) -> Diagnostic {
        match has {
            Presence::Missing => super::differing(name, first, &part.relative),
            Presence::Added => super::differing(name, &part.relative, first),
        }
    }

    /// The table's columns: those of its files, then those of its folders.
    fn names(&self, opened: &[Opened<'_>]) -> Vec<String> {
        let Some(first) = opened.first() else { return Vec::new() };
        first.rows.columns().iter().cloned().chain(first.part.keys.iter().map(|(name, _)| name.clone())).collect()
    }

    /// Each name stands once, and there are all that the author gives types to.
    fn check(&self, names: &[String]) -> Result<(), Diagnostic> {
        if let Some(name) = repeated(names) {
            return Err(
                error!(None, "column `{name}` stands both in `{}` and in the names of its folders", self.label(); hint: "rename the folders, as in `{name}_of_file=…`"),
            );
        }
        match self.options.types.iter().find(|(name, ..)| !names.contains(name)) {
            Some((name, _, span)) => Err(error!(*span, "unknown column `{name}`").hint(Some(nearest(name, names)))),
            None => Ok(()),
        }
    }

    fn observe(&self, opened: &[Opened<'_>], columns: usize) -> Result<Vec<Evidence>, Diagnostic> {
        let mut evidence = vec![Evidence::new(self.options.decimal, &self.options.patterns); columns];
        let mut seen = 0;
        self.walk(opened, &mut |position, cells| {
            seen += 1;
            evidence.iter_mut().zip(cells).for_each(|(evidence, cell)| evidence.observe(position, *cell));
            Ok(())
        })?;
        Ok(evidence)
    }

    /// Gives the rows of all files in order, with the positions that [`Import::place`] knows.
    fn walk(&self, opened: &[Opened<'_>], each: &mut Each<'_>) -> Result<(), Diagnostic> {
        for (file, opened) in opened.iter().enumerate() {
            opened.rows.read(&mut |position, cells| {
                let own = opened.positions.iter().map(|index| self.value(cells[*index]));
                let keys = opened.part.keys.iter().map(|(_, value)| Cell::Raw(value));
                let cells: Vec<Cell<'_>> = own.chain(keys).collect();
                each((file as u64) << FILE | position, &cells)
            })?;
        }
        Ok(())
    }

    fn value<'a>(&self, cell: Cell<'a>) -> Cell<'a> {
        match cell {
            Cell::Raw(text) | Cell::Text(text) if self.options.null.iter().any(|null| null == text) => Cell::Null,
            cell => cell,
        }
    }

    fn decide(
        &self,
        name: &str,
        evidence: &Evidence,
        opened: &[Opened<'_>],
        told: &mut Vec<(String, String)>,
    ) -> Result<Type, Diagnostic> {
        let wanted = self.options.types.iter().find(|(column, ..)| column == name);
        if let Some((_, wanted, span)) = wanted {
            return evidence.decide_as(*wanted).map_err(|doubt| {
                let (message, hint) = self.explain(name, &doubt, opened, Some(*wanted));
                error!(*span, "{message}"; hint: "{hint}")
            });
        }
        let (found, doubt) = evidence.decide();
        told.extend(doubt.map(|doubt| self.explain(name, &doubt, opened, None)));
        Ok(found)
    }

    /// What is to be said of a column of doubtful type, and what to do.
    fn explain(&self, name: &str, doubt: &Doubt, opened: &[Opened<'_>], wanted: Option<Wanted>) -> (String, String) {
        let table = format!("`[sources.{}]`", self.source.name);
        let as_text = format!("`types = {{ {name} = \"text\" }}` in {table} keeps it a text");
        match doubt {
            Doubt::Misfit { kind, position, value } => {
                let Opened { rows, part, .. } = &opened[(position >> FILE) as usize];
                let place = format!("{} {} of `{}`", rows.unit(), position & ((1 << FILE) - 1), part.relative);
                let value: String = value.chars().take(40).collect();
                let hint = format!("if it stands for nothing: `null = [\"{value}\"]` in {table}");
                match wanted {
                    Some(_) => (format!("column `{name}` has `{value}` in {place}, which is not {kind}"), hint),
                    None => (
                        format!("column `{name}` is text, not {kind}: {place} has `{value}`"),
                        format!("{hint}; {as_text}"),
                    ),
                }
            }
            Doubt::Ambiguous(first, second) => (
                format!(
                    "the dates in column `{name}` of `{}` can be read in two ways: as `{first}` or `{second}`",
                    self.label()
                ),
                format!("`date_format = \"{first}\"` in {table} says which; {as_text}"),
            ),
            Doubt::Zones => (
                format!(
                    "some times in column `{name}` of `{}` have a distance from UTC, as `Z` or `+02:00`, others none",
                    self.label()
                ),
                format!("write all of them in one way; {as_text}"),
            ),
        }
    }

    fn label(&self) -> &str {
        self.parts.first().map_or(&self.source.relative, |part| &part.relative)
    }
}

/// Positions hold the number of the file in their upper bits.
const FILE: u32 = 40;

enum Presence {
    Missing,
    Added,
}

/// Where each column of the first file stands in another.
fn positions(first: &[String], other: &[String]) -> Result<Vec<usize>, (String, Presence)> {
    if let Some(added) = other.iter().find(|name| !first.contains(name)) {
        return Err((added.clone(), Presence::Added));
    }
    let position = |name: &String| other.iter().position(|other| other == name);
    first.iter().map(|name| position(name).ok_or_else(|| (name.clone(), Presence::Missing))).collect()
}

/// A setting as a text, without its places.
fn written(name: &str, value: &Value) -> String {
    let list = |settings: &[Setting]| {
        settings.iter().map(|setting| written(&setting.name, &setting.value)).collect::<Vec<_>>().join(";")
    };
    match value {
        Value::Text(text) => format!("{name}={text:?}"),
        Value::Number(number) => format!("{name}={number}"),
        Value::Boolean(value) => format!("{name}={value}"),
        Value::List(items) => {
            format!("{name}=[{}]", items.iter().map(|(value, _)| written("", value)).collect::<Vec<_>>().join(","))
        }
        Value::Table(settings) => format!("{name}={{{}}}", list(settings)),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

//! The slice stage: what a page needs of each table, run by polars, in the smallest representation that answers it exactly.
//!
//! A table is published as *rows* (the needed columns of every row), as a *cube* (its groups by all dimensions at once,
//! with partial aggregates), or as *tiles* (its groups by few dimensions at a time: enough while one selection is made) and
//! *3-way tiles* (while two are), with one of the others behind them. All are written and weighed before one is chosen.

use crate::bind::BoundPage;
use crate::cache::Cache;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::progress::Progress;
use crate::report::kilobytes;
use crate::sources::connection::Problem;
use crate::tables::{self, Table};
pub use candidates::Candidates;
use candidates::weight;
use dashgen_runtime::plan::{self, Origin, Part, Plan};
use groups::{Base, Survey};
use made::{Grouped, Made};
use needs::{Need, Wanted};
use polars::prelude::{
    DataFrame, Engine, Expr, IntoLazy, LazyFrame, PolarsError, PolarsResult, SortMultipleOptions, col,
};
use rayon::prelude::*;
use std::sync::Arc;

mod bins;
mod candidates;
mod file;
mod groups;
mod made;
mod needs;
mod pushed;
mod sketches;
mod stored;
mod variants;

/// What is published of a table.
#[derive(Clone, Default)]
pub struct Slice {
    /// Its files, in the order in which a page loads them.
    pub files: Vec<File>,
    /// How many of them answer every view while one selection is made.
    pub first: usize,
    /// What else it could have been, and what was weighed.
    pub alternatives: Vec<Alternative>,
}

/// The kind of a file that holds a table for one choice of its parameters.
pub const VARIANT: &str = "variant";

/// The kind of a file that answers while two selections are made.
pub const THREE_WAY: &str = "3-way tiles";

impl Slice {
    /// The files without which a first click cannot be answered: of those for a choice each, the largest.
    pub fn at_first(&self) -> &[File] {
        let largest = self
            .files
            .iter()
            .position(|file| file.kind == VARIANT)
            .and_then(|_| (0..self.files.len()).max_by_key(|&file| self.files[file].bytes.len()));
        largest.map_or(&self.files[..self.first], |largest| &self.files[largest..=largest])
    }

    /// The files that come in the background.
    pub fn behind(&self) -> &[File] {
        if self.files.iter().any(|file| file.kind == VARIANT) { &[] } else { &self.files[self.first..] }
    }
}

/// A file of a table.
#[derive(Clone)]
pub struct File {
    /// What it holds.
    pub part: Part,
    /// How that is called: `rows`, `cube`, `tiles` or `3-way tiles`.
    pub kind: &'static str,
    /// The Parquet file.
    pub bytes: Arc<Vec<u8>>,
    /// How many rows the file has.
    pub rows: usize,
}

/// A representation that was written and weighed.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// `rows`, `cube`, `tiles` or `3-way tiles`.
    pub kind: &'static str,
    /// How many rows or groups it has.
    pub rows: usize,
    /// The file's bytes.
    pub bytes: usize,
    /// What it answers, or why it is out of the question.
    pub note: String,
}

/// Finds out how many variants there are of every table that has some.
pub fn resolve_variants(pages: &mut [BoundPage], cache: &Cache, diagnostics: &mut Diagnostics) {
    pages.iter_mut().for_each(|page| variants::resolve(page, cache, diagnostics));
}

/// Runs every table of every page, as many at a time as there are processors. What an earlier build has run comes from the
/// cache; what several pages ask is run once.
pub fn slices(
    pages: &mut [BoundPage],
    cache: &Cache,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Vec<Slice>>> {
    pages.iter_mut().for_each(|page| bins::resolve(page, cache, diagnostics));
    resolve_variants(pages, cache, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let jobs: Vec<Job<'_>> =
        pages.iter().flat_map(|page| (0..page.tables.len()).map(|table| Job::new(page, table, cache))).collect();
    progress.stage("running queries", jobs.len());
    let done = cache.each(
        &jobs,
        |job| job.key.as_deref(),
        |job| {
            let result = job.run(cache);
            progress.step();
            result
        },
    );
    let mut slices = done.into_iter().map(|result| result.map_err(|problem| diagnostics.push(problem)).ok());
    let slices: Vec<Vec<Option<Slice>>> =
        pages.iter().map(|page| slices.by_ref().take(page.tables.len()).collect()).collect();
    slices.into_iter().map(|page| page.into_iter().collect()).collect()
}

/// A table of a page that is to be sliced.
struct Job<'a> {
    page: &'a BoundPage,
    table: usize,
    /// What its slice is called in the cache.
    key: Option<String>,
}

impl Job<'_> {
    fn new<'a>(page: &'a BoundPage, table: usize, cache: &Cache) -> Job<'a> {
        let own = &page.tables[table];
        let asked = (&page.plan.tables[table], own.ordered, needs::needs(&page.plan, table));
        let key = cache.key("slice", &own.lineage, &format!("{asked:?}"));
        Job { page, table, key }
    }

    fn run(&self, cache: &Cache) -> Result<Slice, Diagnostic> {
        let Job { page, table, key } = self;
        let (of, used_at) = (&page.tables[*table], page.used_at[*table]);
        let run = || match &page.plan.tables[*table].origin {
            Origin::Variants(domains) => {
                variants::slice(of, &page.plan.tables[*table], domains).map_err(|error| unreadable(of, used_at, &error))
            }
            _ => checked(of, &page.plan, *table, used_at),
        };
        if matches!(page.plan.tables[*table].origin, Origin::Query(_) | Origin::Values(_)) {
            return Ok(Slice::default());
        }
        cache.answer(key.as_deref(), (stored::read, stored::write), run)
    }
}

fn checked(table: &Table, plan: &Plan, index: usize, used_at: Span) -> Result<Slice, Diagnostic> {
    match slice(table, plan, index) {
        Ok(Some(slice)) if slice.files.is_empty() => Err(too_large(table, used_at)),
        Ok(Some(slice)) => Ok(slice),
        Ok(None) => Err(
            error!(table.span.unwrap_or(used_at), "table `{}` is empty", table.name; hint: "a dashboard of no rows shows nothing; check the query's filters and its source"),
        ),
        Err(error) => Err(unreadable(table, used_at, &error)),
    }
}

fn too_large(table: &Table, used_at: Span) -> Diagnostic {
    let span = table.span.unwrap_or(used_at);
    error!(span, "table `{}` has too many rows to publish, and its groups do not answer everything on the page", table.name; hint: "aggregate it in a `sql` block, group time by `date_trunc`, take views of single rows off the page, or ask for `approx_quantile` and `approx_count_distinct` where `median`, `quantile_cont` and `count(distinct …)` stand")
}

fn unreadable(table: &Table, used_at: Span, error: &PolarsError) -> Diagnostic {
    let span = table.span.unwrap_or(used_at);
    if let Some(problem) = Problem::of(error) {
        return problem.diagnostic(Some(span)).related(span, "asked here");
    }
    let message = error.to_string();
    error!(span, "table `{}` cannot be read: {}", table.name, message.lines().next().unwrap_or_default(); hint: "the query is sound, its data is not; is a source file damaged?")
}

/// What is published of a table of a page; none if it has no rows.
pub fn slice(table: &Table, plan: &Plan, index: usize) -> PolarsResult<Option<Slice>> {
    tables::guarded(|| published(table, plan, index))
}

/// Tables of at most so many rows are published as they are if they are also small.
const FEW_ROWS: usize = 200_000;
const SMALL: usize = 400_000;
/// Above so many rows, rows are only written where groups cannot do, or are not many times fewer.
const MANY_ROWS: usize = 5_000_000;
const COARSE: usize = 4;
/// 3-way tiles of more groups than this come too late to be of use before what is behind them.
const MOST_THREE_WAY: usize = 2_000_000;
/// Of so many groups that there could be hardly less than one is there.
const SPARSE: f64 = 8.0;

fn published(table: &Table, plan: &Plan, index: usize) -> PolarsResult<Option<Slice>> {
    let needed = Needed::new(table, plan, index)?;
    let rows = needed.survey.rows;
    if rows == 0 {
        return Ok(None);
    }
    let mut written = None;
    if rows <= FEW_ROWS && !needed.stays_there()? {
        let files = needed.rows()?;
        let bytes = weight(&files);
        if bytes <= SMALL {
            let note = format!("answers everything; nothing else is tried below {}", kilobytes(SMALL));
            let alternatives = vec![Alternative { kind: "rows", rows, bytes, note }];
            return Ok(Some(Slice { first: files.len(), files, alternatives }));
        }
        written = Some(files);
    }
    Ok(Some(needed.weighed(written)?.chosen()))
}

/// Writes what a table can be published as, with all 3-way tiles, however large.
pub fn candidates(table: &Table, plan: &Plan, index: usize) -> PolarsResult<Candidates> {
    Needed { three_way: |_| usize::MAX, ..Needed::new(table, plan, index)? }.weighed(None)
}

/// The most groups of 3-way tiles that are worth it before so many rows or groups.
fn few(behind: usize) -> usize {
    MOST_THREE_WAY.min(behind / COARSE)
}

/// What a page needs of a table.
struct Needed<'a> {
    table: &'a Table,
    wanted: &'a plan::Table,
    needs: Vec<Need>,
    cube: Option<Wanted>,
    base: Base,
    survey: Survey,
    /// The most groups of its 3-way tiles before so many rows or groups.
    three_way: fn(usize) -> usize,
}

impl<'a> Needed<'a> {
    fn new(table: &'a Table, plan: &'a Plan, index: usize) -> PolarsResult<Needed<'a>> {
        let wanted = &plan.tables[index];
        let base = groups::base(table, wanted)?;
        let needs = needs::needs(plan, index);
        let cube = needs::cube(&needs);
        let survey = groups::survey(&base, wanted, cube.as_ref())?;
        Ok(Needed { table, wanted, needs, cube, base, survey, three_way: few })
    }

    /// True for a table of a connection whose groups answer everything: its rows are never read.
    fn stays_there(&self) -> PolarsResult<bool> {
        let (Base::Pushed(pushed), Some(cube), true) = (&self.base, &self.cube, self.survey.sums_fit) else {
            return Ok(false);
        };
        if !pushed.is_elsewhere() {
            return Ok(false);
        }
        let dependencies = groups::dependencies(&self.base, self.wanted, cube, self.survey.rows)?;
        Ok(self.needs.iter().all(|need| need.is_decomposable(&|column| dependencies.along(column))))
    }

    /// Writes what the table can be published as; its rows only if they have not been written.
    fn weighed(&self, written: Option<Vec<File>>) -> PolarsResult<Candidates> {
        let mut candidates = Candidates::default();
        match &self.cube {
            Some(_) if !self.survey.sums_fit => candidates.note("cube", "a sum may not fit 64 bits"),
            Some(cube) => self.grouped(cube, &mut candidates)?,
            None => {}
        }
        let rows = self.survey.rows;
        let is_coarse = candidates.cube.as_ref().is_some_and(|cube| cube.rows * COARSE <= rows);
        let is_remote =
            matches!(&self.base, Base::Pushed(pushed) if pushed.is_elsewhere()) && candidates.cube.is_some();
        if candidates.cube_is_complete && (is_remote || is_coarse && rows > MANY_ROWS) {
            candidates.note("rows", "the cube answers everything");
        } else if rows > MOST_ROWS {
            candidates.note("rows", "they are too many");
        } else {
            candidates.rows = written.map_or_else(|| self.rows(), Ok)?;
        }
        Ok(candidates)
    }

    /// Writes the table's groups: by all dimensions first, then fewer and fewer, which are put together of those before.
    fn grouped(&self, cube: &Wanted, candidates: &mut Candidates) -> PolarsResult<()> {
        let dependencies = groups::dependencies(&self.base, self.wanted, cube, self.survey.rows)?;
        let along = |column| dependencies.along(column);
        candidates.cube_is_complete = self.needs.iter().all(|need| need.is_decomposable(&along));
        candidates.cube_is_enough = self.needs.iter().all(|need| !need.is_tiled() || need.is_decomposable(&along));
        candidates.tiles_answer_first = self.needs.iter().all(|need| need.is_tiled_at_first(&along));
        let of =
            Grouped { base: &self.base, wanted: self.wanted, survey: &self.survey, dependencies: &dependencies, cube };
        let mut made = Vec::new();
        if self.is_few(std::slice::from_ref(cube), "cube", candidates) {
            candidates.cube = Some(self.file("cube", &[made::one(&of, cube, &mut made)?])?);
        }
        let tiles = needs::tiles(&self.needs, &along);
        if self.is_few(&tiles, "tiles", candidates) {
            made::prepare(&of, &tiles, &mut made)?;
            self.three_way(&of, &tiles, &mut made, candidates)?;
            let tiles = tiles.iter().map(|set| made::one(&of, set, &mut made)).collect::<PolarsResult<Vec<_>>>()?;
            candidates.tiles = Some(self.file("tiles", &tiles)?);
        }
        Ok(())
    }

    /// Writes the 3-way tiles that need no look at the rows, the smallest sets first, as long as they have many times fewer
    /// groups than what they come before: the cube, or the rows where there is more in them than in the cube.
    fn three_way(
        &self,
        of: &Grouped<'_>,
        tiles: &[Wanted],
        made: &mut Vec<Made>,
        candidates: &mut Candidates,
    ) -> PolarsResult<()> {
        let along = |column| of.dependencies.along(column);
        let mut sets = needs::three_way(&self.needs, tiles, &along);
        let most_groups = |set: &Wanted| self.survey.most_groups(&set.dimensions);
        sets.sort_by(|a, b| most_groups(a).total_cmp(&most_groups(b)));
        let cube = candidates.cube.as_ref().filter(|_| candidates.cube_is_enough);
        let mut left = (self.three_way)(cube.map_or(self.survey.rows, |cube| cube.rows));
        let mut kept = Vec::new();
        for set in &sets {
            if most_groups(set) > SPARSE * left as f64 || !made::is_there(of, set, made) {
                continue;
            }
            let one = made::one(of, set, made)?;
            if let Some(rest) = left.checked_sub(one.frame.height()) {
                left = rest;
                kept.push(one);
            }
        }
        candidates.has_all_three_way = kept.len() == sets.len();
        if !kept.is_empty() {
            candidates.three_way = Some(self.file(THREE_WAY, &kept)?);
        }
        Ok(())
    }

    fn is_few(&self, sets: &[Wanted], kind: &'static str, candidates: &mut Candidates) -> bool {
        let many = sets.iter().filter(|set| !self.survey.is_few(&set.dimensions));
        let most = many.map(|set| self.survey.most_groups(&set.dimensions)).reduce(f64::max);
        if let Some(most) = most {
            candidates.note(kind, &format!("up to {most:.0} groups"));
        }
        most.is_none()
    }

    fn file(&self, kind: &'static str, made: &[Made]) -> PolarsResult<File> {
        let groups = groups::stacked(self.wanted, &self.survey, made)?;
        let bytes = Arc::new(file::file(&groups.frame, &groups.sets.columns(self.wanted))?);
        Ok(File { rows: groups.frame.height(), part: Part::Groups(groups.sets), kind, bytes })
    }

    /// The rows in a fixed order: the author's, if the query gives one, else sorted by all columns, time first.
    fn rows(&self) -> PolarsResult<Vec<File>> {
        let Needed { table, wanted, base, .. } = self;
        let mut frame = match base {
            Base::Frame(frame) => LazyFrame::clone(frame),
            // A query inside another has no order.
            Base::Pushed(_) if table.ordered => groups::frame(table, wanted)?,
            Base::Pushed(pushed) => pushed.rows(wanted, self.survey.rows)?.lazy(),
        };
        if !table.ordered {
            frame = frame.sort(sorting(wanted), SortMultipleOptions::default().with_nulls_last(true));
        }
        let columns: Vec<Expr> = wanted.columns.iter().map(|column| col(column.name.as_str())).collect();
        let frame = frame.select(columns).collect_with_engine(Engine::Streaming)?.unwrap_single();
        let all = Part::Rows((0..wanted.columns.len()).collect());
        let file = |part, frame: &DataFrame| {
            let bytes = Arc::new(file::file(frame, &wanted.columns)?);
            PolarsResult::Ok(File { part, kind: "rows", bytes, rows: frame.height() })
        };
        let sample = file(all.clone(), &frame.head(Some(SAMPLE)))?;
        let length = (SAMPLE * PIECE / sample.bytes.len().max(1)).max(SAMPLE);
        if frame.height() <= SAMPLE {
            return Ok(vec![sample]);
        }
        let pieces: Vec<usize> = (0..frame.height()).step_by(length).collect();
        let piece = |&start: &usize| {
            let part = if start == 0 { all.clone() } else { Part::MoreRows };
            file(part, &frame.slice(start as i64, length))
        };
        pieces.par_iter().map(piece).collect()
    }
}

/// More rows than this no browser is given.
const MOST_ROWS: usize = 1 << 26;

/// A file of rows is about so many bytes long at most: decoding one does not keep the reader waiting.
const PIECE: usize = 2_000_000;

/// So many rows tell how long a file of rows will be.
const SAMPLE: usize = 200_000;

fn sorting(wanted: &plan::Table) -> Vec<&str> {
    let (time, others): (Vec<&plan::Column>, Vec<&plan::Column>) =
        wanted.columns.iter().partition(|column| column.kind.is_time());
    time.into_iter().chain(others).map(|column| column.name.as_str()).collect()
}

//! Groups that were made, of which coarser ones are put together without another look at all rows.

use super::groups::{Base, Dependencies, Survey, aggregated, completed, named, partial, partials};
use super::needs::{Wanted, merged};
use super::sketches;
use dashgen_runtime::plan::{self, Aggregate, Column, Key, Partial};
use polars::prelude::*;

/// A table that is grouped, and what is known of it.
pub struct Grouped<'a> {
    /// Its rows.
    pub base: &'a Base,
    /// Its needed columns.
    pub wanted: &'a plan::Table,
    /// How many rows and values it has.
    pub survey: &'a Survey,
    /// Where its distinct counts add up.
    pub dependencies: &'a Dependencies,
    /// All dimensions and aggregates that are asked for.
    pub cube: &'a Wanted,
}

/// The groups by one set.
#[derive(Clone)]
pub struct Made {
    /// The set.
    pub set: Wanted,
    /// The partial aggregates that rebuild its aggregates.
    pub partials: Vec<Partial>,
    /// The groups in their order.
    pub frame: DataFrame,
}

impl Grouped<'_> {
    /// The partial aggregates that rebuild a set's.
    fn partials(&self, set: &Wanted) -> Vec<Partial> {
        partials(&set.aggregates, self.survey, self.dependencies)
    }
}

/// Makes finer groups of all rows, of which those of several sets are put together.
pub fn prepare(of: &Grouped<'_>, sets: &[Wanted], made: &mut Vec<Made>) -> PolarsResult<()> {
    for set in sets {
        if let (false, Some(finer)) = (is_there(of, set, made), finer(of, set)) {
            made.push(of_rows(of, &finer)?);
        }
    }
    Ok(())
}

/// True if the groups by a set need no look at all rows.
pub fn is_there(of: &Grouped<'_>, set: &Wanted, made: &[Made]) -> bool {
    fewest(of, set, made).is_some()
}

/// The groups by a set: put together of the fewest that do, or made of all rows. They are kept for those that follow.
pub fn one(of: &Grouped<'_>, set: &Wanted, made: &mut Vec<Made>) -> PolarsResult<Made> {
    let one = match fewest(of, set, made) {
        Some(from) => from.put_together(of, set),
        None => of_rows(of, set),
    }?;
    made.push(one.clone());
    Ok(one)
}

fn fewest<'a>(of: &Grouped<'_>, set: &Wanted, made: &'a [Made]) -> Option<&'a Made> {
    let partials = of.partials(set);
    let along = |column| of.dependencies.along(column);
    let has = |one: &&Made| one.set.covers(set, &along) && one.has(&partials);
    made.iter().filter(has).min_by_key(|one| one.frame.height())
}

/// A set of which one, and others like it, are put together: it has all dimensions along which its aggregates add up, as
/// long as its groups are few. None where that is no other set.
fn finer(of: &Grouped<'_>, set: &Wanted) -> Option<Wanted> {
    let counted: Vec<_> = set.aggregates.iter().filter(|(function, _)| !is_put_together(*function)).collect();
    if !counted.iter().all(|(function, _)| *function == Aggregate::CountDistinct) {
        return None;
    }
    let along = |column: Option<usize>| column.map_or_else(Vec::new, |column| of.dependencies.along(column));
    let adds_up = |key: &&Key| counted.iter().all(|(_, column)| along(*column).contains(&key.column));
    let mut more: Vec<&Key> = of.cube.dimensions.iter().filter(adds_up).collect();
    more.sort_by(|a, b| of.survey.size(a).total_cmp(&of.survey.size(b)));
    let mut dimensions = set.dimensions.clone();
    for key in more {
        let finer = merged(dimensions.iter().chain([key]));
        if of.survey.is_few(&finer) {
            dimensions = finer;
        }
    }
    let rest = of.cube.aggregates.iter().filter(|(function, _)| is_put_together(*function));
    let aggregates = counted.into_iter().chain(rest).copied().collect();
    (dimensions != set.dimensions).then_some(Wanted { dimensions, aggregates })
}

/// True if the aggregate of a group is put together of those of finer groups, whatever these are.
fn is_put_together(function: Aggregate) -> bool {
    matches!(function, Aggregate::Count | Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Mean)
}

fn of_rows(of: &Grouped<'_>, set: &Wanted) -> PolarsResult<Made> {
    let partials = of.partials(set);
    let (exact, sketched) = exact(&partials);
    let asked = (set.dimensions.as_slice(), exact.as_slice());
    let groups = match of.base {
        Base::Frame(frame) => aggregated(frame, of.wanted, asked, partial),
        Base::Pushed(pushed) => pushed.groups(of.wanted, &set.dimensions, &exact, of.survey.rows)?.lazy(),
    };
    let mut frame = collected(of, groups, asked)?;
    for partial in sketched {
        frame.with_column(sketches::of_rows(of.base, of.wanted, &set.dimensions, partial, of.survey.rows)?)?;
    }
    Made::new(of, set, &frame)
}

/// Partial aggregates that polars or a database makes, and those that are sketches.
fn exact(partials: &[Partial]) -> (Vec<Partial>, Vec<&Partial>) {
    let (sketched, exact): (Vec<&Partial>, Vec<&Partial>) =
        partials.iter().partition(|partial| partial.function.sketch().is_some());
    (exact.into_iter().cloned().collect(), sketched)
}

fn collected(of: &Grouped<'_>, groups: LazyFrame, asked: (&[Key], &[Partial])) -> PolarsResult<DataFrame> {
    Ok(named(groups, of.wanted, asked)?.collect_with_engine(Engine::Streaming)?.unwrap_single())
}

impl Made {
    fn new(of: &Grouped<'_>, set: &Wanted, frame: &DataFrame) -> PolarsResult<Made> {
        let partials = of.partials(set);
        let dimensions = set.dimensions.iter().map(|key| key.as_column(of.wanted));
        let columns: Vec<Column> =
            dimensions.chain(partials.iter().map(|partial| partial.as_column(of.wanted))).collect();
        Ok(Made { set: set.clone(), frame: completed(frame, &columns, 0)?, partials })
    }

    /// True if these partial aggregates of coarser groups follow from its own, where its dimensions do.
    fn has(&self, partials: &[Partial]) -> bool {
        let follows = |function: Aggregate| {
            is_put_together(function) || function == Aggregate::CountDistinct || function.sketch().is_some()
        };
        partials.iter().all(|partial| follows(partial.function) && self.partials.contains(partial))
    }

    fn put_together(&self, of: &Grouped<'_>, set: &Wanted) -> PolarsResult<Made> {
        let partials = of.partials(set);
        let (exact, sketched) = exact(&partials);
        let asked = (set.dimensions.as_slice(), exact.as_slice());
        let base = self.as_base(of.wanted);
        let mut frame = collected(of, aggregated(&base, of.wanted, asked, combined), asked)?;
        for partial in sketched {
            frame.with_column(sketches::merged(&base, of.wanted, &set.dimensions, partial)?)?;
        }
        Made::new(of, set, &frame)
    }

    /// Its groups as if they were rows: a dimension has its column's name.
    fn as_base(&self, wanted: &plan::Table) -> LazyFrame {
        let dimension = |key: &Key| col(key.as_column(wanted).name).alias(wanted.columns[key.column].name.as_str());
        let dimensions = self.set.dimensions.iter().map(dimension);
        let partials = self.partials.iter().map(|partial| col(partial.as_column(wanted).name));
        self.frame.clone().lazy().select(dimensions.chain(partials).collect::<Vec<_>>())
    }
}

/// A partial aggregate put together from those of finer groups.
fn combined(wanted: &plan::Table, partial: &Partial) -> Expr {
    let name = partial.as_column(wanted).name;
    let parts = || col(name.as_str());
    match partial.function {
        Aggregate::Count | Aggregate::CountDistinct => parts().sum(),
        Aggregate::Min => parts().min(),
        Aggregate::Max => parts().max(),
        _ => when(parts().count().gt(lit(0))).then(parts().sum()).otherwise(lit(NULL)),
    }
    .alias(name)
}

//! The index of a brush: for one view the cumulative aggregates along the brushed column, so that each move of the brush is
//! answered by a subtraction, however many rows there are (Falcon: Moritz, Howe and Heer, CHI 2019).

use crate::aggregate::{Leaf, Sums};
use crate::answer::Answer;
use crate::group::{Name, Numbering, assemble, column};
use crate::plan::{Aggregate, Grain, Measure, Question, Rows};
use crate::table::{Groups, Holds, Mask, Table, chunks};
use std::ops::Range;
use std::sync::Arc;

/// An index of more cells is not worth its memory.
const MOST_CELLS: usize = 4 << 20;

/// The aggregates of a view's groups, summed up along a brushed column.
#[derive(Debug)]
pub struct Index {
    keys: Vec<Arc<Groups>>,
    leaves: Vec<Name>,
    sums: Vec<Sums>,
    /// How many rows each group has, summed up likewise.
    rows: Vec<u32>,
    /// How many groups there are at each place of the brushed column.
    groups: usize,
}

impl Index {
    /// True if it is worth keeping while another is used.
    pub fn is_small(&self) -> bool {
        self.rows.len() <= MOST_CELLS / 8
    }

    /// Sums up the rows that the mask keeps along a column at a grain; none where aggregates cannot be subtracted, or there
    /// would be too many.
    pub fn new(
        table: &Table,
        question: &Question,
        (brushed, grain): (usize, Grain),
        mask: Option<&Mask>,
    ) -> Option<Index> {
        // Which groups are told apart follows the brush.
        if question.rows == Rows::Each || question.top.is_some() {
            return None;
        }
        let grouped = |index: usize, grain: Grain| column(table, index).and_then(|column| column.groups(grain)).ok();
        let mut keys = vec![grouped(brushed, grain)?];
        for key in &question.keys {
            keys.push(grouped(key.column, key.grain)?);
        }
        let cells = keys.iter().try_fold(1usize, |cells, key| cells.checked_mul(key.len() + 1));
        let cells = cells.filter(|&cells| cells <= MOST_CELLS)?;
        let groups = cells / (keys[0].len() + 1);
        let mut leaves = Vec::new();
        question.measures.iter().for_each(|measure| measure.leaves(&mut leaves));
        // How many rows there are is counted in any case.
        let is_counted = |name: &Name| *name == (Aggregate::Count, None) && matches!(table.holds, Holds::Rows(_));
        let leaf = |name: &Name| match name {
            name if is_counted(name) => Some(None),
            &(function, column) => Leaf::new(table, function, column).ok().map(Some),
        };
        let mut accumulators = leaves.iter().map(leaf).collect::<Option<Vec<_>>>()?;
        let mut rows = vec![0u32; cells];
        let mut numbering = Numbering::by_place(&keys);
        let mut ids = Vec::new();
        chunks(table.rows, mask, |chunk| {
            numbering.number(chunk, &mut ids);
            ids.iter().for_each(|&id| rows[id as usize] += 1);
            accumulators.iter_mut().flatten().for_each(|accumulator| accumulator.add(chunk, &ids, cells));
        });
        for place in groups..cells {
            rows[place] += rows[place - groups];
        }
        let sums = accumulators.into_iter().map(|leaf| match leaf {
            None => Some(Sums::of_counts(&rows)),
            Some(leaf) => leaf.sums(groups, cells),
        });
        let sums = sums.collect::<Option<Vec<_>>>()?;
        keys.remove(0);
        Some(Index { keys, leaves, sums, rows, groups })
    }

    /// The codes of the whole axis.
    pub fn all(&self) -> Range<u32> {
        0..(self.rows.len() / self.groups) as u32
    }

    /// Tells which groups have rows whose brushed value has one of these codes.
    pub fn has_rows(&self, codes: Range<u32>) -> impl Fn(u32) -> bool {
        let places = self.places(codes);
        move |group| {
            let rows = |place: usize| self.rows[place + group as usize];
            places.is_some_and(|(before, last)| rows(last) > before.map_or(0, rows))
        }
    }

    /// The groups, by number, that have rows whose brushed value has one of these codes; in the order of their keys. Without
    /// keys there is one, rows or not.
    pub fn groups(&self, codes: Range<u32>) -> Vec<u32> {
        let has_rows = self.has_rows(codes);
        (0..self.groups as u32).filter(|&group| self.keys.is_empty() || has_rows(group)).collect()
    }

    /// What the measures of a question are for some groups, measure by measure; NaN where there is no value. None if a
    /// measure is more than one aggregate.
    pub fn numbers(&self, question: &Question, groups: &[u32], codes: Range<u32>, out: &mut Vec<f64>) -> Option<()> {
        let places = self.places(codes);
        for measure in &question.measures {
            let Measure::Aggregate { function, column } = measure else { return None };
            let leaf = self.leaves.iter().position(|leaf| *leaf == (*function, *column))?;
            match places {
                Some((before, last)) => self.sums[leaf].numbers(before, last, groups, out),
                None => out.extend(groups.iter().map(|_| f64::NAN)),
            }
        }
        Some(())
    }

    /// The answer from the rows whose brushed value has one of these codes.
    pub fn answer(&self, question: &Question, codes: Range<u32>) -> Result<Answer, String> {
        let seen = self.groups(codes.clone());
        let places = self.places(codes);
        let value = |sums: &Sums, group: u32| {
            let group = group as usize;
            match places {
                Some((before, last)) => sums.between(before.map(|before| before + group), last + group),
                None => sums.between(Some(group), group),
            }
        };
        let columns: Vec<Vec<_>> =
            self.sums.iter().map(|sums| seen.iter().map(|&group| value(sums, group)).collect()).collect();
        let mut codes: Vec<Vec<u32>> = Vec::new();
        let mut below = self.groups as u32;
        for key in &self.keys {
            let places = key.len() as u32 + 1;
            below /= places;
            codes.push(seen.iter().map(|&group| group / below % places).collect());
        }
        assemble(question, &self.keys, &codes, &self.leaves, &columns, seen.len())
    }

    /// Where the sums before the first of these codes and up to the last stand, of the first group each; none for no codes.
    fn places(&self, codes: Range<u32>) -> Option<(Option<usize>, usize)> {
        let place = |code: u32| code as usize * self.groups;
        (!codes.is_empty()).then(|| (codes.start.checked_sub(1).map(place), place(codes.end - 1)))
    }
}

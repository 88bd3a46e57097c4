//! The index of a brush: for one view the cumulative aggregates along the brushed column, so that each move of the brush is
//! answered by a subtraction, however many rows there are (Falcon: Moritz, Howe and Heer, CHI 2019).

use crate::aggregate::{Leaf, Sums};
use crate::answer::Answer;
use crate::group::{Name, Numbering, assemble, column};
use crate::plan::{Grain, Question, Rows};
use crate::table::{Groups, Mask, Table, chunks};
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
    /// Sums up the rows that the mask keeps along a column at a grain; none where aggregates cannot be subtracted, or there
    /// would be too many.
    pub fn new(
        table: &Table,
        question: &Question,
        (brushed, grain): (usize, Grain),
        mask: Option<&Mask>,
    ) -> Option<Index> {
        if question.rows == Rows::Each {
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
        let leaf = |&(function, column): &Name| Leaf::new(table, function, column).ok();
        let mut accumulators = leaves.iter().map(leaf).collect::<Option<Vec<_>>>()?;
        let mut rows = vec![0u32; cells];
        let mut numbering = Numbering::by_place(&keys);
        let mut ids = Vec::new();
        chunks(table.rows, mask, |chunk| {
            numbering.number(chunk, &mut ids);
            ids.iter().for_each(|&id| rows[id as usize] += 1);
            accumulators.iter_mut().for_each(|accumulator| accumulator.add(chunk, &ids, cells));
        });
        for place in groups..cells {
            rows[place] += rows[place - groups];
        }
        let sums = accumulators.into_iter().map(|leaf| leaf.sums(groups, cells)).collect::<Option<Vec<_>>>()?;
        keys.remove(0);
        Some(Index { keys, leaves, sums, rows, groups })
    }

    /// The answer from the rows whose brushed value has one of these codes.
    pub fn answer(&self, question: &Question, codes: Range<u32>) -> Result<Answer, String> {
        let before = codes.start.checked_sub(1).map(|code| code as usize * self.groups);
        let last = (codes.end as usize).checked_sub(1).filter(|_| !codes.is_empty()).map(|code| code * self.groups);
        let places = |group: usize| last.map(|last| (before.map(|before| before + group), last + group));
        let has_rows = |group: &usize| {
            self.keys.is_empty()
                || places(*group)
                    .is_some_and(|(before, last)| self.rows[last] > before.map_or(0, |before| self.rows[before]))
        };
        let seen: Vec<usize> = (0..self.groups).filter(has_rows).collect();
        let value = |sums: &Sums, group: usize| match places(group) {
            Some((before, last)) => sums.between(before, last),
            None => sums.between(Some(group), group),
        };
        let columns: Vec<Vec<_>> =
            self.sums.iter().map(|sums| seen.iter().map(|&group| value(sums, group)).collect()).collect();
        let mut codes: Vec<Vec<u32>> = Vec::new();
        let mut below = self.groups;
        for key in &self.keys {
            let places = key.len() + 1;
            below /= places;
            codes.push(seen.iter().map(|&group| (group / below % places) as u32).collect());
        }
        assemble(question, &self.keys, &codes, &self.leaves, &columns, seen.len())
    }
}

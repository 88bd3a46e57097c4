//! The index of a brush: for one view the cumulative aggregates along the brushed column, so that each move of the brush is
//! answered by a subtraction, however many rows there are (Falcon: Moritz, Howe and Heer, CHI 2019).

use crate::aggregate::{Leaf, Sums, finite};
use crate::answer::Answer;
use crate::group::{Name, assemble, column, drop_outside};
use crate::plan::{Aggregate, Grain, Measure, Question, Rows};
use crate::table::{Chunk, Column, Groups, Holds, Integers, Mask, Table, chunks};
use std::ops::Range;
use std::sync::Arc;

/// An index of more cells is not worth its memory.
const MOST_CELLS: usize = 4 << 20;

/// The aggregates of a view's groups, summed up along a brushed column.
#[derive(Debug)]
pub struct Index {
    keys: Vec<Arc<Groups>>,
    leaves: Vec<Name>,
    /// Those of each leaf; none where `rows` counts it.
    sums: Vec<Option<Sums>>,
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

    /// Sums up the rows that the mask keeps along a column at a grain, for several questions in one pass; none where aggregates
    /// cannot be subtracted, or there would be too many.
    pub fn all_of(
        table: &Table,
        questions: &[&Question],
        along: (usize, Grain),
        mask: Option<&Mask>,
    ) -> Vec<Option<Index>> {
        let keys: Vec<_> = questions.iter().map(|question| keys(table, question, along)).collect();
        let counts = table.partial(Aggregate::Count, None).filter(|counts| counts.reach() <= f64::from(u32::MAX));
        let counts = counts.and_then(Column::counts);
        let making = questions.iter().zip(&keys);
        let making = making.map(|(question, keys)| Making::new(table, question, keys.as_deref()?, counts));
        let mut making: Vec<Option<Making<'_>>> = making.collect();
        let Some(along) = keys.iter().flatten().find_map(|keys| keys.first()) else {
            return making.iter().map(|_| None).collect();
        };
        let mut seen = Seen::default();
        chunks(table.rows, mask, |chunk| {
            seen.look(chunk, along, counts);
            making.iter_mut().flatten().for_each(|index| index.add(chunk, &seen));
        });
        making.into_iter().map(|index| index?.finish()).collect()
    }

    /// How many groups there are at each place of the brushed column.
    pub fn len(&self) -> u32 {
        self.groups as u32
    }

    /// The codes of the whole axis.
    pub fn all(&self) -> Range<u32> {
        0..(self.rows.len() / self.groups) as u32
    }

    /// The groups, by number, that have rows whose brushed value has one of these codes; in the order of their keys. Without
    /// keys there is one, rows or not.
    pub fn groups(&self, codes: Range<u32>) -> Vec<u32> {
        let span = self.span(codes);
        (0..self.groups as u32).filter(|&group| self.keys.is_empty() || span.has_rows(group)).collect()
    }

    /// Which of the sums are a measure's; none if it is more than one aggregate.
    pub fn leaf(&self, measure: &Measure) -> Option<usize> {
        let Measure::Aggregate { function, column } = measure else { return None };
        self.leaves.iter().position(|leaf| *leaf == (*function, *column))
    }

    /// The rows whose brushed value has one of these codes.
    pub fn span(&self, codes: Range<u32>) -> Span<'_> {
        let place = |code: u32| code as usize * self.groups;
        // Of no codes it is what lies between a place and itself.
        match codes.is_empty() {
            true => Span { index: self, before: Some(0), last: 0 },
            false => Span { index: self, before: codes.start.checked_sub(1).map(place), last: place(codes.end - 1) },
        }
    }

    /// The answer from the rows whose brushed value has one of these codes.
    pub fn answer(&self, question: &Question, codes: Range<u32>) -> Result<Answer, String> {
        let seen = self.groups(codes.clone());
        let span = self.span(codes);
        let of_leaf = |leaf: usize| seen.iter().map(|&group| finite(span.number(leaf, group))).collect();
        let columns: Vec<Vec<_>> = (0..self.sums.len()).map(of_leaf).collect();
        let mut codes: Vec<Vec<u32>> = Vec::new();
        let mut below = self.groups as u32;
        for key in &self.keys {
            let places = key.len() as u32 + 1;
            below /= places;
            codes.push(seen.iter().map(|&group| group / below % places).collect());
        }
        assemble(question, &self.keys, &codes, &self.leaves, &columns, seen.len())
    }
}

/// The groups of a brushed column and of a question's keys; none where it matters which groups are told apart, which follows the
/// brush.
fn keys(table: &Table, question: &Question, (brushed, grain): (usize, Grain)) -> Option<Vec<Arc<Groups>>> {
    if question.rows == Rows::Each || question.top.is_some() {
        return None;
    }
    let grouped = |index: usize, grain: Grain| column(table, index).and_then(|column| column.groups(grain)).ok();
    let keys = question.keys.iter().map(|key| grouped(key.column, key.grain));
    std::iter::once(grouped(brushed, grain)).chain(keys).collect()
}

/// What all indexes along a column need to know of a chunk's rows.
#[derive(Default)]
struct Seen {
    /// The code of each row in the brushed column.
    codes: Vec<u32>,
    /// How many rows each stands for; empty if that is itself.
    counts: Vec<u32>,
    keys: Vec<i64>,
}

impl Seen {
    fn look(&mut self, rows: &Chunk, along: &Groups, counts: Option<&Integers>) {
        along.codes.gather(rows, &mut self.codes);
        self.counts.clear();
        if let Some(counts) = counts {
            self.keys.clear();
            counts.gather(rows, &mut self.keys);
            self.counts.extend(self.keys.iter().map(|&count| count as u32));
        }
    }
}

/// An index that has not seen all rows.
struct Making<'a> {
    keys: &'a [Arc<Groups>],
    leaves: Vec<Name>,
    /// None for a leaf that `rows` counts.
    accumulators: Vec<Option<Leaf<'a>>>,
    rows: Vec<u32>,
    /// How many rows each of a table's groups has.
    counts: Option<&'a Integers>,
    ids: Vec<u32>,
}

impl<'a> Making<'a> {
    fn new(
        table: &'a Table,
        question: &Question,
        keys: &'a [Arc<Groups>],
        counts: Option<&'a Integers>,
    ) -> Option<Making<'a>> {
        let cells = keys.iter().try_fold(1usize, |cells, key| cells.checked_mul(key.len() + 1));
        let cells = cells.filter(|&cells| cells <= MOST_CELLS)?;
        let mut leaves = Vec::new();
        question.measures.iter().for_each(|measure| measure.leaves(&mut leaves));
        // How many rows there are is counted in any case.
        let is_counted = |&(function, column): &Name| match table.holds {
            Holds::Rows(_) => (function, column) == (Aggregate::Count, None),
            Holds::Groups(..) => {
                let named = table.partial(function, column).and_then(Column::counts);
                let is_same = named.zip(counts).is_some_and(|(named, counts)| std::ptr::eq(named, counts));
                function == Aggregate::Count && is_same
            }
        };
        let leaf = |name: &Name| match name {
            name if is_counted(name) => Some(None),
            &(function, column) => Leaf::new(table, function, column).ok().filter(Leaf::can_be_subtracted).map(Some),
        };
        let accumulators = leaves.iter().map(leaf).collect::<Option<Vec<_>>>()?;
        Some(Making { keys, leaves, accumulators, rows: vec![0; cells], counts, ids: Vec::new() })
    }

    /// Takes in rows, which others see as well.
    fn add(&mut self, chunk: &Chunk, seen: &Seen) {
        if !self.keys.iter().any(|key| key.leaves_out) {
            return self.sum_up(chunk, seen);
        }
        let (mut rows, mut own) = (chunk.clone(), Seen::default());
        drop_outside(self.keys, &mut rows);
        own.look(&rows, &self.keys[0], self.counts);
        self.sum_up(&rows, &own);
    }

    fn sum_up(&mut self, chunk: &Chunk, seen: &Seen) {
        let (ids, cells) = (&mut self.ids, self.rows.len());
        ids.clear();
        ids.extend_from_slice(&seen.codes);
        self.keys[1..].iter().for_each(|key| key.codes.combine(chunk, key.null() + 1, ids));
        if seen.counts.is_empty() {
            ids.iter().for_each(|&id| self.rows[id as usize] += 1);
        } else {
            ids.iter().zip(&seen.counts).for_each(|(&id, &count)| self.rows[id as usize] += count);
        }
        self.accumulators.iter_mut().flatten().for_each(|accumulator| accumulator.add(chunk, ids, cells));
    }

    fn finish(self) -> Option<Index> {
        let Making { keys, leaves, accumulators, mut rows, .. } = self;
        let (along, keys) = keys.split_first()?;
        let cells = rows.len();
        let groups = cells / (along.len() + 1);
        for place in groups..cells {
            rows[place] += rows[place - groups];
        }
        let sums = accumulators.into_iter().map(|leaf| match leaf {
            None => Some(None),
            Some(leaf) => leaf.sums(groups, cells).map(Some),
        });
        let sums = sums.collect::<Option<Vec<_>>>()?;
        Some(Index { keys: keys.to_vec(), leaves, sums, rows, groups })
    }
}

/// The rows in a range of a brush.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    index: &'a Index,
    /// Where the sums before the range stand, of the first group; none where nothing is before it.
    before: Option<usize>,
    /// And where those up to its end do.
    last: usize,
}

impl Span<'_> {
    /// True if a group has any of the rows.
    pub fn has_rows(&self, group: u32) -> bool {
        self.count(group) > 0
    }

    fn count(&self, group: u32) -> u32 {
        let rows = |place: usize| self.index.rows[place + group as usize];
        rows(self.last) - self.before.map_or(0, rows)
    }

    /// How many rows each group has, instead of what `out` held; gives how many groups have any.
    pub fn rows(&self, out: &mut Vec<u32>) -> usize {
        let at = |place: usize| &self.index.rows[place..place + self.index.groups];
        out.clear();
        out.extend_from_slice(at(self.last));
        if let Some(before) = self.before {
            out.iter_mut().zip(at(before)).for_each(|(rows, before)| *rows -= before);
        }
        out.iter().map(|&rows| usize::from(rows > 0)).sum()
    }

    /// What the rows of a group sum up to; NaN where there is no value.
    pub fn number(&self, leaf: usize, group: u32) -> f64 {
        let at = |place: usize| place + group as usize;
        match &self.index.sums[leaf] {
            Some(sums) => sums.number(self.before.map(at), at(self.last)),
            None => f64::from(self.count(group)),
        }
    }

    /// The same of all groups, which go to the end of `out`; `rows` are those of [`Span::rows`].
    pub fn numbers(&self, leaf: usize, rows: &[u32], out: &mut Vec<f64>) {
        match &self.index.sums[leaf] {
            Some(_) => out.extend((0..self.index.len()).map(|group| self.number(leaf, group))),
            None => out.extend(rows.iter().map(|&rows| f64::from(rows))),
        }
    }
}

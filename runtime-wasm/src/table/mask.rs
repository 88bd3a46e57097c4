//! A bit for each row of a table: which rows pass a filter, or which have a value.

use std::ops::Range;

/// How many rows are handled at a time, so that what a step writes is still in the cache for the next.
pub const CHUNK: usize = 2048;

/// A bit for each row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    words: Vec<u64>,
    rows: usize,
}

impl Mask {
    /// A mask with no bit set.
    pub fn none(rows: usize) -> Mask {
        Mask { words: vec![0; rows.div_ceil(64)], rows }
    }

    /// A mask with the bits for which a test of the row holds.
    pub fn of(rows: usize, holds: impl Fn(usize) -> bool) -> Mask {
        let word = |start: usize| {
            let bits = start..rows.min(start + 64);
            bits.fold(0, |word, row| word | u64::from(holds(row)) << (row - start))
        };
        Mask { words: (0..rows).step_by(64).map(word).collect(), rows }
    }

    /// Appends so many bits that are set.
    pub fn fill(&mut self, bits: usize) {
        let rows = self.rows + bits;
        if let Some(last) = self.words.last_mut().filter(|_| !self.rows.is_multiple_of(64)) {
            *last |= u64::MAX << (self.rows % 64);
        }
        self.words.resize(rows.div_ceil(64), u64::MAX);
        self.rows = rows;
        if let Some(last) = self.words.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last &= u64::MAX >> (64 - rows % 64);
        }
    }

    /// Appends bits.
    pub fn extend(&mut self, bits: impl Iterator<Item = bool>) {
        for bit in bits {
            if self.rows.is_multiple_of(64) {
                self.words.push(0);
            }
            self.rows += 1;
            if bit {
                self.set(self.rows - 1);
            }
        }
    }

    /// The bits of successive rows.
    pub fn part(&self, rows: Range<usize>) -> Mask {
        let mut part = Mask::default();
        part.extend(rows.map(|row| self.get(row)));
        part
    }

    /// Whether a row's bit is set.
    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Sets a row's bit.
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// How many rows it covers.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps the bits that are set in both.
    pub fn and(&mut self, other: &Mask) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }
}

impl Mask {
    /// Keeps the bits that are set in either.
    pub fn or(&mut self, other: &Mask) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Drops the bits that are set in another.
    pub fn without(&mut self, other: &Mask) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }
}

/// Some rows in ascending order, few enough to stay in the cache.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// All rows of a range stand here without being listed.
    span: Range<u32>,
    listed: Option<Vec<u32>>,
}

impl Chunk {
    /// The rows as a range, if they follow each other.
    pub fn span(&self) -> Result<Range<usize>, &[u32]> {
        match &self.listed {
            None => Ok(self.span.start as usize..self.span.end as usize),
            Some(rows) => Err(rows),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.listed.as_ref().map_or(self.span.len(), Vec::len)
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows one by one.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        let listed = self.listed.as_deref().unwrap_or_default();
        let span = if self.listed.is_none() { self.span.clone() } else { 0..0 };
        span.chain(listed.iter().copied())
    }

    /// Lists other rows.
    pub fn list(&mut self, rows: impl Iterator<Item = u32>) {
        let listed = self.listed.get_or_insert_default();
        listed.clear();
        listed.extend(rows);
    }

    /// Drops the rows for which a test fails.
    pub fn retain(&mut self, holds: impl Fn(u32) -> bool) {
        match &mut self.listed {
            Some(rows) => rows.retain(|&row| holds(row)),
            None => self.listed = Some(self.span.clone().filter(|&row| holds(row)).collect()),
        }
    }
}

/// Hands the rows that a mask keeps, all if there is none, to a function: in order, a chunk at a time.
pub fn chunks(rows: usize, mask: Option<&Mask>, mut each: impl FnMut(&mut Chunk)) {
    let mut chunk = Chunk::default();
    let mut list = Vec::with_capacity(CHUNK);
    for start in (0..rows).step_by(CHUNK) {
        let end = rows.min(start + CHUNK);
        chunk.span = start as u32..end as u32;
        if let Some(mask) = mask {
            list.clear();
            let words = mask.words[start / 64..end.div_ceil(64)].iter().enumerate();
            words.for_each(|(index, &word)| push_bits(word, (start + index * 64) as u32, &mut list));
            if list.len() < chunk.span.len() {
                chunk.listed = Some(std::mem::take(&mut list));
            }
        }
        if !chunk.is_empty() {
            each(&mut chunk);
        }
        list = chunk.listed.take().unwrap_or(list);
    }
}

fn push_bits(mut word: u64, first: u32, rows: &mut Vec<u32>) {
    if word == u64::MAX {
        return rows.extend(first..first + 64);
    }
    while word != 0 {
        rows.push(first + word.trailing_zeros());
        word &= word - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_filled_as_they_are_appended() {
        for (before, bits) in [(0, 1), (0, 64), (3, 61), (3, 70), (63, 1), (64, 200), (5, 0)] {
            let mut filled = Mask::of(before, |row| row % 2 == 0);
            let mut appended = filled.clone();
            filled.fill(bits);
            appended.extend(std::iter::repeat_n(true, bits));
            assert_eq!(filled, appended, "{before} and {bits}");
        }
    }
}

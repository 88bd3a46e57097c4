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

/// Hands the rows that a mask keeps, all if there is none, to a function: in order, a chunk at a time.
pub fn chunks(rows: usize, mask: Option<&Mask>, mut each: impl FnMut(&mut Vec<u32>)) {
    let mut chunk = Vec::with_capacity(CHUNK);
    for start in (0..rows).step_by(CHUNK) {
        let end = rows.min(start + CHUNK);
        chunk.clear();
        match mask {
            None => chunk.extend(start as u32..end as u32),
            Some(mask) => mask.words[start / 64..end.div_ceil(64)]
                .iter()
                .enumerate()
                .for_each(|(index, &word)| push_bits(word, (start + index * 64) as u32, &mut chunk)),
        }
        if !chunk.is_empty() {
            each(&mut chunk);
        }
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

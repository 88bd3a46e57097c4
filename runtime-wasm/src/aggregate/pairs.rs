//! The values of each group, for what cannot be put together from parts: distinct counts, medians, quantiles.

use crate::plan::{Grain, Kind};
use crate::table::{Chunk, Column, Groups, Mask, middle, number};
use std::sync::Arc;

/// Which values occur in which groups, as pairs of group and code.
pub struct Pairs {
    values: Arc<Groups>,
    pairs: Vec<u64>,
    codes: Vec<u32>,
}

impl Pairs {
    /// No value has been seen.
    pub fn new(column: &Column) -> Result<Pairs, String> {
        let values = column.groups(Grain::Value)?;
        Ok(Pairs { values, pairs: Vec::new(), codes: Vec::new() })
    }

    /// Takes in rows, each of a group.
    pub fn add(&mut self, rows: &Chunk, ids: &[u32]) {
        let null = self.values.null();
        self.values.codes.gather(rows, &mut self.codes);
        let pairs = ids.iter().zip(&self.codes).filter(|(_, code)| **code != null);
        self.pairs.extend(pairs.map(|(&id, &code)| u64::from(id) << 32 | u64::from(code)));
    }

    /// Gives the codes of each group in ascending order, and how often it has them.
    #[cfg(feature = "sketches")]
    pub fn each(mut self, mut take: impl FnMut(usize, &Groups, u32, u64)) {
        self.pairs.sort_unstable();
        for same in self.pairs.chunk_by(|a, b| a == b) {
            take((same[0] >> 32) as usize, &self.values, (same[0] & 0xffff_ffff) as u32, same.len() as u64);
        }
    }

    /// How many distinct values each group has.
    pub fn distinct(mut self, groups: usize) -> Vec<f64> {
        const MOST_BITS: usize = 1 << 26;
        let mut counts = vec![0.0; groups];
        let codes = self.values.len();
        if groups.saturating_mul(codes) > MOST_BITS {
            self.pairs.sort_unstable();
            self.pairs.dedup();
            self.pairs.iter().for_each(|pair| counts[(pair >> 32) as usize] += 1.0);
            return counts;
        }
        let mut seen = Mask::none(groups * codes);
        for pair in &self.pairs {
            let (group, code) = ((pair >> 32) as usize, (pair & 0xffff_ffff) as usize);
            if !seen.get(group * codes + code) {
                seen.set(group * codes + code);
                counts[group] += 1.0;
            }
        }
        counts
    }

    /// The value below which a share of each group's values lies, in proportion between two of them; of half exactly the
    /// mean of two.
    pub fn quantiles(mut self, groups: usize, kind: Kind, share: f64) -> Vec<Option<f64>> {
        self.pairs.sort_unstable();
        let mut quantiles = vec![None; groups];
        for group in self.pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
            let key = |place: usize| self.values.key((group[place] & 0xffff_ffff) as u32).unwrap_or(0);
            let place = share * (group.len() - 1) as f64;
            let (low, high) = (key(place.floor() as usize), key(place.ceil() as usize));
            let quantile = if place.fract() == 0.5 {
                middle(kind, low, high)
            } else {
                let (low, high) = (number(kind, low), number(kind, high));
                low + (high - low) * place.fract()
            };
            quantiles[(group[0] >> 32) as usize] = Some(quantile);
        }
        quantiles
    }
}

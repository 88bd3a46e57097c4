//! Quantiles by DDSketch (Masson, Rim and Lee, VLDB 2019): how many values lie in each of the bins whose values differ by
//! at most a hundredth from their middle.
//!
//! The library's own form of a sketch holds a sum of floats, which depends on their order, and bins of a bounded range;
//! here a sketch is the numbers of its bins and how many values each has.

use sketches_ddsketch::{Config, DDSketch};
use std::sync::LazyLock;

/// How far an answer may lie from the value that it stands for, in proportion.
const ERROR: f64 = 0.01;
/// All bins that floats can fall in, of which only those between the first and the last in use take memory.
const MOST_BINS: u32 = 1 << 17;
/// What is added to the library's number of a bin, so that the bins of positive numbers have positive numbers.
const SHIFT: i32 = 1 << 16;

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::new(ERROR, MOST_BINS, f64::MIN_POSITIVE));

/// The bin of a number: 0 for zero, below it for negative ones. Bins ascend with the numbers in them.
pub fn bin(number: f64) -> i32 {
    let size = number.abs().min(f64::MAX);
    if size <= CONFIG.min_possible() {
        return 0;
    }
    let bin = CONFIG.key(size) + SHIFT;
    if number < 0.0 { -bin } else { bin }
}

/// The number that stands for all of a bin.
pub fn middle(bin: i32) -> f64 {
    let size = CONFIG.value(bin.abs() - SHIFT).min(f64::MAX);
    match bin {
        0 => 0.0,
        1.. => size,
        _ => -size,
    }
}

/// A sketch of the values of a group.
pub struct Quantiles(DDSketch);

impl Default for Quantiles {
    fn default() -> Quantiles {
        Quantiles(DDSketch::new(*CONFIG))
    }
}

impl Quantiles {
    /// Takes in so many values that lie in a bin.
    pub fn add(&mut self, bin: i32, count: u64) {
        self.0.add_with_count(middle(bin), count);
    }

    /// Takes in the sketch of other values.
    pub fn merge(&mut self, bytes: &[u8]) -> Result<(), String> {
        each(bytes, |bin, count| self.add(bin, count)).ok_or_else(|| "a sketch of quantiles is damaged".to_owned())
    }

    /// The value that a share of the values lie below, nearly; none if there are none.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.0.quantile(share).ok().flatten().map(rounded)
    }
}

/// A number with the first 24 of its bits: in the last ones the logarithms of platforms differ.
pub fn rounded(number: f64) -> f64 {
    const DROPPED: u32 = 29;
    let half = 1 << (DROPPED - 1);
    f64::from_bits(number.to_bits().saturating_add(half) & !((1 << DROPPED) - 1))
}

/// The sketch of some bins in ascending order, each with its number of values: that number, doubled, one more if the bin is
/// not the next, and then the distance from the one before; all in groups of seven bits.
pub fn bytes(bins: impl Iterator<Item = (i32, u64)>) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for (bin, count) in bins {
        let distance = bin.wrapping_sub(before);
        put(&mut bytes, count << 1 | u64::from(distance != 1));
        if distance != 1 {
            put(&mut bytes, u64::from((distance << 1 ^ distance >> 31) as u32));
        }
        before = bin;
    }
    bytes
}

/// Reads a sketch bin by bin; none if it is none.
pub fn each(mut bytes: &[u8], mut take: impl FnMut(i32, u64)) -> Option<()> {
    let mut bin = 0i32;
    while !bytes.is_empty() {
        let count = take_number(&mut bytes)?;
        let distance = if count & 1 == 1 { u32::try_from(take_number(&mut bytes)?).ok()? } else { 2 };
        bin = bin.checked_add((distance >> 1) as i32 ^ -((distance & 1) as i32))?;
        let count = count >> 1;
        // No float lies beyond, and no group has more values.
        if bin.unsigned_abs() > 2 * SHIFT as u32 || count > 1 << 50 {
            return None;
        }
        take(bin, count);
    }
    Some(())
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

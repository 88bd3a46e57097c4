//! What describes a sample of numbers: quartiles and fences as plotly.js draws them, and the density of its values.

use super::number::{exp, ln};
use crate::table::{ordered, unordered};

/// Above so many values a density is computed from their weights on a fine grid.
const MANY: usize = 5_000;
/// How fine: positions in a bandwidth.
const FINE: f64 = 100.0;
/// From so many bandwidths on, a kernel counts nothing: its height is below the last digit.
const REACH: f64 = 8.5;
/// How many places of a density are told.
const PLACES: usize = 64;

/// A sample in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Vec<f64>);

/// Puts numbers in ascending order, by the one sort of unsigned numbers that the engine has.
#[inline(never)]
pub fn ascend(numbers: &mut [f64]) {
    const SIGN: u64 = 1 << 63;
    let mut keys: Vec<u64> = numbers.iter().map(|number| ordered(*number) as u64 ^ SIGN).collect();
    keys.sort_unstable();
    numbers.iter_mut().zip(keys).for_each(|(number, key)| *number = unordered((key ^ SIGN) as i64));
}

impl Sample {
    /// The finite numbers of some; none if there is none.
    pub fn of(numbers: impl Iterator<Item = f64>) -> Option<Sample> {
        let mut numbers: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
        ascend(&mut numbers);
        (!numbers.is_empty()).then_some(Sample(numbers))
    }

    /// Its values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// How many values it has.
    pub fn count(&self) -> f64 {
        self.0.len() as f64
    }

    /// The value below which a share of it lies, by the method that plotly.js calls linear: between two values in
    /// proportion, each standing in the middle of its share (`Lib.interp`; R's type 5, Hazen 1914).
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.count() - 1.0;
        let place = (share * self.count() - 0.5).max(0.0).min(last);
        let (low, high) = (self.0[place.floor() as usize], self.0[place.ceil() as usize]);
        let part = place - place.floor();
        part * high + (1.0 - part) * low
    }

    /// The ends of a box plot's whiskers: the outermost values within one and a half box heights of the box (Tukey 1977;
    /// `computeLowerFence` of plotly.js).
    pub fn fences(&self) -> (f64, f64) {
        let (low, high) = (self.quantile(0.25), self.quantile(0.75));
        let reach = 1.5 * (high - low);
        let first = self.0.partition_point(|value| *value < low - reach);
        let after = self.0.partition_point(|value| *value <= high + reach);
        let at = |place: usize| self.0[place.min(self.0.len() - 1)];
        (at(first).min(low), at(after.max(1) - 1).max(high))
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.count()
    }

    /// The square root of the mean square of the distances from the mean, over one value less (`degrees` 1) or all (0).
    pub fn deviation(&self, degrees: f64) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.0.iter().map(|value| (value - mean) * (value - mean)).sum();
        if self.count() > degrees { (squares / (self.count() - degrees)).sqrt() } else { 0.0 }
    }

    /// The bandwidth of its density by Silverman's rule of thumb (1986, with the factor of `bandwidth.nrd` in R), at
    /// least a hundredth of its span, as plotly.js has it; zero where all values are one.
    pub fn bandwidth(&self) -> f64 {
        let span = self.0[self.0.len() - 1] - self.0[0];
        let spread = self.deviation(1.0).min((self.quantile(0.75) - self.quantile(0.25)) / 1.349);
        (1.059 * spread * exp(-0.2 * ln(self.count()))).max(span / 100.0)
    }

    /// Its values with weights; many are gathered on a grid a hundred times finer than the bandwidth, each shared by the
    /// two positions beside it.
    fn weights(&self, bandwidth: f64) -> Vec<(f64, f64)> {
        if self.0.len() <= MANY {
            return self.0.iter().map(|value| (*value, 1.0)).collect();
        }
        let (start, step) = (self.0[0], bandwidth / FINE);
        let mut weights: Vec<(f64, f64)> = Vec::new();
        for value in &self.0 {
            let at = (value - start) / step;
            let right = at - at.floor();
            for (place, weight) in [(at.floor(), 1.0 - right), (at.floor() + 1.0, right)] {
                let position = start + place * step;
                match weights.iter_mut().rev().take(2).find(|known| known.0 == position) {
                    Some(known) => known.1 += weight,
                    None => weights.push((position, weight)),
                }
            }
        }
        weights
    }
}

/// The density of a sample at equally distant places, from two bandwidths below it to two above: the sum of a normal
/// curve for each value (Parzen 1962), as plotly.js draws violins.
pub fn density(sample: &Sample) -> Vec<(f64, f64)> {
    let values = sample.values();
    let bandwidth = sample.bandwidth();
    if bandwidth <= 0.0 {
        return vec![(values[0], 1.0)];
    }
    let (from, to) = (values[0] - 2.0 * bandwidth, values[values.len() - 1] + 2.0 * bandwidth);
    let weights = sample.weights(bandwidth);
    let height = 1.0 / (sample.count() * bandwidth * (2.0 * std::f64::consts::PI).sqrt());
    let at = |place: f64| {
        let first = weights.partition_point(|weight| weight.0 < place - REACH * bandwidth);
        let near = weights[first..].iter().take_while(|weight| weight.0 <= place + REACH * bandwidth);
        let kernel = |distance: f64| exp(-0.5 * distance * distance);
        (place, height * near.map(|(value, weight)| weight * kernel((place - value) / bandwidth)).sum::<f64>())
    };
    (0..=PLACES).map(|place| at(from + (to - from) * place as f64 / PLACES as f64)).collect()
}

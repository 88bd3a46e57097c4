//! Averages that move along with the points: pandas' `rolling`, `expanding` and `ewm`.

use super::Sample;

/// What is computed of the values in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summed {
    /// The arithmetic mean.
    Mean,
    /// The value in the middle.
    Median,
    /// The sum.
    Sum,
    /// The lowest.
    Min,
    /// The highest.
    Max,
    /// The standard deviation of a sample.
    Std,
}

/// For each value that of the last `size` ones up to it, of all where there is no size; NaN where there are fewer than `least`.
pub fn window(values: &[f64], size: Option<usize>, least: usize, summed: Summed) -> Vec<f64> {
    let of = |last: usize| {
        let some = &values[size.map_or(0, |size| (last + 1).saturating_sub(size))..=last];
        let sum = some.iter().sum::<f64>();
        let sample = || Sample::of(some.iter().copied());
        match summed {
            _ if some.len() < least => f64::NAN,
            Summed::Mean => sum / some.len() as f64,
            Summed::Sum => sum,
            Summed::Min => some.iter().copied().fold(f64::INFINITY, f64::min),
            Summed::Max => some.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Summed::Median => sample().map_or(f64::NAN, |sample| sample.quantile(0.5)),
            Summed::Std if some.len() < 2 => f64::NAN,
            Summed::Std => sample().map_or(f64::NAN, |sample| sample.deviation(1.0)),
        }
    };
    (0..values.len()).map(of).collect()
}

/// For each value the mean of all up to it, where each step back weighs less by the factor `1 - alpha` (pandas' `ewm` with
/// `adjust`).
pub fn exponential(values: &[f64], alpha: f64) -> Vec<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    let mut mean = |value: &f64| {
        sum = value + (1.0 - alpha) * sum;
        weights = 1.0 + (1.0 - alpha) * weights;
        sum / weights
    };
    values.iter().map(&mut mean).collect()
}

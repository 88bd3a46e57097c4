//! Locally weighted regression: a curve that follows the points.

use super::sample::ascend;

/// How often the points far from the curve lose weight.
const ROUNDS: usize = 3;
/// Above so many points the curve is straight between places that are this share of the span apart.
const MANY: usize = 1_000;
const APART: f64 = 0.01;

/// The heights of the curve above each point, which ascend in x: LOWESS (Cleveland 1979) as `statsmodels` computes it
/// (`_smoothers_lowess.pyx`), each from `share` of the points; of more than a thousand points with R's `delta`, a hundredth
/// of the span.
pub fn lowess(points: &[(f64, f64)], share: f64) -> Vec<f64> {
    let near = ((share * points.len() as f64 + 1e-10) as usize).clamp(1, points.len().max(1));
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let apart = if points.len() > MANY { APART * (last.0 - first.0) } else { 0.0 };
    let mut trust = vec![1.0; points.len()];
    let mut heights = Vec::new();
    for round in 0..=ROUNDS {
        heights = curve(points, near, apart, &trust);
        if round < ROUNDS {
            trust = trusted(points, &heights);
        }
    }
    heights
}

fn curve(points: &[(f64, f64)], near: usize, apart: f64, trust: &[f64]) -> Vec<f64> {
    let mut heights = vec![0.0; points.len()];
    let (mut left, mut place, mut done) = (0, 0, None);
    loop {
        let x = points[place].0;
        while left + near < points.len() && x > (points[left].0 + points[left + near].0) / 2.0 {
            left += 1;
        }
        heights[place] = height(points, left..left + near, place, trust);
        if let Some(before) = done {
            join(points, &mut heights, before, place);
        }
        let mut last = place;
        while last + 1 < points.len() && points[last + 1].0 == x {
            heights[last + 1] = heights[place];
            last += 1;
        }
        if last + 1 >= points.len() {
            return heights;
        }
        let beyond = points.partition_point(|point| point.0 <= x + apart);
        done = Some(last);
        place = (beyond.max(last + 2) - 1).min(points.len() - 1);
    }
}

/// Draws the curve straight between two of its points.
fn join(points: &[(f64, f64)], heights: &mut [f64], from: usize, to: usize) {
    let (start, end) = (heights[from], heights[to]);
    for place in from + 1..to {
        let part = (points[place].0 - points[from].0) / (points[to].0 - points[from].0);
        heights[place] = part * end + (1.0 - part) * start;
    }
}

/// The height at a point of the weighted line through those around it.
fn height(points: &[(f64, f64)], around: std::ops::Range<usize>, place: usize, trust: &[f64]) -> f64 {
    let x = points[place].0;
    let near = &points[around.clone()];
    let radius = (x - near[0].0).max(near[near.len() - 1].0 - x);
    let weight = |(point, trust): (&(f64, f64), &f64)| {
        let distance = (point.0 - x).abs() / radius;
        let cube = 1.0 - distance * distance * distance;
        if distance < 1.0 { cube * cube * cube * trust } else { 0.0 }
    };
    let mut weights: Vec<f64> = near.iter().zip(&trust[around]).map(weight).collect();
    let all: f64 = weights.iter().sum();
    if radius <= 0.0 || all <= 1e-12 {
        return points[place].1;
    }
    weights.iter_mut().for_each(|weight| *weight /= all);
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| near.iter().zip(&weights).map(|(p, w)| w * of(p)).sum::<f64>();
    let mean = sum(&|point| point.0);
    let square = sum(&|point| (point.0 - mean) * (point.0 - mean)).max(1e-12);
    sum(&|point| point.1 * (1.0 + (x - mean) * (point.0 - mean) / square))
}

/// How much points count in the next round: the less, the further they are from the curve, by the biweight.
fn trusted(points: &[(f64, f64)], heights: &[f64]) -> Vec<f64> {
    let distances: Vec<f64> = points.iter().zip(heights).map(|(point, height)| (point.1 - height).abs()).collect();
    let mut sorted = distances.clone();
    ascend(&mut sorted);
    let median = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
    let weight = |distance: &f64| {
        let share = if median > 0.0 { distance / (6.0 * median) } else { f64::from(*distance > 0.0) };
        let square = 1.0 - share * share;
        if share < 1.0 { square * square } else { 0.0 }
    };
    distances.iter().map(weight).collect()
}

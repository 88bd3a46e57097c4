//! The straight line through points.

/// A straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where it meets the axis.
    pub intercept: f64,
    /// How much it rises for each step to the right.
    pub slope: f64,
    /// The share of the variance that it explains.
    pub fit: f64,
}

impl Line {
    /// Its height at a place.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }
}

/// The line with the least sum of squared vertical distances from the points (Gauss 1809; `statsmodels.OLS` with a
/// constant); none for points above one place.
pub fn line(points: &[(f64, f64)]) -> Option<Line> {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|point| of(point.0 - x, point.1 - y)).sum::<f64>();
    let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
    if points.len() < 2 || xx <= 0.0 {
        return None;
    }
    let slope = xy / xx;
    let fit = if yy > 0.0 { slope * xy / yy } else { 1.0 };
    Some(Line { intercept: y - slope * x, slope, fit })
}

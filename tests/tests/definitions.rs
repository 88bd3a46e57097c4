//! Statistics by their definitions, for polars does not have them, written without a thought of speed.

use polars::prelude::{DataFrame, IntoLazy, NamedFrom, Series, col, lit};

/// Numbers for polars.
pub fn series(numbers: &[f64]) -> Series {
    Series::new("v".into(), numbers)
}

/// The height at `share` of the line through the points ((i − ½) / n, value i): plotly's linear quantile, drawn.
pub fn hazen(numbers: &[f64], share: f64) -> f64 {
    let sorted = series(numbers).sort(Default::default()).unwrap();
    let sorted: Vec<f64> = sorted.f64().unwrap().iter().flatten().collect();
    let place = |index: usize| (index as f64 + 0.5) / sorted.len() as f64;
    for index in 1..sorted.len() {
        if share <= place(index) && share >= place(index - 1) {
            let part = (share - place(index - 1)) / (place(index) - place(index - 1));
            return sorted[index - 1] + part * (sorted[index] - sorted[index - 1]);
        }
    }
    if share < 0.5 { sorted[0] } else { sorted[sorted.len() - 1] }
}

/// The lowest and highest number between two.
pub fn ends(numbers: &[f64], low: f64, high: f64) -> (f64, f64) {
    let frame = DataFrame::new(numbers.len(), vec![series(numbers).into()]).unwrap().lazy();
    let within = frame.filter(col("v").gt_eq(lit(low)).and(col("v").lt_eq(lit(high))));
    let found = within.select([col("v").min().alias("a"), col("v").max().alias("b")]).collect().unwrap();
    let end = |name: &str| found.column(name).unwrap().f64().unwrap().get(0).unwrap();
    (end("a"), end("b"))
}

/// LOWESS by its definition: for each point all distances, their k-th, and a line by the normal equations.
pub fn local(pairs: &[(f64, f64)], share: f64) -> Vec<f64> {
    let near = ((share * pairs.len() as f64 + 1e-10) as usize).max(1);
    let mut trust = vec![1.0; pairs.len()];
    let mut heights = Vec::new();
    for _ in 0..4 {
        heights = pairs
            .iter()
            .map(|&(x, y)| {
                let mut distances: Vec<f64> = pairs.iter().map(|pair| (pair.0 - x).abs()).collect();
                distances.sort_by(f64::total_cmp);
                let radius = distances[near - 1];
                let weight = |index: usize| {
                    let distance = (pairs[index].0 - x).abs() / radius;
                    if distance < 1.0 { (1.0 - distance.powi(3)).powi(3) * trust[index] } else { 0.0 }
                };
                let sum = |of: &dyn Fn(f64, f64) -> f64| {
                    pairs.iter().enumerate().map(|(index, pair)| weight(index) * of(pair.0 - x, pair.1)).sum::<f64>()
                };
                if radius <= 0.0 || sum(&|_, _| 1.0) <= 1e-12 {
                    return y;
                }
                let (w, wx, wy) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|_, y| y));
                let (wxx, wxy) = (sum(&|x, _| x * x), sum(&|x, y| x * y));
                let determinant = w * wxx - wx * wx;
                if determinant <= 1e-9 * w * w { wy / w } else { (wxx * wy - wx * wxy) / determinant }
            })
            .collect();
        let distances: Vec<f64> = pairs.iter().zip(&heights).map(|(pair, height)| (pair.1 - height).abs()).collect();
        let median = series(&distances).median().unwrap_or(0.0);
        let biweight = |distance: &f64| {
            let share = if median > 0.0 { distance / (6.0 * median) } else { f64::from(*distance > 0.0) };
            if share < 1.0 { (1.0 - share * share).powi(2) } else { 0.0 }
        };
        trust = distances.iter().map(biweight).collect();
    }
    heights
}

//! Each statistic against numbers that its source gives, or that can be worked out by hand.
#![allow(clippy::unwrap_used)]

use super::*;

/// Speed and stopping distance of 50 cars (Ezekiel 1930; `cars` in R).
const SPEED: [f64; 50] = [
    4., 4., 7., 7., 8., 9., 10., 10., 10., 11., 11., 12., 12., 12., 12., 13., 13., 13., 13., 14., 14., 14., 14., 15.,
    15., 15., 16., 16., 17., 17., 17., 18., 18., 18., 18., 19., 19., 19., 20., 20., 20., 20., 20., 22., 23., 24., 24.,
    24., 24., 25.,
];
const DISTANCE: [f64; 50] = [
    2., 10., 4., 22., 16., 10., 18., 26., 34., 17., 28., 14., 20., 24., 28., 26., 34., 34., 46., 26., 36., 60., 80.,
    20., 26., 54., 32., 40., 32., 40., 50., 42., 56., 76., 84., 36., 46., 68., 32., 48., 52., 56., 64., 66., 54., 70.,
    92., 93., 120., 85.,
];

fn cars() -> Vec<(f64, f64)> {
    SPEED.into_iter().zip(DISTANCE).collect()
}

fn near(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{ours} is not {theirs}");
}

#[test]
fn exponential_and_logarithm_are_those_of_the_platform() {
    for step in -600..=600 {
        let x = f64::from(step) * 1.13;
        near(exp(x) / x.exp(), 1.0, 1e-13);
        near(ln(x.exp()), x, 1e-14);
    }
    assert_eq!((exp(0.0), ln(1.0), exp(-1e9)), (1.0, 0.0, 0.0));
    assert!(ln(0.0).is_nan() && ln(-1.0).is_nan());
}

#[test]
fn quartiles_are_those_of_plotly() {
    // The sample and the numbers of https://plotly.com/python/box-plots/#choosing-the-algorithm-for-computing-quartiles.
    let sample = Sample::of([9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0].into_iter()).unwrap();
    assert_eq!([0.25, 0.5, 0.75].map(|share| sample.quantile(share)), [2.75, 5.0, 7.25]);
    let outlying = Sample::of([1.0, 2.0, 3.0, 4.0, 100.0, f64::NAN].into_iter()).unwrap();
    assert_eq!((outlying.quantile(0.0), outlying.quantile(1.0)), (1.0, 100.0));
    assert_eq!(outlying.fences(), (1.0, 28.0), "no value is left above the box but below the fence");
    let one = Sample::of([7.0].into_iter()).unwrap();
    assert_eq!((one.quantile(0.25), one.fences(), one.deviation(1.0)), (7.0, (7.0, 7.0), 0.0));
    assert_eq!(Sample::of([f64::NAN, f64::INFINITY].into_iter()), None);
}

#[test]
fn a_density_holds_all_and_stands_over_its_values() {
    let sample = Sample::of(DISTANCE.into_iter()).unwrap();
    // bandwidth.nrd of R takes another quartile and 1.06.
    near(sample.bandwidth(), 1.059 * (30.0_f64 / 1.349).min(25.769_377) * 50.0_f64.powf(-0.2), 1e-6);
    let curve = density(&sample);
    let step = curve[1].0 - curve[0].0;
    let all: f64 = curve.iter().map(|point| point.1 * step).sum();
    near(all, 1.0, 0.02);
    let highest = curve.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert!((25.0..45.0).contains(&highest.0));
    assert_eq!(density(&Sample::of([3.0, 3.0].into_iter()).unwrap()), [(3.0, 1.0)]);
}

#[test]
fn many_values_have_the_density_that_few_of_them_have() {
    let value = |place: i32| f64::from(place % 97) + f64::from(place % 11) / 3.0;
    let sample = Sample::of((0..6000).map(value)).unwrap();
    let bandwidth = sample.bandwidth();
    for (place, height) in density(&sample) {
        let kernel = |value: &f64| (-0.5 * ((place - value) / bandwidth).powi(2)).exp();
        let sum: f64 = sample.values().iter().map(kernel).sum();
        near(height, sum / (6000.0 * bandwidth * (2.0 * std::f64::consts::PI).sqrt()), 1e-5);
    }
}

#[test]
fn least_squares_are_those_of_r() {
    let line = line(&cars()).unwrap();
    near(line.intercept, -17.579_095, 1e-7);
    near(line.slope, 3.932_409, 1e-6);
    near(line.fit, 0.651_079_4, 1e-6);
    assert_eq!(super::line(&[(1.0, 2.0), (1.0, 3.0)]), None);
}

#[test]
fn local_regression_is_that_of_r() {
    // lowess(cars)$y
    let heights = lowess(&cars(), 2.0 / 3.0);
    for (place, theirs) in [(0, 4.965459), (2, 13.124495), (5, 18.579691), (15, 30.027276), (27, 40.435075)] {
        near(heights[place], theirs, 2e-3);
    }
    assert_eq!(heights[0], heights[1], "equal places have one height");
    assert!(lowess(&[], 0.5).is_empty());
    assert_eq!(lowess(&[(1.0, 5.0)], 0.5), [5.0]);
}

#[test]
fn many_points_have_the_curve_of_all() {
    let points: Vec<(f64, f64)> = (0..1500).map(|place| (f64::from(place), f64::from(place) * 2.0)).collect();
    for (point, height) in points.iter().zip(lowess(&points, 0.1)) {
        near(height, point.1, 1e-9);
    }
}

#[test]
fn moving_averages_are_those_of_pandas() {
    let values = [1.0, 2.0, 4.0, 8.0];
    assert_eq!(window(&values, Some(2), 2, Summed::Mean)[1..], [1.5, 3.0, 6.0]);
    assert!(window(&values, Some(2), 2, Summed::Mean)[0].is_nan());
    assert_eq!(window(&values, Some(3), 1, Summed::Median), [1.0, 1.5, 2.0, 4.0]);
    assert_eq!(window(&values, None, 1, Summed::Max), values);
    assert_eq!(window(&values, None, 1, Summed::Sum)[3], 15.0);
    assert_eq!(window(&[1.0, 3.0], None, 1, Summed::Std)[1], 2.0_f64.sqrt());
    assert!(window(&[1.0, 3.0], None, 1, Summed::Std)[0].is_nan());
    let smooth = exponential(&values, 0.5);
    // (4 + 2/2 + 1/4) / (1 + 1/2 + 1/4)
    assert_eq!(smooth[2], 3.0);
}

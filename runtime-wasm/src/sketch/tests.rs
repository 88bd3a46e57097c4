//! Do sketches forget in which order values came, and are they as near as they say?

use super::quantiles::{Quantiles, bin, bytes, each, middle, rounded};
use super::{Distinct, Item};
use std::collections::BTreeMap;

fn of_keys(keys: impl Iterator<Item = i64>) -> Distinct {
    Distinct::of(keys.map(Item::Key))
}

/// Numbers in no order, from a seed.
fn numbers(count: usize, seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed), |number| {
        Some(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    })
    .skip(1)
    .map(|number| number >> 16)
    .take(count)
}

#[test]
fn few_values_are_counted_one_by_one() {
    for count in [0, 1, 2, 8, 9, 50, 96] {
        assert_eq!(of_keys(0..count).count(), count as f64);
    }
}

#[test]
fn many_values_are_counted_nearly() {
    let mut worst: f64 = 0.0;
    let mut squares = 0.0;
    for trial in 0..200 {
        let count = [500, 2_000, 5_000, 40_000][trial % 4];
        let start = trial as i64 * 1_000_000;
        let error = of_keys(start..start + count).count() / count as f64 - 1.0;
        worst = worst.max(error.abs());
        squares += error * error;
    }
    let standard = (squares / 200.0_f64).sqrt();
    println!("standard error {standard:.4}, worst {worst:.4}");
    assert!(standard < 0.0325 && worst < 0.11, "{standard} {worst}");
}

#[test]
fn parts_are_the_whole_in_any_order() {
    for count in [5, 50, 95, 96, 97, 400, 3_000, 30_000] {
        let whole = of_keys(0..count);
        for parts in [1, 2, 7, 60] {
            let cells: Vec<Vec<u8>> =
                (0..parts).map(|part| of_keys((0..count).filter(|key| key % parts <= part)).bytes()).collect();
            let merged = |cells: &mut dyn Iterator<Item = &Vec<u8>>| {
                let mut all = Distinct::default();
                cells.for_each(|cell| all.merge(cell).unwrap());
                all.count()
            };
            let counted = [merged(&mut cells.iter()), merged(&mut cells.iter().rev()), whole.count()];
            assert_eq!(counted, [whole.count(); 3], "{count} in {parts}");
        }
        let backwards = of_keys((0..count).rev().chain(0..count));
        assert_eq!(backwards.bytes(), whole.bytes(), "{count}");
    }
}

#[test]
fn a_thousand_texts_are_other_texts() {
    let texts: Vec<String> = (0..1000).map(|number| format!("ä{number}")).collect();
    let count = Distinct::of(texts.iter().map(|text| Item::Text(text))).count();
    assert!((count - 1000.0).abs() < 100.0, "{count}");
    assert_eq!(Distinct::of([Item::Text(""), Item::Text("a"), Item::Text("")].into_iter()).count(), 2.0);
}

#[test]
fn quantiles_are_near_values_that_there_are() {
    let mut values: Vec<f64> = numbers(5000, 7).map(|number| (number % 1_000_000) as f64 / 64.0 - 2000.0).collect();
    values.extend([1e300, -1e300, 1e-300, 0.0, f64::INFINITY, f64::NEG_INFINITY]);
    let mut sketch = Quantiles::default();
    values.iter().for_each(|&value| sketch.add(bin(value), 1));
    values.sort_by(f64::total_cmp);
    for share in [0.0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.999, 1.0] {
        let exact = values[(share * (values.len() - 1) as f64) as usize].clamp(f64::MIN, f64::MAX);
        let found = sketch.quantile(share).unwrap();
        assert!((found - exact).abs() <= 0.010_001 * exact.abs(), "{share}: {found}, not {exact}");
    }
    assert_eq!(Quantiles::default().quantile(0.5), None);
}

#[test]
fn bins_ascend_with_numbers_and_come_back() {
    let numbers: Vec<f64> = [f64::MIN_POSITIVE * 2.0, 1e-9, 0.5, 1.0, 1.5, 99.0, 1e12, f64::MAX].to_vec();
    let all: Vec<f64> = numbers.iter().rev().map(|number| -number).chain([0.0]).chain(numbers.clone()).collect();
    assert!(all.windows(2).all(|pair| bin(pair[0]) < bin(pair[1])));
    assert!(all.iter().all(|&number| bin(middle(bin(number))) == bin(number)));
    assert_eq!([bin(5e-324), bin(-0.0), bin(f64::INFINITY)], [0, 0, bin(f64::MAX)]);
}

#[test]
fn what_is_written_is_read() {
    let bins: BTreeMap<i32, u64> = [(-70_000, 1), (-1, 128), (0, 1 << 40), (1, 127), (2, 63), (70_000, 3)].into();
    let mut read = BTreeMap::new();
    let written = bytes(bins.iter().map(|(bin, count)| (*bin, *count)));
    each(&written, |bin, count| assert_eq!(read.insert(bin, count), None)).unwrap();
    assert_eq!(read, bins);
}

#[test]
fn damage_is_told() {
    let good = bytes([(bin(1.0), 300), (bin(2.0), 5)].into_iter());
    let bad = (1..good.len()).filter(|&end| Quantiles::default().merge(&good[..end]).is_err());
    // Where the first bin ends is a sketch, too.
    assert_eq!(bad.count(), good.len() - 2);
    for byte in 0..=255 {
        // Whatever it says, it is an answer or an error.
        let _ = Quantiles::default().merge(&[byte; 12]);
        let _ = Distinct::default().merge(&[byte; 40]);
    }
    assert!(Distinct::default().merge(&of_keys(0..1000).bytes()[..500]).is_err());
}

/// The exponential function of another platform may be off by a few of the last bits.
#[test]
fn answers_do_not_depend_on_the_last_bits() {
    let unsure = (bin(1e-300)..bin(1e300)).map(middle).filter(|value| {
        let near = |bits: i64| rounded(f64::from_bits((value.to_bits() as i64 + bits) as u64));
        near(-8) != near(8)
    });
    assert_eq!(unsure.count(), 0);
}

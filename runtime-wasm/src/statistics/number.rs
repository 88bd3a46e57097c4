//! Exponential and logarithm from plain arithmetic: those of the platforms differ in the last digit.

use std::f64::consts::{LN_2, SQRT_2};

/// The part of ln 2 whose products with small whole numbers are exact, and the rest (fdlibm, `e_exp.c`).
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The exponential, by its series around zero after a power of two is taken out.
pub fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let twos = (x.min(700.0) / LN_2 + 0.5).floor();
    let rest = (x.min(700.0) - twos * LN_2_HIGH) - twos * LN_2_LOW;
    let series = (1..=14).rev().fold(1.0, |sum, term| 1.0 + sum * rest / f64::from(term));
    series * f64::from_bits(((twos as i64 + 1023) as u64) << 52)
}

/// The natural logarithm, by the series of the area tangent after a power of two is taken out; NaN where there is none.
pub fn ln(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE || !x.is_finite() {
        return f64::NAN;
    }
    let bits = x.to_bits();
    let (mut twos, mut part) = ((bits >> 52) as i64 - 1023, f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52));
    if part > SQRT_2 {
        (twos, part) = (twos + 1, part / 2.0);
    }
    let tangent = (part - 1.0) / (part + 1.0);
    let square = tangent * tangent;
    let series = (0..12).rev().fold(0.0, |sum, term| sum * square + 1.0 / f64::from(2 * term + 1));
    twos as f64 * LN_2_HIGH + (2.0 * tangent * series + twos as f64 * LN_2_LOW)
}

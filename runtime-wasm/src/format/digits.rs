//! The decimal digits of numbers that are not negative, in JavaScript's and d3-format's notations.
//!
//! JavaScript rounds halves up where Rust rounds them to even, so all digits are taken and rounded here. Rust's own writing of
//! floats, which `f64::clamp` uses as well, is 8 KB to fetch: nothing else may use it.

use serde_json::Number;

/// The fewest digits that tell a number, never with an exponent.
pub fn shortest(number: f64) -> String {
    let Some(written) = Number::from_f64(number).map(|number| number.to_string()) else {
        return if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    };
    let Some((mantissa, exponent)) = written.split_once('e') else {
        return written.strip_suffix(".0").unwrap_or(&written).to_owned();
    };
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
    let (digits, exponent) = (digits.replace('.', ""), exponent.parse().unwrap_or(0));
    let decimals = (digits.len() as i32 - 1 - exponent).max(0) as usize;
    format!("{sign}{}", place(&digits, exponent, decimals))
}

/// `Math.round`, written out.
pub fn integer(number: f64) -> String {
    fixed(number, 0)
}

/// JavaScript's `toFixed`.
pub fn fixed(number: f64, decimals: usize) -> String {
    // Most numbers that are written are counts, many times a second while a brush moves.
    if number.fract() == 0.0 && number < 9_007_199_254_740_992.0 {
        let mut digits = (number as u64).to_string();
        if decimals > 0 {
            digits.push('.');
            digits.extend(std::iter::repeat_n('0', decimals));
        }
        return digits;
    }
    let (digits, exponent) = long(number);
    let kept = exponent + 1 + decimals as i32;
    let (digits, exponent) = round(&digits, exponent, kept);
    place(&digits, exponent, decimals)
}

/// JavaScript's `toExponential`.
pub fn exponential(number: f64, decimals: usize) -> String {
    let (digits, exponent) = significant(number, decimals + 1);
    let sign = if exponent < 0 { '-' } else { '+' };
    let point = if decimals > 0 { "." } else { "" };
    format!("{}{point}{}e{sign}{}", &digits[..1], &digits[1..], exponent.abs())
}

/// JavaScript's `toPrecision`.
pub fn precise(number: f64, count: usize) -> String {
    let (digits, exponent) = significant(number, count);
    if exponent < -6 || exponent >= count as i32 {
        return exponential(number, count - 1);
    }
    place(&digits, exponent, (count as i32 - 1 - exponent) as usize)
}

/// d3's `r`: rounded to significant digits, never with an exponent.
pub fn rounded(number: f64, count: usize) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let (digits, exponent) = significant(number, count);
    place(&digits, exponent, (count as i32 - 1 - exponent).max(0) as usize)
}

/// d3's `s`: significant digits before an SI prefix.
pub fn prefixed(number: f64, count: usize) -> (String, &'static str) {
    const PREFIXES: [&str; 17] = ["y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
    if number == 0.0 {
        return (precise(0.0, count), "");
    }
    let (digits, exponent) = significant(number, count);
    let thousands = exponent.div_euclid(3).clamp(-8, 8);
    let left = exponent - thousands * 3;
    let unit = PREFIXES[(thousands + 8) as usize];
    if left >= 0 {
        return (place(&digits, left, (count as i32 - 1 - left).max(0) as usize), unit);
    }
    // Less than one y: as many decimals as the precision would have had.
    let (digits, _) = significant(number, (count as i32 + left).max(1) as usize);
    (format!("0.{}{digits}", "0".repeat((-left - 1) as usize)), unit)
}

/// Without the zeros that end the fraction.
pub fn trimmed(text: &str) -> String {
    let end = text.find('e').unwrap_or(text.len());
    if !text[..end].contains('.') {
        return text.to_owned();
    }
    let number = text[..end].trim_end_matches('0').trim_end_matches('.');
    format!("{number}{}", &text[end..])
}

/// The first digits of a number, rounded half up, and the power of ten of the first.
fn significant(number: f64, count: usize) -> (String, i32) {
    let (digits, exponent) = long(number);
    let (mut digits, exponent) = round(&digits, exponent, count as i32);
    digits.truncate(count);
    (digits, exponent)
}

/// All digits of a number, and the power of ten of the first.
fn long(number: f64) -> (String, i32) {
    if number == 0.0 {
        return ("0".to_owned(), 0);
    }
    let bits = number.to_bits();
    let exponent = (bits >> 52) as i32 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let whole = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    // The number is `whole` times a power of two; below zero, dividing by 2 is multiplying by 5 and moving the point.
    let power = exponent.max(1) - 1075;
    let spare = whole.trailing_zeros().min(power.min(0).unsigned_abs());
    let (whole, power) = (whole >> spare, power + spare as i32);
    let (base, most) = if power < 0 { (5u64, 12) } else { (2, 29) };
    let mut groups = vec![whole % GROUP, whole / GROUP];
    let mut left = power.unsigned_abs();
    while left > 0 {
        let times = left.min(most);
        multiply(&mut groups, base.pow(times));
        left -= times;
    }
    let digits: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
    let first = digits.bytes().position(|digit| digit != b'0').unwrap_or(digits.len() - 1);
    let digits = digits[first..].to_owned();
    let exponent = digits.len() as i32 - 1 + power.min(0);
    (digits, exponent)
}

/// Digits are taken in groups of nine.
const GROUP: u64 = 1_000_000_000;

/// Multiplies a number, its lowest group first, by less than a group.
fn multiply(groups: &mut Vec<u64>, by: u64) {
    let mut carry = 0;
    for group in groups.iter_mut() {
        carry += *group * by;
        (*group, carry) = (carry % GROUP, carry / GROUP);
    }
    if carry > 0 {
        groups.push(carry);
    }
}

/// Keeps the first `kept` digits (none if negative), rounded half up; the exponent grows if nines carry.
fn round(digits: &str, exponent: i32, kept: i32) -> (String, i32) {
    let up = kept >= 0 && digits.as_bytes().get(kept as usize).is_some_and(|&digit| digit >= b'5');
    let count = kept.max(0) as usize;
    let mut bytes: Vec<u8> = digits.bytes().chain(std::iter::repeat(b'0')).take(count).collect();
    if !up {
        return (text(bytes), exponent);
    }
    for byte in bytes.iter_mut().rev() {
        if *byte < b'9' {
            *byte += 1;
            return (text(bytes), exponent);
        }
        *byte = b'0';
    }
    bytes.insert(0, b'1');
    (text(bytes), exponent + 1)
}

fn text(bytes: Vec<u8>) -> String {
    bytes.into_iter().map(char::from).collect()
}

/// Digits with a point, the first standing for 10 to the exponent, with so many decimals.
fn place(digits: &str, exponent: i32, decimals: usize) -> String {
    let digit = |power: i32| {
        let index = usize::try_from(exponent - power).ok();
        index.and_then(|index| digits.chars().nth(index)).unwrap_or('0')
    };
    let mut out: String = (0..=exponent.max(0)).rev().map(digit).collect();
    if decimals > 0 {
        out.push('.');
        out.extend((1..=decimals as i32).map(|place| digit(-place)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{long, shortest};

    #[test]
    fn as_many_digits_as_rust_writes() {
        let mut chance = 1u64;
        let bits = (0..20_000u32).map(|step| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            chance >> (step % 3)
        });
        let some = bits.map(f64::from_bits);
        let edges = [
            0.0,
            -0.0,
            1.0,
            0.1,
            -1.5,
            1e15,
            1e16,
            1e17,
            1e21,
            123456789.125,
            1e-7,
            5e-324,
            f64::MAX,
            f64::NAN,
            f64::INFINITY,
        ];
        for number in some.chain(edges) {
            let text = shortest(number);
            assert_eq!(text.len(), number.to_string().len(), "{number}");
            if number.is_finite() {
                assert_eq!(text.parse(), Ok(number));
                let text = format!("{:.800e}", number.abs());
                let (digits, exponent) = long(number.abs());
                assert_eq!(text, format!("{}.{:0<800}e{exponent}", &digits[..1], &digits[1..]));
            }
        }
    }
}

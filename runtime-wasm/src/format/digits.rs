//! The decimal digits of numbers that are not negative, in JavaScript's and d3-format's notations.
//!
//! JavaScript rounds halves up where Rust rounds them to even, so digits are taken long and rounded here.

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

/// So many digits that a half is seen as a half: a double ends, or differs from the half, within 20 digits of the place asked.
fn long(number: f64) -> (String, i32) {
    let text = format!("{number:.60e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or(("0", "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
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

//! Reads JSON text.

use super::Json;
use serde_json::{Map, Number};

/// Structures may lie in others so deep.
const DEEPEST: usize = 128;

/// Reads a text that is one value.
pub fn parse(text: &str) -> Result<Json, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEEPEST);
    reader.space();
    value
        .filter(|_| reader.at == text.len())
        .ok_or_else(|| format!("the JSON is not well-formed at byte {}", reader.at))
}

/// The number nearest to what a decimal says: `-12.5e-3`.
pub fn nearest(decimal: &str) -> f64 {
    close(decimal).unwrap_or_else(|| parsed(decimal))
}

/// Browsers read numbers, and the tables that it takes are not fetched with the page.
#[cfg(target_arch = "wasm32")]
use crate::browser::number as parsed;

#[cfg(not(target_arch = "wasm32"))]
fn parsed(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}

/// The nearest number where both the digits and the power of ten are exact, so that their product is rounded once.
fn close(decimal: &str) -> Option<f64> {
    const EXACT: u64 = 1 << 53;
    let (digits, exponent) = decimal.split_once(['e', 'E']).unwrap_or((decimal, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let bytes = whole.trim_start_matches('-').bytes().chain(fraction.bytes());
    let digit = |sum: u64, byte: u8| sum.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')));
    let digits = bytes.into_iter().try_fold(0, digit).filter(|digits| *digits <= EXACT)?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = (0..exponent.unsigned_abs().min(23)).fold(1.0, |power, _| power * 10.0);
    let number = match exponent {
        0..=22 => digits as f64 * power,
        -22..0 => digits as f64 / power,
        _ => return None,
    };
    Some(if whole.starts_with('-') { -number } else { number })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// Passes over bytes; says whether there were any.
    fn pass(&mut self, are: impl Fn(u8) -> bool) -> bool {
        let start = self.at;
        while self.peek().is_some_and(&are) {
            self.at += 1;
        }
        self.at > start
    }

    fn space(&mut self) {
        self.pass(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    }

    fn since(&self, start: usize) -> Option<&'a str> {
        self.text.get(start..self.at)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Json::String),
            b'[' => self.list(depth.checked_sub(1)?),
            b'{' => self.map(depth.checked_sub(1)?),
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            _ => self.number().map(Json::Number),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(word).then(|| self.at += word.len())?;
        Some(value)
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.take(b'[')?;
        self.space();
        if self.take(b']').is_some() {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.take(b',').is_none() {
                self.take(b']')?;
                return Some(Json::Array(items));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<Json> {
        let mut entries = Map::new();
        self.take(b'{')?;
        self.space();
        if self.take(b'}').is_some() {
            return Some(Json::Object(entries));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.take(b':')?;
            entries.insert(name, self.value(depth)?);
            self.space();
            if self.take(b',').is_none() {
                self.take(b'}')?;
                return Some(Json::Object(entries));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        self.take(b'"')?;
        loop {
            let start = self.at;
            self.pass(|byte| byte != b'"' && byte != b'\\' && byte >= b' ');
            string.push_str(self.since(start)?);
            if self.take(b'"').is_some() {
                return Some(string);
            }
            self.take(b'\\')?;
            string.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let kind = self.peek()?;
        self.at += 1;
        Some(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unit()?,
            _ => return None,
        })
    }

    /// What follows `\u`: four digits, or those of two halves of a character.
    fn unit(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.take(b'\\')?;
        self.take(b'u')?;
        let second = self.hex()?.checked_sub(0xdc00)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second).filter(|_| second < 0x400)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.chars().try_fold(0, |number, digit| Some(number * 16 + digit.to_digit(16)?))
    }

    fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let is_negative = self.take(b'-').is_some();
        if self.take(b'0').is_none() && !self.digits() {
            return None;
        }
        let whole = self.since(start)?;
        if self.take(b'.').is_some() && !self.digits() {
            return None;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            self.take(b'-').or_else(|| self.take(b'+'));
            self.digits().then_some(())?;
        }
        let text = self.since(start)?;
        if text.len() == whole.len() && text != "-0" {
            let whole = if is_negative {
                text.parse().ok().map(|number: i64| number.into())
            } else {
                text.parse().ok().map(|number: u64| number.into())
            };
            if whole.is_some() {
                return whole;
            }
        }
        Number::from_f64(nearest(text))
    }

    fn digits(&mut self) -> bool {
        self.pass(|byte| byte.is_ascii_digit())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Json, nearest, parse};

    #[test]
    fn what_serde_json_reads() {
        let texts = [
            r#" { "a" : [ 1 , -2 , 0.5, 1e3, -0, -0.0, 18446744073709551615, 18446744073709551616 ], "b\n\u00e9\ud83d\ude00": {}, "a2":[] } "#,
            r#"["\"\\\/\b\f\n\r\t", "é😀", null, true, false, -9223372036854775808, -9223372036854775809, 1E-7, 1.25e+2]"#,
            r#"{"a":1,"b":2,"a":3}"#,
            "5",
            "\t\"x\"\n",
            "123456789012345678901234567890.5e-40",
            "2.2250738585072011e-308",
            "9007199254740993",
            "9007199254740993.0",
        ];
        for text in texts {
            assert_eq!(parse(text).unwrap(), serde_json::from_str::<Json>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_serde_json_refuses() {
        let texts = [
            "",
            " ",
            "{",
            "[1,]",
            "[,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "nul",
            "\"",
            "\"\n\"",
            "1 2",
            "[1 2]",
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800\u0041""#,
            r#""\u12""#,
            r#""\x""#,
            "1e999",
            "\u{feff}1",
            "--1",
            "NaN",
            "]",
            "\"é",
        ];
        for text in texts {
            assert!(parse(text).is_err() && serde_json::from_str::<Json>(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(127), "]".repeat(127))).is_ok());
    }

    #[test]
    fn damaged_texts_are_read_as_serde_json_reads_them() {
        let whole = r#"{"a":[1,-2.5e+3,"x\u00e9\n",null],"b":{"c":true,"d":0.1}}"#;
        let signs = br#"{}[]":,\u0-9.eE+tn x"#;
        let mut chance = 1u64;
        let mut below = |end: usize| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) as usize % end
        };
        for _ in 0..100_000 {
            let mut bytes = whole.as_bytes().to_vec();
            for _ in 0..=below(3) {
                let (place, sign) = (below(bytes.len()), signs[below(signs.len())]);
                match below(3) {
                    0 => bytes[place] = sign,
                    1 => bytes.insert(place, sign),
                    _ => drop(bytes.remove(place)),
                }
            }
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(parse(&text).ok(), serde_json::from_str::<Json>(&text).ok(), "{text}");
        }
    }

    #[test]
    fn decimals_are_the_nearest_floats() {
        let mut chance = 1u64;
        for step in 0..200_000u32 {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (digits, exponent) = (chance >> (step % 64), i32::from((chance >> 40) as u8) - 128);
            for text in [
                format!("{digits}e{}", exponent / 4),
                format!("-{digits}.{}e{exponent}", chance >> 50),
                format!("0.{digits}"),
            ] {
                assert_eq!(nearest(&text).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            }
        }
    }
}

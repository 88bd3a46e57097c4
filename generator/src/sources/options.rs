//! The settings that files of rows have in common, looked up and checked.

use super::dates::{self, Pattern};
use super::types::{Decimal, Wanted};
use crate::config::sources::{Setting, Settings, Value};
use crate::diagnostics::{Diagnostic, Diagnostics, Span, suggest};
use crate::error;
use encoding_rs::Encoding;
use std::time::Duration;

/// How the values of a file of rows are understood.
pub struct Options {
    /// The names of the columns, in place of those in the file.
    pub columns: Option<Columns>,
    /// Columns whose type the author gives.
    pub types: Vec<(String, Wanted, Span)>,
    /// Texts that stand for nothing.
    pub null: Vec<String>,
    /// How numbers are spelt.
    pub decimal: Decimal,
    /// How dates may be spelt.
    pub patterns: Vec<Pattern>,
}

/// Names for all columns, and where they stand.
pub struct Columns {
    names: Vec<String>,
    span: Span,
}

impl Columns {
    /// The names, if there are as many as the file has columns.
    pub fn names(&self, label: &str, count: usize) -> Result<Vec<String>, Diagnostic> {
        if self.names.len() == count {
            return Ok(self.names.clone());
        }
        Err(
            error!(self.span, "`columns` has {} names, `{label}` has {count} columns", self.names.len(); hint: "name all of them in their order"),
        )
    }
}

/// Reads the settings; what is wrong is a diagnostic.
pub fn options(settings: &Settings, diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options {
        columns: None,
        types: Vec::new(),
        null: Vec::new(),
        decimal: Decimal::Point,
        patterns: dates::usual(),
    };
    for setting in &settings.list {
        set(&mut options, setting).err().into_iter().for_each(|problem| diagnostics.push(problem));
    }
    options
}

fn set(options: &mut Options, setting: &Setting) -> Result<(), Diagnostic> {
    match setting.name.as_str() {
        "columns" => {
            let names = setting.texts()?.into_iter().map(|(name, _)| name).collect();
            options.columns = Some(Columns { names, span: setting.value_span });
        }
        "types" => options.types = setting.table()?.iter().map(wanted).collect::<Result<_, _>>()?,
        "null" => options.null = setting.texts()?.into_iter().map(|(text, _)| text).collect(),
        "decimal_comma" if setting.boolean()? => options.decimal = Decimal::Comma,
        "date_format" => {
            let format = setting.text()?.to_owned();
            if !dates::is_format(&format) {
                return Err(
                    error!(setting.value_span, "`{format}` is no date format"; hint: "as in `%d.%m.%Y` or `%d %b %Y %H:%M`, the letters of strftime"),
                );
            }
            options.patterns = vec![Pattern::Custom(format)];
        }
        _ => {}
    }
    Ok(())
}

fn wanted(setting: &Setting) -> Result<(String, Wanted, Span), Diagnostic> {
    let text = setting.text()?;
    let names = Wanted::ALL.map(|(name, _)| name);
    match Wanted::ALL.iter().find(|(name, _)| *name == text) {
        Some((_, wanted)) => Ok((setting.name.clone(), *wanted, setting.span)),
        None => Err(error!(setting.value_span, "`{text}` is no type").hint(Some(nearest(text, &names)))),
    }
}

/// The name that was meant, or all that there are.
pub fn nearest(word: &str, names: &[impl AsRef<str>]) -> String {
    match suggest(word, names.iter().map(AsRef::as_ref)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
            format!("there are {}", names.join(", "))
        }
    }
}

/// A time in seconds, or with its unit, as in `"5 min"`.
pub fn duration(setting: &Setting) -> Result<Duration, Diagnostic> {
    let seconds = match &setting.value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => seconds(text),
        _ => None,
    };
    seconds.filter(|seconds| (0.0..1e9).contains(seconds)).map(Duration::from_secs_f64).ok_or_else(|| {
        error!(setting.value_span, "`{}` is a time", setting.name; hint: "as in `\"30 s\"`, `\"5 min\"`, `\"12 h\"` or `\"7 d\"`")
    })
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_at(text.trim().find(|letter: char| letter.is_ascii_alphabetic())?);
    let unit = match unit {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return None,
    };
    Some(number.trim().parse::<f64>().ok()? * unit)
}

/// An encoding by any of the names that the web knows it by.
pub fn encoding(setting: &Setting) -> Result<&'static Encoding, Diagnostic> {
    let label = setting.text()?;
    // The web means windows-1252 by latin-1, too; the two differ only in control characters.
    let known = Encoding::for_label(label.replace('_', "-").as_bytes());
    known.or_else(|| Encoding::for_label(label.replace(['-', '_'], "").as_bytes())).ok_or_else(|| {
        error!(setting.value_span, "unknown encoding `{label}`"; hint: "as in `utf-8`, `utf-16`, `latin1` or `windows-1252`")
    })
}

/// A delimiter: one character, or its name.
pub fn delimiter(setting: &Setting) -> Result<u8, Diagnostic> {
    match setting.text()?.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(
            error!(setting.value_span, "`delimiter` is one character"; hint: "as in `\",\"`, `\";\"`, `\"|\"` or `\"\\t\"`"),
        ),
    }
}

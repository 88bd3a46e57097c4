//! Functions over texts.

use super::Form;
use crate::sql::literals;
use crate::sql::rewrite::Planned;
use crate::sql::scalar::Scalars;
use polars::prelude::{Column, DataType, Expr, Field, IntoColumn, NULL, PolarsResult, Schema, concat_str, lit, when};
use sqlparser::ast;

/// What there is.
pub const FORMS: &[Form] = &[
    (&["upper", "ucase"], "upper(text)"),
    (&["lower", "lcase"], "lower(text)"),
    (&["length", "len", "char_length", "character_length"], "length(text)"),
    (&["strlen", "octet_length"], "strlen(text)"),
    (&["trim", "btrim", "ltrim", "rtrim"], "trim(text [, characters])"),
    (&["substr", "substring"], "substr(text, start [, length])"),
    (&["left", "right"], "left(text, n)"),
    (&["concat"], "concat(value, …)"),
    (&["concat_ws"], "concat_ws(separator, value, …)"),
    (&["replace"], "replace(text, old, new)"),
    (&["split_part"], "split_part(text, separator, n)"),
    (&["string_split", "split", "str_split"], "string_split(text, separator)"),
    (&["strpos", "instr", "position"], "strpos(text, part)"),
    (&["starts_with", "prefix", "ends_with", "suffix", "contains"], "starts_with(text, part)"),
    (&["lpad", "rpad"], "lpad(text, width, filling)"),
    (&["initcap"], "initcap(text)"),
    (&["reverse"], "reverse(text)"),
    (&["repeat"], "repeat(text, n)"),
    (&["regexp_matches", "regexp_like", "regexp_full_match"], "regexp_matches(text, 'regex' [, 'i'])"),
    (&["regexp_replace"], "regexp_replace(text, 'regex', 'new' [, 'g'])"),
    (&["regexp_extract"], "regexp_extract(text, 'regex' [, group])"),
    (&["regexp_extract_all"], "regexp_extract_all(text, 'regex')"),
    (&["json_extract_string", "json_extract"], "json_extract_string(json, '$.path')"),
];

impl Scalars<'_, '_> {
    pub(super) fn text_function(
        &self,
        tree: &ast::Expr,
        name: &str,
        arguments: &[&ast::Expr],
    ) -> Planned<Option<Expr>> {
        Ok(Some(match (name, arguments) {
            ("upper" | "ucase", [text]) => self.text(text)?.str().to_uppercase(),
            ("lower" | "lcase", [text]) => self.text(text)?.str().to_lowercase(),
            ("length" | "len" | "char_length" | "character_length", [value]) => return self.length_of(value).map(Some),
            ("strlen" | "octet_length", [text]) => count(self.text(text)?.str().len_bytes()),
            ("trim" | "btrim" | "ltrim" | "rtrim", [text]) => trimmed(name, self.text(text)?, lit(" ")),
            ("trim" | "btrim" | "ltrim" | "rtrim", [text, what]) => trimmed(name, self.text(text)?, self.text(what)?),
            ("substr" | "substring", [text, start]) => self.part(text, start, None)?,
            ("substr" | "substring", [text, start, length]) => self.part(text, start, Some(length))?,
            ("left", [text, n]) => self.text(text)?.str().head(self.lower(n)?),
            ("right", [text, n]) => self.text(text)?.str().tail(self.lower(n)?),
            ("concat", [_, ..]) => concat_str(self.texts(arguments)?, "", true),
            ("concat_ws", [separator, values @ ..]) => self.joined(separator, values)?,
            ("replace", [text, old, new]) => self.text(text)?.str().replace_all(self.text(old)?, self.text(new)?, true),
            ("split_part", [text, separator, n]) => self.split_part(text, separator, n)?,
            ("string_split" | "split" | "str_split", [text, separator]) => {
                self.text(text)?.str().split(self.text(separator)?)
            }
            ("strpos" | "instr" | "position", [text, part]) => place(self.text(text)?, self.text(part)?),
            ("starts_with" | "prefix", [text, part]) => self.text(text)?.str().starts_with(self.text(part)?),
            ("ends_with" | "suffix", [text, part]) => self.text(text)?.str().ends_with(self.text(part)?),
            ("contains", [text, part]) => self.text(text)?.str().contains_literal(self.text(part)?),
            ("lpad" | "rpad", [text, width, filling]) => return self.padded(name, text, width, filling),
            ("initcap", [text]) => mapped(self.text(text)?, initcap),
            ("reverse", [text]) => self.text(text)?.str().reverse(),
            ("repeat", [text, n]) => match literals::integer(n) {
                Some(n) => concat_str(vec![self.text(text)?; n.clamp(0, 1_000) as usize], "", false),
                None => return Ok(None),
            },
            _ => return self.regex_function(tree, name, arguments),
        }))
    }

    fn regex_function(&self, tree: &ast::Expr, name: &str, arguments: &[&ast::Expr]) -> Planned<Option<Expr>> {
        Ok(Some(match (name, arguments) {
            ("regexp_matches" | "regexp_like", [text, pattern]) => self.regex_test(tree, text, pattern, "")?,
            ("regexp_matches" | "regexp_like", [text, pattern, options]) => {
                let flags = literals::text(options).filter(|options| options.contains('i')).map_or("", |_| "(?i)");
                self.regex_test(tree, text, pattern, flags)?
            }
            ("regexp_full_match", [text, pattern]) => self.regex_test(tree, text, pattern, "^")?,
            ("regexp_replace", [text, pattern, new]) => self.regex_replaced(tree, [text, pattern, new], "")?,
            ("regexp_replace", [text, pattern, new, options]) => {
                self.regex_replaced(tree, [text, pattern, new], &literals::text(options).unwrap_or_default())?
            }
            ("regexp_extract", [text, pattern]) => self.extracted(tree, text, pattern, 0)?,
            ("regexp_extract", [text, pattern, group]) => {
                match literals::integer(group).and_then(|n| usize::try_from(n).ok()) {
                    Some(group) => self.extracted(tree, text, pattern, group)?,
                    None => return Ok(None),
                }
            }
            ("regexp_extract_all", [text, pattern]) => {
                self.text(text)?.str().extract_all(lit(self.regex(tree, pattern)?))
            }
            ("json_extract_string" | "json_extract", [text, path]) => match literals::text(path) {
                Some(path) => self.text(text)?.str().json_path_match(lit(path)),
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    fn texts(&self, values: &[&ast::Expr]) -> Planned<Vec<Expr>> {
        values.iter().map(|value| self.text(value)).collect()
    }

    fn length_of(&self, tree: &ast::Expr) -> Planned<Expr> {
        let value = self.lower(tree)?;
        Ok(match self.kind(tree, &value)? {
            DataType::List(_) => count(value.list().len()),
            _ => count(self.text(tree)?.str().len_chars()),
        })
    }

    /// SQL counts from 1; a negative start counts from the end; what lies before the text takes its share of the length.
    fn part(&self, text: &ast::Expr, start: &ast::Expr, length: Option<&ast::Expr>) -> Planned<Expr> {
        let (text, start) = (self.text(text)?, self.lower(start)?.cast(DataType::Int64));
        let zero = start.clone().eq(lit(0i64));
        let from = when(start.clone().gt(lit(0i64))).then(start.clone() - lit(1i64)).otherwise(start);
        let length = match length {
            Some(length) => {
                let length = self.lower(length)?.cast(DataType::Int64);
                when(zero).then(length.clone() - lit(1i64)).otherwise(length).clip_min(lit(0i64))
            }
            None => lit(i64::from(i32::MAX)),
        };
        Ok(text.str().slice(from, length.cast(DataType::UInt64)))
    }

    fn joined(&self, separator: &ast::Expr, values: &[&ast::Expr]) -> Planned<Expr> {
        let separator = literals::text(separator)
            .ok_or_else(|| self.context.unsupported(separator, "a computed separator", "write it as a text"))?;
        Ok(concat_str(self.texts(values)?, &separator, true))
    }

    fn split_part(&self, text: &ast::Expr, separator: &ast::Expr, n: &ast::Expr) -> Planned<Expr> {
        let (text, n) = (self.text(text)?, self.lower(n)?.cast(DataType::Int64));
        let index = when(n.clone().gt(lit(0i64))).then(n.clone() - lit(1i64)).otherwise(n);
        let part = text.clone().str().split(self.text(separator)?).list().get(index, true);
        Ok(when(text.is_null()).then(lit(NULL)).otherwise(part.fill_null(lit(""))))
    }

    /// Text of exactly a width: filled up on one side, or cut off at the end.
    fn padded(&self, name: &str, text: &ast::Expr, width: &ast::Expr, filling: &ast::Expr) -> Planned<Option<Expr>> {
        let (Some(width), Some(filling)) = (literals::integer(width), literals::text(filling)) else { return Ok(None) };
        let width = width.clamp(0, 10_000);
        let text = self.text(text)?;
        let missing = (lit(width) - count(text.clone().str().len_chars())).clip_min(lit(0i64));
        let filling = lit(filling.chars().cycle().take(width as usize).collect::<String>());
        let filling = filling.str().slice(lit(0i64), missing.cast(DataType::UInt64));
        let cut = text.str().head(lit(width));
        Ok(Some(if name == "lpad" { filling + cut } else { cut + filling }))
    }

    fn regex_replaced(&self, tree: &ast::Expr, [text, pattern, new]: [&ast::Expr; 3], options: &str) -> Planned<Expr> {
        let flags = if options.contains('i') { "(?i)" } else { "" };
        let pattern = lit(format!("{flags}{}", self.regex(tree, pattern)?));
        let new = literals::text(new)
            .ok_or_else(|| self.context.unsupported(new, "a computed replacement", "write it as a text"))?;
        let (text, new) = (self.text(text)?.str(), lit(replacement(&new)));
        Ok(if options.contains('g') {
            text.replace_all(pattern, new, false)
        } else {
            text.replace(pattern, new, false)
        })
    }

    /// The part that a group matched: an empty text where nothing matches.
    fn extracted(&self, tree: &ast::Expr, text: &ast::Expr, pattern: &ast::Expr, group: usize) -> Planned<Expr> {
        let text = self.text(text)?;
        let found = text.clone().str().extract(lit(self.regex(tree, pattern)?), group);
        Ok(when(text.is_null()).then(lit(NULL)).otherwise(found.fill_null(lit(""))))
    }
}

/// A length or place, in SQL's signed integers.
fn count(length: Expr) -> Expr {
    length.cast(DataType::Int64)
}

fn trimmed(name: &str, text: Expr, what: Expr) -> Expr {
    match name {
        "ltrim" => text.str().strip_chars_start(what),
        "rtrim" => text.str().strip_chars_end(what),
        _ => text.str().strip_chars(what),
    }
}

/// The place of a part, in letters from 1; 0 where it does not occur.
fn place(text: Expr, part: Expr) -> Expr {
    let before = text.clone().str().split(part.clone()).list().first().str().len_chars();
    let found = text.str().contains_literal(part);
    when(found.clone()).then(count(before) + lit(1i64)).when(found.not()).then(lit(0i64)).otherwise(lit(NULL))
}

/// SQL's `\1` as the regex crate's `${1}`.
fn replacement(text: &str) -> String {
    let mut written = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '$' => written.push_str("$$"),
            '\\' => match letters.next() {
                Some(digit) if digit.is_ascii_digit() => written.push_str(&format!("${{{digit}}}")),
                other => written.extend(other),
            },
            other => written.push(other),
        }
    }
    written
}

/// A text computed from a text, letter by letter.
fn mapped(text: Expr, function: fn(&str) -> String) -> Expr {
    let apply = move |column: Column| -> PolarsResult<Column> {
        let texts = column.str()?;
        let mapped: polars::prelude::StringChunked = texts.iter().map(|text| text.map(function)).collect();
        Ok(mapped.with_name(column.name().clone()).into_column())
    };
    text.map(apply, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::String)))
}

fn initcap(text: &str) -> String {
    let mut inside = false;
    let mut written = String::new();
    for letter in text.chars() {
        if inside {
            written.extend(letter.to_lowercase())
        } else {
            written.extend(letter.to_uppercase())
        }
        inside = letter.is_alphanumeric();
    }
    written
}

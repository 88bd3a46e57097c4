//! `dashgen.toml`: what holds for the whole site. Every key is optional.

pub mod brand;
pub mod connections;
pub mod policy;
pub mod sources;

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span, suggest};
use crate::error;
use crate::locale;
use crate::page::listed;
use crate::sources::engine::ENGINES;
use brand::Brand;
use policy::Policy;
use sources::Settings;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What holds for the whole site.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The site's name; without one it is called as its start page.
    pub title: Option<String>,
    /// A sentence for search engines.
    pub description: Option<String>,
    /// The language of its texts, as in HTML's `lang`.
    pub lang: String,
    /// The folder of its theme below `themes/`, and where it is named.
    pub theme: Option<(String, Span)>,
    /// How it writes numbers, days and its own words; if left out, as `lang` does.
    pub locale: Option<String>,
    /// The currency that `$` in a number format stands for.
    pub currency: String,
    /// Where readers find its pages.
    pub navigation: Shape,
    /// Its logo, icon and fonts.
    pub brand: Brand,
    /// Where it will be published, without a slash at the end.
    pub url: Option<String>,
    /// Where the author has queries run by DuckDB.
    pub engine: Option<Span>,
    /// What its pages may weigh.
    pub budget: Budget,
    /// What its pages let in of other sites.
    pub policy: Policy,
    /// What it says of single sources, by name.
    pub sources: BTreeMap<String, Settings>,
}

/// Where readers find the pages of a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// In the header if they are few, else in a tree at the side.
    #[default]
    Auto,
    /// In the header.
    Header,
    /// In a tree at the side.
    Sidebar,
    /// Nowhere.
    None,
}

impl Shape {
    /// All of them with their names.
    pub const ALL: [(&str, Shape); 4] =
        [("auto", Shape::Auto), ("header", Shape::Header), ("sidebar", Shape::Sidebar), ("none", Shape::None)];
}

/// How many bytes a page may take, as a host that compresses sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// Until its charts are painted.
    pub first_paint: Option<Limit>,
    /// Until the first click is answered.
    pub first_click: Option<Limit>,
    /// In all, what comes in the background included.
    pub page: Option<Limit>,
}

/// A number of bytes, and where the author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The most.
    pub bytes: usize,
    /// Where it stands.
    pub span: Span,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: None,
            description: None,
            lang: "en".to_owned(),
            theme: None,
            locale: None,
            currency: "USD".to_owned(),
            navigation: Shape::default(),
            brand: Brand::default(),
            url: None,
            engine: None,
            budget: Budget::default(),
            policy: Policy::default(),
            sources: BTreeMap::new(),
        }
    }
}

/// The keys of the file.
pub const KEYS: [&str; 13] = [
    "title",
    "description",
    "lang",
    "locale",
    "currency",
    "theme",
    "navigation",
    "brand",
    "url",
    "engine",
    "budget",
    "policy",
    "sources",
];
/// The keys of `[budget]`.
pub const LIMITS: [&str; 3] = ["first_paint", "first_click", "page"];

/// Reads the file's text; what is wrong in it is left out.
pub fn parse(file: FileId, files: &Files, diagnostics: &mut Diagnostics) -> Config {
    let text = files.text(file);
    let (table, errors) = DeTable::parse_recoverable(text);
    let at = |range: Range<usize>| Span { file, start: range.start.min(text.len()), end: range.end.min(text.len()) };
    for error in &errors {
        diagnostics.push(syntax(error.message(), at(error.span().unwrap_or(0..0))));
    }
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut config = Config::default();
    for (key, value) in entries.into_iter().filter(|_| errors.is_empty()) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("budget", DeValue::Table(limits)) => {
                for (name, value) in limits {
                    let limit = limit(&mut config.budget, (name.get_ref(), at(name.span())), value, at(value.span()));
                    limit.err().into_iter().for_each(|problem| diagnostics.push(problem));
                }
            }
            ("brand", DeValue::Table(keys)) => config.brand = brand::parse(keys, &at, diagnostics),
            ("policy", DeValue::Table(keys)) => config.policy = policy::parse(keys, &at, diagnostics),
            ("sources", DeValue::Table(tables)) => config.sources = sources::parse_all(tables, &at, diagnostics),
            (name, _) => {
                let set = set(&mut config, (name, at(key.span())), value, at(value.span()));
                set.err().into_iter().for_each(|problem| diagnostics.push(problem));
            }
        }
    }
    config
}

fn syntax(message: &str, span: Span) -> Diagnostic {
    error!(span, "TOML syntax error: {}", message.replace('\n', ", "); hint: "a line is `key = \"value\"`")
}

fn set(
    config: &mut Config,
    (name, span): (&str, Span),
    value: &Spanned<DeValue<'_>>,
    at: Span,
) -> Result<(), Diagnostic> {
    if !KEYS.contains(&name) {
        return Err(unknown(name, span, &KEYS));
    }
    if name == "budget" {
        return Err(
            error!(at, "`budget` is a table"; hint: "a line `[budget]`, then as in `first_click = \"800 KB\"`"),
        );
    }
    if name == "sources" {
        return Err(
            error!(at, "`sources` is a table"; hint: "a line `[sources.NAME]`, then as in `path = \"data/orders.csv\"`"),
        );
    }
    if name == "brand" {
        return Err(error!(at, "`brand` is a table"; hint: "a line `[brand]`, then as in `logo = \"brand/logo.svg\"`"));
    }
    if name == "policy" {
        return Err(
            error!(at, "`policy` is a table"; hint: "a line `[policy]`, then as in `frame_src = [\"https://www.openstreetmap.org\"]`"),
        );
    }
    let DeValue::String(text) = value.get_ref() else {
        return Err(error!(at, "`{name}` is a text in quotes"));
    };
    set_text(config, name, text.to_string(), at)
}

/// Sets a key whose value is a text.
fn set_text(config: &mut Config, name: &str, text: String, at: Span) -> Result<(), Diagnostic> {
    match name {
        "title" => config.title = Some(text),
        "description" => config.description = Some(text),
        "lang" if !is_language(&text) => {
            return Err(error!(at, "`{text}` is not a language"; hint: "as in `en` or `pt-BR`"));
        }
        "lang" => config.lang = text,
        "locale" => config.locale = Some(locale::checked(text, at)?),
        "currency" if text.len() != 3 || !text.chars().all(|letter| letter.is_ascii_uppercase()) => {
            return Err(error!(at, "`{text}` is not a currency"; hint: "three letters of ISO 4217, as in `EUR`"));
        }
        "currency" => config.currency = text,
        "theme" => config.theme = Some((text, at)),
        "navigation" => config.navigation = shape(&text, at)?,
        "engine" if text == ENGINES[0] => {}
        "engine" if text == ENGINES[1] => config.engine = Some(at),
        "engine" => {
            let near = suggest(&text, ENGINES).map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| "there are `polars`, which is built in, and `duckdb`".to_owned());
            return Err(error!(at, "unknown engine `{text}`").hint(Some(hint)));
        }
        _ if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) => {
            return Err(error!(at, "`url` is a full address"; hint: "as in `https://example.org/report`"));
        }
        _ => config.url = Some(text.trim_end_matches('/').to_owned()),
    }
    Ok(())
}

fn shape(text: &str, at: Span) -> Result<Shape, Diagnostic> {
    let known = Shape::ALL.iter().find(|(name, _)| *name == text).map(|(_, shape)| *shape);
    known.ok_or_else(
        || error!(at, "unknown navigation `{text}`"; hint: "there are {}", listed(&Shape::ALL.map(|(name, _)| name))),
    )
}

fn limit(
    budget: &mut Budget,
    (name, span): (&str, Span),
    value: &Spanned<DeValue<'_>>,
    at: Span,
) -> Result<(), Diagnostic> {
    let place = match name {
        "first_paint" => &mut budget.first_paint,
        "first_click" => &mut budget.first_click,
        "page" => &mut budget.page,
        _ => return Err(unknown(name, span, &LIMITS)),
    };
    let bytes = match value.get_ref() {
        DeValue::String(text) => bytes(text),
        _ => None,
    };
    let bytes =
        bytes.ok_or_else(|| error!(at, "`{name}` is a size in quotes"; hint: "as in `\"800 KB\"` or `\"1.5 MB\"`"))?;
    *place = Some(Limit { bytes, span: at });
    Ok(())
}

/// A size in units of 1,000 bytes, as download sizes are told.
fn bytes(text: &str) -> Option<usize> {
    let (number, unit) = text.trim().split_at(text.trim().find(|letter: char| letter.is_ascii_alphabetic())?);
    let unit = match unit {
        "B" => 1.0,
        "KB" | "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return None,
    };
    let number: f64 = number.trim().parse().ok()?;
    (number >= 0.0 && number.is_finite()).then_some((number * unit) as usize)
}

fn is_language(text: &str) -> bool {
    text.split('-')
        .all(|part| (1..=8).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

fn unknown(name: &str, span: Span, known: &[&'static str]) -> Diagnostic {
    match suggest(name, known.iter().copied()) {
        Some(near) => error!(span, "unknown key `{name}`"; hint: "did you mean `{near}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            error!(span, "unknown key `{name}`"; hint: "there are {}", known.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let cases =
            [("800 KB", Some(800_000)), ("1.5MB", Some(1_500_000)), ("12 B", Some(12)), ("12", None), ("KB", None)];
        for (text, expected) in cases {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn mistakes_have_places() {
        let cases = [
            ("title = \"A\"\nthem = \"dark\"\n", "unknown key `them`", "them"),
            ("title = 3\n", "`title` is a text in quotes", "3"),
            ("[budget]\npage = 3\n", "`page` is a size in quotes", "3"),
            ("[budget]\npage = \"3 lb\"\n", "`page` is a size in quotes", "\"3 lb\""),
            ("[budget]\nfirst_clic = \"3 KB\"\n", "unknown key `first_clic`", "first_clic"),
            ("budget = \"3 MB\"\n", "`budget` is a table", "\"3 MB\""),
            ("policy = true\n", "`policy` is a table", "true"),
            ("[policy]\nframe-src = []\n", "unknown key `frame-src`", "frame-src"),
            ("url = \"example.org\"\n", "`url` is a full address", "\"example.org\""),
            ("sources = \"data\"\n", "`sources` is a table", "\"data\""),
            ("[sources]\nsales = \"a.csv\"\n", "source `sales` is a table", "\"a.csv\""),
            ("[sources.sales]\ndelimeter = \";\"\n", "unknown key `delimeter`", "delimeter"),
            ("[sources.sales]\nheader = 2026-01-01\n", "no setting of a source is a date", "2026-01-01"),
            (
                "[sources.sales]\ndriver = \"postgresql\"\nx = 2026-01-01\n",
                "no setting of a source is a date",
                "2026-01-01",
            ),
            ("title = Sales\n", "TOML syntax error: string values must be quoted, expected literal string", "Sales"),
        ];
        for (text, message, place) in cases {
            let mut files = Files::default();
            let file = files.add("dashgen.toml".to_owned(), text.to_owned());
            let mut diagnostics = Diagnostics::default();
            parse(file, &files, &mut diagnostics);
            let found: Vec<_> = diagnostics
                .iter()
                .map(|d| (d.message.as_str(), d.span.map_or("", |span| files.source(span))))
                .collect();
            assert_eq!(found, [(message, place)]);
        }
    }

    #[test]
    fn settings_of_sources_keep_their_places() {
        let text = "[sources.sales]\nskip = 2\nnull = [\"\", \"-\"]\n\n[sources.shop]\ndriver = \"postgresql\"\nanything = true\n";
        let mut files = Files::default();
        let file = files.add("dashgen.toml".to_owned(), text.to_owned());
        let mut diagnostics = Diagnostics::default();
        let config = parse(file, &files, &mut diagnostics);
        assert!(diagnostics.is_empty());
        let (sales, shop) = (&config.sources["sales"], &config.sources["shop"]);
        let skip = sales.get("skip").unwrap();
        assert_eq!((skip.count(), files.source(skip.span), files.source(skip.value_span)), (Ok(2), "skip", "2"));
        let null = sales.get("null").unwrap().texts().unwrap();
        assert_eq!(
            null.iter().map(|(text, span)| (text.as_str(), files.source(*span))).collect::<Vec<_>>(),
            [("", "\"\""), ("-", "\"-\"")]
        );
        assert!(shop.is_connection() && shop.get("anything").unwrap().boolean() == Ok(true));
        assert_eq!(shop.get("driver").unwrap().count().unwrap_err().message, "`driver` is a whole number");
    }
}

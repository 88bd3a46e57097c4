//! Languages that pages are read in: how numbers and days are written (CLDR 47), and what the page's own words are.

use crate::config::Config;
use crate::diagnostics::{Diagnostic, Span};
use crate::error;
use crate::page::{Front, hint};
pub use dashgen_runtime::locale::Locale;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The languages, in the order of the documentation.
pub const NAMES: [&str; 6] = ["en", "de", "fr", "es", "ja", "ar"];

/// The page's own words by language: for each English text the same in that language.
const WORDS: [(&str, &str); 5] = [
    ("de", include_str!("locale/de.toml")),
    ("fr", include_str!("locale/fr.toml")),
    ("es", include_str!("locale/es.toml")),
    ("ja", include_str!("locale/ja.toml")),
    ("ar", include_str!("locale/ar.toml")),
];

/// True for a language that pages can be written in.
pub fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The name, if it is one.
pub fn checked(name: String, span: Span) -> Result<String, Diagnostic> {
    if is_known(&name) {
        return Ok(name);
    }
    Err(error!(span, "unknown locale `{name}`"; hint: "{}", hint(&name, &NAMES)))
}

/// The language of a page: its own, else the site's, else the one that `lang` names, else English.
pub fn name<'a>(config: &'a Config, front: &'a Front) -> &'a str {
    let of_lang = config.lang.split('-').next().filter(|lang| is_known(lang));
    front.locale.as_deref().or(config.locale.as_deref()).or(of_lang).unwrap_or("en")
}

/// What a page's `lang` says: the site's, unless the page is in another language.
pub fn lang<'a>(config: &'a Config, front: &'a Front) -> &'a str {
    match front.locale.as_deref().or(config.locale.as_deref()) {
        Some(locale) if config.lang.split('-').next() != Some(locale) => locale,
        _ => &config.lang,
    }
}

/// How a page writes numbers and days.
pub fn locale(config: &Config, front: &Front) -> Locale {
    named(name(config, front), &config.currency)
}

/// How a language writes numbers and days, with `$` in formats standing for that currency.
pub fn named(name: &str, currency: &str) -> Locale {
    let [decimal, group, percent, day, months] = marks(name);
    let months = months.split(' ').map(str::to_owned).collect();
    let own = |text: &str| text.to_owned();
    Locale {
        name: own(name),
        decimal: own(decimal),
        group: own(group),
        percent: own(percent),
        day: own(day),
        months,
        currency: money(name, currency),
    }
}

/// The marks between digits, behind a percentage, the pattern of a day and the short names of months.
fn marks(name: &str) -> [&'static str; 5] {
    match name {
        "de" => {
            let months = "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.";
            [",", ".", "\u{a0}%", "{d}. {m} {y}", months]
        }
        "fr" => {
            let months = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.";
            [",", "\u{202f}", "\u{202f}%", "{d} {m} {y}", months]
        }
        "es" => [",", ".", "\u{a0}%", "{d} {m} {y}", "ene feb mar abr may jun jul ago sept oct nov dic"],
        "ja" => [".", ",", "%", "{y}年{m}{d}日", "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"],
        "ar" => {
            let months = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر";
            [".", ",", "\u{200e}%\u{200e}", "{d} {m} {y}", months]
        }
        _ => [".", ",", "%", "{d} {m} {y}", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"],
    }
}

/// What stands before and behind an amount of money.
fn money(name: &str, currency: &str) -> [String; 2] {
    let symbol = match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" if name == "ja" => "￥",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        code => code,
    };
    let space = if symbol == currency { "\u{a0}" } else { "" };
    match name {
        "en" | "ja" => [format!("{symbol}{space}"), String::new()],
        "ar" => ["\u{200f}".to_owned(), format!("\u{a0}{symbol}")],
        _ => [String::new(), format!("\u{a0}{symbol}")],
    }
}

/// The page's own words in a language, by the English ones; none for English.
pub fn words(name: &str) -> &'static BTreeMap<String, String> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    static READ: LazyLock<BTreeMap<&str, BTreeMap<String, String>>> = LazyLock::new(|| {
        let read = |text| toml::from_str(text).expect("the words of languages are tables of texts");
        WORDS.iter().map(|(language, text)| (*language, read(text))).collect()
    });
    READ.get(name).unwrap_or(&NONE)
}

/// One of the page's own words in a language.
pub fn word(name: &str, text: &str) -> String {
    words(name).get(text).map_or(text, String::as_str).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// What stands in `t('…')` in the page's modules and in what maps are drawn with, and in `t("…")` in templates and in what the build writes; and the named ranges.
    fn used() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let pattern = regex::Regex::new(r#"\bt\((?:'([^']+)'|"([^"]+)")"#).unwrap();
        let mut used: BTreeSet<String> = crate::presets::NAMES.map(str::to_owned).into();
        let folders = ["runtime-wasm/web", "themes/default", "themes/default/views"];
        for folder in folders.into_iter().chain(["generator/plotly", "generator/src/bind", "generator/src/markdown"]) {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let Ok(text) = fs::read_to_string(entry.unwrap().path()) else { continue };
                let texts = pattern.captures_iter(&text).map(|found| found.get(1).or(found.get(2)).unwrap());
                used.extend(texts.map(|text| text.as_str().to_owned()));
            }
        }
        used
    }

    #[test]
    fn every_word_of_the_page_is_in_every_language() {
        let used = used();
        assert!(used.len() > 30, "the words are found: {used:?}");
        for (name, _) in WORDS {
            let known: BTreeSet<String> = words(name).keys().cloned().collect();
            let missing: Vec<_> = used.difference(&known).collect();
            let idle: Vec<_> = known.difference(&used).collect();
            assert!(missing.is_empty() && idle.is_empty(), "{name} lacks {missing:?} and has no use for {idle:?}");
            let holes = |text: &str| text.matches('{').count();
            let wrong: Vec<_> = words(name).iter().filter(|(from, to)| holes(from) != holes(to)).collect();
            assert!(wrong.is_empty(), "{name} leaves out values: {wrong:?}");
        }
    }

    #[test]
    fn english_is_what_plans_leave_out() {
        assert!(named("en", "USD").is_usual());
        assert_eq!(named("de", "EUR").currency, ["", "\u{a0}€"]);
        assert_eq!(named("en", "CHF").currency, ["CHF\u{a0}", ""]);
        assert!(NAMES.iter().all(|name| named(name, "EUR").months.len() == 12));
    }
}

//! Colors listings at build: tree-sitter's grammars mark what the words of a program are, the theme says how that looks.

use arborium::{GrammarStore, Highlighter};
use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

/// The grammars, each compiled at its first use.
static GRAMMARS: LazyLock<Arc<GrammarStore>> = LazyLock::new(|| Arc::new(GrammarStore::new()));

thread_local! {
    static HIGHLIGHTER: RefCell<Highlighter> = RefCell::new(Highlighter::with_store(Arc::clone(&GRAMMARS)));
}

/// A listing as HTML with an element such as `<a-k>` around each keyword; none in a language without a grammar.
pub fn highlight(language: &str, text: &str) -> Option<String> {
    let language = grammar(language)?;
    HIGHLIGHTER.with_borrow_mut(|highlighter| highlighter.highlight(language, text)).ok()
}

/// The grammar for the language of a fence.
fn grammar(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    match language.as_str() {
        "sh" | "shell" | "console" | "zsh" | "shell-session" => Some("bash"),
        "jsonc" | "json5" => Some("json"),
        name => arborium::detect_language(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_of_dashboards_have_colors() {
        let listings = [
            ("sql", "SELECT 1", "<a-k>SELECT</a-k>"),
            ("yaml", "a: true", "<a-"),
            ("toml", "a = 1", "<a-"),
            ("python", "def f(): pass", "<a-k>def</a-k>"),
            ("rust", "fn f() {}", "<a-k>fn</a-k>"),
            ("js", "const a = 1;", "<a-k>const</a-k>"),
            ("sh", "if true; then echo a; fi", "<a-k>if</a-k>"),
            ("json", "{\"a\": 1}", "<a-"),
            ("html", "<p class=\"a\">b</p>", "<a-"),
            ("css", "a { color: red }", "<a-"),
            ("md", "# A", "<a-"),
        ];
        for (language, text, part) in listings {
            let html = highlight(language, text).unwrap_or_default();
            assert!(html.contains(part), "{language}: {html}");
        }
        assert_eq!(highlight("klingon", "a"), None);
    }
}

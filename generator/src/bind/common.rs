//! The keys that blocks of every kind share: the table that they ask, their name, their width, the format of numbers.

use super::{Binder, Keys, keys, registry};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::error;
use crate::page::Block;
use crate::tables;

/// The keys of every view.
pub(super) const COMMON: [&str; 5] = registry::names(&registry::COMMON);

impl<'a> Binder<'a> {
    /// Reads a block's keys; `own` are those that its kind adds to the common ones.
    pub(super) fn keys(&mut self, block: &Block, own: &[&'static str]) -> Option<Keys<'a>> {
        let allowed: Vec<&str> = own.iter().copied().chain(COMMON).collect();
        Keys::parse(self.files, block.body, block.kind_span, &allowed, self.diagnostics)
    }

    /// The table that a block asks: `data:`, or the page's only one.
    pub(super) fn asked(&mut self, keys: &Keys<'_>) -> Option<usize> {
        if let Some((name, span)) = keys.text("data", self.diagnostics) {
            return self.named(&name, span);
        }
        match self.local.as_slice() {
            [one] => self.named(&one.clone(), keys.at),
            [] => self.refuse(no_table(keys.at)),
            several => {
                let names = keys::names(&several.iter().map(String::as_str).collect::<Vec<_>>());
                let hint = format!("add `data: {}`", several[0]);
                self.refuse(error!(keys.at, "which table? the page has {names}"; hint: "{hint}"))
            }
        }
    }

    pub(super) fn named(&mut self, name: &str, span: Span) -> Option<usize> {
        if self.scope.contains_key(name) {
            return Some(self.index(name, span));
        }
        if self.unsound.iter().any(|unsound| unsound == name) {
            return None;
        }
        let near = suggest(name, self.scope.keys().map(String::as_str));
        self.refuse(match near {
            Some(near) => error!(span, "unknown table `{name}`"; hint: "did you mean `{near}`?"),
            None => error!(span, "unknown table `{name}`"; hint: "there are {}", keys::names(&self.scope.keys().map(String::as_str).collect::<Vec<_>>())),
        })
    }

    /// `ignore:` names columns whose filters do not reach a view.
    pub(super) fn ignored(&mut self, keys: &Keys<'_>, table: usize) -> Vec<String> {
        let mut ignored = Vec::new();
        for (name, span) in keys.texts("ignore", self.diagnostics) {
            let columns: Vec<&str> = self.tables[table].names().collect();
            if columns.contains(&name.as_str()) {
                ignored.push(name);
            } else {
                let unknown = tables::unknown_column(&name, span, &columns);
                self.push(unknown);
            }
        }
        ignored
    }

    /// A view's id: the author's `name`, else one made from what it shows; unique on the page.
    pub(super) fn id(&mut self, keys: &Keys<'_>, made: &str) -> String {
        let Some((name, span)) = keys.text("name", self.diagnostics) else { return self.unique(made) };
        if let Some(first) = self.names.insert(name.clone(), span) {
            let mut twice = error!(span, "`{name}` names two blocks"; hint: "give one of them another name");
            twice.related.push((first, "first used here".to_owned()));
            self.diagnostics.push(twice);
        }
        self.unique(&name)
    }

    pub(super) fn unique(&self, made: &str) -> String {
        let slug = slug(made);
        let taken = |id: &String| self.plan.views.iter().any(|view| view.id == *id);
        let numbered = (2..).map(|count| format!("{slug}-{count}"));
        std::iter::once(slug.clone()).chain(numbered).find(|id| !taken(id)).expect("numbers do not end")
    }

    /// `width: 1/3` as columns of twelve.
    pub(super) fn width(&mut self, keys: &Keys<'_>, usual: u8) -> u8 {
        let Some((text, span)) = keys.text("width", self.diagnostics) else { return usual };
        columns_of_twelve(&text).unwrap_or_else(|| {
            self.push(not_a_width(&text, span));
            usual
        })
    }

    /// A key's text, whose place does not matter.
    pub(super) fn words(&mut self, keys: &Keys<'_>, name: &str) -> Option<String> {
        keys.text(name, self.diagnostics).map(|(text, _)| text)
    }

    /// `format: $,.0f`, checked.
    pub(super) fn format(&mut self, keys: &Keys<'_>) -> Option<String> {
        let (text, span) = keys.text("format", self.diagnostics)?;
        self.checked_format(text, span)
    }

    pub(super) fn checked_format(&mut self, text: String, span: Span) -> Option<String> {
        match dashgen_runtime::format::parse(&text) {
            Ok(_) => Some(text),
            Err(problem) => {
                self.refuse(error!(span, "{problem}"; hint: "d3-format, as in `$,.0f` (12,345), `.1%`, `.3s`"))
            }
        }
    }
}

/// A width as columns of the page's twelve: `1/3`, `full`.
pub fn columns_of_twelve(text: &str) -> Option<u8> {
    if text == "full" {
        return Some(12);
    }
    let (part, whole) = text.split_once('/')?;
    let (part, whole): (u8, u8) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
    let fits = part > 0 && part <= whole && whole <= 12 && 12 * part % whole == 0;
    fits.then(|| 12 * part / whole)
}

/// The diagnostic for a text that is no width.
pub(super) fn not_a_width(text: &str, span: Span) -> Diagnostic {
    error!(span, "`{text}` is not a width"; hint: "a part of the page's width: `1/4`, `1/3`, `1/2`, `2/3`, `3/4`, `full`")
}

/// The diagnostic for a question on a page without tables.
pub(super) fn no_table(span: Span) -> Diagnostic {
    error!(span, "there is no table to ask"; hint: "write a block `sql NAME` with a query, or put a Parquet or CSV file into `sources/`")
}

/// Letters and digits of a text, in lower case, joined by hyphens.
pub(crate) fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

//! The author's modules, read as a browser will read them: what is wrong in them is told at build, not to the reader.

use crate::bind::BoundPage;
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Files, Span, suggest};
use crate::error;
use crate::links;
use crate::site::{self, Found, Site};
use oxc::allocator::Allocator;
use oxc::diagnostics::OxcDiagnostic;
use oxc::parser::Parser;
use oxc::span::{SourceType, Span as Place};
use oxc::syntax::module_record::{ExportExportName, ModuleRecord};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Where the modules lie.
pub const FOLDER: &str = "components/";
/// What they end in.
pub const EXTENSIONS: [&str; 2] = [".js", ".mjs"];

/// Reads the modules that draw components and all that these import; what keeps them from running is a mistake.
pub fn check(site: &mut Site, pages: &[BoundPage], diagnostics: &mut Diagnostics) {
    let cards = pages.iter().flat_map(|page| page.cards.values());
    let drawing: BTreeSet<String> = cards.filter_map(|card| card.module.clone()).collect();
    let mut known = drawing.clone();
    let mut due: Vec<String> = drawing.iter().rev().cloned().collect();
    while let Some(path) = due.pop() {
        let imported = module(&path, drawing.contains(&path), site, diagnostics);
        due.extend(imported.into_iter().filter(|path| known.insert(path.clone())));
    }
}

/// Whether a file's name is that of a module.
pub fn is_module(name: &str) -> bool {
    EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// Reads a module; gives those that it imports.
fn module(path: &str, is_drawing: bool, site: &mut Site, diagnostics: &mut Diagnostics) -> Vec<String> {
    let found = Found { path: site.components[path].clone(), relative: format!("{FOLDER}{path}") };
    let Some(file) = site::text(&found, &mut site.files, diagnostics) else { return Vec::new() };
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, site.files.text(file), SourceType::mjs()).parse();
    if !parsed.diagnostics.is_empty() {
        parsed.diagnostics.iter().for_each(|mistake| diagnostics.push(told(mistake, file)));
        return Vec::new();
    }
    if is_drawing && !has_default(&parsed.module_record) {
        let all = Span { file, start: 0, end: 0 };
        diagnostics.push(error!(all, "the module has no default export"; hint: "a component is drawn by `export default function draw({{ element }}) {{ … }}`"));
    }
    let imports = imports(&parsed.module_record, file, &site.files);
    let found = imports.into_iter().filter_map(|(name, span)| match imported(path, &name, span, &site.components) {
        Ok(found) => Some(found).filter(|found| is_module(found)),
        Err(mistake) => {
            diagnostics.push(mistake);
            None
        }
    });
    found.collect()
}

fn told(mistake: &OxcDiagnostic, file: FileId) -> Diagnostic {
    let at = mistake.labels.first().map(|label| {
        let start = label.offset() as usize;
        Span { file, start, end: start + label.len() as usize }
    });
    let told = error!(at, "{}", sentence(&mistake.message));
    told.hint(mistake.help.as_deref().map(sentence))
}

/// A parser's sentence as ours are written.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    let is_word = text.chars().nth(1).is_some_and(char::is_lowercase);
    letters
        .next()
        .filter(|_| is_word)
        .map_or_else(|| text.to_owned(), |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

fn has_default(record: &ModuleRecord<'_>) -> bool {
    let exports = record.local_export_entries.iter().chain(&record.indirect_export_entries);
    exports.into_iter().any(|entry| match &entry.export_name {
        ExportExportName::Default(_) => true,
        ExportExportName::Name(name) => name.name == "default",
        ExportExportName::Null => false,
    })
}

/// What a module imports, with its places; of what it imports while it runs, what it names.
fn imports(record: &ModuleRecord<'_>, file: FileId, files: &Files) -> Vec<(String, Span)> {
    let fixed = record.requested_modules.values().flatten().map(|requested| requested.span);
    let places = fixed.chain(record.dynamic_imports.iter().map(|import| import.module_request));
    let mut imports: Vec<(String, Span)> = places.filter_map(|place| named(place, file, files)).collect();
    imports.sort_by_key(|(_, span)| span.start);
    imports
}

/// The name in quotes at a place, and where it stands.
fn named(place: Place, file: FileId, files: &Files) -> Option<(String, Span)> {
    let span = Span { file, start: place.start as usize, end: place.end as usize };
    let text = files.source(span);
    let quote = text.chars().next().filter(|quote| ['\'', '"'].contains(quote))?;
    let name = text.strip_prefix(quote)?.strip_suffix(quote)?;
    Some((name.to_owned(), span))
}

/// The file that a module imports by a name.
fn imported(from: &str, name: &str, span: Span, files: &BTreeMap<String, PathBuf>) -> Result<String, Diagnostic> {
    if name.contains("//") {
        return Err(
            error!(span, "`{name}` is not a file of the site"; hint: "a page loads nothing from elsewhere: keep a copy in `{FOLDER}`"),
        );
    }
    if !name.starts_with('.') {
        return Err(
            error!(span, "`{name}` is no path"; hint: "browsers know no packages: keep a copy in `{FOLDER}`, and import it as `./{name}`"),
        );
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = links::joined(folder, name.split(['?', '#']).next().unwrap_or_default());
    let found = path.as_deref().and_then(|path| files.get_key_value(path));
    found.map(|(path, _)| path.clone()).ok_or_else(|| {
        let Some(path) = path else {
            return error!(span, "`{name}` lies outside of `{FOLDER}`"; hint: "only what is in that folder is published");
        };
        let near = suggest(&path, files.keys().map(String::as_str));
        error!(span, "the site has no file `{FOLDER}{path}`").hint(near.map(|near| format!("did you mean `{FOLDER}{near}`?")))
    })
}

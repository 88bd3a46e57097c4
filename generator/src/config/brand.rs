//! `[brand]` in `dashgen.toml`: the site's logo, icon and fonts, files that its bundle carries.

use super::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, Span, suggest};
use crate::error;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The files of a site's brand, by key: the path below the site's folder, and where it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brand {
    /// Keys of [`KEYS`] with their files.
    pub files: BTreeMap<&'static str, (String, Span)>,
}

/// The keys of `[brand]`.
pub const KEYS: [&str; 5] = ["logo", "logo_dark", "icon", "font", "heading_font"];
/// The keys whose files are fonts.
pub const FONTS: [&str; 2] = ["font", "heading_font"];

const FONT_KINDS: [&str; 4] = ["woff2", "woff", "ttf", "otf"];
const PICTURE_KINDS: [&str; 8] = ["svg", "png", "jpg", "jpeg", "webp", "avif", "gif", "ico"];

/// Reads the table; what is wrong in it is left out.
pub fn parse(keys: &DeTable<'_>, at: &impl Fn(Range<usize>) -> Span, diagnostics: &mut Diagnostics) -> Brand {
    let mut brand = Brand::default();
    for (key, value) in keys {
        let (name, span) = (key.get_ref().as_ref(), at(value.span()));
        let file = match (KEYS.iter().find(|known| **known == name), value.get_ref()) {
            (None, _) => Err(unknown(name, at(key.span()), &KEYS)),
            (Some(known), DeValue::String(path)) => of_kind(known, path).map(|()| (*known, path.to_string())),
            (Some(_), _) => Err(error!(span, "`{name}` is a text in quotes"; hint: "a path below the site's folder")),
        };
        match file {
            Ok((known, path)) => drop(brand.files.insert(known, (path, span))),
            Err(problem) => diagnostics.push(Diagnostic { span: problem.span.or(Some(span)), ..problem }),
        }
    }
    brand
}

/// Says which of the files do not exist.
pub fn check(brand: &Brand, root: &Path, diagnostics: &mut Diagnostics) {
    for (path, span) in brand.files.values().filter(|(path, _)| !root.join(path).is_file()) {
        let beside = root.join(path).parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
        let mut names: Vec<String> =
            beside.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        let hint = match suggest(path.rsplit('/').next().unwrap_or(path), names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the path counts from the folder of `dashgen.toml`".to_owned(),
        };
        diagnostics.push(error!(*span, "there is no file `{path}`"; hint: "{hint}"));
    }
}

/// The last part of a file's name, in lower case.
pub fn extension(path: &str) -> String {
    path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

fn of_kind(key: &str, path: &str) -> Result<(), Diagnostic> {
    let (kinds, kind): (&[&str], _) =
        if FONTS.contains(&key) { (&FONT_KINDS, "font") } else { (&PICTURE_KINDS, "picture") };
    if kinds.contains(&extension(path).as_str()) {
        return Ok(());
    }
    Err(error!(None, "`{path}` is no {kind}"; hint: "`{key}` is a file that ends in {}", kinds.join(", ")))
}

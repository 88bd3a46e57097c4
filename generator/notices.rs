//! What the licences of an engine's packages ask to pass on: who made each, and what its folder has of licences and notices.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value};

/// What files with a licence or a notice are called, up to what follows.
const NAMES: [&str; 6] = ["COPYING", "COPYRIGHT", "LICENCE", "LICENSE", "NOTICE", "UNLICENSE"];

/// A part of an engine.
struct Part {
    /// With its version.
    name: String,
    /// The licence by its SPDX expression, and the authors.
    terms: String,
    texts: Vec<String>,
}

/// The notices of an engine that is made of the runtime, which lies in `workspace`, and of the packages with these manifests.
pub fn notices<'a>(manifests: impl Iterator<Item = &'a Path>, workspace: &Path) -> Result<String, Box<dyn Error>> {
    let others = manifests.filter(|manifest| !manifest.starts_with(workspace.join("runtime-wasm")));
    let mut parts = others.map(package).collect::<Result<Vec<_>, _>>()?;
    parts.extend([runtime(workspace)?, standard_library()?]);
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    written(&parts)
}

fn runtime(workspace: &Path) -> Result<Part, Box<dyn Error>> {
    let name = format!("dashgen {}", env!("CARGO_PKG_VERSION"));
    Ok(Part { name, terms: env!("CARGO_PKG_LICENSE").to_owned(), texts: texts(workspace)? })
}

/// What Rust itself puts into every program. Its licence is among those of the packages.
fn standard_library() -> Result<Part, Box<dyn Error>> {
    let said = String::from_utf8(Command::new(env::var("RUSTC")?).arg("--version").output()?.stdout)?;
    let version = said.split(' ').nth(1).ok_or("rustc says its version")?;
    let terms = "MIT OR Apache-2.0, The Rust Project Developers (see https://thanks.rust-lang.org)".to_owned();
    Ok(Part { name: format!("std {version}"), terms, texts: Vec::new() })
}

fn package(manifest: &Path) -> Result<Part, Box<dyn Error>> {
    let table: Table = fs::read_to_string(manifest)?.parse()?;
    let package = table.get("package").ok_or("the manifest of a package says what it is")?;
    let said = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
    let authors = package.get("authors").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let terms: Vec<&str> = [said("license")].into_iter().chain(authors).filter(|term| !term.is_empty()).collect();
    let folder = manifest.parent().ok_or("a manifest lies in a folder")?;
    Ok(Part { name: format!("{} {}", said("name"), said("version")), terms: terms.join(", "), texts: texts(folder)? })
}

/// The licences and notices of a folder, in the order of their names.
fn texts(folder: &Path) -> io::Result<Vec<String>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        path.is_file() && NAMES.iter().any(|start| name.starts_with(start))
    });
    paths.sort();
    let text = |path: &Path| Ok(String::from_utf8_lossy(&fs::read(path)?).replace("\r\n", "\n"));
    paths.iter().map(|path| text(path)).collect()
}

/// Every part, and then every text once, with the parts that have it.
fn written(parts: &[Part]) -> Result<String, Box<dyn Error>> {
    let mut notices = "The engine, which answers what is on this site's pages, is made of:\n\n".to_owned();
    let mut texts: Vec<(&str, Vec<&str>)> = Vec::new();
    for Part { name, terms, texts: own } in parts {
        writeln!(notices, "{name}: {terms}")?;
        for text in own.iter().map(|text| text.trim_matches(['\n', '\u{feff}'])) {
            match texts.iter_mut().find(|(other, _)| *other == text) {
                Some((_, names)) => names.push(name),
                None => texts.push((text, vec![name])),
            }
        }
    }
    for (text, names) in texts {
        write!(notices, "\n{:-<72}\n\n{}\n\n{text}\n", "", names.join(", "))?;
    }
    Ok(notices)
}

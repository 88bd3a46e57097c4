//! The pages of a built site, each with the engine that answers its views.

use super::wrong;
use crate::bundle::at;
use dashgen_runtime::plan::Plan;
use dashgen_runtime::session::Session;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A page that shows figures.
pub struct Page {
    /// Its plan.
    pub plan: Plan,
    /// Its engine, with every file.
    pub session: Session,
}

/// What a page's HTML carries, as far as it matters here.
#[derive(Deserialize)]
struct Data {
    plan: Plan,
    tables: Vec<TableFiles>,
}

#[derive(Deserialize)]
struct TableFiles {
    files: Vec<FileAddress>,
}

#[derive(Deserialize)]
struct FileAddress {
    url: String,
}

/// The pages with figures of a built site, by path.
pub fn pages(folder: &Path) -> io::Result<BTreeMap<String, Page>> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(|error| at(&next, &error))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html")
                && let Some(page) = page(&path)?
            {
                pages.insert(name(folder, &path), page);
            }
        }
    }
    if !folder.join("manifest.json").is_file() {
        return Err(wrong(folder, "this is not a built site: `dashgen build` makes one in `dist/`"));
    }
    Ok(pages)
}

fn name(folder: &Path, file: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let path = below.to_string_lossy().replace('\\', "/");
    path.strip_suffix("index").map_or(path.as_str(), |folder| folder.trim_end_matches('/')).to_owned()
}

fn page(file: &Path) -> io::Result<Option<Page>> {
    let html = fs::read_to_string(file).map_err(|error| at(file, &error))?;
    let Some((_, rest)) = html.split_once("id=\"dashgen-page\">") else { return Ok(None) };
    let json = rest.split_once("</script>").map_or(rest, |(json, _)| json);
    let data: Data = serde_json::from_str(json)
        .map_err(|error| wrong(file, &format!("was it built by another version of dashgen? {error}")))?;
    let mut session = Session::new(data.plan.clone());
    for (table, files) in data.tables.iter().enumerate() {
        for (index, address) in files.files.iter().enumerate() {
            let path = beside(file, &address.url);
            let bytes = fs::read(&path).map_err(|error| at(&path, &error))?;
            session.load(table, index, &bytes).map_err(|why| wrong(&path, &why))?;
        }
    }
    Ok(Some(Page { plan: data.plan, session }))
}

fn beside(file: &Path, url: &str) -> PathBuf {
    file.parent().unwrap_or(file).join(url)
}

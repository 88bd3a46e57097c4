//! Golden trees: a build's files made readable and compared with the folder that a person has reviewed.
//!
//! Hashes are numbered in order of appearance, Parquet is shown as text, bundles are named but not shown. `UPDATE=1`
//! rewrites the expectation (never in CI); a mismatch is a unified diff, and the actual tree stays in `<case>/changed`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use similar::TextDiff;

use crate::folders;

const ROWS_SHOWN: usize = 20;
const DIFF_LINES: usize = 400;
const BUNDLED: [&str; 5] = ["css", "js", "map", "mjs", "wasm"];

/// Compares a build's files with `<case>/out`.
pub fn compare_tree(case: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let actual = readable(files);
    if is_update()? {
        remove(&case.join("changed"))?;
        return write_tree(&case.join("out"), &actual);
    }
    settle(case, &actual)
}

fn settle(case: &Path, actual: &BTreeMap<String, String>) -> Result<(), String> {
    let changed = case.join("changed");
    let expected = read_tree(&case.join("out"))?;
    remove(&changed)?;
    if expected == *actual {
        return Ok(());
    }
    write_tree(&changed, actual)?;
    Err(format!("{}: not the expected tree (UPDATE=1 accepts it)\n{}", case.display(), diff(&expected, actual)))
}

/// Compares one text with a file of the case, for example `<case>/message.txt`.
pub fn compare_text(file: &Path, actual: &str) -> Result<(), String> {
    let changed = file.with_extension("changed");
    if is_update()? {
        remove(&changed)?;
        return write_file(file, actual);
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    remove(&changed)?;
    if expected == actual {
        return Ok(());
    }
    write_file(&changed, actual)?;
    let diff = diff_text(&file.display().to_string(), &expected, actual);
    Err(format!("{}: not the expected text (UPDATE=1 accepts it)\n{diff}", file.display()))
}

/// The same files as a person reads them: what `out/` holds.
pub fn readable(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let shown: BTreeMap<&str, String> = files.iter().map(|(path, bytes)| (path.as_str(), show(path, bytes))).collect();
    let mut hashes = Hashes::default();
    // Paths with a hash sort by it, so what unhashed files say comes first.
    let (hashed, plain): (Vec<_>, Vec<_>) = shown.iter().partition(|(path, _)| !find_hashes(path).is_empty());
    for (path, text) in plain.into_iter().chain(hashed) {
        hashes.number(path);
        hashes.number(text);
    }
    shown.iter().map(|(path, text)| (shown_path(&hashes.replace(path)), hashes.replace(text))).collect()
}

fn shown_path(path: &str) -> String {
    if path.ends_with(".parquet") { format!("{path}.txt") } else { path.to_owned() }
}

fn show(path: &str, bytes: &[u8]) -> String {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    if extension == "parquet" {
        return show_parquet(bytes).unwrap_or_else(|error| format!("(not a Parquet file: {error})\n"));
    }
    if BUNDLED.contains(&extension) || path.ends_with(".LICENSES.txt") || path.contains("/outlines.") {
        return "(not shown)\n".to_owned();
    }
    if path == "manifest.json" {
        return show_manifest(bytes).unwrap_or_else(|error| format!("(not JSON: {error})\n"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("({} bytes)\n", bytes.len()),
    }
}

/// A file per line; their sizes are those of bundles, which change with every edit.
fn show_manifest(bytes: &[u8]) -> serde_json::Result<String> {
    let mut manifest: serde_json::Value = serde_json::from_slice(bytes)?;
    for file in manifest["files"].as_array_mut().into_iter().flatten() {
        file["bytes"].take();
    }
    Ok(format!("{}\n", manifest.to_string().replace("},", "},\n")))
}

/// Schema, own metadata, row count and the first rows of a Parquet file.
pub fn show_parquet(bytes: &[u8]) -> ParquetResult<String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(on_disk(bytes)?)?;
    let mut text = String::new();
    for field in builder.schema().fields() {
        let null = if field.is_nullable() { "null" } else { "not null" };
        line(&mut text, &format!("{}: {} {null}", field.name(), field.data_type()));
    }
    let file = builder.metadata().file_metadata();
    for KeyValue { key, value } in file.key_value_metadata().into_iter().flatten() {
        if key != "ARROW:schema" {
            line(&mut text, &format!("{key} = {}", value.as_deref().unwrap_or_default()));
        }
    }
    line(&mut text, &format!("{} rows", file.num_rows()));
    for batch in builder.with_limit(ROWS_SHOWN).build()? {
        show_rows(&mut text, &batch?)?;
    }
    Ok(text)
}

/// The reader takes a file.
fn on_disk(bytes: &[u8]) -> std::io::Result<fs::File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    Ok(file)
}

fn show_rows(text: &mut String, batch: &RecordBatch) -> ParquetResult<()> {
    let options = FormatOptions::default().with_null("null");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    for row in 0..batch.num_rows() {
        let values: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
        line(text, &values.join("\t"));
    }
    Ok(())
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes every write");
}

/// Content hashes in order of appearance.
#[derive(Default)]
struct Hashes<'a> {
    numbers: BTreeMap<&'a str, usize>,
}

impl<'a> Hashes<'a> {
    fn number(&mut self, text: &'a str) {
        for (_, hash) in find_hashes(text) {
            let next = self.numbers.len() + 1;
            self.numbers.entry(hash).or_insert(next);
        }
    }

    fn replace(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        for (at, hash) in find_hashes(text) {
            write!(replaced, "{}hash{}", &text[done..at], self.numbers[hash]).expect("a string takes every write");
            done = at + hash.len();
        }
        replaced + &text[done..]
    }
}

/// The content hashes in a text and where they start: 16 hex digits after a dot (`name.<hash>.js`, `web.<hash>/`), or a
/// bare SHA-256.
fn find_hashes(text: &str) -> Vec<(usize, &str)> {
    let mut hashes = Vec::new();
    let mut start = 0;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let (before, after) = (text[..start].chars().next_back(), text[start + word.len()..].chars().next());
        if is_hash(word, before, after) {
            hashes.push((start, word));
        }
        start += word.len() + after.map_or(0, char::len_utf8);
    }
    hashes
}

/// A number with sixteen decimals is no hash, so one without letters must be followed like part of a file name.
fn is_hash(word: &str, before: Option<char>, after: Option<char>) -> bool {
    if !word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return false;
    }
    let named = matches!(after, Some('.' | '/')) || word.bytes().any(|byte| byte.is_ascii_lowercase());
    word.len() == 64 || (word.len() == 16 && before == Some('.') && named)
}

fn is_update() -> Result<bool, String> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false");
    match (set("UPDATE"), set("CI")) {
        (true, true) => Err("UPDATE rewrites what a person must review: refused when CI is set".to_owned()),
        (update, _) => Ok(update),
    }
}

fn diff(expected: &BTreeMap<String, String>, actual: &BTreeMap<String, String>) -> String {
    let mut paths: Vec<&String> = expected.keys().chain(actual.keys()).collect();
    paths.sort();
    paths.dedup();
    let text = |tree: &BTreeMap<String, String>, path| tree.get(path).cloned().unwrap_or_default();
    let mut report = String::new();
    for path in paths {
        match (expected.contains_key(path), actual.contains_key(path)) {
            (true, false) => line(&mut report, &format!("missing: {path}")),
            (false, true) => line(&mut report, &format!("new: {path}")),
            _ => report.push_str(&diff_text(path, &text(expected, path), &text(actual, path))),
        }
    }
    shorten(&report)
}

fn diff_text(name: &str, expected: &str, actual: &str) -> String {
    let diff = TextDiff::from_lines(expected, actual);
    diff.unified_diff().header(&format!("expected/{name}"), &format!("actual/{name}")).to_string()
}

fn shorten(report: &str) -> String {
    let lines: Vec<&str> = report.lines().collect();
    let mut short = lines[..lines.len().min(DIFF_LINES)].join("\n");
    if lines.len() > DIFF_LINES {
        write!(short, "\n… and {} lines more", lines.len() - DIFF_LINES).expect("a string takes every write");
    }
    short
}

fn read_tree(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut tree = BTreeMap::new();
    for path in folders::read(folder) {
        let file = folder.join(&path);
        let text = fs::read_to_string(&file).map_err(|error| named(&file, &error))?;
        tree.insert(path, text);
    }
    Ok(tree)
}

fn named(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn write_tree(folder: &Path, tree: &BTreeMap<String, String>) -> Result<(), String> {
    remove(folder)?;
    tree.iter().try_for_each(|(path, text)| write_file(&folder.join(path), text))
}

fn write_file(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(file, text)).map_err(|error| named(file, &error))
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(named(path, &error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "00112233445566aa";
    const B: &str = "9999888877776666";

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn hashes_are_numbered_as_the_pages_name_them() {
        let page = format!("<script src=x.{B}.js> <a href=\"y.{A}.txt\"> 0.{B}, 1.{B}");
        let build = files(&[
            (&format!("_data/y.{A}.txt"), "é·"),
            (&format!("_dashgen/x.{B}.js"), "let x"),
            ("index.html", &page),
        ]);
        let tree = readable(&build);
        let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
        assert_eq!(paths, ["_dashgen/x.hash1.js", "_data/y.hash2.txt", "index.html"]);
        assert_eq!(tree["_dashgen/x.hash1.js"], "(not shown)\n");
        assert_eq!(tree["_data/y.hash2.txt"], "é·");
        let shown = format!("<script src=x.hash1.js> <a href=\"y.hash2.txt\"> 0.{B}, 1.{B}");
        assert_eq!(tree["index.html"], shown);
    }

    #[test]
    fn a_hash_is_sixteen_digits_after_a_dot_or_a_whole_sha_256() {
        let sha = "0123456789abcdef".repeat(4);
        let text = format!("web.{A}/engine.js {A} \"{sha}\" z.{A}0 .{A}");
        let found: Vec<&str> = find_hashes(&text).into_iter().map(|(_, hash)| hash).collect();
        assert_eq!(found, [A, &sha, A]);
    }

    #[test]
    fn parquet_is_shown_as_text() {
        let mut bytes = Vec::new();
        crate::sales::write(30, &mut bytes).unwrap();
        let text = show_parquet(&bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "date: Date32 not null");
        assert_eq!(lines[7], "revenue: Decimal128(12, 2) not null");
        assert_eq!(lines[8], "30 rows");
        assert_eq!(lines.len(), 9 + ROWS_SHOWN);
        assert!(lines[9].starts_with("2023-"));
    }

    #[test]
    fn a_changed_tree_is_a_diff_and_stays_beside() {
        let case = tempfile::tempdir().unwrap();
        write_tree(&case.path().join("out"), &readable(&files(&[("a/b.html", "x\ny\n"), ("old.txt", "")]))).unwrap();
        let actual = readable(&files(&[("a/b.html", "x\nz\n"), ("new.txt", "")]));
        let message = settle(case.path(), &actual).unwrap_err();
        assert!(message.contains("-y\n+z\n"), "{message}");
        assert!(message.contains("new: new.txt\nmissing: old.txt"), "{message}");
        assert_eq!(fs::read_to_string(case.path().join("changed/a/b.html")).unwrap(), "x\nz\n");
        write_tree(&case.path().join("out"), &actual).unwrap();
        settle(case.path(), &actual).unwrap();
        assert!(!case.path().join("changed").exists());
    }
}

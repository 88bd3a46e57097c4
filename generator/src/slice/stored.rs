//! A slice as one text of bytes, for the cache: a line of JSON that says what it is made of, then its files.

use super::{Alternative, File, Slice, THREE_WAY, VARIANT};
use dashgen_runtime::plan::Part;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize, Deserialize)]
struct Stored {
    first: usize,
    files: Vec<StoredFile>,
    alternatives: Vec<StoredAlternative>,
}

#[derive(Serialize, Deserialize)]
struct StoredFile {
    part: Part,
    kind: String,
    rows: usize,
    bytes: usize,
}

#[derive(Serialize, Deserialize)]
struct StoredAlternative {
    kind: String,
    rows: usize,
    bytes: usize,
    note: String,
}

/// A slice's bytes.
pub fn write(slice: &Slice) -> Option<Vec<u8>> {
    let file = |file: &File| StoredFile {
        part: file.part.clone(),
        kind: file.kind.to_owned(),
        rows: file.rows,
        bytes: file.bytes.len(),
    };
    let alternative = |one: &Alternative| StoredAlternative {
        kind: one.kind.to_owned(),
        rows: one.rows,
        bytes: one.bytes,
        note: one.note.clone(),
    };
    let stored = Stored {
        first: slice.first,
        files: slice.files.iter().map(file).collect(),
        alternatives: slice.alternatives.iter().map(alternative).collect(),
    };
    let mut bytes = serde_json::to_vec(&stored).ok()?;
    bytes.push(b'\n');
    slice.files.iter().for_each(|file| bytes.extend_from_slice(&file.bytes));
    Some(bytes)
}

/// The slice of some bytes; none if they are not one.
pub fn read(bytes: &[u8]) -> Option<Slice> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let stored: Stored = serde_json::from_slice(&bytes[..end]).ok()?;
    let mut rest = &bytes[end + 1..];
    let mut files = Vec::new();
    for file in stored.files {
        let (own, others) = rest.split_at_checked(file.bytes)?;
        rest = others;
        files.push(File { part: file.part, kind: kind(&file.kind)?, bytes: Arc::new(own.to_vec()), rows: file.rows });
    }
    let alternative = |one: StoredAlternative| {
        Some(Alternative { kind: kind(&one.kind)?, rows: one.rows, bytes: one.bytes, note: one.note })
    };
    let alternatives = stored.alternatives.into_iter().map(alternative).collect::<Option<Vec<_>>>()?;
    Some(Slice { files, first: stored.first, alternatives })
}

fn kind(name: &str) -> Option<&'static str> {
    ["rows", "cube", "tiles", THREE_WAY, VARIANT].into_iter().find(|kind| *kind == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        let kinds = ["tiles", THREE_WAY, "cube", "rows", VARIANT];
        let file = |kind| File { part: Part::MoreRows, kind, bytes: Arc::new(kind.into()), rows: 1 };
        let note = |kind| Alternative { kind, rows: 2, bytes: 3, note: "because".to_owned() };
        let slice = Slice { files: kinds.map(file).into(), first: 1, alternatives: kinds.map(note).into() };
        let read = read(&write(&slice).unwrap()).unwrap();
        let files: Vec<(&str, &[u8])> = read.files.iter().map(|file| (file.kind, file.bytes.as_slice())).collect();
        assert_eq!(files, kinds.map(|kind| (kind, kind.as_bytes())));
        assert_eq!(read.alternatives.iter().map(|one| one.kind).collect::<Vec<_>>(), kinds);
    }
}

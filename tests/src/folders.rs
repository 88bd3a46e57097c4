//! What lies in a folder.

use std::path::{Path, PathBuf};

/// The files of a folder and of the folders in it, as sorted paths with `/`; none if there is no such folder.
pub fn read(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in entries(&folder) {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            let path = format!("{prefix}{name}");
            if entry.is_dir() {
                open.push((entry, format!("{path}/")));
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The files and folders right in a folder, sorted.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

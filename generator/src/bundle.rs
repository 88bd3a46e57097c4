//! The bundle: every file of the finished site by its path, named by content, and what a first visit downloads.

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files of a finished site.
#[derive(Debug, Default)]
pub struct Bundle {
    /// Path below the site's root, with `/`, to content.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Adds a file under a name that carries its content's hash, and returns the path: `folder/stem.<hash>.extension`.
    pub fn hashed(&mut self, folder: &str, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let path = format!("{folder}/{stem}.{}.{extension}", &sha256(&bytes)[..16]);
        self.files.insert(path.clone(), bytes);
        path
    }

    /// Writes the bundle to a folder so that the folder holds either the old site or the new one: into a neighbour first, then swapped.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let staged = neighbour(folder, "new");
        let old = neighbour(folder, "old");
        for stale in [&staged, &old] {
            remove(stale)?;
        }
        for (path, bytes) in &self.files {
            let target = staged.join(path);
            fs::create_dir_all(target.parent().unwrap_or(&staged))
                .and_then(|()| fs::write(&target, bytes))
                .map_err(|error| at(&target, &error))?;
        }
        if folder.exists() {
            fs::rename(folder, &old).map_err(|error| at(folder, &error))?;
        }
        fs::rename(&staged, folder).map_err(|error| at(folder, &error))?;
        remove(&old)
    }
}

fn neighbour(folder: &Path, suffix: &str) -> PathBuf {
    let name = folder.file_name().map_or_else(|| "dist".into(), |name| name.to_string_lossy());
    folder.with_file_name(format!(".{name}.{suffix}"))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(folder, &error)),
        _ => Ok(()),
    }
}

/// An error of the disk with the path it happened at.
pub fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The SHA-256 of bytes in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many bytes a host that compresses sends.
pub fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_or(bytes.len(), |packed| packed.len().min(bytes.len()))
}

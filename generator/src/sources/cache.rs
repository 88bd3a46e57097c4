//! `.dashgen/cache`: what sources were turned into, by the hash of all that it depends on. Safe to delete at any time,
//! and safe with two builds at once: files appear whole or not at all.

use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// So long a replaced file stays, as another build may be reading it.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder of the cache.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The folder of this name in a site's cache.
    pub fn of(site: &Path, name: &str) -> Cache {
        Cache { folder: site.join(".dashgen/cache").join(name) }
    }

    /// Where a file of this name and key lies, or would lie.
    pub fn path(&self, name: &str, key: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{}-{key}.{extension}", plain(name)))
    }

    /// A new file in the cache, without a name yet.
    pub fn file(&self) -> io::Result<NamedTempFile> {
        fs::create_dir_all(&self.folder)?;
        let root = self.folder.ancestors().nth(2).unwrap_or(&self.folder);
        let ignored = root.join(".gitignore");
        if !ignored.exists() {
            fs::write(ignored, "*\n")?;
        }
        tempfile::Builder::new().prefix(".").tempfile_in(&self.folder)
    }

    /// Names a finished file; what stood for the same source long ago goes.
    pub fn keep(&self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        file.persist(path).map_err(|problem| problem.error)?;
        self.prune(path);
        Ok(())
    }

    /// What cannot be removed is left: the next build tries again.
    fn prune(&self, kept: &Path) {
        let stem = |path: &Path| Some(path.file_name()?.to_str()?.rsplit_once('-')?.0.to_owned());
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if stem(&path) == stem(kept) && age(&path).is_some_and(|age| age > GRACE) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// The time since a file was written.
pub fn age(path: &Path) -> Option<Duration> {
    SystemTime::now().duration_since(fs::metadata(path).ok()?.modified().ok()?).ok()
}

/// A key for all of these parts.
pub fn key(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize()[..12])
}

/// The hash of a file's bytes.
pub fn content(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut fs::File::open(path)?, &mut hash)?;
    Ok(hex(&hash.finalize()[..16]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name that any file system takes, different for different names.
fn plain(name: &str) -> String {
    let letter = |letter: char| match letter.is_ascii_alphanumeric() || letter == '_' || letter == '.' {
        true => letter.to_string(),
        false => format!("~{:x}~", u32::from(letter)),
    };
    name.chars().map(letter).collect()
}

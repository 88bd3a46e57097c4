//! What a table's rows come from, down to the last file: while none of it changes, nor do the rows, and the [cache](crate::cache) has them.

use crate::bundle::sha256;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a table's rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lineage {
    /// Files or folders of files, and in words how they are read.
    Files {
        /// The files.
        paths: Vec<PathBuf>,
        /// All that decides how their bytes become rows.
        reading: String,
    },
    /// A query over other tables.
    Query {
        /// The query as the author wrote it.
        sql: String,
        /// The tables that it reads, by the names that it calls them.
        reads: Vec<(String, Arc<Lineage>)>,
    },
    /// Somewhere that does not tell when it changes: such rows are read anew by each build.
    Elsewhere,
}

/// Tells files apart by what is in them, each looked at once.
#[derive(Debug, Default)]
pub struct Fingerprints {
    files: Mutex<BTreeMap<PathBuf, Option<String>>>,
}

/// Files up to so many bytes are told apart by their content, as a checkout gives all files new times; larger ones by
/// length and time.
const CHEAP: u64 = 16_000_000;

impl Fingerprints {
    /// A hash that changes when the rows may have changed; none if nobody can tell.
    pub fn of(&self, lineage: &Lineage) -> Option<String> {
        let parts = match lineage {
            Lineage::Elsewhere => return None,
            Lineage::Files { paths, reading } => {
                let files = paths.iter().map(|path| self.file(path)).collect::<Option<Vec<_>>>()?;
                [vec!["files".to_owned(), reading.clone()], files].concat()
            }
            Lineage::Query { sql, reads } => {
                let read = |(name, lineage): &(String, Arc<Lineage>)| Some([name.clone(), self.of(lineage)?]);
                let reads = reads.iter().map(read).collect::<Option<Vec<_>>>()?;
                [vec!["query".to_owned(), sql.clone()], reads.concat()].concat()
            }
        };
        Some(hash(&parts))
    }

    fn file(&self, path: &Path) -> Option<String> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(path.to_owned()).or_insert_with(|| fingerprint(path)).clone()
    }
}

/// The hash of several texts, which none of them can blur into its neighbour.
pub fn hash(parts: &[String]) -> String {
    let lengths = parts.iter().map(|part| format!("{}:{part}", part.len()));
    sha256(lengths.collect::<String>().as_bytes())
}

fn fingerprint(path: &Path) -> Option<String> {
    let about = fs::metadata(path).ok()?;
    if about.is_dir() {
        return folder(path);
    }
    if about.len() <= CHEAP {
        return Some(sha256(&fs::read(path).ok()?));
    }
    let time = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", path.display(), about.len(), time.as_nanos()))
}

fn folder(path: &Path) -> Option<String> {
    let mut entries = fs::read_dir(path).ok()?.map(|entry| Some(entry.ok()?.path())).collect::<Option<Vec<_>>>()?;
    entries.sort();
    let named = |entry: PathBuf| Some([entry.file_name()?.to_string_lossy().into_owned(), fingerprint(&entry)?]);
    let parts = entries.into_iter().map(named).collect::<Option<Vec<_>>>()?;
    Some(hash(&parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(sql: &str, reads: &Lineage) -> Lineage {
        Lineage::Query { sql: sql.to_owned(), reads: vec![("t".to_owned(), Arc::new(reads.clone()))] }
    }

    #[test]
    fn a_change_below_a_query_changes_its_fingerprint() {
        let folder = std::env::temp_dir().join(format!("dashgen-lineage-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("t.csv");
        fs::write(&path, "a\n1\n").unwrap();
        let source = Lineage::Files { paths: vec![path.clone()], reading: "csv".to_owned() };
        let of = |lineage: &Lineage| Fingerprints::default().of(lineage);
        let query_over = query("SELECT a FROM t", &source);
        let before = (of(&source), of(&query_over), of(&query("SELECT a FROM t WHERE a > 0", &source)));
        assert!(before.0.is_some() && before.0 != before.1 && before.1 != before.2);
        fs::write(&path, "a\n1\n").unwrap();
        assert_eq!(of(&query_over), before.1, "the same content at another time");
        fs::write(&path, "a\n2\n").unwrap();
        assert_ne!(of(&query_over), before.1, "other content of the same length");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((of(&query_over), of(&query("SELECT 1", &Lineage::Elsewhere))), (None, None));
    }

    #[test]
    fn texts_do_not_blur() {
        let texts = |a: &str, b: &str| hash(&[a.to_owned(), b.to_owned()]);
        assert_ne!(texts("ab", "c"), texts("a", "bc"));
    }
}

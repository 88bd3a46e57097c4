//! Answers of earlier builds, below the site's `.dashgen/cache`: a build that changes nothing runs no query.
//!
//! An entry's name is a hash of all that decides its content, this program included; its bytes start with their own hash,
//! so that a damaged entry is no entry. It appears by a rename, so that builds may run side by side. Where nothing can be
//! written, nothing is kept.

use crate::bundle::sha256;
use crate::lineage::{Fingerprints, Lineage, hash};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

/// The answers that are kept, and how often they were asked for.
#[derive(Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
    fingerprints: Fingerprints,
    asked: AtomicUsize,
    run: AtomicUsize,
}

/// More bytes than this are not kept: what has not been used for longest goes first.
const MOST: u64 = 2_000_000_000;

/// How many queries a build had, and how many of them it had to run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queries {
    /// Those that were run.
    pub run: usize,
    /// All of them.
    pub all: usize,
}

impl Cache {
    /// A cache that keeps nothing: every query runs.
    pub fn none() -> Cache {
        Cache::default()
    }

    /// The cache of a site.
    pub fn of(site: &Path) -> Cache {
        if !site.is_dir() {
            return Cache::none();
        }
        let own = site.join(".dashgen");
        let folder = own.join("cache");
        if fs::create_dir_all(&folder).is_ok() {
            // What is in there is nobody's to commit.
            drop(fs::write(own.join(".gitignore"), "*\n"));
        }
        Cache { folder: Some(folder), ..Cache::default() }
    }

    /// The name of an answer: of what kind it is, the rows it is made of, what is asked of them; none if it cannot be kept.
    pub fn key(&self, kind: &str, lineage: &Lineage, asked: &str) -> Option<String> {
        self.folder.as_ref()?;
        let rows = self.fingerprints.of(lineage)?;
        Some(hash(&[program().to_owned(), kind.to_owned(), rows, asked.to_owned()]))
    }

    /// The answer of that name, from an earlier build or run now.
    pub fn answer<T, E>(
        &self,
        key: Option<&str>,
        (read, write): (impl Fn(&[u8]) -> Option<T>, impl Fn(&T) -> Option<Vec<u8>>),
        run: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if let Some(known) = key.and_then(|key| self.get(key)).and_then(|bytes| read(&bytes)) {
            return Ok(known);
        }
        self.run.fetch_add(1, Ordering::Relaxed);
        let answer = run()?;
        if let (Some(key), Some(bytes)) = (key, write(&answer)) {
            self.put(key, &bytes);
        }
        Ok(answer)
    }

    /// Runs jobs, as many at a time as there are processors; of those with the same key only the first.
    pub fn each<J: Sync, T: Clone + Send>(
        &self,
        jobs: &[J],
        key: impl Fn(&J) -> Option<&str>,
        run: impl Fn(&J) -> T + Sync,
    ) -> Vec<T> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let keys = jobs.iter().map(key).enumerate();
        let firsts: Vec<usize> =
            keys.map(|(job, key)| key.map_or(job, |key| *known.entry(key).or_insert(job))).collect();
        let different: Vec<usize> = (0..jobs.len()).filter(|&job| firsts[job] == job).collect();
        self.asked.fetch_add(jobs.len() - different.len(), Ordering::Relaxed);
        let done: BTreeMap<usize, T> = different.par_iter().map(|&job| (job, run(&jobs[job]))).collect();
        firsts.iter().map(|first| done[first].clone()).collect()
    }

    /// What the last build of the site has noted for the next.
    pub fn note(&self) -> Option<Vec<u8>> {
        fs::read(self.folder.as_ref()?.with_file_name("last.json")).ok()
    }

    /// Notes something for the next build.
    pub fn set_note(&self, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        self.write(&folder.with_file_name("last.json"), bytes);
    }

    /// How many answers were asked for, and how many of them were run.
    pub fn queries(&self) -> Queries {
        Queries { run: self.run.load(Ordering::Relaxed), all: self.asked.load(Ordering::Relaxed) }
    }

    fn get(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.folder.as_ref()?.join(key);
        let mut bytes = fs::read(&path).ok()?;
        let content = bytes.split_off(HASH.min(bytes.len()));
        if sha256(&content).as_bytes() != bytes {
            return None;
        }
        // What was used last goes last.
        drop(File::open(&path).and_then(|file| file.set_modified(SystemTime::now())));
        Some(content)
    }

    fn put(&self, key: &str, content: &[u8]) {
        let Some(folder) = &self.folder else { return };
        self.write(&folder.join(key), &[sha256(content).as_bytes(), content].concat());
    }

    /// Writes a file beside its place and moves it there, so that nobody reads half of it.
    fn write(&self, path: &Path, bytes: &[u8]) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let staged = path.with_extension(format!("{}-{number}.new", std::process::id()));
        if fs::write(&staged, bytes).and_then(|()| fs::rename(&staged, path)).is_err() {
            drop(fs::remove_file(&staged));
        }
    }

    /// Takes out what has not been used for longest, as far as there is too much.
    pub fn prune(&self) {
        self.prune_to(MOST);
    }

    fn prune_to(&self, most: u64) {
        let mut entries: Vec<(SystemTime, u64, PathBuf)> = self
            .folder
            .iter()
            .flat_map(fs::read_dir)
            .flatten()
            .flatten()
            .filter_map(|entry| entry_of(&entry))
            .collect();
        entries.sort_by(|a, b| b.cmp(a));
        let mut kept = 0;
        for (_, bytes, path) in entries {
            kept += bytes;
            if kept > most {
                drop(fs::remove_file(path));
            }
        }
    }
}

/// The length of an entry's own hash, in hexadecimal.
const HASH: usize = 64;

fn entry_of(entry: &fs::DirEntry) -> Option<(SystemTime, u64, PathBuf)> {
    let about = entry.metadata().ok()?;
    Some((about.modified().ok()?, about.len(), entry.path()))
}

/// What tells this program from any other build of it: its version, and the place, length and time of its file. Reading
/// hundreds of megabytes to know itself would take longer than many a build.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let file = std::env::current_exe().ok();
        let about = file.as_ref().and_then(|file| fs::metadata(file).ok());
        let time = about.as_ref().and_then(|about| about.modified().ok());
        let length = about.map(|about| about.len());
        sha256(format!("{} {file:?} {length:?} {time:?}", env!("CARGO_PKG_VERSION")).as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own that goes with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("dashgen-cache-{name}-{}", std::process::id()));
            drop(fs::remove_dir_all(&path));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn answer(cache: &Cache, key: &str, text: &str) -> String {
        let texts =
            (|bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok(), |text: &String| Some(text.clone().into_bytes()));
        cache.answer(Some(key), texts, || Ok::<_, ()>(text.to_owned())).unwrap()
    }

    #[test]
    fn an_answer_is_run_once() {
        let folder = Folder::new("once");
        let cache = Cache::of(&folder.0);
        assert_eq!([answer(&cache, "a", "1"), answer(&cache, "a", "2"), answer(&cache, "b", "3")], ["1", "1", "3"]);
        assert_eq!(cache.queries(), Queries { run: 2, all: 3 });
        assert_eq!(answer(&Cache::none(), "a", "4"), "4");
    }

    #[test]
    fn a_damaged_entry_is_none() {
        let folder = Folder::new("damaged");
        let cache = Cache::of(&folder.0);
        answer(&cache, "a", "whole");
        let path = folder.0.join(".dashgen/cache/a");
        for damaged in ["", "short", &format!("{}whale", sha256(b"whole"))] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(answer(&cache, "a", "anew"), "anew", "{damaged}");
        }
    }

    #[test]
    fn what_was_used_last_stays() {
        let folder = Folder::new("pruned");
        let cache = Cache::of(&folder.0);
        for (key, age) in [("old", 30), ("older", 60), ("new", 0)] {
            answer(&cache, key, &"x".repeat(100));
            let file = File::open(folder.0.join(".dashgen/cache").join(key)).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
        }
        cache.prune_to(2 * (100 + HASH as u64));
        let left: Vec<bool> = ["old", "older", "new"].map(|key| cache.get(key).is_some()).to_vec();
        assert_eq!(left, [true, false, true]);
    }
}

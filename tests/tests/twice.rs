//! Same bytes? Every golden site and example is built with one thread and with many, and again.

use dashgen_tests::bench::meridian;
use dashgen_tests::{build_with, folders, golden_sites, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

fn built(site: &Path, threads: &str) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("dist");
    build_with(&[("RAYON_NUM_THREADS", threads), ("POLARS_MAX_THREADS", threads)], site, &folder);
    folders::read(&folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(&path)).unwrap())).collect()
}

/// What a function gives of each word.
fn at_once<T: Send, const N: usize>(words: [&str; N], of: impl Fn(&str) -> T + Sync) -> [T; N] {
    thread::scope(|scope| words.map(|word| scope.spawn(|| of(word))).map(|one| one.join().unwrap()))
}

#[test]
fn same_bytes_for_any_number_of_threads() {
    golden_sites().iter().for_each(|site| is_the_same(site));
}

/// Sketches are made of values that come in no order.
#[test]
fn same_sketches_for_any_number_of_threads() {
    let site = tempfile::tempdir().unwrap();
    meridian::write(600_000, site.path());
    fs::copy(root().join("tests/fixtures/approximate/index.md"), site.path().join("content/index.md")).unwrap();
    is_the_same(site.path());
}

fn is_the_same(site: &Path) {
    let [one, two, seven] = at_once(["1", "2", "7"], |threads| built(site, threads));
    for (threads, many) in [("2", two), ("7", seven)] {
        assert_eq!(
            one.keys().collect::<Vec<_>>(),
            many.keys().collect::<Vec<_>>(),
            "{} with {threads} threads has other files",
            site.display()
        );
        for (path, bytes) in &one {
            assert!(many[path] == *bytes, "{}: {path} differs between 1 and {threads} threads", site.display());
        }
    }
}

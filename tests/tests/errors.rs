//! Is this the message that we want the author to read? One mistake a folder; the whole rendered text is compared.
//!
//! `UPDATE=1 cargo test --workspace --test suites errors::` rewrites the expected texts; read them like code.

use dashgen::diagnostics::{Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, build};
use dashgen_tests::tree::compare_text;
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("errors");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

#[test]
fn each_mistake_has_its_message() {
    let mut wrong = Vec::new();
    for case in cases() {
        let outcome = build(&case.join("in"), Mode::Publish, &Progress::terminal());
        if outcome.built.is_some() || !outcome.diagnostics.has_errors() {
            wrong.push(format!("{} builds in spite of its mistake", case.display()));
        }
        let text = render(&outcome.diagnostics, &outcome.files, Style::Plain);
        wrong.extend(compare_text(&case.join("message.txt"), &text).err());
    }
    assert!(wrong.is_empty(), "{} of {} messages differ\n{}", wrong.len(), cases().len(), wrong.join("\n"));
}

#[test]
fn a_failed_build_leaves_the_last_good_one() {
    let site = tempfile::tempdir().unwrap();
    let page = site.path().join("content/index.md");
    fs::create_dir_all(page.parent().unwrap()).unwrap();
    fs::write(&page, "---\ntitle: Good\n---\n\nText.\n").unwrap();
    let run = || dashgen_tests::dashgen().args(["build"]).arg(site.path()).output().unwrap();
    assert!(run().status.success());
    let good = fs::read(site.path().join("dist/index.html")).unwrap();
    fs::write(&page, "::: tabs\n").unwrap();
    let failed = run();
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("content/index.md"), "the message names the file");
    assert_eq!(fs::read(site.path().join("dist/index.html")).unwrap(), good);
}

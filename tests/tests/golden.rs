//! Does this small site give exactly this tree? `in/` is built and compared with `out/`.
//!
//! `UPDATE=1 cargo test --workspace --test suites golden::` rewrites the trees; read them like code.

use dashgen::diagnostics::{Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, build};
use dashgen_tests::folders;
use dashgen_tests::tree::compare_tree;
use std::path::Path;

#[test]
fn each_site_gives_its_tree() {
    let mut wrong = Vec::new();
    let cases = folders::entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden"));
    assert!(!cases.is_empty(), "there are golden sites");
    for case in &cases {
        let outcome = build(&case.join("in"), Mode::Publish, &Progress::terminal());
        let said = render(&outcome.diagnostics, &outcome.files, Style::Plain);
        let built = outcome.built.unwrap_or_else(|| panic!("{} does not build:\n{said}", case.display()));
        assert!(outcome.diagnostics.is_empty(), "{} has warnings:\n{said}", case.display());
        wrong.extend(compare_tree(case, &built.bundle.files).err());
    }
    assert!(wrong.is_empty(), "{} of {} trees differ\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

//! The sites that the suites build, and the program that builds them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::folders::entries;

/// The workspace's root, itself a site.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the workspace")
        .to_owned()
}

/// The folders of the golden sites (`tests/golden/<case>/in`) and of the examples.
pub fn golden_sites() -> Vec<PathBuf> {
    let cases = entries(&root().join("tests/golden"))
        .into_iter()
        .map(|case| case.join("in"));
    let examples = entries(&root().join("examples"));
    cases
        .chain(examples)
        .filter(|site| site.join("content").is_dir())
        .collect()
}

/// The program `dashgen`, brought up to date first: cargo builds it for no other package's tests.
pub fn dashgen() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    Command::new(PROGRAM.get_or_init(build_dashgen))
}

fn build_dashgen() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // <target>/debug/deps/<test>
    let profile = test
        .ancestors()
        .nth(2)
        .expect("cargo puts tests two folders down");
    let target = profile
        .parent()
        .expect("a profile lies in the target folder");
    let built = Command::new(env!("CARGO"))
        .args(["build", "-q", "--bin", "dashgen", "--target-dir"])
        .arg(target)
        .current_dir(root())
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "dashgen does not build"
    );
    profile.join("dashgen")
}

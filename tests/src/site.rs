//! The sites that the suites build, and the program that builds them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use serde_json::Value as Json;

use crate::devtools::lock;
use crate::folders::entries;

/// JavaScript that declares `loadEngine`, which loads a built page's engine beside the page's own.
pub const LOAD_ENGINE: &str = include_str!("engine.js");

/// The workspace's root, itself a site.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace").to_owned()
}

/// The folder of an example.
pub fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

/// The folder of a golden site.
pub fn golden(case: &str) -> PathBuf {
    root().join("tests/golden").join(case).join("in")
}

/// The folders of the golden sites (`tests/golden/<case>/in`) and of the examples.
pub fn golden_sites() -> Vec<PathBuf> {
    let cases = entries(&root().join("tests/golden")).into_iter().map(|case| case.join("in"));
    let examples = entries(&root().join("examples"));
    cases.chain(examples).filter(|site| site.join("content").is_dir()).collect()
}

/// Takes away what cargo tells the programs it runs about their own package: build scripts of others ask for it, and a
/// cargo that is started with it would build them, and polars above them, anew.
pub fn outside_of_cargo(command: &mut Command) -> &mut Command {
    let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| told.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    command
}

/// The program `dashgen`, brought up to date first: cargo builds it for no other package's tests.
pub fn dashgen() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    Command::new(PROGRAM.get_or_init(build_dashgen))
}

fn build_dashgen() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // <target>/<profile>/deps/<test>, <target>/<profile>/<program>
    let profile = test.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    let target = profile.and_then(Path::parent).expect("cargo puts what it builds into its target folder");
    let built = outside_of_cargo(&mut Command::new(env!("CARGO")))
        .args(["build", "-q", "--bin", "dashgen", "--target-dir"])
        .arg(target)
        .current_dir(root())
        .status();
    assert!(built.is_ok_and(|status| status.success()), "dashgen does not build");
    target.join("debug/dashgen")
}

/// The folder of a built site. A site is built once in a run, for all tests that read what was built.
#[track_caller]
pub fn built(site: &Path) -> PathBuf {
    static BUILT: Mutex<BTreeMap<PathBuf, Arc<OnceLock<PathBuf>>>> = Mutex::new(BTreeMap::new());
    let known = Arc::clone(lock(&BUILT).entry(site.to_owned()).or_default());
    let folder = known.get_or_init(|| {
        let folder = tempfile::tempdir_in(run_folder()).expect("the run's folder is ours").keep();
        build(site, &folder);
        folder
    });
    folder.clone()
}

/// Where a run of the tests keeps what it has built for several of them.
fn run_folder() -> &'static Path {
    static FOLDER: LazyLock<(PathBuf, Child)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let remover = remover(&folder);
        (folder, remover)
    });
    &FOLDER.0
}

/// A shell that removes a folder once this process has ended, however it did: nothing in it runs after its last test. The
/// shell waits for the end of the pipe between them.
fn remover(folder: &Path) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" HUP INT TERM; cat; rm -rf "$0""#]).arg(folder);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell")
}

/// Builds a site into a folder.
#[track_caller]
pub fn build(site: &Path, out: &Path) {
    build_with(&[], site, out);
}

/// Builds a site into a folder with these variables in the program's environment.
#[track_caller]
pub fn build_with(environment: &[(&str, &str)], site: &Path, out: &Path) {
    let mut command = dashgen();
    command.args(["build", "--no-cache"]).arg(site).arg("--out").arg(out).envs(environment.iter().copied());
    let built = command.output().expect("dashgen starts");
    assert!(built.status.success(), "{}\n{}", site.display(), String::from_utf8_lossy(&built.stderr));
}

/// The data that a built site's first page carries.
pub fn page_data(folder: &Path) -> Json {
    let html = std::fs::read_to_string(folder.join("index.html")).expect("the site has a page");
    let (_, data) = html.split_once("id=\"dashgen-page\">").expect("the page carries its data");
    let (data, _) = data.split_once("</script>").expect("the data ends");
    serde_json::from_str(data).expect("the data is JSON")
}

/// The bytes of each table's files, as a built page's data names them.
pub fn slices(folder: &Path, data: &Json) -> Vec<Vec<Vec<u8>>> {
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let bytes = |file: Json| {
        let url = file["url"].as_str().expect("a file has an address");
        std::fs::read(folder.join(url)).expect("the bundle has its slices")
    };
    list(&data["tables"]).iter().map(|table| list(&table["files"]).into_iter().map(bytes).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo starts tests in the folder of their package.
    #[test]
    fn what_is_tested_is_of_this_checkout() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(here.canonicalize().unwrap(), root().join("tests").canonicalize().unwrap());
    }
}

//! The peers' harness, which lies beside the repository: called by path, installed below cargo's target folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::folders;

/// A harness, copied to where it may install and write; what is missing, in a sentence, if it cannot run.
///
/// It is looked for in `$DASHGEN_PEERS`, else in `../shared/peers` beside the repository.
pub fn stage(name: &str) -> Result<PathBuf, String> {
    let beside = || crate::root().join("../shared/peers");
    let from = std::env::var_os("DASHGEN_PEERS").map_or_else(beside, PathBuf::from).join(name);
    if !from.is_dir() {
        return Err(format!("{} is not there", from.display()));
    }
    let to = super::folder().join("peers").join(name);
    for file in folders::read(&from) {
        copy(&from.join(&file), &to.join(&file)).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(to)
}

/// Copies what is said in a file, not its permissions: the original may be read-only.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let bytes = std::fs::read(from)?;
    if std::fs::read(to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    std::fs::create_dir_all(to.parent().expect("a file lies in a folder"))?;
    std::fs::write(to, bytes)
}

/// Installs the npm packages that a staged harness names, once.
pub fn install_npm(folder: &Path) -> Result<(), String> {
    if folder.join("node_modules").is_dir() {
        return Ok(());
    }
    run(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(folder)).map(drop)
}

/// A Python with these packages, installed once for all harnesses.
pub fn python(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = super::folder().join("peers/venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run(Command::new(&python).args(["-m", "pip", "install", "-q"]).args(packages))?;
    Ok(python)
}

/// Runs a program to its end; what it printed, or the last it complained.
pub fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let ended = command.stdin(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let complaints = String::from_utf8_lossy(&ended.stderr);
    let last = complaints.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no word of why");
    Err(format!("{name} failed: {last}"))
}

/// Reads a JSON file that a harness has written.
pub fn read_json(file: &Path) -> Result<Json, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

//! Puts what a page needs in the browser into the binary: the runtime compiled to WASM, its JS modules, and the themes.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::mangler::MangleOptions;
use oxc::minifier::{CompressOptions, Minifier, MinifierOptions};
use oxc::parser::Parser;
use oxc::span::SourceType;
use serde_json::Value;

#[path = "src/modules.rs"]
mod modules;
mod notices;

/// The JS files that a page loads; the other modules are linked to them.
const LOADED: [(&str, SourceType); 4] = [
    ("page.js", SourceType::mjs()),
    ("worker.js", SourceType::mjs()),
    ("early.js", SourceType::script()),
    ("preview.js", SourceType::mjs()),
];

const TARGET: &str = "wasm32-unknown-unknown";

// Read so that cargo compiles this anew for another checkout (`.cargo/config.toml`).
const _: Option<&str> = option_env!("DASHGEN_CHECKOUT");

/// The engines that there are, each with the features of the runtime that it has. Pages that ask for no approximate aggregates
/// fetch the first, which is smaller.
const ENGINES: [(&str, &[&str]); 2] = [("runtime", &[]), ("sketches", &["--features", "sketches"])];

/// How the runtime is compiled: with vectors, and with small functions of libraries copied into their callers less freely
/// than `opt-level = "s"` does, which is as fast and 10 KB less to fetch.
const FLAGS: &str = "-Ctarget-feature=+simd128\u{1f}-Cllvm-args=-inlinehint-threshold=100";

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(&env::var("CARGO_MANIFEST_DIR")?)
        .parent()
        .ok_or("the generator lies in the workspace")?
        .to_path_buf();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for watched in ["runtime-wasm", "themes", "Cargo.toml", "Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT"] {
        println!("cargo::rerun-if-changed={}", workspace.join(watched).display());
    }
    ensure_target()?;
    for (name, features) in ENGINES {
        let artifacts = compile_runtime(&workspace, &out, name, features)?;
        let files = || artifacts.iter().flat_map(|artifact| &artifact.files);
        let wasm = files().find(|file| file.extension().is_some_and(|extension| extension == "wasm"));
        bind_runtime(wasm.ok_or("cargo makes the runtime's WASM")?, &out, name)?;
        let manifests = artifacts.iter().map(|artifact| artifact.manifest.as_path());
        fs::write(out.join(format!("{name}.LICENSES.txt")), notices::notices(manifests, &workspace)?)?;
    }
    link_modules(&workspace.join("runtime-wasm/web"), &out.join("glue"))?;
    fs::write(out.join("web.rs"), embedded(&listed(&out.join("glue"))?)?)?;
    fs::write(out.join("themes.rs"), embedded(&listed(&workspace.join("themes"))?)?)?;
    Ok(())
}

/// Adds the wasm32 target through rustup where it is missing.
fn ensure_target() -> Result<(), Box<dyn Error>> {
    let sysroot = Command::new(env::var("RUSTC")?).args(["--print", "sysroot"]).output()?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout)?.trim());
    if sysroot.join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    let toolchain = sysroot.file_name().and_then(|name| name.to_str()).unwrap_or("stable");
    let added = Command::new("rustup").args(["target", "add", TARGET, "--toolchain", toolchain]).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("the Rust target {TARGET} is missing: run `rustup target add {TARGET}`").into()),
    }
}

/// What cargo made of a package for the browser.
struct Artifact {
    manifest: PathBuf,
    files: Vec<PathBuf>,
}

/// Compiles the runtime for the browser with a cargo call of its own. What it makes on the way lies beside our target folder
/// for the next time and other checkouts; the WASM lies where no other build writes, and cargo puts it there before it lets
/// the next one in.
fn compile_runtime(
    workspace: &Path,
    out: &Path,
    name: &str,
    features: &[&str],
) -> Result<Vec<Artifact>, Box<dyn Error>> {
    let shared = out.ancestors().nth(4).ok_or("OUT_DIR lies in the target folder")?.join("wasm").join(name);
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.current_dir(workspace).args([
        "build",
        "--release",
        "--locked",
        "-p",
        "dashgen-runtime",
        "--lib",
        "--target",
        TARGET,
        "--message-format",
        "json-render-diagnostics",
    ]);
    cargo.args(features).arg("--target-dir").arg(out.join("wasm").join(name));
    for inherited in
        ["RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CLIPPY_ARGS", "RUSTDOCFLAGS", "CARGO_TARGET_DIR"]
    {
        cargo.env_remove(inherited);
    }
    cargo.env("CARGO_BUILD_BUILD_DIR", shared).env("CARGO_ENCODED_RUSTFLAGS", FLAGS);
    let made = cargo.stderr(Stdio::inherit()).output()?;
    if !made.status.success() {
        return Err("the runtime does not compile for the browser; cargo's messages stand above".into());
    }
    Ok(artifacts(&String::from_utf8(made.stdout)?))
}

/// What cargo says that it made for the browser: what runs at build, such as macros, is not of it.
fn artifacts(messages: &str) -> Vec<Artifact> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts = messages.filter_map(|message| {
        let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from);
        let files = files.filter(|file| file.components().any(|part| part.as_os_str() == TARGET)).collect();
        Some(Artifact { manifest: message["manifest_path"].as_str()?.into(), files })
    });
    artifacts.filter(|artifact| !artifact.files.is_empty()).collect()
}

/// Makes an engine's JS glue, as `runtime.js`, and the WASM that it loads, as `runtime_bg.wasm`.
fn bind_runtime(wasm: &Path, out: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let folder = out.join("glue");
    fs::create_dir_all(&folder)?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(folder)?;
    Ok(())
}

/// Puts the page's JS into a folder: modules linked into one file, all of them without what only people read.
fn link_modules(web: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let texts: Vec<(String, String)> = listed(web)?
        .into_iter()
        .map(|(name, path)| Ok((name, fs::read_to_string(path)?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    for (name, kind) in LOADED {
        fs::write(out.join(name), minified(name, kind, &modules::link(&texts, name))?)?;
    }
    for (name, _) in ENGINES {
        let glue = format!("{name}.js");
        let text = fs::read_to_string(out.join(&glue))?;
        fs::write(out.join(&glue), minified(&glue, SourceType::mjs(), &text)?)?;
    }
    Ok(())
}

/// A script without what only people read.
fn minified(name: &str, kind: SourceType, text: &str) -> Result<String, Box<dyn Error>> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, kind).parse();
    if let Some(mistake) = parsed.diagnostics.first() {
        return Err(format!("{name}: {mistake}").into());
    }
    let mut program = parsed.program;
    let options = MinifierOptions {
        mangle: Some(MangleOptions::default()),
        mangle_properties: None,
        compress: Some(CompressOptions::smallest()),
    };
    let shortened = Minifier::new(options).minify(&allocator, &mut program);
    let writer = Codegen::new()
        .with_options(CodegenOptions::minify())
        .with_scoping(shortened.scoping)
        .with_private_member_mappings(shortened.class_private_mappings);
    Ok(writer.build(&program).code.to_string())
}

/// The files below a folder, with their paths relative to it, sorted.
fn listed(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/"), path));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn embedded(files: &[(String, PathBuf)]) -> Result<String, Box<dyn Error>> {
    let mut code = String::from("&[\n");
    for (name, path) in files {
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.to_string_lossy())?;
    }
    code.push_str("]\n");
    Ok(code)
}

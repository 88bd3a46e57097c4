//! `cargo verify`: everything that must hold before a commit, in the order of how fast it fails.
//!
//! `cargo verify STEP…` runs only the named steps. What a step needs and the machine lacks is installed first; what
//! cannot be installed is named, and nothing is skipped. Node, which keeps one processor busy, runs beside the others, and
//! what it has said is printed at the end.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dashgen_tests::browser::chromium;
use dashgen_tests::databases::postgresql;
use dashgen_tests::{outside_of_cargo, root};

const PLOTLY: &str = "generator/plotly";

/// One thing to hold. `{target}` in a command is cargo's target folder.
struct Step {
    name: &'static str,
    needs: &'static [Tool],
    env: &'static [(&'static str, &'static str)],
    folder: &'static str,
    command: &'static [&'static str],
}

// Build and test share one profile, so polars is compiled once; clippy and doc share its metadata. No `-p`: features are
// then those of the whole workspace in every command.
const STEPS: [Step; 7] = [
    step("fmt", &[RUSTFMT], &["cargo", "fmt", "--all", "--check"]),
    Step { folder: PLOTLY, ..step("plotly", &[NODE, NPM, PLOTLY_MODULES], &["node", "prepare.mjs", "--check"]) },
    step("clippy", &[CLIPPY, WASM], &["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    Step {
        env: &[("RUSTDOCFLAGS", "-D warnings")],
        ..step("doc", &[WASM], &["cargo", "doc", "--workspace", "--no-deps"])
    },
    step("test", &[WASM, CHROMIUM, POSTGRESQL, PYTHON], &["cargo", "test", "--workspace"]),
    step(
        "site",
        &[WASM],
        &["cargo", "run", "-q", "--bin", "dashgen", "--", "build", ".", "--out", "{target}/site", "--deny-warnings"],
    ),
    // Few rows and no peers: what it measures tells little, but every figure that it compares must be right.
    step("bench", &[WASM, CHROMIUM], &BENCH),
];

const BENCH: [&str; 14] = [
    "cargo",
    "bench",
    "--profile",
    "dev",
    "--workspace",
    "--bench",
    "brush",
    "--bench",
    "build",
    "--",
    "--rows",
    "100000",
    "--peers",
    "none",
];

const fn step(name: &'static str, needs: &'static [Tool], command: &'static [&'static str]) -> Step {
    Step { name, needs, env: &[], folder: ".", command }
}

/// Something that a step needs, how to see that it is there, and how to get it.
struct Tool {
    name: &'static str,
    present: fn() -> bool,
    get: Get,
}

enum Get {
    Rustup(&'static [&'static str]),
    Apt(&'static [&'static str]),
    Npm,
}

const RUSTFMT: Tool = Tool {
    name: "rustfmt",
    present: || succeeds("cargo", &["fmt", "--version"]),
    get: Get::Rustup(&["component", "add", "rustfmt"]),
};
const CLIPPY: Tool = Tool {
    name: "clippy",
    present: || succeeds("cargo", &["clippy", "--version"]),
    get: Get::Rustup(&["component", "add", "clippy"]),
};
const WASM: Tool = Tool {
    name: "the wasm32-unknown-unknown target",
    present: wasm_present,
    get: Get::Rustup(&["target", "add", "wasm32-unknown-unknown"]),
};
const CHROMIUM: Tool = Tool { name: "Chromium", present: || chromium().is_some(), get: Get::Apt(&["chromium"]) };
const POSTGRESQL: Tool = Tool {
    name: "PostgreSQL",
    present: || postgresql().is_some() && succeeds("psql", &["--version"]),
    get: Get::Apt(&["postgresql"]),
};
const PYTHON: Tool = Tool {
    name: "Python with venv",
    present: || succeeds("python3", &["-c", "import ensurepip, venv"]),
    get: Get::Apt(&["python3-venv"]),
};
const NODE: Tool = Tool { name: "node", present: || succeeds("node", &["--version"]), get: Get::Apt(&["nodejs"]) };
const NPM: Tool = Tool { name: "npm", present: || succeeds("npm", &["--version"]), get: Get::Apt(&["npm"]) };
const PLOTLY_MODULES: Tool =
    Tool { name: "the npm packages of generator/plotly", present: plotly_modules_present, get: Get::Npm };

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let steps = match chosen(&names) {
        Ok(steps) => steps,
        Err(message) => return fail(&message),
    };
    for tool in steps.iter().flat_map(|step| step.needs) {
        if let Err(message) = provide(tool) {
            return fail(&message);
        }
    }
    let results = run_all(&steps);
    println!();
    for (name, passed, took) in &results {
        println!("{} {name:<8} {}", if *passed { "ok    " } else { "FAILED" }, show(*took));
    }
    if results.iter().all(|(_, passed, _)| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("verify: {message}");
    ExitCode::FAILURE
}

/// The named steps in their own order, or all.
fn chosen(names: &[String]) -> Result<Vec<&'static Step>, String> {
    static ALL: [Step; STEPS.len()] = STEPS;
    if let Some(unknown) = names.iter().find(|name| !ALL.iter().any(|step| step.name == **name)) {
        let known: Vec<&str> = ALL.iter().map(|step| step.name).collect();
        return Err(format!("no step `{unknown}`; there are {}", known.join(", ")));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(ALL.iter().filter(wanted).collect())
}

/// A step's name, whether it has passed, and how long it took.
type Outcome = (&'static str, bool, Duration);

/// Runs the steps one after another, and Node's beside them.
fn run_all(steps: &[&'static Step]) -> Vec<Outcome> {
    let (beside, others): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.command[0] == "node");
    thread::scope(|scope| {
        let beside: Vec<_> = beside.into_iter().map(|step| scope.spawn(|| run_unseen(step))).collect();
        let mut outcomes: Vec<Outcome> = others.into_iter().map(run).collect();
        outcomes.extend(beside.into_iter().map(|step| step.join().expect("a step does not panic").tell()));
        outcomes
    })
}

fn run(step: &'static Step) -> Outcome {
    head(step);
    let started = Instant::now();
    let passed = passes(&mut command(step));
    foot(step, passed, started.elapsed())
}

/// A step that has run without a word, and what it had to say.
struct Unseen {
    step: &'static Step,
    output: io::Result<Output>,
    took: Duration,
}

fn run_unseen(step: &'static Step) -> Unseen {
    let started = Instant::now();
    let output = outside_of_cargo(&mut command(step)).stdin(Stdio::null()).output();
    Unseen { step, output, took: started.elapsed() }
}

impl Unseen {
    fn tell(self) -> Outcome {
        head(self.step);
        match &self.output {
            Ok(output) => print!("{}{}", text(&output.stdout), text(&output.stderr)),
            Err(error) => println!("{error}"),
        }
        foot(self.step, self.output.is_ok_and(|output| output.status.success()), self.took)
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn command(step: &Step) -> Command {
    let words = words(step);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(root().join(step.folder)).envs(step.env.iter().copied());
    command
}

fn words(step: &Step) -> Vec<String> {
    let target = target_folder().display().to_string();
    step.command.iter().map(|word| word.replace("{target}", &target)).collect()
}

fn head(step: &Step) {
    println!("\n── {}: {}", step.name, words(step).join(" "));
}

fn foot(step: &Step, passed: bool, took: Duration) -> Outcome {
    println!("── {} {} in {}", step.name, if passed { "passed" } else { "FAILED" }, show(took));
    (step.name, passed, took)
}

fn show(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// Makes sure of a tool, or says in one line how to get it.
fn provide(tool: &Tool) -> Result<(), String> {
    if (tool.present)() {
        return Ok(());
    }
    let commands = recipe(&tool.get);
    let typed: Vec<String> = commands.iter().map(|words| words.join(" ")).collect();
    println!("verify: installing {}: {}", tool.name, typed.join(" && "));
    let installed = commands.iter().all(|words| {
        let folder = if matches!(tool.get, Get::Npm) { root().join(PLOTLY) } else { root() };
        let mut command = Command::new(words[0]);
        passes(command.args(&words[1..]).current_dir(folder).env("DEBIAN_FRONTEND", "noninteractive"))
    });
    if installed && (tool.present)() {
        return Ok(());
    }
    Err(format!("{} is missing and could not be installed; run: {}", tool.name, typed.join(" && ")))
}

fn recipe(get: &Get) -> Vec<Vec<&'static str>> {
    match get {
        Get::Rustup(words) => vec![[&["rustup"], *words].concat()],
        Get::Npm => vec![vec!["npm", "ci", "--no-audit", "--no-fund"]],
        Get::Apt(packages) => {
            let apt: &[&str] = if is_root() { &["apt-get"] } else { &["sudo", "-n", "apt-get"] };
            let install: &[&str] = &["install", "-y", "--no-install-recommends"];
            vec![[apt, &["update"]].concat(), [apt, install, packages].concat()]
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Also true for a Rust that did not come from rustup.
fn wasm_present() -> bool {
    let library = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
    let printed = Command::new("rustc").args(library).current_dir(root()).output();
    printed.is_ok_and(|printed| Path::new(String::from_utf8_lossy(&printed.stdout).trim()).is_dir())
}

/// npm writes its own copy of the lock file last.
fn plotly_modules_present() -> bool {
    let changed = |file: &str| root().join(PLOTLY).join(file).metadata().and_then(|file| file.modified());
    match (changed("package-lock.json"), changed("node_modules/.package-lock.json")) {
        (Ok(wanted), Ok(installed)) => installed >= wanted,
        _ => false,
    }
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    passes(Command::new(program).args(args).current_dir(root()).stdout(Stdio::null()).stderr(Stdio::null()))
}

fn passes(command: &mut Command) -> bool {
    outside_of_cargo(command).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name_and_keep_their_order() {
        let names = |chosen: Vec<&Step>| chosen.iter().map(|step| step.name).collect::<Vec<_>>();
        let some = ["test".to_owned(), "fmt".to_owned()];
        assert_eq!(names(chosen(&some).unwrap()), ["fmt", "test"]);
        assert_eq!(chosen(&[]).unwrap().len(), STEPS.len());
        assert!(chosen(&["tests".to_owned()]).err().unwrap().contains("fmt, plotly, clippy"));
    }

    #[test]
    fn durations_are_shown_in_minutes_from_one_on() {
        assert_eq!(show(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(show(Duration::from_secs(185)), "3 min 05 s");
    }
}

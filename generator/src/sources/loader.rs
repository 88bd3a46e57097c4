//! Loaders: programs whose output is a source's file. They run in the site's folder; what they print is kept until they,
//! or the files they say they read, change.

use super::cache::{self, Cache};
use super::{Part, Source, options};
use crate::Mode;
use crate::diagnostics::Diagnostic;
use crate::error;
use crate::site::Site;
use std::collections::VecDeque;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A program that prints a source.
#[derive(Debug, Clone)]
pub struct Loader {
    path: PathBuf,
    relative: String,
    /// The name of the file that it prints.
    output: String,
    interpreter: Option<&'static Interpreter>,
}

/// What runs programs of one ending.
#[derive(Debug)]
struct Interpreter {
    ending: &'static str,
    command: &'static str,
    arguments: &'static [&'static str],
    install: &'static str,
}

const fn interpreter(
    ending: &'static str,
    command: &'static str,
    arguments: &'static [&'static str],
    install: &'static str,
) -> Interpreter {
    Interpreter { ending, command, arguments, install }
}

/// By what programs are run, unless they are executable and say it themselves.
static INTERPRETERS: [Interpreter; 12] = [
    interpreter("py", "python3", &[], "apt install python3, brew install python, or https://python.org"),
    interpreter("sh", "sh", &[], "apt install dash"),
    interpreter("bash", "bash", &[], "apt install bash"),
    interpreter("js", "node", &[], "apt install nodejs, brew install node, or https://nodejs.org"),
    interpreter("mjs", "node", &[], "apt install nodejs, brew install node, or https://nodejs.org"),
    interpreter("ts", "node", &["--experimental-strip-types"], "Node.js 22.6 or later from https://nodejs.org"),
    interpreter("r", "Rscript", &[], "apt install r-base, brew install r, or https://r-project.org"),
    interpreter("rs", "rust-script", &[], "cargo install rust-script"),
    interpreter("go", "go", &["run"], "apt install golang, brew install go, or https://go.dev"),
    interpreter("rb", "ruby", &[], "apt install ruby, or https://ruby-lang.org"),
    interpreter("pl", "perl", &[], "apt install perl"),
    interpreter("jl", "julia", &[], "https://julialang.org/install"),
];

/// How long a loader may take, unless its settings say otherwise.
const TIMEOUT: Duration = Duration::from_secs(300);

/// How many of its last lines are told when it fails.
const LAST_LINES: usize = 12;

/// The loader that a file is, if it can be run.
pub fn loader(path: &Path, relative: &str, output: &str) -> Option<Loader> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    let interpreter = INTERPRETERS.iter().find(|interpreter| interpreter.ending == ending);
    let own = is_executable(path) && (interpreter.is_none() || starts_itself(path));
    if interpreter.is_none() && !own {
        return None;
    }
    let interpreter = interpreter.filter(|_| !own);
    Some(Loader { path: path.to_owned(), relative: relative.to_owned(), output: output.to_owned(), interpreter })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["exe", "bat", "cmd"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// True if the first line names an interpreter.
fn starts_itself(path: &Path) -> bool {
    let mut start = Vec::new();
    fs::File::open(path).is_ok_and(|file| file.take(2).read_to_end(&mut start).is_ok() && start == b"#!")
}

/// What the loader prints, from the cache or by running it; none if it would have to run for a check.
pub fn run(site: &Site, source: &Source, loader: &Loader, mode: Mode) -> Result<Option<Vec<Part>>, Diagnostic> {
    let refresh = source.settings.get("refresh").map(options::duration).transpose()?;
    let timeout = source.settings.get("timeout").map_or(Ok(TIMEOUT), options::duration)?;
    let cache = Cache::of(&site.root, "loaders");
    let ending = loader.output.split_once('.').map_or("", |(_, ending)| ending);
    let path = cache.path(&source.name, &loader.key(site, source)?, ending);
    let is_fresh = |path: &Path| refresh.is_none_or(|refresh| cache::age(path).is_some_and(|age| age < refresh));
    if !path.is_file() || (mode != Mode::Check && !is_fresh(&path)) {
        if mode == Mode::Check {
            return Ok(None);
        }
        loader.print(site, source, timeout, &cache, &path)?;
    }
    Ok(Some(vec![Part { path, relative: format!("output of {}", loader.relative), keys: Vec::new() }]))
}

impl Loader {
    /// All that its output depends on, as far as it says.
    fn key(&self, site: &Site, source: &Source) -> Result<String, Diagnostic> {
        let content = |path: &Path, relative: &str| {
            cache::content(path).map_err(|problem| super::csv::input_error(relative, &problem))
        };
        let mut parts = vec![self.relative.clone(), content(&self.path, &self.relative)?];
        if let Some(setting) = source.settings.get("inputs") {
            for (pattern, span) in setting.texts()? {
                let found = super::find::matched(&site.root, &pattern, setting)?;
                if found.is_empty() {
                    return Err(
                        error!(span, "`{pattern}` leads to no file"; hint: "inputs are the files that the loader reads, seen from the folder of `dashgen.toml`"),
                    );
                }
                for found in found {
                    parts.extend([content(&found.path, &found.relative)?, found.relative]);
                }
            }
        }
        Ok(cache::key(&parts))
    }

    fn command(&self) -> Command {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        match self.interpreter {
            None => Command::new(path),
            Some(interpreter) => {
                let mut command = Command::new(interpreter.command);
                command.args(interpreter.arguments).arg(path);
                command
            }
        }
    }

    fn print(
        &self,
        site: &Site,
        source: &Source,
        timeout: Duration,
        cache: &Cache,
        path: &Path,
    ) -> Result<(), Diagnostic> {
        let failed = |problem: io::Error| error!(source.span, "cannot keep the output of `{}` in `.dashgen/cache`: {problem}", self.relative; hint: "may you write there, and is there room on the disk?");
        let file = cache.file().map_err(failed)?;
        let mut command = self.command();
        command.current_dir(&site.root).stdin(Stdio::null()).stderr(Stdio::piped());
        command.stdout(file.reopen().map_err(failed)?);
        in_own_group(&mut command);
        let mut child = command.spawn().map_err(|problem| self.not_started(source, &problem))?;
        let said = listen(&mut child, self.relative.clone());
        let Some(status) = wait(&mut child, timeout) else {
            return Err(
                error!(source.span, "loader `{}` did not end within {} s and was stopped", self.relative, timeout.as_secs_f64(); hint: "give it more time: as in `timeout = \"20 min\"` in `[sources.{}]`", source.name),
            );
        };
        if !status.success() {
            return Err(self.failed(source, status, &last_lines(&said)));
        }
        if file.as_file().metadata().map_err(failed)?.len() == 0 {
            return Err(
                error!(source.span, "loader `{}` printed nothing", self.relative; hint: "what it writes to its standard output is the file `{}`", self.output),
            );
        }
        cache.keep(file, path).map_err(failed)
    }

    fn not_started(&self, source: &Source, problem: &io::Error) -> Diagnostic {
        match self.interpreter {
            Some(interpreter) if problem.kind() == io::ErrorKind::NotFound => {
                error!(source.span, "`{}`, which runs loader `{}`, is not installed", interpreter.command, self.relative; hint: "{}", interpreter.install)
            }
            _ => {
                error!(source.span, "loader `{}` does not start: {problem}", self.relative; hint: "its first line names what runs it: as in `#!/usr/bin/env python3`")
            }
        }
    }

    fn failed(&self, source: &Source, status: ExitStatus, said: &str) -> Diagnostic {
        let failed = error!(source.span, "loader `{}` failed: {status}", self.relative);
        failed.hint(Some(match said.is_empty() {
            true => "it said nothing on its standard error".to_owned(),
            false => format!("it said:\n{said}"),
        }))
    }
}

/// Its children are stopped with it.
fn in_own_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Shows what the program says on its standard error, and keeps it.
fn listen(child: &mut Child, name: String) -> Receiver<String> {
    let (send, said) = channel();
    if let Some(stderr) = child.stderr.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                eprintln!("{name}: {line}");
                let _ = send.send(line);
            }
        });
    }
    said
}

/// The last of what the program said; a child of its own may still be there, and is not waited for.
fn last_lines(said: &Receiver<String>) -> String {
    let mut lines = VecDeque::new();
    while let Ok(line) = said.recv_timeout(Duration::from_secs(1)) {
        lines.push_back(line);
        if lines.len() > LAST_LINES {
            lines.pop_front();
        }
    }
    Vec::from(lines).join("\n")
}

/// Waits for the program's end; after the time it and its children are stopped.
fn wait(child: &mut Child, timeout: Duration) -> Option<ExitStatus> {
    let end = Instant::now() + timeout;
    let mut pause = Duration::from_millis(2);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(pause),
            _ => break,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    stop(child);
    None
}

/// Stops the program and its children: by the shell and Windows' own program, for Rust's library stops one process only.
fn stop(child: &mut Child) {
    let id = child.id();
    let stopped = match cfg!(unix) {
        true => Command::new("sh").args(["-c", &format!("kill -KILL -{id}")]).stderr(Stdio::null()).status(),
        false => Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).stdout(Stdio::null()).status(),
    };
    if !stopped.is_ok_and(|status| status.success()) {
        let _ = child.kill();
    }
    let _ = child.wait();
}

//! The DevTools protocol over a pipe: Chromium reads commands on descriptor 3 and writes answers and events on 4.
//!
//! A pipe needs no port and no WebSocket, answers in well under a millisecond, and ends Chromium with the test's process.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything in the browser may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Moves the pipe from stdin and stdout to the descriptors that Chromium expects.
const TO_PIPE: &str = r#"exec "$0" "$@" --remote-debugging-pipe 3<&0 4>&1 0</dev/null 1>/dev/null"#;

/// The browser itself, as opposed to a session with one of its pages or workers.
pub const BROWSER: &str = "";

/// A running Chromium with a profile of its own; it ends when dropped.
pub struct Chromium {
    /// The pipe to it.
    pub line: Arc<Line>,
    process: Child,
    profile: TempDir,
}

impl Chromium {
    /// Starts the program; every event, as the JSON that came, goes to `on_event`.
    pub fn start(program: &Path, flags: &[&str], on_event: impl Fn(&Line, &Value) + Send + 'static) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder for the profile");
        let complaints = File::create(profile.path().join("stderr")).expect("the profile folder is ours");
        let mut data_dir = OsStr::new("--user-data-dir=").to_owned();
        data_dir.push(profile.path());
        let mut process = Command::new("sh")
            .args(["-c", TO_PIPE])
            .arg(program)
            .args(flags)
            .arg(data_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .expect("a shell to start Chromium");
        let to = process.stdin.take().expect("stdin is piped");
        let from = process.stdout.take().expect("stdout is piped");
        Chromium { line: Line::start(to, from, on_event), process, profile }
    }

    /// What it wrote to stderr.
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(self.profile.path().join("stderr")).unwrap_or_default()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.line.post(BROWSER, "Browser.close", json!({}));
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Both directions of the pipe.
pub struct Line {
    to: Mutex<ChildStdin>,
    next: AtomicU64,
    /// Who waits for which answer; `None` once the pipe has closed.
    waiting: Mutex<Option<BTreeMap<u64, Sender<Value>>>>,
}

impl Line {
    fn start(to: ChildStdin, from: ChildStdout, on_event: impl Fn(&Line, &Value) + Send + 'static) -> Arc<Self> {
        let waiting = Mutex::new(Some(BTreeMap::new()));
        let line = Arc::new(Line { to: Mutex::new(to), next: AtomicU64::new(1), waiting });
        let reading = Arc::clone(&line);
        std::thread::spawn(move || {
            for message in BufReader::new(from).split(0).map_while(Result::ok) {
                let message: Value = serde_json::from_slice(&message).expect("Chromium writes JSON");
                match message["id"].as_u64() {
                    Some(id) => reading.answered(id, message),
                    None => on_event(&reading, &message),
                }
            }
            lock(&reading.waiting).take();
        });
        line
    }

    /// Sends a command and waits for its answer.
    pub fn call(&self, session: &str, method: &str, params: Value) -> Result<Value, String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = mpsc::channel();
        lock(&self.waiting).as_mut().ok_or("Chromium is gone")?.insert(id, answer);
        self.send(id, session, method, params);
        let mut message = answered.recv_timeout(PATIENCE).map_err(|error| format!("{method}: {error}"))?;
        match message["error"]["message"].as_str() {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(message["result"].take()),
        }
    }

    /// Sends a command whose answer nobody needs.
    pub fn post(&self, session: &str, method: &str, params: Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.send(id, session, method, params);
    }

    fn send(&self, id: u64, session: &str, method: &str, params: Value) {
        let mut command = json!({ "id": id, "method": method, "params": params });
        if session != BROWSER {
            command["sessionId"] = session.into();
        }
        let bytes = [command.to_string().as_bytes(), &[0]].concat();
        // A closed pipe shows where the answer is awaited.
        lock(&self.to).write_all(&bytes).ok();
    }

    fn answered(&self, id: u64, message: Value) {
        let waiting = lock(&self.waiting).as_mut().and_then(|waiting| waiting.remove(&id));
        if let Some(waiting) = waiting {
            waiting.send(message).ok();
        }
    }
}

/// Locks, also after another test thread has failed while holding the lock.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

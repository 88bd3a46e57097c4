//! How much memory a process held at the most, as Linux tells it.

use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

const PACE: Duration = Duration::from_millis(2);

/// How a program ended.
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// How long it ran.
    pub seconds: f64,
    /// The most memory it held; none where the system does not tell.
    pub peak_mb: Option<f64>,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Ended {
    let start = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut peak_mb = None;
    loop {
        peak_mb = peak_of(&child).or(peak_mb);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Ended { status, seconds: start.elapsed().as_secs_f64(), peak_mb };
        }
        std::thread::sleep(PACE);
    }
}

fn peak_of(child: &Child) -> Option<f64> {
    status(child.id(), "VmHWM").map(|kibibytes| kibibytes * 1.024e-3)
}

/// The most memory that a renderer of our browsers holds now or has held.
pub fn renderer_peak_mb() -> Option<f64> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let peaks = ids.filter(|&id| is_renderer(id) && is_ours(id)).filter_map(|id| status(id, "VmHWM"));
    peaks.max_by(f64::total_cmp).map(|kibibytes| kibibytes * 1.024e-3)
}

/// Chromium writes spaces between the words of its renderers' command lines.
fn is_renderer(id: u32) -> bool {
    std::fs::read(format!("/proc/{id}/cmdline"))
        .is_ok_and(|words| String::from_utf8_lossy(&words).contains("--type=renderer"))
}

fn is_ours(mut id: u32) -> bool {
    while id > 1 {
        match status(id, "PPid") {
            Some(parent) => id = parent as u32,
            None => return false,
        }
        if id == std::process::id() {
            return true;
        }
    }
    false
}

/// A number of `/proc/<id>/status`.
fn status(id: u32, name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

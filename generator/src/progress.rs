//! What a build says while it works: nothing in its first second, then a line that tells what it is at.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// The progress line of one build.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// A line on the terminal's error stream; on anything but a terminal it stays silent.
    pub fn terminal() -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} ({elapsed})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Progress { bar, started: Instant::now() }
    }

    /// A stage of so many steps begins.
    pub fn stage(&self, name: &'static str, steps: usize) {
        self.bar.set_message(name);
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
        self.show();
    }

    /// A step of the stage is done.
    pub fn step(&self) {
        self.bar.inc(1);
        self.show();
    }

    fn show(&self) {
        if self.bar.is_hidden() && self.started.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// The build has ended: the line goes, the time it took comes back.
    pub fn finish(&self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
}

//! The `dashgen` command: arguments in, files and messages out.

use clap::{Parser, Subcommand};
use dashgen::diagnostics::{self, Style};
use dashgen::progress::Progress;
use dashgen::report::say;
use dashgen::{Mode, Outcome, build, new, preview};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Markdown pages with queries and charts become self-contained interactive dashboards.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a folder with a small site that builds as it is
    New {
        /// The folder to make
        name: PathBuf,
    },
    /// Build the site into plain files
    Build {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        /// Where to write [default: SITE/dist]
        #[arg(long)]
        out: Option<PathBuf>,
        /// Treat warnings as errors
        #[arg(long)]
        deny_warnings: bool,
        /// Show what else each table could have been published as, and what that weighs
        #[arg(long)]
        explain: bool,
    },
    /// Serve the site and rebuild when a file changes
    Preview {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        /// The first port to try
        #[arg(long, default_value_t = 3000)]
        port: u16,
    },
    /// Find the mistakes of a site without reading its data
    Check {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::New { name } => make(&name),
        Command::Build { site, out, deny_warnings, explain } => {
            let out = out.unwrap_or_else(|| site.join("dist"));
            publish(&site, &out, if deny_warnings { Warnings::Deny } else { Warnings::Allow }, explain)
        }
        Command::Preview { site, port } => preview::preview(&site, port).map(|()| ExitCode::SUCCESS),
        Command::Check { site } => Ok(check(&site)),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Warnings {
    Allow,
    Deny,
}

fn make(folder: &Path) -> io::Result<ExitCode> {
    new::new(folder)?;
    let name = folder.display();
    say(&format!("made {name}: its page is {name}/content/index.md\n\n  dashgen preview {name}"));
    Ok(ExitCode::SUCCESS)
}

fn publish(site: &Path, out: &Path, warnings: Warnings, explain: bool) -> io::Result<ExitCode> {
    let progress = Progress::terminal();
    let outcome = build(site, Mode::Publish, &progress);
    let took = progress.finish();
    tell(&outcome);
    let denied = warnings == Warnings::Deny && !outcome.diagnostics.is_empty();
    let Some(built) = outcome.built.filter(|_| !denied) else {
        return Ok(ExitCode::FAILURE);
    };
    built.bundle.write(out)?;
    if explain {
        say(&format!("{}\n", built.report.explained()));
    }
    say(&format!(
        "{}\n\nbuilt {} files into {} in {:.2} s",
        built.report.text(),
        built.bundle.files.len(),
        out.display(),
        took.as_secs_f64()
    ));
    Ok(ExitCode::SUCCESS)
}

fn check(site: &Path) -> ExitCode {
    let outcome = build(site, Mode::Check, &Progress::terminal());
    tell(&outcome);
    if outcome.diagnostics.has_errors() {
        return ExitCode::FAILURE;
    }
    say("no errors");
    ExitCode::SUCCESS
}

fn tell(outcome: &Outcome) {
    let style = if io::stderr().is_terminal() { Style::Colored } else { Style::Plain };
    if !outcome.diagnostics.is_empty() {
        eprintln!("{}", diagnostics::render(&outcome.diagnostics, &outcome.files, style));
    }
}

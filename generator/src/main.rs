//! The `dashgen` command: arguments in, files and messages out.

use clap::{Parser, Subcommand, ValueEnum};
use dashgen::cache::{Cache, Queries};
use dashgen::diagnostics::{self, Diagnostics, Files, Style};
use dashgen::progress::Progress;
use dashgen::report::say;
use dashgen::{Mode, assertions, build, build_with, diff, graph, new, preview, query, rows, schema};
use std::io::{self, IsTerminal, Write};
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
        /// Run every query, also those whose answers an earlier build has kept in SITE/.dashgen/cache
        #[arg(long)]
        no_cache: bool,
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
    /// Hold the site's figures against its tests/*.yaml
    Test {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
    },
    /// Write JSON Schemas for editors into SITE/.dashgen/schema
    Schema {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
    },
    /// Show which figures moved between two built sites
    Diff {
        /// The folder of the one, as `dashgen build` wrote it
        old: PathBuf,
        /// The folder of the other
        new: PathBuf,
        /// As a table in Markdown, for a pull request
        #[arg(long)]
        markdown: bool,
    },
    /// Run a block of a page, or SQL over the site's tables, and print its rows
    Query {
        /// The site's folder, if not this one; then a table, `page#name` or a query
        #[arg(num_args = 1..=2, required = true, value_names = ["SITE", "QUERY"])]
        words: Vec<String>,
        /// At most so many rows [default: 20 in a table, else all]
        #[arg(long)]
        limit: Option<usize>,
        /// How to print them
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Print what each page's tables and views depend on, and where they run
    Graph {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        /// As a table, as a diagram in Mermaid's language, or as a picture
        #[arg(long, value_enum, default_value_t = Drawing::Table)]
        format: Drawing,
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
        Command::Build { site, out, deny_warnings, explain, no_cache } => {
            let out = out.unwrap_or_else(|| site.join("dist"));
            let cache = if no_cache { Cache::none() } else { Cache::of(&site) };
            publish(&site, &out, &cache, if deny_warnings { Warnings::Deny } else { Warnings::Allow }, explain)
        }
        Command::Preview { site, port } => preview::preview(&site, port).map(|()| ExitCode::SUCCESS),
        Command::Query { words, limit, format } => {
            let (site, asked) = match &words[..] {
                [site, asked] => (site.as_str(), asked),
                words => (".", &words[0]),
            };
            print_rows(Path::new(site), asked, limit, format)
        }
        Command::Graph { site, format } => Ok(draw(&site, format)),
        Command::Check { site } => Ok(check(&site)),
        Command::Test { site } => Ok(test(&site)),
        Command::Schema { site } => schema::write(&site).map(|count| {
            say(&format!("wrote {count} schemas into {}", site.join(".dashgen/schema").display()));
            ExitCode::SUCCESS
        }),
        Command::Diff { old, new, markdown } => {
            compare(&old, &new, if markdown { diff::markdown_table } else { diff::text_table })
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Drawing {
    Table,
    Mermaid,
    Svg,
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

fn publish(site: &Path, out: &Path, cache: &Cache, warnings: Warnings, explain: bool) -> io::Result<ExitCode> {
    let progress = Progress::terminal();
    let outcome = build_with(site, Mode::Publish, cache, &progress);
    let took = progress.finish();
    tell(&outcome.diagnostics, &outcome.files);
    let denied = warnings == Warnings::Deny && !outcome.diagnostics.is_empty();
    let Some(built) = outcome.built.filter(|_| !denied) else {
        return Ok(ExitCode::FAILURE);
    };
    built.bundle.write(out)?;
    if explain {
        say(&format!("{}\n", built.report.explained()));
    }
    let Queries { run, all } = cache.queries();
    say(&format!(
        "{}\n\nbuilt {} files into {} in {:.2} s; {run} of {all} queries run",
        built.report.text(),
        built.bundle.files.len(),
        out.display(),
        took.as_secs_f64()
    ));
    Ok(ExitCode::SUCCESS)
}

fn check(site: &Path) -> ExitCode {
    let outcome = build(site, Mode::Check, &Progress::terminal());
    tell(&outcome.diagnostics, &outcome.files);
    if outcome.diagnostics.has_errors() {
        return ExitCode::FAILURE;
    }
    say("no errors");
    ExitCode::SUCCESS
}

fn draw(site: &Path, drawing: Drawing) -> ExitCode {
    let graph = graph::graph(site);
    tell(&graph.diagnostics, &graph.files);
    let Some(pages) = graph.pages else { return ExitCode::FAILURE };
    say(match drawing {
        Drawing::Table => graph::text(&pages),
        Drawing::Mermaid => graph::mermaid(&pages),
        Drawing::Svg => graph::svg(&pages),
    }
    .trim_end());
    ExitCode::SUCCESS
}

/// Rows of a table that are printed unless the author says how many.
const ROWS: usize = 20;

fn print_rows(site: &Path, asked: &str, limit: Option<usize>, format: Format) -> io::Result<ExitCode> {
    let shown = limit.or((format == Format::Table).then_some(ROWS));
    // One row more tells whether there are more.
    let answered = query::query(site, asked, shown.map(|shown| shown + 1));
    tell(&answered.diagnostics, &answered.files);
    let Some(rows) = answered.rows else { return Ok(ExitCode::FAILURE) };
    let mut first = rows.head(shown.or(Some(rows.height())));
    let text = match format {
        Format::Table => Ok(format!("{}\n", rows::text(&first)).into_bytes()),
        Format::Csv => rows::csv(&mut first),
        Format::Json => rows::json(&mut first),
    };
    drop(io::stdout().write_all(&text.map_err(io::Error::other)?));
    if rows.height() > first.height() {
        eprintln!("\nthere are more rows; `--limit {}` shows more", first.height() * 10);
    }
    Ok(ExitCode::SUCCESS)
}

fn test(site: &Path) -> ExitCode {
    let tested = assertions::run(site, &Cache::of(site), &Progress::terminal());
    tell(&tested.diagnostics, &tested.files);
    if tested.diagnostics.has_errors() {
        return ExitCode::FAILURE;
    }
    say(&format!("{} of {} expectations hold", tested.held, tested.all));
    ExitCode::SUCCESS
}

fn compare(old: &Path, new: &Path, table: fn(&[diff::Moved]) -> String) -> io::Result<ExitCode> {
    let moved = diff::diff(old, new)?;
    let text = if moved.is_empty() { "no figure moved".to_owned() } else { table(&moved) };
    say(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn tell(diagnostics: &Diagnostics, files: &Files) {
    let style = if io::stderr().is_terminal() { Style::Colored } else { Style::Plain };
    if !diagnostics.is_empty() {
        eprintln!("{}", diagnostics::render(diagnostics, files, style));
    }
}

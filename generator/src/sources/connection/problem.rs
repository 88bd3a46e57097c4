//! What goes wrong with a connection, read from what drivers say, and the author's message for it.

use crate::config::connections::ConnectionSettings;
use crate::diagnostics::{Diagnostic, Span};
use crate::error;
use adbc_core::error::{Error, Status};
use polars::error::PolarsError;
use std::fmt;
use std::io;
use std::sync::Arc;

/// A connection's failure.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What kind it is.
    pub cause: Cause,
    /// What the driver says of it, without secrets.
    pub message: String,
    /// The connection's name.
    pub connection: String,
    /// Where the connection is written, where it is its fault.
    pub span: Option<Span>,
    /// What to do, where the connection's settings tell.
    pub hint: Option<String>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// There is no driver.
    Driver,
    /// Nobody answers at the address.
    Unreachable,
    /// Nobody answered in time.
    Slow,
    /// The user or the password is wrong.
    Password,
    /// There is no such database.
    Database,
    /// The user may not read it.
    Forbidden,
    /// A table is not there.
    Table,
    /// A column is not there.
    Column,
    /// The query took too long.
    Timeout,
    /// The server went away.
    Gone,
    /// What was read twice was not the same.
    Changed,
    /// Anything else about the query.
    Query,
}

impl Cause {
    /// True if the same may work a moment later.
    pub fn is_transient(self) -> bool {
        matches!(self, Cause::Unreachable | Cause::Gone)
    }

    /// True if no query can work.
    pub fn is_of_connection(self) -> bool {
        use Cause::{Database, Driver, Gone, Password, Slow, Unreachable};
        matches!(self, Driver | Unreachable | Slow | Password | Database | Gone)
    }
}

/// The words by which drivers tell what happened, in the order in which they are looked for.
const WORDS: [(Cause, &[&str]); 9] = [
    (Cause::Timeout, &["statement timeout", "deadline exceeded", "query timed out", "statement reached its statement"]),
    (Cause::Slow, &["timeout expired", "connection timed out", "i/o timeout"]),
    (
        Cause::Gone,
        &[
            "server closed the connection",
            "terminating connection",
            "no connection to the server",
            "connection to server was lost",
            "connection reset",
            "broken pipe",
            "transport is closing",
            "error reading from server",
            "unexpected eof",
            "sparkcontext was shut down",
            "stopped sparkcontext",
        ],
    ),
    (
        Cause::Unreachable,
        &[
            "connection refused",
            "could not translate host name",
            "name or service not known",
            "no such host",
            "no route to host",
            "network is unreachable",
            "starting up",
            "too many clients",
            "unable to open database file",
        ],
    ),
    (
        Cause::Password,
        &[
            "password authentication failed",
            "no password supplied",
            "unauthenticated",
            "authentication failed",
            "incorrect username or password",
            "role \"",
        ],
    ),
    (Cause::Forbidden, &["permission denied", "insufficient privileges", "access denied", "not authorized"]),
    (
        Cause::Column,
        &["unresolved_column", "cannot resolve attribute", "no such column", "column \"", "referenced column"],
    ),
    (Cause::Table, &["table_or_view_not_found", "no such table", "relation \"", "table with name", "schema \""]),
    (Cause::Database, &["database \"", "database does not exist"]),
];

/// What kind of failure a driver's error is.
pub fn cause(error: &Error) -> Cause {
    let state: String = error.sqlstate.iter().map(|letter| *letter as u8 as char).collect();
    match (state.as_str(), error.status) {
        ("28P01" | "28000", _) | (_, Status::Unauthenticated) => return Cause::Password,
        ("3D000", _) => return Cause::Database,
        ("42P01" | "3F000", _) => return Cause::Table,
        ("42703", _) => return Cause::Column,
        ("42501", _) | (_, Status::Unauthorized) => return Cause::Forbidden,
        ("57014", _) | (_, Status::Timeout) => return Cause::Timeout,
        ("57P01" | "57P02" | "08006" | "08003", _) => return Cause::Gone,
        ("57P03" | "53300" | "08001", _) => return Cause::Unreachable,
        _ => {}
    }
    let message = error.message.to_lowercase();
    let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| message.contains(word)));
    found.map_or(Cause::Query, |(cause, _)| *cause)
}

impl Problem {
    /// The failure of a connection.
    pub fn new(settings: &ConnectionSettings, cause: Cause, message: &str) -> Problem {
        let variables: Vec<String> =
            settings.secrets.iter().filter(|(name, _)| name != "uri").map(|(name, _)| format!("`{name}`")).collect();
        let driver = settings.driver;
        let hint = match cause {
            Cause::Driver => Some(format!("`{}`, or set `driver_path` to the library", driver.install)),
            Cause::Unreachable => Some("does the server run, and is this its address?".to_owned()),
            Cause::Slow => Some(format!(
                "{} s were not enough; is the address right? `connect_timeout` sets how long to wait",
                settings.connect_timeout.as_secs_f64()
            )),
            Cause::Password if variables.is_empty() => {
                Some("as in `uri = \"postgresql://user:${PGPASSWORD}@host/database\"`".to_owned())
            }
            Cause::Password => Some(format!("what is in {}?", variables.join(" and "))),
            Cause::Timeout => Some(format!(
                "{} s were not enough; filter or aggregate in the query, or raise `statement_timeout` of `[sources.{}]`",
                settings.statement_timeout.as_secs_f64(),
                settings.name
            )),
            Cause::Gone => Some("nothing was built; build again when the server is back".to_owned()),
            Cause::Changed => Some("nothing was built; build again".to_owned()),
            _ => None,
        };
        let span = if cause == Cause::Driver { settings.driver_span } else { settings.span };
        Problem {
            cause,
            message: redacted(&plain(message), settings),
            connection: settings.name.clone(),
            span: cause.is_of_connection().then_some(span),
            hint,
        }
    }

    /// The message for the author of a query at a place.
    pub fn diagnostic(&self, at: Option<Span>) -> Diagnostic {
        let Problem { connection, message, .. } = self;
        let span = self.span.or(at);
        let diagnostic = match self.cause {
            Cause::Driver => error!(span, "no driver for `{connection}`: {message}"),
            Cause::Unreachable => error!(span, "`{connection}` cannot be reached: {message}"),
            Cause::Slow => error!(span, "`{connection}` does not answer: {message}"),
            Cause::Password => error!(span, "`{connection}` lets nobody in: {message}"),
            Cause::Database => error!(span, "`{connection}` has no such database: {message}"),
            Cause::Forbidden => error!(span, "`{connection}` does not show this to its user: {message}"),
            Cause::Timeout => error!(span, "this takes `{connection}` too long: {message}"),
            Cause::Gone => error!(span, "`{connection}` went away while it was asked: {message}"),
            Cause::Changed => error!(span, "a table of `{connection}` changed while it was read: {message}"),
            Cause::Table | Cause::Column | Cause::Query => {
                error!(span, "`{connection}` does not run this query: {message}")
            }
        };
        diagnostic.hint(self.hint.clone())
    }

    /// The connection's failure behind an error of polars.
    pub fn of(error: &PolarsError) -> Option<&Problem> {
        match error {
            PolarsError::IO { error, .. } => error.get_ref()?.downcast_ref(),
            PolarsError::Context { error, .. } => Problem::of(error),
            _ => None,
        }
    }
}

/// The first line of what a driver says, without what it puts before.
fn plain(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let after = ["ERROR:", "FATAL:", "desc = ", "Producer error: "]
        .iter()
        .filter_map(|mark| line.rfind(mark).map(|at| at + mark.len()))
        .max();
    let line = line[after.unwrap_or_default()..].trim();
    let line = line.strip_prefix('"').map_or(line, |quoted| quoted.trim_end_matches('"'));
    let line = line.strip_prefix('[').and_then(|line| line.split_once("] ")).map_or(line, |(_, rest)| rest);
    line.trim_end_matches(['.', ' ']).to_owned()
}

/// A text without the values of secrets.
fn redacted(text: &str, settings: &ConnectionSettings) -> String {
    let secrets = settings.secrets.iter().map(|(_, secret)| secret.0.as_str());
    let mut secrets: Vec<&str> = secrets.filter(|secret| !secret.is_empty()).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.message)
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for PolarsError {
    fn from(problem: Problem) -> PolarsError {
        PolarsError::IO { error: Arc::new(io::Error::other(problem)), msg: None }
    }
}

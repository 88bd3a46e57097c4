//! Binds a `check` block: a query whose rows are those that break a rule.

use super::keys;
use crate::diagnostics::{Diagnostics, Files, Severity, Span};
use crate::error;
use crate::page::{Block, BlockKind};
use crate::sources::connection::Connections;
use crate::sql::Sql;
use crate::tables::{self, Definition, Table, Tables};
use crate::yaml::{self, Yaml};

/// A rule that the data are to keep.
pub struct Check {
    /// What the author calls it.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// The rows that break it.
    pub rows: Table,
    /// What it means if there are any.
    pub severity: Severity,
}

/// The checks of a page.
pub(super) fn checks(
    files: &Files,
    blocks: &[Block],
    (tables, unsound): (&Tables, &[String]),
    connections: &Connections,
    diagnostics: &mut Diagnostics,
) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for block in blocks.iter().filter(|block| block.kind == BlockKind::Check) {
        let Some((name, span)) = block.name.clone() else { continue };
        if let Some(first) = checks.iter().find(|check| check.name == name) {
            let twice = error!(span, "check `{name}` stands here twice"; hint: "give one of them another name");
            diagnostics.push(twice.related(first.span, "first defined here"));
        }
        let severity = block.options.map_or(Severity::Error, |options| severity(files, options, diagnostics));
        let sql = Sql { text: files.source(block.body).to_owned(), span: block.body };
        let query = Definition { name: name.clone(), name_span: span, sql };
        if let Some(rows) = tables::ask(&query, (tables, unsound), connections, diagnostics) {
            checks.push(Check { name, span, rows, severity });
        }
    }
    checks
}

/// `{severity: warn}`.
fn severity(files: &Files, options: Span, diagnostics: &mut Diagnostics) -> Severity {
    let Some(node) = yaml::parse(files, options, diagnostics) else { return Severity::Error };
    let Yaml::Map(map) = &node.yaml else { return Severity::Error };
    let mut severity = Severity::Error;
    for (key, node) in map {
        match (key.name.as_str(), node.text().as_deref()) {
            ("severity", Some("error")) => severity = Severity::Error,
            ("severity", Some("warn")) => severity = Severity::Warning,
            ("severity", _) => diagnostics
                .push(error!(node.span, "`severity` is `error` or `warn`"; hint: "a check without it fails the build")),
            (name, _) => diagnostics.push(keys::unknown_key(name, key.span, &["severity"])),
        }
    }
    severity
}

//! Are the data what they should be? `check` blocks that hold, fail and warn, and `dashgen query`.

use dashgen::cache::Cache;
use dashgen::diagnostics::{Severity, Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, Outcome, build, build_with};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SALES: &str = "date,region,revenue
2024-01-03,EMEA,10.5
2024-01-20,APAC,-20
2024-02-11,,30
2024-03-01,AMER,-1
";

fn site(page: &str) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    for (path, text) in [("content/index.md", page), ("sources/sales.csv", SALES)] {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    site
}

fn said(outcome: &Outcome) -> String {
    render(&outcome.diagnostics, &outcome.files, Style::Plain)
}

#[test]
fn a_rule_that_holds_says_nothing() {
    let site = site("```check years\nSELECT * FROM sales WHERE date < '2000-01-01'::date\n```\n");
    let outcome = build(site.path(), Mode::Publish, &Progress::terminal());
    assert!(outcome.built.is_some() && outcome.diagnostics.is_empty(), "{}", said(&outcome));
}

#[test]
fn a_warning_builds_and_is_said_again() {
    let site = site("Text.\n\n```check losses {severity: warn}\nSELECT * FROM sales WHERE revenue < 0\n```\n");
    for _ in 0..2 {
        let outcome = build_with(site.path(), Mode::Publish, &Cache::of(site.path()), &Progress::terminal());
        assert!(outcome.built.is_some(), "{}", said(&outcome));
        assert_eq!(outcome.diagnostics.count(Severity::Warning), 1);
        assert!(said(&outcome).contains("2 rows break check `losses`"), "{}", said(&outcome));
    }
    let denied = dashgen_tests::dashgen().args(["build", "--deny-warnings"]).arg(site.path()).output().unwrap();
    assert!(!denied.status.success());
}

#[test]
fn check_mode_reads_no_rows() {
    let site = site("```check losses\nSELECT * FROM sales WHERE revenue < 0\n```\n");
    let outcome = build(site.path(), Mode::Check, &Progress::terminal());
    assert!(outcome.diagnostics.is_empty(), "{}", said(&outcome));
}

fn query(site: &Path, arguments: &[&str]) -> (bool, String) {
    let answered = dashgen_tests::dashgen().arg("query").arg(site).args(arguments).output().unwrap();
    let text = if answered.status.success() { answered.stdout } else { answered.stderr };
    (answered.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn query_prints_rows() {
    let page = "```sql best\nSELECT region, revenue FROM sales WHERE revenue > 0 ORDER BY revenue DESC\n```\n\n```check losses\nSELECT region FROM sales WHERE revenue < 0 ORDER BY region\n```\n";
    let site = site(page);
    fs::write(site.path().join("content/other.md"), "```sql best\nSELECT 1 AS one FROM sales\n```\n").unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["index#best"], " region  revenue \n            30.0 \n EMEA       10.5 \n"),
        (&["losses", "--format", "csv"], "region\nAMER\nAPAC\n"),
        (&["index#best", "--limit", "1", "--format", "json"], "[{\"region\":null,\"revenue\":30.0}]\n"),
        (&["SELECT count(*) AS n FROM sales", "--format", "csv"], "n\n4\n"),
        (&["sales", "--limit", "1", "--format", "csv"], "date,region,revenue\n2024-01-03,EMEA,10.5\n"),
        (&["other#best", "--limit", "1", "--format", "csv"], "one\n1\n"),
    ];
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    for (arguments, rows) in cases {
        let (is_answered, text) = query(site.path(), arguments);
        assert!(is_answered && lines(&text) == lines(rows), "{arguments:?}: {text}");
    }
    for (asked, message) in [
        ("best", "several pages have a table `best`"),
        ("bast", "did you mean `best`?"),
        ("SELECT regio FROM sales", "did you mean `region`?"),
    ] {
        let (is_answered, text) = query(site.path(), &[asked]);
        assert!(!is_answered && text.contains(message), "{asked}: {text}");
    }
}

#[test]
fn a_new_site_takes_a_second_source() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("report");
    dashgen::new::new(&site).unwrap();
    fs::write(site.join("sources/visits.csv"), "date,visits\n2024-01-03,7\n").unwrap();
    let outcome = build(&site, Mode::Publish, &Progress::terminal());
    assert!(outcome.built.is_some() && outcome.diagnostics.is_empty(), "{}", said(&outcome));
}

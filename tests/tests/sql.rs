//! Is ordinary SQL answered as DuckDB answers it? `tests/sql/queries.txt` holds the queries, `answers.jsonl` what DuckDB
//! said (`answers.py` asks it), `refused.txt` the diagnostics for what a block cannot run.
//!
//! Values are compared with numbers within 1e-9, names of columns that the query itself names, and the order of rows
//! where the query fixes it.

use crate::answers::{self, Answer, run};
use std::fs;

fn pairs(name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(answers::folder().join(name)).unwrap();
    let line = |line: &str| line.split_once('|').map(|(name, text)| (name.to_owned(), text.to_owned()));
    text.lines().filter(|text| !text.is_empty() && !text.starts_with('#')).map(|text| line(text).unwrap()).collect()
}

/// Queries that the issue counts: the first so many of the list.
const COUNTED: usize = 156;

#[test]
fn queries_give_what_duckdb_gives() -> Result<(), String> {
    let known = answers::known();
    let tables = answers::tables();
    let refused = pairs("refused.txt");
    let mut wrong = Vec::new();
    let mut agreed = 0;
    for (index, (name, query)) in pairs("queries.txt").into_iter().enumerate() {
        let expected = known.iter().find(|answer| answer.name == name).expect("answers.py was run");
        let given = run(&tables, &query);
        match (&given, refused.iter().find(|(known, _)| *known == name)) {
            (Err(message), Some((_, text))) if message == text => {}
            (Err(message), _) => wrong.push(format!("{name}|{message}")),
            (Ok(_), Some(_)) => wrong.push(format!("{name} runs, but refused.txt says it does not")),
            (Ok(given), None) => match expected.compare(&query, given) {
                Ok(()) => agreed += usize::from(index < COUNTED),
                Err(difference) => wrong.push(format!("{name}: {difference}\n    {query}")),
            },
        }
    }
    nothing_wrong(&wrong)?;
    assert!(agreed >= 145, "only {agreed} of {COUNTED} queries agree with DuckDB");
    Ok(())
}

/// Returned, not panicked: panics are silent while another test runs polars, whose own are caught.
fn nothing_wrong(wrong: &[String]) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} wrong\n{}", wrong.len(), wrong.join("\n"))) }
}

/// The rows of a table of the page on SQL: their cells, without backticks around them.
fn rows() -> Vec<Vec<String>> {
    let page = fs::read_to_string(dashgen_tests::root().join("content/sql.md")).unwrap();
    let cell = |cell: &str| cell.trim().trim_matches('`').to_owned();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(cell).collect()).collect()
}

fn is_query(cell: &str) -> bool {
    ["select ", "with ", "pivot ", "create "].iter().any(|word| cell.starts_with(word))
}

#[test]
fn each_row_of_the_page_is_true() -> Result<(), String> {
    let known = answers::known();
    let tables = answers::tables();
    let mut wrong = Vec::new();
    let rows: Vec<Vec<String>> = rows().into_iter().filter(|row| is_query(row.last().unwrap())).collect();
    for row in &rows {
        let query = row.last().unwrap();
        let expected = known.iter().find(|answer| answer.name == *query).expect("answers.py was run");
        match run(&tables, query) {
            Ok(given) => {
                wrong.extend(expected.compare(query, &given).err().map(|difference| format!("{query}: {difference}")))
            }
            Err(message) => wrong.push(format!("{query}: {message}")),
        }
        if is_query(&row[0]) && run(&tables, &row[0]).is_ok() {
            wrong.push(format!("{} runs, but the page says it does not", row[0]));
        }
    }
    assert!(rows.len() > 50, "the page has its rows");
    nothing_wrong(&wrong)
}

#[test]
fn a_wrong_answer_is_noticed() {
    let answer = |rows: &str| -> Answer {
        serde_json::from_str(&format!(r#"{{"name": "", "columns": ["a"], "rows": {rows}}}"#)).unwrap()
    };
    let given = || answer("[[1.0], [null]]").given();
    assert!(answer("[[null], [1.0000000001]]").compare("select a", &given()).is_ok());
    for other in ["[[1.0]]", "[[1.0], [0.0]]", "[[1.001], [null]]", r#"[["1"], [null]]"#] {
        assert!(answer(other).compare("select a", &given()).is_err(), "{other}");
    }
    assert!(answer("[[null], [1.0]]").compare("select a order by a", &given()).is_err());
}

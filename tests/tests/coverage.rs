//! Is what dashboards are made of elsewhere covered? `tests/coverage` lists, group by group, the names that Streamlit,
//! Dash, Reflex and plotly.express have for it, and what proves that dashgen has its like.
//!
//! A proof is `golden:CASE`, `error:CASE`, `test:SUITE::FUNCTION`, `unit:FILE::FUNCTION` or `page:FILE`; behind a `#`
//! stands what is written there. `cargo test --workspace --test suites coverage:: -- --nocapture` counts, and lists what is
//! missing.

use dashgen_tests::{folders, root};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// How many items all groups have.
const ITEMS: usize = 823;
/// The system whose items are keys of a block: each must be seen in a proof, unless dashgen calls it otherwise.
const KEYS: &str = "plotly.express parameters";

/// The file of a group: items by the system that has them.
#[derive(Deserialize)]
struct Group {
    items: usize,
    /// How many of them dashgen does not have: what is missing no more is taken off, and nothing is added.
    missing: usize,
    #[serde(flatten)]
    systems: BTreeMap<String, Vec<Entry>>,
}

/// Items that are proven alike, or out of reach of a page without a server, or missing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    items: Vec<String>,
    /// What dashgen has in their place.
    equivalent: Option<String>,
    #[serde(default)]
    proof: Vec<String>,
    reason: Option<String>,
    missing: Option<String>,
}

#[test]
fn each_item_is_proven_or_said_to_be_missing() {
    let mut wrong = Vec::new();
    for (name, group) in groups() {
        for (system, entry) in entries(&group) {
            wrong.extend(mistakes(system, entry).into_iter().map(|mistake| format!("{name}, {system}: {mistake}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_item_is_lost() {
    let (mut items, mut proven, mut missing) = (0, 0, 0);
    for (name, group) in groups() {
        let all = count(&group, |_| true);
        let shown = count(&group, |entry| !entry.proof.is_empty());
        let absent = count(&group, |entry| entry.missing.is_some());
        println!("{name}: {shown} of {all} are proven, {absent} are missing");
        list_missing(&group);
        assert_eq!((all, absent), (group.items, group.missing), "{name} has so many items and misses so many");
        (items, proven, missing) = (items + all, proven + shown, missing + absent);
    }
    println!("all: {proven} of {items} are proven, {missing} are missing");
    assert_eq!(items, ITEMS);
}

#[test]
fn no_item_stands_twice() {
    for (name, group) in groups() {
        for (system, entries) in &group.systems {
            let mut seen = BTreeSet::new();
            for item in entries.iter().flat_map(|entry| &entry.items) {
                assert!(seen.insert(item), "{name}, {system}: `{item}` stands twice");
            }
        }
    }
}

fn groups() -> BTreeMap<String, Group> {
    let mut groups = BTreeMap::new();
    for file in folders::entries(&root().join("tests/coverage")) {
        let text = fs::read_to_string(&file).unwrap();
        let group = toml::from_str(&text).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
        groups.insert(file.file_stem().unwrap().to_string_lossy().into_owned(), group);
    }
    groups
}

fn entries(group: &Group) -> impl Iterator<Item = (&str, &Entry)> {
    group.systems.iter().flat_map(|(system, entries)| entries.iter().map(move |entry| (system.as_str(), entry)))
}

/// How many items stand in such entries.
fn count(group: &Group, such: impl Fn(&Entry) -> bool) -> usize {
    entries(group).filter_map(|(_, entry)| such(entry).then_some(entry.items.len())).sum()
}

fn list_missing(group: &Group) {
    for (system, entry) in entries(group) {
        if let Some(missing) = &entry.missing {
            println!("    {system}: {}: {missing}", entry.items.join(", "));
        }
    }
}

/// What is wrong with an entry.
fn mistakes(system: &str, entry: &Entry) -> Vec<String> {
    let Entry { items, equivalent, proof, reason, missing } = entry;
    let said = [!proof.is_empty(), reason.is_some(), missing.is_some()];
    if said.into_iter().filter(|is_said| *is_said).count() != 1 {
        return vec![format!("{items:?} have one of `proof`, `reason` and `missing`")];
    }
    let absent = proof.iter().filter(|proof| !is_there(proof)).map(|proof| format!("there is no `{proof}`"));
    let are_keys = system == KEYS && equivalent.is_none() && !proof.is_empty();
    let unseen = items.iter().filter(|key| are_keys && !proof.iter().any(|proof| shows(proof, key)));
    absent.chain(unseen.map(|key| format!("no proof shows the key `{key}`"))).collect()
}

fn is_there(proof: &str) -> bool {
    let (place, written) = proof.split_once('#').unwrap_or((proof, ""));
    texts(place).iter().any(|text| text.contains(written))
}

/// Whether what is written there has a key as one of its words.
fn shows(proof: &str, key: &str) -> bool {
    let written = proof.split_once('#').map_or("", |(_, written)| written);
    written.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_').any(|word| word == key)
}

/// The texts that a proof leads to; none if there is no such case, test or file.
fn texts(place: &str) -> Vec<String> {
    match place.split_once(':') {
        Some(("golden", case)) => texts_in(&format!("tests/golden/{case}/in")),
        Some(("error", case)) => texts_in(&format!("tests/errors/{case}/in")),
        Some(("test", name)) => text_with_test(&format!("tests/tests/{}", name.replacen("::", ".rs::", 1))),
        Some(("unit", name)) => text_with_test(name),
        Some(("page", file)) => text(file).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn texts_in(folder: &str) -> Vec<String> {
    let files = folders::read(&root().join(folder));
    files.iter().filter_map(|file| text(&format!("{folder}/{file}"))).collect()
}

fn text_with_test(name: &str) -> Vec<String> {
    let (file, function) = name.split_once("::").unwrap_or((name, ""));
    let head = format!("fn {function}()");
    let has_test = |text: &String| text.split("#[test]").skip(1).any(|test| test.trim_start().starts_with(&head));
    text(file).filter(has_test).into_iter().collect()
}

/// The text of a file of the repository; none of a file that is none, or no text.
fn text(file: &str) -> Option<String> {
    fs::read_to_string(root().join(file)).ok()
}

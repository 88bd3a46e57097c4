//! Do the schemas that editors read say what binding says? What the sites write is valid by a validator that is not ours;
//! what is spoiled is not.

use dashgen::cache::Cache;
use dashgen::diagnostics::Diagnostics;
use dashgen::page::{Block, BlockKind, Piece};
use dashgen::{Mode, bind, pages, schema, site};
use jsonschema::Validator;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What the authors of our own sites have written, by the name of its schema.
fn written() -> Vec<(String, PathBuf, Json)> {
    let mut written = Vec::new();
    for root in dashgen_tests::golden_sites().into_iter().chain([dashgen_tests::root()]) {
        let mut diagnostics = Diagnostics::default();
        let mut site = site::read(&root, &mut diagnostics);
        let tests = site::tests(&root, &mut site.files, &mut diagnostics);
        let known = bind::known(&site, Mode::Check, &mut diagnostics);
        let made = pages(&mut site, &known, Mode::Check, &Cache::none(), &mut diagnostics);
        let mut add = |name: String, value: Json| written.push((name, root.clone(), value));
        for page in &made {
            for block in blocks(&page.pieces) {
                let name = block.name.as_ref().map_or_else(String::new, |(name, _)| format!("-{name}"));
                let name = match block.kind {
                    BlockKind::Sql | BlockKind::Check => continue,
                    kind => format!("{}{name}", kind.name()),
                };
                add(name, yaml(site.files.source(block.body)));
            }
            let text = site.files.text(page.file).strip_prefix("---\n");
            if let Some((front, _)) = text.and_then(|text| text.split_once("\n---")) {
                add("front-matter".to_owned(), yaml(front));
            }
        }
        for file in tests {
            add("tests".to_owned(), yaml(site.files.text(file)));
        }
        if let Ok(text) = std::fs::read_to_string(root.join("dashgen.toml")) {
            add("dashgen.toml".to_owned(), toml::from_str(&text).unwrap());
        }
    }
    written
}

fn blocks(pieces: &[Piece]) -> Vec<&Block> {
    let each = |piece| match piece {
        &Piece::Prose(_) => Vec::new(),
        Piece::Block(block) => vec![block],
        Piece::Container(container) => blocks(&container.pieces),
    };
    pieces.iter().flat_map(each).collect()
}

/// As editors read it, to whom `off` is a word (YAML 1.2); an empty body is an empty mapping.
fn yaml(text: &str) -> Json {
    let options = serde_saphyr::options! { strict_booleans: true };
    let value: Json = serde_saphyr::from_str_with_options(text, options).unwrap();
    if value.is_null() { json!({}) } else { value }
}

fn validators() -> BTreeMap<String, Validator> {
    let validator = |schema: &Json| jsonschema::draft7::new(schema).unwrap();
    schema::schemas().iter().map(|(name, schema)| (name.clone(), validator(schema))).collect()
}

#[test]
fn what_the_sites_write_is_valid() {
    let (written, validators) = (written(), validators());
    for (name, root, value) in &written {
        let problems: Vec<String> = validators[name].iter_errors(value).map(|problem| problem.to_string()).collect();
        assert!(problems.is_empty(), "{name} of {}: {problems:?}\n{value:#}", root.display());
    }
    let seen: BTreeSet<&String> = written.iter().map(|(name, ..)| name).collect();
    let unseen: Vec<&String> = validators.keys().filter(|name| !seen.contains(name)).collect();
    assert!(unseen.is_empty(), "no site shows {unseen:?}");
}

#[test]
fn what_is_spoiled_is_not() {
    let (validators, schemas) = (validators(), schema::schemas());
    let mut spoiled = 0;
    for (name, root, value) in written() {
        let mut refused = |what: String, value: &Json| {
            assert!(!validators[&name].is_valid(value), "{name} of {} with {what}:\n{value:#}", root.display());
            spoiled += 1;
        };
        let Json::Object(keys) = &value else {
            refused("a text".to_owned(), &json!("text"));
            continue;
        };
        let mut more = keys.clone();
        more.insert("no such key".to_owned(), json!(1));
        refused("a key more".to_owned(), &Json::Object(more));
        for required in schemas[&name]["required"].as_array().unwrap() {
            let mut fewer = keys.clone();
            fewer.remove(required.as_str().unwrap()).unwrap();
            refused(format!("no {required}"), &Json::Object(fewer));
        }
        for key in keys.keys().filter(|key| schemas[&name]["properties"][key] != json!({})) {
            let mut other = keys.clone();
            other[key] = json!([[[]]]);
            refused(format!("lists of lists for `{key}`"), &Json::Object(other));
        }
    }
    assert!(spoiled > 1000, "{spoiled}");
}

#[test]
fn the_types_of_components_stand_beside_the_schemas_and_are_documented() {
    let site = tempfile::tempdir().unwrap();
    schema::write(site.path()).unwrap();
    let types = std::fs::read_to_string(site.path().join(".dashgen/schema/component.js")).unwrap();
    let page = std::fs::read_to_string(dashgen_tests::root().join("content/components.md")).unwrap();
    let words: BTreeSet<&str> = page.split(|letter: char| !letter.is_alphanumeric()).collect();
    let properties =
        types.lines().filter_map(|line| line.split_once("@property")?.1.rsplit_once("} ").map(|(_, rest)| rest));
    let names: Vec<&str> =
        properties.filter_map(|rest| rest.trim_start_matches('[').split([' ', ']']).next()).collect();
    assert!(names.len() > 20, "{names:?}");
    let untold: Vec<&&str> = names.iter().filter(|name| !words.contains(**name)).collect();
    assert!(untold.is_empty(), "`content/components.md` does not tell of {untold:?}");
}

//! JSON Schemas for editors: of each kind of block, of front matter, of `dashgen.toml` and of tests, made from the same
//! lists that binding reads keys by.

use crate::bind::registry;
use crate::config;
use crate::locale;
use crate::page::{FRONT_KEYS, Layout};
use dashgen_runtime::charts::{CHARTS, Encoding, LAYER_KEYS, Need, SCALES, Takes};
use dashgen_runtime::inputs::{INPUTS, InputType};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The types of what components are given and give, for editors that read JSDoc.
pub const CONTRACT: &str = include_str!("schema/component.js");

/// All schemas, by the name of their file without `.json`.
pub fn schemas() -> BTreeMap<String, Json> {
    let mut schemas = BTreeMap::new();
    for chart in CHARTS {
        let keys = chart.encodings().chain(&registry::CHART).chain(&registry::COMMON);
        schemas.insert(format!("chart-{}", chart.name), block(chart.build.summary, keys));
    }
    for input in INPUTS {
        schemas.insert(format!("input-{}", input.name), self::input(input));
    }
    let metric = registry::METRIC.iter().chain(&registry::COMMON);
    schemas.insert("metric".to_owned(), block("One number", metric));
    schemas.insert("table".to_owned(), table());
    schemas.insert("component".to_owned(), component());
    schemas.insert("front-matter".to_owned(), front_matter());
    schemas.insert("dashgen.toml".to_owned(), settings());
    schemas.insert("tests".to_owned(), tests());
    schemas
}

/// Writes the schemas into `.dashgen/schema/` of a site; how many there are.
pub fn write(site: &Path) -> io::Result<usize> {
    let folder = site.join(".dashgen/schema");
    fs::create_dir_all(&folder)?;
    let schemas = schemas();
    for (name, schema) in &schemas {
        fs::write(folder.join(format!("{name}.json")), format!("{schema:#}\n"))?;
    }
    fs::write(folder.join("component.js"), CONTRACT)?;
    Ok(schemas.len())
}

fn document(title: &str, properties: Map<String, Json>, required: &[&str]) -> Json {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "title": title, "type": "object",
        "properties": properties, "required": required, "additionalProperties": false,
    })
}

/// The first of two keys with the same name is the one that counts.
fn block<'a>(summary: &str, keys: impl Iterator<Item = &'a Encoding>) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in keys {
        if properties.contains_key(key.name) {
            continue;
        }
        let mut value = takes(key.takes);
        value["description"] = json!(key.summary);
        properties.insert(key.name.to_owned(), value);
        if key.need == Need::Required {
            required.push(key.name);
        }
    }
    document(summary, properties, &required)
}

/// What may stand behind a key.
fn takes(takes: Takes) -> Json {
    let scalar = || json!({"type": ["string", "number", "boolean"]});
    let list = |items: Json| json!({"type": "array", "items": items});
    let map = |values: Json| json!({"type": "object", "additionalProperties": values});
    match takes {
        Takes::Column | Takes::Dimension | Takes::Measure | Takes::Either | Takes::Text | Takes::Value => scalar(),
        Takes::Dimensions | Takes::Eithers | Takes::Values | Takes::Presets => {
            json!({"anyOf": [scalar(), list(scalar())]})
        }
        Takes::Flag => json!({"type": "boolean"}),
        Takes::Number { min, max } => number(min, max),
        Takes::Choice(words) => json!({"enum": words}),
        Takes::Labels => map(scalar()),
        Takes::Formats => json!({"anyOf": [scalar(), map(scalar())]}),
        Takes::Categories => map(list(scalar())),
        Takes::ColorMap | Takes::LookMap => map(json!({"type": "string"})),
        Takes::Colors | Takes::Looks => list(json!({"type": "string"})),
        Takes::Options(known) => {
            let properties: Map<String, Json> =
                known.iter().map(|key| (key.name.to_owned(), self::takes(key.takes))).collect();
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
        Takes::Layers => {
            let keys: Map<String, Json> = LAYER_KEYS.iter().map(|key| ((*key).to_owned(), scalar())).collect();
            list(
                json!({"type": "object", "required": ["chart", "y"], "properties": keys, "additionalProperties": false}),
            )
        }
        Takes::Marks(keys) => {
            let one = json!({"anyOf": [scalar(), {
                "type": "object", "additionalProperties": false,
                "properties": keys.iter().map(|key| ((*key).to_owned(), scalar())).collect::<Map<String, Json>>(),
            }]});
            json!({"anyOf": [one, list(one.clone())]})
        }
        Takes::Scale => json!({"anyOf": [{"enum": SCALES}, list(json!({"type": "string"}))]}),
        Takes::Range => json!({"anyOf": [scalar(), {"type": "array", "minItems": 2, "maxItems": 2}]}),
        Takes::Map => json!({"type": "object"}),
    }
}

fn number(min: f64, max: f64) -> Json {
    let mut number = json!({"type": "number"});
    if min == f64::MIN_POSITIVE {
        number["exclusiveMinimum"] = json!(0);
    } else {
        number["minimum"] = json!(min);
    }
    if max < f64::MAX {
        number["maximum"] = json!(max);
    }
    number
}

/// An input filters by a column or is a parameter of a name.
fn input(input: &InputType) -> Json {
    let common = registry::COMMON.iter().filter(|key| key.name != "title");
    let mut schema = block(input.summary, input.keys.iter().chain(&registry::INPUT).chain(common));
    let Some(required) = schema["required"].as_array_mut() else { return schema };
    if required.contains(&json!("column")) {
        required.retain(|key| key != "column");
        schema["anyOf"] = json!([{"required": ["column"]}, {"required": ["name"]}]);
    }
    schema
}

/// A table's columns may be mappings, too.
fn table() -> Json {
    let mut table = block("Rows and columns", registry::TABLE.iter().chain(&registry::COMMON));
    let text = json!({"type": ["string", "number", "boolean"]});
    let mut column = block("A column", registry::COLUMN.iter());
    column.as_object_mut().map(|column| column.remove("$schema"));
    let description = table["properties"]["columns"]["description"].take();
    table["properties"]["columns"] =
        json!({"type": "array", "items": {"anyOf": [text, column]}, "description": description});
    table
}

/// A component's columns may be a mapping, too.
fn component() -> Json {
    let keys = registry::COMPONENT.iter().chain(&registry::COMMON);
    let mut component = block("What a module of the author's draws", keys);
    let text = json!({"type": ["string", "number", "boolean"]});
    let columns = &mut component["properties"]["columns"];
    columns["anyOf"] = json!([{"type": "array", "items": text}, {"type": "object", "additionalProperties": text}]);
    component
}

/// Keys whose type is known here; others take anything.
fn typed(names: &[&str], known: &[(&str, Json)]) -> Map<String, Json> {
    let schema =
        |name: &str| known.iter().find(|(of, _)| *of == name).map_or_else(|| json!({}), |(_, schema)| schema.clone());
    names.iter().map(|name| ((*name).to_owned(), schema(name))).collect()
}

fn front_matter() -> Json {
    let text = json!({"type": ["string", "number", "boolean"]});
    let known = [
        ("title", text.clone()),
        ("description", text.clone()),
        ("layout", json!({"enum": Layout::ALL.map(|(name, _)| name)})),
        ("theme", text.clone()),
        ("locale", json!({"enum": locale::NAMES})),
        ("draft", json!({"type": "boolean"})),
        ("toc", json!({"type": "boolean"})),
        ("order", json!({"type": "number"})),
    ];
    document("Front matter of a page", typed(&FRONT_KEYS, &known), &[])
}

fn settings() -> Json {
    let text = json!({"type": "string"});
    let size = json!({"type": "string", "pattern": "^[0-9.]+ ?(B|kB|KB|MB|GB)$"});
    let limits: Map<String, Json> = config::LIMITS.iter().map(|name| ((*name).to_owned(), size.clone())).collect();
    let budget = json!({"type": "object", "properties": limits, "additionalProperties": false});
    let origins = json!({"type": "array", "items": {"type": "string", "pattern": "^https?://[^/]+$"}});
    let policy = json!({"type": "object", "properties": {"frame_src": origins}, "additionalProperties": false});
    let brand: Map<String, Json> = config::brand::KEYS.iter().map(|name| ((*name).to_owned(), text.clone())).collect();
    let known = [
        ("title", text.clone()),
        ("description", text.clone()),
        ("lang", text.clone()),
        ("theme", text.clone()),
        ("locale", json!({"enum": locale::NAMES})),
        ("currency", json!({"type": "string", "pattern": "^[A-Z]{3}$"})),
        ("navigation", json!({"enum": config::Shape::ALL.map(|(name, _)| name)})),
        ("brand", json!({"type": "object", "properties": brand, "additionalProperties": false})),
        ("url", json!({"type": "string", "pattern": "^https?://"})),
        ("budget", budget),
        ("policy", policy),
        ("sources", json!({"type": "object", "additionalProperties": {"type": "object"}})),
    ];
    document("Settings of a dashgen site", typed(&config::KEYS, &known), &[])
}

fn tests() -> Json {
    let text = json!({"type": "string"});
    let properties = json!({
        "name": text, "page": text, "data": text, "tolerance": {"type": "number", "minimum": 0},
        "given": {"type": "object", "description": "By the name of an input or chart: a value, a list, or the ends of a range"},
        "expect": {"type": "object", "minProperties": 1, "description": "By an aggregate or the name of a metric: its value"},
    });
    let Json::Object(properties) = properties else { return Json::Null };
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "title": "Tests of a dashgen site", "type": "array",
        "items": {"type": "object", "properties": properties, "required": ["expect"], "additionalProperties": false},
    })
}

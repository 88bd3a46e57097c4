//! Boundaries of one's own for maps: a GeoJSON file beside the pages, of which a site publishes the areas that it shows,
//! without what the file says of them.

use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::error;
use crate::links;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// The areas of a file.
#[derive(Debug, Clone)]
pub struct Boundaries {
    /// Where the author names the file.
    pub span: Span,
    /// The file's name without folders.
    pub name: String,
    areas: Vec<Area>,
}

/// One of them: what it is called, and its polygons.
#[derive(Debug, Clone)]
struct Area {
    id: String,
    geometry: Json,
}

/// What the author wrote: the file as seen from the page, and the path to an area's name in it.
pub struct Wanted<'a> {
    /// `geojson`
    pub file: (&'a str, Span),
    /// `featureidkey`, `id` when left out.
    pub key: Option<(&'a str, Span)>,
}

/// Reads the areas of a file in `content/`; `source` is the page's file, from which its path counts.
pub fn read(wanted: &Wanted<'_>, source: &str, media: &BTreeMap<String, PathBuf>) -> Result<Boundaries, Diagnostic> {
    let (name, span) = wanted.file;
    let path = links::beside(source, name);
    let Some(file) = path.as_deref().and_then(|path| media.get(path)) else {
        return Err(missing(name, span, source, media));
    };
    let bytes = fs::read(file).map_err(|problem| error!(span, "cannot read `{name}`: {problem}"))?;
    let features = features(&bytes, name, span)?;
    let areas = areas(&features, wanted)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Boundaries { span, name, areas })
}

fn missing(name: &str, span: Span, source: &str, media: &BTreeMap<String, PathBuf>) -> Diagnostic {
    let is_json = |path: &&String| path.ends_with(".geojson") || path.ends_with(".json");
    let known: Vec<String> = media.keys().filter(is_json).map(|path| links::seen_from(source, path)).collect();
    match suggest(name, known.iter().map(String::as_str)) {
        Some(near) => error!(span, "there is no file `{name}`"; hint: "did you mean `{near}`?"),
        None => {
            error!(span, "there is no file `{name}`"; hint: "boundaries are a GeoJSON file beside the page, in `content/`")
        }
    }
}

fn features(bytes: &[u8], name: &str, span: Span) -> Result<Vec<Json>, Diagnostic> {
    let file: Json = serde_json::from_slice(bytes)
        .map_err(|problem| error!(span, "`{name}` is not GeoJSON: {problem}"; hint: "GeoJSON is JSON text with a list of `features`"))?;
    match (file["type"].as_str(), &file["features"]) {
        (Some("FeatureCollection"), Json::Array(features)) => Ok(features.clone()),
        (Some("Feature"), _) => Ok(vec![file]),
        (Some("Topology"), _) => Err(
            error!(span, "`{name}` is TopoJSON"; hint: "turn it into GeoJSON, as by `mapshaper {name} -o format=geojson`"),
        ),
        _ => Err(
            error!(span, "`{name}` is not GeoJSON"; hint: "its `type` is neither `FeatureCollection` nor `Feature`"),
        ),
    }
}

/// The features that are areas, each with its name.
fn areas(features: &[Json], wanted: &Wanted<'_>) -> Result<Vec<Area>, Diagnostic> {
    let (name, span) = wanted.file;
    let is_area = |feature: &&Json| matches!(feature["geometry"]["type"].as_str(), Some("Polygon" | "MultiPolygon"));
    let shapes: Vec<&Json> = features.iter().filter(is_area).collect();
    if shapes.is_empty() {
        return Err(error!(span, "`{name}` has no areas"; hint: "a boundary is a `Polygon` or a `MultiPolygon`"));
    }
    let (key, key_span) = wanted.key.unwrap_or(("id", span));
    let area = |feature: &&Json| Some(Area { id: text(found(feature, key)?)?, geometry: wound(&feature["geometry"]) });
    let areas: Vec<Area> = shapes.iter().filter_map(area).collect();
    if areas.is_empty() { Err(unknown_key(key, key_span, name, &shapes)) } else { Ok(areas) }
}

fn found<'a>(feature: &'a Json, key: &str) -> Option<&'a Json> {
    key.split('.').try_fold(feature, |part, name| part.get(name))
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The diagnostic for a key that no feature has, with those that they have.
fn unknown_key(key: &str, span: Span, name: &str, features: &[&Json]) -> Diagnostic {
    let mut keys = BTreeSet::new();
    for feature in features {
        let own = feature["properties"].as_object().into_iter().flatten().filter(|(_, value)| text(value).is_some());
        keys.extend(own.map(|(name, _)| format!("properties.{name}")));
        keys.extend(text(&feature["id"]).map(|_| "id".to_owned()));
    }
    let problem = error!(span, "no feature of `{name}` has `{key}`");
    let all: Vec<&str> = keys.iter().map(String::as_str).collect();
    match suggest(key, all.iter().copied()) {
        _ if all.is_empty() => problem.hint(Some("its features have no names".to_owned())),
        Some(near) => problem.hint(Some(format!("did you mean `featureidkey: {near}`?"))),
        None => problem
            .hint(Some(format!("`featureidkey` names what tells them apart: {}", crate::bind::keys::names(&all)))),
    }
}

/// Polygons as they are drawn on a globe, where the order of a ring's corners says which side is inside: outer rings run
/// clockwise, holes against the clock. Files have both orders. A hundred-thousandth of a degree is a metre.
fn wound(geometry: &Json) -> Json {
    let polygon = |rings: &Json| -> Json {
        let rings = rings.as_array().into_iter().flatten().enumerate();
        rings.map(|(place, ring)| directed(ring, place == 0)).collect()
    };
    let coordinates = &geometry["coordinates"];
    let wound: Json = match geometry["type"].as_str() {
        Some("Polygon") => polygon(coordinates),
        _ => coordinates.as_array().into_iter().flatten().map(polygon).collect(),
    };
    json!({ "type": geometry["type"], "coordinates": wound })
}

fn directed(ring: &Json, is_outer: bool) -> Json {
    let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
    let corner = |corner: &Json| Some([rounded(corner[0].as_f64()?), rounded(corner[1].as_f64()?)]);
    let mut corners: Vec<[f64; 2]> = ring.as_array().into_iter().flatten().filter_map(corner).collect();
    corners.dedup();
    let twice_area: f64 = corners.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
    if (twice_area > 0.0) == is_outer {
        corners.reverse();
    }
    json!(corners)
}

impl Boundaries {
    /// Those of some places that have no area.
    pub fn missing<'a>(&self, places: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let known: BTreeSet<&str> = self.areas.iter().map(|area| area.id.as_str()).collect();
        places.filter(|place| !known.contains(place)).collect()
    }

    /// What the first areas are called.
    pub fn sample(&self) -> Vec<&str> {
        self.areas.iter().take(5).map(|area| area.id.as_str()).collect()
    }

    /// The file that a page loads: the areas of some places, or all.
    pub fn published(&self, places: Option<&BTreeSet<String>>) -> String {
        let shown = self.areas.iter().filter(|area| places.is_none_or(|places| places.contains(&area.id)));
        let features: Vec<Json> = shown
            .map(|area| json!({ "type": "Feature", "id": area.id, "properties": {}, "geometry": area.geometry }))
            .collect();
        json!({ "type": "FeatureCollection", "features": features }).to_string()
    }
}

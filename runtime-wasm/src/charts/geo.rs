//! What the maps of the globe (plotly's `layout.geo`) have in common: places by name or coordinates, and the outlines they are drawn on.

use super::Problem;
use super::check::numbers;
use super::encoding::{Encoding, Takes};
use super::points;
use super::roles::channel;
use crate::json::{Json, json};
use crate::plan::{Channel, Chart, Question};

pub const LAT: Encoding = Encoding::optional("lat", Takes::Either, "Degrees north");
pub const LON: Encoding = Encoding::optional("lon", Takes::Either, "Degrees east");
pub const LOCATIONS: Encoding =
    Encoding::optional("locations", Takes::Dimension, "A column that names countries or states; see `locationmode`");
pub const LOCATIONMODE: Encoding = Encoding::optional(
    "locationmode",
    Takes::Choice(&["ISO-3", "USA-states", "country names"]),
    "How `locations` names them: codes such as `DEU`, codes such as `CA`, or English names; `ISO-3` when left out",
);
pub const PROJECTION: Encoding = Encoding::optional(
    "projection",
    Takes::Choice(&[
        "albers",
        "albers usa",
        "azimuthal equal area",
        "azimuthal equidistant",
        "conic equal area",
        "equal earth",
        "equirectangular",
        "kavrayskiy7",
        "mercator",
        "miller",
        "mollweide",
        "natural earth",
        "natural earth1",
        "orthographic",
        "robinson",
        "stereographic",
        "winkel tripel",
    ]),
    "How the globe is laid flat; `natural earth` for the world when left out",
);
pub const SCOPE: Encoding = Encoding::optional(
    "scope",
    Takes::Choice(&["world", "africa", "asia", "europe", "north america", "oceania", "south america", "usa"]),
    "Which part of the world is drawn",
);
pub const FITBOUNDS: Encoding = Encoding::optional(
    "fitbounds",
    Takes::Choice(&["locations"]),
    "`locations` shows no more of the map than the data needs",
);
pub const GEOJSON: Encoding = Encoding::optional(
    "geojson",
    Takes::Text,
    "Boundaries of your own: a GeoJSON file beside the page, as in `districts.geojson`",
);
pub const FEATUREIDKEY: Encoding = Encoding::optional(
    "featureidkey",
    Takes::Text,
    "What of a boundary `locations` names, as in `properties.name`; `id` when left out",
);
pub const CENTER: Encoding = Encoding::optional(
    "center",
    Takes::Options(&[
        Encoding::optional("lat", Takes::Number { min: -90.0, max: 90.0 }, "Degrees north"),
        Encoding::optional("lon", Takes::Number { min: -180.0, max: 180.0 }, "Degrees east"),
    ]),
    "The middle of the map: `{lat, lon}`, in degrees",
);
pub const BASEMAP_VISIBLE: Encoding = Encoding::optional(
    "basemap_visible",
    Takes::Flag,
    "Whether land, coasts and borders are drawn; true when left out",
);

/// Finds keys of maps that do not go together.
pub fn check_view(chart: &Chart, _: &Question) -> Result<(), Problem> {
    let has = |option| chart.options.contains_key(option);
    let problem = |encoding, message: &str, hint| Err(Problem { encoding, message: message.to_owned(), hint });
    if has("center") && has("fitbounds") {
        let message = "`fitbounds` finds the middle of the map by itself";
        return problem("center", message, "leave out `center` or `fitbounds`");
    }
    if has("featureidkey") && !has("geojson") {
        let message = "`featureidkey` goes with `geojson`";
        return problem(
            "featureidkey",
            message,
            "name the file with the boundaries, as in `geojson: districts.geojson`",
        );
    }
    if has("geojson") && has("locationmode") {
        let message = "`locationmode` names countries and states, and `geojson` has boundaries of its own";
        return problem("locationmode", message, "leave out `locationmode` or `geojson`");
    }
    Ok(())
}

/// How a chart names its places.
pub fn location_mode(chart: &Chart) -> Option<Json> {
    let own = chart.options.contains_key("geojson").then(|| json!("geojson-id"));
    own.or_else(|| chart.options.get("locationmode").cloned())
}

/// The column of places of a map with boundaries of its own.
pub fn bounded(chart: &Chart) -> Option<&Channel> {
    channel(chart, "locations").filter(|_| chart.options.contains_key("geojson"))
}

/// Finds places without coordinates and without names.
pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
    check_view(chart, question)?;
    numbers(chart, &["lat", "lon"])?;
    let has = |role| channel(chart, role).is_some();
    match (has("lat") && has("lon"), has("locations")) {
        (true, false) if chart.options.contains_key("geojson") => Err(Problem {
            encoding: "geojson",
            message: "boundaries have names, not `lat` and `lon`".to_string(),
            hint: "as in `locations: district`",
        }),
        (true, false) | (false, true) => Ok(()),
        _ => Err(Problem {
            encoding: if has("lat") { "lat" } else { "locations" },
            message: "a map needs either `lat` and `lon`, or `locations`".to_string(),
            hint: "as in `lat: latitude` and `lon: longitude`, or `locations: country_code`",
        }),
    }
}

/// The layout with its map.
pub fn layout(chart: &Chart, _: &Question) -> Json {
    let option = |name: &str| chart.options.get(name);
    let scope = option("scope").and_then(Json::as_str).unwrap_or("world");
    let is_shown = option("basemap_visible").is_none_or(|shown| *shown == true);
    let mut map = json!({
        "scope": scope, "resolution": if scope == "world" { 110 } else { 50 }, "visible": is_shown,
        "showland": is_shown, "showcountries": is_shown, "showcoastlines": is_shown, "showframe": false,
        "showsubunits": is_shown && scope == "usa",
    });
    match option("projection") {
        Some(name) => map["projection"]["type"] = name.clone(),
        None if scope == "world" => map["projection"]["type"] = json!("natural earth"),
        None => {}
    }
    if let Some(center) = option("center") {
        map["center"] = center.clone();
    }
    // Without a word plotly would turn the globe to the data.
    map["fitbounds"] = option("fitbounds").cloned().unwrap_or(json!(false));
    let mut layout = points::layout(chart, "geo", map);
    layout["dragmode"] = json!("pan");
    layout
}

/// The file of outlines that a finished chart's map is drawn on.
pub fn outline(chart: &Chart) -> Option<String> {
    let geo = chart.layout.get("geo")?;
    Some(format!("{}_{}m", geo["scope"].as_str()?.replace(' ', "-"), geo["resolution"]))
}

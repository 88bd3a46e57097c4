//! Links plotly.js for one site: picks the modules that its trace types reach from the module table
//! (`generator/plotly/README.md`) and writes them as one ES module.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use serde_json::Value;

/// The trace types on maps that zoom: MapLibre GL JS draws these.
const MAPS: [&str; 3] = ["choroplethmap", "densitymap", "scattermap"];

/// What a page with charts loads of plotly.js, and what its licences ask to pass on.
pub struct Linked {
    /// One ES module whose default export is `Plotly`.
    pub js: String,
    /// The style sheet. A page links it as `<link id="plotly.js-style-global" class="no-inline-styles"
    /// rel="stylesheet">`: nothing is then injected, so the policy `style-src 'self'` holds.
    pub css: String,
    /// The licences of plotly.js and of every package in the module table.
    pub notices: &'static str,
}

/// The slim core with the given pieces: trace types by plotly's names, and `modebar` where it is shown.
/// `scatter` is always in. The same pieces give the same bytes.
///
/// Where maps are drawn, `maplibre` is where the files of [`maplibre`] will lie, as the module sees it.
///
/// # Panics
/// On a name that is not in the table ([`pieces`]): chart types are ours to map.
pub fn link(pieces: &BTreeSet<String>, maplibre: Option<&str>) -> Linked {
    let maps = if maplibre.is_some() { include_str!("../plotly/map.css") } else { "" };
    Linked {
        js: module(table(), pieces, maplibre),
        css: format!("{}{maps}", include_str!("../plotly/plotly.css")),
        notices: include_str!("../plotly/NOTICES.txt"),
    }
}

/// True if any of these pieces draws maps that zoom.
pub fn has_maps<'a>(mut pieces: impl Iterator<Item = &'a str>) -> bool {
    pieces.any(|piece| MAPS.contains(&piece))
}

/// The files of MapLibre GL JS by name, of which [`MAPLIBRE`] loads the others: all in one folder.
pub fn maplibre() -> BTreeMap<String, String> {
    let files = unpacked(include_bytes!("../plotly/maplibre.json.gz"));
    files.as_object().expect(SHAPE).iter().map(|(name, text)| (name.clone(), string(text))).collect()
}

/// The file of MapLibre GL JS that a page imports.
pub const MAPLIBRE: &str = "maplibre-gl.js";

/// The names that [`link`] knows, in order.
pub fn pieces() -> impl Iterator<Item = &'static str> {
    table().pieces.keys().map(String::as_str)
}

/// The TopoJSON of a map's outline by plotly's name for it, such as `world_110m`; none if there is no such.
pub fn outline(name: &str) -> Option<String> {
    static OUTLINES: OnceLock<Value> = OnceLock::new();
    let outlines = OUTLINES.get_or_init(|| unpacked(include_bytes!("../plotly/outlines.json.gz")));
    outlines.get(name).map(Value::to_string)
}

/// Every module of plotly.js once, as `prepare.mjs` made it.
struct Table {
    version: String,
    core: usize,
    /// The module that stands for MapLibre GL JS until a page has loaded it.
    maplibre: usize,
    pieces: BTreeMap<String, usize>,
    modules: Vec<Module>,
}

/// A minified `function(require, module, exports)` and the modules it requires.
struct Module {
    code: String,
    needs: Vec<usize>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(include_bytes!("../plotly/modules.json.gz")))
}

fn unpacked(packed: &[u8]) -> Value {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("prepare.mjs packs text");
    serde_json::from_str(&text).expect("prepare.mjs writes JSON")
}

fn read(packed: &[u8]) -> Table {
    let table = unpacked(packed);
    Table {
        version: string(&table["version"]),
        core: id(&table["core"]),
        maplibre: id(&table["maplibre"]),
        pieces: table["pieces"]
            .as_object()
            .expect(SHAPE)
            .iter()
            .map(|(name, value)| (name.clone(), id(value)))
            .collect(),
        modules: list(&table["modules"]).iter().map(stored).collect(),
    }
}

const SHAPE: &str = "prepare.mjs writes the table in this shape";

fn stored(value: &Value) -> Module {
    Module { code: string(&value["code"]), needs: list(&value["needs"]).iter().map(id).collect() }
}

fn string(value: &Value) -> String {
    value.as_str().expect(SHAPE).to_owned()
}

fn id(value: &Value) -> usize {
    let id = value.as_u64().expect(SHAPE);
    usize::try_from(id).expect("the table has about a thousand modules")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect(SHAPE)
}

fn module(table: &Table, pieces: &BTreeSet<String>, maplibre: Option<&str>) -> String {
    let roots = roots(table, pieces);
    let mut js = banner(&table.version);
    js.push_str("const modules={");
    for id in reached(table, &roots) {
        let _ = writeln!(js, "{id}:{},", table.modules[id].code);
    }
    js.push_str(REQUIRE);
    let core = table.core;
    let _ = writeln!(js, "const Plotly=require({core});Plotly.register({roots:?}.map(require));");
    if let Some(folder) = maplibre {
        let id = table.maplibre;
        let _ = writeln!(
            js,
            "Plotly.newPlot=require({id}).before(Plotly.newPlot,()=>import({:?}));",
            format!("{folder}/{MAPLIBRE}")
        );
    }
    js.push_str("export default Plotly;\n");
    js
}

fn banner(version: &str) -> String {
    format!(
        "/*! plotly.js v{version} | Copyright Plotly, Inc. | MIT licence | linked by dashgen; notices of all its parts: NOTICES.txt */\n"
    )
}

/// `modules` is open before it; a module that requires itself through others sees its exports so far, as in Node.
const REQUIRE: &str = "},made={};
function require(id){let module=made[id];if(!module){module=made[id]={exports:{}};\
modules[id].call(module.exports,require,module,module.exports)}return module.exports}
";

/// The modules to register: those of the pieces, without `scatter`, which the core registers.
fn roots(table: &Table, pieces: &BTreeSet<String>) -> Vec<usize> {
    pieces.iter().filter(|piece| *piece != "scatter").map(|piece| root(table, piece)).collect()
}

fn root(table: &Table, piece: &str) -> usize {
    *table.pieces.get(piece).unwrap_or_else(|| panic!("plotly.js has no piece `{piece}` in the module table"))
}

/// The core, `roots` and all that they require, in the table's order.
fn reached(table: &Table, roots: &[usize]) -> BTreeSet<usize> {
    let mut open = vec![table.core];
    open.extend(roots);
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(&table.modules[id].needs);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn set(pieces: &[&str]) -> BTreeSet<String> {
        pieces.iter().map(|&piece| piece.to_owned()).collect()
    }

    fn gzip(text: &str) -> usize {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).expect("memory takes all");
        encoder.finish().expect("memory takes all").len()
    }

    #[test]
    fn the_same_pieces_give_the_same_bytes() {
        assert_eq!(link(&set(&["bar", "pie"]), None).js, link(&set(&["pie", "bar", "scatter"]), None).js);
    }

    #[test]
    fn only_what_is_reached_is_linked() {
        let module = |needs: &[usize]| Module { code: String::new(), needs: needs.to_vec() };
        let modules = vec![module(&[1]), module(&[0]), module(&[3]), module(&[]), module(&[0])];
        let table = Table {
            version: String::new(),
            core: 0,
            maplibre: 4,
            pieces: BTreeMap::from([("bar".to_owned(), 2)]),
            modules,
        };
        assert_eq!(reached(&table, &roots(&table, &set(&["bar"]))), BTreeSet::from([0, 1, 2, 3]));
    }

    #[test]
    fn the_world_and_its_parts_have_outlines() {
        for name in ["world_110m", "africa_50m", "asia_50m", "europe_50m", "oceania_50m", "usa_50m"] {
            let outline = outline(name).unwrap_or_default();
            assert!(outline.contains("\"countries\"") && outline.contains("\"arcs\""), "{name}");
        }
        assert_eq!(outline("atlantis_50m"), None);
    }

    #[test]
    fn sizes_stay_in_the_budget() {
        assert!(gzip(&link(&set(&["bar"]), None).js) < 275_000);
        assert!(gzip(&link(&set(&["bar", "treemap"]), None).js) < 305_000);
    }
}

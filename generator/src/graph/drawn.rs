//! A graph as text, as a Mermaid diagram, and as a picture.

use super::{Node, Page, Place};
use crate::diagram::{self, Colors};
use crate::report::table;
use std::fmt::Write;

/// As a table of text.
pub fn text(pages: &[Page]) -> String {
    let mut lines = table(&["page", "what", "", "runs", "depends on"]);
    for page in pages {
        for node in &page.nodes {
            let parameters = node.parameters.iter().map(|input| format!("${input}"));
            let depends = node.reads.iter().cloned().chain(parameters).chain(node.filtered_by.iter().cloned());
            let depends = depends.collect::<Vec<_>>().join(", ");
            lines.add_row([&page.path, &node.name, &node.what, &node.runs, &depends]);
        }
    }
    lines.to_string()
}

/// As a flowchart in Mermaid's language. Lines are what is read, dotted ones parameters; that charts and inputs filter
/// each other is left to the table.
pub fn mermaid(pages: &[Page]) -> String {
    let mut drawn = "flowchart LR\n".to_owned();
    for (number, page) in pages.iter().enumerate() {
        let id = |name: &str| {
            let place = page.nodes.iter().position(|node| node.name == name)?;
            Some(format!("n{number}_{place}"))
        };
        writeln!(drawn, "  subgraph p{number} [\"{}\"]", quoted(&page.path)).expect("writing to memory");
        for node in &page.nodes {
            let id = id(&node.name).unwrap_or_default();
            writeln!(drawn, "    {id}{}", shape(node)).expect("writing to memory");
        }
        drawn.push_str("  end\n");
        for node in &page.nodes {
            let solid = node.reads.iter().filter_map(|name| Some((id(name)?, "-->")));
            let dotted = node.parameters.iter().filter_map(|name| Some((id(name)?, "-.->")));
            for (from, arrow) in solid.chain(dotted) {
                writeln!(drawn, "  {from} {arrow} {}", id(&node.name).unwrap_or_default()).expect("writing to memory");
            }
        }
    }
    drawn + STYLES
}

/// As an SVG picture.
pub fn svg(pages: &[Page]) -> String {
    diagram::svg(&mermaid(pages), "graph", Colors::OfItsOwn).unwrap_or_else(|mistake| mistake.message)
}

/// The colors of the places where nodes run.
const STYLES: &str = "  classDef build fill:#e9eefc,stroke:#2f55d4,color:#171b22
  classDef variants fill:#fdf3e0,stroke:#8a5a00,color:#171b22
  classDef browser fill:#e6f5ec,stroke:#1a7f4b,color:#171b22
  classDef given fill:#eff1f4,stroke:#868f9d,color:#171b22
";

fn shape(node: &Node) -> String {
    let label = format!("{}<br/>{}, {}", quoted(&node.name), quoted(&node.what), quoted(&node.runs));
    let (open, close) = match node.what.as_str() {
        "source" => ("[(", ")]"),
        "table" => ("[", "]"),
        _ => ("([", "])"),
    };
    let class = match node.place {
        Place::Given => "given",
        Place::Build => "build",
        Place::Variants => "variants",
        Place::Browser => "browser",
    };
    format!("{open}\"{label}\"{close}:::{class}")
}

fn quoted(text: &str) -> String {
    text.replace(['"', '`'], "'")
}

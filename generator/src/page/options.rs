//! What stands in braces behind a container's title: `{width: 1/2, open: true}`.

use super::directives::unknown_icon;
use super::{ContainerKind, hint};
use crate::bind::keys::unknown_key;
use crate::diagnostics::{Diagnostics, Files, Span};
use crate::error;
use crate::icons;
use crate::yaml::{self, Node, Yaml};

/// The options of a container.
#[derive(Debug, Clone, Default)]
pub struct ContainerOptions {
    /// `width: 1/2`.
    pub width: Option<(String, Span)>,
    /// `open: true`: details are open at first.
    pub open: bool,
    /// `icon: house`: what stands before the title.
    pub icon: Option<String>,
    /// `height: 300`: in pixels; what is more is scrolled.
    pub height: Option<u32>,
    /// `only: [phone, tablet]`: the devices that it is shown on; of all if there are none.
    pub only: Vec<&'static str>,
    /// `align: center`: where what it holds stands.
    pub align: Option<&'static str>,
}

/// The devices, by the width of their windows.
const DEVICES: [&str; 3] = ["phone", "tablet", "desktop"];
/// Where what a container holds stands.
const ALIGNS: [&str; 3] = ["start", "center", "end"];

/// The keys that a container takes.
fn keys(kind: ContainerKind) -> &'static [&'static str] {
    match kind {
        ContainerKind::Tab => &["icon"],
        ContainerKind::Card => &["width", "only", "icon", "height", "align"],
        ContainerKind::Section => &["width", "only", "height", "align"],
        ContainerKind::Columns => &["width", "only", "align"],
        ContainerKind::Footer => &["align"],
        ContainerKind::Details => &["width", "only", "icon", "open"],
        ContainerKind::Dialog | ContainerKind::Drawer | ContainerKind::Popover => &["width", "only", "icon"],
        ContainerKind::Tabs | ContainerKind::Carousel | ContainerKind::Sidebar => &["width", "only"],
        ContainerKind::Bottom => &["only"],
    }
}

/// Reads the braces.
pub fn parse(files: &Files, kind: ContainerKind, braces: Span, diagnostics: &mut Diagnostics) -> ContainerOptions {
    let mut options = ContainerOptions::default();
    let Some(Yaml::Map(map)) = yaml::parse(files, braces, diagnostics).map(|node| node.yaml) else { return options };
    for (key, node) in &map {
        match key.name.as_str() {
            name if !keys(kind).contains(&name) => diagnostics.push(unknown_key(name, key.span, keys(kind))),
            "width" => options.width = node.text().map(|text| (text, node.span)),
            "open" => options.open = flag(node, diagnostics),
            "icon" => options.icon = icon(node, diagnostics),
            "height" => options.height = pixels(node, diagnostics),
            "align" => options.align = word("align", node, &ALIGNS, diagnostics),
            _ => options.only = words("only", node, &DEVICES, diagnostics),
        }
    }
    options
}

fn flag(node: &Node, diagnostics: &mut Diagnostics) -> bool {
    if !matches!(node.yaml, Yaml::Boolean(_)) {
        diagnostics.push(error!(node.span, "`open` is `true` or `false`"));
    }
    node.yaml == Yaml::Boolean(true)
}

fn icon(node: &Node, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = node.text()?;
    if icons::svg(&name, None).is_none() {
        diagnostics.push(unknown_icon(&name, node.span));
    }
    Some(name)
}

fn pixels(node: &Node, diagnostics: &mut Diagnostics) -> Option<u32> {
    match node.yaml {
        Yaml::Number(pixels) if (60.0..=4000.0).contains(&pixels) => Some(pixels as u32),
        _ => {
            diagnostics
                .push(error!(node.span, "`height` is a number of pixels"; hint: "60 to 4000, as in `{{height: 300}}`"));
            None
        }
    }
}

fn word(name: &str, node: &Node, known: &[&'static str], diagnostics: &mut Diagnostics) -> Option<&'static str> {
    let text = node.text().unwrap_or_default();
    let found = known.iter().find(|word| **word == text);
    if found.is_none() {
        diagnostics.push(error!(node.span, "`{name}` knows no `{text}`"; hint: "{}", hint(&text, known)));
    }
    found.copied()
}

fn words(name: &str, node: &Node, known: &[&'static str], diagnostics: &mut Diagnostics) -> Vec<&'static str> {
    match &node.yaml {
        Yaml::List(items) => items.iter().filter_map(|item| word(name, item, known, diagnostics)).collect(),
        _ => word(name, node, known, diagnostics).into_iter().collect(),
    }
}

impl ContainerOptions {
    /// The classes that say where it is not shown.
    pub fn hidden_on(&self) -> Vec<&'static str> {
        let hidden = DEVICES.into_iter().filter(|device| !self.only.is_empty() && !self.only.contains(device));
        hidden.collect()
    }
}

//! Icons that an author names: the shapes of Lucide (`generator/icons/README.md`), of which a page holds those that it
//! shows.

use crate::markdown::escaped;
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::OnceLock;

/// What Lucide's licence asks to pass on.
pub const LICENSE: &str = include_str!("../icons/LICENSE.txt");
/// What the elements of icons start with.
pub const START: &str = "<svg class=\"glyph\"";

#[derive(Deserialize)]
struct Icons {
    icons: BTreeMap<String, String>,
    /// What icons were called before.
    former: BTreeMap<String, String>,
}

/// The element that shows an icon; none if there is none of that name. Without a label it says nothing to a screen reader.
pub fn svg(name: &str, label: Option<&str>) -> Option<String> {
    let Icons { icons, former } = all();
    let shapes = icons.get(name).or_else(|| icons.get(former.get(name)?))?;
    let said = label.map_or_else(
        || "aria-hidden=\"true\"".to_owned(),
        |label| format!("role=\"img\" aria-label=\"{}\"", escaped(label)),
    );
    Some(format!(
        "{START} viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-linecap=\"round\" stroke-linejoin=\"round\" stroke-width=\"2\" {said}>{shapes}</svg>"
    ))
}

/// The names of all icons.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().icons.keys().map(String::as_str)
}

fn all() -> &'static Icons {
    static ICONS: OnceLock<Icons> = OnceLock::new();
    ICONS.get_or_init(|| {
        let mut text = String::new();
        let mut packed = GzDecoder::new(&include_bytes!("../icons/lucide.json.gz")[..]);
        packed.read_to_string(&mut text).expect("the file is packed text");
        serde_json::from_str(&text).expect("the file is a table of icons")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_known_by_their_names() {
        assert!(names().count() > 1500, "{}", names().count());
        let house = svg("house", None).unwrap();
        assert!(house.starts_with(START) && house.contains("<path d=") && house.contains("aria-hidden"), "{house}");
        assert!(svg("house", Some("Ho\"me")).unwrap().contains("role=\"img\" aria-label=\"Ho&quot;me\""));
        assert_eq!(svg("alert-circle", None), svg("circle-alert", None), "a former name");
        assert_eq!(svg("hause", None), None);
    }
}

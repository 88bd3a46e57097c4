//! Can every theme be read? Contrast by WCAG 2.2 AA of every pair of colours that stand on one another, in both modes, and
//! palettes that readers with any kind of colour blindness tell apart.

use std::collections::BTreeMap;
use std::fs;

/// Red, green, blue as light, from 0 to 1.
type Light = [f64; 3];

/// Text and what it stands on.
const TEXTS: [(&str, &str); 25] = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "raised"),
    ("ink", "sunken"),
    ("ink", "accent-soft"),
    ("ink", "bad-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "raised"),
    ("muted", "sunken"),
    ("muted", "accent-soft"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "raised"),
    ("accent", "accent-soft"),
    ("accent-ink", "accent"),
    ("good", "page"),
    ("good", "surface"),
    ("bad", "page"),
    ("bad", "surface"),
    ("bad", "bad-soft"),
    ("note", "page"),
    ("note", "surface"),
    ("warn", "page"),
    ("warn", "surface"),
];
/// The least contrast of text, and of what is no text: marks, and the edges of controls.
const OF_TEXT: f64 = 4.5;
const OF_MARKS: f64 = 3.0;
const COLORS: usize = 10;
/// How far colours of a palette are apart in OKLab for every reader: among the first six, and among all.
const APART: [(usize, f64); 2] = [(6, 0.039), (10, 0.023)];

#[test]
fn every_theme_can_be_read_in_both_modes() {
    let mut wrong = Vec::new();
    let themes = themes();
    assert!(themes.len() >= 6, "there are six themes or more: {:?}", themes.keys());
    for (name, colors) in &themes {
        for (mode, of_mode) in ["light", "dark"].into_iter().zip([0, 1]) {
            let color = |token: &str| colors.get(token).unwrap_or_else(|| panic!("{name} lacks --{token}"))[of_mode];
            let mut check = |over: &str, under: &str, least: f64| {
                let found = contrast(color(over), color(under));
                if found < least {
                    wrong.push(format!("{name}, {mode}: --{over} on --{under} has {found:.2} of {least}"));
                }
            };
            TEXTS.iter().for_each(|(over, under)| check(over, under, OF_TEXT));
            ["page", "surface"].iter().for_each(|under| check("edge", under, OF_MARKS));
            for index in 1..=COLORS {
                check(&format!("palette-{index}"), "surface", OF_MARKS);
                check("on-palette", &format!("palette-{index}"), OF_TEXT);
            }
        }
    }
    assert!(wrong.is_empty(), "{} pairs\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn palettes_are_told_apart_by_every_reader() {
    let mut wrong = Vec::new();
    for (name, colors) in themes() {
        for (mode, of_mode) in ["light", "dark"].into_iter().zip([0, 1]) {
            let palette: Vec<Light> = (1..=COLORS).map(|index| colors[&format!("palette-{index}")][of_mode]).collect();
            for (sight, matrix) in SIGHTS {
                let seen: Vec<[f64; 3]> = palette.iter().map(|color| oklab(through(matrix, *color))).collect();
                for (first, least) in APART {
                    if let Some((a, b, distance)) = nearest(&seen[..first]).filter(|(_, _, d)| *d < least) {
                        let (a, b) = (a + 1, b + 1);
                        wrong.push(format!(
                            "{name}, {mode}, {sight}: colours {a} and {b} are {distance:.3} apart, not {least}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The colours of every built-in theme by the name of their custom property: light and dark.
fn themes() -> BTreeMap<String, BTreeMap<String, [Light; 2]>> {
    let folder = dashgen_tests::root().join("themes");
    let base = colors(&fs::read_to_string(folder.join("default/tokens.css")).unwrap());
    let mut themes = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let own = colors(&fs::read_to_string(path.join("look.css")).unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "default" || own.len() > 20, "the theme {name} has colours of its own");
        let mut all = base.clone();
        all.extend(own);
        themes.insert(name, all);
    }
    themes
}

/// `--name: light-dark(#123456, #abcdef);` of the first rule for `:root`.
fn colors(css: &str) -> BTreeMap<String, [Light; 2]> {
    let Some((_, rule)) = css.split_once(":root {") else { return BTreeMap::new() };
    let lines = rule[..rule.find('}').unwrap()].split(';');
    let pairs = lines.filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
        let (light, dark) = value.trim().strip_prefix("light-dark(")?.strip_suffix(')')?.split_once(',')?;
        Some((name.to_owned(), [light_of(light)?, light_of(dark)?]))
    });
    pairs.collect()
}

fn light_of(text: &str) -> Option<Light> {
    let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok().map(|byte| f64::from(byte) / 255.0);
    let linear = |part: f64| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    Some([linear(part(0)?), linear(part(2)?), linear(part(4)?)])
}

/// WCAG's ratio of relative luminances.
fn contrast(a: Light, b: Light) -> f64 {
    let luminance = |[r, g, b]: Light| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What readers see (Machado, Oliveira and Fernandes 2009, severity 1).
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("full sight", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deuteranopia", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
];

fn through(matrix: [[f64; 3]; 3], [r, g, b]: Light) -> Light {
    matrix.map(|row| (row[0] * r + row[1] * g + row[2] * b).clamp(0.0, 1.0))
}

fn oklab([r, g, b]: Light) -> [f64; 3] {
    let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
    let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
    let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
    [
        0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ]
}

/// The two nearest colours and their distance.
fn nearest(colors: &[[f64; 3]]) -> Option<(usize, usize, f64)> {
    let distance = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    let pairs = (0..colors.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    pairs.map(|(a, b)| (a, b, distance(colors[a], colors[b]))).min_by(|a, b| a.2.total_cmp(&b.2))
}

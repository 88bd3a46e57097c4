//! Does a site pass on the licences of what it publishes of others? Cargo says which packages an engine has.

use dashgen::progress::Progress;
use dashgen::{Mode, build};
use dashgen_tests::{golden, outside_of_cargo, root};
use std::collections::BTreeSet;
use std::process::Command;

/// The notices of a golden site that are about `what`.
fn notices(case: &str, what: &str) -> Option<String> {
    let built = build(&golden(case), Mode::Publish, &Progress::terminal()).built.unwrap();
    let starts = format!("_dashgen/{what}.");
    let is_asked = |path: &str| path.starts_with(&starts) && path.ends_with(".LICENSES.txt");
    let mut asked = built.bundle.files.into_iter().filter(|(path, _)| is_asked(path));
    let (_, bytes) = asked.next()?;
    assert!(asked.next().is_none(), "{case} has one file of notices about `{what}`");
    Some(String::from_utf8(bytes).unwrap())
}

/// The packages that are compiled into an engine, with their versions.
fn packages(features: &str) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args(["tree", "--locked", "--offline", "-p", "dashgen-runtime", "--features", features]);
    tree.args(["--target", "wasm32-unknown-unknown", "-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}"]);
    let said = outside_of_cargo(&mut tree).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let lines = String::from_utf8(said.stdout).unwrap();
    let named = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ").replace(" v", " ");
    lines.lines().map(named).filter(|name| !name.starts_with("dashgen-runtime ")).collect()
}

#[test]
fn engines_name_the_packages_that_they_are_made_of() {
    for (case, features) in [("chart-line", ""), ("approximate", "sketches")] {
        let notices = notices(case, "engine").unwrap();
        let named = notices.lines().skip(2).take_while(|line| !line.is_empty());
        let mut named: BTreeSet<String> = named.map(|line| line.split_once(": ").unwrap().0.to_owned()).collect();
        for own in ["dashgen ", "std "] {
            assert!(named.iter().any(|name| name.starts_with(own)), "{case}: {own}");
            named.retain(|name| !name.starts_with(own));
        }
        let packages = packages(features);
        assert!(packages.iter().any(|package| package.starts_with("wasm-bindgen ")), "{packages:?}");
        assert_eq!(named, packages, "{case}");
    }
}

#[test]
fn engines_pass_on_licences_and_notices() {
    let [exact, near] = ["chart-line", "approximate"].map(|case| notices(case, "engine").unwrap());
    for notices in [&exact, &near] {
        let texts: Vec<&str> = notices.split(&format!("\n{}\n\n", "-".repeat(72))).skip(1).collect();
        let of = |package: &str| -> Vec<&str> {
            let is_its = |text: &&str| text.lines().next().unwrap().split(", ").any(|name| name.starts_with(package));
            texts.iter().copied().filter(is_its).collect()
        };
        assert!(of("litemap ")[0].contains("UNICODE LICENSE V3"));
        assert!(of("foldhash ")[0].contains("Orson Peters"));
        let of_wasm_bindgen = of("wasm-bindgen ");
        assert!(of_wasm_bindgen.iter().any(|text| text.contains("Apache License")));
        assert!(of_wasm_bindgen.iter().any(|text| text.contains("Copyright (c) 2014 Alex Crichton")));
        assert_eq!(of("serde ").len(), 2, "Apache's and MIT's");
        assert_eq!(of("serde "), of("itoa "), "what is the same stands once");
        assert!(of("dashgen ").len() >= 2, "its own");
    }
    let notice = "The Apache Software Foundation (http://www.apache.org/)";
    assert!(near.contains("datasketches 0") && near.contains(notice), "with sketches");
    assert!(!exact.contains("datasketches") && !exact.contains(notice), "without");
}

#[test]
fn only_what_is_published_has_notices() {
    assert_eq!(notices("embeds", "engine"), None, "no views, no engine");
    assert_eq!(notices("chart-line", "minisearch"), None, "one page, no search");
    assert!(notices("embeds", "minisearch").unwrap().contains("Luca Ongaro"));
    assert_eq!(notices("embeds", "plotly"), None);
    let plotly = notices("chart-line", "plotly").unwrap();
    assert!(
        plotly.contains("Plotly Technologies") && plotly.contains("GeoNames"),
        "a licence, and the notice of a part"
    );
}

//! Links the page's own JS modules into one file: a page fetches one script, not thirty.
//!
//! Ours are written for it: imports are one line each and name what they take from a file beside them, exports are
//! named, and no two modules have a top-level name in common. `modules_keep_to_their_rules` holds that.

use std::collections::BTreeSet;

/// The module `entry` and all that it imports, each once and behind what it needs.
pub fn link(files: &[(&str, &str)], entry: &str) -> String {
    let mut linked = String::new();
    visit(files, entry, &mut BTreeSet::new(), &mut linked);
    linked
}

fn visit<'a>(files: &[(&str, &'a str)], name: &'a str, seen: &mut BTreeSet<&'a str>, linked: &mut String) {
    if !seen.insert(name) {
        return;
    }
    let text =
        files.iter().find(|(file, _)| *file == name).map(|(_, text)| *text).expect("modules import files beside them");
    for needed in text.lines().filter_map(import) {
        visit(files, needed, seen, linked);
    }
    for line in text.lines().filter(|line| import(line).is_none()) {
        let line = line.trim();
        let is_comment =
            line.starts_with("/*") || line.starts_with("* ") || line.starts_with("//") || line == "*" || line == "*/";
        if !line.is_empty() && !is_comment {
            linked.push_str(line.strip_prefix("export ").unwrap_or(line));
            linked.push('\n');
        }
    }
}

/// The file that a line imports from.
fn import(line: &str) -> Option<&str> {
    line.strip_prefix("import {")?.rsplit_once("'./")?.1.strip_suffix("';")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn files() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime-wasm/web");
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
            .collect()
    }

    #[test]
    fn modules_keep_to_their_rules() {
        let mut names = BTreeSet::new();
        for (file, text) in
            files().iter().filter(|(file, _)| !matches!(file.as_str(), "worker.js" | "preview.js" | "early.js"))
        {
            for line in text.lines() {
                let word = |line: &str| {
                    line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                };
                let line = line.strip_prefix("export ").unwrap_or(line);
                assert!(
                    !line.starts_with("default ") && !line.starts_with('{'),
                    "{file}: exports are named at their definition"
                );
                assert!(!line.starts_with("import ") || import(line).is_some(), "{file}: {line}");
                let line = line.strip_prefix("async ").unwrap_or(line);
                let defined = ["function ", "class ", "const ", "let "].iter().find_map(|kind| line.strip_prefix(kind));
                if let Some(name) = defined.map(word).filter(|name| !name.is_empty()) {
                    assert!(names.insert(name.clone()), "{file}: `{name}` is a top-level name of another module too");
                }
            }
        }
    }

    #[test]
    fn each_module_stands_once_behind_what_it_needs() {
        let files = [
            ("page.js", "import { b } from './b.js';\nimport { c } from './c.js';\n\nb(c);"),
            ("b.js", "import { c } from './c.js';\n/** Doc. */\nexport const b = c;"),
            ("c.js", "export const c = 1;"),
        ];
        assert_eq!(link(&files, "page.js"), "const c = 1;\nconst b = c;\nb(c);\n");
    }
}

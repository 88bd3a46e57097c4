//! Does the author's loop work? `dashgen new`, `preview`, an edit, a mistake and its mending, seen in real Chromium.
#![allow(clippy::unwrap_used)]

use dashgen_tests::browser::Browser;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// Ends the preview with the test.
struct Preview(Child);

impl Drop for Preview {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn address(preview: &mut Preview) -> String {
    let lines = BufReader::new(preview.0.stdout.take().unwrap()).lines();
    let mut found =
        lines.map(Result::unwrap).filter_map(|line| line.split_once("preview: ").map(|(_, url)| url.trim().to_owned()));
    found.next().expect("preview prints its address")
}

#[test]
fn an_edit_a_mistake_and_its_mending_reach_the_browser() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("report");
    assert!(dashgen_tests::dashgen().arg("new").arg(&site).status().unwrap().success());
    let text = site.join("content/index.md");
    let good = fs::read_to_string(&text).unwrap();
    let mut command = dashgen_tests::dashgen();
    command.arg("preview").arg(&site).args(["--port", "4173"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut preview = Preview(command.spawn().unwrap());
    let page = Browser::launch().open(&address(&mut preview));
    page.run("dashgen.ready");

    fs::write(&text, good.replace("Revenue so far", "Earned so far")).unwrap();
    page.wait_for("document.body.textContent.includes('Earned so far')");

    fs::write(&text, good.replace("y: sum(revenue)", "y: sum(revenu)")).unwrap();
    page.wait_for("document.querySelector('.preview-errors pre')");
    let overlay = page.text(".preview-errors pre");
    let checked = dashgen_tests::dashgen().arg("check").arg(&site).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let terminal = String::from_utf8_lossy(&checked.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(overlay, terminal, "the overlay shows what the terminal shows");
    assert!(overlay.contains("did you mean `revenue`?"), "{overlay}");

    fs::write(&text, &good).unwrap();
    page.wait_for("!document.querySelector('.preview-errors') && document.body.textContent.includes('Revenue so far')");
}

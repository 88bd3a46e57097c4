//! Does the author's loop work? `dashgen new`, `preview`, an edit, a mistake and its mending, seen in real Chromium.

use dashgen_tests::browser::{Browser, PageUnderTest};
use dashgen_tests::preview::{Preview, large, start_page};
use std::fs;
use std::path::Path;

fn scaffold(site: &Path) {
    assert!(dashgen_tests::dashgen().arg("new").arg(site).status().unwrap().success());
}

fn open(preview: &Preview) -> PageUnderTest {
    let page = Browser::shared().open(&preview.address);
    page.run("dashgen.ready");
    page
}

#[test]
fn an_edit_a_mistake_and_its_mending_reach_the_browser() {
    let preview = Preview::start(4173, scaffold);
    let text = preview.file("content/index.md");
    let good = fs::read_to_string(&text).unwrap();
    let page = open(&preview);

    fs::write(&text, good.replace("Revenue so far", "Earned so far")).unwrap();
    page.wait_for("document.body.textContent.includes('Earned so far')");

    fs::write(&text, good.replace("y: sum(revenue)", "y: sum(revenu)")).unwrap();
    page.wait_for("document.querySelector('.preview-errors pre')");
    let overlay = page.text(".preview-errors pre");
    let checked = dashgen_tests::dashgen().arg("check").arg(preview.file("")).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let terminal = String::from_utf8_lossy(&checked.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(overlay, terminal, "the overlay shows what the terminal shows");
    assert!(overlay.contains("did you mean `revenue`?"), "{overlay}");

    fs::write(&text, &good).unwrap();
    page.wait_for("!document.querySelector('.preview-errors') && document.body.textContent.includes('Revenue so far')");
}

#[test]
fn selections_and_the_place_on_the_page_survive_an_edit() {
    let preview = Preview::start(4273, scaffold);
    let text = preview.file("content/index.md");
    let good = fs::read_to_string(&text).unwrap() + &"\nMore words.\n".repeat(80);
    fs::write(&text, &good).unwrap();
    let page = open(&preview);
    page.wait_for("document.body.textContent.includes('More words')");
    page.run("dashgen.ready");
    let input: String = page.eval("document.querySelector('dashgen-input select').closest('[data-view]').dataset.view");
    let value: String = page.eval("document.querySelector('dashgen-input select').options[1].value");
    page.select(&format!("[data-view='{input}'] select"), &value);
    page.run("dashgen.idle()");
    let state: String = page.eval("JSON.stringify(dashgen.state())");
    page.run("scrollTo({ top: 700, behavior: 'instant' })");
    let scrolled: f64 = page.eval("scrollY");
    assert!(scrolled > 400.0 && state.contains(&input), "{scrolled} {state}");

    fs::write(&text, good.replace("More words", "Other words")).unwrap();
    page.wait_for("document.body.textContent.includes('Other words') && window.dashgen");
    page.run("dashgen.ready");
    assert_eq!(page.eval::<String>("JSON.stringify(dashgen.state())"), state);
    page.wait_for(&format!("Math.abs(scrollY - {scrolled}) < 2"));
}

#[test]
fn deleted_folders_and_half_written_files_are_survived() {
    let preview = Preview::start(4373, scaffold);
    let text = preview.file("content/index.md");
    let good = fs::read_to_string(&text).unwrap();
    let page = open(&preview);
    let error = |words: &str| {
        page.wait_for(&format!("document.querySelector('.preview-errors pre')?.textContent.includes({words:?})"));
        assert!(page.eval::<bool>("document.body.textContent.includes('Revenue so far')"), "the last good page stays");
    };
    let mended = || page.wait_for("!document.querySelector('.preview-errors') && window.dashgen");

    fs::write(&text, &good[..good.len() / 2]).unwrap();
    error("not closed");
    fs::write(&text, &good).unwrap();
    mended();

    fs::remove_dir_all(preview.file("content")).unwrap();
    error("no folder `content`");
    fs::create_dir_all(preview.file("content")).unwrap();
    fs::write(&text, &good).unwrap();
    mended();

    fs::rename(preview.file("sources"), preview.file("away")).unwrap();
    error("the site has no source files");
    fs::rename(preview.file("away"), preview.file("sources")).unwrap();
    mended();

    fs::write(preview.file("dashgen.toml"), [0xff, 0xfe]).unwrap();
    error("not UTF-8");
    fs::remove_file(preview.file("dashgen.toml")).unwrap();
    mended();

    fs::rename(preview.file(""), preview.folder().join("moved")).unwrap();
    error("no folder `content`");
    fs::rename(preview.folder().join("moved"), preview.file("")).unwrap();
    mended();
}

#[test]
fn an_edit_of_words_leaves_the_page_as_it_stands() {
    let preview = Preview::start(4473, |site| large(site, 300));
    let page = open(&preview);
    page.run("window.stays = true");
    for edit in 1..=3 {
        fs::write(preview.file("content/index.md"), start_page(edit)).unwrap();
        page.wait_for(&format!("document.body.textContent.includes('Version {edit}.') && window.stays"));
    }
    // Another figure on the page is more than words.
    let counted = start_page(4).replace("sum(revenue)", "count(*)");
    fs::write(preview.file("content/index.md"), counted).unwrap();
    page.wait_for("document.body?.textContent.includes('Version 4.') && !window.stays");
    page.wait_for("document.querySelector('dashgen-value')?.textContent === '2'");
}

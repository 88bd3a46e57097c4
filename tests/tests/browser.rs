//! The browser layer sees what a person would: pages made to misbehave, each in one way.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use dashgen_tests::browser::{Browser, PageUnderTest};
use dashgen_tests::devtools::PATIENCE;
use dashgen_tests::serve::Host;

const PAGE: &str = r#"<!doctype html><link rel=icon href="data:,">
<meta http-equiv=Content-Security-Policy content="script-src 'self'; img-src 'self' data:">
<script src="page.js"></script>
<p id=out>still</p><button>go</button><select><option>a<option>b</select><input type=date>
<div id=pad style="width:200px;height:100px;margin-top:2000px"></div>"#;

const SCRIPT: &str = r#"
window.log = [];
addEventListener('DOMContentLoaded', () => {
    out.textContent = 'alive';
    const on = (name, kind, say) => document.querySelector(name).addEventListener(kind, (e) => log.push(say(e)));
    on('button', 'click', () => 'click');
    on('select', 'change', (e) => e.target.value);
    on('input', 'change', (e) => e.target.value);
    on('#pad', 'mousedown', (e) => 'down ' + e.offsetX);
    on('#pad', 'mousemove', (e) => e.buttons && 'move ' + e.offsetX);
    on('#pad', 'mouseup', (e) => 'up ' + e.offsetX);
    on('#pad', 'dblclick', () => 'double');
    addEventListener('keydown', (e) => log.push((e.shiftKey ? 'shift ' : '') + e.key));
});"#;

fn site(files: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
    let folder = tempfile::tempdir().unwrap();
    let all = [("index.html", PAGE), ("page.js", SCRIPT)];
    for (name, text) in all.iter().chain(files) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let host = Host::start(folder.path(), "sub/path");
    (folder, host)
}

fn take_log(page: &PageUnderTest) -> Vec<String> {
    page.eval("log.splice(0).filter(Boolean)")
}

#[test]
fn acts_like_a_person() {
    let (_folder, host) = site(&[]);
    let page = Browser::shared().open(&host.url(""));
    assert_eq!(page.text("#out"), "alive");
    page.click("button");
    page.select("select", "b");
    page.fill("input", "2024-05-06");
    page.key("Escape");
    page.key("Shift+Tab");
    assert_eq!(take_log(&page), ["click", "b", "2024-05-06", "Escape", "shift Tab"]);
    page.mouse_drag(page.point("#pad", 0.1, 0.5), page.point("#pad", 0.6, 0.5), 2);
    assert_eq!(take_log(&page), ["down 20", "move 70", "move 120", "up 120"]);
    page.double_click_at(page.center("#pad"));
    assert_eq!(take_log(&page).last().unwrap(), "double");
    page.wait_for("document.readyState === 'complete'");
    page.assert_clean();
}

#[test]
fn goes_back_and_forth_and_reloads() {
    let (_folder, host) = site(&[("two.html", "<link rel=icon href='data:,'><title>two</title>")]);
    let page = Browser::shared().open(&host.url(""));
    page.run("history.pushState(null, '', '?region=Europe')");
    page.reload();
    assert_eq!(page.url(), host.url("?region=Europe"));
    page.goto(&host.url("two.html"));
    page.back();
    assert_eq!(page.url(), host.url("?region=Europe"));
    page.back();
    assert_eq!(page.url(), host.url(""));
    page.forward();
    assert_eq!(page.url(), host.url("?region=Europe"));
    page.assert_clean();
    assert!(host.hits().iter().all(|hit| hit.status == 200));
}

#[test]
fn follows_the_circumstances() {
    let (folder, host) = site(&[]);
    let page = Browser::shared().blank();
    page.scripts_off();
    page.set_viewport(390, 844);
    page.color_scheme("dark");
    page.goto(&host.url(""));
    assert_eq!(page.text("#out"), "still");
    assert_eq!(page.eval::<(u32, u32)>("[innerWidth, innerHeight]"), (390, 844));
    assert!(page.eval::<bool>("matchMedia('(prefers-color-scheme: dark)').matches"));
    let (small, tall) = (folder.path().join("small.png"), folder.path().join("tall.png"));
    page.screenshot(&small);
    page.screenshot_full(&tall);
    assert_eq!(png_size(&small), (390, 844));
    assert!(png_size(&tall).1 > 2000);
}

fn png_size(file: &Path) -> (u32, u32) {
    let bytes = std::fs::read(file).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(&bytes[1..4], b"PNG");
    (number(16), number(20))
}

/// Asserts that a script's misbehaviour on a page of its own is heard of.
fn hears(browser: &Arc<Browser>, script: &str, worker: &str, word: &str) {
    let page = "<link rel=icon href='data:,'><script src=bad.js></script>";
    let (_folder, host) = site(&[("bad.html", page), ("bad.js", script), ("worker.js", worker)]);
    let page = browser.open(&host.url("bad.html"));
    let started = Instant::now();
    while !page.complaints().join("\n").contains(word) {
        assert!(started.elapsed() < PATIENCE, "{script} {worker}: {:?}", page.complaints());
    }
}

#[test]
fn hears_of_every_misbehaviour() {
    let browser = Browser::shared();
    for (script, word) in [
        ("console.error('boo', 3, true)", "boo 3 true"),
        ("throw new Error('sync')", "sync"),
        ("setTimeout(() => { throw new Error('late') })", "late"),
        ("Promise.reject(new Error('rejected'))", "rejected"),
        ("fetch('missing.json')", "missing.json"),
        ("fetch('https://cdn.example/x.js')", "request to https://cdn.example/x.js"),
        ("new Image().src = 'https://pixel.example/'", "request to https://pixel.example/"),
        ("navigator.sendBeacon('https://beacon.example/')", "request to https://beacon.example/"),
        ("new WebSocket('wss://socket.example/')", "request to wss://socket.example/"),
    ] {
        hears(&browser, script, "", word);
    }
}

#[test]
fn hears_of_a_violated_policy() {
    let page = PAGE.replace("</script>", "</script><script>inline = 1</script>");
    let (_folder, host) = site(&[("inline.html", &page)]);
    let page = Browser::shared().open(&host.url("inline.html"));
    let entries = page.console();
    assert!(
        entries.iter().any(|entry| entry.level == "error" && entry.text.contains("Content Security Policy")),
        "{entries:?}"
    );
}

#[test]
fn hears_its_workers() {
    let browser = Browser::shared();
    let start = "new Worker('worker.js', { type: 'module' })";
    for (worker, word) in [
        ("throw new Error('in the worker')", "in the worker"),
        ("console.error('said')", "said"),
        ("await fetch('https://worker.example/').catch(() => 0)", "request to https://worker.example/"),
    ] {
        hears(&browser, start, worker, word);
    }
}

//! Can a person fill in what a page asks, and open what it holds? Golden sites with fields, containers, directives and
//! embedded files in real Chromium.

use crate::visit::Visit;
use dashgen_tests::browser::PageUnderTest;
use dashgen_tests::serve::Host;
use dashgen_tests::{built, golden};
use std::fs;

fn visited(case: &str) -> Visit {
    Visit::to(&built(&golden(case)), WINDOW)
}

const WINDOW: (u32, u32) = (1280, 900);

fn shown(page: &PageUnderTest, selector: &str) -> bool {
    page.eval(&format!("document.querySelector({selector:?}).checkVisibility({{ visibilityProperty: true }})"))
}

#[test]
fn a_reader_is_helped_with_fields() {
    let visit = visited("input-fields");
    let page = visit.open("");
    let value = || page.text("[data-view^='metric'] .value");
    assert_eq!(value(), "1,602", "the disabled dropdown chooses tents");
    let help: String = page
        .eval("document.getElementById(document.querySelector('[data-view=product]').getAttribute('aria-describedby')).textContent");
    assert_eq!(help, "One name, as it is written on the box.");
    assert_eq!(page.eval::<usize>("document.querySelector('[data-view=product] textarea').rows"), 3);
    let is_off: bool = page.eval("document.querySelector('[data-view=product-2] select').disabled");
    assert!(is_off, "what is disabled cannot be changed");

    let units = "[data-view='units']";
    let mistake = || page.text(&format!("{units} .mistake"));
    let name: String = page.eval("document.querySelector('[data-view=units] input').getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent).join(' ')");
    assert_eq!(name, "Units ≥ pieces", "units are part of the field's name");
    page.fill(&format!("{units} input"), "9");
    page.wait_for("document.querySelector('[data-view=units] .mistake').textContent");
    assert_eq!(mistake(), "Not above 5");
    assert_eq!(value(), "1,602", "what is wrong changes nothing");
    page.fill(&format!("{units} input"), "5");
    page.wait_for("location.search.includes('units=5')");
    page.run("dashgen.idle()");
    assert_eq!((mistake().as_str(), value().as_str()), ("", "1,001.25"));

    page.click("[data-view^='metric'] .help");
    page.wait_for("document.querySelector(':popover-open')?.innerText");
    assert_eq!(page.text(":popover-open"), "What customers have paid, **without** tax & fees.");
    page.key("Escape");
    let box_of = "document.querySelector('dashgen-chart .box').getBoundingClientRect()";
    let ratio: f64 = page.eval(&format!("{box_of}.width / {box_of}.height"));
    assert!((ratio - 16.0 / 9.0).abs() < 0.02, "{ratio}");
    page.assert_clean();
}

#[test]
fn options_stand_under_headings() {
    let visit = visited("input-fields");
    let page = visit.open("");
    let groups: Vec<(String, usize)> = page.eval(
        "[...document.querySelectorAll('[data-view=product-2] optgroup')].map((group) => [group.label, group.childElementCount])",
    );
    assert_eq!(groups.iter().map(|(_, count)| count).sum::<usize>(), 3, "{groups:?}");
    assert!(groups.iter().any(|(name, _)| name == "Gear") && groups.len() == 2, "{groups:?}");
    page.click("[data-view='region'] .field");
    page.wait_for("document.querySelector('[data-view=region] [role=option]')");
    let first: String = page.eval("document.querySelector('[data-view=region] .sizer > :first-child').className");
    assert_eq!(first, "heading");
    page.key("ArrowDown");
    page.key("Enter");
    page.wait_for("dashgen.state().selections.region?.in.length === 1");
    page.key("Escape");
    let headings: usize = page.eval("document.querySelectorAll('[data-view=\"units-2\"] .heading').length");
    assert!(headings > 1, "a checklist has {headings} headings");
    page.assert_clean();
}

#[test]
fn a_reader_chooses_minutes() {
    let visit = visited("input-datetime-range");
    let page = visit.open("");
    let value = || page.text("[data-view^='metric'] .value");
    assert_eq!(value(), "7", "two calls lie in the range");
    page.click("[data-view='called'] .field");
    page.wait_for("document.querySelector(':popover-open')");
    page.fill("[data-view='called'] .dates label:nth-child(2) input", "2025-03-05T08:15");
    page.wait_for("location.search.includes('called=')");
    page.run("dashgen.idle()");
    assert_eq!(value(), "12", "a minute is chosen to its end");
    assert!(page.url().contains("called=2025-03-01T09:00:00.."), "{}", page.url());
    page.fill("[data-view='called'] .dates label:nth-child(1) input", "2025-03-06T00:00");
    page.wait_for("document.querySelector('[data-view=called] .mistake').textContent");
    page.click("[data-view='called'] .presets button:last-child");
    page.run("dashgen.idle()");
    assert_eq!(value(), "15", "`all` takes all in");
    page.key("Escape");
    page.fill("[data-view='since'] input", "2025-03-04T23:59");
    page.run("dashgen.idle()");
    page.wait_for("document.querySelectorAll('dashgen-table tbody tr').length === 2");
    page.assert_clean();
}

#[test]
fn containers_hold_what_they_promise() {
    let visit = visited("containers");
    let page = visit.open("");
    page.click(".opener > button");
    page.wait_for("document.querySelector('dialog.drawer').open");
    page.wait_for("document.getAnimations().length === 0");
    let right: f64 = page.eval("innerWidth - document.querySelector('dialog.drawer').getBoundingClientRect().right");
    assert!(right.abs() < 1.0, "a drawer stands at the side: {right}");
    assert_eq!(page.text("dialog.drawer > .card-foot"), "Foot.");
    page.key("Escape");
    page.wait_for("!document.querySelector('dialog.drawer').open");

    page.click("[data-slides='1']");
    page.wait_for("document.querySelector('.slides').scrollLeft > 300");
    let scrolls: bool = page.eval(
        "document.querySelector('.scroll').clientHeight === 160 && document.querySelector('.scroll-area').tabIndex === 0",
    );
    assert!(scrolls, "a card of a height scrolls");
    let below: f64 = page.eval("innerHeight - document.querySelector('.bottom').getBoundingClientRect().bottom");
    assert!(below.abs() < 1.0, "the bar stays at the lower edge: {below}");
    assert!(shown(page, "dashgen-tabs") && !shown(page, ".not-on-desktop"));
    page.set_viewport(390, 800);
    assert!(!shown(page, "dashgen-tabs") && shown(page, ".not-on-desktop"));
    page.assert_clean();
}

#[test]
fn words_are_explained_and_copied() {
    let visit = visited("directives");
    let page = visit.open("");
    assert_eq!(page.text("h1 .badge"), "New");
    assert!(!shown(page, ".tooltip-text"));
    page.run("document.querySelector('.tooltip').focus()");
    page.wait_for("document.querySelector('.tooltip-text').checkVisibility({ visibilityProperty: true })");
    assert_eq!(page.text(".tooltip-text"), "Revenue *less* cost, <after> tax");
    page.key("Escape");
    page.wait_for("!document.querySelector('.tooltip-text').checkVisibility({ visibilityProperty: true })");
    assert_eq!(page.eval::<f64>("document.querySelector('img.avatar').naturalWidth"), 64.0);
    let icons: (usize, String) =
        page.eval("[document.querySelectorAll('.glyph').length, document.querySelector('.glyph').ariaLabel]");
    assert_eq!(icons, (2, "Growing".to_owned()));
    page.click(".copy button");
    page.wait_for("document.querySelector('#toast:popover-open')");
    assert_eq!((page.text("#toast").as_str(), page.text("#live").as_str()), ("Copied", "Copied"));
    page.assert_clean();

    let visit = visited("pages");
    let page = visit.open("");
    page.click(".listing button");
    page.wait_for("document.querySelector('#toast:popover-open')");
    page.assert_clean();
}

#[test]
fn the_tab_says_that_the_page_computes() {
    let visit = visited("input-fields");
    let page = visit.open("");
    page.run("dashgen.idle()");
    let title: String = page.eval("document.title");
    page.run("{ const post = Worker.prototype.postMessage; Worker.prototype.postMessage = function (...all) { setTimeout(() => post.apply(this, all), 500); }; }");
    page.click("[data-view='channel-2'] label:nth-of-type(2)");
    page.wait_for("document.title.startsWith('Computing… · ')");
    page.run("dashgen.idle()");
    assert_eq!(page.eval::<String>("document.title"), title);
}

#[test]
fn films_sounds_and_own_files_are_shown() {
    let visit = visited("embeds");
    let page = visit.open("");
    page.wait_for("document.querySelector('audio').readyState > 0 && document.querySelector('video').readyState > 0");
    let seen: (f64, u32) =
        page.eval("[document.querySelector('audio').duration, document.querySelector('video').videoWidth]");
    assert_eq!(seen, (0.1, 64));
    assert_eq!(page.text("figure:has(audio) figcaption"), "Press play");
    assert_eq!(page.eval::<String>("document.documentElement.dataset.stamp"), "seen", "a script of `static/` runs");
    page.assert_clean();
    let page = visit.open("report/");
    let hits = visit.host.hits();
    assert!(hits.iter().any(|hit| hit.path.ends_with(".pdf") && hit.status == 200), "{hits:?}");
    page.assert_clean();
}

#[test]
fn pages_of_others_are_embedded_if_the_policy_lets_them_in() {
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("index.html"), "<!doctype html><title>Other</title><p>Other</p>").unwrap();
    let known = Host::start(other.path(), "");
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("content")).unwrap();
    let page = format!("# Embeds\n\n<iframe src=\"{}\" title=\"Known\"></iframe>\n", known.url(""));
    fs::write(site.path().join("content/index.md"), page).unwrap();
    fs::write(site.path().join("dashgen.toml"), format!("[policy]\nframe_src = [{:?}]\n", known.origin())).unwrap();
    let visit = Visit::to(&built(site.path()), WINDOW);
    let page = visit.open("");
    page.wait_for("document.readyState === 'complete'");
    assert!(!known.hits().is_empty(), "the page is asked for");
    let stranger = Host::start(other.path(), "");
    page.run(&format!(
        "document.body.append(Object.assign(document.createElement('iframe'), {{ src: {:?} }}))",
        stranger.url("")
    ));
    page.wait_for("true");
    assert!(page.complaints().iter().any(|complaint| complaint.contains("frame-src")), "{:?}", page.complaints());
    assert!(stranger.hits().is_empty(), "no other page is asked for");
}

//! Can everybody use it? axe-core over every example in every theme and mode, the Meridian page by keyboard alone, and the
//! page in other languages.

use crate::visit::Visit;
use dashgen_tests::browser::PageUnderTest;
use dashgen_tests::{built, example, folders, golden};
use flate2::read::GzDecoder;
use serde_json::Value as Json;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Visits a site as it is built.
fn visited(site: &Path) -> Visit {
    Visit::to(&built(site), (1440, 1000))
}

/// Visits Meridian as several pages, each with another line in its front matter: by address, `key: name`; with lines put
/// before those of its `dashgen.toml`.
fn visit_variants(key: &str, names: &[String], settings: &str) -> Visit {
    let site = tempfile::tempdir().unwrap();
    copy_folder(&meridian(), site.path());
    let page = fs::read_to_string(site.path().join("content/index.md")).unwrap();
    for name in names {
        let text = page.replacen("---\n", &format!("---\n{key}: {name}\n"), 1);
        fs::write(site.path().join(format!("content/{name}.md")), text).unwrap();
    }
    let given = fs::read_to_string(site.path().join("dashgen.toml")).unwrap();
    fs::write(site.path().join("dashgen.toml"), format!("{settings}\n{given}")).unwrap();
    visited(site.path())
}

/// Goes to a page and waits until nothing moves on it.
fn open(visit: &Visit, path: &str) {
    visit.open(path);
    visit.rest();
    visit.page.wait_for("document.getAnimations().length === 0");
}

/// What axe-core finds that keeps people out.
fn serious(page: &PageUnderTest) -> Vec<String> {
    page.run(&axe());
    page.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
           .filter(({ impact }) => impact === 'serious' || impact === 'critical')
           .flatMap(({ id, nodes }) => nodes.slice(0, 4).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`)))",
    )
}

fn selections(visit: &Visit) -> Vec<String> {
    visit.state()["selections"].as_object().unwrap().keys().cloned().collect()
}

fn focused(page: &PageUnderTest) -> String {
    page.eval("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)")
}

fn meridian() -> std::path::PathBuf {
    example("meridian-sales")
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

/// axe-core as its README under `tests/axe` says.
fn axe() -> String {
    let packed = fs::read(dashgen_tests::root().join("tests/axe/axe.min.js.gz")).unwrap();
    let mut script = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut script).unwrap();
    script
}

#[test]
fn axe_finds_nothing_serious_on_any_example() {
    let mut wrong = Vec::new();
    for site in folders::entries(&dashgen_tests::root().join("examples")) {
        let visit = visited(&site);
        for path in pages(&site) {
            for (width, scheme) in [(1440, "light"), (1440, "dark"), (390, "light")] {
                visit.page.set_viewport(width, 1000);
                visit.page.color_scheme(scheme);
                open(&visit, &path);
                let found = serious(&visit.page);
                wrong.extend(found.iter().map(|found| format!("{} /{path} {width} {scheme}: {found}", site.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn pages(site: &Path) -> Vec<String> {
    let files = fs::read_dir(site.join("content")).unwrap().map(|entry| entry.unwrap().path());
    let stems = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    stems
        .map(|path| match path.file_stem().unwrap().to_str().unwrap() {
            "index" => String::new(),
            stem => format!("{stem}/"),
        })
        .collect()
}

#[test]
fn axe_finds_nothing_serious_in_fields_containers_directives_and_maps() {
    let mut wrong = Vec::new();
    for case in ["chart-map", "containers", "directives", "embeds", "input-datetime-range", "input-fields"] {
        let visit = visited(&golden(case));
        for scheme in ["light", "dark"] {
            visit.page.color_scheme(scheme);
            open(&visit, "");
            visit.page.run("document.querySelector('.tooltip')?.focus()");
            wrong.extend(serious(&visit.page).iter().map(|found| format!("{case} {scheme}: {found}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn axe_finds_nothing_serious_in_any_theme() {
    let themes = folders::entries(&dashgen_tests::root().join("themes"));
    let names: Vec<String> =
        themes.iter().map(|theme| theme.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let visit = visit_variants("theme", &names, "");
    let mut wrong = Vec::new();
    for name in &names {
        for scheme in ["light", "dark"] {
            visit.page.color_scheme(scheme);
            open(&visit, &format!("{name}/?region=Europe&line-date=2024-04-01..2024-06-30"));
            wrong.extend(serious(&visit.page).iter().map(|found| format!("{name} {scheme}: {found}")));
        }
    }
    visit.page.assert_clean();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn meridian_is_worked_by_keyboard_alone() {
    let visit = visited(&meridian());
    let page = &visit.page;
    open(&visit, "");
    page.key("Tab");
    assert_eq!(focused(page), "Skip to content", "the first stop leads past the header");
    let stops = stops(&visit);
    for wanted in ["Undo", "Search", "Choose a range", "Show as table", "Revenue by region", "From", "Products"] {
        let is_known = wanted == "Search" || stops.iter().any(|stop| stop.contains(wanted));
        assert!(is_known, "Tab reaches {wanted}: {stops:?}");
    }

    page.run("document.querySelector(\"[data-view='line-date'] .handle[data-end='from']\").focus()");
    page.key("PageUp");
    visit.rest();
    assert_eq!(selections(&visit), ["line-date"], "keys pull an end of the brush");

    page.run("document.querySelector(\"[data-view='bar-region'] .plot\").focus()");
    page.key("ArrowDown");
    let said: String = page.eval("document.getElementById('live').textContent");
    assert!(said.contains('$'), "the mark under the cursor is said: {said}");
    page.key("Enter");
    visit.rest();
    assert_eq!(selections(&visit).len(), 2, "Enter chooses the bar");

    page.key("Control+z");
    page.wait_for("Object.keys(dashgen.state().selections).length === 1");
    page.key("Control+Shift+z");
    page.wait_for("Object.keys(dashgen.state().selections).length === 2");
    page.key("Escape");
    visit.rest();
    assert!(selections(&visit).is_empty(), "Escape takes all back");
    page.assert_clean();
}

/// What Tab comes by, from the skip link until it leaves the page.
fn stops(visit: &Visit) -> Vec<String> {
    let mut stops = Vec::new();
    for _ in 0..120 {
        visit.page.key("Tab");
        let stop = focused(&visit.page);
        if stop.is_empty() || visit.page.eval("document.activeElement === document.body") {
            break;
        }
        stops.push(stop);
    }
    stops
}

#[test]
fn the_bounds_of_a_brush_can_be_typed() {
    let visit = visited(&meridian());
    let page = &visit.page;
    open(&visit, "");
    page.run("document.querySelector(\"[data-view='line-date'] [data-tool='bounds']\").focus()");
    page.key("Enter");
    page.wait_for("document.activeElement.type === 'date'");
    page.fill("[data-view='line-date'] .panel input:first-of-type", "2024-03-10");
    visit.rest();
    let bounds = |visit: &Visit| visit.page.eval::<Json>("dashgen.state().selections['line-date'].between");
    assert_eq!(bounds(&visit)[0], "2024-03-01", "a day stands for the month that the axis shows");
    page.fill("[data-view='line-date'] .panel label:last-of-type input", "2024-05-02");
    visit.rest();
    assert_eq!(bounds(&visit)[1], "2024-05-31");
    page.fill("[data-view='line-date'] .panel label:last-of-type input", "2023-05-02");
    let is_wrong: bool =
        page.eval("document.querySelector(\"[data-view='line-date'] .panel input\").hasAttribute('aria-invalid')");
    assert!(is_wrong, "an end before the start is said to be wrong");
    assert_eq!(bounds(&visit)[1], "2024-05-31", "and changes nothing");
    page.assert_clean();
}

#[test]
fn steps_are_taken_back_and_views_are_kept() {
    let visit = visited(&meridian());
    let page = &visit.page;
    open(&visit, "");
    let is_off = |id: &str| page.eval::<bool>(&format!("document.getElementById('{id}').ariaDisabled === 'true'"));
    assert!(is_off("undo") && is_off("redo"));
    page.select("[data-view='region'] select", "\"Europe\"");
    visit.rest();
    page.click(".chip");
    visit.rest();
    assert!(selections(&visit).is_empty(), "a chip takes its filter away");
    page.click("#undo");
    page.wait_for("dashgen.state().selections.region");
    assert!(!is_off("undo") && !is_off("redo"));

    page.click("#views");
    page.wait_for("document.activeElement.id === 'view-name'");
    page.type_text("Europe only");
    page.key("Enter");
    page.wait_for("document.querySelector('.views .view')");
    page.key("Escape");
    page.click("#reset");
    visit.rest();
    page.reload();
    page.run("dashgen.ready");
    page.click("#views");
    page.wait_for("document.querySelector('.views .view')");
    assert_eq!(page.text(".views .view"), "Europe only", "a view outlives the page");
    page.click(".views .view");
    visit.rest();
    assert_eq!(selections(&visit), ["region"]);
    page.click("#views");
    page.click(".views [aria-label^='Delete']");
    page.wait_for("!document.querySelector('.views .view')");
    page.assert_clean();
}

#[test]
fn each_chart_is_told_in_words() {
    let visit = visited(&meridian());
    open(&visit, "");
    let words = "document.getElementById('summary-bar-region').textContent";
    visit.page.wait_for(&format!("{words} !== ''"));
    let words: String = visit.page.eval(words);
    assert!(words.contains("marks") && words.contains("from $") && words.contains("(North America)"), "{words}");
    let described: bool = visit.page.eval(
        "[...document.querySelectorAll('dashgen-chart .plot')].every((plot) => document.getElementById(plot.getAttribute('aria-describedby')))",
    );
    assert!(described, "each plot names its description");
}

#[test]
fn languages_write_as_the_browser_does() {
    let names = ["en", "de", "fr", "es", "ja", "ar"].map(str::to_owned);
    let visit = visit_variants("locale", &names, "currency = \"EUR\"");
    let page = &visit.page;
    for name in &names {
        open(&visit, &format!("{name}/"));
        let quarter: String =
            page.eval("document.querySelector('[data-view=date] .presets button:nth-child(2)').textContent");
        assert_eq!(quarter == "this quarter", name == "en", "{name}: {quarter} is in the page's language");
        let first = page.text("[data-view='metric-revenue'] .value");
        let expected: String = page.eval(&format!(
            "new Intl.NumberFormat('{name}-u-nu-latn', {{ style: 'currency', currency: 'EUR', maximumFractionDigits: 0 }}).format(dashgen.shown('metric-revenue').value.value)"
        ));
        assert_eq!(bare(&first), bare(&expected), "{name}: the build writes as Intl does");
        page.select("[data-view='region'] select", "\"Europe\"");
        visit.rest();
        page.click("#undo");
        page.wait_for("!dashgen.state().selections.region");
        visit.rest();
        assert_eq!(page.text("[data-view='metric-revenue'] .value"), first, "{name}: the browser writes as the build");
        let direction: String = page.eval("getComputedStyle(document.body).direction");
        assert_eq!(direction, if name == "ar" { "rtl" } else { "ltr" });
        assert_eq!(page.eval::<String>("document.documentElement.lang"), *name);
        let is_wide: bool = page.eval("document.scrollingElement.scrollWidth > innerWidth");
        assert!(!is_wide, "{name}: nothing sticks out");
    }
    page.assert_clean();
}

#[test]
fn right_to_left_nothing_touches_the_edge_or_is_torn_apart() {
    let visit = visit_variants("locale", &["ar".to_owned()], "");
    let page = &visit.page;
    open(&visit, "ar/");
    let rests: Vec<f64> = page.eval(
        "(() => { const { left, right } = document.querySelector('dashgen-table').getBoundingClientRect(); \
           return [...document.querySelectorAll('dashgen-table tbody tr:first-child td')].flatMap((cell) => { \
             const text = document.createRange(); text.selectNodeContents(cell); const box = text.getBoundingClientRect(); \
             return [box.left - left, right - box.right]; }); })()",
    );
    assert!(rests.iter().all(|rest| *rest >= 8.0), "{rests:?}");
    let apart: usize = page.eval(
        "[...document.querySelectorAll('dashgen-value')].filter((value) => getComputedStyle(value).unicodeBidi !== 'isolate').length",
    );
    assert_eq!(apart, 0, "a day among words of another direction stays together");
    let width = || page.eval::<f64>("document.querySelector('dashgen-table th:nth-child(2)').offsetWidth");
    let before = width();
    page.run("document.querySelector('dashgen-table').scrollIntoView({ block: 'center' })");
    let edge = page.center("dashgen-table th:nth-child(2) .edge");
    let head: f64 = page.eval("document.querySelector('dashgen-table th:nth-child(2)').getBoundingClientRect().left");
    assert!(edge.0 - head < 10.0, "the edge of a column is where the next one begins");
    page.mouse_drag(edge, (edge.0 - 60.0, edge.1), 4);
    assert!(width() > before + 40.0, "dragged to the left it is wider: {before} px, then {}", width());
    page.run("document.querySelector('dashgen-table tbody td').focus()");
    page.key("ArrowLeft");
    assert_eq!(
        page.eval::<usize>("document.activeElement.closest('td').cellIndex"),
        1,
        "the next cell lies on the left"
    );
    let button: bool = page.eval(
        "(() => { document.querySelector('.prose').insertAdjacentHTML('beforeend', '<div class=\"listing\"><pre><code>a line</code></pre><button class=\"button small square\"></button></div>'); \
           const [code, button] = ['.listing code', '.listing .button'].map((part) => document.querySelector(part).getBoundingClientRect()); \
           return button.left >= code.left + 40; })()",
    );
    assert!(button, "the button that copies lies at the end of what it copies");
    page.assert_clean();
}

/// A number without the marks of direction, and with plain spaces.
fn bare(text: &str) -> String {
    let text = text.replace(['\u{200e}', '\u{200f}'], "");
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn paper_shows_the_report_and_no_controls() {
    let visit = visited(&meridian());
    open(&visit, "?region=Europe");
    visit.page.print_style();
    let shown = "(selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility())";
    let controls: Vec<String> = visit.page.eval(&format!(
        "['.site-tools', '.input', '.tools', '.tablist', '.skip', '.table-foot button'].filter({shown})"
    ));
    assert!(controls.is_empty(), "{controls:?} are printed");
    let report: Vec<String> =
        visit.page.eval(&format!("['h1', '.metric', '.plot', '.chip', 'table.rows', '.tab-title'].filter({shown})"));
    assert_eq!(report.len(), 6, "only {report:?} are printed");
    let cut: bool =
        visit.page.eval("[...document.querySelectorAll('.card')].every((card) => getComputedStyle(card).breakInside === 'avoid' || card.matches('.table'))");
    assert!(cut, "cards are not cut between pages");
}

#[test]
fn containers_open_and_close_by_keyboard() {
    let visit = visited(&golden("layout"));
    let page = &visit.page;
    for path in ["", "paper/"] {
        open(&visit, path);
        let found = serious(&visit.page);
        assert!(found.is_empty(), "/{path}: {found:#?}");
    }
    open(&visit, "?region=Europe");
    let shown = |selector: &str| page.eval::<bool>(&format!("document.querySelector('{selector}').checkVisibility()"));
    assert!(shown(".sidebar .input") && shown("details .prose"), "inputs stand beside, `open: true` is open");
    for (container, opened) in [("dialog", "dialog table"), ("popover", ".popover .prose")] {
        assert!(!shown(opened), "the {container} starts closed");
        page.run(&format!("document.querySelector('.opener:has({opened}) > button').focus()"));
        page.key("Enter");
        page.wait_for(&format!("document.querySelector('{opened}').checkVisibility()"));
        page.key("Escape");
        page.wait_for(&format!("!document.querySelector('{opened}').checkVisibility()"));
        let back: bool = page.eval(&format!("document.activeElement.matches('.opener:has({opened}) > button')"));
        assert!(back, "the focus comes back from the {container}");
    }
    assert_eq!(selections(&visit), ["region"], "Escape closed what was open and kept the filters");
    page.assert_clean();
}

#[test]
fn nothing_moves_for_who_asks_for_rest() {
    let visit = visited(&meridian());
    visit.page.reduced_motion();
    open(&visit, "");
    visit.page.run(
        "(() => { window.moved = 0; const animate = Element.prototype.animate; \
           Element.prototype.animate = function (...given) { window.moved += 1; return animate.apply(this, given); }; })()",
    );
    visit.page.select("[data-view='region'] select", "\"Europe\"");
    visit.rest();
    assert_eq!(visit.page.eval::<usize>("window.moved"), 0, "values change without fading");
    let longest: f64 = visit.page.eval(
        "Math.max(...[...document.querySelectorAll('*')].map((element) => Number.parseFloat(getComputedStyle(element).transitionDuration)))",
    );
    assert!(longest < 0.001, "a transition takes {longest} s");
}

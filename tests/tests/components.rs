//! Are an author's own modules given rows, do they filter, and does what goes wrong in them stay in their cards? In real
//! Chromium, under the page's own policy.

use crate::visit::Visit;
use dashgen_tests::{built, root};

/// The site of components, open in a browser.
struct Opened(Visit);

impl Opened {
    fn page(path: &str) -> Opened {
        let visit = Visit::to(&built(&root().join("tests/fixtures/components")), (1440, 4000));
        visit.open(path);
        Opened(visit)
    }

    /// Waits until a component shows these lines.
    #[track_caller]
    fn shows(&self, component: &str, lines: &[&str]) {
        let shown = format!(
            "[...document.querySelectorAll(\"[data-view='{component}'] .plot button\")].map((button) => button.textContent)"
        );
        self.0.page.wait_for(&format!("JSON.stringify({shown}) === {:?}", format!("{lines:?}").replace(", ", ",")));
    }

    #[track_caller]
    fn metric(&self, value: &str) {
        self.0.page.run("dashgen.idle()");
        assert!(
            self.0.page.text("dashgen-metric").ends_with(&format!(" {value}")),
            "{}",
            self.0.page.text("dashgen-metric")
        );
    }

    /// Waits until a component's card says what went wrong.
    #[track_caller]
    fn says(&self, component: &str, why: &str) {
        let notice = format!("document.querySelector(\"[data-view='{component}'] .notice.error\")?.textContent");
        self.0.page.wait_for(&format!("{notice}?.includes({why:?})"));
    }

    fn click(&self, component: &str, button: &str) {
        self.0.page.click(&format!("[data-view='{component}'] .plot button{button}"));
    }
}

#[test]
fn a_component_is_given_rows_and_filters_the_page() {
    let opened = Opened::page("");
    let page = &opened.0.page;
    let all = ["2025-01-01: 10", "2025-01-02: 50", "2025-01-03: 40"];
    opened.shows("days", &all);
    opened.shows("regions", &["North: 30", "South: 70"]);
    opened.metric("100");

    page.select("[data-view='region'] select", "\"North\"");
    opened.shows("days", &["2025-01-01: 10", "2025-01-02: 20"]);
    page.click("#undo");
    opened.shows("days", &all);

    opened.click("days", ":nth-child(2)");
    opened.metric("90");
    opened.click("days", ":nth-child(3)");
    opened.shows("regions", &["South: 40"]);
    opened.metric("40");
    page.click("#undo");
    opened.metric("100");

    opened.click("days", ":nth-child(2)");
    opened.metric("90");
    opened.shows("regions", &["North: 20", "South: 70"]);
    opened.shows("days", &all);
    assert_eq!(page.text("#filters"), "Date 2 Jan 2025 – 3 Jan 2025");
    assert!(page.url().ends_with("?days=2025-01-02..2025-01-03"), "{}", page.url());
    page.wait_for("document.querySelectorAll(\"[data-view='days'] [aria-pressed='true']\").length === 2");

    opened.click("regions", ":nth-child(1)");
    opened.metric("20");
    opened.shows("days", &["2025-01-01: 10", "2025-01-02: 20"]);
    assert!(page.text("#filters").ends_with("Region North"), "{}", page.text("#filters"));
    page.reload();
    page.run("dashgen.ready");
    opened.shows("days", &["2025-01-01: 10", "2025-01-02: 20"]);
    opened.metric("20");

    page.click("#undo");
    opened.metric("90");
    page.click(".chip[data-filter='days']");
    opened.metric("100");
    page.click("#undo");
    opened.metric("90");
    page.click("#reset");
    opened.metric("100");
    opened.shows("days", &all);
    page.assert_clean();
}

#[test]
fn its_numbers_are_a_table_too() {
    let opened = Opened::page("");
    let page = &opened.0.page;
    opened.shows("days", &["2025-01-01: 10", "2025-01-02: 50", "2025-01-03: 40"]);
    page.click("[data-view='days'] [data-tool='table']");
    assert_eq!(page.text("[data-view='days'] .data"), "Days Date Revenue 1 Jan 2025 10 2 Jan 2025 50 3 Jan 2025 40");
    let words = "document.querySelector(\"[data-view='days'] .summary\").textContent";
    page.wait_for(&format!("{words}.startsWith('3 marks. Revenue from 10 (1 Jan 2025) to 50 (2 Jan 2025)')"));
    page.assert_clean();
}

#[test]
fn what_goes_wrong_in_a_component_stays_in_its_card() {
    let opened = Opened::page("wrong/");
    let page = &opened.0.page;
    opened.says("thrown", "no canvas");
    opened.says("broken", "Failed to fetch");
    opened.says("foreign", "Failed to fetch");
    opened.says("silent", "no function as default export");
    opened.says("picky", "no South, please");
    opened.metric("100");

    page.select("[data-view='region'] select", "\"North\"");
    opened.metric("30");
    page.wait_for("document.querySelector(\"[data-view='picky'] .plot\").textContent === '2 rows'");
    page.wait_for("!document.querySelector(\"[data-view='picky'] .notice\")");

    opened.click("greedy", ".values");
    opened.says("greedy", "does not select values");
    page.select("[data-view='region'] select", "");
    page.wait_for("!document.querySelector(\"[data-view='greedy'] .notice\")");
    opened.click("greedy", ".never");
    opened.says("greedy", "never");
    opened.metric("100");
    page.select("[data-view='region'] select", "\"North\"");
    page.wait_for("!document.querySelector(\"[data-view='greedy'] .notice\")");
    opened.click("greedy", ".bug");
    opened.says("greedy", "undefined");
    opened.metric("30");
    let refused = |text: &str| text.contains("cdn.example.org") && text.contains("Content Security Policy");
    assert!(page.console().iter().any(|entry| refused(&entry.text)), "{:?}", page.console());
}

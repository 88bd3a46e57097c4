//! What is on paper? Pages as they are when browsers make ready to print them, in real Chromium.

use crate::visit::Visit;
use dashgen_tests::{built, example, golden};
use std::path::Path;

/// Opens a page of a site.
fn opened(site: &Path, path: &str) -> Visit {
    let visit = Visit::to(&built(site), (1440, 1000));
    visit.open(path);
    visit.rest();
    visit
}

/// Tells the page what browsers tell it: what stands there when it has heard of it is printed, nothing may come later.
fn tell(visit: &Visit, event: &str) {
    visit.page.run(&format!("dispatchEvent(new Event('{event}'))"));
}

fn print(visit: &Visit) {
    tell(visit, "beforeprint");
    visit.page.print_style();
}

#[test]
fn a_long_table_is_printed_row_by_row() {
    let visit = opened(&example("gapminder"), "ranks/");
    visit.page.wait_for("document.querySelector('dashgen-table').lines.ahead.length === 142");
    tell(&visit, "beforeprint");
    let rows = "document.querySelectorAll('dashgen-table tbody tr[data-line]:not(.coming)').length";
    assert_eq!(visit.page.eval::<usize>(rows), 142);
    assert_eq!(visit.page.eval::<usize>("document.querySelectorAll('dashgen-table .spacer').length"), 0, "no gaps");
    tell(&visit, "afterprint");
    assert!(visit.page.eval::<usize>(rows) < 60, "on screen are the rows in sight");
    print(&visit);
    let fits: bool = visit.page.eval(
        "document.querySelector('dashgen-table table').scrollWidth <= document.querySelector('dashgen-table').clientWidth",
    );
    assert!(fits, "its last column is on the sheet");
    let heads: Vec<String> = visit.page.eval(
        "[...document.querySelectorAll('dashgen-table th')].flatMap((head) => [getComputedStyle(head).position, getComputedStyle(head.querySelector('.sort')).display])",
    );
    assert_eq!(heads, ["static", "contents"].repeat(4), "each sheet repeats the heading");
    visit.page.assert_clean();
}

#[test]
fn a_table_says_how_many_of_its_rows_are_on_paper() {
    let visit = opened(&golden("table-groups"), "");
    print(&visit);
    assert!(!visit.page.text("dashgen-table .status").contains("First"), "all of them are");
    tell(&visit, "afterprint");
    visit.page.run(
        "(() => { const { lines, grid } = document.querySelector('dashgen-table'); \
           const kept = lines.get.bind(lines); lines.get = (at) => (at < 3 ? kept(at) : undefined); grid.paint(); })()",
    );
    tell(&visit, "beforeprint");
    let rows: usize = visit.page.eval("document.querySelectorAll('dashgen-table tr[data-line]:not(.head)').length");
    let status = visit.page.text("dashgen-table .status");
    assert!(status.starts_with(&format!("First {rows} of")), "{status}");
}

#[test]
fn what_is_true_stays_ticked_on_paper() {
    let visit = opened(&golden("table-columns"), "");
    print(&visit);
    let ink: String = visit.page.eval("getComputedStyle(document.querySelector('.tick.true')).printColorAdjust");
    assert_eq!(ink, "exact", "browsers leave out backgrounds but of what asks for them");
}

#[test]
fn charts_in_space_are_printed_as_wide_as_the_paper() {
    for case in ["chart-scatter-matrix", "chart-parallel-coordinates", "chart-scatter_3d", "chart-line_3d"] {
        let visit = opened(&golden(case), "");
        tell(&visit, "beforeprint");
        // Of each canvas the columns that have ink in them, as shares of its width.
        let inked: Vec<(f64, f64)> = visit.page.eval(
            "[...document.querySelectorAll('canvas.still')].map((copy) => { \
               const { data, width } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height); \
               const columns = new Set(); data.forEach((part, i) => i % 4 === 3 && part && columns.add((i >> 2) % width)); \
               return [Math.min(...columns) / width, Math.max(...columns) / width]; }).filter(([from]) => Number.isFinite(from))",
        );
        assert!(inked.iter().any(|(from, to)| *from < 0.45 && *to > 0.55), "{case}: {inked:?}");
        let width: f64 = visit.page.eval("document.querySelector('canvas.still').getBoundingClientRect().width");
        assert!(width < 690.0, "{case} is {width} px wide");
        let shown: usize = visit.page.eval(
            "[...document.querySelectorAll('canvas:not(.still)')].filter((canvas) => getComputedStyle(canvas).visibility !== 'hidden').length",
        );
        assert_eq!(shown, 0, "{case}: what was on the screen is not printed");
        tell(&visit, "afterprint");
        assert_eq!(visit.page.eval::<usize>("document.querySelectorAll('canvas.still').length"), 0);
    }
}

#[test]
fn narrow_bars_have_numbers_on_paper() {
    let visit = opened(&example("meridian-sales"), "");
    print(&visit);
    let numbers: Vec<String> = visit
        .page
        .eval("[...document.querySelectorAll('[data-view=bar-region] .xtick text')].map((tick) => tick.textContent)");
    assert!(numbers.len() > 1, "{numbers:?}");
    let width: f64 = visit.page.eval("document.querySelector('[data-view=bar-region] .plot')._fullLayout._size.w");
    assert!(width > 36.0, "the bars have {width} px");
}

#[test]
fn what_failed_says_so_on_paper() {
    let visit = opened(&golden("component"), "");
    visit
        .page
        .run("void (document.querySelector('dashgen-component').load = async () => { throw new Error('in vain'); })");
    visit.page.run("void (document.querySelector('dashgen-component').drawing = null)");
    print(&visit);
    visit.page.wait_for("document.querySelector('dashgen-component .notice')");
    let height: f64 = visit.page.eval("document.querySelector('dashgen-component .notice').offsetHeight");
    assert!(height >= 60.0, "{height} px");
}

#[test]
fn a_drawer_takes_no_sheet_of_its_own() {
    let visit = opened(&golden("containers"), "");
    print(&visit);
    let height: f64 = visit.page.eval("document.querySelector('dialog.drawer').offsetHeight");
    assert!((20.0..500.0).contains(&height), "{height} px");
}

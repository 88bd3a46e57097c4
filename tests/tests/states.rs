//! What do charts show of next to nothing? Nothing that has rows, one point, an axis with little room, in real Chromium.

use crate::visit::Visit;
use dashgen_tests::built;
use std::fs;

const DATA: &str = "```sql sales\nSELECT * FROM (VALUES ('2025-01-01', 'North', 12000000, 5, 'a'), ('2025-02-01', 'Middle East and Africa', 43000000, 7, 'b')) AS t(day, region, revenue, units, kind)\n```\n\n```input dropdown\ncolumn: kind\n```\n\n";

fn visited(blocks: &str, width: u32) -> Visit {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("content")).unwrap();
    fs::write(site.path().join("content/index.md"), format!("{DATA}{blocks}")).unwrap();
    let visit = Visit::to(&built(site.path()), (width, 900));
    visit.open("");
    visit.rest();
    visit
}

#[test]
fn shares_of_nothing_say_so() {
    let visit = visited(
        "```chart pie\nnames: region\nvalues: sum(revenue)\n```\n\n```chart treemap\npath: [region]\nvalues: sum(revenue)\n```\n\n```input search\ncolumn: day\n```\n",
        1200,
    );
    visit.page.run("(() => { const box = document.querySelector('input[type=search]'); box.value = 'zzz'; box.dispatchEvent(new Event('input', { bubbles: true })); })()");
    visit.page.wait_for("Object.keys(dashgen.state().selections).length > 0");
    visit.rest();
    let said: Vec<Option<String>> = visit.page.eval(
        "[...document.querySelectorAll('dashgen-chart')].map((chart) => chart.querySelector('.notice')?.textContent ?? null)",
    );
    assert_eq!(said, [Some("No rows match these filters".to_owned()), Some("No rows match these filters".to_owned())]);
}

#[test]
fn a_line_of_one_point_is_seen() {
    let visit = visited("```chart line\nx: CAST(day AS DATE)\ny: sum(revenue)\n```\n", 1200);
    let points = "document.querySelectorAll('.scatterlayer .lone').length";
    assert_eq!(visit.page.eval::<usize>(points), 0, "a line of two is a line");
    visit.page.select("[data-view='kind'] select", "\"b\"");
    visit.rest();
    assert_eq!(visit.page.eval::<usize>(points), 1);
    visit.page.assert_clean();
}

#[test]
fn a_point_beside_longer_lines_is_seen() {
    let visit = visited(
        "```sql shops\nSELECT * FROM (VALUES (DATE '2025-01-01', 'North', 3, 'a'), (DATE '2025-02-01', 'North', 5, 'a'), (DATE '2025-02-01', 'South', 4, 'b')) AS t(opened, region, units, kind)\n```\n\n```chart line\ndata: shops\nx: opened\ny: sum(units)\ncolor: region\n```\n",
        1200,
    );
    let dot: Vec<f64> = visit.page.eval(
        "(() => { const [dot, ...others] = document.querySelectorAll('.scatterlayer .lone'); \
           const { xaxis, yaxis } = document.querySelector('dashgen-chart .plot')._fullLayout; \
           return [others.length, xaxis.p2d(dot.cx.baseVal.value) === '2025-02-01' ? 1 : 0, Math.round(yaxis.p2d(dot.cy.baseVal.value))]; })()",
    );
    assert_eq!(dot, [0.0, 1.0, 4.0]);
    let ends: Vec<String> = visit.page.eval("document.querySelector('dashgen-chart .plot')._fullLayout.xaxis.range");
    assert_eq!(ends, ["2025-01-01", "2025-02-01"], "the dot takes no room of the axis");
    visit.page.assert_clean();
}

#[test]
fn nothing_but_nulls_is_nothing() {
    let visit = visited(
        "```sql blank\nSELECT CAST(NULL AS DOUBLE) AS amount, units, kind FROM sales\n```\n\n```input range-slider\ndata: blank\ncolumn: amount\n```\n\n```input slider\ndata: blank\ncolumn: amount\nname: one\n```\n\n```chart histogram\ndata: blank\nx: amount\n```\n\n```chart scatter\ndata: blank\nx: amount\ny: units\n```\n\n```chart density_heatmap\ndata: blank\nx: amount\ny: units\n```\n",
        1200,
    );
    let said: Vec<Option<String>> = visit.page.eval(
        "[...document.querySelectorAll('dashgen-chart')].map((chart) => chart.querySelector('.notice')?.textContent ?? null)",
    );
    assert_eq!(
        said,
        [
            Some("No rows match these filters".to_owned()),
            Some("No rows match these filters".to_owned()),
            Some("No rows match these filters".to_owned())
        ]
    );
    let ranges: Vec<String> =
        visit.page.eval("[...document.querySelectorAll('dashgen-input output')].map((output) => output.textContent)");
    assert_eq!(ranges, ["Nothing found", "Nothing found"]);
    let usable: usize =
        visit.page.eval("document.querySelectorAll('.slider :is(input, button):not(:disabled)').length");
    assert_eq!(usable, 0, "there is nothing to choose");
}

#[test]
fn a_short_axis_has_more_than_its_zero() {
    let visit = visited("```chart bar\nx: sum(revenue)\ny: region\nformat: $,.0f\nwidth: 1/3\n```\n", 960);
    let labels: Vec<String> =
        visit.page.eval("[...document.querySelectorAll('.xtick text')].map((tick) => tick.textContent)");
    assert!(labels.len() > 1, "{labels:?}");
    let turned: bool =
        visit.page.eval("[...document.querySelectorAll('.xtick text')].some((tick) => /rotate\\(-?[1-9]/.test(tick.getAttribute('transform')))");
    assert!(!turned, "{labels:?} are turned");
    visit.page.assert_clean();
}

#[test]
fn a_chart_that_is_not_there_yet_has_a_place() {
    let visit = visited("```chart line\nx: CAST(day AS DATE)\ny: sum(revenue)\n```\n", 1200);
    let ground = "getComputedStyle(document.querySelector('.plot')).backgroundColor";
    let nothing = visit.page.eval::<String>(ground);
    visit.page.run("document.querySelector('.plot').replaceChildren()");
    assert_eq!(visit.page.eval::<String>(ground), nothing, "where it comes soon nothing flickers");
    visit.page.wait_for(&format!("{ground} !== '{nothing}'"));
}

#[test]
fn columns_of_bands_stand_apart_in_a_narrow_chart() {
    let visit = visited("```chart parallel_categories\ndimensions: [region, kind, units]\nwidth: 1/3\n```\n", 960);
    let rects: Vec<f64> = visit.page.eval(
        "[...document.querySelectorAll('.parcats .dimension')].map((column) => column.querySelector('.catrect').getBoundingClientRect().left)",
    );
    assert!(rects.windows(2).all(|pair| pair[1] - pair[0] >= 36.0), "{rects:?}");
    visit.page.assert_clean();
}

#[test]
fn names_beside_a_narrow_chart_are_not_cut() {
    let visit = visited("```chart bar\nx: sum(revenue)\ny: region\nwidth: 1/3\n```\n", 690);
    visit.page.run("dispatchEvent(new Event('beforeprint'))");
    let cut: Vec<f64> = visit.page.eval(
        "(() => { const { left } = document.querySelector('.main-svg').getBoundingClientRect(); \
           return [...document.querySelectorAll('.ytick text')].map((tick) => tick.getBoundingClientRect().left - left); })()",
    );
    assert!(cut.len() == 2 && cut.iter().all(|rest| *rest >= 0.0), "{cut:?}");
}

#[test]
fn what_needs_webgl_says_so_where_there_is_none() {
    let above = "A line of text.\n\n".repeat(100);
    let visit = visited(
        &format!(
            "{above}```chart parallel_coordinates\ndimensions: [revenue, units]\n```\n\n```chart scatter_matrix\ndimensions: [revenue, units]\n```\n"
        ),
        1200,
    );
    visit.page.run("void (HTMLCanvasElement.prototype.getContext = () => null)");
    visit.page.run("document.querySelector('dashgen-chart').scrollIntoView()");
    visit.page.wait_for("document.querySelectorAll('dashgen-chart .notice.error').length === 2");
    assert_eq!(visit.page.text("dashgen-chart .notice"), "This chart could not be drawn: no WebGL");
}

/// The texts of ten thousand parts have no room, and what stands between them would hide them.
#[test]
fn ten_thousand_categories_are_drawn() {
    let site = tempfile::tempdir().unwrap();
    let charts = ["pie\nnames: item", "funnel_area\nnames: item", "treemap\npath: [item]", "sunburst\npath: [item]"];
    let blocks = charts.map(|chart| format!("```chart {chart}\nvalues: sum(amount)\n```\n\n")).concat();
    let boxes = "```chart box\nx: item\ny: amount\n```\n";
    let rows: String = (0..20_000).map(|row| format!("Item {},{}\n", row % 10_000, row % 977 + 1)).collect();
    fs::create_dir(site.path().join("content")).unwrap();
    fs::create_dir(site.path().join("sources")).unwrap();
    fs::write(site.path().join("content/index.md"), format!("# Many\n\n{blocks}{boxes}")).unwrap();
    fs::write(site.path().join("sources/items.csv"), format!("item,amount\n{rows}")).unwrap();
    let visit = Visit::to(&built(site.path()), (1200, 3000));
    visit.open("");
    visit.rest();
    let page = &visit.page;
    page.wait_for("[...document.querySelectorAll('dashgen-chart')].every((chart) => chart.drawn)");
    for kind in ["pie", "funnel_area", "treemap", "sunburst"] {
        let [parts, texts, lines]: [usize; 3] = page.eval(&format!(
            "(() => {{
                const chart = document.querySelector('[data-kind={kind}]');
                const written = [...chart.querySelectorAll('.slicetext text, text.slicetext')].filter((text) => text.textContent.trim());
                return [chart.querySelectorAll('.slice').length, written.length, chart.querySelector('.plot')._fullData[0].marker.line.width];
            }})()"
        ));
        assert!(parts >= 10_000, "{kind} has {parts} parts");
        assert!(texts < 500, "{kind} measures {texts} texts");
        assert_eq!(lines, 0, "{kind} has lines between its parts");
    }
    assert_eq!(page.eval::<usize>("document.querySelectorAll('.legend').length"), 0, "no legend names them all");
    assert_eq!(page.eval::<usize>("document.querySelectorAll('.boxes .box').length"), 10_000);
    page.assert_clean();
}

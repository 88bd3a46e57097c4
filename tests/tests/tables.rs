//! Do tables and metrics show what they should? The engine's lines, files and comparisons against the rows they come from,
//! and in real Chromium what a reader does with a table of a hundred thousand rows and with every input.

use crate::engine::Native;
use crate::visit::Visit;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use dashgen_runtime::answer::{Cell, Lines, Shown};
use dashgen_runtime::plan::{ColumnOrder, Selection, State, Value};
use dashgen_runtime::session::Session;
use dashgen_tests::browser::PageUnderTest;
use dashgen_tests::{built, page_data, root};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fmt::Write as _;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;

const REGIONS: [&str; 4] = ["Africa", "Asia", "Europe", "Østland"];

/// A sale: its day of 2024, region, product, units and revenue in cents; some have no region.
type Sale = (u32, Option<&'static str>, u32, i64, i64);

fn sales(count: usize) -> Vec<Sale> {
    let mut rng = fastrand::Rng::with_seed(11);
    let sale = |_| {
        let region = (rng.u32(0..20) > 0).then(|| REGIONS[rng.usize(0..4)]);
        (rng.u32(0..366), region, rng.u32(0..3_000), rng.i64(1..20), rng.i64(100..50_000))
    };
    (0..count).map(sale).collect()
}

fn day(day: u32) -> String {
    dashgen_runtime::calendar::write_day(i64::from(day) + 19_723)
}

/// A built site with one page and such sales.
struct Site(PathBuf);

impl Site {
    fn of(sales: &[Sale], page: &str) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path();
        fs::create_dir_all(site.join("content")).unwrap();
        fs::create_dir_all(site.join("sources")).unwrap();
        let mut csv = String::from("id,date,region,product,units,revenue\n");
        for (id, (on, region, product, units, cents)) in sales.iter().enumerate() {
            let revenue = format!("{}.{:02}", cents / 100, cents % 100);
            writeln!(csv, "{id},{},{},Product {product:04},{units},{revenue}", day(*on), region.unwrap_or_default())
                .unwrap();
        }
        fs::write(site.join("sources/sales.csv"), csv).unwrap();
        fs::write(site.join("content/index.md"), format!("---\ntitle: Sales\n---\n\n{page}\n")).unwrap();
        Site(built(site))
    }

    fn session(&self) -> Session {
        Native::of(&self.0).session()
    }

    fn open(&self) -> Visit {
        let visit = Visit::to(&self.0, (1280, 900));
        visit.open("");
        visit
    }
}

fn words(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) | Cell::Address(text, _) | Cell::Shape(text, _) => text,
    }
}

fn column(lines: &Lines, column: usize) -> Vec<&str> {
    lines.rows.iter().map(|row| words(&row[column])).collect()
}

fn sorted_by(orders: &[(usize, bool)]) -> State {
    let orders = orders.iter().map(|&(column, descending)| ColumnOrder { column, descending }).collect();
    State { orders: [("table".to_owned(), orders)].into(), ..State::default() }
}

const ROWS: &str = "```table\ncolumns: [id, region, {value: revenue, type: bar}, units]\ntotals: true\n```\n";

#[test]
fn windows_are_parts_of_the_sorted_rows() {
    let sales = sales(5_000);
    let mut session = Site::of(&sales, ROWS).session();
    let state = sorted_by(&[(1, true), (2, false)]);
    let all = session.lines("table", &state, 0..10_000, &[]).unwrap();
    assert_eq!((all.total, all.lines, all.rows.len()), (5_000, 5_000, 5_000));
    let mut expected: Vec<usize> = (0..sales.len()).collect();
    expected.sort_by_key(|&id| {
        let (_, region, _, _, cents) = sales[id];
        (region.is_none(), std::cmp::Reverse(region), cents, id)
    });
    assert_eq!(column(&all, 0), expected.iter().map(|id| commas(*id)).collect::<Vec<_>>());
    for start in [0, 1, 777, 4_990, 5_000, 9_000] {
        let window = session.lines("table", &state, start..start + 40, &[]).unwrap();
        assert_eq!(window.from, start);
        assert_eq!(window.rows, all.rows[start.min(5_000)..(start + 40).min(5_000)]);
    }
    let units: i64 = sales.iter().map(|sale| sale.3).sum();
    assert_eq!(words(&all.totals[3]), commas(units as usize));
}

fn commas(number: usize) -> String {
    dashgen_runtime::format::write(&Value::Number(number as f64), dashgen_runtime::plan::Kind::Integer, None)
}

#[test]
fn every_word_is_found_in_some_cell() {
    let sales = sales(3_000);
    let mut session = Site::of(&sales, ROWS).session();
    let mut found = |words: &str| {
        let state = State { searches: [("table".to_owned(), words.to_owned())].into(), ..State::default() };
        session.lines("table", &state, 0..10_000, &[]).unwrap()
    };
    let lines = found("ØST");
    assert_eq!(lines.total, sales.iter().filter(|sale| sale.1 == Some("Østland")).count());
    assert!(lines.totals.is_empty(), "totals are those of all rows");
    let lines = found("asia 2,99");
    let has = |id: &usize| {
        let sale = &sales[*id];
        let revenue = dashgen_runtime::format::write(
            &Value::Number(sale.4 as f64 / 100.0),
            dashgen_runtime::plan::Kind::Float,
            None,
        );
        sale.1 == Some("Asia") && (commas(*id).contains("2,99") || revenue.contains("2,99"))
    };
    assert_eq!(column(&lines, 0), (0..sales.len()).filter(has).map(commas).collect::<Vec<_>>());
    assert_eq!(found("nowhere").lines, 0);
}

/// Bytes as a file, which the reader of Parquet takes.
fn on_disk(bytes: &[u8]) -> fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

const GROUPS: &str = "```table\ngroup_by: region\ncolumns: [product, {value: sum(units), label: Units}]\norder_by: sum(units) DESC\ntotals: true\n```\n";

#[test]
fn groups_stand_under_their_subtotals() {
    let sales = sales(4_000);
    let mut session = Site::of(&sales, GROUPS).session();
    let all = session.lines("table", &State::default(), 0..20_000, &[]).unwrap();
    assert_eq!(all.lines, all.total + 5, "four regions, and those without");
    let mut subtotals = Vec::new();
    for head in &all.heads {
        let region = match &head.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let units: i64 = sales.iter().filter(|sale| sale.1 == region).map(|sale| sale.3).sum();
        assert_eq!(words(&all.rows[head.at][1]), commas(units as usize), "{region:?}");
        let rows = &all.rows[head.at + 1..=head.at + head.count];
        let sum: usize = rows.iter().map(|row| words(&row[1]).replace(',', "").parse::<usize>().unwrap()).sum();
        assert_eq!(sum, units as usize, "the rows of {region:?} add up");
        subtotals.push(units);
    }
    assert!(subtotals.is_sorted_by(|a, b| a >= b), "the largest group comes first: {subtotals:?}");
    let closed = [all.heads[0].value.clone(), all.heads[2].value.clone()];
    let rest = session.lines("table", &State::default(), 0..20_000, &closed).unwrap();
    assert_eq!(rest.lines, all.lines - all.heads[0].count - all.heads[2].count);
    assert_eq!(rest.rows[1], all.rows[all.heads[1].at], "the head of the next group follows");
    let window = session.lines("table", &State::default(), 1..4, &closed).unwrap();
    assert_eq!(window.rows, rest.rows[1..4]);
}

#[test]
fn files_hold_what_is_seen() {
    let sales = sales(2_000);
    let page = "```table\ncolumns: [id, date, region, {value: revenue, type: currency}, {value: units > 10, label: Many}]\n```\n";
    let mut session = Site::of(&sales, page).session();
    let mut state = sorted_by(&[(3, true)]);
    state.searches = [("table".to_owned(), "europe".to_owned())].into();
    let csv = session.csv("table", &state).unwrap();
    let mut ids: Vec<usize> = (0..sales.len()).filter(|&id| sales[id].1 == Some("Europe")).collect();
    ids.sort_by_key(|&id| std::cmp::Reverse(sales[id].4));
    let row = |id: &usize| {
        let (on, region, _, units, cents) = sales[*id];
        format!("{id},{},{},{},{}", day(on), region.unwrap(), cents as f64 / 100.0, units > 10)
    };
    let expected: Vec<String> =
        std::iter::once("\u{feff}Id,Date,Region,Revenue,Many".to_owned()).chain(ids.iter().map(row)).collect();
    assert_eq!(csv.lines().collect::<Vec<_>>(), expected);

    let bytes = session.parquet("table", &state).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(on_disk(&bytes)).unwrap().build().unwrap();
    let mut lines = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let options = FormatOptions::default();
        let cells: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            let line: Vec<String> = cells.iter().map(|cell| cell.value(row).to_string()).collect();
            lines.push(line.join(","));
        }
    }
    let number = |line: &str| line.trim_end_matches(".0").replace(".0,", ",");
    assert_eq!(
        lines.iter().map(|line| number(line)).collect::<Vec<_>>(),
        expected[1..].iter().map(|line| number(line)).collect::<Vec<_>>()
    );
}

#[test]
fn missing_values_and_moments_survive_a_file() {
    let sales = sales(300);
    let page = "```sql t\nSELECT id, region, CAST(date AS TIMESTAMP) AS moment, CAST(revenue AS DECIMAL(12, 2)) AS price FROM sales\n```\n\n```table\n```\n";
    let mut session = Site::of(&sales, page).session();
    let bytes = session.parquet("table", &State::default()).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(on_disk(&bytes)).unwrap();
    let schema = format!("{:?}", reader.schema());
    assert!(schema.contains("Timestamp(") && schema.contains("Decimal128(18, 2)"), "{schema}");
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.num_rows(), 300);
    assert_eq!(batch.column(1).null_count(), sales.iter().filter(|sale| sale.1.is_none()).count());
}

const METRICS: &str = "```input date-range\ncolumn: date\n```\n\n```input dropdown\ncolumn: region\n```\n\n```metric\nvalue: sum(units)\nlabel: Units\ncompare: previous period\nsparkline: date_trunc('month', date)\n```\n\n```metric\nvalue: count(distinct product)\nlabel: Products\ncompare: 100\n```\n";

#[test]
fn metrics_look_back_by_one_period() {
    let sales = sales(4_000);
    let mut session = Site::of(&sales, METRICS).session();
    let between = |from: &str, to: &str| {
        let range = Selection::Between(Value::Text(from.to_owned()), Value::Text(to.to_owned()));
        let region = Selection::In(vec![vec![Value::Text("Asia".to_owned())]]);
        State { selections: [("date".to_owned(), range), ("region".to_owned(), region)].into(), ..State::default() }
    };
    let units = |from: &str, to: &str| {
        let is_in = |sale: &&Sale| sale.1 == Some("Asia") && (from..=to).contains(&day(sale.0).as_str());
        sales.iter().filter(is_in).map(|sale| sale.3).sum::<i64>()
    };
    for (from, to, before, end) in [
        ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("2024-07-01", "2024-12-31", "2024-01-01", "2024-06-30"),
        ("2024-05-10", "2024-05-19", "2024-04-30", "2024-05-09"),
    ] {
        let update = session.update(&between(from, to));
        let Some(Shown::Value { value, delta: Some(delta), sparkline, .. }) = update.get("metric-units") else {
            panic!("{from} to {to} is compared: {update:?}")
        };
        assert_eq!(*value, Value::Number(units(from, to) as f64));
        assert_eq!(delta.base, commas(units(before, end) as usize), "{from} to {to}");
        assert_eq!(delta.direction, (units(from, to) - units(before, end)).signum() as i8);
        assert_eq!(sparkline.len(), if from == "2024-07-01" { 6 } else { 1 });
    }
    for (from, to) in [("2024-01-05", "2024-03-31"), ("2024-01-01", "2024-12-31")] {
        let update = session.update(&between(from, to));
        let shown = &update["metric-units"];
        assert!(matches!(shown, Shown::Value { delta: None, .. }), "no data before {from}: {shown:?}");
    }
    let update = session.update(&State::default());
    assert!(matches!(&update["metric-units"], Shown::Value { delta: None, sparkline, .. } if sparkline.len() == 12));
    assert!(matches!(&update["metric-products"], Shown::Value { delta: Some(delta), .. } if delta.base == "100"));
}

const EXPLORED: &str = "```table\nname: found\ntitle: Sales\ncolumns: [id, date, region, product, {value: revenue, type: currency}]\npage_size: 12\nsearch: true\nselect: click\nkey: region\n```\n\n```metric\nvalue: count(*)\nlabel: Sales\n```\n";

#[test]
fn a_reader_explores_a_hundred_thousand_rows() {
    let sales = sales(100_000);
    let site = Site::of(&sales, EXPLORED);
    let visit = site.open();
    let page = &visit.page;
    let first = "[data-view='found'] tbody tr[data-line]:not(.coming)";
    let drawn = |page: &PageUnderTest| page.eval::<usize>("document.querySelectorAll('tbody tr').length");
    assert!(drawn(page) < 60, "{} rows are drawn", drawn(page));
    page.run("document.querySelector('.table-scroll').scrollTop = 1e9");
    page.wait_for("document.querySelector('tr[data-line=\"99999\"]:not(.coming)')");
    assert!(page.text("tr[data-line='99999']").starts_with("99,999"));
    assert!(drawn(page) < 60, "{} rows are drawn", drawn(page));

    page.click("[data-view='found'] th:nth-child(5) button");
    page.run("dashgen.idle()");
    let dearest = sales.iter().map(|sale| sale.4).max().unwrap();
    assert!(page.text(first).ends_with(&format!("${}.{:02}", dearest / 100, dearest % 100)));
    assert!(page.url().ends_with("?found.sort=-revenue"), "{}", page.url());
    page.run("document.querySelector(\"[data-view='found'] th:nth-child(3) button\").dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }))");
    page.run("dashgen.idle()");
    assert!(page.url().ends_with("?found.sort=-revenue,region"), "{}", page.url());

    page.fill("[data-view='found'] .search", "product 0042");
    page.wait_for("location.search.includes('search')");
    page.run("dashgen.idle()");
    let expected = sales.iter().filter(|sale| sale.2 == 42).count();
    assert!(page.text("[data-view='found'] .status").starts_with(&format!("{expected} found")));
    page.reload();
    page.run("dashgen.ready");
    assert!(page.text("[data-view='found'] .status").starts_with(&format!("{expected} found")), "after a reload");
    page.goto(&visit.host.url(""));
    page.run("dashgen.ready");

    page.run("document.querySelector(\"[data-view='found'] tbody td\").focus()");
    for _ in 0..40 {
        page.key("ArrowDown");
    }
    page.key("ArrowRight");
    page.wait_for("document.activeElement.matches('tr[data-line=\"40\"] td:nth-child(2)')");
    page.key("Enter");
    page.run("dashgen.idle()");
    let region = sales[40].1;
    let expected = sales.iter().filter(|sale| sale.1 == region).count();
    assert!(page.text("[data-view='metric-sales']").ends_with(&commas(expected)), "{region:?} has {expected} sales");
    assert_eq!(
        page.eval::<String>("document.querySelector('tr[data-line=\"40\"]').getAttribute('aria-selected')"),
        "true"
    );
    page.assert_clean();
}

const LINKS: &str = "```sql linked\nSELECT id, 'https://example.com/' || id AS page, region, revenue, region AS wide, product FROM sales\n```\n\n```table\ndata: linked\nname: found\ncolumns: [id, {value: page, type: link}, {value: region, width: 300}, {value: wide, width: 300}, {value: product, width: 300}, revenue]\npage_size: 6\ntotals: true\nselect: click\nkey: region\n```\n\nA [link](https://example.com/) behind the table.\n";

/// Of a table one thing is in the order of the Tab key; what is used in a cell has the focus in the cell's place.
#[test]
fn rows_with_links_are_one_stop() {
    for count in [20, 200] {
        let site = Site::of(&sales(count), LINKS);
        let visit = site.open();
        let page = &visit.page;
        page.wait_for("document.querySelector('dashgen-table tr[data-line]')");
        let stops =
            "document.querySelectorAll('dashgen-table tbody :is(td[tabindex=\"0\"], a:not([tabindex=\"-1\"]))').length";
        assert_eq!(page.eval::<usize>(stops), 1);
        page.run("document.querySelector('dashgen-table tbody td').focus()");
        for _ in 0..9 {
            page.key("ArrowDown");
        }
        page.key("ArrowRight");
        page.wait_for("document.activeElement.matches('tr[data-line=\"9\"] td:nth-child(2) a')");
        assert_eq!(page.eval::<usize>(stops), 1, "the stop has moved");
        let is_seen: bool = page.eval(
            "(() => { const { left, top, height } = document.activeElement.getBoundingClientRect(); return document.elementFromPoint(left + 2, top + height - 2) === document.activeElement; })()",
        );
        assert!(is_seen, "of {count} rows the link lies under no other");
        page.key(" ");
        page.run("dashgen.idle()");
        assert_eq!(page.eval::<String>("document.activeElement.closest('tr').getAttribute('aria-selected')"), "true");
        assert!(page.eval::<bool>("document.activeElement.matches('a')"), "the focus stays");
        page.run("void document.addEventListener('click', (event) => { window.followed = event.target.href; event.preventDefault(); })");
        page.key("Enter");
        page.wait_for("window.followed === document.activeElement.href");
        page.run("document.querySelector('dashgen-table .table-scroll').style.width = '500px'");
        page.wait_for("document.querySelector('dashgen-table .table-scroll').matches('.more')");
        for _ in 0..4 {
            page.key("ArrowRight");
        }
        let within = "(() => { const cell = document.activeElement.getBoundingClientRect(); const box = document.querySelector('.table-scroll').getBoundingClientRect(); return cell.right <= box.right + 1 && cell.left >= box.left - 1; })()";
        assert!(page.eval::<bool>(within), "of {count} rows the last cell is scrolled to");
        page.wait_for("document.querySelector('dashgen-table .table-scroll').matches(':not(.more)')");
        for _ in 0..4 {
            page.key("ArrowLeft");
        }
        let is_free: bool = page.eval(
            "document.activeElement.getBoundingClientRect().left >= document.activeElement.closest('tr').firstElementChild.getBoundingClientRect().right - 1",
        );
        assert!(is_free, "of {count} rows the second cell lies beside the first");
        page.assert_clean();
    }
}

const INPUTS: &str = "```input dropdown\ncolumn: product\n```\n\n```input multiselect\ncolumn: product\nname: products\n```\n\n```input segmented\ncolumn: region\n```\n\n```input checklist\ncolumn: region\nname: regions\n```\n\n```input toggle\ncolumn: region\nvalue: Asia\nname: asia\n```\n\n```input search\ncolumn: product\nname: part\n```\n\n```input number\ncolumn: units\napply: button\n```\n\n```input date\ncolumn: date\napply: button\n```\n\n```metric\nvalue: count(*)\nlabel: Sales\n```\n";

#[test]
fn a_reader_uses_every_input() {
    let sales = sales(20_000);
    let site = Site::of(&sales, INPUTS);
    let visit = site.open();
    let page = &visit.page;
    let shows = |step: &str, holds: &dyn Fn(&Sale) -> bool| {
        page.run("dashgen.idle()");
        let expected = sales.iter().filter(|sale| holds(sale)).count();
        assert_eq!(page.text("[data-view='metric-sales'] .value"), commas(expected), "after {step}");
    };
    let reset = || {
        page.click("#reset");
        shows("reset", &|_| true);
    };
    page.click("[data-view='product'] .field");
    page.wait_for("document.activeElement.matches('[role=combobox]')");
    page.type_text("0123");
    page.key("ArrowDown");
    page.key("ArrowUp");
    page.key("Enter");
    shows("choosing by keyboard out of 3,000", &|sale| sale.2 == 123);
    assert!(page.url().ends_with("?product=Product+0123"), "{}", page.url());
    reset();

    page.click("[data-view='products'] .field");
    page.wait_for("document.activeElement.matches('[role=combobox]')");
    let options: usize = page.eval("document.querySelectorAll('[data-view=products] [role=option]').length");
    assert!((5..60).contains(&options), "{options} of 3,000 options are drawn");
    page.type_text("00");
    page.click("[data-view='products'] [role=option]:nth-child(1)");
    page.click("[data-view='products'] [role=option]:nth-child(3)");
    shows("checking two of them", &|sale| sale.2 == 0 || sale.2 == 2);
    page.key("Escape");
    reset();

    page.click("[data-view='region'] label:nth-child(3)");
    shows("a segment", &|sale| sale.1 == Some("Asia"));
    page.click("[data-view='regions'] label:nth-child(1)");
    shows("a box that the segment leaves nothing of", &|_| false);
    reset();
    page.click("[data-view='asia'] button");
    shows("a switch", &|sale| sale.1 == Some("Asia"));
    page.reload();
    page.run("dashgen.ready");
    assert_eq!(page.eval::<String>("document.querySelector('[role=switch]').ariaChecked"), "true");
    page.click("[data-view='asia'] button");
    shows("the switch again", &|_| true);

    page.fill("[data-view='part'] input", "T 29");
    page.wait_for("location.search");
    shows("words that a product contains", &|sale| format!("{:04}", sale.2).starts_with("29"));
    assert!(page.url().ends_with("?part=~T+29"), "{}", page.url());
    reset();

    page.fill("[data-view='units'] input", "7");
    page.fill("[data-view='date'] input", &day(100));
    page.wait_for("document.querySelectorAll('.apply:not([hidden])').length === 2");
    shows("choices that wait", &|_| true);
    page.click("[data-view='units'] .apply");
    shows("applying them", &|sale| sale.3 == 7 && sale.0 == 100);
    page.assert_clean();
}

#[test]
fn the_pages_about_them_are_live() {
    let out = built(&root());
    for (page, least) in [("tables", 2), ("metrics", 4), ("inputs", 17)] {
        let data = page_data(&out.join(page));
        let views = data["plan"]["views"].as_array().unwrap().len();
        assert!(views >= least, "{page} has {views} views");
    }
}

//! Does a page whose data live in a database show what it shows of a file? Against servers that run for real; only the
//! groups that a page needs may leave them.

use dashgen_tests::databases::{DRIVERS, PASSWORD, PostgreSql, Sail, Wire, wait, write_site};
use dashgen_tests::{built, dashgen, example, page_data};
use polars::prelude::*;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tempfile::TempDir;

/// What the example's page counts distinctly, which needs rows, and what needs groups only.
const ORDERS: (&str, &str) = ("count(distinct order_id)", "count(*)");

/// A site and where it is built.
struct Site(TempDir);

impl Site {
    /// The example with its sales in a connection.
    fn new(connection: &str) -> Site {
        let site = Site(tempfile::tempdir().unwrap());
        write_site(site.0.path(), connection);
        site
    }

    fn edit(self, from: &str, to: &str) -> Site {
        let path = self.0.path().join("content/index.md");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(path, text.replace(from, to)).unwrap();
        self
    }

    fn page(self, text: &str) -> Site {
        std::fs::write(self.0.path().join("content/index.md"), text).unwrap();
        self
    }

    fn command(&self) -> Command {
        let mut command = dashgen();
        command.arg("build").arg(self.0.path()).env("VIRTUAL_ENV", DRIVERS.folder()).env("REPORT_PASSWORD", PASSWORD);
        command
    }

    fn dist(&self) -> PathBuf {
        self.0.path().join("dist")
    }

    #[track_caller]
    fn build(&self) -> PathBuf {
        let output = self.command().output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        self.dist()
    }

    /// Builds in spite of a mistake; what the author reads.
    #[track_caller]
    fn fail(&self) -> String {
        let output = self.command().output().unwrap();
        refused(self, &output)
    }
}

/// A build that failed wrote nothing and told no secret.
#[track_caller]
fn refused(site: &Site, output: &Output) -> String {
    let said = said(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!site.dist().exists(), "nothing is built: {said}");
    assert!(!said.contains(PASSWORD) && !said.contains("s3cr"), "no secret is told: {said}");
    said
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn sales() -> PathBuf {
    example("meridian-sales").join("sources/sales.parquet")
}

/// The example with rows counted, built from its file.
fn rows_counted_from_file() -> PathBuf {
    let site = tempfile::tempdir().unwrap();
    dashgen_tests::bench::meridian::write(100_000, site.path());
    dashgen_tests::bench::meridian::count_rows(site.path());
    built(site.path())
}

fn postgresql(port: u16) -> String {
    format!("driver = \"postgresql\"\nuri = \"postgresql://report:${{REPORT_PASSWORD}}@127.0.0.1:{port}/postgres\"\n")
}

/// One server for the tests that do it no harm, with the example's sales; the last of them ends it.
fn server() -> Arc<PostgreSql> {
    static SERVER: Mutex<Weak<PostgreSql>> = Mutex::new(Weak::new());
    let mut known = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    known.upgrade().unwrap_or_else(|| {
        let server = Arc::new(loaded());
        *known = Arc::downgrade(&server);
        server
    })
}

fn loaded() -> PostgreSql {
    let server = PostgreSql::start();
    let columns = "date date, region text, product_line text, product text, channel text, order_id bigint, units int, revenue numeric(12, 2)";
    server.run(&format!("CREATE TABLE sales ({columns})"), b"");
    let mut sales = LazyFrame::scan_parquet(PlRefPath::try_from_path(&sales()).unwrap(), ScanArgsParquet::default())
        .unwrap()
        .collect()
        .unwrap();
    let mut csv = Vec::new();
    CsvWriter::new(&mut csv).include_header(false).finish(&mut sales).unwrap();
    server.run("COPY sales FROM STDIN (FORMAT csv)", &csv);
    server
}

#[track_caller]
fn same_figures(one: &Path, other: &Path) {
    let (one, other) = (page_data(one), page_data(other));
    assert!(one["shown"].as_object().is_some_and(|shown| !shown.is_empty()), "the page shows something");
    assert!(near(&one["shown"], &other["shown"]), "{}\nis not\n{}", one["shown"], other["shown"]);
}

/// True for values that are the same but for the last digits of floats, which engines add up in other orders.
fn near(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| near(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| near(value, other)))
        }
        _ => one == other,
    }
}

#[test]
fn a_page_from_postgresql_is_that_from_a_file() {
    let server = server();
    let site = Site::new(&postgresql(server.port));
    let file = built(&example("meridian-sales"));
    same_figures(&site.build(), &file);
}

/// The groups of the page below are so many bytes at most on their way; the needed columns of all rows are six times that.
const FEW_BYTES: usize = 1_000_000;

/// A page that groups by months, values and bins, and needs no rows.
const FEW_GROUPS: &str = "```sql orders
SELECT date, region, units, revenue, units > 5 AS large FROM warehouse.sales
```

```input dropdown
column: region
```

```chart line
x: date_trunc('month', date)
y: sum(revenue)
```

```chart histogram
x: revenue
nbins: 20
```

```chart bar
x: region
y: [avg(revenue), stddev_pop(revenue)]
```

```chart bar
x: large
y: max(revenue)
```

```metric
value: sum(units * 2)
```
";

/// The same page over the example's file.
fn few_groups_from_file() -> PathBuf {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(site.path().join("content")).unwrap();
    std::fs::create_dir_all(site.path().join("sources")).unwrap();
    std::fs::write(site.path().join("content/index.md"), FEW_GROUPS.replace("warehouse.", "")).unwrap();
    std::fs::copy(sales(), site.path().join("sources/sales.parquet")).unwrap();
    built(site.path())
}

#[test]
fn only_groups_leave_postgresql() {
    let server = server();
    let wire = Wire::before(server.port);
    let site = Site::new(&postgresql(wire.port)).page(FEW_GROUPS);
    let dist = site.build();
    let file = few_groups_from_file();
    same_figures(&dist, &file);
    let files = page_data(&dist)["tables"][0]["files"].to_string();
    assert!(files.contains("orders-cube") && !files.contains("orders-rows"), "{files}");
    assert!(wire.answered() < FEW_BYTES, "{} bytes", wire.answered());
    let (log, _) = server.log(0);
    assert!(log.contains("GROUP BY k0, k1"), "{log}");
}

#[test]
fn the_example_with_rows_counted_is_grouped_by_postgresql() {
    let server = server();
    let site = Site::new(&postgresql(server.port)).edit(ORDERS.0, ORDERS.1);
    let file = rows_counted_from_file();
    same_figures(&site.build(), &file);
}

#[test]
fn queries_of_queries_stay_in_the_database_and_files_join_them() {
    let server = server();
    let site = Site::new(&postgresql(server.port)).page(
        "```sql orders
SELECT sales.region AS region, revenue FROM warehouse.public.sales WHERE units > 2
```

```sql regions
WITH sums AS (SELECT region, sum(revenue) AS total FROM orders GROUP BY region)
SELECT region, total FROM sums WHERE total > 1
```

```sql goals
SELECT g.region AS region, g.goal AS goal, count(*) AS sold FROM goals_of_2025 AS g JOIN warehouse.sales ON g.region = sales.region GROUP BY g.region, g.goal
```

```metric
data: regions
value: sum(total)
```

```table
data: goals
columns: [region, goal, sold]
```
",
    );
    let sources = site.0.path().join("sources");
    std::fs::create_dir_all(&sources).unwrap();
    std::fs::write(sources.join("goals_of_2025.csv"), "region,goal\nEurope,100\nAfrica,7\n").unwrap();
    let shown = page_data(&site.build())["shown"].clone();
    let frame =
        LazyFrame::scan_parquet(PlRefPath::try_from_path(&sales()).unwrap(), ScanArgsParquet::default()).unwrap();
    let sum = frame
        .clone()
        .filter(col("units").gt(lit(2)))
        .select([col("revenue").sum().cast(DataType::Float64)])
        .collect()
        .unwrap();
    let sum = sum.column("revenue").unwrap().f64().unwrap().get(0).unwrap();
    let total = shown["metric-total"]["value"]["value"].as_f64().unwrap();
    assert!((total - sum).abs() < 0.005, "{total} is not {sum}");
    let europe = frame.filter(col("region").eq(lit("Europe"))).collect().unwrap().height();
    let sold = format!("{},{:03}", europe / 1000, europe % 1000);
    assert_eq!(shown["table"]["rows"]["rows"], serde_json::json!([["Europe", "100", sold]]));
}

#[test]
fn a_wrong_password_is_a_message() {
    let server = server();
    let command = Site::new(&postgresql(server.port));
    let output = command.command().env("REPORT_PASSWORD", "s3cr/t but wrong").output().unwrap();
    let said = refused(&command, &output);
    assert!(said.contains("`warehouse` lets nobody in: password authentication failed for user \"report\""), "{said}");
    assert!(said.contains("dashgen.toml:") && said.contains("`REPORT_PASSWORD`"), "{said}");
}

#[test]
fn unknown_names_are_told_at_their_places() {
    let server = server();
    let cases = [
        ("SELECT revenu FROM warehouse.sales", "unknown column `revenu`", "did you mean `revenue`?"),
        ("SELECT revenue FROM warehouse.sale", "unknown table `warehouse.sale`", "index.md:2:"),
        (
            "SELECT revenue FROM warehouse.sales WHERE sum(revenue) > 1",
            "does not run this query: aggregate",
            "index.md:",
        ),
    ];
    for (query, message, hint) in cases {
        let said = Site::new(&postgresql(server.port))
            .page(&format!("```sql orders\n{query}\n```\n\n```metric\nvalue: count(*)\n```\n"))
            .fail();
        assert!(said.contains(message) && said.contains(hint), "{query}\n{said}");
    }
    let unknown = postgresql(server.port).replace("/postgres\"", "/nowhere\"");
    let said = Site::new(&unknown).fail();
    assert!(said.contains("`warehouse` has no such database: database \"nowhere\" does not exist"), "{said}");
}

#[test]
fn a_slow_query_is_stopped() {
    let server = server();
    let connection = postgresql(server.port) + "statement_timeout = 0.5\n";
    let site =
        Site::new(&connection).edit("FROM warehouse.sales", "FROM warehouse.sales, (SELECT pg_sleep(20)) AS nap");
    let said = site.fail();
    assert!(
        said.contains("canceling statement due to statement timeout") && said.contains("`statement_timeout`"),
        "{said}"
    );
}

/// Starts a build whose query takes a while, and does something to the server meanwhile.
fn meanwhile(server: &mut PostgreSql, then: impl FnOnce(&mut PostgreSql)) -> (Site, Output) {
    let site = Site::new(&postgresql(server.port))
        .edit("FROM warehouse.sales", "FROM warehouse.sales, (SELECT pg_sleep(2)) AS nap");
    let build =
        site.command().stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    wait("the query", Duration::from_secs(60), || server.log(0).0.contains("count(*) AS a0"));
    then(server);
    let output = build.wait_with_output().unwrap();
    (site, output)
}

#[test]
fn a_server_that_dies_gives_a_message() {
    let mut server = loaded();
    let (site, output) = meanwhile(&mut server, PostgreSql::kill);
    let said = refused(&site, &output);
    assert!(said.contains("`warehouse` cannot be reached") && said.contains("Connection refused"), "{said}");
}

#[test]
fn a_session_that_is_ended_is_begun_again() {
    let mut server = loaded();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%pg_sleep%'";
    let (site, output) = meanwhile(&mut server, |server| server.run(end, b""));
    assert!(output.status.success(), "{}", said(&output));
    let file = built(&example("meridian-sales"));
    same_figures(&site.dist(), &file);
}

#[test]
fn only_groups_leave_a_distributed_engine() {
    let mut sail = Sail::start();
    sail.load("sales", &sales());
    let wire = Wire::before(sail.port);
    let connection = |port| format!("driver = \"flightsql\"\ndialect = \"spark\"\nuri = \"grpc://127.0.0.1:{port}\"\n");
    let few = Site::new(&connection(wire.port)).page(FEW_GROUPS);
    let file = few_groups_from_file();
    same_figures(&few.build(), &file);
    assert!(wire.answered() < FEW_BYTES, "{} bytes", wire.answered());
    let whole = Site::new(&connection(sail.port));
    let file = built(&example("meridian-sales"));
    same_figures(&whole.build(), &file);
    sail.kill();
    let gone = Site::new(&connection(sail.port)).fail();
    assert!(gone.contains("`warehouse` cannot be reached"), "{gone}");
}

#[test]
fn a_page_from_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("shop.db");
    let rows = "INSERT INTO sales VALUES ('Europe', 3, 2.5), ('Asia', NULL, 3.5), ('Europe', 4, 1)";
    let statements = ["CREATE TABLE sales (region text, units int, revenue real)", rows];
    dashgen_tests::databases::run(&DRIVERS.driver("sqlite"), database.to_str().unwrap(), &statements).unwrap();
    let site = Site::new(&format!("driver = \"sqlite\"\nuri = \"{}\"\n", database.display())).page(
        "```sql orders\nSELECT region, units, revenue FROM warehouse.sales\n```\n
```table\ncolumns: [region, sum(units), sum(revenue)]\n```\n",
    );
    let shown = page_data(&site.build())["shown"].clone();
    assert_eq!(shown["table"]["rows"]["rows"], serde_json::json!([["Asia", "–", "3.5"], ["Europe", "7", "3.5"]]));
}

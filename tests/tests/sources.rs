//! Does each kind of source give the rows that are in it? Files that other tools wrote are compared with the same rows
//! as Parquet; loaders and servers run for real.

use dashgen::diagnostics::{Diagnostics, Style, render};
use dashgen::sources::Opened;
use dashgen::{Mode, site, sources};
use polars::prelude::{DataFrame, DataType, IntoLazy, TimeUnit, col, df};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tiny_http::{Header, Response, Server};

/// A site of these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "content/index.md", b"---\ntitle: Sources\n---\n");
    for (path, bytes) in files {
        write(folder.path(), path, bytes);
    }
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The site's tables, and what there was to say.
fn open(folder: &Path, mode: Mode) -> (Opened, String) {
    let mut diagnostics = Diagnostics::default();
    let site = site::read(folder, &mut diagnostics);
    let opened = sources::open(&site, mode, &mut diagnostics);
    (opened, render(&diagnostics, &site.files, Style::Plain))
}

#[track_caller]
fn rows(folder: &Path, table: &str) -> DataFrame {
    let (opened, said) = open(folder, Mode::Publish);
    assert_eq!(said, "");
    opened.tables[table].frame.clone().collect().unwrap()
}

#[track_caller]
fn assert_same(found: &DataFrame, expected: &DataFrame) {
    assert!(found.equals_missing(expected), "{found:?}\nis not\n{expected:?}");
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sources").join(name)).unwrap()
}

fn fixture_rows(file: &str) -> DataFrame {
    let bytes = fixture(file);
    let site = folder(&[(&format!("sources/{file}"), bytes.as_slice())]);
    let time = col("at").cast(DataType::Datetime(TimeUnit::Microseconds, None));
    rows(site.path(), "orders").lazy().with_column(time).collect().unwrap()
}

#[test]
fn every_kind_gives_the_rows_that_parquet_gives() {
    let expected = fixture_rows("orders.parquet");
    assert_eq!(expected.height(), 40);
    let files = [
        "orders.xlsx",
        "orders.ods",
        "orders.feather",
        "orders.csv.zst",
        "orders.tsv",
        "orders.ndjson.gz",
        "orders.json",
        "orders.sqlite",
    ];
    for file in files {
        println!("{file}");
        assert_same(&fixture_rows(file), &expected);
    }
}

#[test]
fn csv_as_spreadsheets_write_it() {
    let text = "\u{feff}Region;;\"Net; amount\";note\r\n\
                EMEA;1;1,5;\"two\r\nlines \"\"here\"\"\"\r\n\
                APAC;;-0,25;\r\n\
                -;3;;x\r\n";
    let settings = "[sources.sales]\ndecimal_comma = true\nnull = \"-\"\n";
    let site = folder(&[("sources/sales.csv", text.as_bytes()), ("dashgen.toml", settings.as_bytes())]);
    let expected = df!(
        "Region" => [Some("EMEA"), Some("APAC"), None],
        "column2" => [Some(1i64), None, Some(3)],
        "Net; amount" => [Some(1.5), Some(-0.25), None],
        "note" => [Some("two\r\nlines \"here\""), None, Some("x")],
    );
    assert_same(&rows(site.path(), "sales"), &expected.unwrap());
}

#[test]
fn csv_by_its_settings() {
    let text = "exported by the old system\nM\u{fc}nchen|31.01.26|007|12\n";
    let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let settings = "[sources.sales]\npath = \"data/old.txt\"\nformat = \"csv\"\nencoding = \"latin1\"\nskip = 1\n\
                    header = false\ndelimiter = \"|\"\ncolumns = [\"city\", \"day\", \"code\", \"units\"]\n\
                    date_format = \"%d.%m.%y\"\ntypes = { units = \"number\" }\n";
    let site = folder(&[("data/old.txt", &latin), ("dashgen.toml", settings.as_bytes())]);
    let expected = df!("city" => ["München"], "day" => [20484i32], "code" => ["007"], "units" => [12.0]).unwrap();
    let expected = expected.lazy().with_column(col("day").cast(DataType::Date)).collect().unwrap();
    assert_same(&rows(site.path(), "sales"), &expected);
}

#[test]
fn types_come_from_all_values() {
    let numbers: Vec<String> = (0..50_000).map(|number| number.to_string()).collect();
    let with_last = |last: &str| format!("amount\n{}\n{last}\n", numbers.join("\n"));
    let site = folder(&[("sources/sales.csv", with_last("2.5").as_bytes())]);
    let found = rows(site.path(), "sales");
    assert_eq!((found.height(), found.column("amount").unwrap().dtype()), (50_001, &DataType::Float64));
    write(site.path(), "sources/sales.csv", with_last("2.5 EUR").as_bytes());
    let twice = [open(site.path(), Mode::Publish), open(site.path(), Mode::Publish)];
    for (opened, said) in twice {
        assert!(
            said.contains("column `amount` is text, not numbers: line 50002 of `sources/sales.csv` has `2.5 EUR`"),
            "{said}"
        );
        let found = opened.tables["sales"].frame.clone().collect().unwrap();
        assert_eq!((found.height(), found.column("amount").unwrap().dtype()), (50_001, &DataType::String));
    }
}

#[test]
fn many_files_are_one_table() {
    let settings = "[sources.monthly]\npath = \"data/2026-*.csv\"\n";
    let site = folder(&[
        ("data/2026-01.csv", b"a,b\n1,x\n"),
        ("data/2026-02.csv", b"b,a\ny,2.5\n"),
        ("data/2025-12.csv", b"a,b\n9,z\n"),
        ("sources/sales/year=2025/region=EMEA/part.csv", b"units\n1\n"),
        ("sources/sales/year=2026/region=North%20Am/part.csv", b"units\n2\n"),
        ("sources/orders/month=2026-01-01/a.parquet", &fixture("orders.parquet")),
        ("sources/orders/month=__HIVE_DEFAULT_PARTITION__/b.parquet", &fixture("orders.parquet")),
        ("dashgen.toml", settings.as_bytes()),
    ]);
    assert_same(&rows(site.path(), "monthly"), &df!("a" => [1.0, 2.5], "b" => ["x", "y"]).unwrap());
    let expected = df!("units" => [1i64, 2], "year" => [2025i64, 2026], "region" => ["EMEA", "North Am"]).unwrap();
    assert_same(&rows(site.path(), "sales"), &expected);
    let orders = rows(site.path(), "orders");
    let month = orders.column("month").unwrap();
    assert_eq!((orders.height(), month.null_count(), month.dtype()), (80, 40, &DataType::Date));
}

#[test]
fn json_within_json() {
    let text =
        r#"[{"id": 1, "place": {"lat": 1.5, "name": "x"}, "tags": ["a", {"b": null}]}, {"id": 18446744073709551615}]"#;
    let site = folder(&[("sources/quakes.json", text.as_bytes())]);
    let expected = df!(
        "id" => ["1", "18446744073709551615"],
        "place_lat" => [Some(1.5), None],
        "place_name" => [Some("x"), None],
        "tags" => [Some(r#"["a",{"b":null}]"#), None],
    );
    assert_same(&rows(site.path(), "quakes"), &expected.unwrap());
}

#[test]
fn a_database_of_several_tables() {
    let site = folder(&[]);
    fs::create_dir_all(site.path().join("sources")).unwrap();
    let database = rusqlite::Connection::open(site.path().join("sources/shop.db")).unwrap();
    let tables = "CREATE TABLE orders (id INTEGER, ok BOOLEAN); INSERT INTO orders VALUES (7, 1), (8, NULL);
                  CREATE VIEW \"late orders\" AS SELECT id FROM orders WHERE id > 7;";
    database.execute_batch(tables).unwrap();
    let (opened, said) = open(site.path(), Mode::Publish);
    assert_eq!(
        (opened.tables.keys().map(String::as_str).collect::<Vec<_>>(), said.as_str()),
        (vec!["shop_late orders", "shop_orders"], "")
    );
    let expected = df!("id" => [7i64, 8], "ok" => [Some(true), None]).unwrap();
    assert_same(&rows(site.path(), "shop_orders"), &expected);
    database.execute_batch("INSERT INTO orders VALUES (9, 0)").unwrap();
    assert_eq!(rows(site.path(), "shop_orders").height(), 3);
    write(site.path(), "dashgen.toml", b"[sources.shop]\ntable = \"late orders\"\n");
    assert_same(&rows(site.path(), "shop"), &df!("id" => [8i64, 9]).unwrap());
}

#[test]
fn a_file_that_cannot_be_opened() {
    let site = folder(&[("sources/keep.md", b"")]);
    for name in ["a.csv", "b.json", "c.parquet", "d.arrow", "e.sqlite"] {
        std::os::unix::fs::symlink("/nowhere", site.path().join("sources").join(name)).unwrap();
    }
    let (opened, said) = open(site.path(), Mode::Publish);
    assert_eq!(opened.broken, ["a", "b", "c", "d", "e"]);
    for name in ["a.csv", "b.json", "c.parquet", "d.arrow", "e.sqlite"] {
        assert!(said.contains(&format!("cannot read source `sources/{name}`")), "{said}");
    }
}

const COUNTS: &[u8] = b"import sys\nopen('runs', 'a').write('x')\nprint('asking', file=sys.stderr)\n\
    print('amount')\nprint(len(open('data.txt').read()))\n";

fn runs(site: &TempDir) -> usize {
    fs::read(site.path().join("runs")).map_or(0, |runs| runs.len())
}

#[test]
fn a_loader_runs_when_it_must() {
    let settings = b"[sources.counts]\ninputs = [\"data.txt\"]\n";
    let site = folder(&[("sources/counts.csv.py", COUNTS), ("data.txt", b"12345"), ("dashgen.toml", settings)]);
    let (opened, said) = open(site.path(), Mode::Check);
    assert!(opened.broken == ["counts"] && said.contains("warning: `sources/counts.csv.py` has not run yet"), "{said}");
    assert_eq!(runs(&site), 0);
    for _ in 0..2 {
        assert_same(&rows(site.path(), "counts"), &df!("amount" => [5i64]).unwrap());
        assert_eq!(runs(&site), 1);
    }
    assert_eq!(open(site.path(), Mode::Check).1, "");
    write(site.path(), "data.txt", b"123456");
    assert_same(&rows(site.path(), "counts"), &df!("amount" => [6i64]).unwrap());
    write(site.path(), "sources/counts.csv.py", &[COUNTS, b"print(0)\n"].concat());
    assert_same(&rows(site.path(), "counts"), &df!("amount" => [6i64, 0]).unwrap());
    assert_eq!(runs(&site), 3);
    write(site.path(), "dashgen.toml", b"[sources.counts]\ninputs = [\"data.txt\"]\nrefresh = 0\n");
    rows(site.path(), "counts");
    assert_eq!(runs(&site), 4);
}

#[test]
fn loaders_print_any_kind() {
    let site = folder(&[
        ("orders.parquet", &fixture("orders.parquet")),
        ("sources/orders.parquet.sh", b"cat orders.parquet\n"),
        ("sources/days.json.program", b"#!/bin/sh\necho '[{\"day\": 3}]'\n"),
    ]);
    let program = site.path().join("sources/days.json.program");
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(rows(site.path(), "orders").height(), 40);
    assert_same(&rows(site.path(), "days"), &df!("day" => [3i64]).unwrap());
}

#[test]
fn a_slow_loader_is_stopped_with_its_children() {
    let script = b"echo a\n(sleep 2; touch late) &\nsleep 30\n";
    let site = folder(&[("sources/a.csv.sh", script), ("dashgen.toml", b"[sources.a]\ntimeout = \"0.3 s\"\n")]);
    let (opened, said) = open(site.path(), Mode::Publish);
    assert!(opened.broken == ["a"] && said.contains("did not end within 0.3 s"), "{said}");
    // What the child would do has no other sign than that it is not done.
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!site.path().join("late").exists());
}

#[test]
fn builds_at_once_share_a_cache() {
    let text: String = (0..2000).map(|number| format!("{number},x{number}\n")).collect();
    let site = folder(&[
        ("sources/a.csv", format!("a,b\n{text}").as_bytes()),
        ("sources/b.csv.sh", b"echo a; sleep 0.1; echo 1\n"),
    ]);
    std::thread::scope(|scope| {
        let builds: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (rows(site.path(), "a").height(), rows(site.path(), "b").height())))
            .collect();
        for build in builds {
            assert_eq!(build.join().unwrap(), (2000, 1));
        }
    });
}

#[test]
fn an_interpreter_that_is_not_installed() {
    let site = folder(&[("sources/a.csv.py", b"print('a')\n")]);
    let empty = tempfile::tempdir().unwrap();
    let run = dashgen_tests::dashgen().arg("build").arg(site.path()).env("PATH", empty.path()).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(said.contains("`python3`, which runs loader `sources/a.csv.py`, is not installed"), "{said}");
    assert!(said.contains("apt install python3"), "{said}");
}

/// A server of one file that has a version; it fails at first.
fn serve(failures: usize) -> (String, Arc<AtomicUsize>, Arc<Server>) {
    let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
    let (asked, serving) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&server));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for request in serving.incoming_requests() {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            let known = request.headers().iter().find(|header| header.field.equiv("If-None-Match"));
            let status = match request.url() {
                "/amounts?format=csv" if number < failures => 503,
                "/amounts?format=csv" if known.is_some_and(|known| known.value == "\"v1\"") => 304,
                "/amounts?format=csv" => 200,
                "/secret.csv?key=swordfish" => 403,
                _ => 404,
            };
            let text = if status == 200 { "amount\n12\n" } else { "" };
            let etag = Header::from_bytes("ETag", "\"v1\"").unwrap();
            let _ = request.respond(Response::from_string(text).with_status_code(status).with_header(etag));
        }
    });
    (format!("http://{}", server.server_addr()), asked, server)
}

#[test]
fn files_behind_addresses() {
    let (address, asked, server) = serve(2);
    let settings = |rest: &str| format!("[sources.amounts]\nurl = \"{address}/{rest}");
    let site = folder(&[("dashgen.toml", settings("amounts?format=csv\"\nformat = \"csv\"\n").as_bytes())]);
    let (opened, said) = open(site.path(), Mode::Check);
    assert!(opened.broken == ["amounts"] && said.contains("was not fetched yet"), "{said}");
    let expected = df!("amount" => [12i64]).unwrap();
    assert_same(&rows(site.path(), "amounts"), &expected);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_same(&rows(site.path(), "amounts"), &expected);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    write(
        site.path(),
        "dashgen.toml",
        settings("amounts?format=csv\"\nformat = \"csv\"\nrefresh = \"1 h\"\n").as_bytes(),
    );
    assert_same(&rows(site.path(), "amounts"), &expected);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    server.unblock();
    drop(server);
}

#[test]
fn addresses_that_do_not_answer() {
    let (address, _, server) = serve(0);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cases = [
        (format!("{address}/gone.csv"), "the server answers 404 Not Found", "has the file moved?"),
        (format!("{address}/secret.csv?key=swordfish"), "the server answers 403 Forbidden", "a loader"),
        (format!("http://127.0.0.1:{port}/a.csv"), "Connection refused", "is the address right"),
        ("http://no-such-host.invalid/a.csv".to_owned(), "cannot fetch", "is the address right"),
    ];
    std::thread::scope(|scope| {
        for (url, message, hint) in &cases {
            scope.spawn(move || {
                let site = folder(&[("dashgen.toml", format!("[sources.a]\nurl = \"{url}\"\n").as_bytes())]);
                let (opened, said) = open(site.path(), Mode::Publish);
                assert!(opened.broken == ["a"] && said.contains(message) && said.contains(hint), "{said}");
                assert!(!said.lines().next().unwrap().contains("swordfish"), "{said}");
            });
        }
    });
    server.unblock();
}

#[test]
fn what_was_fetched_outlives_its_server() {
    let (address, _, server) = serve(0);
    let settings =
        format!("[sources.amounts]\nurl = \"{address}/amounts?format=csv\"\nformat = \"csv\"\ntimeout = 1\n");
    let site = folder(&[("dashgen.toml", settings.as_bytes())]);
    assert_eq!(rows(site.path(), "amounts").height(), 1);
    server.unblock();
    drop(server);
    let (opened, said) = open(site.path(), Mode::Publish);
    assert!(opened.tables.contains_key("amounts") && said.contains("what was fetched last is used"), "{said}");
}

/// Amazon's S3 as moto plays it, in Python.
struct Moto(std::process::Child, String);

impl Moto {
    fn start() -> Moto {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let moto = std::process::Command::new(moto_server()).args(["-p", &port.to_string()]).spawn().unwrap();
        let moto = Moto(moto, format!("http://127.0.0.1:{port}"));
        let ready = (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(ready, "moto does not answer");
        moto
    }

    /// Puts a file there; moto asks for no signature.
    fn put(&self, path: &str, bytes: &[u8]) {
        use std::io::{Read, Write};
        let host = self.1.trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let length = bytes.len();
        write!(stream, "PUT /{path} HTTP/1.1\r\nHost: {host}\r\nx-amz-acl: public-read\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
            .unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, installed from PyPI beside the tests' other artifacts the first time.
fn moto_server() -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().join("moto");
    let server = folder.join("bin/moto_server");
    if !server.exists() {
        let run = |program: &Path, arguments: &[&str]| {
            std::process::Command::new(program).args(arguments).status().is_ok_and(|status| status.success())
        };
        let installed = run(Path::new("python3"), &["-m", "venv", folder.to_str().unwrap()])
            && run(&folder.join("bin/pip"), &["-q", "install", "moto[server]>=5,<6"]);
        assert!(installed, "this test needs PyPI, or `pip install 'moto[server]'` in a venv at {}", folder.display());
    }
    server
}

#[test]
fn files_in_s3() {
    let moto = Moto::start();
    moto.put("sales", b"");
    moto.put("sales/2026/orders%20jan.parquet", &fixture("orders.parquet"));
    let settings = |key: &str| {
        format!("[sources.orders]\nurl = \"s3://sales/{key}\"\nendpoint = \"{}\"\nregion = \"us-east-1\"\n", moto.1)
    };
    let public = settings("2026/orders%20jan.parquet") + "anonymous = true\n";
    let site = folder(&[("dashgen.toml", public.as_bytes())]);
    for _ in 0..2 {
        assert_eq!(rows(site.path(), "orders").height(), 40);
    }
    let missing = settings("2025.parquet") + "anonymous = true\n";
    let said = open(folder(&[("dashgen.toml", missing.as_bytes())]).path(), Mode::Publish).1;
    assert!(said.contains("there is nothing at `s3://sales/2025.parquet`"), "{said}");
}

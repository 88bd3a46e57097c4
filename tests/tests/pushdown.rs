//! Does a database group as polars does? Random tables with every kind of column, published from a connection and from a
//! frame: the files must be the same.

use crate::random;
use dashgen::diagnostics::Diagnostics;
use dashgen::slice::{Candidates, File, candidates};
use dashgen::sources::connection::{Connection, Connections, Remote};
use dashgen::tables::Table;
use dashgen_tests::databases::{DRIVERS, PASSWORD, PostgreSql, Sail, duckdb};
use dashgen_tests::{built, example, folders};
use polars::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The connection of a site with nothing but its settings.
fn connection(settings: &str) -> Arc<Connection> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("content")).unwrap();
    std::fs::write(folder.path().join("content/index.md"), "").unwrap();
    std::fs::write(folder.path().join("dashgen.toml"), format!("[sources.warehouse]\n{settings}")).unwrap();
    let mut diagnostics = Diagnostics::default();
    let site = dashgen::site::read(folder.path(), &mut diagnostics);
    let connections = Connections::new(&site, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    Arc::clone(&connections.known["warehouse"])
}

/// Random tables as a connection publishes them, and as polars does.
fn publishes_as_polars(settings: &str, seeds: std::ops::Range<u64>, load: impl FnOnce(Vec<(String, DataFrame)>)) {
    let mut compared = 0;
    let name = |seed| format!("random_{seed}");
    let table = |seed| random::table(&mut fastrand::Rng::with_seed(seed));
    load(seeds.clone().map(|seed| (name(seed), table(seed).0.frame.collect().unwrap())).collect());
    let connection = connection(settings);
    for seed in seeds {
        let (table, wanted) = table(seed);
        let mut rng = fastrand::Rng::with_seed(seed);
        let plan = random::plan(&mut rng, &wanted);
        let name = name(seed);
        let remote = Remote::new(&connection, format!("SELECT * FROM {name}")).unwrap();
        let there = Table { frame: remote.frame(), ordered: false, remote: Some(remote), ..table.clone() };
        let here = Table { ordered: false, ..table };
        for plan in [plan.clone(), random::approximate(&mut rng, plan)] {
            let (here, there) = (candidates(&here, &plan, 0).unwrap(), candidates(&there, &plan, 0).unwrap());
            assert_eq!(here.cube_is_complete, there.cube_is_complete, "seed {seed}");
            for (here, there) in pairs(here, there) {
                compared += 1;
                assert_same(&here, &there, seed);
            }
        }
    }
    assert!(compared > 25, "only {compared} files were compared");
}

fn pairs(here: Candidates, there: Candidates) -> Vec<(File, File)> {
    let groups = [(here.tiles, there.tiles), (here.three_way, there.three_way), (here.cube, there.cube)];
    let groups = groups.into_iter().filter_map(|(here, there)| {
        assert_eq!(here.is_some(), there.is_some());
        here.zip(there)
    });
    groups.chain(here.rows.into_iter().zip(there.rows)).collect()
}

/// Values to the byte, but for the last digits of floats.
fn assert_same(here: &File, there: &File, seed: u64) {
    let read = |file: &File| ParquetReader::new(std::io::Cursor::new(file.bytes.as_ref().clone())).finish().unwrap();
    let (ours, theirs) = (read(here), read(there));
    assert_eq!(here.part, there.part, "{} of seed {seed}", here.kind);
    for (ours, theirs) in ours.columns().iter().zip(theirs.columns()) {
        let told = format!("{} of seed {seed}\n{ours:?}\n{theirs:?}", here.kind);
        let Ok(floats) = ours.f64() else {
            assert!(ours.equals_missing(theirs), "{told}");
            continue;
        };
        for (one, other) in floats.iter().zip(theirs.f64().unwrap().iter()) {
            let is_near = |(one, other): (f64, f64)| (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-6);
            assert!(one.zip(other).map_or(one == other, is_near), "{one:?} {other:?} {told}");
        }
    }
}

#[test]
fn postgresql_groups_random_tables_as_polars_does() {
    let server = PostgreSql::start();
    let folder = tempfile::tempdir().unwrap();
    let passwords = folder.path().join("pgpass");
    let escaped = PASSWORD.replace(':', "\\:");
    std::fs::write(&passwords, format!("127.0.0.1:{}:postgres:report:{escaped}", server.port)).unwrap();
    std::fs::set_permissions(&passwords, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let driver = DRIVERS.driver("postgresql");
    let uri = format!("postgresql://report@127.0.0.1:{}/postgres?passfile={}", server.port, passwords.display());
    let load = |(name, mut frame): (String, DataFrame)| {
        let columns =
            "c0 text, c1 text, c2 bigint, c3 bigint, c4 float8, c5 numeric(18, 2), c6 boolean, c7 date, c8 timestamp";
        server.run(&format!("CREATE TABLE {name} ({columns})"), b"");
        let mut csv = Vec::new();
        let mut writer = CsvWriter::new(&mut csv).include_header(false).with_quote_style(QuoteStyle::NonNumeric);
        writer.finish(&mut frame).unwrap();
        server.run(&format!("COPY {name} FROM STDIN (FORMAT csv)"), &csv);
    };
    let settings = format!("driver = \"postgresql\"\nuri = \"{uri}\"\ndriver_path = \"{}\"\n", driver.display());
    publishes_as_polars(&settings, 0..25, |tables| tables.into_iter().for_each(load));
}

/// Tables as Parquet files.
fn written(folder: &Path, tables: Vec<(String, DataFrame)>) -> Vec<(String, PathBuf)> {
    let write = |(name, mut frame): (String, DataFrame)| {
        let path = folder.join(format!("{name}.parquet"));
        ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
        (name, path)
    };
    tables.into_iter().map(write).collect()
}

#[test]
fn sail_groups_random_tables_as_polars_does() {
    let sail = Sail::start();
    let folder = tempfile::tempdir().unwrap();
    let driver = DRIVERS.driver("flightsql");
    let settings = format!(
        "driver = \"flightsql\"\ndialect = \"spark\"\nuri = \"grpc://127.0.0.1:{}\"\ndriver_path = \"{}\"\n",
        sail.port,
        driver.display()
    );
    publishes_as_polars(&settings, 100..115, |tables| {
        written(folder.path(), tables).iter().for_each(|(name, file)| sail.load(name, file));
    });
}

#[test]
fn duckdb_groups_random_tables_as_polars_does() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("random.duckdb");
    let settings = format!(
        "driver = \"duckdb\"\nuri = \"{}\"\ndriver_path = \"{}\"\n",
        database.display(),
        duckdb::duckdb().display()
    );
    publishes_as_polars(&settings, 200..225, |tables| duckdb::load(&database, &written(folder.path(), tables)));
}

/// Where a site's slices lie, by their names, which are made of what is in them.
fn slices(site: &Path, out: &Path) -> Vec<String> {
    let built = dashgen_tests::dashgen()
        .env("ADBC_DRIVER_PATH", duckdb::duckdb().parent().unwrap())
        .args(["build", "--no-cache"])
        .args([site, Path::new("--out"), out])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut names: Vec<String> = std::fs::read_dir(out.join("_data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The rows of a site's only slice, in an order and in types that do not depend on who has made them.
fn weekly(site: &Path, out: &Path) -> DataFrame {
    let names = slices(site, out);
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let file = std::fs::File::open(out.join("_data").join(name)).unwrap();
    let frame = ParquetReader::new(file).finish().unwrap().lazy();
    let cents = (col("revenue").cast(DataType::Float64) * lit(100)).round(0, RoundMode::HalfToEven);
    let columns = [
        col("week").cast(DataType::Date),
        col("region").cast(DataType::String),
        cents.cast(DataType::Int64).alias("cents"),
    ];
    frame.select(columns).sort(["week", "region"], SortMultipleOptions::default()).collect().unwrap()
}

const PAGE: &str = "
```sql weekly
SELECT date_trunc('week', date) AS week, region, sum(revenue) AS revenue, count(*) AS orders
FROM sales WHERE units > 1 GROUP BY ALL
```

```chart line
data: weekly
x: week
y: sum(revenue)
color: region
```

```input dropdown
data: weekly
column: region
```
";

#[test]
fn a_site_may_have_duckdb_run_its_queries() {
    let folder = tempfile::tempdir().unwrap();
    let site = |name: &str, settings: &str, page: &str| {
        let site = folder.path().join(name);
        std::fs::create_dir_all(site.join("content")).unwrap();
        std::fs::create_dir_all(site.join("sources")).unwrap();
        let sales = example("meridian-sales").join("sources/sales.parquet");
        std::fs::copy(sales, site.join("sources/sales.parquet")).unwrap();
        std::fs::write(site.join("sources/targets.csv"), "region,target\nNorth America,10\nAsia Pacific,20\n").unwrap();
        std::fs::write(site.join("dashgen.toml"), settings).unwrap();
        std::fs::write(site.join("content/index.md"), page).unwrap();
        (site, folder.path().join(format!("{name} built")))
    };
    let (polars, at_polars) = site("polars", "", PAGE);
    let (duckdb, at_duckdb) = site("duckdb", "engine = \"duckdb\"\n", PAGE);
    let [ours, theirs] = [(&polars, &at_polars), (&duckdb, &at_duckdb)].map(|(site, out)| weekly(site, out));
    assert!(ours.height() > 100, "{ours:?}");
    assert_eq!(ours, theirs, "the same rows, whoever ran the query");
    // What only DuckDB has, over two kinds of file.
    let only = "```sql best\nSELECT t.region, t.target, list_max(list(s.units)) AS most\nFROM sales s JOIN targets t USING (region) GROUP BY ALL\n```\n\n```table\ndata: best\n```\n";
    let (site, out) = site("only", "engine = \"duckdb\"\n", only);
    assert_eq!(slices(&site, &out).len(), 1);
    let page = std::fs::read_to_string(out.join("index.html")).unwrap();
    assert!(page.contains("Asia Pacific"), "{page}");
}

/// Whether DuckDB finds in a Parquet file what polars finds.
fn is_read_alike(connection: &Connection, path: &Path) {
    let ours = ParquetReader::new(std::fs::File::open(path).unwrap()).finish().unwrap();
    let theirs = connection.query(&format!("SELECT * FROM read_parquet('{}')", path.display())).unwrap();
    assert_eq!(ours.get_column_names(), theirs.get_column_names(), "{}", path.display());
    for (ours, theirs) in ours.columns().iter().zip(theirs.columns()) {
        let ours = ours.cast(theirs.dtype()).unwrap();
        assert!(ours.equals_missing(theirs), "{}: {ours:?} {theirs:?}", path.display());
    }
}

#[test]
fn duckdb_reads_every_slice_as_polars_does() {
    let settings =
        format!("driver = \"duckdb\"\nuri = \":memory:\"\ndriver_path = \"{}\"\n", duckdb::duckdb().display());
    let connection = connection(&settings);
    let out = tempfile::tempdir().unwrap();
    for name in ["meridian-sales", "gapminder"] {
        let slices = folders::entries(&built(&example(name)).join("_data"));
        assert!(!slices.is_empty(), "{name} has slices");
        slices.iter().for_each(|slice| is_read_alike(&connection, slice));
    }
    let mut kinds = std::collections::BTreeMap::new();
    for seed in 300..320 {
        let (table, wanted) = random::table(&mut fastrand::Rng::with_seed(seed));
        let plan = random::plan(&mut fastrand::Rng::with_seed(seed), &wanted);
        let Candidates { tiles, three_way, cube, rows, .. } = candidates(&table, &plan, 0).unwrap();
        for file in tiles.into_iter().chain(three_way).chain(cube).chain(rows) {
            let path = out.path().join(format!("{seed}-{}.parquet", file.kind));
            std::fs::write(&path, file.bytes.as_ref()).unwrap();
            is_read_alike(&connection, &path);
            *kinds.entry(file.kind).or_insert(0) += 1;
        }
    }
    assert!(["tiles", "3-way tiles", "cube", "rows"].iter().all(|kind| kinds.get(kind) > Some(&5)), "{kinds:?}");
}

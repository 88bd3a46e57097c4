//! Is nothing done twice? Builds over the cache of earlier ones: what runs anew, and that the bytes are the same.

use dashgen::cache::{Cache, Queries};
use dashgen::diagnostics::{Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, build, build_with};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

const PAGE: &str = "---
title: Sales
---

Some words and {{ sum(revenue) }}.

```sql early
SELECT date, region, revenue FROM sales WHERE revenue > 1
```

```sql best
SELECT region, max(revenue) AS revenue FROM early GROUP BY region
```

```sql others
SELECT region, units FROM sales
```

```check no_losses
SELECT * FROM sales WHERE revenue < 0
```

```chart bar
data: early
x: date_trunc('month', date)
y: sum(revenue)
```

```chart histogram
data: others
x: units
```

```metric
data: best
value: max(revenue)
```
";

const SALES: &str = "date,region,units,revenue
2024-01-03,EMEA,3,10.5
2024-01-20,APAC,1,20
2024-02-11,EMEA,8,30
";

fn site() -> TempDir {
    let site = tempfile::tempdir().unwrap();
    write(&site, "content/index.md", &PAGE.replace("{{ sum(revenue) }}", "more"));
    write(&site, "content/again.md", &PAGE.replace("{{ sum(revenue) }}", "more"));
    write(&site, "sources/sales.csv", SALES);
    site
}

fn write(site: &TempDir, path: &str, text: &str) {
    let path = site.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Builds with the site's cache: the files, and how many queries ran.
#[track_caller]
fn warm(site: &Path) -> (BTreeMap<String, Vec<u8>>, Queries) {
    let cache = Cache::of(site);
    let outcome = build_with(site, Mode::Publish, &cache, &Progress::terminal());
    let said = render(&outcome.diagnostics, &outcome.files, Style::Plain);
    (outcome.built.unwrap_or_else(|| panic!("{said}")).bundle.files, cache.queries())
}

#[track_caller]
fn runs(site: &TempDir, queries: usize) {
    let (files, Queries { run, .. }) = warm(site.path());
    assert_eq!(run, queries, "queries run");
    let cold = build(site.path(), Mode::Publish, &Progress::terminal()).built.unwrap().bundle.files;
    assert!(files == cold, "a warm build gives what a cold one gives");
}

/// Both pages ask for the same: two checks, two histograms' ends, three tables, each run once.
const ALL: usize = 5;

#[test]
fn only_what_changed_runs_anew() {
    let site = site();
    let text = fs::read_to_string(site.path().join("content/index.md")).unwrap();
    runs(&site, ALL);
    runs(&site, 0);
    write(&site, "content/index.md", &text.replace("Some words", "Other words"));
    runs(&site, 0);
    write(&site, "content/index.md", &text.replace("revenue > 1", "revenue > 15"));
    // `early`, and `best`, which reads it.
    runs(&site, 2);
    write(&site, "content/index.md", &text.replace("x: units", "x: units\ncolor: region"));
    runs(&site, 1);
    write(&site, "content/index.md", &text);
    runs(&site, 0);
    write(&site, "sources/sales.csv", &SALES.replace("30", "31"));
    runs(&site, ALL);
}

#[test]
fn the_rows_of_templates_are_kept() {
    let site = site();
    let page = "---\nrows: SELECT DISTINCT region, revenue / 3 AS third FROM sales WHERE units > 2 ORDER BY third\n---\n\n# {{ page.region }}\n\n{{ page.third }}\n\n```sql own\nSELECT date, units FROM sales WHERE region = $region\n```\n\n{% for row in own %}{{ row.date }}: {{ row.units }}. {% endfor %}\n";
    write(&site, "content/of/[region]-[third].md", page);
    // The rows of the page, and `own`, which is the same for both of them.
    runs(&site, ALL + 2);
    let (files, again) = warm(site.path());
    assert_eq!(again, Queries { run: 0, all: 10 + 3 });
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    assert!(text("of/emea-3-5/index.html").contains("2024-01-03: 3. 2024-02-11: 8."), "{:?}", files.keys());
    write(&site, "content/of/[region]-[third].md", &page.replace("date, units", "date, units * 2 AS units"));
    runs(&site, 1);
    write(&site, "sources/sales.csv", &SALES.replace("APAC,1", "APAC,9"));
    let (files, _) = warm(site.path());
    assert!(files.keys().any(|path| path.contains("of/apac")), "{:?}", files.keys());
}

#[test]
fn the_examples_are_warm_the_second_time() {
    for example in dashgen_tests::folders::entries(&dashgen_tests::root().join("examples")) {
        let cache = tempfile::tempdir().unwrap();
        let run = || {
            let cache = Cache::of(cache.path());
            let built = build_with(&example, Mode::Publish, &cache, &Progress::terminal()).built.unwrap();
            (built.bundle.files, cache.queries())
        };
        let ((cold, first), (warm, second)) = (run(), run());
        assert!(first.run > 0 && second == Queries { run: 0, all: first.all }, "{first:?} {second:?}");
        assert!(cold == warm, "{} has other bytes from the cache", example.display());
    }
}

#[test]
fn the_command_tells_how_many_queries_ran() {
    let site = site();
    let last_line = |arguments: &[&str]| {
        let built = dashgen_tests::dashgen().arg("build").arg(site.path()).args(arguments).output().unwrap();
        assert!(built.status.success());
        String::from_utf8(built.stdout).unwrap().lines().last().unwrap().to_owned()
    };
    let ends = [("", "5 of 10 queries run"), ("", "0 of 10 queries run"), ("--no-cache", "10 of 10 queries run")];
    for (argument, end) in ends {
        let arguments: Vec<&str> = Some(argument).into_iter().filter(|argument| !argument.is_empty()).collect();
        let line = last_line(&arguments);
        assert!(line.ends_with(end), "{line}");
    }
}

#[test]
fn a_damaged_or_deleted_cache_changes_nothing() {
    let site = site();
    let (cold, _) = warm(site.path());
    let folder = site.path().join(".dashgen/cache");
    let entries: Vec<_> = dashgen_tests::folders::read(&folder).into_iter().map(|entry| folder.join(entry)).collect();
    assert!(entries.len() >= ALL);
    for (index, entry) in entries.iter().enumerate() {
        let bytes = fs::read(entry).unwrap();
        fs::write(entry, &bytes[..bytes.len() * (index % 3) / 3]).unwrap();
    }
    assert_eq!(warm(site.path()), (cold.clone(), Queries { run: ALL, all: 10 }));
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(warm(site.path()), (cold, Queries { run: ALL, all: 10 }));
}

#[test]
fn builds_run_side_by_side() {
    let site = site();
    let outs = tempfile::tempdir().unwrap();
    let folders: Vec<_> = (0..4).map(|number| outs.path().join(number.to_string())).collect();
    let build = |out: &Path| {
        let mut command = dashgen_tests::dashgen();
        command.arg("build").arg(site.path()).arg("--out").arg(out).stdout(Stdio::null()).spawn().unwrap()
    };
    let builds: Vec<_> = folders.iter().map(|out| build(out)).collect();
    assert!(builds.into_iter().all(|mut build| build.wait().unwrap().success()));
    let files = |folder: &Path| {
        let paths = dashgen_tests::folders::read(folder);
        paths.into_iter().map(|path| (fs::read(folder.join(&path)).unwrap(), path)).collect::<Vec<_>>()
    };
    assert!(folders.windows(2).all(|pair| files(&pair[0]) == files(&pair[1])));
    let left = dashgen_tests::folders::read(&site.path().join(".dashgen/cache"));
    assert!(left.iter().all(|name| !name.ends_with(".new")), "{left:?}");
}

//! Do authors learn when figures move? `dashgen test`, `dashgen diff`, and sources that are too old or have shrunk.

use dashgen::assertions::{self, Tested};
use dashgen::cache::Cache;
use dashgen::diagnostics::{Severity, Style, render};
use dashgen::progress::Progress;
use dashgen::{Mode, build_with};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const PAGE: &str = "```input dropdown
column: region
```

```input date-range
column: date
presets: [all, this month]
```

```metric
value: sum(revenue)
name: total
```

```chart bar
x: region
y: sum(revenue)
name: regions
```

The mean is {{ avg(revenue) | format('.2f') }}.
";

const SALES: &str = "date,region,order_id,revenue
2024-01-03,EMEA,1,10.5
2024-01-20,APAC,2,20
2024-02-11,EMEA,3,30
2024-02-12,AMER,3,4
";

fn site(files: &[(&str, &str)]) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    for (path, text) in [("content/index.md", PAGE), ("sources/sales.csv", SALES)].iter().chain(files) {
        write(&site, path, text);
    }
    site
}

fn write(site: &TempDir, path: &str, text: &str) {
    let path = site.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn tested(tests: &str) -> (Tested, String) {
    let site = site(&[("tests/sales.yaml", tests)]);
    let tested = assertions::run(site.path(), &Cache::none(), &Progress::terminal());
    let said = render(&tested.diagnostics, &tested.files, Style::Plain);
    (tested, said)
}

#[test]
fn expectations_that_hold() {
    let tests = "
- expect: {sum(revenue): 64.5, count(distinct order_id): 3, count(*): 4, total: 64.5}
- name: one region
  given: {region: EMEA}
  expect: {sum(revenue): 40.5, max(region): EMEA, min(date): 2024-01-03}
- given: {region: APAC, date: [2024-02-01, 2024-02-29]}
  expect: {sum(revenue): null, count(*): 0}
- given: {regions: [EMEA, APAC], date: [null, 2024-01-31]}
  expect: {sum(revenue): 30.5}
- given: {date: this month}
  expect: {total: 34}
- expect: {avg(revenue): 16}
  tolerance: 0.2
";
    let (tested, said) = tested(tests);
    assert!(tested.diagnostics.is_empty(), "{said}");
    assert_eq!((tested.held, tested.all), (12, 12));
}

#[test]
fn what_does_not_hold_is_shown() {
    let tests = "- name: Europe
  given: {region: EMEA}
  expect:
    sum(revenue): 41
    count(*): 2
- given: {region: EMEAA}
  expect: {count(*): 0}
- given: {regoin: EMEA}
  expect: {totl: 3, sum(revenu): 1}
- page: sales
  expect: {count(*): 4}
";
    let (_, said) = self::tested(tests);
    for message in ["unknown column `revenu`", "the site has no page `sales`"] {
        assert!(said.contains(message), "{said}");
    }
    let sound = tests.replace(", sum(revenu): 1", "").replace("page: sales", "page: index");
    let (tested, said) = self::tested(&sound);
    let expected = "error: `sum(revenue)` is 40.5
 --> tests/sales.yaml:4:19
  |
4 |     sum(revenue): 41
  |                   ^^
  |
  = help: test `Europe`, given `region: EMEA`

error: `EMEAA` is not a value of this column
 --> tests/sales.yaml:6:19
  |
6 | - given: {region: EMEAA}
  |                   ^^^^^
  |
  = help: its first values are `AMER`, `APAC`, `EMEA`

error: the page has no input or chart `regoin`
 --> tests/sales.yaml:8:11
  |
8 | - given: {regoin: EMEA}
  |           ^^^^^^
  |
  = help: did you mean `region`?

error: the page has no value `totl`
 --> tests/sales.yaml:9:12
  |
9 |   expect: {totl: 3}
  |            ^^^^
  |
  = help: did you mean `total`?

4 errors";
    assert_eq!(said, expected);
    assert_eq!((tested.held, tested.all), (2, 5));
}

#[test]
fn the_test_command_ends_with_one() {
    let site = site(&[("tests/a.yaml", "- expect: {count(*): 4}\n")]);
    let run = || dashgen_tests::dashgen().arg("test").arg(site.path()).output().unwrap();
    let held = run();
    assert!(held.status.success() && String::from_utf8_lossy(&held.stdout).contains("1 of 1 expectations hold"));
    write(&site, "tests/a.yaml", "- expect: {count(*): 5}\n");
    let failed = run();
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("`count(*)` is 4"));
}

#[test]
fn a_difference_names_what_moved() {
    let site = site(&[]);
    let outs = tempfile::tempdir().unwrap();
    let (old, new) = (outs.path().join("old"), outs.path().join("new"));
    dashgen_tests::build(site.path(), &old);
    write(&site, "sources/sales.csv", &SALES.replace("EMEA,3,30", "EMEA,3,45").replace("AMER,3,4\n", "ANZ,3,4\n"));
    write(&site, "content/more.md", "{{ count(*) }} rows.\n");
    dashgen_tests::build(site.path(), &new);
    let run = |from: &Path, to: &Path, arguments: &[&str]| {
        let output = dashgen_tests::dashgen().arg("diff").args([from, to]).args(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = "| page | view | moved | most |
|---|---|---|---|
| / | region | 1 new, 1 gone of 3 rows | ANZ: nothing → 1 |
| / | total | 64.5 → 79.5 (+23.3 %) |  |
| / | regions | 1 moved, 1 new, 1 gone of 3 rows | EMEA: 40.5 → 55.5 (+37.0 %) |
| / | value | 16.13 → 19.88 (+23.3 %) |  |
| /more |  | the page is new |  |
";
    assert_eq!(run(&old, &new, &["--markdown"]), expected);
    assert_eq!(run(&old, &old, &[]), "no figure moved\n");
    let failed = dashgen_tests::dashgen().arg("diff").args([&old, &site.path().to_owned()]).output().unwrap();
    assert!(!failed.status.success());
}

fn warnings(site: &Path) -> Vec<String> {
    let outcome = build_with(site, Mode::Publish, &Cache::of(site), &Progress::terminal());
    let said = render(&outcome.diagnostics, &outcome.files, Style::Plain);
    assert!(outcome.built.is_some(), "{said}");
    let warnings = outcome.diagnostics.iter().filter(|one| one.severity == Severity::Warning);
    warnings.map(|one| one.message.clone()).collect()
}

#[test]
fn an_old_source_is_told() {
    let site = site(&[("dashgen.toml", "[sources.sales]\nmax_age = \"2 days\"\n")]);
    assert_eq!(warnings(site.path()), Vec::<String>::new());
    let file = fs::File::open(site.path().join("sources/sales.csv")).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3 * 86_400 + 60)).unwrap();
    assert_eq!(warnings(site.path()), ["source `sales` is too old: its file is 3 days old"]);
    write(&site, "dashgen.toml", "[sources.sales]\nmax_age = \"2 days\"\nage_column = \"date\"\n");
    let told = warnings(site.path());
    assert!(told.len() == 1 && told[0].starts_with("source `sales` is too old: its newest `date` is"), "{told:?}");
}

#[test]
fn a_source_that_shrinks_is_told() {
    let site = site(&[("dashgen.toml", "[sources.sales]\nmax_drift = \"20%\"\n")]);
    assert_eq!(warnings(site.path()), Vec::<String>::new());
    write(&site, "sources/sales.csv", SALES.split_inclusive('\n').take(3).collect::<String>().as_str());
    assert_eq!(warnings(site.path()), ["source `sales` has shrunk from 4 to 2 rows since the last build"]);
    assert_eq!(warnings(site.path()), Vec::<String>::new(), "what was told is the usual");
}

#[test]
fn the_figures_of_the_example_hold() {
    let site = dashgen_tests::root().join("examples/meridian-sales");
    let tested = assertions::run(&site, &Cache::none(), &Progress::terminal());
    assert_eq!((tested.held, tested.all), (6, 6), "{}", render(&tested.diagnostics, &tested.files, Style::Plain));
}

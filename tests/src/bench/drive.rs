//! Our system in the race: the flights as a dashgen site, built, opened, and its engine brushed step by step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::flights::{CARRIERS, FIRST_DATE, Flights, origins};
use super::truth::{Dimension, OUR_VIEWS, PHASES, Phase, STEPS, View, positions};
use super::{PhaseTimes, memory};
use crate::LOAD_ENGINE;
use crate::browser::{Browser, PageUnderTest};
use crate::serve::Host;

/// Calls the engine as the page's worker does.
const DRIVE: &str = include_str!("drive.js");
/// How the worker asks for a move, and what the page makes of the answer; modules.
const MOVES: [&str; 2] =
    [include_str!("../../../runtime-wasm/web/glide.js"), include_str!("../../../runtime-wasm/web/motion.js")];
/// The steps whose every count is compared with the truth; of the others the totals are.
const COMPARED: [i32; 5] = [0, 13, 40, 66, 99];
const EMPTY: &str = "<!doctype html><title>drive</title><link rel=icon href=data:,>";
const PAUSE: Duration = Duration::from_millis(50);

const PAGE: &str = "---
title: Flights
---

```sql all
SELECT delay, distance, dep, date, carrier, origin FROM flights
```

```metric
value: count(*)
label: Flights
```

```metric
value: sum(distance)
label: Miles
```

```chart histogram
x: delay
nbins: 240
```

```chart histogram
x: distance
nbins: 250
```

```chart histogram
x: dep
nbins: 72
```

```chart line
x: date
y: count(*)
```

```chart bar
x: carrier
y: count(*)
```

```chart bar
x: origin
y: count(*)
```
";

/// What the driven engine did.
#[derive(Debug, Deserialize)]
pub struct Driven {
    /// From the navigation to the first answer.
    pub ready_ms: f64,
    /// One for each of [`PHASES`].
    pub phases: Vec<DrivenPhase>,
    /// Bytes on the wire: page, engine and slices.
    #[serde(skip)]
    pub bytes: usize,
    /// The most memory that the page's process held.
    #[serde(skip)]
    pub memory_mb: Option<f64>,
}

/// One dimension brushed.
#[derive(Debug, Deserialize)]
pub struct DrivenPhase {
    name: String,
    switch_ms: Option<f64>,
    steps: Vec<f64>,
    totals: Vec<[f64; 2]>,
    shown: BTreeMap<i32, BTreeMap<String, Vec<(Json, f64)>>>,
}

impl DrivenPhase {
    /// What the engine took for each step.
    pub fn times(&self) -> PhaseTimes {
        PhaseTimes::new(&self.name, self.switch_ms, &self.steps)
    }
}

/// Writes the site and builds it; gives the folder of its pages.
pub fn build(flights: &Flights, folder: &Path) -> PathBuf {
    let write = |file: &str, text: &str| {
        let file = folder.join("site").join(file);
        std::fs::create_dir_all(file.parent().expect("files lie in folders")).expect("a temporary folder");
        std::fs::write(file, text).expect("a temporary folder");
    };
    write("dashgen.toml", "title = \"Flights\"\n");
    write("content/index.md", PAGE);
    std::fs::create_dir_all(folder.join("site/sources")).expect("a temporary folder");
    flights.write_parquet(&folder.join("site/sources/flights.parquet"));
    let out = folder.join("dist");
    crate::build(&folder.join("site"), &out);
    out
}

/// Opens an empty page beside the built one and drives the built one's engine there.
pub fn drive(dist: &Path) -> Driven {
    std::fs::write(dist.join("drive.html"), EMPTY).expect("the site's folder is ours");
    let host = Host::isolated(dist);
    let page = Browser::launch().open(&host.url("drive.html"));
    let phases: Vec<Json> = PHASES.iter().map(script).collect();
    let is_import = |line: &&str| !line.starts_with("import ");
    let moves: Vec<&str> = MOVES.iter().flat_map(|module| module.lines().filter(is_import)).collect();
    let moves = moves.join("\n").replace("export ", "");
    page.run(&format!("{LOAD_ENGINE}\n{moves}\n{DRIVE}\nvoid drive({})", Json::from(phases)));
    let out = wait(&page);
    page.assert_clean();
    let mut driven: Driven = serde_json::from_value(out).expect("the driver fills all fields");
    driven.memory_mb = memory::renderer_peak_mb();
    driven.bytes = host.hits().iter().filter(|hit| !hit.path.ends_with("drive.html")).map(|hit| hit.bytes).sum();
    driven
}

/// Waits however long it takes: a bench fails on no time.
fn wait(page: &PageUnderTest) -> Json {
    loop {
        let out: Option<Json> = page.eval("window.bench ?? null");
        if let Some(out) = out {
            assert!(out["failed"].is_null(), "{}", out["failed"]);
            return out;
        }
        std::thread::sleep(PAUSE);
    }
}

fn script(phase: &Phase) -> Json {
    let named = |dimension: Dimension, value: i32| match dimension {
        Dimension::Date => json!(date(value)),
        _ => json!(value),
    };
    let fixed = |&(dimension, low, high): &(Dimension, i32, i32)| {
        json!([dimension.name(), named(dimension, low), named(dimension, high)])
    };
    let range = |step| {
        let range = phase.range(step);
        json!([named(phase.active, *range.start()), named(phase.active, *range.end())])
    };
    json!({
        "name": phase.name,
        "column": phase.active.name(),
        "fixed": phase.fixed.iter().map(fixed).collect::<Vec<_>>(),
        "ranges": (0..STEPS).map(range).collect::<Vec<_>>(),
        "shown": COMPARED,
    })
}

/// A day as ISO 8601 writes it.
fn date(day: i32) -> String {
    arrow::temporal_conversions::date32_to_datetime(FIRST_DATE + day).expect("a day of our time").date().to_string()
}

/// Fails where the engine and the truth differ.
pub fn check(flights: &Flights, driven: &Driven) {
    for (phase, driven) in PHASES.iter().zip(&driven.phases) {
        let positions = positions(flights, phase, &OUR_VIEWS);
        for (step, (position, totals)) in positions.iter().zip(&driven.totals).enumerate() {
            let expected = [position.flights, position.distance].map(|sum| sum as f64);
            assert_eq!(expected, *totals, "flights and miles, {}, step {step}", phase.name);
        }
        for step in COMPARED {
            for (view, expected) in OUR_VIEWS.iter().zip(&positions[step as usize].counts) {
                let Some(expected) = expected else { continue };
                let shown = binned(view, &driven.shown[&step][view.dimension.name()]);
                assert!(shown == *expected, "{} while brushing {}, step {step}", view.dimension.name(), phase.name);
            }
        }
    }
}

/// What a chart shows, as counts by bin.
fn binned(view: &View, shown: &[(Json, f64)]) -> Vec<u64> {
    let origins = origins();
    let mut counts = vec![0; view.bins];
    for (key, count) in shown {
        let bin = match (view.dimension, key) {
            (Dimension::Carrier, Json::String(code)) => CARRIERS.iter().position(|carrier| carrier == code),
            (Dimension::Origin, Json::String(code)) => origins.iter().position(|origin| origin == code),
            (Dimension::Date, Json::String(day)) => (0..view.bins).find(|&bin| date(bin as i32) == *day),
            _ => key.as_f64().map(|middle| ((middle - f64::from(view.start)) / f64::from(view.width)) as usize),
        };
        counts[bin.unwrap_or_else(|| panic!("{} shows {key}", view.dimension.name()))] += *count as u64;
    }
    counts
}

//! What the benches share: their arguments, their figures as a table and as JSON, the flights with the truth about them,
//! the peers, and how much memory a process took.

pub mod drive;
pub mod engines;
pub mod flights;
pub mod markdown;
pub mod memory;
pub mod meridian;
pub mod pages;
pub mod peers;
pub mod truth;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

/// One measured number.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Who was measured.
    pub system: String,
    /// On how many rows.
    pub rows: u64,
    /// What, with its unit at the end: `ready_ms`.
    pub metric: String,
    /// How much.
    pub value: f64,
}

/// All figures of a bench.
pub struct Figures {
    name: &'static str,
    list: Vec<Figure>,
}

impl Figures {
    /// No figures yet; `name` is the bench's.
    pub fn new(name: &'static str) -> Self {
        Figures { name, list: Vec::new() }
    }

    /// Adds a figure.
    pub fn add(&mut self, system: &str, rows: u64, metric: &str, value: f64) {
        self.list.push(Figure { system: system.to_owned(), rows, metric: metric.to_owned(), value });
    }

    /// Adds the middle, the 95th and the 99th percentile of many measurements: `step` becomes `step_p50_ms` and so on.
    pub fn add_percentiles(&mut self, system: &str, rows: u64, metric: &str, times: &[f64]) {
        for percent in [50, 95, 99] {
            self.add(system, rows, &format!("{metric}_p{percent}_ms"), percentile(times, percent));
        }
    }

    /// Adds what each phase of brushing took, the worst of all phases, and the percentiles of the steps of all together: of one
    /// phase's the 99th is the slowest.
    pub fn add_phases(&mut self, system: &str, rows: u64, phases: &[PhaseTimes]) {
        type Read = fn(&PhaseTimes) -> Option<f64>;
        let metrics: [(&str, Read); 5] = [
            ("switch_ms", |phase| phase.switch_ms),
            ("first_step_ms", |phase| Some(phase.first_step_ms)),
            ("step_p50_ms", |phase| Some(phase.p50)),
            ("step_p95_ms", |phase| Some(phase.p95)),
            ("step_p99_ms", |phase| Some(phase.p99)),
        ];
        for (metric, value) in metrics {
            let Some(worst) = phases.iter().filter_map(value).max_by(f64::total_cmp) else { continue };
            self.add(system, rows, metric, worst);
            for (phase, value) in phases.iter().filter_map(|phase| Some((phase, value(phase)?))) {
                self.add(system, rows, &format!("{}_{metric}", phase.name), value);
            }
        }
        let steps: Vec<f64> = phases.iter().flat_map(|phase| phase.steps.iter().copied()).collect();
        if !steps.is_empty() {
            self.add_percentiles(system, rows, "all_steps", &steps);
        }
    }

    /// Prints the table and writes `<target>/bench/<name>.json`.
    pub fn finish(&self) {
        let sizes: BTreeSet<u64> = self.list.iter().map(|figure| figure.rows).collect();
        for rows in sizes {
            println!("\n{}, {rows} rows\n{}", self.name, self.table(rows));
        }
        let file = folder().join(format!("{}.json", self.name));
        let json = serde_json::to_string_pretty(&self.list).expect("figures are plain data");
        std::fs::write(&file, json).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        println!("{}", file.display());
    }

    /// Metrics from top to bottom, systems from left to right.
    fn table(&self, rows: u64) -> String {
        let figures: Vec<&Figure> = self.list.iter().filter(|figure| figure.rows == rows).collect();
        let systems = in_order(figures.iter().map(|figure| figure.system.as_str()));
        let metrics = in_order(figures.iter().map(|figure| figure.metric.as_str()));
        let value = |system: &&str, metric: &str| {
            let found = figures.iter().find(|figure| figure.system == **system && figure.metric == metric);
            found.map_or("-".to_owned(), |figure| written(figure.value))
        };
        let head = std::iter::once(String::new()).chain(systems.iter().map(|system| (*system).to_owned()));
        let line = |metric: &&str| {
            std::iter::once((*metric).to_owned()).chain(systems.iter().map(|system| value(system, metric))).collect()
        };
        let lines: Vec<Vec<String>> = std::iter::once(head.collect()).chain(metrics.iter().map(line)).collect();
        aligned(&lines)
    }
}

/// What brushing one dimension took; the first step is counted on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseTimes {
    /// The brushed dimension.
    pub name: String,
    /// What the system prepared before the first step, if it prepares.
    pub switch_ms: Option<f64>,
    /// The first step.
    pub first_step_ms: f64,
    /// Half of the other steps took at most so long.
    pub p50: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
    /// All but the first step, where they are known.
    pub steps: Vec<f64>,
}

impl PhaseTimes {
    /// From the time of each step.
    pub fn new(name: &str, switch_ms: Option<f64>, steps: &[f64]) -> Self {
        let (first, others) = steps.split_first().expect("a phase has steps");
        let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile(others, percent));
        PhaseTimes { name: name.to_owned(), switch_ms, first_step_ms: *first, p50, p95, p99, steps: others.to_vec() }
    }
}

/// Each word once, in the order of first use.
fn in_order<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut once = Vec::new();
    for word in words {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    once
}

/// Lines of cells in columns: the first to the left, the others to the right.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let cell = if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            text.push_str(&cell);
        }
        text.push('\n');
    }
    text
}

/// Large numbers whole, small ones with what tells them apart.
fn written(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.4}"),
    }
}

/// The value that this share of all values does not exceed.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// The words after a flag of the bench, as in `-- --peers falcon-arrow,mosaic`; none without it.
pub fn argument(flag: &str) -> Option<Vec<String>> {
    let mut all = std::env::args().skip_while(|word| word != flag);
    all.next()?;
    let words = all.next().unwrap_or_else(|| panic!("`{flag}` needs a value"));
    Some(words.split(',').map(str::to_owned).collect())
}

/// The numbers of rows to measure: `-- --rows 1000000,10000000`.
pub fn rows(usual: &[u64]) -> Vec<u64> {
    let number =
        |word: String| word.replace('_', "").parse().unwrap_or_else(|_| panic!("`{word}` is no number of rows"));
    argument("--rows").map_or(usual.to_vec(), |words| words.into_iter().map(number).collect())
}

/// The peers to measure: `-- --peers mosaic`, `-- --peers none`.
pub fn chosen_peers(usual: &[&str]) -> Vec<String> {
    let chosen = argument("--peers").unwrap_or_else(|| usual.iter().map(|&name| name.to_owned()).collect());
    chosen.into_iter().filter(|name| name != "none").collect()
}

/// Where results and the peers' installations lie: `bench` in cargo's target folder.
pub fn folder() -> PathBuf {
    let bench = std::env::current_exe().expect("a bench knows where it is");
    // <target>/debug/deps/<bench>
    let target = bench.ancestors().nth(3).expect("cargo puts benches three folders down");
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!([50, 95, 99].map(|percent| percentile(&values, percent)), [50.0, 95.0, 99.0]);
        assert_eq!(percentile(&[7.0], 99), 7.0);
    }

    #[test]
    fn a_table_has_a_column_for_each_system() {
        let mut figures = Figures::new("test");
        figures.add("dashgen", 10, "ready_ms", 12.0);
        figures.add("mosaic", 10, "ready_ms", 1234.5);
        figures.add("mosaic", 10, "step_p50_ms", 0.25);
        let expected = "             dashgen  mosaic\nready_ms        12.0    1234\nstep_p50_ms        -  0.2500\n";
        assert_eq!(figures.table(10), expected);
    }
}

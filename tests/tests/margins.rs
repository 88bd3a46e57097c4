//! Do the plots at the margin of a chart show the rows that its filters leave? Each against the values of polars' rows.

use crate::definitions::{ends, hazen, series};
use crate::seen::{Seen, list, near, under_filters};
use serde_json::Value as Json;

/// The charts that count values along x, and draw these as they are at their margin.
const COUNTING: [(&str, &str); 4] = [
    ("histogram", "x: body_mass"),
    ("histogram", "x: body_mass\ny: sum(flipper_length)\nbarmode: group"),
    ("ecdf", "x: body_mass"),
    ("ecdf", "x: body_mass\ny: sum(flipper_length)"),
];

/// Compares the margin of each color with the numbers of its rows, in ascending order.
fn margins(kind: &str, check: impl Fn(&Seen, &Json, &[f64])) {
    let scatter = ("scatter", "y: body_mass\nx: flipper_length", "marginal_x", "flipper_length");
    let counting = COUNTING.iter().map(|(chart, keys)| (*chart, *keys, "marginal", "body_mass"));
    for (chart, keys, key, _) in counting.chain([scatter]) {
        let block = format!("```chart {chart}\n{keys}\ncolor: species\n{key}: {kind}\nname: seen\n```");
        under_filters(&block, |seen| {
            let (drawn, aside): (Vec<&Json>, Vec<&Json>) = seen.traces.iter().partition(|of| of["yaxis"] != "y2");
            for trace in drawn {
                let name = trace["name"].as_str().unwrap();
                let mut numbers = seen.numbers("x", &[("color", name)]);
                numbers.sort_by(f64::total_cmp);
                let margin = aside.iter().find(|margin| margin["name"] == name);
                assert_eq!(margin.is_some(), !numbers.is_empty(), "{chart}, {name} has a margin if it has rows");
                if let Some(margin) = margin {
                    check(seen, margin, &numbers);
                }
            }
        });
    }
}

#[test]
fn rugs_have_a_line_for_each_value() {
    margins("rug", |_, margin, numbers| {
        let mut values = numbers.to_vec();
        values.dedup();
        assert_eq!(list(margin, "x"), values);
    });
}

#[test]
fn boxes_have_the_quartiles_of_the_rows() {
    margins("box", |_, margin, numbers| {
        let [q1, q3] = [0.25, 0.75].map(|share| hazen(numbers, share));
        near(list(margin, "q1")[0], q1, 1e-9, "q1");
        near(list(margin, "q3")[0], q3, 1e-9, "q3");
        near(list(margin, "median")[0], series(numbers).median().unwrap(), 1e-9, "median");
        let (low, high) = ends(numbers, q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1));
        near(list(margin, "lowerfence")[0], low.min(q1), 1e-9, "lower fence");
        near(list(margin, "upperfence")[0], high.max(q3), 1e-9, "upper fence");
    });
}

#[test]
fn histograms_count_the_rows() {
    margins("histogram", |seen, margin, numbers| {
        let bins = list(&seen.chart.trace["meta"]["margins"], "x");
        let counts = list(margin, "y");
        assert_eq!(counts.iter().sum::<f64>(), numbers.len() as f64);
        for (bin, count) in counts.iter().enumerate() {
            let left = bins[0] + bin as f64 * bins[1];
            let within = numbers.iter().filter(|number| **number >= left && **number < left + bins[1]).count();
            assert_eq!(*count, within as f64, "bin from {left}");
        }
    });
}

#[test]
fn violins_have_the_density_of_the_rows() {
    margins("violin", |_, margin, numbers| {
        let (there, aside) = (list(margin, "x"), list(margin, "y"));
        let count = numbers.len() as f64;
        let spread = series(numbers).std(1).unwrap_or(0.0).min((hazen(numbers, 0.75) - hazen(numbers, 0.25)) / 1.349);
        let bandwidth = (1.059 * spread * count.powf(-0.2)).max((numbers[numbers.len() - 1] - numbers[0]) / 100.0);
        if bandwidth == 0.0 {
            return;
        }
        let density =
            |at: f64| numbers.iter().map(|number| (-0.5 * ((at - number) / bandwidth).powi(2)).exp()).sum::<f64>();
        let highest = there.iter().map(|at| density(*at)).fold(0.0, f64::max);
        let middle = (aside[0] + aside[aside.len() - 1]) / 2.0;
        for (at, aside) in there.iter().zip(&aside) {
            assert!(((aside - middle).abs() - 0.4 * density(*at) / highest).abs() < 2e-5, "{aside} at {at}");
        }
    });
}

/// What a bin holds is what it holds without a margin.
#[test]
fn a_margin_changes_nothing_of_its_chart() {
    let block = |more: &str| {
        format!("```chart histogram\nx: body_mass\ny: sum(flipper_length)\ncolor: species\n{more}name: seen\n```")
    };
    let seen = std::cell::RefCell::new(Vec::new());
    under_filters(&block(""), |alone| seen.borrow_mut().push(alone.traces.clone()));
    let alone = seen.into_inner();
    let turn = std::cell::Cell::new(0);
    under_filters(&block("marginal: rug\n"), |both| {
        let with = &alone[turn.replace(turn.get() + 1)];
        for (own, other) in with.iter().zip(&both.traces) {
            for name in ["x", "customdata", "name"] {
                assert_eq!(own[name], other[name], "{name}");
            }
            list(own, "y").iter().zip(list(other, "y")).for_each(|(a, b)| near(*a, b, 1e-9, "height"));
        }
    });
}

//! Are the statistics of charts right? Their figures under random filters, computed a second time: rows, groups and moments
//! by polars, what polars does not have by the textbook's formula.
//!
//! Numbers agree within 1e-9 of their size: sums are added up in another order. Outlines of violins are rounded to a
//! hundred-thousandth of a place, and heights of local regressions agree within 1e-6, for they solve the same equations in
//! another way.

use crate::definitions::{ends, hazen, local, series};
use crate::seen::{Seen, list, near, text, texts, under_filters};
use dashgen_runtime::plan::Value;
use polars::prelude::{DataFrame, IntoLazy, IntoSeries, NamedFrom, Series, col};
use serde_json::Value as Json;
use std::collections::BTreeMap;

#[test]
fn boxes_have_the_quartiles_of_their_rows() {
    under_filters("```chart box\nx: species\ny: body_mass\ncolor: sex\nname: seen\n```", |seen| {
        let mut boxes = 0;
        for trace in &seen.traces {
            for (index, place) in texts(trace, "x").iter().enumerate() {
                let numbers = seen.numbers("y", &[("x", place), ("color", trace["name"].as_str().unwrap())]);
                let [q1, q3] = [0.25, 0.75].map(|share| hazen(&numbers, share));
                near(list(trace, "q1")[index], q1, 1e-9, "q1");
                near(list(trace, "q3")[index], q3, 1e-9, "q3");
                near(list(trace, "median")[index], series(&numbers).median().unwrap(), 1e-9, "median");
                near(list(trace, "mean")[index], series(&numbers).mean().unwrap(), 1e-9, "mean");
                near(list(trace, "sd")[index], series(&numbers).std(0).unwrap(), 1e-9, "sd");
                let (low, high) = ends(&numbers, q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1));
                near(list(trace, "lowerfence")[index], low.min(q1), 1e-9, "lower fence");
                near(list(trace, "upperfence")[index], high.max(q3), 1e-9, "upper fence");
                let outside = numbers.iter().filter(|number| **number < low.min(q1) || **number > high.max(q3)).count();
                assert_eq!(
                    trace["y"][index].as_array().unwrap().iter().filter(|point| !point.is_null()).count(),
                    outside
                );
                boxes += 1;
            }
        }
        let known = |row: &Vec<Value>| row[seen.place("y")] != Value::Null;
        let mut places: Vec<_> = seen
            .rows
            .iter()
            .filter(|row| known(row))
            .map(|row| (text(&row[seen.place("x")]), text(&row[seen.place("color")])))
            .collect();
        places.sort();
        places.dedup();
        assert_eq!(boxes, places.len(), "each place and color has a box");
    });
}

#[test]
fn violins_have_the_density_of_their_rows() {
    under_filters("```chart violin\nx: species\ny: flipper_length\nname: seen\n```", |seen| {
        let trace = &seen.traces[0];
        let (x, y) = (list(trace, "x"), list(trace, "y"));
        let mut place = 0;
        let mut sides = Vec::new();
        let orders = &seen.chart.categories["x"];
        for name in texts(&seen.traces[1], "x") {
            let middle = orders.iter().position(|known| text(known) == name).unwrap() as f64;
            let numbers = seen.numbers("y", &[("x", &name)]);
            let count = numbers.len() as f64;
            let span = ends(&numbers, f64::MIN, f64::MAX);
            let deviation = series(&numbers).std(1).unwrap_or(0.0);
            let spread = deviation.min((hazen(&numbers, 0.75) - hazen(&numbers, 0.25)) / 1.349);
            let bandwidth = (1.059 * spread * count.powf(-0.2)).max((span.1 - span.0) / 100.0);
            while place < x.len() && !y[place].is_nan() {
                let kernel = |number: &f64| (-0.5 * ((y[place] - number) / bandwidth).powi(2)).exp();
                let density =
                    numbers.iter().map(kernel).sum::<f64>() / (count * bandwidth * (2.0 * std::f64::consts::PI).sqrt());
                // Of equal values there is a line, whose density stands for one.
                sides.push(((x[place] - middle).abs(), if bandwidth > 0.0 { density } else { 1.0 }));
                place += 1;
            }
            place += 1;
        }
        // All violins of a chart have one scale, which the widest place fixes.
        let widest = sides.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 1.0));
        for (aside, density) in sides {
            assert!((aside - density * widest.0 / widest.1).abs() < 2e-5, "{aside} is not {density} of {widest:?}");
        }
    });
}

#[test]
fn strips_and_matrices_have_a_point_for_each_row() {
    under_filters("```chart strip\nx: body_mass\ny: island\ncolor: species\nname: seen\n```", |seen| {
        for trace in &seen.traces {
            let mut ours: Vec<f64> = list(trace, "x").into_iter().filter(|number| !number.is_nan()).collect();
            let mut theirs = seen.numbers("x", &[("color", trace["name"].as_str().unwrap())]);
            ours.sort_by(f64::total_cmp);
            theirs.sort_by(f64::total_cmp);
            assert_eq!(ours, theirs);
        }
    });
    under_filters(
        "```chart scatter_matrix\ndimensions: [bill_length, body_mass]\ncolor: species\nname: seen\n```",
        |seen| {
            let rows: usize =
                seen.traces.iter().map(|trace| trace["dimensions"][1]["values"].as_array().unwrap().len()).sum();
            assert_eq!(rows, seen.rows.len());
            let ours: f64 = seen
                .traces
                .iter()
                .flat_map(|trace| list(&trace["dimensions"][1], "values"))
                .filter(|n| !n.is_nan())
                .sum();
            let theirs: f64 =
                seen.rows.iter().filter_map(|row| if let Value::Number(n) = row[1] { Some(n) } else { None }).sum();
            near(ours, theirs, 1e-9, "body mass");
        },
    );
}

#[test]
fn distributions_count_the_rows_below() {
    let chart = |more: &str| format!("```chart ecdf\nx: body_mass\ncolor: species\n{more}name: seen\n```");
    let shares = |seen: &Seen, share: &dyn Fn(&[f64], f64) -> f64| {
        for trace in &seen.traces {
            let numbers = seen.numbers("x", &[("color", trace["name"].as_str().unwrap())]);
            for (x, y) in list(trace, "x").into_iter().zip(list(trace, "y")).filter(|point| !point.0.is_nan()) {
                near(y, share(&numbers, x), 1e-9, "share");
            }
        }
    };
    let count =
        |numbers: &[f64], fits: &dyn Fn(f64) -> bool| numbers.iter().filter(|number| fits(**number)).count() as f64;
    under_filters(&chart(""), |seen| shares(seen, &|all, x| count(all, &|n| n <= x) / all.len() as f64));
    under_filters(&chart("ecdfnorm: percent\necdfmode: complementary\n"), |seen| {
        shares(seen, &|all, x| 100.0 * count(all, &|n| n > x) / all.len() as f64)
    });
    under_filters(&chart("ecdfnorm: count\necdfmode: reversed\n"), |seen| {
        shares(seen, &|all, x| count(all, &|n| n >= x))
    });
}

/// The sums of groups by the left edges of their bins.
fn cells(seen: &Seen, keep: impl Fn(&[Value]) -> bool) -> BTreeMap<(u64, u64), f64> {
    let mut cells = BTreeMap::new();
    for row in seen.groups.iter().filter(|row| keep(row)) {
        if let [Value::Number(x), Value::Number(y), .., Value::Number(z)] = row[..] {
            *cells.entry((x.to_bits(), y.to_bits())).or_insert(0.0) += z;
        }
    }
    cells
}

fn grid(seen: &Seen, trace: &Json, around: usize) -> BTreeMap<(u64, u64), f64> {
    let bins = &seen.chart.trace["meta"]["bins"];
    let edge = |role: &str, place: usize| {
        bins[role][0].as_f64().unwrap() + (place - around) as f64 * bins[role][1].as_f64().unwrap()
    };
    let mut cells = BTreeMap::new();
    for (row, values) in trace["z"].as_array().unwrap().iter().enumerate() {
        for (place, value) in values.as_array().unwrap().iter().enumerate() {
            if let Some(number) = value.as_f64().filter(|number| *number != 0.0) {
                cells.insert((edge("x", place).to_bits(), edge("y", row).to_bits()), number);
            }
        }
    }
    cells
}

#[test]
fn densities_have_the_groups_of_their_cells() {
    let axes = "x: flipper_length\ny: bill_length\nnbinsx: 12\nname: seen\n";
    under_filters(&format!("```chart density_heatmap\n{axes}```"), |seen| {
        assert_eq!(grid(seen, &seen.traces[0], 0), cells(seen, |_| true));
    });
    under_filters(&format!("```chart density_heatmap\nz: body_mass\nhistfunc: avg\n{axes}```"), |seen| {
        let (ours, theirs) = (grid(seen, &seen.traces[0], 0), cells(seen, |_| true));
        assert!(ours.keys().eq(theirs.keys()));
        ours.iter().for_each(|(cell, number)| near(*number, theirs[cell], 1e-9, "mean"));
    });
    under_filters(&format!("```chart density_heatmap\nhistnorm: probability\n{axes}```"), |seen| {
        let (ours, theirs) = (grid(seen, &seen.traces[0], 0), cells(seen, |_| true));
        let all: f64 = theirs.values().sum();
        ours.iter().for_each(|(cell, number)| near(*number, theirs[cell] / all, 1e-9, "share"));
    });
    under_filters(&format!("```chart density_contour\ncolor: species\n{axes}```"), |seen| {
        for trace in &seen.traces {
            let name = trace["name"].as_str().unwrap();
            let theirs = cells(seen, |row| text(&row[2]) == name);
            let ours = grid(seen, trace, 1);
            assert_eq!(ours, theirs, "{name}");
        }
    });
}

#[test]
fn histograms_have_shares_and_sums() {
    let chart = |more: &str| format!("```chart histogram\nx: body_mass\n{more}\nname: seen\n```");
    let heights = |seen: &Seen| {
        let rows = seen.groups.iter().filter_map(|row| if let Value::Number(n) = row[1] { Some(n) } else { None });
        rows.collect::<Vec<f64>>()
    };
    under_filters(&chart("histnorm: probability density"), |seen| {
        let (ours, theirs) = (list(&seen.traces[0], "y"), heights(seen));
        let width = seen.traces[0]["width"].as_f64().unwrap();
        let all: f64 = theirs.iter().sum();
        ours.iter().zip(&theirs).for_each(|(ours, own)| near(*ours, own / (all * width), 1e-9, "density"));
        assert_eq!(ours.len(), theirs.len());
    });
    under_filters(&chart("cumulative: true"), |seen| {
        let sums = series(&heights(seen));
        let sum: f64 = sums.sum().unwrap();
        let last = list(&seen.traces[0], "y").last().copied().unwrap_or(0.0);
        near(last, sum, 1e-9, "all");
    });
}

#[test]
fn lines_of_least_squares_are_those_of_moments() {
    under_filters(
        "```chart scatter\nx: flipper_length\ny: body_mass\ncolor: species\ntrendline: ols\nname: seen\n```",
        |seen| {
            let count = seen.traces.len() / 2;
            for (points, trend) in seen.traces[..count].iter().zip(&seen.traces[count..]) {
                let pairs = seen.pairs(points["name"].as_str().unwrap());
                let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
                let x = Series::new("x".into(), x);
                let frame = DataFrame::new(x.len(), vec![x.into(), Series::new("y".into(), y).into()]).unwrap().lazy();
                let (sx, sy) = (col("x") - col("x").mean(), col("y") - col("y").mean());
                let moments = frame.select([
                    (sx.clone() * sy).sum().alias("xy"),
                    (sx.clone() * sx).sum().alias("xx"),
                    col("x").mean().alias("x"),
                    col("y").mean().alias("y"),
                ]);
                let moments = moments.collect().unwrap();
                let of = |name: &str| moments.column(name).unwrap().f64().unwrap().get(0).unwrap_or(0.0);
                if of("xx") <= 0.0 {
                    assert!(list(trend, "y").is_empty());
                    continue;
                }
                for (x, y) in list(trend, "x").into_iter().zip(list(trend, "y")) {
                    near(y, of("y") + of("xy") / of("xx") * (x - of("x")), 1e-9, "height");
                }
            }
        },
    );
}

fn trend(options: &str) -> String {
    format!("```chart scatter\nx: flipper_length\ny: body_mass\ncolor: species\n{options}\nname: seen\n```")
}

fn compare_trend(seen: &Seen, tolerance: f64, theirs: impl Fn(&[(f64, f64)]) -> Vec<Option<f64>>) {
    let count = seen.traces.len() / 2;
    for (points, trend) in seen.traces[..count].iter().zip(&seen.traces[count..]) {
        let theirs = theirs(&seen.pairs(points["name"].as_str().unwrap()));
        let ours = list(trend, "y");
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            match theirs {
                Some(height) => near(ours, height, tolerance, "height"),
                None => assert!(ours.is_nan()),
            }
        }
    }
}

#[test]
fn local_regressions_are_those_of_the_definition() {
    under_filters(&trend("trendline: lowess"), |seen| {
        compare_trend(seen, 1e-6, |pairs| local(pairs, 2.0 / 3.0).into_iter().map(Some).collect());
    });
}

#[test]
fn moving_averages_are_those_of_polars() {
    let rolling = "trendline: rolling\ntrendline_options: {window: 5, min_periods: 2}";
    under_filters(&trend(rolling), |seen| {
        compare_trend(seen, 1e-9, |pairs| {
            let values: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
            (0..values.len())
                .map(|last| {
                    let some = series(&values[(last + 1).saturating_sub(5)..=last]);
                    some.mean().filter(|_| some.len() >= 2)
                })
                .collect()
        });
    });
    under_filters(&trend("trendline: expanding\ntrendline_options: {function: max}"), |seen| {
        compare_trend(seen, 1e-9, |pairs| {
            let values: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
            (0..values.len()).map(|last| series(&values[..=last]).into_series().max().unwrap()).collect()
        });
    });
    under_filters(&trend("trendline: ewm\ntrendline_options: {halflife: 2}"), |seen| {
        compare_trend(seen, 1e-9, |pairs| {
            let keep = 0.5_f64.powf(0.5);
            let mean = |last: usize| {
                let weights = |index: usize| keep.powi((last - index) as i32);
                let sum: f64 = (0..=last).map(|index| weights(index) * pairs[index].1).sum();
                Some(sum / (0..=last).map(weights).sum::<f64>())
            };
            (0..pairs.len()).map(mean).collect()
        });
    });
}

#[test]
fn bands_are_as_wide_as_their_groups() {
    under_filters("```chart parallel_categories\ndimensions: [island, species, sex]\nname: seen\n```", |seen| {
        let trace = &seen.traces[0];
        let ours: Vec<(Vec<String>, f64)> = list(trace, "counts")
            .into_iter()
            .enumerate()
            .map(|(band, count)| {
                ((0..3).map(|of| texts(&trace["dimensions"][of], "values")[band].clone()).collect(), count)
            })
            .collect();
        let count = |row: &Vec<Value>| if let Value::Number(count) = row[3] { count } else { f64::NAN };
        let theirs: Vec<(Vec<String>, f64)> =
            seen.groups.iter().map(|row| (row[..3].iter().map(text).collect(), count(row))).collect();
        assert_eq!(ours, theirs);
    });
}

//! What a chart can show while its view's index answers each move of a brush, and which of it a move leaves.

use super::brush::Prepared;
use super::{Asked, Session};
use crate::answer::{Answer, Shown};
use crate::charts::{self, Slots};
use crate::index::Span;
use crate::json::Json;
use crate::plan::{ByName, Selection, Shows};
use std::sync::Arc;

/// A chart of more points is not listed: the page would have to take them all when the pointer enters.
const MOST_POINTS: usize = 20_000;

/// The points that a chart can show while an index answers it: all those of the whole axis. A move of the brush leaves some
/// of them, with other values.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// Which index.
    pub(super) number: usize,
    /// The array of each trace that has the values, and whether points keep their places without a row.
    axis: &'static str,
    keeps_places: bool,
    points: Vec<Trace>,
    /// How many groups have any rows, and whether a point stands for none of them.
    groups: usize,
    has_gaps: bool,
    traces: Vec<Json>,
    /// Whether the page has them.
    pub(super) is_sent: bool,
    answer: Answer,
    /// What is selected in the chart itself, and the places of the points in each trace that it marks.
    marked: Option<(Arc<Selection>, Vec<Vec<usize>>)>,
}

/// The values of a trace.
#[derive(Debug)]
struct Trace {
    /// Which of the index's sums they are.
    leaf: usize,
    /// The group behind each of the points; one after the index's last, where an axis of categories has a point though nothing
    /// is there.
    groups: Vec<u32>,
    /// True if these are all groups in their order.
    is_run: bool,
}

/// What a move works with, kept so that the next need not ask for memory.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// By group, how many rows it has, and a value; of the one after the last, none.
    rows: Vec<u32>,
    values: Vec<f64>,
    /// Which points are there.
    picks: Vec<f64>,
}

impl Session {
    /// Lists what a view can show while an index answers it; none if a move of the brush changes more than which points
    /// there are and their values.
    pub(super) fn catalogue(&self, view: usize, made: &Prepared) -> Option<Catalogue> {
        let question = &self.plan.views[view].question;
        let Shows::Chart(chart) = &self.plan.views[view].shows else { return None };
        // Otherwise the order of the points follows their values.
        let in_order = question.order.is_empty() && question.limit.is_none();
        let index = made.index.as_ref().filter(|_| in_order)?;
        let groups = index.groups(index.all());
        if groups.len() > MOST_POINTS {
            return None;
        }
        let answer = index.answer(question, index.all()).ok()?;
        let Slots { axis, traces: slots, keeps_places } = charts::slots(chart, question, &answer)?;
        let points = slots.into_iter().map(|(measure, rows)| {
            let group = |row: Option<u32>| row.map_or(index.len(), |row| groups[row as usize]);
            let leaf = index.leaf(question.measures.get(measure)?)?;
            let groups: Vec<u32> = rows.into_iter().map(group).collect();
            let is_run = groups.iter().copied().eq(0..index.len());
            Some(Trace { leaf, groups, is_run })
        });
        let points = points.collect::<Option<Vec<Trace>>>()?;
        let has_gaps = points.iter().any(|trace| trace.groups.contains(&index.len()));
        Some(Catalogue {
            number: made.number,
            axis,
            keeps_places,
            points,
            groups: groups.len(),
            has_gaps,
            traces: charts::traces(chart, &answer, None),
            is_sent: false,
            answer,
            marked: None,
        })
    }

    /// By view id, the traces of all points that a chart can show while the brush moves, given once: from then on
    /// [`Shown::Points`] picks from them.
    pub fn catalogues(&mut self) -> ByName<Vec<Json>> {
        let active = self.brush.active;
        let unsent =
            |&(&(owner, _), ref kept): &(&(usize, usize), &mut Catalogue)| Some(owner) == active && !kept.is_sent;
        let mut catalogues = ByName::new();
        for (&(_, view), kept) in self.brush.catalogues.iter_mut().filter(unsent) {
            kept.is_sent = true;
            catalogues.insert(self.plan.views[view].id.clone(), kept.traces.clone());
        }
        catalogues
    }

    /// Finds out which points a selection in the chart itself marks.
    pub(super) fn mark(&mut self, view: usize, asked: &Asked) {
        let Some(owner) = self.brush.active else { return };
        let Some(kept) = self.brush.catalogues.get_mut(&(owner, view)) else { return };
        let Shows::Chart(chart) = &self.plan.views[view].shows else { return };
        if kept.marked.as_ref().map(|(of, _)| of) == asked.own.as_ref() {
            return;
        }
        kept.marked =
            asked.own.as_ref().and_then(|own| Some((own.clone(), charts::selected(chart, &kept.answer, own)?)));
    }

    /// Answers a move of the brush by the values of points that the page knows, which go to the end of `points`; none if the
    /// index cannot.
    pub(super) fn moved(&self, view: usize, asked: &Asked, points: &mut Vec<f64>) -> Option<Shown> {
        let kept = self.catalogued(view, asked)?;
        self.with_index(view, asked, |made, index, codes| {
            kept.is_of(made).then(|| kept.pick(&index.span(codes), &mut Scratch::default(), points))
        })?
    }

    /// The points of a view that the page knows, with those marked that are selected in the view.
    pub(super) fn catalogued(&self, view: usize, asked: &Asked) -> Option<&Catalogue> {
        let kept = self.brush.catalogues.get(&(self.brush.active?, view)).filter(|kept| kept.is_sent)?;
        (kept.marked.as_ref().map(|(of, _)| of) == asked.own.as_ref()).then_some(kept)
    }
}

impl Catalogue {
    /// True if an index tells the values of its points.
    pub(super) fn is_of(&self, made: &Prepared) -> bool {
        self.number == made.number
    }

    /// The points that have rows in a range, and their values, which go to the end of `points`.
    pub(super) fn pick(&self, span: &Span, scratch: &mut Scratch, points: &mut Vec<f64>) -> Shown {
        let at = points.len();
        let Scratch { rows, values, picks } = scratch;
        let is_whole = span.rows(rows) == self.groups && !self.has_gaps;
        let groups = rows.len();
        rows.push(0);
        let picked = !is_whole && !self.keeps_places;
        picks.clear();
        let (mut lengths, mut held) = (Vec::with_capacity(self.points.len()), None);
        for Trace { leaf, groups: of_points, is_run } in &self.points {
            let start = points.len();
            if is_whole && *is_run {
                span.numbers(*leaf, &rows[..groups], points);
            } else {
                if held.replace(leaf) != Some(leaf) {
                    values.clear();
                    span.numbers(*leaf, &rows[..groups], values);
                    values.push(f64::NAN);
                }
                if picked {
                    picked_of(of_points, rows, values, points, picks);
                } else {
                    values_of(of_points, rows, values, points);
                }
            }
            lengths.push(points.len() - start);
        }
        points.extend_from_slice(picks);
        let rows = picked.then_some(rows.as_slice());
        let selected = self.marked.as_ref().map(|(_, marked)| self.mark(marked, rows, points));
        Shown::Points { axis: self.axis, at, lengths, picked, selected }
    }

    /// Where the marked points stand among those that have rows, at the end of `points`; how many of each trace. Without rows,
    /// all are there.
    fn mark(&self, marked: &[Vec<usize>], rows: Option<&[u32]>, points: &mut Vec<f64>) -> Vec<usize> {
        let mut selected = Vec::with_capacity(marked.len());
        for (Trace { groups, .. }, marked) in self.points.iter().zip(marked) {
            let start = points.len();
            match rows {
                None => points.extend(marked.iter().map(|&place| place as f64)),
                Some(rows) => mark_those(groups, rows, marked, points),
            }
            selected.push(points.len() - start);
        }
        selected
    }
}

/// Puts at the end of `points` where the marked points, in their order, stand among those that have rows.
fn mark_those(groups: &[u32], rows: &[u32], marked: &[usize], points: &mut Vec<f64>) {
    let mut marked = marked.iter().peekable();
    let mut before = 0;
    for (place, &group) in groups.iter().enumerate() {
        let has_rows = rows[group as usize] > 0;
        if marked.next_if_eq(&&place).is_some() && has_rows {
            points.push(f64::from(before));
        }
        before += u32::from(has_rows);
    }
}

/// Puts the values of points at the end of `points`, NaN where one has no rows.
fn values_of(groups: &[u32], rows: &[u32], values: &[f64], points: &mut Vec<f64>) {
    let start = points.len();
    points.resize(start + groups.len(), f64::NAN);
    for (out, &group) in points[start..].iter_mut().zip(groups) {
        if rows[group as usize] > 0 {
            *out = values[group as usize];
        }
    }
}

/// Puts the values of the points that have rows at the end of `points`, and their places at the end of `picks`. A point that has
/// none is written too, and then overwritten: nothing depends on which there are, so that processors need not guess.
fn picked_of(groups: &[u32], rows: &[u32], values: &[f64], points: &mut Vec<f64>, picks: &mut Vec<f64>) {
    let (start, first) = (points.len(), picks.len());
    points.resize(start + groups.len(), 0.0);
    picks.resize(first + groups.len(), 0.0);
    let (out, places) = (&mut points[start..], &mut picks[first..]);
    let mut there = 0;
    for (place, &group) in groups.iter().enumerate() {
        out[there] = values[group as usize];
        places[there] = place as f64;
        there += usize::from(rows[group as usize] > 0);
    }
    points.truncate(start + there);
    picks.truncate(first + there);
}

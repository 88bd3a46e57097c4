//! Brushing: what the session prepares when the pointer enters a view, and how each move of the brush is answered by it.

use super::motion::Motion;
use super::{Asked, Place, Session};
use crate::answer::{Answer, Shown};
use crate::charts::{self, Slots};
use crate::clause;
use crate::index::{Index, Span};
use crate::json::Json;
use crate::plan::{ByName, Grain, Question, Select, Selection, Shows, State, Value};
use litemap::LiteMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// At most so many rows, or groups of them, are indexed before anybody asks: it takes milliseconds.
const FEW_ROWS: usize = 1 << 20;

/// A chart of more points is not listed: the page would have to take them all when the pointer enters.
const MOST_POINTS: usize = 20_000;

/// The view that is brushed, and the indexes that answer it.
#[derive(Debug, Default)]
pub struct Brush {
    /// The view that the reader is about to brush in.
    pub(super) active: Option<usize>,
    /// By brushed view and view.
    indexes: Mutex<LiteMap<(usize, usize), Prepared>>,
    /// By brushed view and view, what the second can show.
    pub(super) catalogues: LiteMap<(usize, usize), Catalogue>,
    /// How many indexes were made so far.
    made: usize,
    /// The selections of others for which there are indexes of the active view.
    others: ByName<Selection>,
    /// Where the brush was at the last update.
    pub(super) last: Option<Selection>,
    /// The state in which the reader entered the view, until something else is asked.
    pub(super) entered: Option<State>,
    /// What its next moves change.
    pub(super) motion: Option<Motion>,
    pub(super) scratch: Scratch,
    /// The view whose brush is prepared, and those whose brushes were rehearsed.
    pub(super) unrehearsed: Option<usize>,
    pub(super) rehearsed: Vec<usize>,
    /// While a brush is rehearsed: what the views show, and where the brush was.
    pub(super) stage: Option<(Vec<Option<Asked>>, Option<Selection>)>,
}

/// An index for a view, and all that it depends on besides the brush; none if there can be none.
#[derive(Debug)]
pub(super) struct Prepared {
    number: usize,
    others: Vec<(usize, Arc<Selection>)>,
    pub(super) place: Place,
    pub(super) grain: Grain,
    pub(super) index: Option<Arc<Index>>,
}

/// What an index sums up: a part's rows that selections elsewhere keep, along a column.
#[derive(Clone, PartialEq)]
struct Rows {
    place: Place,
    column: usize,
    grain: Grain,
    others: Vec<(usize, Arc<Selection>)>,
}

/// The points that a chart can show while an index answers it: all those of the whole axis. A move of the brush leaves some
/// of them, with other values.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// Which index.
    number: usize,
    /// The array of each trace that has the values, and whether points keep their places without a row.
    axis: &'static str,
    keeps_places: bool,
    points: Vec<Trace>,
    /// How many groups have any rows, and whether a point stands for none of them.
    groups: usize,
    has_gaps: bool,
    traces: Vec<Json>,
    /// Whether the page has them.
    is_sent: bool,
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

impl Brush {
    /// Forgets all indexes: tables have changed.
    pub fn clear(&mut self) {
        self.indexes = Mutex::default();
        self.catalogues.clear();
        self.motion = None;
        self.entered = None;
        // No selection has this name, so the next move makes them anew.
        self.others.clear();
        self.others.insert(String::new(), Selection::In(Vec::new()));
    }

    /// Another view may be brushed from now on. What is made in milliseconds is kept for when the pointer comes back.
    fn turn_to(&mut self, owner: Option<usize>) {
        let is_kept =
            |of: usize, made: &Prepared| Some(of) == owner || made.index.as_ref().is_none_or(|index| index.is_small());
        let indexes = self.indexes.get_mut().unwrap_or_else(PoisonError::into_inner);
        indexes.retain(|(of, _), made| is_kept(*of, made));
        self.catalogues.retain(|place, _| indexes.contains_key(place));
        if self.active != owner {
            // Of each view the page has one.
            self.catalogues.iter_mut().for_each(|(_, kept)| kept.is_sent = false);
        }
        self.active = owner;
        self.motion = None;
        self.entered = None;
    }

    /// Takes a view for the one that is brushed, and its catalogues for sent, or none.
    pub(super) fn pretend(&mut self, owner: Option<usize>) {
        self.active = owner;
        self.catalogues.iter_mut().for_each(|((of, _), kept)| kept.is_sent = Some(*of) == owner);
    }

    fn indexes(&mut self) -> &mut LiteMap<(usize, usize), Prepared> {
        self.indexes.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Prepares for a range being dragged in a view: what others show of each range is then a subtraction.
    pub fn activate(&mut self, view: &str, state: &State) {
        let owner = self.plan.views.iter().position(|owner| owner.id == view).filter(|&owner| self.is_brushed(owner));
        self.brush.turn_to(owner);
        if let Some(owner) = owner {
            self.renew(owner, state);
            self.brush.entered = Some(state.clone());
        }
    }

    /// Makes the indexes anew if the brush moves after selections were made elsewhere.
    pub(super) fn follow(&mut self, state: &State) {
        let Some(owner) = self.brush.active else { return };
        let id = &self.plan.views[owner].id;
        let brush = state.selections.get(id).cloned();
        let has_moved = brush.is_some() && brush != self.brush.last;
        self.brush.last = brush;
        let others = state.selections.iter().filter(|(of, _)| *of != id);
        if has_moved && !others.eq(&self.brush.others) {
            self.renew(owner, state);
        }
    }

    fn renew(&mut self, owner: usize, state: &State) {
        self.index(owner, state, |_, _| true);
        let id = &self.plan.views[owner].id;
        self.brush.others = state.selections.clone();
        self.brush.others.remove(id);
        self.list(owner);
    }

    /// Lists what each view can show, where its index is another one than before.
    fn list(&mut self, owner: usize) {
        for view in 0..self.plan.views.len() {
            let indexes = self.brush.indexes.lock().unwrap_or_else(PoisonError::into_inner);
            let known = self.brush.catalogues.get(&(owner, view)).map(|kept| kept.number);
            let made = indexes.get(&(owner, view)).filter(|made| Some(made.number) != known);
            let listed = made.map(|made| self.catalogue(view, made));
            drop(indexes);
            match listed {
                Some(Some(listed)) => drop(self.brush.catalogues.insert((owner, view), listed)),
                Some(None) => drop(self.brush.catalogues.remove(&(owner, view))),
                None => {}
            }
        }
    }

    /// Prepares for a brush in one of the views, where that takes milliseconds, or for a choice; false if all is prepared. For
    /// when there is nothing else to do. A brush that is prepared may be rehearsed.
    pub fn prepare(&mut self, state: &State) -> bool {
        let owners = 0..self.plan.views.len();
        let is_few = |session: &Session, place| session.part(place).is_some_and(|part| part.rows <= FEW_ROWS);
        for owner in owners.filter(|&owner| self.is_brushed(owner)).collect::<Vec<_>>() {
            if self.index(owner, state, is_few) {
                self.list(owner);
                self.brush.unrehearsed = Some(owner);
                return true;
            }
        }
        self.group() || self.rehearse_choice(state)
    }

    /// Has a column put its rows into groups, as a view or a brush will want them; false if all have.
    fn group(&self) -> bool {
        let views = self.plan.views.iter();
        let wanted = views.flat_map(|view| view.question.keys.iter().map(|key| (view.table, key)));
        for (table, key) in wanted {
            for part in self.tables[table].iter().flatten().flatten() {
                let column = part.column(key.column).filter(|(_, own)| own.refines(key.grain));
                if let Some((column, _)) = column.filter(|(column, _)| !column.has_groups(key.grain)) {
                    return column.groups(key.grain).is_ok();
                }
            }
        }
        false
    }

    /// True for a view in which the reader selects a range.
    pub(super) fn is_brushed(&self, view: usize) -> bool {
        matches!(self.plan.views[view].select, Some(Select::Interval(_)))
    }

    /// Makes the indexes of a brushed view that are not there or of another state; true if there were such.
    fn index(&mut self, owner: usize, state: &State, may: impl Fn(&Session, Place) -> bool) -> bool {
        let asked: Vec<_> = (0..self.plan.views.len())
            .filter(|&view| self.reach(owner, view).is_some())
            .map(|view| (view, self.asked(view, state)))
            .collect();
        // Those of the same rows are made in one pass over these.
        let mut wanted: Vec<(Rows, Vec<usize>)> = Vec::new();
        for (view, asked) in asked {
            let others: Vec<_> = asked.clauses.iter().filter(|(of, _)| *of != owner).cloned().collect();
            if self.brush.indexes().get(&(owner, view)).is_some_and(|made| made.others == others) {
                continue;
            }
            let all = Arc::new(Selection::Between(Value::Null, Value::Null));
            let clauses = others.iter().cloned().chain([(owner, all)]).collect();
            let place = self.smallest(view, &Asked { clauses, ..asked });
            let Some(place) = place.filter(|&place| may(self, place)) else { continue };
            let Some((column, grain)) = self.along((owner, view), place) else { continue };
            let rows = Rows { place, column, grain, others };
            match wanted.iter_mut().find(|(known, _)| *known == rows) {
                Some((_, views)) => views.push(view),
                None => wanted.push((rows, vec![view])),
            }
        }
        let before = self.brush.made;
        for (rows, views) in wanted {
            let indexes = self.made(&rows, &views).unwrap_or_default();
            for (view, index) in views.into_iter().zip(indexes) {
                let Rows { place, grain, others, .. } = rows.clone();
                let (number, index) = (self.brush.made, index.map(Arc::new));
                self.brush.indexes().insert((owner, view), Prepared { number, others, place, grain, index });
                self.brush.made += 1;
            }
        }
        self.brush.made > before
    }

    /// The column along which a view's brush sums up a part of another view, and its grain there.
    fn along(&self, (owner, view): (usize, usize), place: Place) -> Option<(usize, Grain)> {
        let key = self.reach(owner, view)?.first()?;
        let grain = match self.part(place)?.column(key.column)?.1 {
            Grain::Value => key.grain,
            own => own,
        };
        Some((key.column, grain))
    }

    /// Indexes of some rows for some views, each none if there can be none.
    fn made(&self, rows: &Rows, views: &[usize]) -> Option<Vec<Option<Index>>> {
        let table = self.part(rows.place)?;
        let mask = self.filter(rows.place, table, &rows.others);
        let questions: Vec<_> = views.iter().map(|&view| &self.plan.views[view].question).collect();
        Some(Index::all_of(table, &questions, (rows.column, rows.grain), mask.as_deref()))
    }

    /// Runs something with what is prepared for a view, if that is for what is asked.
    pub(super) fn with_prepared<T>(
        &self,
        (owner, view): (usize, usize),
        asked: &Asked,
        run: impl FnOnce(&Prepared) -> Option<T>,
    ) -> Option<T> {
        let indexes = self.brush.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let made = indexes.get(&(owner, view))?;
        let others = asked.clauses.iter().filter(|(of, _)| *of != owner);
        made.others.iter().eq(others).then(|| run(made))?
    }

    /// Runs something with the index for a view, if one answers what is asked, and the codes that the brush selects.
    fn with_index<T>(
        &self,
        view: usize,
        asked: &Asked,
        run: impl FnOnce(&Prepared, &Index, Range<u32>) -> T,
    ) -> Option<T> {
        let owner = self.brush.active?;
        let (_, brush) = asked.clauses.iter().find(|(of, _)| *of == owner)?;
        let Selection::Between(low, high) = &**brush else { return None };
        self.with_prepared((owner, view), asked, |made| {
            let column = self.part(made.place)?.column(self.reach(owner, view)?.first()?.column)?.0;
            let groups = column.groups(made.grain).ok()?;
            let codes = clause::codes(column, made.grain, &groups, clause::ends(column, low, high)?)?;
            Some(run(made, made.index.as_ref()?, codes))
        })
    }

    /// The answer from the brush's index alone, if there is one.
    pub(super) fn indexed(&self, view: usize, asked: &Asked) -> Option<Result<Answer, String>> {
        let question = Question { order: asked.order.clone(), ..self.plan.views[view].question.clone() };
        self.with_index(view, asked, |_, index, codes| index.answer(&question, codes))
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

    /// Lists what a view can show while an index answers it; none if a move of the brush changes more than which points
    /// there are and their values.
    fn catalogue(&self, view: usize, made: &Prepared) -> Option<Catalogue> {
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

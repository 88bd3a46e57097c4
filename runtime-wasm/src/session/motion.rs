//! A brush in motion: what its moves change is worked out at the first of them, so that each further one is subtractions and
//! nothing else.

use super::brush::Prepared;
use super::{Asked, Place, Session, spec};
use crate::answer::{Shown, Update};
use crate::clause;
use crate::format::{self, Spec};
use crate::index::Index;
use crate::plan::{Grain, Kind, Selection, Shows, State, Term, Value};
use crate::table::Groups;
use std::ops::Range;
use std::sync::Arc;

/// What the moves of a brush change, as long as nothing but the brush moves.
#[derive(Debug)]
pub struct Motion {
    owner: usize,
    /// The state, whose every other part stays as it is.
    still: State,
    steps: Vec<Step>,
}

/// A view that follows the brush.
#[derive(Debug)]
struct Step {
    view: usize,
    /// Which of the view's clauses is the brush; none in the view that is brushed.
    clause: Option<usize>,
    /// How the index answers it; none if the view has to ask.
    by: Option<Indexed>,
}

#[derive(Debug)]
struct Indexed {
    index: Arc<Index>,
    axis: Axis,
    shows: What,
}

#[derive(Debug)]
enum What {
    /// Some of the points that the page knows.
    Points,
    /// One of the index's sums, written out.
    Value { leaf: usize, kind: Kind, spec: Option<Spec> },
}

/// The groups along which an index sums up.
#[derive(Debug)]
struct Axis {
    place: Place,
    column: usize,
    grain: Grain,
    groups: Arc<Groups>,
}

impl Session {
    /// Works out what further moves of the brush change, after an update of all that the first one does.
    pub(super) fn set_off(&mut self, state: &State) {
        self.brush.motion = self.brush.active.and_then(|owner| self.motion(owner, state));
    }

    fn motion(&self, owner: usize, state: &State) -> Option<Motion> {
        let id = &self.plan.views[owner].id;
        let is_input = self.plan.tables.iter().any(|table| table.origin.inputs().iter().any(|input| input == id));
        if is_input || !matches!(state.selections.get(id), Some(Selection::Between(..))) {
            return None;
        }
        let mut steps = Vec::new();
        for view in 0..self.plan.views.len() {
            if matches!(self.plan.views[view].shows, Shows::Detail { .. }) {
                continue;
            }
            // A view that waits is asked again each time.
            let asked = self.shown[view].as_ref()?;
            let clause = asked.clauses.iter().position(|(of, _)| *of == owner);
            if view == owner || clause.is_some() {
                steps.push(Step { view, clause, by: self.followed(owner, view) });
            }
        }
        Some(Motion { owner, still: state.clone(), steps })
    }

    /// How an index answers a view that follows the brush; none if it cannot alone.
    fn followed(&self, owner: usize, view: usize) -> Option<Indexed> {
        let asked = self.shown[view].as_ref()?;
        self.with_prepared((owner, view), asked, |made| self.indexed_by(made, (owner, view), asked))
    }

    fn indexed_by(&self, made: &Prepared, (owner, view): (usize, usize), asked: &Asked) -> Option<Indexed> {
        let index = Arc::clone(made.index.as_ref()?);
        let question = &self.plan.views[view].question;
        let shows = match &self.plan.views[view].shows {
            Shows::Chart(_) if self.catalogued(view, asked)?.is_of(made) => What::Points,
            Shows::Metric(metric) if metric.compare.is_none() && metric.sparkline.is_none() => {
                let Term::Measure(measure) = metric.format.term else { return None };
                let leaf = question.keys.is_empty().then(|| index.leaf(question.measures.get(measure)?))??;
                What::Value { leaf, kind: metric.format.kind, spec: spec(&metric.format) }
            }
            _ => return None,
        };
        Some(Indexed { index, axis: self.axis((owner, view), made)?, shows })
    }

    fn axis(&self, (owner, view): (usize, usize), made: &Prepared) -> Option<Axis> {
        let column = self.reach(owner, view)?.first()?.column;
        let groups = self.part(made.place)?.column(column)?.0.groups(made.grain).ok()?;
        Some(Axis { place: made.place, column, grain: made.grain, groups })
    }

    /// What a move of the brush changes; none if more than the brush has changed, or an index cannot tell.
    pub(super) fn slide(&mut self, state: &State) -> Option<Update> {
        let motion = self.brush.motion.take()?;
        let update = self.slid(&motion, state);
        self.brush.motion = update.is_some().then_some(motion);
        update
    }

    fn slid(&mut self, motion: &Motion, state: &State) -> Option<Update> {
        let brush = motion.brush(&self.plan.views[motion.owner].id, state)?;
        let Selection::Between(low, high) = brush else { return None };
        let codes = |step: &Step| match &step.by {
            Some(by) => self.codes(&by.axis, low, high),
            None => Some(0..0),
        };
        let codes = motion.steps.iter().map(codes).collect::<Option<Vec<_>>>()?;
        let is_same = self.brush.last.as_ref() == Some(brush);
        self.brush.last = Some(brush.clone());
        let mut update = Update::new();
        for (step, codes) in motion.steps.iter().zip(codes).filter(|_| !is_same) {
            let shown = match &step.by {
                Some(by) => {
                    let shown = self.shows(motion.owner, step.view, by, codes);
                    if let Some((asked, clause)) = self.shown[step.view].as_mut().zip(step.clause) {
                        asked.clauses[clause].1 = brush.clone();
                    }
                    shown
                }
                None => {
                    let asked = self.asked(step.view, state);
                    let shown = self.step(step.view, &asked);
                    self.shown[step.view] = Some(asked);
                    shown
                }
            };
            update.insert(self.plan.views[step.view].id.clone(), shown);
        }
        Some(update)
    }

    fn codes(&self, axis: &Axis, low: &Value, high: &Value) -> Option<Range<u32>> {
        let column = self.part(axis.place)?.column(axis.column)?.0;
        clause::codes(column, axis.grain, &axis.groups, low, high)
    }

    fn shows(&mut self, owner: usize, view: usize, by: &Indexed, codes: Range<u32>) -> Shown {
        let span = by.index.span(codes);
        match &by.shows {
            What::Points => self.brush.catalogues[&(owner, view)].pick(&span, &mut self.points),
            What::Value { leaf, kind, spec } => {
                let number = span.number(*leaf, 0);
                let value = if number.is_nan() { Value::Null } else { Value::Number(number) };
                let text = format::write_in(&value, *kind, spec.as_ref(), &self.plan.locale);
                Shown::Value { text, value, delta: None, sparkline: Vec::new() }
            }
        }
    }
}

impl Motion {
    /// The brush of a state, if nothing else has changed.
    fn brush<'a>(&self, id: &str, state: &'a State) -> Option<&'a Selection> {
        let others = state.selections.iter().filter(|(of, _)| *of != id);
        let is_still = others.eq(self.still.selections.iter().filter(|(of, _)| *of != id))
            && state.orders == self.still.orders
            && state.searches == self.still.searches;
        state.selections.get(id).filter(|_| is_still)
    }
}

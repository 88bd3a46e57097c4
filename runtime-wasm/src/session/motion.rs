//! A brush in motion: what its moves change is worked out at the first of them, so that each further one is subtractions and
//! nothing else.

use super::brush::Prepared;
use super::shows::spec;
use super::{Asked, Place, Session};
use crate::answer::{Shown, Update};
use crate::clause;
use crate::format::{self, Spec};
use crate::index::Index;
use crate::plan::{Grain, Kind, Selection, Shows, State, Term, Value};
use crate::table::Groups;
use std::ops::Range;
use std::sync::Arc;

/// So many moves are made beforehand.
const REHEARSALS: usize = 256;

/// What the moves of a brush change, as long as nothing but the brush moves.
#[derive(Debug)]
pub struct Motion {
    owner: usize,
    steps: Vec<Step>,
    /// The axes along which indexes sum up, each once.
    axes: Vec<Axis>,
    /// What the steps' views are asked once there is a brush, until there is one.
    begin: Option<Vec<Asked>>,
}

/// A view that follows the brush.
#[derive(Debug)]
struct Step {
    view: usize,
    /// Which of the view's clauses is the brush; none in the view that is brushed.
    clause: Option<usize>,
    by: By,
}

/// How a view follows the brush.
#[derive(Debug)]
enum By {
    /// An index answers it, along one of the axes.
    Index(Indexed, usize),
    /// It marks the points in the range.
    Place,
    /// It has to ask.
    Question,
}

#[derive(Debug)]
struct Indexed {
    index: Arc<Index>,
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
    kind: Kind,
    grain: Grain,
    groups: Arc<Groups>,
}

impl Axis {
    /// Its place among others, where it is put unless one of them has the same groups.
    fn placed(self, axes: &mut Vec<Axis>) -> usize {
        let is_like =
            |other: &Axis| (other.kind, other.grain) == (self.kind, self.grain) && other.groups.is_like(&self.groups);
        axes.iter().position(is_like).unwrap_or_else(|| {
            axes.push(self);
            axes.len() - 1
        })
    }
}

impl Session {
    /// Works out what further moves of the brush change, after an update of all that the first one does.
    pub(super) fn set_off(&mut self, state: &State) {
        let is_range =
            |owner: &usize| matches!(state.selections.get(&self.plan.views[*owner].id), Some(Selection::Between(..)));
        self.brush.entered = None;
        self.brush.motion = self.brush.active.filter(is_range).and_then(|owner| self.motion(owner, state));
    }

    /// What moves change from the first one on, in the state in which the reader entered the view; none if more has changed.
    fn first_motion(&mut self) -> Option<Motion> {
        let mut state = self.brush.entered.take()?;
        let owner = self.brush.active?;
        let is_seen = |&view: &usize| self.plan.views[view].shows.is_seen();
        let is_shown = |view: usize| self.shown[view].as_ref() == Some(&self.asked(view, &state));
        if !(0..self.plan.views.len()).filter(is_seen).all(is_shown) {
            return None;
        }
        let id = &self.plan.views[owner].id;
        state.selections.entry(id.clone()).or_insert(Selection::Between(Value::Null, Value::Null));
        let motion = self.motion(owner, &state)?;
        let begin = motion.steps.iter().map(|step| self.asked(step.view, &state)).collect();
        Some(Motion { begin: Some(begin), ..motion })
    }

    /// What moves change of a state with a brush.
    fn motion(&self, owner: usize, state: &State) -> Option<Motion> {
        let id = &self.plan.views[owner].id;
        if self.plan.tables.iter().any(|table| table.origin.inputs().iter().any(|input| input == id)) {
            return None;
        }
        let (mut steps, mut axes) = (Vec::new(), Vec::new());
        for view in 0..self.plan.views.len() {
            if !self.plan.views[view].shows.is_seen() {
                continue;
            }
            // A view that waits is asked again each time.
            self.shown[view].as_ref()?;
            let asked = self.asked(view, state);
            let clause = asked.clauses.iter().position(|(of, _)| *of == owner);
            if view == owner || clause.is_some() {
                let by = match self.followed((owner, view), &asked) {
                    Some((by, axis)) => By::Index(by, axis.placed(&mut axes)),
                    None if clause.is_none() && self.is_marked(view, &asked) => By::Place,
                    // What a view keeps of an answer is not to come from a rehearsal.
                    None if self.brush.stage.is_some() => continue,
                    None => By::Question,
                };
                steps.push(Step { view, clause, by });
            }
        }
        Some(Motion { owner, steps, axes, begin: None })
    }

    /// How an index answers a view that follows the brush, and along which axis; none if it cannot alone.
    fn followed(&self, (owner, view): (usize, usize), asked: &Asked) -> Option<(Indexed, Axis)> {
        self.with_prepared((owner, view), asked, |made| self.indexed_by(made, (owner, view), asked))
    }

    fn indexed_by(&self, made: &Prepared, (owner, view): (usize, usize), asked: &Asked) -> Option<(Indexed, Axis)> {
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
        Some((Indexed { index, shows }, self.axis((owner, view), made)?))
    }

    fn axis(&self, (owner, view): (usize, usize), made: &Prepared) -> Option<Axis> {
        let column = self.reach(owner, view)?.first()?.column;
        let of_rows = self.part(made.place)?.column(column)?.0;
        let groups = of_rows.groups(made.grain).ok()?;
        Some(Axis { place: made.place, column, kind: of_rows.kind, grain: made.grain, groups })
    }

    /// What a move of the active view's brush changes, as numbers; none where it takes an update. Nothing else may have changed
    /// since the last. The words of metrics stand in [`Session::texts`], and what is no numbers in [`Session::others`].
    ///
    /// They stand in [`Session::points`]: the points; then for each view its number and what it shows, which is 0, the axis (0
    /// for x, 1 for y), `at`, `picked`, how many traces, their lengths, and 0, or 1 and as many lengths of selected points; or
    /// 1, `at`, how many traces and their lengths; or 2 and a metric's value, NaN for null; all of it as [`Shown`] says. The
    /// last three numbers tell how many texts, others and points there are.
    pub fn glide(&mut self, low: Value, high: Value) -> Option<&[f64]> {
        let mut motion = self.brush.motion.take().or_else(|| self.first_motion())?;
        self.points.clear();
        let shown = self.follow_to(&mut motion, low, high);
        self.brush.motion = Some(motion);
        self.write_all(shown?);
        Some(&self.points)
    }

    /// Ranges through which a brush that nobody sees is to [`Session::glide`], until [`Session::forget`]; none while there is
    /// nothing to rehearse. Browsers run what has run often from faster code: the reader's first moves are to be as fast as the
    /// others.
    pub fn rehearse(&mut self, state: &State) -> Vec<(Value, Value)> {
        let is_due = |owner: &usize| self.brush.active.is_none() && !self.brush.rehearsed.contains(owner);
        let Some(owner) = self.brush.unrehearsed.filter(is_due) else { return Vec::new() };
        self.brush.rehearsed.push(owner);
        let asked = (0..self.plan.views.len()).map(|view| Some(self.asked(view, state))).collect();
        self.brush.pretend(Some(owner));
        self.brush.entered = Some(state.clone());
        let shown = std::mem::replace(&mut self.shown, asked);
        self.brush.stage = Some((shown, self.brush.last.take()));
        self.spans(owner, state).unwrap_or_default()
    }

    /// Forgets a brush that was rehearsed.
    pub fn forget(&mut self) {
        if let Some((shown, last)) = self.brush.stage.take() {
            self.shown = shown;
            self.brush.pretend(None);
            (self.brush.last, self.brush.motion, self.brush.entered) = (last, None, None);
        }
    }

    /// Half of the axis along which a view's brush moves, from its start to its end; before that, nothing of it.
    fn spans(&self, owner: usize, state: &State) -> Option<Vec<(Value, Value)>> {
        let followed = |view| self.followed((owner, view), &self.asked(view, state));
        let Axis { place, column, groups, .. } = (0..self.plan.views.len()).find_map(followed)?.1;
        let column = self.part(place)?.column(column)?.0;
        let start = |code: usize| clause::ends(column, &groups.value(code as u32), &Value::Null)?[0];
        let half = groups.len() / 2;
        let span = |turn: usize| {
            let low = turn * half / REHEARSALS;
            let width = if turn == 0 { 0 } else { half };
            Some((column.value(start(low)?), column.value(start(low + width)? - 1)))
        };
        (0..REHEARSALS).map(span).collect()
    }

    /// The words of the metrics in what [`Session::glide`] last gave, in their order.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// What of the last move is no numbers, by view.
    pub fn others(&self) -> &Update {
        &self.others
    }

    fn write_all(&mut self, shown: Vec<(usize, Shown)>) {
        self.texts.clear();
        self.others.clear();
        let points = self.points.len();
        for (view, shown) in shown {
            self.write(view, shown);
        }
        let counts = [self.texts.len(), self.others.len(), points];
        self.points.extend(counts.map(|count| count as f64));
    }

    fn write(&mut self, view: usize, shown: Shown) {
        let numbers = &mut self.points;
        let lengths =
            |numbers: &mut Vec<f64>, lengths: &[usize]| numbers.extend(lengths.iter().map(|&size| size as f64));
        match shown {
            Shown::Points { axis, at, lengths: of_traces, picked, selected } => {
                let axis = f64::from(u8::from(axis == "y"));
                numbers.extend([
                    view as f64,
                    0.0,
                    axis,
                    at as f64,
                    f64::from(u8::from(picked)),
                    of_traces.len() as f64,
                ]);
                lengths(numbers, &of_traces);
                numbers.push(f64::from(u8::from(selected.is_some())));
                lengths(numbers, selected.as_deref().unwrap_or_default());
            }
            Shown::Selected { at, lengths: of_traces } => {
                numbers.extend([view as f64, 1.0, at as f64, of_traces.len() as f64]);
                lengths(numbers, &of_traces);
            }
            Shown::Value { text, value: value @ (Value::Number(_) | Value::Null), delta: None, sparkline }
                if sparkline.is_empty() =>
            {
                self.texts.push(text);
                let number = if let Value::Number(number) = value { number } else { f64::NAN };
                numbers.extend([view as f64, 2.0, number]);
            }
            other => drop(self.others.insert(self.plan.views[view].id.clone(), other)),
        }
    }

    /// What the steps of a motion show when the brush has come to a range; none if an index cannot tell.
    fn follow_to(&mut self, motion: &mut Motion, low: Value, high: Value) -> Option<Vec<(usize, Shown)>> {
        let codes = self.codes(motion, &low, &high)?;
        let brush = Selection::Between(low, high);
        if self.brush.last.as_ref() == Some(&brush) {
            return Some(Vec::new());
        }
        // A view that waits is asked again each time, with all others.
        if motion.steps.iter().any(|step| self.shown[step.view].is_none()) {
            return None;
        }
        self.brush.last = Some(brush.clone());
        let brush = Arc::new(brush);
        for (step, asked) in motion.steps.iter().zip(motion.begin.take().into_iter().flatten()) {
            self.shown[step.view] = Some(asked);
        }
        let mut all = Vec::with_capacity(motion.steps.len());
        for step in &motion.steps {
            let mut asked = self.shown[step.view].take()?;
            match step.clause {
                Some(clause) => asked.clauses[clause].1 = Arc::clone(&brush),
                None => asked.own = Some(Arc::clone(&brush)),
            }
            let shown = match &step.by {
                By::Index(by, axis) => self.shows(motion.owner, step.view, by, codes[*axis].clone()),
                By::Place => self.placed(step.view, &brush),
                By::Question => self.step(step.view, &asked),
            };
            self.shown[step.view] = (shown != Shown::Waiting).then_some(asked);
            all.push((step.view, shown));
        }
        Some(all)
    }

    /// The codes that a range selects along each axis.
    fn codes(&self, motion: &Motion, low: &Value, high: &Value) -> Option<Vec<Range<u32>>> {
        // Columns of one kind have the same ends.
        let mut known = None;
        let codes = motion.axes.iter().map(|axis| {
            let column = self.part(axis.place)?.column(axis.column)?.0;
            let ends = match known {
                Some((kind, ends)) if kind == axis.kind => ends,
                _ => known.insert((axis.kind, clause::ends(column, low, high)?)).1,
            };
            clause::codes(column, axis.grain, &axis.groups, ends)
        });
        codes.collect()
    }

    fn shows(&mut self, owner: usize, view: usize, by: &Indexed, codes: Range<u32>) -> Shown {
        let span = by.index.span(codes);
        match &by.shows {
            What::Points => {
                let brush = &mut self.brush;
                brush.catalogues[&(owner, view)].pick(&span, &mut brush.scratch, &mut self.points)
            }
            What::Value { leaf, kind, spec } => {
                let number = span.number(*leaf, 0);
                let value = if number.is_nan() { Value::Null } else { Value::Number(number) };
                let text = format::write_in(&value, *kind, spec.as_ref(), &self.plan.locale);
                Shown::Value { text, value, delta: None, sparkline: Vec::new() }
            }
        }
    }
}

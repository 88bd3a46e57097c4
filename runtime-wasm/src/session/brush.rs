//! Brushing: what the session prepares when the pointer enters a view, and how each move of the brush is answered by it.

use super::catalogue::{Catalogue, Scratch};
use super::motion::Motion;
use super::{Asked, Place, Session};
use crate::answer::Answer;
use crate::clause;
use crate::index::Index;
use crate::plan::{ByName, Grain, Question, Select, Selection, State, Value};
use litemap::LiteMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// At most so many rows, or groups of them, are indexed before anybody asks: it takes milliseconds.
const FEW_ROWS: usize = 1 << 20;

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
    pub(super) number: usize,
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
    pub(super) fn with_index<T>(
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
}

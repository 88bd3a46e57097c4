//! Choices that no reader has made: browsers run what has run before from faster code, so that the first choice is answered as
//! quickly as those that follow.

use super::Session;
use crate::answer::Update;
use crate::plan::{Select, Selection, Shows, State};

impl Session {
    /// Answers a view as if the reader had chosen the first value of an input, and forgets it; false once all have been.
    pub(super) fn rehearse_choice(&mut self, state: &State) -> bool {
        let views = self.plan.views.len();
        while self.rehearsed < views * views {
            let (owner, view) = (self.rehearsed / views, self.rehearsed % views);
            self.rehearsed += 1;
            let reaches = self.plan.views[view].shows.is_seen() && self.reach(owner, view).is_some();
            let Some(chosen) = self.first_choice(owner).filter(|_| reaches) else { continue };
            let state = self.chosen(owner, chosen, state);
            let asked = self.asked(view, &state);
            let answer = self.answer_asked(view, &asked);
            self.show(view, &asked, answer.as_ref());
            return true;
        }
        false
    }

    /// What the views would show if the reader had chosen the first value of an input, which is then forgotten; nothing while
    /// the reader brushes, or where there is no such input.
    pub fn try_choice(&mut self, state: &State) -> Update {
        let choice = (0..self.plan.views.len()).find_map(|owner| Some((owner, self.first_choice(owner)?)));
        let Some((owner, chosen)) = choice.filter(|_| self.brush.active.is_none()) else { return Update::new() };
        // What the views show, and where their points stand, is that of the reader's state.
        let (shown, brushed) = (self.shown.clone(), self.brushed.clone());
        let update = self.update(&self.chosen(owner, chosen, state));
        self.derive(state);
        (self.shown, self.brushed) = (shown, brushed);
        update
    }

    fn chosen(&self, owner: usize, chosen: Selection, state: &State) -> State {
        let mut state = state.clone();
        state.selections.insert(self.plan.views[owner].id.clone(), chosen);
        state
    }

    fn first_choice(&self, owner: usize) -> Option<Selection> {
        let view = &self.plan.views[owner];
        let (Shows::Input(input), Some(Select::Values(_))) = (&view.shows, &view.select) else { return None };
        Some(Selection::In(vec![vec![input.values.first()?.clone()]]))
    }
}

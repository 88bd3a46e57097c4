//! A page being read: its plan, the tables that have arrived, and what every view shows of them under the reader's state.

use crate::answer::{Answer, Lines, Shown, Update};
use crate::charts::{self, Axes};
use crate::clause;
use crate::group;
use crate::plan::{self, Key, Order, Origin, Part, Plan, Question, Selection, Shows, State, Value, View};
use crate::slice;
use crate::source::{self, Filter};
use crate::table::{Mask, Table};
use brush::Brush;
use derived::Derived;
use listing::Listing;
use litemap::LiteMap;
use std::sync::{Arc, Mutex, PoisonError};

mod brush;
mod catalogue;
mod derived;
mod export;
mod listing;
mod metric;
mod motion;
mod rehearsal;
mod search;
mod shows;

/// A page's plan and tables, and what its views showed last.
#[derive(Debug, Default)]
pub struct Session {
    plan: Plan,
    /// For each table and each of its files, what it holds, once it is there.
    tables: Vec<Vec<Option<Vec<Table>>>>,
    begun: Option<Begun>,
    shown: Vec<Option<Asked>>,
    masks: Mutex<Masks>,
    brush: Brush,
    derived: Derived,
    /// By view, what a chart shows in which the reader brushes: the range there changes only which points are marked.
    brushed: Vec<Option<(Asked, Axes)>>,
    /// By owner and view, the columns that the owner's clauses filter the view by.
    reach: Vec<Vec<Option<Vec<Key>>>>,
    /// By view, what a table lists.
    listings: LiteMap<usize, Listing>,
    /// The values of the charts of which only these have changed.
    points: Vec<f64>,
    /// The words of the metrics that the last move of a brush changed.
    texts: Vec<String>,
    /// What of it is no numbers.
    others: Update,
    /// How many choices have been rehearsed, of those of every view in every other.
    rehearsed: usize,
}

/// Rows whose files have not all come yet.
#[derive(Debug)]
struct Begun {
    rows: Table,
    /// The table, and the first of the files.
    place: (usize, usize),
    /// The file that comes next.
    next: usize,
}

/// A loaded part of a table: the table, the file, and which of the file's grouping sets.
type Place = (usize, usize, usize);

/// The rows that the last two selections of an owner keep in a part, that of a period and the one before; none where it
/// filters nothing.
type Masks = LiteMap<(usize, Place), Vec<(Selection, Option<Arc<Mask>>)>>;

/// All that decides what a view shows, besides its plan and its table.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    clauses: Vec<(usize, Arc<Selection>)>,
    own: Option<Arc<Selection>>,
    order: Vec<Order>,
    /// What the reader of a table searches for.
    search: Option<String>,
}

impl Session {
    /// A session without tables yet.
    pub fn new(plan: Plan) -> Session {
        let places = |table: &plan::Table| if table.origin.is_files() { table.files().len() } else { 1 };
        let tables = plan.tables.iter().map(|table| (0..places(table)).map(|_| None).collect()).collect();
        let derived = Derived::of(plan.tables.len());
        let mut session = Session { tables, derived, ..Session::default() };
        session.set_plan(plan);
        session
    }

    /// The plan that it answers.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes another plan of the same tables.
    pub fn set_plan(&mut self, plan: Plan) {
        let views = 0..plan.views.len();
        self.shown = views.clone().map(|_| None).collect();
        self.brushed = views.clone().map(|_| None).collect();
        self.reach = views.clone().map(|owner| views.clone().map(|view| plan.filters(owner, view)).collect()).collect();
        self.plan = plan;
        self.listings.clear();
        self.brush = Brush::default();
    }

    /// Reads a file of a table, one of several with its rows in their order; the next update shows the views that could not be answered without it.
    pub fn load(&mut self, table: usize, file: usize, bytes: &[u8]) -> Result<(), String> {
        let of = self.plan.tables.get(table).ok_or_else(|| format!("the page has no table {table}"))?;
        let parts = of.files();
        let first = (0..=file).rev().find(|&file| !matches!(parts.get(file), None | Some(Part::MoreRows)));
        let first =
            first.filter(|_| file < parts.len()).ok_or_else(|| format!("table `{}` has no file {file}", of.name))?;
        let mut read = slice::read(bytes, of, &parts[first])?;
        if matches!(of.origin, Origin::Variants(_)) {
            let rows = read.pop().ok_or("a file of rows holds rows")?;
            self.keep_variant(table, file, rows);
            return Ok(());
        }
        let begun = self.begun.take().filter(|begun| begun.place == (table, first) && begun.next == file);
        if let Some(mut begun) = begun {
            begun.rows.append(read.remove(0))?;
            read = vec![begun.rows];
        } else if file != first {
            return Err(format!("file {file} of table `{}` came before the one that it follows", of.name));
        }
        if parts.get(file + 1) == Some(&Part::MoreRows) {
            let rows = read.pop().ok_or("a file of rows holds rows")?;
            self.begun = Some(Begun { rows, place: (table, first), next: file + 1 });
            return Ok(());
        }
        self.tables[table][first] = Some(read);
        self.derived.changed(table);
        self.masks.get_mut().unwrap_or_else(PoisonError::into_inner).retain(|(_, place), _| place.0 != table);
        self.brush.clear();
        self.listings.clear();
        Ok(())
    }

    /// What the views show under a state: at first all of them, then those for which something changed. A view that none of
    /// the loaded files answers waits, which every update says again.
    ///
    /// Where only the values of a chart have changed, these stand in [`Session::points`] until the next update.
    pub fn update(&mut self, state: &State) -> Update {
        let mut update = Update::new();
        self.points.clear();
        self.derive(state);
        self.follow(state);
        for index in 0..self.plan.views.len() {
            if !self.plan.views[index].shows.is_seen() {
                continue;
            }
            let asked = self.asked(index, state);
            if self.shown[index].as_ref() == Some(&asked) {
                continue;
            }
            let shown = self.step(index, &asked);
            self.shown[index] = (shown != Shown::Waiting).then_some(asked);
            update.insert(self.plan.views[index].id.clone(), shown);
        }
        self.set_off(state);
        update
    }

    /// The values of all charts for which the last update says [`Shown::Points`]; what is null is NaN.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    fn step(&mut self, index: usize, asked: &Asked) -> Shown {
        if let Some(shown) = self.composed(index, asked) {
            return shown.unwrap_or_else(|why| self.absent(index, why));
        }
        self.mark(index, asked);
        let changed = self.marked(index, asked).or_else(|| {
            let mut points = std::mem::take(&mut self.points);
            let moved = self.moved(index, asked, &mut points);
            self.points = points;
            moved
        });
        changed.unwrap_or_else(|| {
            let answer = self.answer_asked(index, asked);
            let shown = self.show(index, asked, answer.as_ref());
            self.brushed[index] = match (answer, &self.plan.views[index].shows) {
                (Some(Ok(answer)), Shows::Chart(chart)) => {
                    let select = self.plan.views[index].select.as_ref();
                    select.and_then(|select| charts::axes(chart, &answer, select)).map(|axes| (asked.clone(), axes))
                }
                _ => None,
            };
            shown
        })
    }

    /// What a view shows that asks more than one question; an error, or nothing while data is on its way. None for others.
    fn composed(&mut self, index: usize, asked: &Asked) -> Option<Result<Shown, Option<String>>> {
        match &self.plan.views[index].shows {
            Shows::Table(table) => {
                let count = table.page_size.max(listing::WINDOW);
                Some(self.listed(index, asked, 0..count, &[]).map(Shown::Rows))
            }
            Shows::Metric(metric) => Some(self.metric(index, asked, metric)),
            _ => None,
        }
    }

    /// Some of the lines that a table shows under a state; `closed` are the groups of which only the head is shown.
    pub fn lines(
        &mut self,
        view: &str,
        state: &State,
        range: std::ops::Range<usize>,
        closed: &[Value],
    ) -> Result<Lines, String> {
        let (index, asked) = self.table_view(view, state)?;
        self.listed(index, &asked, range, closed)
            .map_err(|why| why.unwrap_or_else(|| "its data is not there yet".to_owned()))
    }

    /// A table that is asked for alone, perhaps before anything else under this state.
    fn table_view(&mut self, view: &str, state: &State) -> Result<(usize, Asked), String> {
        self.derive(state);
        let is_it = |of: &View| of.id == view && matches!(of.shows, Shows::Table(_));
        let index = self.plan.views.iter().position(is_it).ok_or_else(|| format!("the page has no table {view}"))?;
        Ok((index, self.asked(index, state)))
    }

    /// Marks the points in a brushed range or box, where nothing else has changed; their places go to the end of `points`.
    fn marked(&mut self, index: usize, asked: &Asked) -> Option<Shown> {
        let own = asked.own.as_deref().filter(|own| matches!(own, Selection::Between(..) | Selection::Box(_)))?;
        let is_same = self.is_marked(index, asked) && self.is_marked(index, self.shown[index].as_ref()?);
        is_same.then(|| self.placed(index, own))
    }

    /// True if a range in a chart changes only which of its points are marked.
    fn is_marked(&self, index: usize, asked: &Asked) -> bool {
        let same = |(before, _): &(Asked, Axes)| asked.clauses == before.clauses && asked.order == before.order;
        self.brushed[index].as_ref().is_some_and(same)
    }

    /// The places of a chart's points in a range or box.
    fn placed(&mut self, index: usize, own: &Selection) -> Shown {
        let places = self.brushed[index].as_ref().map_or_else(Vec::new, |(_, axes)| axes.selected(own));
        let at = self.points.len();
        places.iter().for_each(|places| self.points.extend(places.iter().map(|&place| place as f64)));
        Shown::Selected { at, lengths: places.iter().map(Vec::len).collect() }
    }

    /// The answer to a view's question under a state.
    pub fn answer(&self, view: usize, state: &State) -> Result<Answer, String> {
        if view >= self.plan.views.len() {
            return Err(format!("the page has no view {view}"));
        }
        let answer = self.answer_asked(view, &self.asked(view, state));
        answer.unwrap_or_else(|| Err("the view's data is not there yet".to_owned()))
    }

    /// The answers to a view's question under a state from every loaded part that can give one, with the number of its
    /// file: they are all the same.
    pub fn answers(&self, view: usize, state: &State) -> Vec<(usize, Result<Answer, String>)> {
        let asked = self.asked(view, state);
        let places = self.places(view, &asked);
        places.into_iter().map(|place| (place.1, self.answer_from(place, view, &asked))).collect()
    }

    /// The answer from the brush's index alone, if there is one.
    pub fn answer_by_index(&self, view: usize, state: &State) -> Option<Result<Answer, String>> {
        self.indexed(view, &self.asked(view, state))
    }

    /// The answer from the brush's index, else from the smallest part that can give it; none if no part can yet.
    fn answer_asked(&self, index: usize, asked: &Asked) -> Option<Result<Answer, String>> {
        if let Some(problem) = self.derived.problem(self.plan.views[index].table) {
            return Some(Err(problem.clone()));
        }
        if let Some(answer) = self.indexed(index, asked) {
            return Some(answer);
        }
        let place = self.smallest(index, asked)?;
        Some(self.answer_from(place, index, asked))
    }

    fn smallest(&self, index: usize, asked: &Asked) -> Option<Place> {
        let places = self.places(index, asked).into_iter();
        places.filter_map(|place| Some((self.part(place)?.rows, place))).min().map(|(_, place)| place)
    }

    fn answer_from(&self, place: Place, index: usize, asked: &Asked) -> Result<Answer, String> {
        let view = &self.plan.views[index];
        let table = self.part(place).ok_or("the view's data is not there yet")?;
        let question = Question { order: asked.order.clone(), ..view.question.clone() };
        let mask = self.filter(place, table, &asked.clauses);
        group::answer(table, &question, mask.as_deref())
    }

    fn part(&self, (table, file, set): Place) -> Option<&Table> {
        self.tables.get(table)?.get(file)?.as_ref()?.get(set)
    }

    /// The loaded parts that answer a view's question exactly.
    fn places(&self, index: usize, asked: &Asked) -> Vec<Place> {
        let view = &self.plan.views[index];
        let Some((of, files)) = self.plan.tables.get(view.table).zip(self.tables.get(view.table)) else {
            return Vec::new();
        };
        let filters: Vec<Filter<'_>> =
            asked.clauses.iter().filter_map(|(owner, selection)| self.clause(*owner, selection)).collect();
        let mut places = Vec::new();
        for (file, parts) in files.iter().enumerate() {
            for (set, part) in parts.iter().flatten().enumerate() {
                if source::answers(part, of, &view.question, &filters) {
                    places.push((view.table, file, set));
                }
            }
        }
        places
    }

    fn clause<'a>(&'a self, owner: usize, selection: &'a Selection) -> Option<Filter<'a>> {
        let view = &self.plan.views[owner];
        Some(Filter { select: view.select.as_ref()?, owner: self.plan.tables.get(view.table)?, selection })
    }

    fn asked(&self, index: usize, state: &State) -> Asked {
        let view = &self.plan.views[index];
        let own = match view.shows {
            Shows::Chart(_) => state.selections.get(&view.id).cloned().map(Arc::new),
            _ => None,
        };
        let search = match &view.shows {
            Shows::Table(_) => state.searches.get(&view.id).cloned(),
            _ => None,
        };
        Asked { clauses: self.clauses(index, state), own, order: order(view, state), search }
    }

    /// The clauses that filter a view: those of other owners over columns that its table has and that it does not ignore.
    fn clauses(&self, index: usize, state: &State) -> Vec<(usize, Arc<Selection>)> {
        if state.selections.is_empty() {
            return Vec::new();
        }
        let owners = self.plan.views.iter().enumerate();
        let clause = |(owner, selecting): (usize, &View)| {
            self.reach(owner, index)?;
            Some((owner, Arc::new(state.selections.get(&selecting.id)?.clone())))
        };
        owners.filter_map(clause).collect()
    }

    /// The columns that an owner's clauses filter a view by; none if they do not reach it.
    fn reach(&self, owner: usize, view: usize) -> Option<&[Key]> {
        self.reach.get(owner)?.get(view)?.as_deref()
    }

    /// The rows of a part that all clauses keep; none where nothing is filtered.
    fn filter(&self, place: Place, table: &Table, clauses: &[(usize, Arc<Selection>)]) -> Option<Arc<Mask>> {
        let masks = clauses.iter().filter_map(|(owner, selection)| self.mask(*owner, selection, place, table));
        masks.reduce(|mut all, mask| {
            Arc::make_mut(&mut all).and(&mask);
            all
        })
    }

    fn mask(&self, owner: usize, selection: &Selection, place: Place, table: &Table) -> Option<Arc<Mask>> {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        let known = masks.entry((owner, place)).or_default();
        if let Some((_, mask)) = known.iter().find(|(of, _)| of == selection) {
            return mask.clone();
        }
        let clause = self.clause(owner, selection)?;
        let mask = clause::mask(clause.select, clause.owner, selection, table).map(Arc::new);
        known.insert(0, (selection.clone(), mask.clone()));
        known.truncate(2);
        mask
    }
}

/// The order of a view's answer: of a table, the one that its reader chose.
fn order(view: &View, state: &State) -> Vec<Order> {
    let chosen = match &view.shows {
        Shows::Table(table) => state.orders.get(&view.id).and_then(|chosen| {
            let order = |order: &plan::ColumnOrder| {
                let column = table.columns.get(order.column)?;
                Some(Order { by: column.format.term, descending: order.descending })
            };
            let orders: Vec<Order> = chosen.iter().filter_map(order).collect();
            (!orders.is_empty()).then_some(orders)
        }),
        _ => None,
    };
    chosen.unwrap_or_else(|| view.question.order.clone())
}

//! What a page asks of a table: for each view its dimensions and aggregates, and the dimensions that others filter it by.

use dashgen_runtime::plan::{
    Aggregate, Grain, Key, Kind, Origin, Plan, Question, Rows, Select, Shows, TimeGrain, View,
};

/// What one view asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What it groups by.
    pub keys: Vec<Key>,
    /// The aggregates that it is computed from.
    pub aggregates: Vec<(Aggregate, Option<usize>)>,
    /// For each other view that filters it, the dimensions that a selection there is made of.
    pub clauses: Vec<Clause>,
    /// The key of which not all groups are told apart.
    pub merged: Option<Key>,
    /// True if it shows rows as they are.
    pub rows: bool,
}

/// What a selection in a view is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The dimensions; a selection of values may name the first few only.
    pub keys: Vec<Key>,
    /// Whether it is a range, not values.
    pub is_range: bool,
}

/// The columns along which distinct counts of a column add up.
pub type Along<'a> = &'a dyn Fn(usize) -> Vec<usize>;

/// A set of dimensions and the partial aggregates that are wanted by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// What to group by; each column once.
    pub dimensions: Vec<Key>,
    /// The aggregates that views want of these groups.
    pub aggregates: Vec<(Aggregate, Option<usize>)>,
}

/// What the page asks of its table.
pub fn needs(plan: &Plan, table: usize) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let asks = |view: &View| view.table == table && !matches!(view.shows, Shows::Legend { .. });
    for (index, view) in plan.views.iter().enumerate().filter(|(_, view)| asks(view)) {
        let mut aggregates = Vec::new();
        view.question.measures.iter().for_each(|measure| measure.leaves(&mut aggregates));
        let clauses = (0..plan.views.len()).filter_map(|owner| clause(plan, owner, index)).collect();
        let Question { keys, rows, top, .. } = &view.question;
        let merged = top.as_ref().map(|top| keys[top.key].clone());
        let need = Need { keys: keys.clone(), aggregates, clauses, merged, rows: *rows == Rows::Each };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs.extend(queries(plan, table));
    needs
}

/// What reactive queries ask of a table: each column that they filter is one by whose values groups are told apart.
fn queries(plan: &Plan, table: usize) -> impl Iterator<Item = Need> {
    let origins = plan.tables.iter().map(|table| &table.origin);
    let queries = origins.filter_map(|origin| if let Origin::Query(query) = origin { Some(query) } else { None });
    queries.filter(move |query| query.from == table).map(|query| {
        let mut aggregates = Vec::new();
        query.question.measures.iter().for_each(|measure| measure.leaves(&mut aggregates));
        let keys: Vec<Key> = query.filtered().into_iter().map(|column| Key { column, grain: Grain::Value }).collect();
        let clauses = if keys.is_empty() { Vec::new() } else { vec![Clause { keys, is_range: true }] };
        let rows = query.question.rows == Rows::Each;
        Need { keys: query.question.keys.clone(), aggregates, clauses, merged: None, rows }
    })
}

/// The dimensions, in the view's table, of the clause that an owner puts on a view; none if it puts none.
fn clause(plan: &Plan, owner: usize, view: usize) -> Option<Clause> {
    let keys = plan.filters(owner, view)?;
    let owner = &plan.views[owner];
    let of = &plan.tables[plan.views[view].table];
    let is_date_range = matches!(&owner.shows, Shows::Input(input) if input.kind == "date-range");
    let by_day = |key: Key| match (&owner.select, of.columns[key.column].kind) {
        // Its fields hold whole days.
        (Some(Select::Interval(_)), Kind::Timestamp) if is_date_range && key.grain == Grain::Value => {
            Key { grain: Grain::Time(TimeGrain::Day), ..key }
        }
        _ => key,
    };
    // The period before begins and ends with any day.
    let before = match &plan.views[view].shows {
        Shows::Detail { before } => before.as_ref(),
        _ => None,
    };
    let any_day = |key: Key| match of.columns[key.column].kind {
        kind if Some(&of.columns[key.column].name) != before || !kind.is_time() => key,
        Kind::Timestamp if matches!(key.grain, Grain::Time(_)) => Key { grain: Grain::Time(TimeGrain::Day), ..key },
        _ => Key { grain: Grain::Value, ..key },
    };
    let by_day = |key: Key| any_day(by_day(key));
    let is_range = owner.select.as_ref().is_some_and(Select::is_range);
    Some(Clause { keys: keys.into_iter().map(by_day).collect(), is_range })
}

impl Need {
    /// True if partial aggregates can answer it, whatever is selected elsewhere.
    pub fn is_decomposable(&self, along: Along<'_>) -> bool {
        self.is_tiled()
            && self.adds_up(&[], along)
            && self.clauses.iter().all(|clause| self.adds_up(&clause.keys, along))
    }

    /// True if partial aggregates can answer it while one value or range is selected elsewhere.
    pub fn is_tiled_at_first(&self, along: Along<'_>) -> bool {
        self.is_tiled()
            && self.adds_up(&[], along)
            && self.clauses.iter().all(|clause| !clause.is_range || self.adds_up(&clause.keys, along))
    }

    /// True if partial aggregates can answer it in some states.
    pub fn is_tiled(&self) -> bool {
        !self.rows && self.aggregates.iter().all(|(function, _)| function.is_decomposable())
    }

    /// True if distinct counts add up over groups by these dimensions and those that become one.
    fn adds_up(&self, dimensions: &[Key], along: Along<'_>) -> bool {
        let (merged, apart): (Vec<Key>, Vec<Key>) =
            self.keys.iter().cloned().partition(|key| self.merged.as_ref() == Some(key));
        let dimensions: Vec<Key> = dimensions.iter().cloned().chain(merged).collect();
        adds_up(&self.aggregates, &apart, &dimensions, along)
    }
}

fn adds_up(aggregates: &[(Aggregate, Option<usize>)], keys: &[Key], dimensions: &[Key], along: Along<'_>) -> bool {
    aggregates.iter().all(|(function, column)| match (function, column) {
        (Aggregate::CountDistinct, Some(column)) => {
            let columns = along(*column);
            dimensions.iter().all(|key| columns.contains(&key.column) || keys.contains(key))
        }
        _ => true,
    })
}

/// One set for each view and clause: what answers while one selection is made.
pub fn tiles(needs: &[Need], along: Along<'_>) -> Vec<Wanted> {
    let mut sets: Vec<Wanted> = Vec::new();
    for need in needs.iter().filter(|need| need.is_tiled()) {
        add(&mut sets, need.by(&[]), along);
        for keys in need.clauses.iter().flat_map(Clause::selected) {
            add(&mut sets, need.by(&[keys]), along);
        }
    }
    sets
}

/// One set for each view and pair of clauses that no tiles answer: what answers while two selections are made.
pub fn three_way(needs: &[Need], tiles: &[Wanted], along: Along<'_>) -> Vec<Wanted> {
    let mut sets: Vec<Wanted> = Vec::new();
    for need in needs.iter().filter(|need| need.is_tiled()) {
        for (place, clause) in need.clauses.iter().enumerate() {
            let others = need.clauses[place + 1..].iter().flat_map(Clause::selected);
            for (own, other) in others.flat_map(|other| clause.selected().map(move |own| (own, other))) {
                let new = need.by(&[own, other]);
                if !tiles.iter().any(|known| new.is_answered_by(known, along)) {
                    add(&mut sets, new, along);
                }
            }
        }
    }
    sets
}

impl Need {
    /// What it wants while selections of these dimensions are made.
    fn by(&self, selected: &[&[Key]]) -> Wanted {
        let keys = self.keys.iter().chain(selected.iter().copied().flatten());
        Wanted { dimensions: merged(keys), aggregates: self.aggregates.clone() }
    }
}

impl Clause {
    /// The dimensions that a selection names.
    fn selected(&self) -> impl Iterator<Item = &[Key]> {
        let shortest = if self.is_range { self.keys.len() } else { 1 };
        (shortest..=self.keys.len()).map(|length| &self.keys[..length])
    }
}

impl Wanted {
    /// True if another set does its work.
    fn is_answered_by(&self, other: &Wanted, along: Along<'_>) -> bool {
        other.covers(self, along) && missing(&other.aggregates, &self.aggregates).is_empty()
    }

    /// True if its groups can be put together to those of another set.
    pub fn covers(&self, other: &Wanted, along: Along<'_>) -> bool {
        let has_all = other.dimensions.iter().all(|key| has(&self.dimensions, key));
        has_all && adds_up(&other.aggregates, &other.dimensions, &self.dimensions, along)
    }
}

/// The one set that answers whatever is selected.
pub fn cube(needs: &[Need]) -> Option<Wanted> {
    let needs: Vec<&Need> = needs.iter().filter(|need| need.is_tiled()).collect();
    let keys =
        needs.iter().flat_map(|need| need.keys.iter().chain(need.clauses.iter().flat_map(|clause| &clause.keys)));
    let mut aggregates = Vec::new();
    for aggregate in needs.iter().flat_map(|need| &need.aggregates) {
        if !aggregates.contains(aggregate) {
            aggregates.push(*aggregate);
        }
    }
    (!needs.is_empty()).then(|| Wanted { dimensions: merged(keys), aggregates })
}

/// Adds a set, or has one that is there do its work too.
fn add(sets: &mut Vec<Wanted>, new: Wanted, along: Along<'_>) {
    if let Some(known) = sets.iter_mut().find(|known| known.covers(&new, along)) {
        known.aggregates.extend(missing(&known.aggregates, &new.aggregates));
        return;
    }
    let (less, kept): (Vec<Wanted>, Vec<Wanted>) = sets.drain(..).partition(|known| new.covers(known, along));
    *sets = kept;
    let mut new = new;
    for set in less {
        new.aggregates.extend(missing(&new.aggregates, &set.aggregates));
    }
    sets.push(new);
}

fn has(dimensions: &[Key], key: &Key) -> bool {
    dimensions.iter().any(|own| own.column == key.column && own.grain.refines(key.grain))
}

fn missing<T: Copy + PartialEq>(known: &[T], wanted: &[T]) -> Vec<T> {
    wanted.iter().filter(|one| !known.contains(one)).copied().collect()
}

/// Each column once, fine enough for all.
pub fn merged<'a>(keys: impl Iterator<Item = &'a Key>) -> Vec<Key> {
    let mut merged: Vec<Key> = Vec::new();
    for key in keys {
        match merged.iter_mut().find(|known| known.column == key.column) {
            Some(known) => known.grain = finest(known.grain, key.grain),
            None => merged.push(key.clone()),
        }
    }
    merged.sort_by_key(|key| key.column);
    merged
}

fn finest(a: Grain, b: Grain) -> Grain {
    match (a, b) {
        (a, b) if a.refines(b) => a,
        (a, b) if b.refines(a) => b,
        // Weeks and months have days in common.
        (Grain::Time(_), Grain::Time(_)) => Grain::Time(TimeGrain::Day),
        _ => Grain::Value,
    }
}

//! Answers a question: the rows that a mask keeps, grouped by the keys, with their measures, ordered and limited.

use crate::aggregate::{Leaf, finite};
use crate::answer::Answer;
use crate::order::{Rank, rank_codes, rank_values, sort};
use crate::plan::{Aggregate, Grain, Key, Measure, Operator, Question, Rows, Term, Top, Value};
use crate::table::{Chunk, Column, Groups, Mask, Table, chunks};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// More groups than this are numbered as they occur; up to it, each combination of keys has its number.
const MOST_PLACES: usize = 1 << 20;

/// Answers a question from the rows that the mask keeps, from all if there is none.
pub fn answer(table: &Table, question: &Question, mask: Option<&Mask>) -> Result<Answer, String> {
    match question.rows {
        Rows::Groups => groups(table, question, mask),
        Rows::Each => each(table, question, mask),
    }
}

fn groups(table: &Table, question: &Question, mask: Option<&Mask>) -> Result<Answer, String> {
    let mut keys =
        question.keys.iter().map(|key| column(table, key.column)?.groups(key.grain)).collect::<Result<Vec<_>, _>>()?;
    if let Some(top) = &question.top {
        let key = keys.get_mut(top.key).ok_or("the question has no such key")?;
        let largest = largest(table, question, top, key, mask)?;
        *key = Arc::new(key.telling_apart(&largest, top.other.as_deref()));
    }
    let mut leaves = Vec::new();
    question.measures.iter().for_each(|measure| measure.leaves(&mut leaves));
    let (codes, columns, groups) = aggregated(table, &keys, &leaves, mask)?;
    assemble(question, &keys, &codes, &leaves, &columns, groups)
}

/// The codes of the groups of a key that are told apart, ascending.
fn largest(
    table: &Table,
    question: &Question,
    top: &Top,
    key: &Arc<Groups>,
    mask: Option<&Mask>,
) -> Result<Vec<u32>, String> {
    let measure = question.measures.first().ok_or("nothing tells which groups are largest")?;
    let mut leaves = Vec::new();
    measure.leaves(&mut leaves);
    let (codes, columns, groups) = aggregated(table, std::slice::from_ref(key), &leaves, mask)?;
    let measure = with_totals(measure, &leaves, &columns, groups);
    let sizes: Vec<Value> = (0..groups).map(|row| evaluate(&measure, &leaves, &columns, row)).collect();
    let terms = [(rank_values(&sizes), true), (rank_codes(&codes[0], key.null()), false)];
    let largest = sort((0..groups as u32).collect(), &terms, Some(top.count));
    let mut largest: Vec<u64> = largest.iter().map(|&row| codes[0][row as usize].into()).collect();
    largest.sort_unstable();
    Ok(largest.into_iter().map(|code| code as u32).collect())
}

/// The groups of rows by keys: each key's code, each aggregate, and how many there are.
type Aggregated = (Vec<Vec<u32>>, Vec<Vec<Value>>, usize);

fn aggregated(table: &Table, keys: &[Arc<Groups>], leaves: &[Name], mask: Option<&Mask>) -> Result<Aggregated, String> {
    let accumulator = |&(function, column): &Name| Leaf::new(table, function, column);
    let mut accumulators = leaves.iter().map(accumulator).collect::<Result<Vec<_>, _>>()?;
    let mut numbering = Numbering::new(keys);
    let mut ids = Vec::new();
    chunks(table.rows, mask, |rows| {
        drop_outside(keys, rows);
        numbering.number(rows, &mut ids);
        let groups = numbering.first.len();
        accumulators.iter_mut().for_each(|accumulator| accumulator.add(rows, &ids, groups));
    });
    let total = numbering.first.len();
    let seen = numbering.seen();
    let columns = accumulators.into_iter().map(|accumulator| accumulator.finish(&seen, total));
    Ok((numbering.codes(&seen), columns.collect::<Result<_, _>>()?, seen.len()))
}

/// Makes the answer of groups: for each key their codes, for each aggregate their values.
pub fn assemble(
    question: &Question,
    keys: &[Arc<Groups>],
    codes: &[Vec<u32>],
    leaves: &[Name],
    columns: &[Vec<Value>],
    groups: usize,
) -> Result<Answer, String> {
    let values = |measure: &Measure| {
        let measure = with_totals(measure, leaves, columns, groups);
        (0..groups).map(|row| evaluate(&measure, leaves, columns, row)).collect()
    };
    let measures: Vec<Vec<Value>> = question.measures.iter().map(values).collect();
    let order = ordered_groups(question, codes, keys, &measures, groups)?;
    let value = |key: usize, row: u32| keys[key].value(codes[key][row as usize]);
    Ok(Answer {
        keys: (0..keys.len()).map(|key| order.iter().map(|&row| value(key, row)).collect()).collect(),
        measures: measures
            .iter()
            .map(|values| order.iter().map(|&row| values[row as usize].clone()).collect())
            .collect(),
        rows: order.len(),
        total: groups,
    })
}

/// The column of a table with the values of a column of the plan.
pub fn column(table: &Table, index: usize) -> Result<&Column, String> {
    table.column(index).map(|(column, _)| column).ok_or_else(|| format!("the slice has no column {index}"))
}

/// An aggregate of a column, as a measure names it.
pub type Name = (Aggregate, Option<usize>);

/// The value of a measure in a row of its aggregates.
fn evaluate(measure: &Measure, leaves: &[Name], columns: &[Vec<Value>], row: usize) -> Value {
    let value = |measure: &Measure| evaluate(measure, leaves, columns, row);
    match measure {
        Measure::Aggregate { function, column } => {
            let place = leaves.iter().position(|leaf| *leaf == (*function, *column));
            place.map_or(Value::Null, |place| columns[place][row].clone())
        }
        Measure::Number(number) => finite(*number),
        // `with_totals` has put numbers in their place.
        Measure::Total(_) => Value::Null,
        Measure::Binary { operator, left, right } => arithmetic(*operator, &value(left), &value(right)),
        Measure::Coalesce(parts) => parts.iter().map(value).find(|value| *value != Value::Null).unwrap_or(Value::Null),
        Measure::NullIf(left, right) => {
            let left = value(left);
            if left == value(right) { Value::Null } else { left }
        }
    }
}

/// A measure with its totals over all groups as numbers.
fn with_totals(measure: &Measure, leaves: &[Name], columns: &[Vec<Value>], groups: usize) -> Measure {
    let same = |measure: &Measure| Box::new(with_totals(measure, leaves, columns, groups));
    match measure {
        Measure::Total(of) => {
            let of = same(of);
            let numbers = (0..groups).filter_map(|row| match evaluate(&of, leaves, columns, row) {
                Value::Number(number) => Some(number),
                _ => None,
            });
            // Of no values the sum is null, which numbers write as NaN.
            Measure::Number(numbers.reduce(|sum, number| sum + number).unwrap_or(f64::NAN))
        }
        Measure::Binary { operator, left, right } => {
            Measure::Binary { operator: *operator, left: same(left), right: same(right) }
        }
        Measure::Coalesce(parts) => Measure::Coalesce(parts.iter().map(|part| *same(part)).collect()),
        Measure::NullIf(left, right) => Measure::NullIf(same(left), same(right)),
        Measure::Aggregate { .. } | Measure::Number(_) => measure.clone(),
    }
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Value {
    let (Value::Number(left), Value::Number(right)) = (left, right) else { return Value::Null };
    finite(match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        // By zero it is not finite, so null.
        Operator::Divide => left / right,
    })
}

/// Drops the rows that belong to no group of a key.
pub fn drop_outside(keys: &[Arc<Groups>], rows: &mut Chunk) {
    for key in keys.iter().filter(|key| key.leaves_out) {
        let codes = &key.codes;
        rows.retain(|row| codes.get(row as usize) <= key.null());
    }
}

/// Numbers the combinations of keys: by their place among all possible ones where these are few, else by first occurrence.
pub struct Numbering<'a> {
    keys: &'a [Arc<Groups>],
    /// For each key after the first, the numbers of (number so far, code); none where places are the numbers.
    numbers: Option<Vec<Numbers>>,
    /// The first row of each group, `NONE` while there is none.
    pub first: Vec<u32>,
    codes: Vec<u32>,
}

type Numbers = HashMap<u64, u32, BuildHasherDefault<Mixer>>;

const NONE: u32 = u32::MAX;

impl<'a> Numbering<'a> {
    /// No group has been seen yet.
    pub fn new(keys: &'a [Arc<Groups>]) -> Numbering<'a> {
        let places = keys.iter().try_fold(1usize, |places, key| places.checked_mul(key.len() + 1));
        let places = places.filter(|&places| places <= MOST_PLACES || keys.len() == 1);
        let numbers = places.is_none().then(|| vec![Numbers::default(); keys.len() - 1]);
        Numbering { keys, numbers, first: vec![NONE; places.unwrap_or(0)], codes: Vec::new() }
    }

    /// Gives the group of each row, all of which belong to one.
    pub fn number(&mut self, rows: &Chunk, ids: &mut Vec<u32>) {
        ids.clear();
        ids.resize(rows.len(), 0);
        for (index, key) in self.keys.iter().enumerate() {
            match &mut self.numbers {
                Some(numbers) if index > 0 => {
                    let numbers = &mut numbers[index - 1];
                    key.codes.gather(rows, &mut self.codes);
                    for (id, &code) in ids.iter_mut().zip(&self.codes) {
                        *id = next_number(numbers, u64::from(*id) << 32 | u64::from(code));
                    }
                }
                _ => key.codes.combine(rows, key.null() + 1, ids),
            }
        }
        self.note_first(rows, ids);
    }

    fn note_first(&mut self, rows: &Chunk, ids: &[u32]) {
        if let Some(numbers) = self.numbers.as_ref().and_then(|numbers| numbers.last()) {
            self.first.resize(numbers.len(), NONE);
        }
        if self.first.is_empty() {
            return;
        }
        for (row, &id) in rows.rows().zip(ids) {
            let first = &mut self.first[id as usize];
            *first = (*first).min(row);
        }
    }

    /// The groups that have rows; without keys there is one, rows or not.
    fn seen(&self) -> Vec<u32> {
        let has_rows = |id: &u32| self.first[*id as usize] != NONE || self.keys.is_empty();
        (0..self.first.len() as u32).filter(has_rows).collect()
    }

    /// Each key's code in each of these groups.
    fn codes(&self, ids: &[u32]) -> Vec<Vec<u32>> {
        let code = |key: &Groups, id: &u32| key.codes.get(self.first[*id as usize] as usize);
        self.keys.iter().map(|key| ids.iter().map(|id| code(key, id)).collect()).collect()
    }
}

fn next_number(numbers: &mut Numbers, pair: u64) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(pair).or_insert(next)
}

/// Hashes one number by one multiplication; the slices are the author's own, so nobody chooses keys to collide.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

fn ordered_groups(
    question: &Question,
    codes: &[Vec<u32>],
    keys: &[Arc<Groups>],
    measures: &[Vec<Value>],
    rows: usize,
) -> Result<Vec<u32>, String> {
    let key = |key: usize| Some(rank_codes(codes.get(key)?, keys.get(key)?.null()));
    let mut terms: Vec<(Rank, bool)> = Vec::new();
    if let Some(Top { key, other: Some(_), .. }) = question.top {
        // What is left over comes last.
        let other = keys[key].null() - 1;
        terms.push((codes[key].iter().map(|&code| Some(i64::from(code == other))).collect(), false));
    }
    for order in &question.order {
        let rank = match order.by {
            Term::Key(index) => key(index),
            Term::Measure(index) => measures.get(index).map(|values| rank_values(values)),
        };
        terms.push((rank.ok_or("the order names no column of the answer")?, order.descending));
    }
    terms.extend((0..keys.len()).filter_map(key).map(|rank| (rank, false)));
    Ok(sort((0..rows as u32).collect(), &terms, question.limit))
}

fn each(table: &Table, question: &Question, mask: Option<&Mask>) -> Result<Answer, String> {
    let (rows, total) = rows(table, question, mask)?;
    let value = |key: &Reader| rows.iter().map(|&row| key.value(row)).collect();
    let keys = readers(table, question)?;
    Ok(Answer { keys: keys.iter().map(value).collect(), measures: Vec::new(), rows: rows.len(), total })
}

/// The keys of rows that are not grouped.
pub fn readers<'a>(table: &'a Table, question: &Question) -> Result<Vec<Reader<'a>>, String> {
    question.keys.iter().map(|key| Reader::new(table, key)).collect()
}

/// The rows that answer a question about rows, in its order, and how many there would be without its limit.
pub fn rows(table: &Table, question: &Question, mask: Option<&Mask>) -> Result<(Vec<u32>, usize), String> {
    let keys = readers(table, question)?;
    let mut rows = Vec::new();
    chunks(table.rows, mask, |chunk| {
        rows.extend(chunk.rows().filter(|&row| keys.iter().all(|key| key.holds(row))));
    });
    let total = rows.len();
    let mut terms = Vec::new();
    for order in &question.order {
        let Term::Key(index) = order.by else { return Err("rows that are not grouped have no measures".to_owned()) };
        let key = keys.get(index).ok_or("the order names no column of the answer")?;
        terms.push((rows.iter().map(|&row| key.rank(row)).collect(), order.descending));
    }
    let order = sort((0..total as u32).collect(), &terms, question.limit);
    Ok((order.into_iter().map(|place| rows[place as usize]).collect(), total))
}

/// A key of rows that are not grouped: the column itself, or its groups at a grain.
pub enum Reader<'a> {
    /// The column.
    Column(&'a Column),
    /// Its groups.
    Groups(Arc<Groups>),
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table, key: &Key) -> Result<Reader<'a>, String> {
        let column = column(table, key.column)?;
        match key.grain {
            Grain::Value => Ok(Reader::Column(column)),
            grain => column.groups(grain).map(Reader::Groups),
        }
    }

    fn holds(&self, row: u32) -> bool {
        match self {
            Reader::Column(_) => true,
            Reader::Groups(groups) => groups.codes.get(row as usize) <= groups.null(),
        }
    }

    fn rank(&self, row: u32) -> Option<i64> {
        match self {
            Reader::Column(column) => column.key(row as usize),
            Reader::Groups(groups) => {
                let code = groups.codes.get(row as usize);
                (code < groups.null()).then_some(i64::from(code))
            }
        }
    }

    /// The value in a row.
    pub fn value(&self, row: u32) -> Value {
        match self {
            Reader::Column(column) => column.key(row as usize).map_or(Value::Null, |key| column.value(key)),
            Reader::Groups(groups) => groups.value(groups.codes.get(row as usize)),
        }
    }
}

//! Approximate aggregates: of each group a sketch, made from its rows or merged from those of its cells.

use super::finite;
use super::pairs::Pairs;
use crate::plan::{Aggregate, Value, share};
use crate::sketch::{Distinct, Item, Quantiles, bin};
use crate::table::{Chunk, Column, Data, Groups, number};

/// What is known of each group.
pub struct Sketches<'a> {
    function: Aggregate,
    column: &'a Column,
    known: Known,
    /// What was wrong with a sketch.
    damage: Option<String>,
}

/// A group's sketch; none where nothing has been seen of it.
type Sketch<T> = Option<Box<T>>;

enum Known {
    /// The values of rows, of which sketches are made in the end.
    Values(Pairs),
    Distinct(Vec<Sketch<Distinct>>),
    Quantiles(Vec<Sketch<Quantiles>>),
}

impl<'a> Sketches<'a> {
    /// Nothing has been seen of a column's values.
    pub fn of_rows(function: Aggregate, column: &'a Column) -> Result<Sketches<'a>, String> {
        Ok(Sketches { function, column, known: Known::Values(Pairs::new(column)?), damage: None })
    }

    /// Nothing has been seen of a column of sketches.
    pub fn of_groups(function: Aggregate, column: &'a Column) -> Result<Sketches<'a>, String> {
        let known = match function {
            Aggregate::ApproxCountDistinct => Known::Distinct(Vec::new()),
            _ => Known::Quantiles(Vec::new()),
        };
        Ok(Sketches { function, column, known, damage: None })
    }

    /// Takes in rows, each of a group below `groups`.
    pub fn add(&mut self, rows: &Chunk, ids: &[u32], groups: usize) {
        let merged = match &mut self.known {
            Known::Values(pairs) => return pairs.add(rows, ids),
            Known::Distinct(sketches) => merge(sketches, groups, cells(self.column, rows, ids), Distinct::merge),
            Known::Quantiles(sketches) => merge(sketches, groups, cells(self.column, rows, ids), Quantiles::merge),
        };
        if let Err(damage) = merged {
            self.damage = Some(damage);
        }
    }

    /// What the sketch of each group tells.
    pub fn values(self, groups: usize) -> Result<Vec<Value>, String> {
        if let Some(damage) = self.damage {
            return Err(format!("column `{}`: {damage}", self.column.name));
        }
        let below = if let Aggregate::ApproxQuantile { millionths } = self.function { share(millionths) } else { 0.0 };
        let count = |sketch: Option<&Distinct>| Value::Number(sketch.map_or(0.0, Distinct::count));
        let quantile =
            |sketch: Option<&Quantiles>| sketch.and_then(|sketch| sketch.quantile(below)).map_or(Value::Null, finite);
        Ok(match self.known {
            Known::Distinct(sketches) => told(&sketches, groups, count),
            Known::Quantiles(sketches) => told(&sketches, groups, quantile),
            Known::Values(pairs) if self.function == Aggregate::ApproxCountDistinct => {
                told(&distinct(pairs, self.column, groups), groups, count)
            }
            Known::Values(pairs) => told(&quantiles(pairs, self.column, groups), groups, quantile),
        })
    }
}

/// What each group's sketch tells.
fn told<T>(sketches: &[Sketch<T>], groups: usize, tell: impl Fn(Option<&T>) -> Value) -> Vec<Value> {
    (0..groups).map(|group| tell(sketches.get(group).and_then(Option::as_deref))).collect()
}

/// The sketches of some cells, each with its group.
fn cells<'a>(column: &'a Column, rows: &'a Chunk, ids: &'a [u32]) -> impl Iterator<Item = (usize, &'a [u8])> {
    let sketch =
        |row: u32| if let Data::Sketches(cells) = &column.data { cells[row as usize].as_deref() } else { None };
    rows.rows().zip(ids).filter_map(move |(row, &id)| Some((id as usize, sketch(row)?)))
}

fn merge<'a, T: Default>(
    sketches: &mut Vec<Sketch<T>>,
    groups: usize,
    mut cells: impl Iterator<Item = (usize, &'a [u8])>,
    merge: impl Fn(&mut T, &[u8]) -> Result<(), String>,
) -> Result<(), String> {
    sketches.resize_with(groups.max(sketches.len()), || None);
    cells.try_for_each(|(group, bytes)| merge(sketches[group].get_or_insert_default(), bytes))
}

/// A sketch of the distinct values of each group.
fn distinct(pairs: Pairs, column: &Column, groups: usize) -> Vec<Sketch<Distinct>> {
    let texts: &[String] = if let Data::Text { values, .. } = &column.data { values } else { &[] };
    let item = |values: &Groups, code: u32| match texts.get(code as usize) {
        Some(text) => Item::Text(text),
        None => Item::Key(values.key(code).unwrap_or_default()),
    };
    let mut items: Vec<Vec<Item<'_>>> = vec![Vec::new(); groups];
    pairs.each(|group, values, code, _| items[group].push(item(values, code)));
    let sketch = |items: Vec<Item<'_>>| (!items.is_empty()).then(|| Box::new(Distinct::of(items.into_iter())));
    items.into_iter().map(sketch).collect()
}

/// A sketch of the numbers of each group.
fn quantiles(pairs: Pairs, column: &Column, groups: usize) -> Vec<Sketch<Quantiles>> {
    let mut sketches: Vec<Sketch<Quantiles>> = Vec::new();
    sketches.resize_with(groups, || None);
    pairs.each(|group, values, code, times| {
        let number = number(column.kind, values.key(code).unwrap_or_default());
        sketches[group].get_or_insert_default().add(bin(number), times);
    });
    sketches
}

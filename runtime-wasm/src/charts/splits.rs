//! Into which traces the rows of an answer fall: one for each category of a color, symbol, dash or pattern, and how it looks.

use super::figure::{categories, column, text};
use super::roles::channel;
use super::write::put;
use crate::answer::Answer;
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::order::sort;
use crate::plan::{Channel, Chart, Term, Value};

/// The roles whose categories have traces of their own; the last has no look.
pub const ROLES: [&str; 5] = ["color", "symbol", "line_dash", "pattern_shape", "line_group"];

/// What a role's categories take by turns, as in plotly.express, and where a trace has it.
const LOOKS: [(&str, &str, &[&str]); 3] = [
    ("symbol", "marker/symbol", &["circle", "diamond", "square", "x", "cross"]),
    ("line_dash", "line/dash", &["solid", "dot", "dash", "longdash", "dashdot", "longdashdot"]),
    ("pattern_shape", "marker/pattern/shape", &["", "/", "\\", "x", "+", "."]),
];

/// The rows of one trace.
pub struct Split {
    /// Its category in each role.
    pub values: Vec<(Term, Value)>,
    /// The rows of the answer.
    pub rows: Vec<usize>,
}

/// The roles that a chart uses, each column once.
pub fn used(chart: &Chart) -> Vec<(&'static str, &Channel)> {
    let mut used: Vec<(&str, &Channel)> = Vec::new();
    for role in ROLES {
        if let Some(channel) = channel(chart, role).filter(|channel| used.iter().all(|of| of.1.term != channel.term)) {
            used.push((role, channel));
        }
    }
    used
}

/// True if the legend has categories to tell.
#[cfg(not(target_arch = "wasm32"))]
pub fn is_split(chart: &Chart) -> bool {
    used(chart).iter().any(|(role, _)| *role != "line_group")
}

/// The rows of each trace. Of one role every category has one, so that traces stay under every filter; of several each
/// combination that there is.
pub fn splits(chart: &Chart, answer: &Answer) -> Vec<Split> {
    let roles = used(chart);
    let columns: Vec<&[Value]> = roles.iter().map(|(_, channel)| column(answer, channel.term)).collect();
    let lists: Vec<Vec<Value>> =
        roles.iter().zip(&columns).map(|((role, _), values)| categories(chart, role, values)).collect();
    let places: Vec<Distinct> = lists.iter().map(|list| Distinct::of(list)).collect();
    let number = |row: usize| {
        (0..roles.len())
            .fold(0, |number, role| number * lists[role].len() + places[role].get(&columns[role][row]).unwrap_or(0))
    };
    let numbers: Vec<usize> = (0..answer.rows).map(number).collect();
    let mut rows: Vec<(usize, Vec<usize>)> = Vec::new();
    if roles.len() < 2 {
        rows.extend((0..lists.first().map_or(1, Vec::len)).map(|place| (place, Vec::new())));
        numbers.iter().enumerate().for_each(|(row, place)| rows[*place].1.push(row));
    } else {
        let rank = numbers.iter().map(|number| Some(*number as i64)).collect();
        for row in sort((0..answer.rows as u32).collect(), &[(rank, false)], None) {
            let number = numbers[row as usize];
            if rows.last().is_none_or(|last| last.0 != number) {
                rows.push((number, Vec::new()));
            }
            rows.last_mut().expect("there is a split for the row").1.push(row as usize);
        }
    }
    let values = |mut number: usize| {
        let value = |role: usize| {
            let place = number % lists[role].len();
            number /= lists[role].len();
            (roles[role].1.term, lists[role][place].clone())
        };
        let mut values: Vec<_> = (0..roles.len()).rev().map(value).collect();
        values.reverse();
        values
    };
    rows.into_iter().map(|(number, rows)| Split { values: values(number), rows }).collect()
}

impl Split {
    /// Its category of a column.
    pub fn value(&self, term: Term) -> Option<&Value> {
        self.values.iter().find(|(of, _)| *of == term).map(|(_, value)| value)
    }

    /// What the legend calls it: its categories.
    pub fn name(&self, chart: &Chart) -> Option<String> {
        let group = channel(chart, "line_group").map(|channel| channel.term);
        let shown = self.values.iter().filter(|(term, _)| Some(*term) != group || self.values.len() == 1);
        shown.map(|(_, value)| text(value)).reduce(|all, name| all + ", " + &name)
    }

    /// Gives a trace the look of its categories, as the author has it or by turns.
    pub fn shape(&self, chart: &Chart, trace: &mut Json) {
        for (role, path, turns) in LOOKS {
            let Some(value) = channel(chart, role).and_then(|channel| self.value(channel.term)) else { continue };
            let option = |what: &str| chart.options.get(&format!("{role}_{what}"));
            let fixed = chart.categories.get(role).map_or(&[][..], Vec::as_slice);
            let place = fixed.iter().position(|known| known == value).unwrap_or(fixed.len());
            let listed = option("sequence").and_then(Json::as_array).filter(|list| !list.is_empty());
            let by_turns =
                listed.map_or_else(|| json!(turns[place % turns.len()]), |list| list[place % list.len()].clone());
            // An area's pattern fills the ground below its line.
            let is_ground = role == "pattern_shape" && !trace["stackgroup"].is_null();
            let path = if is_ground { "fillpattern/shape" } else { path };
            let look = option("map").and_then(|map| map.get(text(value))).cloned().unwrap_or(by_turns);
            put(trace, path, look);
        }
    }
}

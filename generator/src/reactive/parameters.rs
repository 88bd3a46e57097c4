//! What the inputs of a page offer as parameters, read before any table is defined.

use crate::bind::Keys;
use crate::diagnostics::{Diagnostics, Files, Span};
use crate::page::{Block, BlockKind};
use crate::yaml::{Node, Yaml};
use dashgen_runtime::inputs::{self, Choice, InputType};
use dashgen_runtime::plan::{ChoicePart, Kind, Value};

/// An input that has a name.
#[derive(Clone)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub span: Span,
    /// Its type.
    pub kind: &'static InputType,
    /// What it offers.
    pub offers: Offers,
}

/// What an input offers.
#[derive(Debug, Clone, PartialEq)]
pub enum Offers {
    /// The values of a column.
    Column {
        /// Its table, if the author says which.
        table: Option<String>,
        /// Its name.
        column: String,
        /// Where it stands.
        span: Span,
    },
    /// A list of the author's.
    Listed(Kind, Vec<Value>),
    /// A track from one number to another, by steps.
    Track {
        /// Its ends.
        ends: [f64; 2],
        /// How far apart its values are.
        step: Option<f64>,
    },
    /// Whatever the reader writes.
    Free(Kind),
}

impl Declared {
    /// The id of its view.
    pub fn id(&self) -> String {
        crate::bind::slug(&self.name)
    }
}

impl Offers {
    /// What an input's keys offer; none if they do not say.
    pub fn of(kind: &InputType, keys: &Keys<'_>, diagnostics: &mut Diagnostics) -> Option<Offers> {
        if let Some((column, span)) = keys.has("column").then(|| keys.text("column", diagnostics)).flatten() {
            let table = keys.has("data").then(|| keys.text("data", diagnostics)).flatten().map(|(table, _)| table);
            return Some(Offers::Column { table, column, span });
        }
        if keys.has("options") {
            let node = keys.node("options", diagnostics)?;
            let Yaml::List(items) = &node.yaml else { return None };
            let values: Vec<Value> = items.iter().filter_map(listed).collect();
            return Some(Offers::Listed(kind_of(&values), values));
        }
        match kind.choice {
            Choice::Toggle => {
                return Some(Offers::Listed(Kind::Boolean, vec![Value::Boolean(false), Value::Boolean(true)]));
            }
            Choice::Text | Choice::Contains => return Some(Offers::Free(Kind::Text)),
            Choice::Number => return Some(Offers::Free(Kind::Float)),
            Choice::Day => return Some(Offers::Free(Kind::Date)),
            Choice::Moment => return Some(Offers::Free(Kind::Timestamp)),
            _ => {}
        }
        if kind.choice != Choice::Point || !(keys.has("min") && keys.has("max")) {
            return None;
        }
        let (min, max) = (keys.number("min", diagnostics)?.0, keys.number("max", diagnostics)?.0);
        let step = if keys.has("step") { keys.number("step", diagnostics).map(|(step, _)| step) } else { None };
        Some(Offers::Track { ends: [min, max], step })
    }

    /// The kind of its values; none for a column, whose table knows it.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Offers::Column { .. } => None,
            Offers::Listed(kind, _) | Offers::Free(kind) => Some(*kind),
            Offers::Track { ends, step } => {
                let numbers = ends.iter().chain(step.iter());
                Some(if numbers.clone().all(|number| number.fract() == 0.0) && step.is_some() {
                    Kind::Integer
                } else {
                    Kind::Float
                })
            }
        }
    }

    /// The values of a track.
    pub fn track(ends: [f64; 2], step: f64) -> Vec<Value> {
        let count = ((ends[1] - ends[0]) / step + 1e-9).floor().max(0.0) as usize;
        // A step of 0.1 gives 0.3, not 0.30000000000000004.
        let rounded = |number: f64| format!("{number:.10}").parse().unwrap_or(number);
        (0..=count).map(|index| Value::Number(rounded(ends[0] + index as f64 * step))).collect()
    }
}

fn listed(node: &Node) -> Option<Value> {
    match &node.yaml {
        Yaml::Number(number) => Some(Value::Number(*number)),
        Yaml::Boolean(truth) => Some(Value::Boolean(*truth)),
        _ => node.text().map(Value::Text),
    }
}

/// The kind that all values of a list have, text if they differ.
fn kind_of(values: &[Value]) -> Kind {
    let all = |test: fn(&Value) -> bool| !values.is_empty() && values.iter().all(test);
    let day =
        |value: &Value| matches!(value, Value::Text(text) if dashgen_runtime::calendar::parse_day(text).is_some());
    if all(|value| matches!(value, Value::Number(number) if number.fract() == 0.0)) {
        Kind::Integer
    } else if all(|value| matches!(value, Value::Number(_))) {
        Kind::Float
    } else if all(|value| matches!(value, Value::Boolean(_))) {
        Kind::Boolean
    } else if all(day) {
        Kind::Date
    } else {
        Kind::Text
    }
}

/// The inputs of a page that have names. Their mistakes are told when they are bound.
pub fn declared(files: &Files, blocks: &[Block]) -> Vec<Declared> {
    let mut unheard = Diagnostics::default();
    let inputs = blocks.iter().filter(|block| block.kind == BlockKind::Input);
    inputs.filter_map(|block| input(files, block, &mut unheard)).collect()
}

fn input(files: &Files, block: &Block, unheard: &mut Diagnostics) -> Option<Declared> {
    let kind = inputs::input(&block.name.as_ref()?.0)?;
    let keys = Keys::parse(files, block.body, block.kind_span, &[], unheard)?;
    let (name, span) = keys.text("name", unheard)?;
    let offers = Offers::of(kind, &keys, unheard)?;
    Some(Declared { name, span, kind, offers })
}

/// What a parameter of a kind stands for: of moments, the ends of a range are those of days.
pub fn of_kind(part: ChoicePart, kind: Kind) -> ChoicePart {
    match (part, kind) {
        (ChoicePart::Start, Kind::Timestamp) => ChoicePart::StartOfDay,
        (ChoicePart::End, Kind::Timestamp) => ChoicePart::EndOfDay,
        (part, _) => part,
    }
}

/// The input that a parameter names, and what of its choice: `$period_start` is where the range of `period` begins.
pub fn named<'a>(name: &str, declared: &'a [Declared]) -> Option<(&'a Declared, ChoicePart)> {
    let find = |name: &str| declared.iter().find(|input| input.name == name);
    let range = |suffix: &str| find(name.strip_suffix(suffix)?).filter(|input| input.kind.choice == Choice::Range);
    if let Some(input) = find(name).filter(|input| input.kind.choice != Choice::Range) {
        return Some((input, ChoicePart::Values));
    }
    range("_start")
        .map(|input| (input, ChoicePart::Start))
        .or_else(|| range("_end").map(|input| (input, ChoicePart::End)))
}

//! Conditions of reactive queries under a reader's choices: which rows of a table they keep.

use crate::clause::{End, bound};
use crate::json::write;
use crate::plan::{ChoicePart, Comparison, Condition, Operand, Selection, State, Value};
use crate::table::{Column, Mask, Table};

/// The rows of a table for which a condition is true under a state; none where nothing of it is left.
pub fn rows(condition: &Condition, state: &State, table: &Table) -> Result<Option<Mask>, String> {
    Ok(truth(condition, state, table)?.map(|truth| truth.yes))
}

/// The values that an operand stands for under a state; none for a parameter without a value.
pub fn values(operand: &Operand, state: &State) -> Option<Vec<Value>> {
    let (input, part) = match operand {
        Operand::Value(value) => return Some(vec![value.clone()]),
        Operand::Parameter { input, part } => (input, *part),
    };
    let end = |value: &Value, clock: &str| match value {
        Value::Null => None,
        Value::Text(day) if day.len() == "2024-02-29".len() => Some(vec![Value::Text(format!("{day}{clock}"))]),
        value => Some(vec![value.clone()]),
    };
    match (state.selections.get(input)?, part) {
        (Selection::In(tuples), ChoicePart::Values) if !tuples.is_empty() => {
            Some(tuples.iter().filter_map(|tuple| tuple.first().cloned()).collect())
        }
        (Selection::Contains(text), ChoicePart::Values) => Some(vec![Value::Text(text.clone())]),
        (Selection::Between(start, _), ChoicePart::Start) => end(start, ""),
        (Selection::Between(_, stop), ChoicePart::End) => end(stop, ""),
        (Selection::Between(start, _), ChoicePart::StartOfDay) => end(start, "T00:00:00"),
        (Selection::Between(_, stop), ChoicePart::EndOfDay) => end(stop, "T23:59:59.999999"),
        _ => None,
    }
}

/// For which rows a condition is true, and for which it is false; for the others it is unknown.
struct Truth {
    yes: Mask,
    no: Mask,
}

impl Truth {
    fn known(yes: Mask, valid: &Mask) -> Truth {
        let mut no = valid.clone();
        no.without(&yes);
        Truth { yes, no }
    }

    fn constant(holds: bool, rows: usize) -> Truth {
        let (all, none) = (Mask::of(rows, |_| true), Mask::none(rows));
        if holds { Truth { yes: all, no: none } } else { Truth { yes: none, no: all } }
    }

    fn not(self) -> Truth {
        Truth { yes: self.no, no: self.yes }
    }

    fn and(mut self, other: &Truth) -> Truth {
        self.yes.and(&other.yes);
        self.no.or(&other.no);
        self
    }

    fn or(self, other: Truth) -> Truth {
        self.not().and(&other.not()).not()
    }
}

/// None for what is left out.
fn truth(condition: &Condition, state: &State, table: &Table) -> Result<Option<Truth>, String> {
    let part = |part: &Condition| truth(part, state, table).transpose();
    Ok(match condition {
        Condition::Compare { subject, operator, operand } => {
            let column = column(table, *subject)?;
            values(operand, state).map(|values| compare(column, *operator, &values)).transpose()?
        }
        Condition::In { subject, list } => {
            let column = column(table, *subject)?;
            let values: Vec<Value> = list.iter().filter_map(|operand| values(operand, state)).flatten().collect();
            if values.is_empty() { None } else { Some(compare(column, Comparison::Equal, &values)?) }
        }
        Condition::IsNull { subject } => Some(is_null(column(table, *subject)?)),
        Condition::HasNoValue(operand) => Some(Truth::constant(values(operand, state).is_none(), table.rows)),
        Condition::And(parts) => {
            let parts = parts.iter().filter_map(part).collect::<Result<Vec<_>, _>>()?;
            parts.into_iter().reduce(|all, part| all.and(&part))
        }
        Condition::Or(parts) => {
            let parts = parts.iter().filter_map(part).collect::<Result<Vec<_>, _>>()?;
            parts.into_iter().reduce(Truth::or)
        }
        Condition::Not(inner) => part(inner).transpose()?.map(Truth::not),
    })
}

fn column(table: &Table, subject: usize) -> Result<&Column, String> {
    table.column(subject).map(|(column, _)| column).ok_or_else(|| format!("the slice has no column {subject}"))
}

fn is_null(column: &Column) -> Truth {
    Truth::known(column.within(i64::MIN, i64::MAX), &Mask::of(column.len(), |_| true)).not()
}

/// Compares a column's values with the first of some, or for equality with each of them. A null that the reader chose
/// equals null.
fn compare(column: &Column, operator: Comparison, values: &[Value]) -> Result<Truth, String> {
    match operator {
        Comparison::Equal => {
            let each = values.iter().map(|value| equal(column, value)).collect::<Result<Vec<_>, _>>()?;
            Ok(each.into_iter().reduce(Truth::or).unwrap_or_else(|| Truth::constant(false, column.len())))
        }
        Comparison::NotEqual => Ok(compare(column, Comparison::Equal, values)?.not()),
        _ => match values {
            [] | [Value::Null, ..] => Ok(Truth { yes: Mask::none(column.len()), no: Mask::none(column.len()) }),
            [value, ..] => ordered(column, operator, value),
        },
    }
}

fn equal(column: &Column, value: &Value) -> Result<Truth, String> {
    if *value == Value::Null {
        return Ok(is_null(column));
    }
    let (low, high) = (edge(column, value, End::Low)?, edge(column, value, End::High)?);
    Ok(Truth::known(column.within(low, high), &column.within(i64::MIN, i64::MAX)))
}

fn ordered(column: &Column, operator: Comparison, value: &Value) -> Result<Truth, String> {
    let at_least = || Ok::<_, String>(column.within(edge(column, value, End::Low)?, i64::MAX));
    let at_most = || Ok::<_, String>(column.within(i64::MIN, edge(column, value, End::High)?));
    let valid = column.within(i64::MIN, i64::MAX);
    Ok(match operator {
        Comparison::GreaterOrEqual => Truth::known(at_least()?, &valid),
        Comparison::Less => Truth::known(at_least()?, &valid).not(),
        Comparison::LessOrEqual => Truth::known(at_most()?, &valid),
        _ => Truth::known(at_most()?, &valid).not(),
    })
}

fn edge(column: &Column, value: &Value, end: End) -> Result<i64, String> {
    bound(value, column, end).ok_or_else(|| format!("`{}` cannot be compared with {}", column.name, write(value)))
}

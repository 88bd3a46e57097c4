//! Whether the browser's engine compares a column with a value as SQL does.

use dashgen_runtime::calendar::{parse_day, parse_moment};
use dashgen_runtime::plan::{Comparison, Kind, Value};

/// What a column is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Other<'a> {
    /// A literal.
    Literal(&'a Value),
    /// A parameter whose values are of a kind.
    Parameter(Kind),
}

/// Why the engine's answer would not be SQL's; none if it is.
pub fn mismatch(column: Kind, operator: Comparison, other: Other) -> Option<&'static str> {
    // To the engine a day is all its moments, to SQL its midnight: these two do not care.
    let is_of_midnight = matches!(operator, Comparison::GreaterOrEqual | Comparison::Less);
    let is_day = match other {
        Other::Literal(Value::Text(text)) => parse_day(text).is_some(),
        Other::Literal(_) => false,
        Other::Parameter(kind) => kind == Kind::Date,
    };
    if column == Kind::Timestamp && is_day {
        return (!is_of_midnight).then_some("compares moments with a day");
    }
    let comparable = match other {
        Other::Literal(Value::Number(_)) => column.is_number(),
        Other::Literal(Value::Boolean(_)) => column == Kind::Boolean,
        Other::Literal(Value::Text(text)) => match column {
            Kind::Date => parse_day(text).is_some(),
            Kind::Timestamp => parse_moment(text).is_some(),
            column => column == Kind::Text,
        },
        Other::Literal(Value::Null) => false,
        Other::Parameter(kind) => column == kind || (column.is_number() && kind.is_number()),
    };
    (!comparable).then_some("compares values of different types")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_day_is_the_midnight_of_moments_where_it_matters() {
        let day = text("2024-02-29");
        for (operator, is_answered) in [
            (Comparison::GreaterOrEqual, true),
            (Comparison::Less, true),
            (Comparison::LessOrEqual, false),
            (Comparison::Greater, false),
            (Comparison::Equal, false),
        ] {
            let found = mismatch(Kind::Timestamp, operator, Other::Literal(&day));
            assert_eq!(found.is_none(), is_answered, "{operator:?}");
            let found = mismatch(Kind::Timestamp, operator, Other::Parameter(Kind::Date));
            assert_eq!(found.is_none(), is_answered, "{operator:?}");
        }
    }

    #[test]
    fn literals_are_of_the_columns_kind() {
        let answered = |column, value: &Value| mismatch(column, Comparison::Equal, Other::Literal(value)).is_none();
        assert!(answered(Kind::Decimal { scale: 2 }, &Value::Number(0.5)));
        assert!(answered(Kind::Date, &text("2024-02-29")));
        assert!(answered(Kind::Timestamp, &text("2024-02-29T12:00:00")));
        assert!(!answered(Kind::Date, &text("2024-02-30")));
        assert!(!answered(Kind::Text, &Value::Number(1.0)));
        assert!(!answered(Kind::Integer, &text("1")));
        assert!(!answered(Kind::Boolean, &text("true")));
    }

    #[test]
    fn parameters_are_of_the_columns_kind() {
        let answered = |column, parameter| mismatch(column, Comparison::Equal, Other::Parameter(parameter)).is_none();
        assert!(answered(Kind::Float, Kind::Integer));
        assert!(answered(Kind::Text, Kind::Text));
        assert!(!answered(Kind::Date, Kind::Text));
        assert!(!answered(Kind::Text, Kind::Integer));
    }
}

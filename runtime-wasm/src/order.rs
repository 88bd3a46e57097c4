//! The order of an answer's rows: by ranks, largest first where asked, nulls last either way.

use crate::plan::Value;
use crate::table::ordered;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// For each row a number that sorts as its value does; none for null.
pub type Rank = Vec<Option<i64>>;

/// Ranks codes by themselves.
pub fn rank_codes(codes: &[u32], null: u32) -> Rank {
    codes.iter().map(|&code| (code != null).then_some(i64::from(code))).collect()
}

/// Ranks values: false, true, numbers, then text by code points.
pub fn rank_values(values: &[Value]) -> Rank {
    let mut places: BTreeMap<String, u32> = values.iter().filter_map(text).map(|text| (text.to_owned(), 0)).collect();
    places.values_mut().zip(0..).for_each(|(place, index)| *place = index);
    let rank = |value: &Value| match value {
        Value::Null => None,
        Value::Boolean(truth) => Some(i64::from(*truth)),
        Value::Number(number) => Some(ordered(number + 0.0)),
        Value::Text(text) => places.get(text).map(|&place| i64::from(place)),
    };
    values.iter().map(rank).collect()
}

/// Sorts rows by several ranks, the first deciding; rows that tie in all keep their order. At most `limit` are kept.
pub fn sort(mut rows: Vec<u32>, terms: &[(Rank, bool)], limit: Option<usize>) -> Vec<u32> {
    if !terms.is_empty() {
        rows.sort_by(|&a, &b| {
            let orders =
                terms.iter().map(|(rank, descending)| compare(rank[a as usize], rank[b as usize], *descending));
            orders.fold(Ordering::Equal, Ordering::then)
        });
    }
    rows.truncate(limit.unwrap_or(usize::MAX));
    rows
}

fn compare(a: Option<i64>, b: Option<i64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

//! The order of an answer's rows: by ranks, largest first where asked, nulls last either way.

use crate::distinct::distinct_texts;
use crate::plan::Value;
use crate::table::ordered;
use std::cmp::Ordering;

/// For each row a number that sorts as its value does; none for null.
pub type Rank = Vec<Option<i64>>;

/// Ranks codes by themselves.
pub fn rank_codes(codes: &[u32], null: u32) -> Rank {
    codes.iter().map(|&code| (code != null).then_some(i64::from(code))).collect()
}

/// Ranks values: false, true, numbers, then text by code points.
pub fn rank_values(values: &[Value]) -> Rank {
    let texts = distinct_texts(values.iter().filter_map(text).collect());
    let rank = |value: &Value| match value {
        Value::Null => None,
        Value::Boolean(truth) => Some(i64::from(*truth)),
        Value::Number(number) => Some(ordered(number + 0.0)),
        Value::Text(text) => texts.binary_search(&text.as_str()).ok().map(|place| place as i64),
    };
    values.iter().map(rank).collect()
}

/// Sorts rows by several ranks, the first deciding; rows that tie in all keep their order. At most `limit` are kept.
#[inline(never)]
pub fn sort(mut rows: Vec<u32>, terms: &[(Rank, bool)], limit: Option<usize>) -> Vec<u32> {
    if let Some((rank, descending)) = terms.first() {
        rows = sorted(rows, rank, *descending, terms);
    }
    rows.truncate(limit.unwrap_or(usize::MAX));
    rows
}

/// Sorts rows by the leading bits of the first rank, which lie together with the rows' places in one number each, so that a
/// million rows take a moment; only those that tie are compared in full.
fn sorted(rows: Vec<u32>, rank: &Rank, descending: bool, terms: &[(Rank, bool)]) -> Vec<u32> {
    let key = |row: u32| rank[row as usize].map(|key| if descending { !key } else { key });
    let (mut ranked, mut nulls): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(|&row| key(row).is_some());
    let keys = || ranked.iter().filter_map(|&row| key(row));
    let (low, high) = (keys().min().unwrap_or_default(), keys().max().unwrap_or_default());
    let above = |key: i64| key.wrapping_sub(low) as u64;
    let shift = (64 - above(high).leading_zeros()).saturating_sub(32);
    let mut pairs: Vec<u64> = keys().zip(0u64..).map(|(key, place)| (above(key) >> shift) << 32 | place).collect();
    pairs.sort_unstable();
    ranked = pairs.iter().map(|&pair| ranked[pair as u32 as usize]).collect();
    if shift > 0 || terms.len() > 1 {
        let mut start = 0;
        for tied in pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
            by_all(&mut ranked[start..start + tied.len()], terms);
            start += tied.len();
        }
    }
    by_all(&mut nulls, terms);
    ranked.append(&mut nulls);
    ranked
}

#[inline(never)]
fn by_all(rows: &mut [u32], terms: &[(Rank, bool)]) {
    rows.sort_by(|&a, &b| {
        let mut orders =
            terms.iter().map(|(rank, descending)| compare(rank[a as usize], rank[b as usize], *descending));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
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

/// A value's text, if it is one.
pub fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

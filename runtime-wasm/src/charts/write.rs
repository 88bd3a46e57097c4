//! Writes into traces. Each is one function for all charts: an assignment by name would be a few hundred bytes of every download.

use crate::json::Json;

/// Puts a value at a path of names: `marker/color`.
#[inline(never)]
pub fn put(trace: &mut Json, path: &str, value: Json) {
    let mut place = trace;
    for name in path.split('/') {
        place = &mut place[name];
    }
    *place = value;
}

/// Puts numbers at a path of names; what is not finite is null.
#[inline(never)]
pub fn put_numbers(trace: &mut Json, path: &str, numbers: &[f64]) {
    put(trace, path, list(numbers));
}

/// A list of numbers.
#[inline(never)]
pub fn list(numbers: &[f64]) -> Json {
    Json::Array(numbers.iter().map(|number| Json::from(*number)).collect())
}

/// The numbers at a name, those that are.
#[inline(never)]
pub fn numbers(trace: &Json, name: &str) -> Vec<f64> {
    trace[name].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_f64).collect()
}

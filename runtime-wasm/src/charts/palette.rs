//! Which color a category has: the author's, else its place in the page's palette. The same everywhere on a page.

use super::figure::{color, text};
use crate::distinct::Distinct;
use crate::json::{Json, json};
use crate::plan::{Chart, Value};

/// The place of a category in the page's palette.
pub fn place(chart: &Chart, role: &str, category: &Value) -> usize {
    let listed = listed(chart, role);
    listed.iter().position(|known| known == category).unwrap_or(listed.len())
}

fn listed<'a>(chart: &'a Chart, role: &str) -> &'a [Value] {
    let own = chart.categories.get(role).map_or(&[][..], Vec::as_slice);
    if chart.colors.is_empty() { own } else { &chart.colors }
}

/// Colors the slices of a trace, those that have a category: by the author's colors in `marker.colors`, by places in the
/// palette, where these are not in order, in `meta.places`.
pub fn paint<'a>(chart: &Chart, role: &str, slices: impl Iterator<Item = Option<&'a Value>>, trace: &mut Json) {
    let known = Distinct::of(listed(chart, role));
    let place = |slice| known.get(slice).unwrap_or(known.count());
    let places: Vec<Option<(usize, &Value)>> = slices.map(|slice| slice.map(|slice| (place(slice), slice))).collect();
    let named = |&(place, slice): &(usize, &Value)| color(chart, &text(slice), place);
    let colors: Vec<_> = places.iter().map(|slice| slice.as_ref().and_then(named)).collect();
    if colors.iter().any(Option::is_some) {
        trace["marker"]["colors"] = json!(colors);
    }
    let places: Vec<_> = places.iter().map(|slice| slice.map(|(place, _)| place)).collect();
    if !places.iter().flatten().copied().eq(0..places.iter().flatten().count()) {
        trace["meta"]["places"] = json!(places);
    }
}

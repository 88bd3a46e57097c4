//! Mergeable sketches, for answers that are near enough: how many distinct values there are, and quantiles. Each cell of a
//! cube or of tiles has its own; those of many cells, merged, are the sketch of all their values, in whatever order they came.

mod distinct;
mod quantiles;
#[cfg(test)]
mod tests;

pub use distinct::{Distinct, Item};
pub use quantiles::{Quantiles, bin, bytes, each};

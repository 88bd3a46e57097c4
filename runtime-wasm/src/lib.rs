//! The engine of a dashgen page: Parquet slices in, answers out, in the browser and at build.
//!
//! A [`plan::Plan`] says what a page's tables and views are. A [`session::Session`] holds the tables, and answers, for a
//! [`plan::State`], what every view shows: [`clause`] turns selections into filters, [`group`] answers questions,
//! [`charts`] draws. It has no clock, no randomness and no I/O, so that the build and the browser show the same.

pub mod plan;

pub mod answer;

pub mod json;

pub mod calendar;

pub mod locale;

pub mod format;

pub mod slice;
mod source;

pub mod table;

pub mod clause;
mod condition;

pub mod group;

mod aggregate;
#[cfg(feature = "sketches")]
pub mod sketch;

mod distinct;
mod order;

mod index;

pub mod session;

pub mod statistics;

pub mod charts;

pub mod inputs;

#[cfg(target_arch = "wasm32")]
mod browser;

// Read so that cargo compiles this anew for another checkout (`.cargo/config.toml`).
const _: Option<&str> = option_env!("DASHGEN_CHECKOUT");

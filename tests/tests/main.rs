//! The suites, one program for all: `cargo test --workspace --test suites golden::` runs one of them. Cargo would make a
//! program of each file, and link polars into every one.

#![allow(clippy::unwrap_used)]

// What suites share.
mod answers;
mod definitions;
mod engine;
mod judge;
mod random;
mod seen;
mod stages;
mod visit;

// The suites themselves.
mod accessible;
mod browser;
mod checks;
mod components;
mod connections;
mod coverage;
mod drawn;
mod errors;
mod fields;
mod figures;
mod gallery;
mod gestures;
mod golden;
mod journeys;
mod looks;
mod maps;
mod margins;
mod motion;
mod mutations;
mod notices;
mod oracle;
mod pages;
mod paper;
mod parity;
mod preview;
mod pushdown;
mod reactive;
mod redraw;
mod schema;
mod size;
mod sources;
mod sql;
mod states;
mod statistics;
mod tables;
mod themes;
mod trees;
mod twice;
mod vitals;
mod warm;

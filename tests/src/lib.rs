//! What dashgen's suites share: made-up data, golden trees, a static host and a browser.

pub mod bench;
pub mod browser;
pub mod databases;
pub mod devtools;
pub mod folders;
pub mod preview;
pub mod sales;
pub mod serve;
mod site;
pub mod tree;

pub use site::{
    LOAD_ENGINE, build, build_with, built, dashgen, example, golden, golden_sites, outside_of_cargo, page_data, root,
    slices,
};

// Read so that cargo compiles this anew for another checkout (`.cargo/config.toml`).
const _: Option<&str> = option_env!("DASHGEN_CHECKOUT");

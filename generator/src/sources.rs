//! What a site's tables are read from.

pub mod connection;

//! Parquet: read as it is, only what queries need of it.

use super::{Kind, Reader};
use polars::error::PolarsResult;
use polars::prelude::{LazyFrame, PlRefPath, ScanArgsParquet};
use std::path::Path;

/// Parquet files.
pub const KIND: Kind =
    Kind { name: "parquet", title: "Parquet", extensions: &["parquet", "pq"], keys: &[], reader: Reader::Lazy(scan) };

/// The file as a frame of which nothing but the footer is read.
pub fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyFrame::scan_parquet(PlRefPath::try_from_path(path)?, ScanArgsParquet::default())
}

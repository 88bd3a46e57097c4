//! Arrow IPC, which is also Feather's second version: read as it is.

use super::{Kind, Reader};
use polars::error::PolarsResult;
use polars::prelude::{IpcScanOptions, LazyFrame, PlRefPath, UnifiedScanArgs};
use std::path::Path;

/// Arrow IPC files.
pub const KIND: Kind = Kind {
    name: "arrow",
    title: "Arrow IPC",
    extensions: &["arrow", "feather", "ipc"],
    keys: &[],
    reader: Reader::Lazy(scan),
};

fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyFrame::scan_ipc(PlRefPath::try_from_path(path)?, IpcScanOptions::default(), UnifiedScanArgs::default())
}

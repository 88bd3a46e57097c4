//! The native engine of a page, as the page's own is after it has fetched everything.

use dashgen_runtime::plan::Plan;
use dashgen_runtime::session::Session;

/// A session that has every file of every table.
pub fn session<'a>(plan: Plan, tables: impl IntoIterator<Item: IntoIterator<Item = &'a Vec<u8>>>) -> Session {
    let mut session = Session::new(plan);
    for (table, files) in tables.into_iter().enumerate() {
        for (file, bytes) in files.into_iter().enumerate() {
            session.load(table, file, bytes).unwrap();
        }
    }
    session
}

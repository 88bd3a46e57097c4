//! The native engine of a page, as the page's own is after it has fetched everything.

use crate::visit::Visit;
use dashgen_runtime::plan::{Plan, State};
use dashgen_runtime::session::Session;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::Path;

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

/// What the engine of a built page reads.
pub struct Native {
    pub plan: Plan,
    pub slices: Vec<Vec<Vec<u8>>>,
}

impl Native {
    /// Reads the page in a folder of a built site.
    pub fn of(folder: &Path) -> Native {
        let data = dashgen_tests::page_data(folder);
        let slices = dashgen_tests::slices(folder, &data);
        Native { plan: serde_json::from_value(data["plan"].clone()).unwrap(), slices }
    }

    pub fn session(&self) -> Session {
        session(self.plan.clone(), &self.slices)
    }

    /// Waits until the page rests, then holds every view against what this engine answers for the page's state; gives the
    /// answers by view.
    #[track_caller]
    pub fn agrees(&self, visit: &Visit, step: &str) -> Json {
        visit.rest();
        let state: State = serde_json::from_value(visit.state()).unwrap();
        let expected = serde_json::to_value(self.session().update(&state)).unwrap();
        for (view, ours) in expected.as_object().unwrap() {
            let theirs: Json = visit.page.eval(&format!("(dashgen.shown('{view}'))"));
            if let Some(difference) = difference(ours, &theirs) {
                panic!("{view} after {step}: {difference}");
            }
        }
        expected
    }
}

/// Where two JSON values differ first, as a path and both values; a number is the same with and without `.0`.
fn difference(ours: &Json, theirs: &Json) -> Option<String> {
    let within = |name: &str, found: Option<String>| found.map(|found| format!("{name}.{found}"));
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let of = |map: &serde_json::Map<String, Json>, name| map.get(name).cloned().unwrap_or(json!("(missing)"));
            names.into_iter().find_map(|name| within(name, difference(&of(a, name), &of(b, name))))
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let mut items = a.iter().zip(b).enumerate();
            items.find_map(|(index, (a, b))| within(&index.to_string(), difference(a, b)))
        }
        _ if ours == theirs || (ours.is_number() && ours.as_f64() == theirs.as_f64()) => None,
        _ => Some(format!(" the native engine answers {ours:.200}, the page shows {theirs:.200}")),
    }
}

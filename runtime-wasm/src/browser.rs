//! The engine as JavaScript sees it: JSON text in and out, Parquet bytes in. Nothing else here knows wasm-bindgen, but for what
//! [`crate::plan::read`] throws. What every browser has is not fetched: it reads numbers for us, and knows
//! capitals.
#![allow(unsafe_code, reason = "what #[wasm_bindgen] expands to")]

use crate::json;
use crate::plan::{self, ByName, Plan, State, Value};
use crate::session::Session;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A page's engine. Its session is borrowed only when all that a call is given has been read, which may throw: then the next
/// call finds it as it was.
#[wasm_bindgen]
pub struct Engine(RefCell<Session>);

#[wasm_bindgen]
impl Engine {
    /// An engine for a plan's JSON, without tables yet.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &str) -> Result<Engine, JsError> {
        let plan: Plan = read(plan)?;
        Ok(Engine(RefCell::new(Session::new(plan))))
    }

    /// Reads a file of a table.
    pub fn load(&self, table: usize, file: usize, bytes: &[u8]) -> Result<(), JsError> {
        self.0.borrow_mut().load(table, file, bytes).map_err(|why| JsError::new(&why))
    }

    /// Prepares for a brush in a view, in a state as JSON.
    pub fn activate(&self, view: &str, state: &str) -> Result<(), JsError> {
        let state: State = read(state)?;
        self.0.borrow_mut().activate(view, &state);
        Ok(())
    }

    /// By view, the traces of all points that a chart can show while the brush moves, as JSON, each given once; later updates
    /// pick from these.
    pub fn catalogues(&self) -> String {
        write(&self.0.borrow_mut().catalogues())
    }

    /// Prepares for brushes to come, a little at a time; false if all is prepared.
    pub fn prepare(&self, state: &str) -> Result<bool, JsError> {
        let state: State = read(state)?;
        Ok(self.0.borrow_mut().prepare(&state))
    }

    /// Ranges, as JSON, through which a brush is to `glide` that was prepared and that nobody sees, until `forget`; nothing if
    /// there is none.
    pub fn rehearse(&self, state: &str) -> Result<String, JsError> {
        let state: State = read(state)?;
        Ok(json::write(&self.0.borrow_mut().rehearse(&state)))
    }

    /// What would change if the reader made a choice, as JSON; it is forgotten.
    pub fn try_choice(&self, state: &str) -> Result<String, JsError> {
        let state: State = read(state)?;
        Ok(write(&self.0.borrow_mut().try_choice(&state)))
    }

    /// Forgets a brush that was rehearsed.
    pub fn forget(&self) {
        self.0.borrow_mut().forget();
    }

    /// Takes the reader's state as JSON, gives what changed as JSON.
    pub fn update(&self, state: &str) -> Result<String, JsError> {
        let state: State = read(state)?;
        Ok(write(&self.0.borrow_mut().update(&state)))
    }

    /// Takes a range to which the active view's brush has moved, as JSON, where nothing but that has changed; says how many numbers tell
    /// what that changes, as [`Session::glide`] has it, or 0 where it takes an update.
    pub fn glide(&self, range: &str) -> Result<usize, JsError> {
        let (low, high): (Value, Value) = read(range)?;
        Ok(self.0.borrow_mut().glide(low, high).map_or(0, <[f64]>::len))
    }

    /// Where in the memory the numbers of the last answer begin: they are read there, until the next call, without a copy.
    pub fn points_at(&self) -> *const f64 {
        self.0.borrow().points().as_ptr()
    }

    /// The words of the metrics in what `glide` last gave, line by line.
    pub fn texts(&self) -> String {
        self.0.borrow().texts().join("\n")
    }

    /// What of that is no numbers, as JSON; nothing where all of it is.
    pub fn others(&self) -> String {
        let session = self.0.borrow();
        let others = session.others();
        if others.is_empty() { String::new() } else { write(others) }
    }

    /// The files that views wait for in a state, as JSON: pairs of a table and one of its files.
    pub fn wanted(&self, state: &str) -> Result<String, JsError> {
        let state: State = read(state)?;
        Ok(json::write(&self.0.borrow().wanted(&state)))
    }

    /// Lines of a table in a state as JSON, from one on, so many; `closed` are the groups, as JSON, of which only the head is
    /// shown.
    pub fn lines(&self, view: &str, state: &str, from: usize, count: usize, closed: &str) -> Result<String, JsError> {
        let state: State = read(state)?;
        let closed: Vec<Value> = read(closed)?;
        let lines = self.0.borrow_mut().lines(view, &state, from..from.saturating_add(count), &closed);
        lines.map(|lines| json::write(&lines)).map_err(|why| JsError::new(&why))
    }

    /// What a table shows in a state, as a CSV file.
    pub fn csv(&self, view: &str, state: &str) -> Result<Vec<u8>, JsError> {
        let state: State = read(state)?;
        self.0.borrow_mut().csv(view, &state).map(String::into_bytes).map_err(|why| JsError::new(&why))
    }

    /// What a table shows in a state, as a Parquet file.
    pub fn parquet(&self, view: &str, state: &str) -> Result<Vec<u8>, JsError> {
        let state: State = read(state)?;
        self.0.borrow_mut().parquet(view, &state).map_err(|why| JsError::new(&why))
    }

    /// The values of all charts for which the last update says `points`, as a `Float64Array`; what is null is NaN.
    pub fn points(&self) -> Vec<f64> {
        self.0.borrow().points().to_vec()
    }
}

#[wasm_bindgen]
extern "C" {
    /// The number that a decimal is nearest to.
    #[wasm_bindgen(js_name = Number)]
    pub fn number(decimal: &str) -> f64;

    /// A text in lower case.
    #[wasm_bindgen(js_namespace = ["String", "prototype", "toLowerCase"], js_name = call)]
    pub fn lower_case(text: &str) -> String;
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsError> {
    json::parse(text).map(plan::read).map_err(|why| JsError::new(&why))
}

/// A map, even an empty one, as an object.
fn write<V: Serialize>(map: &ByName<V>) -> String {
    json::write(&Entries(map))
}

struct Entries<'a, V>(&'a ByName<V>);

impl<V: Serialize> Serialize for Entries<'_, V> {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_map(self.0.iter())
    }
}

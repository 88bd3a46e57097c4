//! What stands for approximate aggregates in the engine of pages that ask for none.

use crate::plan::{Aggregate, Value};
use crate::table::{Chunk, Column};
use std::marker::PhantomData;

/// There are none.
pub struct Sketches<'a>(Never, PhantomData<&'a Column>);

enum Never {}

const NONE: &str = "this engine has no approximate aggregates";

impl<'a> Sketches<'a> {
    /// An error.
    pub fn of_rows(_: Aggregate, _: &'a Column) -> Result<Sketches<'a>, String> {
        Err(NONE.to_owned())
    }

    /// An error.
    pub fn of_groups(_: Aggregate, _: &'a Column) -> Result<Sketches<'a>, String> {
        Err(NONE.to_owned())
    }

    /// Cannot be called.
    pub fn add(&mut self, _: &Chunk, _: &[u32], _: usize) {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn values(self, _: usize) -> Result<Vec<Value>, String> {
        match self.0 {}
    }
}

//! The statistics that charts show: what describes a sample, and the lines through points. Each names its source, and
//! computes with plain arithmetic, so that build and browser agree to the last bit.

mod lowess;
mod moving;
mod number;
mod sample;
mod trend;

#[cfg(test)]
mod tests;

pub use lowess::lowess;
pub use moving::{Summed, exponential, window};
pub use number::{exp, ln};
pub use sample::{Sample, density};
pub use trend::{Line, line};

//! The claims about trust, each tried over everything it speaks of.
//!
//! These are ordinary tests. Each part also writes down what it tried, out of which `cargo xtask trust` makes `docs/trust.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod corpora;
mod emulator;
mod faults;
mod input;
mod load;
mod record;

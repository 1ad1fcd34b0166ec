//! The claims about trust that need the program itself. The others, and what records are, stand in `tests/trust` at the root.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![cfg(unix)]

mod crash;
mod gate;
#[path = "../../../../tests/trust/record.rs"]
mod record;
mod secrets;
#[path = "../it/support.rs"]
#[allow(dead_code, reason = "shared with the other tests of the program, which need more of it")]
mod support;

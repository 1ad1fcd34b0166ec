//! What the programs of the benchmarks share.
//!
//! `cargo xtask bench` starts them and talks to them by the protocol of [`worker`]; the server is `responder`, each other program measures
//! one thing with the contender that its arguments name.

pub mod arguments;
pub mod clock;
pub mod contenders;
pub mod documents;
pub mod peak;
pub mod worker;

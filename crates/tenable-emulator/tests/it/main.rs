//! The emulator, seen from outside: the core without sockets, and the whole with them.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod control;
mod faults;
mod identity_exposure;
mod security_center;
mod server;
mod support;
mod vulnerability_management;

//! The command as its users see it: the program itself, run against an emulator.

#![expect(clippy::unwrap_used, reason = "all of this is test code, helpers included")]

mod bulk;
mod config;
mod exit_codes;
#[cfg(unix)]
mod interrupts;
mod output;
mod plan;
mod programs;
mod secrets;
mod security_center;
mod support;
mod tasks;
mod tenants;
#[cfg(unix)]
mod terminal;
mod users;
mod vulnerability_management;

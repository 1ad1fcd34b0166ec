//! The client over scripted transports: errors, retries, the API key, steps of several calls, secrets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod errors;
mod log;
mod retries;
mod script;
mod secrets;
mod security_center;
mod session;
mod settings;
mod steps;
mod vulnerability_management;

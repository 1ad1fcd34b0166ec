//! Behaviour across the layers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod directory;
mod golden;
mod identity_exposure;
mod secrets;
mod security_center;
mod suite;
mod vulnerability_management;
mod wire;

//! Behaviour across the layers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod golden;
mod identity_exposure;
mod security_center;
mod wire;

//! What the tests across the layers share.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests, and what they share, fail by panicking")]

mod core_transport;
mod golden;
pub mod targets;

pub use core_transport::{Core, CoreTransport};
pub use golden::{Golden, all_fixtures, fixtures};

/// Runs the code of the workspace's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Runs the code of the guide for those who come from the Okta connector.
#[cfg(doctest)]
#[doc = include_str!("../docs/okta-connector.md")]
struct OktaConnector;

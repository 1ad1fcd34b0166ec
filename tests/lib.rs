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

/// Runs the code of the README of the tasks, whose crate does not have the emulator.
#[cfg(doctest)]
#[doc = include_str!("../crates/tenable-directory/README.md")]
struct Directory;

/// Runs the code of the book. A page with Rust code that is missing here fails a test of `tests/python/documents`.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../docs/okta-connector.md")]
    struct OktaConnector;
    #[doc = include_str!("../docs/get-started.md")]
    struct GetStarted;
    #[doc = include_str!("../docs/credentials.md")]
    struct Credentials;
    #[doc = include_str!("../docs/network.md")]
    struct Network;
    #[doc = include_str!("../docs/errors.md")]
    struct Errors;
    #[doc = include_str!("../docs/lists.md")]
    struct Lists;
    #[doc = include_str!("../docs/testing.md")]
    struct Testing;
    #[doc = include_str!("../docs/recipes/rotate-keys.md")]
    struct RotateKeys;
    #[doc = include_str!("../docs/recipes/clone-a-role.md")]
    struct CloneARole;
}

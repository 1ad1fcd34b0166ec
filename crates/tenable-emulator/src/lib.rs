#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! A product is a core that turns a request into a [`Reply`] and knows no sockets, such as
//! [`identity_exposure::IdentityExposure`]. Around it stand what all products share: [`clock`], [`rules()`], [`faults`],
//! [`journal`], [`mail`] and [`control`]. [`Emulator`] puts both behind listeners.
//!
//! The crate shares no type with the client that it is a counterpart to. A mistake in the client's idea of the API
//! therefore shows.

mod bounds;
pub mod clock;
pub mod control;
mod emulator;
mod endpoint;
mod entropy;
pub mod faults;
#[macro_use]
mod instruments;
pub mod identity_exposure;
pub mod journal;
mod json;
pub mod mail;
mod peer;
mod persistence;
mod pipeline;
mod reply;
mod routing;
mod rules;
mod secrets;
pub mod security_center;
mod server;
mod store;
mod tls;
pub mod vulnerability_management;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use control::{Control, RuleSetting};
pub use emulator::{Emulator, EmulatorBuilder, EmulatorError, RunningEmulator};
pub use endpoint::{Credentials, Endpoint, SecurityCenterEndpoint, VulnerabilityManagementEndpoint};
pub use peer::Peer;
pub use persistence::StateError;
pub use reply::{Delivery, Reply};
pub use rules::{Confidence, Rule, RuleError};
pub use tls::ClientCertificate;

/// The rules of all products.
pub(crate) static RULE_TABLES: &[&[Rule]] =
    &[identity_exposure::rules::ALL, security_center::rules::ALL, vulnerability_management::rules::ALL];

/// Every rule of every product.
///
/// ```
/// for rule in tenable_emulator::rules() {
///     println!("{}={} ({}): {}", rule.name, rule.default, rule.outcomes.join(", "), rule.doc);
/// }
/// ```
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULE_TABLES.iter().copied().flatten()
}

/// Locks, also after a panic elsewhere: a test that failed should not hide the next failure.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

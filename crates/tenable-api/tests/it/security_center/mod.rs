//! Security Center's client: signing in, the session, the envelope, refusals.

mod enclave;
mod envelope;
mod expiry;
mod lifecycle;
mod refusals;
mod regressions;
mod removals;
mod secrets;
mod settings;
mod sign_in;
mod single_flight;
mod support;

//! Tenable Security Center, and Tenable Enclave Security.
//!
//! [`SecurityCenter`] is the client. Its resources are generated from `spec/security-center.yaml`; what stands beside them by hand is
//! signing in (`session.rs`), the envelope around every answer (`envelope.rs`), what a refusal means (`refusal.rs`), and what the
//! contract cannot say, in the file of its resource.

mod client;
mod envelope;
mod gate;
mod generated;
mod refusal;
mod session;
mod users;

pub use client::{SecurityCenter, Settings};
pub use generated::*;

use crate::UntypedOperation;

/// The operation of this id, such as `users.create`.
pub fn operation(id: &str) -> Option<&'static UntypedOperation> {
    OPERATIONS.iter().find(|operation| operation.meta().id == id)
}

/// Environment variable that holds the URL: `https://sc.example.com`.
pub const URL_VARIABLE: &str = "TSC_URL";

/// Environment variable that holds the access key, the first half of an API key.
pub const ACCESS_KEY_VARIABLE: &str = "TSC_ACCESS_KEY";

/// Environment variable that holds the secret key, the second half of an API key.
pub const SECRET_KEY_VARIABLE: &str = "TSC_SECRET_KEY";

/// Environment variable that holds the name of the user who signs in.
pub const USERNAME_VARIABLE: &str = "TSC_USERNAME";

/// Environment variable that holds the password of the user who signs in.
pub const PASSWORD_VARIABLE: &str = "TSC_PASSWORD";

//! Tenable Identity Exposure.
//!
//! [`IdentityExposure`] is the client. Its resources are generated from `spec/identity-exposure.yaml`; what stands beside them by hand
//! is the credential (`session.rs`), and steps that take more than one call, in the file of their resource.

mod client;
mod generated;
mod roles;
mod session;
mod users;

pub use client::{IdentityExposure, Settings};
pub use generated::*;
pub use users::{CreateWithRoles, CreatedWithRoles};

use crate::UntypedOperation;

/// The operation of this id, such as `users.create`.
pub fn operation(id: &str) -> Option<&'static UntypedOperation> {
    OPERATIONS.iter().find(|operation| operation.meta().id == id)
}

/// Environment variable that holds the URL: `https://acme.tenable.ad`.
pub const URL_VARIABLE: &str = "TIE_URL";

/// Environment variable that holds the API key.
pub const API_KEY_VARIABLE: &str = "TIE_API_KEY";

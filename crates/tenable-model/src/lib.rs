//! Types for users, roles and groups of Tenable products.
//!
//! Values only: everything here is plain data with serde, without I/O and without async. Other crates of the SDK put these values
//! on the wire; a program that only stores or compares them depends on this crate alone.
//!
//! Three rules hold for every type:
//!
//! * **Read leniently.** Numbers as strings, booleans as `"true"` or `1`, missing and null fields, new enum values and new fields
//!   are all accepted.
//! * **Write exactly.** What is written has the product's documented shape; unknown fields come back out as they came in.
//! * **Secrets stay secret.** Passwords and keys are [`SecretString`](secret::SecretString): no `Debug` shows them.
//!
//! ```
//! use tenable_model::identity_exposure::{RoleId, User};
//!
//! let json = r#"{"id": "7", "name": "Ann", "email": "ann@example.com", "roles": [2], "lockedOut": 0, "badge": "blue"}"#;
//! let user: User = serde_json::from_str(json)?;
//! assert_eq!(user.roles, [RoleId(2)]);
//! assert!(!user.locked_out);
//! assert_eq!(user.extra.get("badge").and_then(|badge| badge.as_str()), Some("blue"));
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod identity_exposure;
mod product;
pub mod secret;
pub mod security_center;
pub mod shared;
pub mod vulnerability_management;
pub mod wire;

mod extra;
mod patch;
mod place;
mod timestamp;
mod uuid;

pub use extra::Extra;
pub use patch::Patch;
pub use place::{cause_of, place_of};
pub use product::Product;
pub use shared::Known;
pub use timestamp::{Timestamp, TimestampError};
pub use uuid::Uuid;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

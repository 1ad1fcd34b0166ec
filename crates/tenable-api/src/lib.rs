//! Administer users, roles and groups of Tenable products.
//!
//! One client a product; each resource has a handle, each operation a method that makes a [`Call`], and a call is run by
//! [`send`](Call::send).
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use tenable_api::identity_exposure::IdentityExposure;
//!
//! let tie = IdentityExposure::from_env()?; // TIE_URL, TIE_API_KEY
//! let ann = tie.users().create("Ann", "ann@example.com", "Violet-Harbor-42").surname("Lee").active(true).send().await?;
//! tie.users().update_user_roles(ann.id, [2]).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use tenable_api::model::security_center::user;
//! use tenable_api::security_center::SecurityCenter;
//!
//! let sc = SecurityCenter::from_env()?; // TSC_URL, TSC_ACCESS_KEY and TSC_SECRET_KEY, or TSC_USERNAME and TSC_PASSWORD
//! let mut users = sc.users().list().fields([user::Field::Username, user::Field::Locked]).items();
//! while let Some(user) = users.try_next().await? {
//!     if user.locked == Some(true) {
//!         println!("{}", user.username.unwrap_or_default());
//!     }
//! }
//! sc.close().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What holds for every product:
//!
//! * **Nothing is done twice.** A request that may have been carried out is sent again only where twice is the same as once;
//!   otherwise the error says [`outcome_unknown`](Error::outcome_unknown).
//! * **Only what was set is sent.** An update holds the fields that were named and no others.
//! * **Reading is lenient.** New fields and new values are kept, not refused; see [`tenable_model`].
//! * **Operations are values.** Every request is a struct that can be built, looked at and tested without a client; see
//!   [`Operation`]. By name and with JSON, they go through [`UntypedOperation`].
//!
//! # Features
//!
//! `hyper` (default) brings HTTP and TLS. Without it the crate has no network code, and a client is built on a
//! [`Transport`](tenable_transport::Transport) of the caller's: `IdentityExposure::builder().transport(..)`. `aws-lc-rs` (default) or
//! `ring` is the crypto provider of rustls.

pub mod admin;
pub mod identity_exposure;
pub mod security_center;
pub mod vulnerability_management;

mod arguments;
mod base_url;
mod build_error;
mod builder;
mod call;
mod client;
mod error;
mod exchange;
mod key_pair;
mod listing;
mod only_false;
mod operation;
mod parse;
mod redaction;
mod request;
mod response;
mod setters;

pub use build_error::BuildError;
pub use builder::Builder;
pub use call::Call;
pub use client::{CallOptions, Client};
pub use error::{Effect, Error, ErrorKind, report};
pub use listing::Listing;
pub use operation::{
    ListOperation, Location, Operation, OperationMeta, Parameter, ParameterKind, UntypedOperation, from_arguments,
};
pub use response::Response;

pub use tenable_model as model;
pub use tenable_transport as transport;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

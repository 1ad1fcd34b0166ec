//! The clients that are compared, each behind the same three calls.

pub mod derived;
mod hand_written;
mod ours;
mod with_reqwest;

use anyhow::{Result, bail};

use crate::documents::Product;

pub use hand_written::HandWritten;
pub use ours::{Ours, check_of_list};
pub use with_reqwest::WithReqwest;

/// A client of one product. What each call gives is a sum over what was read; it must not depend on the client.
#[derive(Debug)]
pub enum Contender {
    /// The client of this project, with its default options.
    Ours(Ours),
    /// The client of hyper-util and serde's derive.
    Hyper(HandWritten),
    /// reqwest and serde's derive.
    Reqwest(WithReqwest),
}

impl Contender {
    /// The client of a name: `ours`, `hyper`, `reqwest`. Answers may have so many bytes.
    pub fn new(name: &str, product: Product, server: &str, max_response_bytes: u64) -> Result<Self> {
        Ok(match name {
            "ours" => Self::Ours(Ours::new(product, server, max_response_bytes)?),
            "hyper" => Self::Hyper(HandWritten::new(product, server)?),
            "reqwest" => Self::Reqwest(WithReqwest::new(product, server)?),
            _ => bail!("{name:?} is none of ours, hyper, reqwest"),
        })
    }

    /// Reads one user.
    pub async fn one(&self, user: u32) -> Result<u64> {
        match self {
            Self::Ours(client) => client.one(user).await,
            Self::Hyper(client) => client.one(user).await,
            Self::Reqwest(client) => client.one(user).await,
        }
    }

    /// Reads the list of all users.
    pub async fn list(&self) -> Result<u64> {
        match self {
            Self::Ours(client) => client.list().await,
            Self::Hyper(client) => client.list().await,
            Self::Reqwest(client) => client.list().await,
        }
    }
}

/// The header that carries the key, and a key.
fn credentials(product: Product) -> (&'static str, &'static str) {
    match product {
        Product::IdentityExposure => ("x-api-key", "key"),
        Product::SecurityCenter => ("x-apikey", "accesskey=access; secretkey=secret;"),
        Product::VulnerabilityManagement => ("x-apikeys", "accessKey=access;secretKey=secret;"),
    }
}

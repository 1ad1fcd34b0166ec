//! A client of any of the products: before it is built, and after.

use std::sync::Arc;
use std::time::Duration;

use tenable_api::admin::Admin;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{Builder, Client};

use super::{Credential, Place, identity_exposure, security_center, vulnerability_management};
use crate::exit::{Failure, Result};

/// A client that is not built yet.
#[derive(Debug)]
pub(super) enum Remote {
    IdentityExposure(Box<Builder<tenable_api::identity_exposure::Settings>>),
    SecurityCenter(Box<Builder<tenable_api::security_center::Settings>>),
    VulnerabilityManagement(Box<Builder<tenable_api::vulnerability_management::Settings>>),
}

/// How a client behaves, whatever it talks to.
#[derive(Clone, Debug, Default)]
pub(super) struct Manner {
    pub(super) timeout: Option<Duration>,
    /// Whose rights to act with, in Vulnerability Management.
    pub(super) as_user: Option<String>,
}

impl Remote {
    /// The client that a place asks for. Nothing is sent; a command for a key may be run.
    pub(super) fn of(product: Product, place: &Place<'_>, credential: Credential, quiet: bool) -> Result<Self> {
        Ok(match product {
            Product::IdentityExposure => {
                let builder = identity_exposure::builder(place, credential)?;
                Self::IdentityExposure(Box::new(place.reached(builder, quiet)?))
            }
            Product::SecurityCenter => {
                let builder = security_center::builder(place, credential)?;
                Self::SecurityCenter(Box::new(place.reached(builder, quiet)?))
            }
            Product::VulnerabilityManagement => {
                let builder = vulnerability_management::builder(place, credential)?;
                Self::VulnerabilityManagement(Box::new(place.reached(builder, quiet)?))
            }
            other => return Err(Failure::usage(format!("there is no command for {other}"))),
        })
    }

    pub(super) fn build(self, manner: Manner) -> Result<ProductClient> {
        let Manner { timeout, as_user } = manner;
        Ok(match self {
            Self::IdentityExposure(builder) => ProductClient::IdentityExposure(finished(*builder, timeout).build()?),
            Self::SecurityCenter(builder) => ProductClient::SecurityCenter(finished(*builder, timeout).build()?),
            Self::VulnerabilityManagement(builder) => {
                let client = finished(*builder, timeout).build()?;
                let client = as_user.map_or(Ok(client.clone()), |name| client.as_user(name))?;
                ProductClient::VulnerabilityManagement(client)
            }
        })
    }
}

fn finished<P>(builder: Builder<P>, timeout: Option<Duration>) -> Builder<P> {
    let builder = builder.user_agent(concat!("tenable-cli/", env!("CARGO_PKG_VERSION")));
    match timeout {
        Some(timeout) => builder.deadline(timeout).attempt_timeout(timeout),
        None => builder,
    }
}

#[derive(Clone, Debug)]
pub(super) enum ProductClient {
    IdentityExposure(IdentityExposure),
    SecurityCenter(SecurityCenter),
    VulnerabilityManagement(VulnerabilityManagement),
}

impl ProductClient {
    /// The part that all products have.
    pub(super) fn client(&self) -> &Client {
        match self {
            Self::IdentityExposure(client) => client.client(),
            Self::SecurityCenter(client) => client.client(),
            Self::VulnerabilityManagement(client) => client.client(),
        }
    }

    /// The part that tasks use.
    pub(super) fn admin(&self) -> Arc<dyn Admin> {
        match self {
            Self::IdentityExposure(client) => Arc::new(client.clone()),
            Self::SecurityCenter(client) => Arc::new(client.clone()),
            Self::VulnerabilityManagement(client) => Arc::new(client.clone()),
        }
    }

    /// Ends what the client has open at the product.
    pub(super) async fn close(&self) -> std::result::Result<(), tenable_api::Error> {
        match self {
            Self::IdentityExposure(_) | Self::VulnerabilityManagement(_) => Ok(()),
            Self::SecurityCenter(client) => client.close().await,
        }
    }
}

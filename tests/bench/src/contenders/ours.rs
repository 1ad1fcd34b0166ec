use anyhow::Result;
use bytes::Bytes;
use http::Response;
use tenable_api::Operation as _;
use tenable_api::identity_exposure::{self as exposure, IdentityExposure};
use tenable_api::security_center::{self as center, SecurityCenter};
use tenable_api::vulnerability_management::{self as management, VulnerabilityManagement};
use tenable_model::{
    identity_exposure as exposure_model, security_center as center_model, vulnerability_management as management_model,
};

use crate::documents::Product;

/// The clients of this project.
#[derive(Debug)]
pub enum Ours {
    /// Of Identity Exposure.
    IdentityExposure(IdentityExposure),
    /// Of Security Center.
    SecurityCenter(SecurityCenter),
    /// Of Vulnerability Management.
    VulnerabilityManagement(VulnerabilityManagement),
}

impl Ours {
    /// A client of the product at this address, with the default options but for the largest answer.
    pub fn new(product: Product, server: &str, max_response_bytes: u64) -> Result<Self> {
        Ok(match product {
            Product::IdentityExposure => Self::IdentityExposure(
                IdentityExposure::builder()
                    .url(server)
                    .api_key("key")
                    .max_response_bytes(max_response_bytes)
                    .build()?,
            ),
            Product::SecurityCenter => Self::SecurityCenter(
                SecurityCenter::builder()
                    .url(server)
                    .api_key("access", "secret")
                    .max_response_bytes(max_response_bytes)
                    .build()?,
            ),
            Product::VulnerabilityManagement => Self::VulnerabilityManagement(
                VulnerabilityManagement::builder()
                    .url(server)
                    .api_key("access", "secret")
                    .max_response_bytes(max_response_bytes)
                    .build()?,
            ),
        })
    }

    /// Reads one user.
    pub async fn one(&self, user: u32) -> Result<u64> {
        let user = u64::from(user);
        Ok(match self {
            Self::IdentityExposure(client) => exposure_check(&client.users().details(user).send().await?),
            Self::SecurityCenter(client) => {
                center_check(&client.users().details(center_model::UserAddress::own(user)).send().await?)
            }
            Self::VulnerabilityManagement(client) => {
                management_check(&client.users().details(management_model::UserId(user)).send().await?)
            }
        })
    }

    /// Reads the list.
    pub async fn list(&self) -> Result<u64> {
        Ok(match self {
            Self::IdentityExposure(client) => client.users().list().send().await?.iter().map(exposure_check).sum(),
            Self::SecurityCenter(client) => client.users().list().send().await?.iter().map(center_check).sum(),
            Self::VulnerabilityManagement(client) => {
                client.users().list().send().await?.iter().map(management_check).sum()
            }
        })
    }
}

/// The sum over a list, as it stands in an answer, read by what the client reads it with.
pub fn check_of_list(product: Product, answer: &Response<Bytes>) -> Result<u64> {
    Ok(match product {
        Product::IdentityExposure => exposure::ListUsers::parse(answer)?.iter().map(exposure_check).sum(),
        Product::SecurityCenter => center::ListUsers::parse(answer)?.iter().map(center_check).sum(),
        Product::VulnerabilityManagement => management::ListUsers::parse(answer)?.iter().map(management_check).sum(),
    })
}

fn exposure_check(user: &exposure_model::User) -> u64 {
    user.id.0 + user.email.len() as u64
}

fn center_check(user: &center_model::User) -> u64 {
    user.id.0 + user.email.as_ref().map_or(0, |email| email.len() as u64)
}

fn management_check(user: &management_model::User) -> u64 {
    user.id.0 + user.email.as_ref().map_or(0, |email| email.len() as u64)
}

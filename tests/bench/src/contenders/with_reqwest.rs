use anyhow::Result;

use super::{credentials, derived};
use crate::documents::Product;

/// reqwest as it comes.
#[derive(Debug)]
pub struct WithReqwest {
    client: reqwest::Client,
    product: Product,
    server: String,
}

impl WithReqwest {
    /// A client of the product at this address.
    pub fn new(product: Product, server: &str) -> Result<Self> {
        let client = reqwest::Client::builder().user_agent("with-reqwest").build()?;
        Ok(Self { client, product, server: server.to_owned() })
    }

    /// Reads one user.
    pub async fn one(&self, user: u32) -> Result<u64> {
        let body = self.get(&format!("{}{}/{user}", self.server, self.product.path())).await?;
        derived::check_of_one(self.product, &body)
    }

    /// Reads the list.
    pub async fn list(&self) -> Result<u64> {
        let body = self.get(&format!("{}{}", self.server, self.product.path())).await?;
        derived::check_of_list(self.product, &body)
    }

    async fn get(&self, url: &str) -> Result<bytes::Bytes> {
        let (name, key) = credentials(self.product);
        let request = self.client.get(url).header(name, key).header("accept", "application/json");
        Ok(request.send().await?.error_for_status()?.bytes().await?)
    }
}

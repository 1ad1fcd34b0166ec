use anyhow::{Result, ensure};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::{credentials, derived};
use crate::documents::Product;

/// The client of hyper-util, with as little around it as works.
#[derive(Debug)]
pub struct HandWritten {
    client: Client<HttpConnector, Empty<Bytes>>,
    product: Product,
    server: String,
}

impl HandWritten {
    /// A client of the product at this address.
    pub fn new(product: Product, server: &str) -> Result<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), product, server: server.to_owned() })
    }

    /// Reads one user.
    pub async fn one(&self, user: u32) -> Result<u64> {
        let answer = self.get(format!("{}{}/{user}", self.server, self.product.path())).await?;
        let body = answer.into_body().collect().await?.to_bytes();
        derived::check_of_one(self.product, &body)
    }

    /// Reads the list, into a buffer that is as large as the answer says.
    pub async fn list(&self) -> Result<u64> {
        let mut answer = self.get(format!("{}{}", self.server, self.product.path())).await?.into_body();
        let mut body = Vec::with_capacity(usize::try_from(answer.size_hint().exact().unwrap_or_default())?);
        while let Some(frame) = answer.frame().await {
            if let Ok(piece) = frame?.into_data() {
                body.extend_from_slice(&piece);
            }
        }
        derived::check_of_list(self.product, &body)
    }

    async fn get(&self, url: String) -> Result<Response<Incoming>> {
        let (name, key) = credentials(self.product);
        let request = Request::get(Uri::try_from(url)?)
            .header(name, key)
            .header("accept", "application/json")
            .header("user-agent", "hand-written")
            .body(Empty::new())?;
        let answer = self.client.request(request).await?;
        ensure!(answer.status().is_success(), "{}", answer.status());
        Ok(answer)
    }
}

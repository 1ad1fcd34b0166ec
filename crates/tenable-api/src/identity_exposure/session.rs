//! The API key: how it is attached, and how a renewal swaps it for all clones of a client at once.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use tenable_transport::{
    Authorize, Classify, ClassifyByStatus, Outcome, SharedTransport, TransportError, TransportErrorKind,
};

use super::RenewApiKey;
use crate::client::Dialect;
use crate::error::Refusal;
use crate::{BuildError, Operation as _, OperationMeta};

const HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// What is told of a new key before it is used.
pub(super) type OnNewKey = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// The key of a client and all its clones.
pub(super) struct ApiKeyCredential {
    current: RwLock<(u64, SecretString)>,
    on_new_key: Option<OnNewKey>,
}

impl ApiKeyCredential {
    pub(super) fn new(key: &SecretString, on_new_key: Option<OnNewKey>) -> Result<Self, BuildError> {
        let text = key.expose_secret();
        if text.trim().is_empty() {
            return Err(BuildError::new("the API key is empty"));
        }
        if text.to_ascii_lowercase().contains("accesskey=") || text.to_ascii_lowercase().contains("secretkey=") {
            return Err(BuildError::new(
                "the API key is a key pair of Tenable Vulnerability Management; Identity Exposure has one key of its own, \
                 shown in its console under the profile's preferences",
            ));
        }
        let key = SecretString::from(text.trim());
        header_value(&key).map_err(|_| BuildError::new("the API key holds characters that a header cannot hold"))?;
        Ok(Self { current: RwLock::new((0, key)), on_new_key })
    }

    /// The key in use and its number; each renewal counts one up.
    pub(super) fn current(&self) -> (u64, SecretString) {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn replace(&self, key: SecretString) {
        if let Some(on_new_key) = &self.on_new_key {
            on_new_key(&key);
        }
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = (current.0 + 1, key);
    }
}

impl fmt::Debug for ApiKeyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyCredential").field("generation", &self.current().0).finish_non_exhaustive()
    }
}

fn header_value(key: &SecretString) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(key.expose_secret())?;
    value.set_sensitive(true);
    Ok(value)
}

/// Attaches the key. A call that was on its way with a key which was renewed meanwhile is sent once more with the new one.
#[derive(Debug)]
pub(super) struct ApiKeyAuthorization(pub(super) Arc<ApiKeyCredential>);

#[async_trait]
impl Authorize for ApiKeyAuthorization {
    async fn authorize(&self, request: &mut Request<Bytes>, _: &SharedTransport) -> Result<u64, TransportError> {
        let (generation, key) = self.0.current();
        let value = header_value(&key).map_err(|_| {
            TransportError::new(TransportErrorKind::Authorize)
                .with_message("the API key holds characters that a header cannot hold")
        })?;
        request.headers_mut().insert(HEADER, value);
        Ok(generation)
    }

    async fn refresh(&self, stale_generation: u64, _: &SharedTransport) -> Result<bool, TransportError> {
        Ok(self.0.current().0 > stale_generation)
    }
}

/// 401 may mean that the key was renewed while the request was on its way.
#[derive(Debug)]
pub(super) struct ClassifyIdentityExposure;

impl Classify for ClassifyIdentityExposure {
    fn classify(&self, response: &Response<Bytes>) -> Outcome {
        match response.status() {
            StatusCode::UNAUTHORIZED => Outcome::SessionExpired,
            _ => ClassifyByStatus.classify(response),
        }
    }
}

/// Statuses mean what they say; the shape of error bodies is not documented.
#[derive(Debug)]
pub(super) struct IdentityExposureDialect(pub(super) Arc<ApiKeyCredential>);

impl Dialect for IdentityExposureDialect {
    fn refusal(&self, response: &Response<Bytes>) -> Option<Refusal> {
        (!response.status().is_success()).then(|| Refusal::read(response))
    }

    fn succeeded(&self, meta: &'static OperationMeta, response: &Response<Bytes>) {
        if meta.id == RenewApiKey::META.id
            && let Ok(renewed) = RenewApiKey::parse(response)
        {
            self.0.replace(renewed.key);
        }
    }
}

//! How a call gets its credentials.

use std::fmt::Debug;

use bytes::Bytes;
use http::Request;

use crate::{SharedTransport, TransportError};

/// Attaches credentials to a call. Each product says its own.
///
/// Called only for requests to the configured origin, over https, to loopback, or with plain http allowed. Every header
/// that is added is marked sensitive by the layer.
///
/// # Examples
///
/// A fixed key in a header:
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderValue, Request};
/// use tenable_transport::{Authorize, SharedTransport, TransportError};
///
/// #[derive(Debug)]
/// struct ApiKey(HeaderValue);
///
/// #[async_trait::async_trait]
/// impl Authorize for ApiKey {
///     async fn authorize(
///         &self,
///         request: &mut Request<Bytes>,
///         _below: &SharedTransport,
///     ) -> Result<u64, TransportError> {
///         request.headers_mut().insert("x-api-key", self.0.clone());
///         Ok(0)
///     }
/// }
/// ```
#[async_trait::async_trait]
pub trait Authorize: Debug + Send + Sync {
    /// Attaches credentials, signing in through `below` first if need be.
    ///
    /// `below` is the part of the same stack below this layer: one attempt with its timeout, to the configured origin
    /// only. Returns the generation of the credential that was used, a number that grows with each new sign-in.
    ///
    /// # Errors
    ///
    /// The call is not sent. An error of a sign-in that may have reached the server becomes
    /// [`Authorize`](crate::TransportErrorKind::Authorize), with the original as its source.
    async fn authorize(&self, request: &mut Request<Bytes>, below: &SharedTransport) -> Result<u64, TransportError>;

    /// Asked once per call after [`SessionExpired`](crate::Outcome::SessionExpired). `true` says that a credential
    /// newer than `stale_generation` exists now, and the call is sent once more with it. `refused` is the call without
    /// its credentials; its [`CallContext`](crate::CallContext) says which operation it is.
    async fn refresh(
        &self,
        refused: &Request<Bytes>,
        stale_generation: u64,
        below: &SharedTransport,
    ) -> Result<bool, TransportError> {
        let _ = (refused, stale_generation, below);
        Ok(false)
    }
}

/// Attaches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAuthorization;

#[async_trait::async_trait]
impl Authorize for NoAuthorization {
    async fn authorize(&self, _request: &mut Request<Bytes>, _below: &SharedTransport) -> Result<u64, TransportError> {
        Ok(0)
    }
}

//! Keeps requests, and so credentials, on the configured server.

use bytes::Bytes;
use http::{Request, Response};

use super::RequestHandler;
use crate::{Origin, Transport, TransportError, TransportErrorKind};

/// Where a stack may send.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    origin: Origin,
    /// Credentials would be readable on the way.
    is_exposed: bool,
}

impl Guard {
    pub(crate) fn new(origin: Origin, allow_plain_http: bool) -> Self {
        let is_exposed = !origin.is_https() && !origin.is_loopback() && !allow_plain_http;
        Self { origin, is_exposed }
    }

    /// Refuses another origin than the configured one, and plain http to another machine unless it was allowed.
    pub(crate) fn check(&self, request: &Request<Bytes>) -> Result<(), TransportError> {
        let origin = &self.origin;
        let refused = if !origin.is_of(request.uri())? {
            format!("the request goes to {}, but this client serves {origin} only", Origin::of(request.uri())?)
        } else if self.is_exposed {
            format!("{origin} is plain http to another machine: credentials would be readable on the way; use https")
        } else {
            return Ok(());
        };
        Err(TransportError::new(TransportErrorKind::InvalidRequest).with_message(refused))
    }
}

/// The same check for what the authorize layer sends on its own account.
#[derive(Debug)]
pub(crate) struct GuardLayer<L> {
    pub(crate) below: L,
    pub(crate) guard: Guard,
}

impl<L: RequestHandler> RequestHandler for GuardLayer<L> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.guard.check(&request)?;
        self.below.send(request).await
    }
}

/// What a product signs in through.
#[async_trait::async_trait]
impl<L: RequestHandler> Transport for GuardLayer<L> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        RequestHandler::send(self, request).await
    }
}

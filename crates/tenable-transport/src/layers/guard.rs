//! Keeps requests, and so credentials, on the configured server.

use bytes::Bytes;
use http::{Request, Response};

use crate::{Origin, SharedTransport, Transport, TransportError, TransportErrorKind};

/// Where a stack may send.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) origin: Origin,
    pub(crate) allow_plain_http: bool,
}

impl Guard {
    /// Refuses another origin than the configured one, and plain http to another machine unless it was allowed.
    pub(crate) fn check(&self, request: &Request<Bytes>) -> Result<(), TransportError> {
        let target = Origin::of(request.uri())?;
        let refused = if target != self.origin {
            format!("the request goes to {target}, but this client serves {} only", self.origin)
        } else if !target.is_https() && !target.is_loopback() && !self.allow_plain_http {
            format!("{target} is plain http to another machine: credentials would be readable on the way; use https")
        } else {
            return Ok(());
        };
        Err(TransportError::new(TransportErrorKind::InvalidRequest).with_message(refused))
    }
}

/// The same check for what the authorize layer sends on its own account.
#[derive(Debug)]
pub(crate) struct GuardLayer {
    pub(crate) below: SharedTransport,
    pub(crate) guard: Guard,
}

#[async_trait::async_trait]
impl Transport for GuardLayer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.guard.check(&request)?;
        self.below.send(request).await
    }
}

//! Innermost: bounds one attempt.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::time::within;
use crate::{SharedTransport, Time, Transport, TransportError, TransportErrorKind};

/// Ends an attempt that has no full answer in time.
#[derive(Debug)]
pub(crate) struct TimeoutLayer {
    pub(crate) below: SharedTransport,
    pub(crate) limit: Option<Duration>,
    pub(crate) time: Arc<dyn Time>,
}

#[async_trait::async_trait]
impl Transport for TimeoutLayer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        within(self.time.as_ref(), self.limit, self.below.send(request)).await.unwrap_or_else(|| {
            let limit = self.limit.unwrap_or_default();
            Err(TransportError::new(TransportErrorKind::AttemptTimeout)
                .with_message(format!("no full answer within {limit:?}")))
        })
    }
}

//! Innermost: bounds one attempt.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::RequestHandler;
use super::progress::Progress;
use crate::time::within;
use crate::{CallContext, Time, TransportError, TransportErrorKind};

/// Ends an attempt that has no full answer in time; as a timeout of the connection if it got no further.
#[derive(Debug)]
pub(crate) struct TimeoutLayer<L> {
    pub(crate) below: L,
    pub(crate) limit: Option<Duration>,
    pub(crate) time: Arc<dyn Time>,
}

impl<L: RequestHandler> RequestHandler for TimeoutLayer<L> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let progress = Progress::of(&request);
        let own = request.extensions().get::<CallContext>().and_then(|context| context.attempt_timeout);
        let limit = own.unwrap_or(self.limit);
        let ended = {
            // Dropped before anybody asks how far it got.
            let attempt = pin!(self.below.send(request));
            within(self.time.as_ref(), limit, attempt).await
        };
        ended.unwrap_or_else(|| {
            let limit = limit.unwrap_or_default();
            if progress.unsent() {
                return Err(TransportError::new(TransportErrorKind::ConnectTimeout)
                    .with_message(format!("the connection was not ready within {limit:?}; nothing was sent")));
            }
            Err(TransportError::new(TransportErrorKind::AttemptTimeout)
                .with_message(format!("no full answer within {limit:?}")))
        })
    }
}

//! Counts and traces one attempt.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::RequestHandler;
use super::progress::Progress;
use crate::{CallContext, Time, TransportError};

/// One event per attempt, sign-ins included, and the count of the attempts of a call.
#[derive(Debug)]
pub(crate) struct AttemptLayer<L> {
    pub(crate) below: L,
    pub(crate) time: Arc<dyn Time>,
}

impl<L: RequestHandler> RequestHandler for AttemptLayer<L> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let operation = CallContext::of(&request).operation;
        let progress = Progress::of(&request);
        let start = self.time.now();
        let attempt = progress.begin_attempt();
        let result = self.below.send(request).await;
        progress.end_attempt();
        let elapsed_ms = u64::try_from(self.time.now().saturating_sub(start).as_millis()).unwrap_or(u64::MAX);
        match &result {
            Ok(response) => {
                tracing::debug!(operation, attempt, status = response.status().as_u16(), elapsed_ms, "answered");
            }
            Err(error) => tracing::debug!(operation, attempt, error = ?error.kind(), elapsed_ms, "failed"),
        }
        result
    }
}

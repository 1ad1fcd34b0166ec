//! Outermost: the span of a call, and its report.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use tracing::Instrument as _;
use tracing::field::Empty;

use super::progress::Progress;
use super::{Call, CallHandler};
use crate::{CallContext, CallReport, Idempotency, Outcome, Time, Transport, TransportError, TransportErrorKind};

/// Starts the state of a call, and writes its report on the response or into the error.
#[derive(Debug)]
pub(crate) struct CallLayer<L> {
    pub(crate) below: L,
    pub(crate) time: Arc<dyn Time>,
}

#[async_trait::async_trait]
impl<L: CallHandler> Transport for CallLayer<L> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let progress = Progress::start(&mut request);
        let context = CallContext::of(&request);
        let changes = context.idempotency != Idempotency::Read;
        let span = tracing::debug_span!(
            "call",
            operation = context.operation,
            method = %request.method(),
            path_template = %context.path_template,
            attempts = Empty,
            status = Empty,
            elapsed_ms = Empty,
            error = Empty,
        );
        let call = Call { request: &request, context: &context, progress: &progress };
        let start = self.time.now();
        let result = {
            let below = pin!(self.below.call(call));
            below.instrument(span.clone()).await
        };
        let elapsed = self.time.now().saturating_sub(start);
        let attempts = progress.attempts();
        span.record("attempts", attempts);
        span.record("elapsed_ms", u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        match result {
            Ok(answer) => {
                span.record("status", answer.response.status().as_u16());
                let last_unknown = answer.outcome == Outcome::Unavailable;
                let report = CallReport::new(attempts, elapsed)
                    .with_earlier_outcome_unknown(changes && progress.earlier_unknown())
                    .with_outcome_unknown(changes && last_unknown)
                    .with_retry_after(answer.retry_after(self.time.as_ref()));
                let mut response = answer.response;
                response.extensions_mut().insert(report);
                Ok(response)
            }
            Err(error) => {
                span.record("error", tracing::field::debug(error.kind()));
                let cut_off =
                    error.kind() == TransportErrorKind::Deadline && progress.under_way() && !progress.unsent();
                let unknown = error.outcome_unknown() || cut_off || progress.earlier_unknown();
                Err(error.with_outcome_unknown(changes && unknown).with_attempts(attempts, elapsed))
            }
        }
    }
}

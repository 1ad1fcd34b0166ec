//! Bounds a call, all its attempts and waits included.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::CallHandler;
use super::progress::Progress;
use crate::time::within;
use crate::{CallContext, Time, TransportError, TransportErrorKind};

/// Ends a call at its deadline, and tells the layers below when that is.
#[derive(Debug)]
pub(crate) struct DeadlineLayer<L> {
    pub(crate) below: L,
    pub(crate) deadline: Option<Duration>,
    pub(crate) time: Arc<dyn Time>,
}

impl<L: CallHandler> CallHandler for DeadlineLayer<L> {
    async fn call(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let deadline = CallContext::of(request).deadline.unwrap_or(self.deadline);
        let progress = Progress::of(request);
        if let Some(deadline) = deadline {
            progress.set_deadline_at(self.time.now().saturating_add(deadline));
        }
        within(self.time.as_ref(), deadline, self.below.call(request)).await.unwrap_or_else(|| {
            let limit = deadline.unwrap_or_default();
            let state = match (progress.attempts(), progress.under_way()) {
                (0, _) => "before anything was sent",
                (_, false) => "between two attempts",
                (_, true) if progress.unsent() => "while a connection was being made",
                (_, true) => "while an answer was awaited",
            };
            Err(TransportError::new(TransportErrorKind::Deadline)
                .with_message(format!("the deadline of {limit:?} passed {state}")))
        })
    }
}

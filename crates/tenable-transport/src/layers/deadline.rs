//! Bounds a call, all its attempts and waits included.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::{Answer, Call, CallHandler};
use crate::time::within;
use crate::{Time, TransportError, TransportErrorKind};

/// Ends a call at its deadline, and tells the layers below when that is.
#[derive(Debug)]
pub(crate) struct DeadlineLayer<L> {
    pub(crate) below: L,
    pub(crate) deadline: Option<Duration>,
    pub(crate) time: Arc<dyn Time>,
}

impl<L: CallHandler> CallHandler for DeadlineLayer<L> {
    async fn call(&self, call: Call<'_>) -> Result<Answer, TransportError> {
        let Call { context, progress, .. } = call;
        let deadline = context.deadline.unwrap_or(self.deadline);
        if let Some(deadline) = deadline {
            progress.set_deadline_at(self.time.now().saturating_add(deadline));
        }
        let ended = {
            // Dropped before anybody asks how far it got.
            let below = pin!(self.below.call(call));
            within(self.time.as_ref(), deadline, below).await
        };
        ended.unwrap_or_else(|| {
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

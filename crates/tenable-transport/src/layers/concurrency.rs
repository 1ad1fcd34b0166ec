//! Bounds the calls under way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Answer, Call, CallHandler};
use crate::time::within;
use crate::{Time, TransportError, TransportErrorKind};

/// Lets at most so many calls of all clones under way, first come, first served.
#[derive(Debug)]
pub(crate) struct ConcurrencyLayer<L> {
    below: L,
    places: Semaphore,
    size: usize,
    wait_limit: Option<Duration>,
    time: Arc<dyn Time>,
}

impl<L> ConcurrencyLayer<L> {
    /// A size of zero would wait for ever, so it is taken as one.
    pub(crate) fn new(below: L, size: usize, wait_limit: Option<Duration>, time: Arc<dyn Time>) -> Self {
        let size = size.clamp(1, Semaphore::MAX_PERMITS);
        Self { below, places: Semaphore::new(size), size, wait_limit, time }
    }
}

impl<L: CallHandler> CallHandler for ConcurrencyLayer<L> {
    async fn call(&self, call: Call<'_>) -> Result<Answer, TransportError> {
        // The semaphore is never closed, so its only other answer is time out.
        let Some(Ok(_place)) = within(self.time.as_ref(), self.wait_limit, pin!(self.places.acquire())).await else {
            let limit = self.wait_limit.unwrap_or_default();
            return Err(TransportError::new(TransportErrorKind::Overloaded).with_message(format!(
                "{} calls are under way, and none ended within {limit:?}; nothing was sent",
                self.size
            )));
        };
        self.below.call(call).await
    }
}

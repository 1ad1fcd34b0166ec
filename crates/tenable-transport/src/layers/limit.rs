//! Spaces out attempts, and stops all of them when the server says that it is too much.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::progress::Progress;
use crate::classify::{Outcome, outcome_of};
use crate::{RateLimit, SharedTransport, Time, Transport, TransportError, TransportErrorKind, retry_after};

/// A token bucket for every try of every clone, closed while a `Retry-After` of a 429 runs.
///
/// What the layer below starts by itself, sign-ins and the resend after one, does not pass here.
#[derive(Debug)]
pub(crate) struct LimitLayer {
    below: SharedTransport,
    bucket: Option<Bucket>,
    longest_pause: Duration,
    time: Arc<dyn Time>,
    state: Mutex<State>,
    /// Whoever waits for a token holds this, so that tokens go out first come, first served.
    turn: tokio::sync::Mutex<()>,
}

/// A bucket of `requests` tokens that fills up in `per`.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    interval: Duration,
    burst: Duration,
}

#[derive(Debug, Default)]
struct State {
    /// No attempt leaves before this.
    paused_until: Duration,
    /// When the bucket is full again: one interval later with each token taken.
    full_at: Duration,
}

impl LimitLayer {
    pub(crate) fn new(
        below: SharedTransport,
        limit: Option<RateLimit>,
        longest_pause: Duration,
        time: Arc<dyn Time>,
    ) -> Self {
        let bucket = limit.map(|limit| {
            let interval = limit.per / limit.requests.max(1);
            Bucket { interval, burst: limit.per.saturating_sub(interval) }
        });
        Self { below, bucket, longest_pause, time, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing can panic while it is held, and its two numbers are valid in any combination.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause and for a token.
    async fn admit(&self, progress: &Progress) -> Result<(), TransportError> {
        // Before taking a turn, so that nobody queues for what cannot come in time.
        self.in_time(self.state().paused_until.saturating_sub(self.time.now()), progress)?;
        let _turn = self.turn.lock().await;
        loop {
            let wait = self.state().take(self.bucket, self.time.now());
            if wait.is_zero() {
                return Ok(());
            }
            self.in_time(wait, progress)?;
            self.time.sleep(wait).await;
        }
    }

    /// Refuses a wait that ends after the deadline, rather than waiting in vain.
    fn in_time(&self, wait: Duration, progress: &Progress) -> Result<(), TransportError> {
        if wait.is_zero() || progress.allows(self.time.now(), wait) {
            return Ok(());
        }
        Err(TransportError::new(TransportErrorKind::Deadline).with_retry_after(wait).with_message(format!(
            "requests are held back for another {:.1}s, which is past the deadline of the call",
            wait.as_secs_f64()
        )))
    }
}

impl State {
    /// Takes a token, or says how long to wait before trying again.
    fn take(&mut self, bucket: Option<Bucket>, now: Duration) -> Duration {
        let pause = self.paused_until.saturating_sub(now);
        let Some(bucket) = bucket else { return pause };
        let wait = self.full_at.saturating_sub(bucket.burst).saturating_sub(now).max(pause);
        if wait.is_zero() {
            self.full_at = self.full_at.max(now).saturating_add(bucket.interval);
        }
        wait
    }
}

#[async_trait::async_trait]
impl Transport for LimitLayer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.admit(&Progress::of(&request)).await?;
        let response = self.below.send(request).await?;
        if outcome_of(&response) == Outcome::Throttled {
            if let Some(wait) = retry_after(response.headers(), self.time.unix_time()) {
                // One wrong header must not stop every clone for years.
                let until = self.time.now().saturating_add(wait.min(self.longest_pause));
                let mut state = self.state();
                state.paused_until = state.paused_until.max(until);
            }
        }
        Ok(response)
    }
}

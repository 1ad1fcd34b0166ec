//! Sends again what may be sent again.

use std::sync::Arc;
use std::time::Duration;

use super::{Answer, Call, CallHandler};
use crate::{Idempotency, Jitter, Outcome, RetrySettings, Time, TransportError, TransportErrorKind};

/// Repeats a call by the table of [`Idempotency`], with growing waits, within the deadline.
#[derive(Debug)]
pub(crate) struct RetryLayer<L> {
    pub(crate) below: L,
    pub(crate) settings: RetrySettings,
    pub(crate) longest_pause: Duration,
    pub(crate) time: Arc<dyn Time>,
    pub(crate) jitter: Arc<dyn Jitter>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Answered(Outcome),
    Failed(TransportErrorKind),
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Stop,
    /// The server did not act.
    Resend,
    /// The server may have acted.
    ResendUnknown,
}

/// The retry table, in one place.
fn verdict(idempotency: Idempotency, ending: Ending) -> Verdict {
    use Idempotency::{Idempotent, Never, Read, Removal};
    let repeatable = matches!(idempotency, Read | Idempotent | Removal);
    match ending {
        Ending::Failed(TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout) => Verdict::Resend,
        Ending::Answered(Outcome::Throttled | Outcome::Refused) if idempotency != Never => Verdict::Resend,
        Ending::Answered(Outcome::Unavailable)
        | Ending::Failed(TransportErrorKind::AttemptTimeout | TransportErrorKind::Interrupted)
            if repeatable =>
        {
            Verdict::ResendUnknown
        }
        _ => Verdict::Stop,
    }
}

impl<L> RetryLayer<L> {
    /// The wait before the next try: what the server asks for, else doubling from the base up to the cap, jittered.
    ///
    /// A `Retry-After` of zero says nothing of when to come back, and must not become a tight loop.
    fn wait(&self, asked: Option<Duration>, tries: u32) -> Duration {
        asked.filter(|wait| !wait.is_zero()).unwrap_or_else(|| {
            let doubled = self.settings.base_delay.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
            self.jitter.up_to(doubled.min(self.settings.max_delay))
        })
    }
}

impl<L: CallHandler> CallHandler for RetryLayer<L> {
    async fn call(&self, call: Call<'_>) -> Result<Answer, TransportError> {
        let Call { context, progress, .. } = call;
        // Throttled tries are bounded by the deadline alone, unless they are counted like every other one.
        let (mut tries, mut throttled) = (0, 0);
        loop {
            let result = self.below.call(call).await;
            let ending = match &result {
                Ok(answer) => Ending::Answered(answer.outcome),
                Err(error) => Ending::Failed(error.kind()),
            };
            let verdict = verdict(context.idempotency, ending);
            if verdict == Verdict::Stop {
                return result;
            }
            let asked = match &result {
                Ok(answer) => answer.retry_after(self.time.as_ref()),
                Err(error) => error.retry_after(),
            };
            // A deadline is compared with the very word of the server; without one, nothing else bounds the wait.
            let asked = if progress.has_deadline() { asked } else { asked.map(|wait| wait.min(self.longest_pause)) };
            let apart = ending == Ending::Answered(Outcome::Throttled) && !self.settings.count_throttled;
            let number = if apart { &mut throttled } else { &mut tries };
            *number += 1;
            let wait = self.wait(asked, *number);
            let exhausted = tries >= self.settings.max_attempts.max(1);
            if exhausted || !progress.allows(self.time.now(), wait) {
                return result;
            }
            if verdict == Verdict::ResendUnknown {
                progress.set_earlier_unknown();
            }
            tracing::info!(
                operation = context.operation,
                attempts = progress.attempts(),
                after = ?ending,
                wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "sending again"
            );
            drop(result);
            self.time.sleep(wait).await;
        }
    }
}

//! Spaces out attempts, and stops all of them when the server says that it is too much.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::progress::Progress;
use super::{Answer, Call, CallHandler};
use crate::{Outcome, RateLimit, Time, TransportError, TransportErrorKind};

/// How long what a 429 taught is kept.
const REMEMBERED: Duration = Duration::from_secs(300);

/// Fewer answers than this say nothing about the rate that the server keeps up.
const ENOUGH: u32 = 8;

/// As many answers are looked back on.
const LATEST: usize = 4096;

/// A token bucket for every try of every clone, closed while a `Retry-After` of a 429 runs.
///
/// What a server took until it said 429, over the time until it takes more, is the rate that it keeps up. After the pause
/// attempts leave evenly at that rate, for otherwise each pause ends with a burst that is refused like the one before. It is
/// forgotten after five minutes without a refusal, and never so slow that calls under way would not fit into their time.
///
/// What the layer below starts by itself, sign-ins and the resend after one, does not pass here.
#[derive(Debug)]
pub(crate) struct LimitLayer<L> {
    below: L,
    bucket: Option<Bucket>,
    longest_pause: Duration,
    /// The longest time between two attempts that a refusal leads to.
    longest_interval: Duration,
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
    /// When the last pause was over.
    released_at: Duration,
    /// The pause that a 429 asked for, until it is over.
    refused: Option<Duration>,
    /// When the latest attempts left that the server took, since the last pause.
    taken: VecDeque<Duration>,
    /// Learned from the last refusal.
    pace: Option<Pace>,
}

/// The time between two attempts.
#[derive(Clone, Copy, Debug)]
struct Pace {
    interval: Duration,
    /// When the next attempt may leave.
    next_at: Duration,
    forgotten_at: Duration,
}

impl<L> LimitLayer<L> {
    pub(crate) fn new(
        below: L,
        limit: Option<RateLimit>,
        longest_pause: Duration,
        longest_interval: Duration,
        time: Arc<dyn Time>,
    ) -> Self {
        let bucket = limit.map(|limit| {
            let interval = limit.per / limit.requests.max(1);
            Bucket { interval, burst: limit.per.saturating_sub(interval) }
        });
        let (state, turn) = Default::default();
        Self { below, bucket, longest_pause, longest_interval, time, state, turn }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing can panic while it is held, and what it holds is valid in any combination.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause and for a token; gives the time when it was there.
    async fn admit(&self, progress: &Progress) -> Result<Duration, TransportError> {
        // Before taking a turn, so that nobody queues for what cannot come in time.
        let now = self.time.now();
        in_time(now, self.state().paused_until.saturating_sub(now), progress)?;
        // The time is still the same where nobody is waited for.
        let (_turn, mut now) = match self.turn.try_lock() {
            Ok(turn) => (turn, now),
            Err(_) => (self.turn.lock().await, self.time.now()),
        };
        loop {
            let wait = self.state().take(self.bucket, self.longest_interval, now);
            if wait.is_zero() {
                return Ok(now);
            }
            in_time(now, wait, progress)?;
            self.time.sleep(wait).await;
            now = self.time.now();
        }
    }
}

/// Refuses a wait that ends after the deadline, rather than waiting in vain.
fn in_time(now: Duration, wait: Duration, progress: &Progress) -> Result<(), TransportError> {
    if wait.is_zero() || progress.allows(now, wait) {
        return Ok(());
    }
    Err(TransportError::new(TransportErrorKind::Deadline).with_retry_after(wait).with_message(format!(
        "requests are held back for another {:.1}s, which is past the deadline of the call",
        wait.as_secs_f64()
    )))
}

impl State {
    /// Takes a token, or says how long to wait before trying again.
    fn take(&mut self, bucket: Option<Bucket>, longest_interval: Duration, now: Duration) -> Duration {
        let mut wait = self.paused_until.saturating_sub(now);
        if !wait.is_zero() {
            return wait;
        }
        self.learn(longest_interval, now);
        if let Some(bucket) = bucket {
            wait = self.full_at.saturating_sub(bucket.burst).saturating_sub(now);
        }
        if let Some(pace) = self.pace {
            wait = wait.max(pace.next_at.saturating_sub(now));
        }
        if wait.is_zero() {
            if let Some(bucket) = bucket {
                self.full_at = self.full_at.max(now).saturating_add(bucket.interval);
            }
            if let Some(pace) = &mut self.pace {
                // A timer that came late is made good, but only by one interval.
                pace.next_at = pace.next_at.max(now.saturating_sub(pace.interval)).saturating_add(pace.interval);
            }
        }
        wait
    }

    /// Once a pause is over, for what was under way when it began has been answered by then.
    fn learn(&mut self, longest_interval: Duration, now: Duration) {
        if let Some(pause) = self.refused.take() {
            let interval = self.interval_until(self.paused_until).or_else(|| {
                // Too little to go by, as others ask as well: slower than before, within what would be enough.
                self.pace.map(|pace| pace.interval.max((pace.interval * 2).min(pause / ENOUGH)))
            });
            let interval = interval.map(|interval| interval.min(longest_interval));
            self.pace = interval.map(|interval| Pace { interval, next_at: now, forgotten_at: now + REMEMBERED });
            self.taken.clear();
            self.released_at = now;
        } else if self.pace.is_some_and(|pace| pace.forgotten_at <= now) {
            self.pace = None;
            self.taken.clear();
        }
    }

    /// The shortest mean time between attempts that the server took, up to the time when it takes more.
    fn interval_until(&self, until: Duration) -> Option<Duration> {
        let latest_first = (1_u32..).zip(self.taken.iter().rev());
        let enough = latest_first.skip_while(|(number, _)| *number < ENOUGH);
        enough.map(|(number, left_at)| until.saturating_sub(*left_at) / number).min()
    }

    /// The server has taken an attempt that left then.
    fn accepted(&mut self, left_at: Duration) {
        if self.taken.len() == LATEST {
            self.taken.pop_front();
        }
        self.taken.push_back(left_at);
    }

    /// The server counts differently, or others ask it too: no attempt leaves before `until`, and after that one at a time, as
    /// another burst would be refused like the last one.
    fn throttled(&mut self, bucket: Option<Bucket>, left_at: Duration, now: Duration, pause: Duration) {
        let until = now.saturating_add(pause);
        // One that left before the last pause teaches nothing new, and one without a word of when to come back nothing at all.
        if left_at >= self.released_at && !pause.is_zero() {
            self.refused = Some(pause);
        }
        self.paused_until = self.paused_until.max(until);
        if let Some(bucket) = bucket {
            self.full_at = self.full_at.max(until.saturating_add(bucket.burst));
        }
    }
}

impl<L: CallHandler> CallHandler for LimitLayer<L> {
    async fn call(&self, call: Call<'_>) -> Result<Answer, TransportError> {
        let left_at = self.admit(call.progress).await?;
        let answer = self.below.call(call).await?;
        if answer.outcome == Outcome::Throttled {
            let asked = answer.retry_after(self.time.as_ref()).unwrap_or_default();
            // One wrong header must not stop every clone for years.
            let pause = asked.min(self.longest_pause);
            let now = self.time.now();
            self.state().throttled(self.bucket, left_at, now, pause);
        } else {
            self.state().accepted(left_at);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// When so many tokens are taken, each as soon as there is one.
    fn taken(state: &mut State, bucket: Option<Bucket>, mut now: Duration, tokens: usize) -> Vec<u128> {
        let mut times = Vec::new();
        while times.len() < tokens {
            let wait = state.take(bucket, SECOND / 4, now);
            if wait.is_zero() {
                times.push(now.as_millis());
            }
            now += wait;
        }
        times
    }

    #[test]
    fn after_a_refusal_there_is_no_other_burst() {
        let bucket = Some(Bucket { interval: SECOND / 4, burst: SECOND * 3 / 4 });
        let mut state = State::default();
        assert_eq!(taken(&mut state, bucket, SECOND, 5), [1000, 1000, 1000, 1000, 1250]);
        state.throttled(bucket, SECOND, SECOND * 2, SECOND * 8);
        assert_eq!(taken(&mut state, bucket, SECOND * 2, 3), [10_000, 10_250, 10_500]);
        // Without a word of when to come back as well.
        let mut state = State::default();
        state.throttled(bucket, Duration::ZERO, SECOND, Duration::ZERO);
        assert_eq!(taken(&mut state, bucket, SECOND, 3), [1000, 1250, 1500]);
        assert_eq!(
            taken(&mut state, bucket, SECOND * 20, 5),
            [20_000, 20_000, 20_000, 20_000, 20_250],
            "it fills again"
        );
        // Without a rate there is the pause alone.
        let mut state = State::default();
        state.throttled(None, Duration::ZERO, Duration::ZERO, SECOND);
        assert_eq!(taken(&mut state, None, Duration::ZERO, 2), [1000, 1000]);
    }

    #[test]
    fn the_rate_that_a_server_keeps_up_is_learned_from_its_refusal() {
        let milliseconds = Duration::from_millis;
        let mut state = State::default();
        // 60 leave at once, of which 50 are taken; the server takes more after a second.
        assert_eq!(taken(&mut state, None, SECOND, 60), [1000; 60]);
        state.throttled(None, SECOND, SECOND, SECOND);
        (0..50).for_each(|_| state.accepted(SECOND));
        (0..9).for_each(|_| state.throttled(None, SECOND, SECOND, SECOND));
        assert_eq!(taken(&mut state, None, SECOND, 3), [2000, 2020, 2040]);
        // Late by more than one place: only one is made good.
        assert_eq!(taken(&mut state, None, milliseconds(2150), 3), [2150, 2150, 2170]);
        // A refusal of what left before the pause, and came late, teaches nothing.
        state.throttled(None, SECOND, milliseconds(2180), milliseconds(20));
        assert_eq!(taken(&mut state, None, milliseconds(2200), 2), [2200, 2210]);
        // A refusal with too few answers before it: half as fast, as long as that is enough to learn from.
        state.throttled(None, milliseconds(2210), SECOND * 2, SECOND);
        assert_eq!(taken(&mut state, None, SECOND * 3, 3), [3000, 3040, 3080]);
        for second in 3..10 {
            state.throttled(None, SECOND * second, SECOND * second, SECOND);
            taken(&mut state, None, SECOND * (second + 1), 1);
        }
        assert_eq!(taken(&mut state, None, SECOND * 11, 3), [11_000, 11_000, 11_125]);
        // A refusal without a word of when to come back changes nothing.
        state.throttled(None, SECOND * 11, SECOND * 12, Duration::ZERO);
        assert_eq!(taken(&mut state, None, SECOND * 20, 3), [20_000, 20_000, 20_125]);
        // Nothing is kept for ever.
        assert_eq!(taken(&mut state, None, SECOND * 400, 3), [400_000; 3]);
    }

    #[test]
    fn it_is_never_slower_than_calls_can_wait() {
        let mut state = State::default();
        (0..8).for_each(|_| state.accepted(SECOND));
        state.throttled(None, SECOND, SECOND, SECOND * 60);
        assert_eq!(taken(&mut state, None, SECOND * 61, 3), [61_000, 61_250, 61_500]);
    }

    #[test]
    fn slow_times_before_a_burst_do_not_count() {
        let mut state = State::default();
        (0..600).for_each(|second| state.accepted(SECOND * second));
        (0..50).for_each(|_| state.accepted(SECOND * 600));
        state.throttled(None, SECOND * 600, SECOND * 600, SECOND);
        assert_eq!(taken(&mut state, None, SECOND * 601, 2), [601_000, 601_020]);
    }

    #[test]
    fn one_refusal_among_few_requests_is_a_pause_and_no_more() {
        let mut state = State::default();
        (0..3).for_each(|second| state.accepted(SECOND * second));
        state.throttled(None, SECOND * 3, SECOND * 3, SECOND * 2);
        assert_eq!(taken(&mut state, None, SECOND * 3, 3), [5000; 3]);
    }
}

//! Time and chance, injected, so that tests need neither.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher as _, RandomState};
use std::pin::Pin;
use std::process;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The clock of a stack.
///
/// # Examples
///
/// ```
/// use tenable_transport::{Time, TokioTime};
///
/// let time = TokioTime::new();
/// let start = time.now();
/// assert!(time.now() >= start);
/// ```
#[async_trait::async_trait]
pub trait Time: Debug + Send + Sync {
    /// Time since an arbitrary start; never goes back. Comparable only with values of the same clock.
    fn now(&self) -> Duration;

    /// The time of day, to read a `Retry-After` that is a date.
    fn unix_time(&self) -> SystemTime;

    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// The clock of the Tokio runtime, which tests can pause, and the time of day of the system.
#[derive(Clone, Copy, Debug)]
pub struct TokioTime {
    start: Instant,
}

impl TokioTime {
    /// A clock that starts now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for TokioTime {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait::async_trait]
impl Time for TokioTime {
    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.start)
    }

    fn unix_time(&self) -> SystemTime {
        SystemTime::now()
    }

    // As the macro would write it, but for a future of its own around that of Tokio.
    fn sleep<'a, 'b>(&'a self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Spreads the waits of many clients.
pub trait Jitter: Debug + Send + Sync {
    /// A wait of at most `max`.
    fn up_to(&self, max: Duration) -> Duration;
}

/// Any wait from nothing to the whole, equally likely.
#[derive(Clone, Copy, Debug, Default)]
pub struct FullJitter;

impl Jitter for FullJitter {
    fn up_to(&self, max: Duration) -> Duration {
        // Hashed with keys that are random, and with what a forked process, which has the keys of its parent, does not share with it.
        let unlike = (process::id(), std::time::Instant::now());
        let random = (RandomState::new().hash_one(unlike) >> 32) as u32;
        let share = f64::from(random) / f64::from(u32::MAX);
        Duration::try_from_secs_f64(max.as_secs_f64() * share).unwrap_or(max).min(max)
    }
}

/// Always the whole wait, for tests and for single users.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoJitter;

impl Jitter for NoJitter {
    fn up_to(&self, max: Duration) -> Duration {
        max
    }
}

/// The output of `future`, or `None` if it took longer than `limit`.
///
/// By its place, for a future that is moved into another takes its room twice, and so again at each layer.
pub(crate) async fn within<F: Future>(
    time: &dyn Time,
    limit: Option<Duration>,
    mut future: Pin<&mut F>,
) -> Option<F::Output> {
    let Some(limit) = limit else { return Some(future.await) };
    let mut sleep = None;
    poll_fn(|cx| {
        // The future first: an answer that is there counts, however late.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        sleep.get_or_insert_with(|| time.sleep(limit)).as_mut().poll(cx).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[test]
    fn jitter_stays_below_its_bound() {
        let max = Duration::from_millis(250);
        let waits: Vec<_> = (0..1000).map(|_| FullJitter.up_to(max)).collect();
        assert!(waits.iter().all(|wait| *wait <= max));
        assert!(waits.iter().any(|wait| *wait < max / 4) && waits.iter().any(|wait| *wait > max / 4 * 3));
        assert_eq!(NoJitter.up_to(max), max);
        assert_eq!(FullJitter.up_to(Duration::ZERO), Duration::ZERO);
        assert!(FullJitter.up_to(Duration::MAX) <= Duration::MAX, "no overflow");
    }

    #[tokio::test(start_paused = true)]
    async fn within_bounds_a_future() {
        let time = TokioTime::new();
        let late = time.sleep(Duration::from_secs(2));
        assert_eq!(within(&time, Some(Duration::from_secs(1)), pin!(late)).await, None);
        assert_eq!(time.now(), Duration::from_secs(1));
        assert_eq!(within(&time, None, pin!(time.sleep(Duration::from_secs(5)))).await, Some(()));
        assert_eq!(within(&time, Some(Duration::ZERO), pin!(std::future::ready(3))).await, Some(3));
    }
}

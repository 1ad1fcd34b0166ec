//! Time, as the emulator sees it.
//!
//! Nothing in the crate asks the operating system for the time: lock-outs, token lifetimes and journal entries all read
//! a [`Clock`]. A test hands in a [`ManualClock`] and moves it; a running emulator reads the [`SystemClock`] plus the
//! offset that was set through the control interface.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::lock;

/// The last millisecond of the year 9999: neither RFC 3339 nor an HTTP date has a form for a later one.
pub(crate) const LATEST_MS: u64 = 253_402_300_799_999;

/// A source of the current time.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use tenable_emulator::clock::Clock;
///
/// #[derive(Debug)]
/// struct Noon;
///
/// impl Clock for Noon {
///     fn now(&self) -> SystemTime {
///         UNIX_EPOCH + Duration::from_secs(43_200)
///     }
/// }
/// assert_eq!(Noon.now(), Noon.now());
/// ```
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that moves only when it is told to.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tenable_emulator::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::new(UNIX_EPOCH);
/// clock.advance(Duration::from_secs(300));
/// assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(300));
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<SystemTime>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: SystemTime) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        *lock(&self.0) += by;
    }

    /// Moves the clock to `to`, in either direction.
    pub fn set(&self, to: SystemTime) {
        *lock(&self.0) = to;
    }
}

impl Default for ManualClock {
    /// Stands at 2026-01-01 00:00:00 UTC.
    fn default() -> Self {
        Self::new(UNIX_EPOCH + Duration::from_secs(1_767_225_600))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        *lock(&self.0)
    }
}

/// A clock with an offset in front of it, so that a running emulator can be moved through time.
#[derive(Debug)]
pub(crate) struct AdjustableClock {
    base: Arc<dyn Clock>,
    /// Milliseconds added to the base. A watch channel, so that delayed answers wake when it changes.
    offset: watch::Sender<i64>,
}

impl AdjustableClock {
    pub(crate) fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, offset: watch::Sender::new(0) }
    }

    /// Milliseconds since the Unix epoch; 0 for anything earlier, and the end of the year 9999 for anything later.
    pub(crate) fn now_ms(&self) -> u64 {
        let now = milliseconds(self.base.now()).saturating_add(*self.offset.borrow());
        u64::try_from(now).unwrap_or(0).min(LATEST_MS)
    }

    /// The time in this many seconds; none if it is later than times can be written.
    pub(crate) fn in_seconds(&self, seconds: u64) -> Option<SystemTime> {
        let then = seconds.checked_mul(1_000)?.checked_add(self.now_ms())?;
        (then <= LATEST_MS).then(|| UNIX_EPOCH + Duration::from_millis(then))
    }

    pub(crate) fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.now_ms())
    }

    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.offset.send_modify(|offset| *offset = offset.saturating_add(by));
    }

    pub(crate) fn set(&self, to: SystemTime) {
        let offset = milliseconds(to).saturating_sub(milliseconds(self.base.now()));
        self.offset.send_replace(offset);
    }

    pub(crate) fn reset(&self) {
        self.offset.send_replace(0);
    }

    /// Waits until this clock has moved on by `delay`, through real time, an [`advance`](Self::advance), or both.
    pub(crate) async fn wait(&self, delay: Duration) {
        let deadline = self.now_ms().saturating_add(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        let mut changed = self.offset.subscribe();
        loop {
            let now = self.now_ms();
            if now >= deadline {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(deadline - now)) => {}
                result = changed.changed() => if result.is_err() { return },
            }
        }
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |n| -n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_moves_the_clock_both_ways_and_reset_takes_it_back() {
        let clock = AdjustableClock::new(Arc::new(ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_000))));
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now_ms(), 1_005_000);
        clock.set(UNIX_EPOCH + Duration::from_secs(10));
        assert_eq!(clock.now_ms(), 10_000);
        clock.reset();
        assert_eq!(clock.now_ms(), 1_000_000);
    }

    #[test]
    fn the_clock_stays_between_1970_and_9999() {
        let base = Arc::new(ManualClock::default());
        let clock = AdjustableClock::new(Arc::clone(&base) as _);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now_ms(), LATEST_MS);
        assert_eq!(clock.in_seconds(1), None);
        clock.reset();
        base.set(UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(clock.now(), UNIX_EPOCH);
        assert_eq!(clock.in_seconds(u64::MAX), None);
        assert_eq!(clock.in_seconds(LATEST_MS / 1_000), Some(UNIX_EPOCH + Duration::from_secs(LATEST_MS / 1_000)));
        assert_eq!(clock.in_seconds(LATEST_MS / 1_000 + 1), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_when_the_clock_is_advanced() {
        let clock = Arc::new(AdjustableClock::new(Arc::new(ManualClock::default())));
        let waiting = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { clock.wait(Duration::from_secs(3_600)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(3_599));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(Duration::from_secs(1));
        waiting.await.unwrap();
    }
}

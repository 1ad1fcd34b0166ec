use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use tenable_api::model::Timestamp;

/// What time it is, for journals, records and reviews. The computer's clock, unless another is given.
///
/// ```
/// use tenable_directory::Clock;
///
/// let clock = Clock::fixed(1_800_000_000);
/// assert_eq!(clock.now().to_string(), "2027-01-15T08:00:00Z");
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// Another clock.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A clock that stands still at this number of seconds since 1970-01-01T00:00:00Z.
    pub fn fixed(seconds: u64) -> Self {
        Self::new(move || SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
    }

    /// The time now, in whole seconds.
    pub fn now(&self) -> Timestamp {
        let since = (self.0)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
        Timestamp::from_unix_seconds(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

use std::time::{Duration, SystemTime};

use crate::{Time, TokioTime};

/// The clock of the Tokio runtime, with the time of day pinned to a known moment at the start.
///
/// With Tokio's time paused, tests of a `Retry-After` that is a date are exact.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tenable_transport::{PinnedTime, Time};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let time = PinnedTime::new(UNIX_EPOCH);
/// time.sleep(Duration::from_secs(90)).await;
/// assert_eq!(time.unix_time(), UNIX_EPOCH + Duration::from_secs(90));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PinnedTime {
    clock: TokioTime,
    start: SystemTime,
}

impl PinnedTime {
    /// A clock that starts now, and calls now `start`.
    pub fn new(start: SystemTime) -> Self {
        Self { clock: TokioTime::new(), start }
    }
}

#[async_trait::async_trait]
impl Time for PinnedTime {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn unix_time(&self) -> SystemTime {
        self.start + self.clock.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }
}

use std::collections::BTreeSet;
use std::time::Duration;

use tenable_api::model::Timestamp;

use super::Details;
use crate::aliases::normalized;

/// How a review is made.
///
/// ```
/// use std::time::Duration;
/// use tenable_directory::{Clock, ReviewOptions};
///
/// let options = ReviewOptions::new(Clock::default().now())
///     .idle(Duration::from_secs(60 * 24 * 60 * 60))
///     .listed(["ann@example.com", "bo@example.com"]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReviewOptions {
    /// What time it is.
    pub now: Timestamp,
    /// After how long without any use an account is idle. 90 days, if nothing is set.
    pub idle: Duration,
    /// After how long without use API keys are unused. 90 days, if nothing is set.
    pub unused_key: Duration,
    /// The addresses that the identity provider lists, normalised; `None` when there is no list.
    pub listed: Option<BTreeSet<String>>,
    /// Of whom the details are read. Of administrators, if nothing is set.
    pub details: Details,
}

const NINETY_DAYS: Duration = Duration::from_secs(90 * 24 * 60 * 60);

impl ReviewOptions {
    /// At this time, with 90 days and no list.
    pub fn new(now: Timestamp) -> Self {
        Self { now, idle: NINETY_DAYS, unused_key: NINETY_DAYS, listed: None, details: Details::default() }
    }

    /// With another time without use after which an account is idle.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// With another time after which API keys are unused.
    #[must_use]
    pub fn unused_key(mut self, unused: Duration) -> Self {
        self.unused_key = unused;
        self
    }

    /// With the addresses, or other names, of everybody whom the identity provider lists; who is not among them should have no account.
    /// Letter case and surrounding white space do not count, nor do empty lines.
    #[must_use]
    pub fn listed(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let names = names.into_iter().map(|name| normalized(name.as_ref()));
        self.listed = Some(names.filter(|name| !name.is_empty()).collect());
        self
    }

    /// With the details of others. [`Review::of`](super::Review::of) reads nothing, and does not look at it.
    #[must_use]
    pub fn details(mut self, details: Details) -> Self {
        self.details = details;
        self
    }
}

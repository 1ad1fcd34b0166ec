//! What all products of one emulator share: clock, rules, faults, journal and mail.

use std::sync::Arc;

use jiff::Timestamp;

use crate::bounds::STATE_LIMIT;
use crate::clock::{AdjustableClock, Clock};
use crate::entropy::Entropy;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::mail::Outbox;
use crate::rules::Rules;

#[derive(Debug)]
pub(crate) struct Instruments {
    pub(crate) clock: AdjustableClock,
    pub(crate) rules: Rules,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) mail: Outbox,
    /// Bytes of JSON that each product remembers.
    pub(crate) state_limit: usize,
    pub(crate) entropy: Entropy,
}

impl Instruments {
    pub(crate) fn new(rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock: AdjustableClock::new(clock),
            rules,
            faults: Faults::default(),
            journal: Journal::default(),
            mail: Outbox::default(),
            state_limit: STATE_LIMIT,
            entropy: Entropy::default(),
        }
    }

    /// With another source of random numbers.
    pub(crate) fn with_entropy(self, entropy: Entropy) -> Self {
        Self { entropy, ..self }
    }

    /// With another bound on what each product remembers, in bytes of JSON.
    pub(crate) fn with_state_limit(self, state_limit: usize) -> Self {
        Self { state_limit, ..self }
    }

    /// The time in RFC 3339, UTC.
    pub(crate) fn timestamp(&self) -> String {
        rfc3339(self.clock.now_ms())
    }

    /// Back to the start: rules as given then, no faults, no journal, no mail, no offset on the clock.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.rules.reset();
        self.faults.clear();
        self.journal.clear();
        self.mail.clear();
    }
}

/// Milliseconds since the epoch as RFC 3339 with milliseconds, in UTC.
pub(crate) fn rfc3339(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    format!("{:.3}", time.unwrap_or(Timestamp::MAX))
}

/// The methods by which a test steers a product's core and looks into it. They need `self.inner.instruments`.
macro_rules! steering {
    () => {
        /// Adds a fault and gives its number.
        pub fn add_fault(&self, fault: $crate::faults::Fault) -> u64 {
            self.inner.instruments.faults.add(fault)
        }

        /// Every request so far, the oldest first.
        pub fn journal(&self) -> Vec<$crate::journal::JournalEntry> {
            self.inner.instruments.journal.after(0)
        }

        /// All mail that would have been sent.
        pub fn mail(&self) -> Vec<$crate::mail::Mail> {
            self.inner.instruments.mail.all()
        }

        /// Chooses the outcome of a rule.
        pub fn set_rule(&self, rule: &str, outcome: &str) -> Result<(), $crate::RuleError> {
            self.inner.instruments.rules.set(rule, outcome)
        }

        /// Everything the instance remembers, keys included.
        pub fn state(&self) -> serde_json::Value {
            $crate::pipeline::Product::state(self)
        }

        /// Back to the seed data and its keys. Rules, faults, journal, mail and clock are as at the start as well, also those of
        /// the other products of the same emulator.
        ///
        /// Fails if the seed data cannot be written to the state file; all is as before then.
        pub fn reset(&self) -> Result<(), $crate::StateError> {
            let instruments = &self.inner.instruments;
            instruments.entropy.within(Self::NAME, || $crate::pipeline::Product::reset(self))?;
            instruments.reset();
            Ok(())
        }

        /// Moves the instance's clock ahead of the one it was given.
        pub fn advance(&self, by: std::time::Duration) {
            self.inner.instruments.clock.advance(by);
        }
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(super::rfc3339(1_767_225_600_000), "2026-01-01T00:00:00.000Z");
        assert_eq!(super::rfc3339(1_767_225_600_042), "2026-01-01T00:00:00.042Z");
    }
}

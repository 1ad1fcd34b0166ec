//! What keeps a flood of requests, or of connections, within bounded memory.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Longest request body that is read.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// Bytes of request bodies that one product holds at a time.
pub(crate) const BODIES_LIMIT: usize = 256 * 1024 * 1024;
/// Longest request head, the address included.
pub(crate) const HEAD_LIMIT: usize = 64 * 1024;
/// Connections that one listener serves at a time. Further ones wait until another ends.
pub(crate) const CONNECTION_LIMIT: usize = 1_024;
/// Bytes of JSON that one product remembers, unless the builder says otherwise.
pub(crate) const STATE_LIMIT: usize = 256 * 1024 * 1024;
/// What a request adds to the state at most, beside what it carries and what is answered.
const OVERHEAD: usize = 16 * 1024;

/// A number of bytes that many hold parts of.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    held: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: AtomicUsize::new(0) }
    }

    /// A part of the budget, empty at first.
    pub(crate) fn share(&self) -> Share<'_> {
        Share { budget: self, bytes: 0 }
    }
}

/// A part of a [`Budget`]; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share<'b> {
    budget: &'b Budget,
    bytes: usize,
}

impl Share<'_> {
    /// Takes more of the budget; false, and nothing is taken, if there is not as much left.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let more = |held: usize| held.checked_add(bytes).filter(|held| *held <= self.budget.limit);
        let taken = self.budget.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if taken {
            self.bytes += bytes;
        }
        taken
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// How much a state may have grown since it was last measured.
///
/// To measure a state takes as long as to write it. So it is measured only when what the requests since then can have added would
/// reach the limit.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    /// No less than the size of the state.
    estimate: AtomicUsize,
}

impl Growth {
    /// Whether something that carries `bytes` still fits; `measure` gives the size of the state.
    pub(crate) fn has_room(&self, limit: usize, bytes: usize, measure: impl FnOnce() -> usize) -> bool {
        let fits = |size: usize| size.saturating_add(bytes).saturating_add(OVERHEAD) <= limit;
        if fits(self.estimate.load(Ordering::Relaxed)) {
            return true;
        }
        let size = measure();
        self.estimate.store(size, Ordering::Relaxed);
        fits(size)
    }

    /// Counts a request that carried, or was answered with, as many bytes.
    pub(crate) fn count(&self, bytes: usize) {
        let more = |estimate: usize| Some(estimate.saturating_add(bytes).saturating_add(OVERHEAD));
        // It always is some.
        let _counted = self.estimate.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_never_exceeded_and_comes_back() {
        let budget = Budget::new(10);
        let (mut one, mut two) = (budget.share(), budget.share());
        assert!(one.take(4) && two.take(6) && !one.take(1) && !two.take(usize::MAX));
        drop(two);
        assert!(one.take(6) && !one.take(1));
        drop(one);
        assert!(budget.share().take(10));
    }

    #[test]
    fn a_state_is_measured_only_when_it_may_be_full() {
        let (growth, limit) = (Growth::default(), 10 * OVERHEAD);
        let mut measured = 0;
        for _ in 0..9 {
            assert!(growth.has_room(limit, 0, || unreachable!("the estimate is far from the limit")));
            growth.count(0);
        }
        growth.count(0);
        let mut room = |size| {
            growth.has_room(limit, 0, || {
                measured += 1;
                size
            })
        };
        // It had grown less than it might have; then it is full; then something was deleted.
        assert!(room(OVERHEAD) && room(0));
        assert_eq!(measured, 1);
        growth.count(8 * OVERHEAD);
        assert!(!growth.has_room(limit, 0, || limit));
        assert!(!growth.has_room(limit, 1, || 9 * OVERHEAD));
        assert!(growth.has_room(limit, 0, || 9 * OVERHEAD));
    }
}

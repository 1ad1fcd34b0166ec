//! One at a time.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Lets one in at a time.
///
/// Whoever comes first after it was left: a mutex with a queue would hold a place for one who waits and is no longer polled, such as a list
/// that nobody reads on, and shut all others out.
#[derive(Debug, Default)]
pub(super) struct Gate {
    taken: AtomicBool,
    left: Notify,
}

/// Held by who is inside.
#[derive(Debug)]
pub(super) struct Inside<'a>(&'a Gate);

impl Gate {
    pub(super) async fn enter(&self) -> Inside<'_> {
        loop {
            let mut left = pin!(self.left.notified());
            // From here on no leaving is missed.
            left.as_mut().enable();
            if !self.taken.swap(true, Ordering::Acquire) {
                return Inside(self);
            }
            left.await;
        }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
        self.0.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn who_waits_and_gives_up_or_is_forgotten_keeps_nobody_out() {
        let gate = Gate::default();
        let inside = gate.enter().now_or_never().expect("nobody is inside");
        let mut forgotten = pin!(gate.enter());
        assert!(forgotten.as_mut().now_or_never().is_none());
        assert!(gate.enter().now_or_never().is_none());
        let mut next = pin!(gate.enter());
        assert!(next.as_mut().now_or_never().is_none());
        drop(inside);
        let inside = next.await;
        assert!(forgotten.as_mut().now_or_never().is_none());
        drop(inside);
        assert!(forgotten.as_mut().now_or_never().is_some());
    }
}

//! What the layers of one call tell each other while it runs.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Request;

use crate::CallContext;

/// The state of one call, shared by all its attempts through the context in the request.
///
/// Layers above a dropped future read it too: only so can a deadline say whether an attempt was under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<State>);

/// Nobody told whether the attempt got as far as a connection.
const UNTOLD: u8 = 0;
/// It did not.
const UNSENT: u8 = 1;
/// It did. Wins over the others, should a transport below have tried more than once.
#[cfg(any(test, feature = "hyper"))]
const SENT: u8 = 2;

#[derive(Debug, Default)]
struct State {
    attempts: AtomicU32,
    under_way: AtomicBool,
    reached: AtomicU8,
    earlier_unknown: AtomicBool,
    refreshed: AtomicBool,
    deadline_at: OnceLock<Duration>,
}

impl Progress {
    /// Starts a call: whatever the context of the request held of an earlier one is replaced.
    pub(crate) fn start<B>(request: &mut Request<B>) -> Self {
        let progress = Self::default();
        if let Some(context) = request.extensions_mut().get_mut::<CallContext>() {
            context.progress = Some(progress.clone());
        } else {
            let mut context = CallContext::of(request).into_owned();
            context.progress = Some(progress.clone());
            request.extensions_mut().insert(context);
        }
        progress
    }

    /// The call that a request belongs to. A request of no call, such as a sign-in, gets a state nobody reads.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().and_then(|context: &CallContext| context.progress.clone()).unwrap_or_default()
    }

    /// Marks that the request is handed to the network; returns the number of this attempt, from 1.
    pub(crate) fn begin_attempt(&self) -> u32 {
        self.0.under_way.store(true, Ordering::Relaxed);
        self.0.reached.store(UNTOLD, Ordering::Relaxed);
        self.0.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Marks that the attempt has an answer or an error. Not called when the attempt is dropped.
    pub(crate) fn end_attempt(&self) {
        self.0.under_way.store(false, Ordering::Relaxed);
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.0.attempts.load(Ordering::Relaxed)
    }

    pub(crate) fn under_way(&self) -> bool {
        self.0.under_way.load(Ordering::Relaxed)
    }

    /// Tells, at the end of the attempt, whether the request was given to a connection.
    ///
    /// A transport that knows does so even when its future is dropped; others leave it open.
    #[cfg(any(test, feature = "hyper"))]
    pub(crate) fn tell_sent(&self, sent: bool) {
        self.0.reached.fetch_max(if sent { SENT } else { UNSENT }, Ordering::Relaxed);
    }

    /// Whether it is certain that the attempt, now dropped, was never given to a connection.
    pub(crate) fn unsent(&self) -> bool {
        self.0.reached.load(Ordering::Relaxed) == UNSENT
    }

    /// Marks that an attempt may have been carried out, and that another one follows.
    pub(crate) fn set_earlier_unknown(&self) {
        self.0.earlier_unknown.store(true, Ordering::Relaxed);
    }

    pub(crate) fn earlier_unknown(&self) -> bool {
        self.0.earlier_unknown.load(Ordering::Relaxed)
    }

    /// Whether this is the first request of this call to renew its session.
    pub(crate) fn first_refresh(&self) -> bool {
        !self.0.refreshed.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn set_deadline_at(&self, at: Duration) {
        // The deadline layer is the only caller and runs once per call.
        let _ = self.0.deadline_at.set(at);
    }

    pub(crate) fn has_deadline(&self) -> bool {
        self.0.deadline_at.get().is_some()
    }

    /// Whether a wait of `wait` from `now` ends before the deadline.
    pub(crate) fn allows(&self, now: Duration, wait: Duration) -> bool {
        self.0.deadline_at.get().is_none_or(|at| now.saturating_add(wait) < *at)
    }
}

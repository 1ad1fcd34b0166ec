//! When a client is closed, and when the session that several share is over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Whether a client is open. One that was made from another is closed with it, and not the other way round.
#[derive(Debug)]
pub(crate) struct Life {
    state: Arc<State>,
    /// Given up when the client is closed, or goes: whoever gives up the last one ends the session.
    share: Mutex<Option<Arc<Session>>>,
}

#[derive(Debug, Default)]
struct State {
    closed: AtomicBool,
    origin: Option<Arc<Self>>,
}

/// What the clients made from one another share.
#[derive(Debug, Default)]
struct Session {
    ended: AtomicBool,
}

impl Default for Life {
    /// That of a client by itself.
    fn default() -> Self {
        Self { state: Arc::default(), share: Mutex::new(Some(Arc::default())) }
    }
}

impl Life {
    /// That of a client made from this one.
    pub(crate) fn derived(&self) -> Self {
        let share = self.share.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let state = State { closed: AtomicBool::new(false), origin: Some(Arc::clone(&self.state)) };
        Self { state: Arc::new(state), share: Mutex::new(share) }
    }

    /// Whether the client, or one that it was made from, is closed.
    pub(crate) fn is_over(&self) -> bool {
        std::iter::successors(Some(&self.state), |state| state.origin.as_ref())
            .any(|state| state.closed.load(Ordering::Relaxed))
    }

    /// Closes the client. Whether the session is to be ended: it was the first client, or the last one that was left.
    pub(crate) fn end(&self) -> bool {
        self.state.closed.store(true, Ordering::Relaxed);
        let Some(share) = self.share.lock().unwrap_or_else(PoisonError::into_inner).take() else { return false };
        if self.state.origin.is_none() {
            return !share.ended.swap(true, Ordering::Relaxed);
        }
        Arc::into_inner(share).is_some_and(|session| !session.ended.into_inner())
    }
}

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::plan::Step;
use crate::{Failure, Outcome};

/// Is told what happens while it happens, such as by a progress bar. Called from the task itself: it should be quick.
///
/// ```
/// use tenable_directory::{Event, Observer};
///
/// #[derive(Debug)]
/// struct Printing;
///
/// impl Observer for Printing {
///     fn notice(&self, event: &Event<'_>) {
///         if let Event::Ended { step, outcome, .. } = event {
///             eprintln!("{step}: {outcome}");
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Something happened.
    fn notice(&self, event: &Event<'_>);
}

/// Nobody watches.
impl Observer for () {
    fn notice(&self, _: &Event<'_>) {}
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A tenant is about to be read.
    Reading {
        /// The tenant.
        tenant: &'a str,
    },
    /// A tenant was read.
    Read {
        /// The tenant.
        tenant: &'a str,
        /// How many accounts there are.
        users: usize,
    },
    /// A tenant could not be read.
    NotRead {
        /// The tenant.
        tenant: &'a str,
        /// Why.
        why: &'a Failure,
    },
    /// A step is about to be made.
    Begun {
        /// Its place in the plan, from 0.
        index: usize,
        /// The step.
        step: &'a Step,
    },
    /// A step came to its end, or will not be made.
    Ended {
        /// Its place in the plan, from 0.
        index: usize,
        /// The step.
        step: &'a Step,
        /// How it ended.
        outcome: &'a Outcome,
    },
    /// What was changed in a tenant is read back.
    Verifying {
        /// The tenant.
        tenant: &'a str,
    },
}

/// Ends work early from outside: what has begun is finished, and nothing else begins.
///
/// ```
/// let stop = tenable_directory::Stop::default();
/// let handle = stop.clone();
/// handle.stop();
/// assert!(stop.is_stopped());
/// ```
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Says that nothing more should begin.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether that was said.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}

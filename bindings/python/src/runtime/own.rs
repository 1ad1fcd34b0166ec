//! Runtimes without threads, each driven by whoever waits for a call on it.

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

use super::{lock, not_started};

/// As many as the calls that a client lets be under way. Each has a few open files; further calls share the threads of the package.
const MOST: usize = 64;

/// What was not used for so long is closed when another call ends. The server has mostly closed its connections by then.
const KEPT: Duration = Duration::from_secs(60);

/// Those that nobody uses, the one used last at the end. It is used next, as its connections are the freshest.
static IDLE: Mutex<Vec<Own>> = Mutex::new(Vec::new());

/// A runtime that is used by one call at a time, with the connections that calls on it have opened.
pub(super) struct Own {
    runtime: Runtime,
    last_used: Option<Instant>,
    place: Place,
}

impl Own {
    /// One that nobody uses; none when too many are in use.
    pub(super) fn take() -> PyResult<Option<Self>> {
        if let Some(idle) = lock(&IDLE).pop() {
            return Ok(Some(idle));
        }
        let Some(place) = Place::take() else { return Ok(None) };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| not_started(&error))?;
        Ok(Some(Self { runtime, last_used: None, place }))
    }

    /// Drives a call to its end. When it is given up, the connection that waits for an answer is closed with the runtime.
    pub(super) fn run<T, E>(self, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let Self { runtime, last_used, place } = self;
        let output = runtime.block_on(async move {
            if last_used.is_some() {
                catch_up().await;
            }
            call.await
        });
        if output.is_ok() {
            keep(Self { runtime, last_used: Some(Instant::now()), place });
        } else {
            // It may be looking up a name, which cannot be broken off and is not waited for.
            runtime.shutdown_background();
        }
        output
    }
}

/// Keeps a runtime for the next call, and closes those that were not used for long.
fn keep(own: Own) {
    let old_at = own.last_used.and_then(|now| now.checked_sub(KEPT));
    let mut idle = lock(&IDLE);
    idle.push(own);
    let count = idle.iter().take_while(|idle| idle.last_used < old_at).count();
    let old: Vec<Own> = idle.drain(..count).collect();
    // Closing takes its time, in which others need not wait.
    drop(idle);
    drop(old);
}

/// Lets connections see what came while nobody drove them: sockets are looked at once, and then each connection has its turn. A request on
/// one that the server has closed meanwhile would be lost.
async fn catch_up() {
    yield_now().await;
    yield_now().await;
}

/// All that are idle, when the interpreter ends.
pub(super) fn take_idle() -> Vec<Own> {
    std::mem::take(&mut lock(&IDLE))
}

/// One of [`MOST`].
struct Place;

/// How many places are taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

impl Place {
    fn take() -> Option<Self> {
        let more = |taken| (taken < MOST).then_some(taken + 1);
        TAKEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        TAKEN.fetch_sub(1, Ordering::Relaxed);
    }
}

//! Ctrl-C, and the signal that ends services.
//!
//! While a task only reads, the first one ends it. While it writes, the first one lets it finish what it has begun, and the second one
//! ends it at once.

use std::io;
use std::pin::pin;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{Either, select};
use tenable_directory::Stop;
use tokio::sync::oneshot;

use crate::exit::{Exit, Failure, Result};

/// Signals that ask a program to end.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on, the program itself decides what they mean.
    #[cfg(unix)]
    pub(crate) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "as on unix")]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        // Not `select!`: two futures in one place are all there is to it.
        std::future::poll_fn(|context| {
            let interrupted = self.interrupt.poll_recv(context).is_ready();
            if interrupted || self.terminate.poll_recv(context).is_ready() {
                return std::task::Poll::Ready(());
            }
            std::task::Poll::Pending
        })
        .await;
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        // Without a way to be told, it goes on until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What says, to whoever interrupts writing, what is being finished.
type Say = Box<dyn Fn() + Send>;

/// Ends a task early.
#[derive(Clone, Default)]
pub(crate) struct Interrupt {
    stop: Stop,
    /// Set while the task writes.
    say: Arc<Mutex<Option<Say>>>,
}

impl Interrupt {
    /// What is asked whether nothing more should begin.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// From now on the task writes: it is not ended in the middle, and whoever interrupts it is told what happens.
    pub(crate) fn writing(&self, say: impl Fn() + Send + 'static) {
        *self.say() = Some(Box::new(say));
    }

    /// From now on it only reads again.
    pub(crate) fn reading(&self) {
        *self.say() = None;
    }

    fn say(&self) -> MutexGuard<'_, Option<Say>> {
        self.say.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the work, unless it is interrupted while it only reads.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let signals = Signals::new().map_err(|error| Failure::io("signals cannot be received", &error))?;
        let (sender, interrupted) = oneshot::channel();
        // It goes on until the program ends: what comes after the work, such as closing sessions, can be interrupted too.
        tokio::spawn(self.clone().watch(signals, sender));
        match select(pin!(work), interrupted).await {
            Either::Left((result, _)) => result,
            // The work is dropped here.
            Either::Right((Ok(()), _)) => Err(Failure::new(Exit::Interrupted, "stopped; nothing was changed")),
            Either::Right((Err(_), work)) => work.await,
        }
    }

    async fn watch(self, mut signals: Signals, interrupted: oneshot::Sender<()>) {
        signals.next().await;
        let told = self.say().as_ref().map(|say| say());
        if told.is_some() {
            self.stop.stop();
            // Kept: without it, the work would go on as if nobody could interrupt it.
            let _waiting = interrupted;
            signals.next().await;
        } else if interrupted.send(()).is_ok() {
            signals.next().await;
        }
        process::exit(i32::from(Exit::Interrupted as u8));
    }
}

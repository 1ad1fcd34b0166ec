//! A task under way, and what is told of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tenable_directory::{Event, Observer, Stop};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;

use super::documents;
use crate::runtime::{awaitable, shared, wait};

/// How many events are given at once.
const AT_ONCE: usize = 64;

/// An event as JSON. The task goes on when the other part is dropped: once the event has been dealt with.
type Told = (String, mpsc::SyncSender<()>);

type Events = Arc<tokio::sync::Mutex<UnboundedReceiver<Told>>>;

/// What a task came to, once the interpreter is attached.
pub(super) type Ending = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// What a callback raised, kept until the task has come to its end.
pub(super) type Raised = Arc<Mutex<Option<PyErr>>>;

/// A task that runs on the threads of the package once somebody waits for it. Dropping it ends it at once.
#[pyclass(frozen, module = "tenable_api._native.directory")]
#[derive(Debug)]
pub(crate) struct Task {
    events: Events,
    /// Of the events that were given last.
    pending: Pending,
    aborted: Arc<AtomicBool>,
    stop: Stop,
    course: Mutex<Course>,
    ending: Arc<Mutex<Option<Ended>>>,
    raised: Raised,
}

/// How far a task is.
enum Course {
    ToBegin(Pin<Box<dyn Future<Output = ()> + Send>>),
    Begun(AbortHandle),
    Aborted,
}

impl std::fmt::Debug for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ToBegin(_) => "ToBegin",
            Self::Begun(_) => "Begun",
            Self::Aborted => "Aborted",
        })
    }
}

type Pending = Arc<Mutex<Vec<mpsc::SyncSender<()>>>>;

struct Ended(Ending);

impl std::fmt::Debug for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ended")
    }
}

/// What the work of a task is given.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) watch: Telling,
    pub(super) stop: Stop,
    pub(super) raised: Raised,
}

/// Tells events to whoever waits, if somebody wants to know, and lets the task go on once they have been dealt with: so a callback that
/// raises at a step ends the task at that step.
#[derive(Debug)]
pub(super) struct Telling {
    sender: Option<UnboundedSender<Told>>,
    aborted: Arc<AtomicBool>,
}

impl Observer for Telling {
    fn notice(&self, event: &Event<'_>) {
        let Some(sender) = &self.sender else { return };
        let (done, dealt_with) = mpsc::sync_channel(0);
        // Nobody may be waiting any more.
        if sender.send((documents::event(event).to_string(), done)).is_err() || self.aborted.load(Ordering::SeqCst) {
            return;
        }
        // It fails, as nothing is ever sent by it.
        let _disconnected = tokio::task::block_in_place(|| dealt_with.recv());
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Task {
    /// Of this work. `watched` says whether events are told.
    pub(super) fn of<F>(watched: bool, work: impl FnOnce(Desk) -> F) -> Self
    where
        F: Future<Output = Ending> + Send + 'static,
    {
        let (sender, events) = unbounded_channel();
        let (stop, raised, ending) = (Stop::default(), Raised::default(), Arc::<Mutex<Option<Ended>>>::default());
        let aborted = Arc::<AtomicBool>::default();
        let watch = Telling { sender: watched.then(|| sender.clone()), aborted: Arc::clone(&aborted) };
        let work = work(Desk { watch, stop: stop.clone(), raised: Arc::clone(&raised) });
        let place = Arc::clone(&ending);
        let course = Course::ToBegin(Box::pin(async move {
            let ended = work.await;
            *lock(&place) = Some(Ended(ended));
            // The end of the events is the end of the task.
            drop(sender);
        }));
        let events = Arc::new(tokio::sync::Mutex::new(events));
        Self { events, pending: Pending::default(), aborted, stop, course: Mutex::new(course), ending, raised }
    }

    /// Lets the task begin, or go on: the events that were given last have been dealt with.
    fn go_on(&self, py: Python<'_>) -> PyResult<()> {
        let runtime = shared(py)?;
        let mut course = lock(&self.course);
        *course = match std::mem::replace(&mut *course, Course::Aborted) {
            Course::ToBegin(work) => Course::Begun(runtime.spawn(work).abort_handle()),
            further => further,
        };
        lock(&self.pending).clear();
        Ok(())
    }
}

/// The events since the last time; `None` when the task has ended.
async fn next(events: Events, pending: Pending) -> Option<Vec<String>> {
    let mut events = events.lock().await;
    // One that was cancelled may have taken events after all, which nobody deals with.
    lock(&pending).clear();
    let mut all = Vec::new();
    let count = events.recv_many(&mut all, AT_ONCE).await;
    let (texts, done): (Vec<String>, Vec<_>) = all.into_iter().unzip();
    lock(&pending).extend(done);
    (count > 0).then_some(texts)
}

#[pymethods]
impl Task {
    /// Waits until something happens: events as JSON, or `None` when the task has ended. Ctrl-C ends the waiting, not the task.
    fn wait(&self, py: Python<'_>) -> PyResult<Option<Vec<String>>> {
        self.go_on(py)?;
        wait(py, next(Arc::clone(&self.events), Arc::clone(&self.pending)))
    }

    /// The same as a future of asyncio's.
    fn wait_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.go_on(py)?;
        awaitable(py, next(Arc::clone(&self.events), Arc::clone(&self.pending)), |_, events| Ok(events))
    }

    /// Says that nothing more should begin: what has begun is finished.
    fn stop(&self) {
        self.stop.stop();
    }

    /// Ends it at once.
    fn abort(&self) {
        if let Course::Begun(running) = std::mem::replace(&mut *lock(&self.course), Course::Aborted) {
            running.abort();
        }
        // From here on nobody waits for an event to be dealt with, and who waits already goes on to find the end.
        self.aborted.store(true, Ordering::SeqCst);
        lock(&self.pending).clear();
        if let Ok(mut events) = self.events.try_lock() {
            events.close();
            while events.try_recv().is_ok() {}
        }
    }

    /// What it came to, once it has ended.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let ending = lock(&self.ending).take();
        if let Some(raised) = lock(&self.raised).take() {
            return Err(raised);
        }
        match ending {
            Some(Ended(ending)) => ending(py),
            None => Err(PyRuntimeError::new_err("the task has not come to its end")),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.abort();
    }
}

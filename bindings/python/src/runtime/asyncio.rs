//! How results of calls come to the loop of asyncio that waits for them.
//!
//! Only the thread of the loop touches its futures: a worker that took the interpreter to tell each result would wait for the loop, and the
//! loop for the worker.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use pyo3::exceptions::{PyException, PyNotImplementedError};
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyWeakrefReference;
use pyo3::{IntoPyObjectExt as _, intern};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::lock;

/// Weak references to the mailbox of each loop. The loop keeps it, and so does each call that will put something in.
static MAILBOXES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// A future of the running loop for a future of ours. Cancelling it drops ours.
pub(super) fn awaitable<'py, F, C, T>(
    py: Python<'py>,
    runtime: &Handle,
    future: F,
    convert: C,
) -> PyResult<Bound<'py, PyAny>>
where
    F: Future + Send + 'static,
    F::Output: Send,
    C: FnOnce(Python<'_>, F::Output) -> PyResult<T> + Send + 'static,
    T: for<'any> IntoPyObject<'any> + Send + 'static,
{
    static RUNNING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let event_loop = RUNNING.import(py, "asyncio", "get_running_loop")?.call0()?;
    let mailbox = Arc::new(Mailbox::of(&event_loop)?);
    let awaited = event_loop.call_method0(intern!(py, "create_future"))?;
    let told = awaited.clone().unbind();
    let task = runtime.spawn(async move {
        let ended = AssertUnwindSafe(future).catch_unwind().await;
        let result = Box::new(move |py: Python<'_>| match ended {
            Ok(output) => convert(py, output)?.into_py_any(py),
            Err(panic) => Err(panicked(panic.as_ref())),
        });
        Mailbox::put(&mailbox, Ended { future: told, result });
    });
    let cancel = Cancel(task.abort_handle());
    awaited.call_method1(intern!(py, "add_done_callback"), (cancel,))?;
    Ok(awaited)
}

fn panicked(panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a call panicked");
    PanicException::new_err(text.to_owned())
}

/// Called when a future has ended: it may have been cancelled.
#[pyclass(frozen)]
struct Cancel(AbortHandle);

#[pymethods]
impl Cancel {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        if future.call_method0(intern!(future.py(), "cancelled"))?.is_truthy()? {
            self.0.abort();
        }
        Ok(())
    }
}

/// Makes a Python object of what a call gave.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// A call that has ended, and the future to tell of it.
struct Ended {
    future: Py<PyAny>,
    result: Outcome,
}

impl Ended {
    fn tell(self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(());
        }
        let result = catch_unwind(AssertUnwindSafe(|| (self.result)(py)));
        match result.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))) {
            Ok(value) => future.call_method1(intern!(py, "set_result"), (value,))?,
            Err(error) => future.call_method1(intern!(py, "set_exception"), (error,))?,
        };
        Ok(())
    }
}

/// What has ended for one loop, which is woken when the first comes in and then takes all that is there.
#[pyclass(frozen, weakref)]
struct Mailbox {
    ended: Mutex<Vec<Ended>>,
    wake: Wake,
}

/// How a loop is woken.
enum Wake {
    /// By a byte on a pair of sockets, whose other end the loop watches. It takes no interpreter.
    #[cfg(unix)]
    Byte(wake::Sockets),
    /// By asking it, where it cannot watch sockets: on a thread that may wait for the interpreter. The reference is weak.
    Call(Arc<Py<PyWeakrefReference>>),
}

impl Mailbox {
    /// That of a loop; made for its first call, on the thread of the loop.
    fn of(event_loop: &Bound<'_, PyAny>) -> PyResult<Py<Self>> {
        let py = event_loop.py();
        let all = MAILBOXES
            .get_or_try_init(py, || py.import("weakref")?.getattr("WeakKeyDictionary")?.call0().map(Bound::unbind))?;
        let all = all.bind(py);
        let found = all.call_method1(intern!(py, "get"), (event_loop,))?;
        if let Ok(found) = found.cast_into::<PyWeakrefReference>()
            && let Some(mailbox) = found.upgrade()
        {
            return Ok(mailbox.cast_into::<Self>()?.unbind());
        }
        let mailbox = Self::watched_by(event_loop)?;
        all.set_item(event_loop, PyWeakrefReference::new(mailbox.bind(py).as_any())?)?;
        Ok(mailbox)
    }

    /// One that the loop watches.
    fn watched_by(event_loop: &Bound<'_, PyAny>) -> PyResult<Py<Self>> {
        let py = event_loop.py();
        #[cfg(unix)]
        {
            let sockets = wake::Sockets::new()?;
            let watched = sockets.watched();
            let mailbox = Py::new(py, Self { ended: Mutex::default(), wake: Wake::Byte(sockets) })?;
            // In a context of its own: what it runs belongs to all calls, and not to the one that came first.
            let context = py.import("contextvars")?.call_method0("Context")?;
            let add_reader = event_loop.getattr(intern!(py, "add_reader"))?;
            match context.call_method1(intern!(py, "run"), (add_reader, watched, &mailbox)) {
                Ok(_) => return Ok(mailbox),
                Err(error) if error.is_instance_of::<PyNotImplementedError>(py) => {}
                Err(error) => return Err(error),
            }
        }
        let event_loop = Arc::new(PyWeakrefReference::new(event_loop)?.unbind());
        Py::new(py, Self { ended: Mutex::default(), wake: Wake::Call(event_loop) })
    }

    /// Called within the runtime.
    fn put(mailbox: &Arc<Py<Self>>, ended: Ended) {
        let this = mailbox.get();
        let is_first = {
            let mut all = lock(&this.ended);
            all.push(ended);
            all.len() == 1
        };
        if !is_first {
            return;
        }
        match &this.wake {
            #[cfg(unix)]
            Wake::Byte(sockets) => sockets.wake(),
            Wake::Call(event_loop) => {
                let (event_loop, mailbox) = (Arc::clone(event_loop), Arc::clone(mailbox));
                tokio::task::spawn_blocking(move || {
                    Python::attach(|py| {
                        let Some(event_loop) = event_loop.bind(py).upgrade() else { return };
                        // A loop that is closed tells nobody anything.
                        let _ = event_loop.call_method1(intern!(py, "call_soon_threadsafe"), (mailbox.as_ref(),));
                    });
                });
            }
        }
    }
}

#[pymethods]
impl Mailbox {
    /// Tells the futures of all that has ended. Called by the loop.
    ///
    /// Ctrl-C in the middle comes out when all are told.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        #[cfg(unix)]
        if let Wake::Byte(sockets) = &self.wake {
            // First, so that what comes in from now on wakes the loop again.
            sockets.settle();
        }
        let ended = std::mem::take(&mut *lock(&self.ended));
        let mut interrupted = Ok(());
        for ended in ended {
            match ended.tell(py) {
                Err(error) if error.is_instance_of::<PyException>(py) => error.write_unraisable(py, None),
                Err(error) => interrupted = Err(error),
                Ok(()) => {}
            }
        }
        interrupted
    }
}

#[cfg(unix)]
mod wake {
    use std::io::{self, Read as _, Write as _};
    use std::os::fd::{AsRawFd as _, RawFd};
    use std::os::unix::net::UnixStream;

    pub(super) struct Sockets {
        ours: UnixStream,
        theirs: UnixStream,
    }

    impl Sockets {
        pub(super) fn new() -> io::Result<Self> {
            let (ours, theirs) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            theirs.set_nonblocking(true)?;
            Ok(Self { ours, theirs })
        }

        /// The file that becomes readable.
        pub(super) fn watched(&self) -> RawFd {
            self.theirs.as_raw_fd()
        }

        pub(super) fn wake(&self) {
            // When it is full, the loop is woken already.
            let _ = (&self.ours).write(&[0]);
        }

        /// Takes all that was sent.
        pub(super) fn settle(&self) {
            let mut bytes = [0; 64];
            while (&self.theirs).read(&mut bytes).is_ok_and(|count| count == bytes.len()) {}
        }
    }
}

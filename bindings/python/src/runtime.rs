//! The runtimes of the calls, and how a call waits for them.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::sync::Semaphore;

use self::own::Own;

mod asyncio;
mod own;

/// How often a waiting call looks whether somebody pressed Ctrl-C.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(100);

/// Threads that drive what nobody waits for on a thread of their own.
const MOST_WORKERS: usize = 4;

/// How long the end of the interpreter waits for what is under way; what is left then is dropped.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// The process that made the first call.
static PROCESS: PyOnceLock<u32> = PyOnceLock::new();

/// What asyncio, tasks and emulators run on. Made when it is needed first, and gone when the interpreter ends.
static SHARED: Mutex<Option<Runtime>> = Mutex::new(None);

/// Closed when the interpreter ends.
static OPEN: Semaphore = Semaphore::const_new(0);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses a call that could not come to its end.
///
/// A forked child has none of its parent's threads and connections, so a call there would wait for ever.
fn check(py: Python<'_>) -> PyResult<()> {
    let process = PROCESS.get_or_try_init(py, || {
        py.import("atexit")?.call_method1("register", (wrap_pyfunction!(end, py)?,))?;
        Ok::<_, PyErr>(std::process::id())
    })?;
    if *process != std::process::id() {
        return Err(PyRuntimeError::new_err(
            "this process was forked from one that had already used tenable_api, whose connections and threads it does not have; \
             start it by \"spawn\" or \"forkserver\" instead (multiprocessing.set_start_method), or make the first call after the fork",
        ));
    }
    if has_ended() { Err(ended()) } else { Ok(()) }
}

/// Whether this process was forked from one that had made calls: what was open there is the parent's.
pub(crate) fn is_inherited(py: Python<'_>) -> bool {
    PROCESS.get(py).is_some_and(|process| *process != std::process::id())
}

/// Whether the interpreter is ending, and no call can be made any more.
pub(crate) fn has_ended() -> bool {
    OPEN.is_closed()
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("the interpreter is ending: no call can be made any more")
}

fn not_started(error: &std::io::Error) -> PyErr {
    PyOSError::new_err(format!("what network calls run on cannot be started: {error}"))
}

/// The runtime with threads of its own, for what goes on while nobody waits.
pub(crate) fn shared(py: Python<'_>) -> PyResult<Handle> {
    check(py)?;
    let mut shared = lock(&SHARED);
    if let Some(runtime) = &*shared {
        return Ok(runtime.handle().clone());
    }
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).thread_name("tenable-api").enable_all().build();
    Ok(shared.insert(runtime.map_err(|error| not_started(&error))?).handle().clone())
}

/// Ends the runtimes before the interpreter ends: a thread that came to it afterwards, to set the result of a call, would crash.
#[pyfunction]
fn end(py: Python<'_>) {
    if is_inherited(py) {
        // What is there is the parent's, whose threads may have held a lock at the fork.
        return;
    }
    OPEN.close();
    py.detach(|| {
        drop(own::take_idle());
        let shared = lock(&SHARED).take();
        if let Some(shared) = shared {
            shared.shutdown_timeout(LAST_WAIT);
        }
    });
}

/// Waits for a call without holding the interpreter. A signal handler that raises, as that of Ctrl-C does, drops the call.
///
/// The thread that waits does the work. Others would have to be woken for it, which takes longer than the work.
pub(crate) fn wait<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    check(py)?;
    if Handle::try_current().is_err()
        && let Some(own) = Own::take()?
    {
        return py.detach(|| own.run(attentive(future)));
    }
    wait_for_more(py, future)
}

/// The same for a future that somebody may go on with after Ctrl-C: it must find the runtime that it began on.
pub(crate) fn wait_for_more<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let shared = shared(py)?;
    py.detach(|| {
        let wait = || shared.block_on(attentive(future));
        // Called back from within a call, such as by a handler of `logging`?
        match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Err(_) => wait(),
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
            // A thread that drives a runtime cannot wait for another one.
            Ok(_) => thread::scope(|scope| scope.spawn(wait).join().unwrap_or_else(|panic| resume_unwind(panic))),
        }
    })
}

/// The future, or what ends the waiting for it.
async fn attentive<F: Future>(future: F) -> PyResult<F::Output> {
    let mut future = pin!(future);
    loop {
        tokio::select! {
            biased;
            _ = OPEN.acquire() => return Err(ended()),
            output = &mut future => return Ok(output),
            () = tokio::time::sleep(SIGNAL_INTERVAL) => look_for_signals()?,
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method by itself is not general enough in its lifetime"
)]
fn look_for_signals() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

/// A future of asyncio's for a future of ours. Cancelling it drops ours.
///
/// The value becomes a Python object by `convert`, attached to the interpreter.
pub(crate) fn awaitable<'py, F, C, T>(py: Python<'py>, future: F, convert: C) -> PyResult<Bound<'py, PyAny>>
where
    F: Future + Send + 'static,
    F::Output: Send,
    C: FnOnce(Python<'_>, F::Output) -> PyResult<T> + Send + 'static,
    T: for<'any> IntoPyObject<'any> + Send + 'static,
{
    let runtime = shared(py)?;
    asyncio::awaitable(py, &runtime, future, convert)
}

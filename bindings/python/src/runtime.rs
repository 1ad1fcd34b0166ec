//! The runtime that all calls share, and how a call waits for it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3_async_runtimes::TaskLocals;
use pyo3_async_runtimes::generic::{self, ContextExt};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinHandle};

/// How often a waiting call looks whether somebody pressed Ctrl-C.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(100);

/// Threads that drive connections; calls themselves run on the threads that wait for them.
const MOST_WORKERS: usize = 4;

/// How long the end of the interpreter waits for what is under way; what is left then is dropped.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Made by the first call: nothing is started by an import.
static SHARED: PyOnceLock<Shared> = PyOnceLock::new();

/// Closed when the interpreter ends.
static OPEN: Semaphore = Semaphore::const_new(0);

/// The runtime, and the process that made it.
#[derive(Debug)]
struct Shared {
    process: u32,
    handle: Handle,
    /// None when the interpreter ends.
    runtime: Mutex<Option<Runtime>>,
}

/// The runtime of this process.
///
/// A forked child has none of its parent's threads, so a call there would wait for ever; it fails instead.
pub(crate) fn runtime(py: Python<'_>) -> PyResult<&'static Handle> {
    let shared = SHARED.get_or_try_init(py, || make(py))?;
    if shared.process != std::process::id() {
        return Err(PyRuntimeError::new_err(
            "this process was forked from one that had already used tenable_api, whose connections and threads it does not have; \
             start it by \"spawn\" or \"forkserver\" instead (multiprocessing.set_start_method), or make the first call after the fork",
        ));
    }
    if has_ended() {
        return Err(ended());
    }
    Ok(&shared.handle)
}

/// Whether this process was forked from one that had made calls: what was open there is the parent's.
pub(crate) fn is_inherited(py: Python<'_>) -> bool {
    SHARED.get(py).is_some_and(|shared| shared.process != std::process::id())
}

/// Whether the interpreter is ending, and no call can be made any more.
pub(crate) fn has_ended() -> bool {
    OPEN.is_closed()
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("the interpreter is ending: no call can be made any more")
}

fn make(py: Python<'_>) -> PyResult<Shared> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let runtime =
        Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_name("tenable-api")
            .enable_all()
            .build()
            .map_err(|error| PyOSError::new_err(format!("the threads for network calls cannot be started: {error}")))?;
    py.import("atexit")?.call_method1("register", (wrap_pyfunction!(end, py)?,))?;
    let handle = runtime.handle().clone();
    Ok(Shared { process: std::process::id(), handle, runtime: Mutex::new(Some(runtime)) })
}

/// Ends the runtime before the interpreter ends: a thread that came to it afterwards, to set the result of a call, would crash.
#[pyfunction]
fn end(py: Python<'_>) {
    OPEN.close();
    let Some(shared) = SHARED.get(py) else { return };
    let Some(runtime) = shared.runtime.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    if shared.process == std::process::id() {
        py.detach(|| runtime.shutdown_timeout(LAST_WAIT));
    } else {
        // Its threads are those of the parent.
        std::mem::forget(runtime);
    }
}

/// Waits for a future without holding the interpreter. A signal handler that raises, as that of Ctrl-C does, drops the future.
pub(crate) fn wait<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let runtime = runtime(py)?;
    py.detach(|| {
        let attentive = async {
            let mut future = pin!(future);
            loop {
                tokio::select! {
                    biased;
                    _ = OPEN.acquire() => return Err(ended()),
                    output = &mut future => return Ok(output),
                    () = tokio::time::sleep(SIGNAL_INTERVAL) => look_for_signals()?,
                }
            }
        };
        match Handle::try_current() {
            // Called back from within a call, such as by a progress callback.
            Ok(handle) => tokio::task::block_in_place(|| handle.block_on(attentive)),
            Err(_) => runtime.block_on(attentive),
        }
    })
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
    runtime(py)?;
    generic::future_into_py::<OnShared, _, _>(py, async move {
        let output = future.await;
        Python::attach(|py| convert(py, output))
    })
}

/// How `pyo3-async-runtimes` reaches the runtime.
struct OnShared;

impl OnShared {
    fn handle() -> Handle {
        // There is one: this is reached from `awaitable` and from tasks of its own.
        Python::attach(|py| SHARED.get(py).map(|shared| shared.handle.clone())).unwrap_or_else(Handle::current)
    }
}

impl generic::Runtime for OnShared {
    type JoinError = JoinError;
    type JoinHandle = JoinHandle<()>;

    fn spawn<F: Future<Output = ()> + Send + 'static>(future: F) -> JoinHandle<()> {
        Handle::try_current().unwrap_or_else(|_| Self::handle()).spawn(future)
    }

    fn spawn_blocking<F: FnOnce() + Send + 'static>(work: F) -> JoinHandle<()> {
        Handle::try_current().unwrap_or_else(|_| Self::handle()).spawn_blocking(work)
    }
}

impl ContextExt for OnShared {
    /// Nothing of ours asks for the loop of a task.
    fn scope<F, R>(_: TaskLocals, future: F) -> Pin<Box<dyn Future<Output = R> + Send>>
    where
        F: Future<Output = R> + Send + 'static,
    {
        Box::pin(future)
    }

    fn get_task_locals() -> Option<TaskLocals> {
        None
    }
}

//! The runtime that all calls share, and how a call waits for it.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};

/// How often a waiting call looks whether somebody pressed Ctrl-C.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(100);

/// Threads that drive connections; calls themselves run on the threads that wait for them.
const MOST_WORKERS: usize = 4;

/// Made by the first call, with the process that made it: nothing is started by an import.
static RUNTIME: OnceLock<(u32, Runtime)> = OnceLock::new();

/// The runtime of this process.
///
/// A forked child has none of its parent's threads, so a call there would wait for ever; it fails instead.
pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    let (process, runtime) = if let Some(made) = RUNTIME.get() {
        made
    } else {
        let made = (std::process::id(), make()?);
        RUNTIME.get_or_init(|| made)
    };
    if *process != std::process::id() {
        return Err(PyRuntimeError::new_err(
            "this process was forked from one that had already used tenable_api, whose connections and threads it does not have; \
             start it by \"spawn\" or \"forkserver\" instead (multiprocessing.set_start_method), or make the first call after the fork",
        ));
    }
    Ok(runtime)
}

fn make() -> PyResult<Runtime> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("tenable-api")
        .enable_all()
        .build()
        .map_err(|error| PyOSError::new_err(format!("the threads for network calls cannot be started: {error}")))
}

/// Waits for a future without holding the interpreter. A signal handler that raises, as that of Ctrl-C does, drops the future.
pub(crate) fn wait<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let runtime = runtime()?;
    py.detach(|| {
        let attentive = async {
            let mut future = pin!(future);
            loop {
                tokio::select! {
                    biased;
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
    let runtime = runtime()?;
    // The first call sets it for good; there is only this one.
    let _set_already = pyo3_async_runtimes::tokio::init_with_runtime(runtime);
    pyo3_async_runtimes::tokio::future_into_py(py, async move {
        let output = future.await;
        Python::attach(|py| convert(py, output))
    })
}

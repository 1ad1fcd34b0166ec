//! What the SDK logs, as records of Python's `logging`.

use std::sync::{Mutex, PoisonError};

use log::LevelFilter;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt as _;
use pyo3_log::{Caching, Logger};

/// The crates whose records are handed on; what the libraries below them say is not.
const SOURCES: [&str; 3] = ["tenable_transport", "tenable_api", "tenable_directory"];

/// Hands records of the SDK to the loggers below `tenable_api`, from now on. A second call does nothing.
#[pyfunction]
pub(crate) fn enable_logging(py: Python<'_>) -> PyResult<()> {
    static ENABLED: Mutex<bool> = Mutex::new(false);
    // Whoever waits for it lets go of the interpreter, which the one who holds it may need.
    let mut enabled = ENABLED.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
    if !*enabled {
        enable(py)?;
        *enabled = true;
    }
    Ok(())
}

fn enable(py: Python<'_>) -> PyResult<()> {
    // The levels are asked for at each record, so that they may be changed while the program runs.
    let mut logger = Logger::new(py, Caching::Loggers)?.set_prefix("tenable_api").filter(LevelFilter::Off);
    for source in SOURCES {
        logger = logger.filter_target(source.to_owned(), LevelFilter::Trace);
    }
    logger.install().map(drop).map_err(|_| {
        PyRuntimeError::new_err("records cannot be handed on: something else in this process takes those of Rust")
    })
}

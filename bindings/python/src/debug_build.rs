//! A build for tests says that it is one, so that nobody measures or ships it by mistake.

use pyo3::{exceptions::PyRuntimeWarning, prelude::*};

/// Warns if the native module was compiled without optimisation.
pub(crate) fn warn(py: Python<'_>) -> PyResult<()> {
    if cfg!(debug_assertions) {
        let message = c"tenable_api is a debug build: slow, and only for tests; `cargo xtask wheel` makes one for use";
        PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), message, 1)?;
    }
    Ok(())
}

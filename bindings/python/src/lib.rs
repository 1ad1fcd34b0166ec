//! The native half of the Python package `tenable_api`. Users import the package, never this module.

use pyo3::pymodule;

#[pymodule]
mod _native {
    /// The version of the workspace, which is also the version of the wheel.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

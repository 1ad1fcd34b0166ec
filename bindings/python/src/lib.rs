//! The native half of the Python package `tenable_api`. Users import the package, never this module.
//!
//! A call comes in by `client`, its arguments become JSON in `arguments`, `operations` checks and runs it, `runtime` waits, and the
//! answer goes out as one of the `objects`, or by `errors`.

mod arguments;
mod client;
mod debug_build;
mod directory;
mod errors;
mod identity_exposure;
mod items;
mod life;
mod logging;
mod objects;
mod operations;
mod pages;
mod raw;
mod response;
mod runtime;
mod security_center;
mod settings;
mod testing;
mod values;
mod vulnerability_management;

use mimalloc::MiMalloc;
use pyo3::pymodule;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::directory::directory;
    #[pymodule_export]
    use crate::identity_exposure::identity_exposure;
    #[pymodule_export]
    use crate::items::{Items, ItemsIterator};
    #[pymodule_export]
    use crate::logging::enable_logging;
    #[pymodule_export]
    use crate::objects::Object;
    #[pymodule_export]
    use crate::pages::{AsyncElements, Elements};
    #[pymodule_export]
    use crate::response::ResponseInfo;
    #[pymodule_export]
    use crate::security_center::security_center;
    #[pymodule_export]
    use crate::testing::testing;
    #[pymodule_export]
    use crate::vulnerability_management::vulnerability_management;

    /// The version of the workspace, which is also the version of the wheel.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Makes the submodules known under their full names, so that they are imported as any module is.
    #[pymodule_init]
    fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::debug_build::warn(module.py())?;
        crate::items::register(module.py())?;
        let known = module.py().import("sys")?.getattr("modules")?;
        for name in ["directory", "identity_exposure", "security_center", "testing", "vulnerability_management"] {
            let submodule = module.getattr(name)?;
            let full_name = format!("{}.{name}", module.name()?);
            submodule.setattr("__name__", &full_name)?;
            known.set_item(full_name, submodule)?;
        }
        Ok(())
    }
}

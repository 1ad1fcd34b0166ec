//! Security Center: the classes of its objects, its operations, and its pages.

mod generated;
mod page;

pub(crate) use generated::OPERATIONS;
pub(crate) use page::Page;

use pyo3::pymodule;

#[pymodule]
pub(crate) mod security_center {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::Page;

    #[pymodule_init]
    fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::generated::add_classes(module)
    }
}

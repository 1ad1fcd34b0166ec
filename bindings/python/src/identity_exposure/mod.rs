//! Identity Exposure: the classes of its objects, its operations, and the rule for passwords.

mod generated;

pub(crate) use generated::OPERATIONS;

use pyo3::pymodule;

#[pymodule]
pub(crate) mod identity_exposure {
    use pyo3::prelude::*;
    use tenable_api::model::identity_exposure::password;

    #[pymodule_init]
    fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::generated::add_classes(module)
    }

    /// Everything that the product would find wrong with a password, in words; empty when it would accept it.
    ///
    /// A check to use before sending. The server stays the authority, and the clients never check on their own.
    #[pyfunction]
    fn password_weaknesses<'py>(password: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        crate::values::words(password, "password", password::weaknesses)
    }
}

//! Problems as the exception of `tenable_api.directory`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use tenable_directory::{Problem, Problems};

use super::plan::Plan;

/// The exception for what stands in the way, with the plan that it stands in the way of, if there is one.
pub(super) fn in_the_way(py: Python<'_>, problems: &[Problem], draft: Option<Plan>) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let json = serde_json::to_string(problems).unwrap_or_default();
    let made =
        MAKE.import(py, "tenable_api.directory._errors", "problems_error").and_then(|make| make.call1((json, draft)));
    match made {
        Ok(error) => PyErr::from_value(error),
        Err(failed) => failed,
    }
}

/// The same for one problem.
pub(super) fn one(py: Python<'_>, problem: Problem) -> PyErr {
    in_the_way(py, &[problem], None)
}

/// The same for problems of a step before any plan.
pub(super) fn all(py: Python<'_>, problems: &Problems) -> PyErr {
    in_the_way(py, problems.all(), None)
}

/// The exception for arguments that make no sense.
pub(super) fn invalid_input(py: Python<'_>, what: &str) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let made = CLASS.import(py, "tenable_api._errors", "InvalidInputError").and_then(|class| class.call1((what,)));
    match made {
        Ok(error) => PyErr::from_value(error),
        Err(failed) => failed,
    }
}

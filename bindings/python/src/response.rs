//! What came around an answer.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::Value;
use tenable_api::Response;

use crate::arguments::from_json;

/// Who is told of answers, if anybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnResponse(Option<Arc<Py<PyAny>>>);

impl OnResponse {
    pub(crate) fn new(callback: Py<PyAny>) -> Self {
        Self(Some(Arc::new(callback)))
    }

    /// Tells of an answer. What the callback raises comes out of the call.
    pub(crate) fn tell(&self, py: Python<'_>, info: ResponseInfo) -> PyResult<()> {
        match &self.0 {
            Some(callback) => callback.call1(py, (info,)).map(drop),
            None => Ok(()),
        }
    }
}

/// What came around an answer: status, headers, request id.
///
/// Given to the `on_response` of `with_options`.
#[pyclass(frozen, module = "tenable_api")]
#[derive(Debug)]
pub(crate) struct ResponseInfo {
    /// The operation, such as `users.create`.
    #[pyo3(get)]
    operation: &'static str,
    /// HTTP status.
    #[pyo3(get)]
    status: u16,
    /// The server's name for this request, if it gave one; tell it to the vendor's support.
    #[pyo3(get)]
    request_id: Option<String>,
    /// How many times the request was sent.
    #[pyo3(get)]
    attempts: u32,
    headers: http::HeaderMap,
    warnings: Vec<Value>,
}

impl ResponseInfo {
    pub(crate) fn split<T>(operation: &'static str, response: Response<T>) -> (T, Self) {
        let Response { value, status, headers, request_id, attempts, warnings, .. } = response;
        (value, Self { operation, status: status.as_u16(), request_id, attempts, headers, warnings })
    }
}

#[pymethods]
impl ResponseInfo {
    /// HTTP headers by their names in lower case; the last one where a name came twice. Those that hold credentials are left out.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in &self.headers {
            if name != http::header::SET_COOKIE {
                headers.set_item(name.as_str(), String::from_utf8_lossy(value.as_bytes()))?;
            }
        }
        Ok(headers)
    }

    /// What the product warns of, as it came. Security Center only.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let warnings = PyList::empty(py);
        for warning in &self.warnings {
            warnings.append(from_json(py, warning)?)?;
        }
        Ok(warnings)
    }

    fn __repr__(&self) -> String {
        format!("ResponseInfo(operation='{}', status={}, attempts={})", self.operation, self.status, self.attempts)
    }
}

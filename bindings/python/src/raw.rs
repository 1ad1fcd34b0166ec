//! Requests that the SDK does not know.

use bytes::Bytes;
use http::Request;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use tenable_api::CallOptions;
use tenable_api::transport::{CallReport, Idempotency};

use crate::errors::invalid_input;
use crate::response::{OnResponse, ResponseInfo};
use crate::settings::{Limit, field};

/// A request that the SDK does not know.
pub(crate) struct RawRequest {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    content: Vec<u8>,
    /// `read`, `idempotent`, `once` or `never`.
    idempotency: String,
    attempt_timeout: Limit,
}

impl<'py> FromPyObject<'_, 'py> for RawRequest {
    type Error = PyErr;

    fn extract(request: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            method: field(&request, "method")?,
            path: field(&request, "path")?,
            headers: field(&request, "headers")?,
            content: field(&request, "content")?,
            idempotency: field(&request, "idempotency")?,
            attempt_timeout: field(&request, "attempt_timeout")?,
        })
    }
}

impl RawRequest {
    /// The request, when it may be sent again, and its limits.
    pub(crate) fn build(self, py: Python<'_>) -> PyResult<(Request<Bytes>, Idempotency, CallOptions)> {
        let idempotency = match self.idempotency.as_str() {
            "read" => Idempotency::Read,
            "idempotent" => Idempotency::Idempotent,
            "once" => Idempotency::Once,
            "never" => Idempotency::Never,
            other => {
                return Err(PyValueError::new_err(format!("{other:?} is none of read, idempotent, once and never")));
            }
        };
        let mut request = Request::builder().method(self.method.as_str()).uri(self.path.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Bytes::from(self.content))
            .map_err(|error| invalid_input(py, &format!("the request cannot be made: {error}; nothing was sent")))?;
        let options = CallOptions::default();
        let options = match self.attempt_timeout {
            Limit::Default => options,
            Limit::None => options.with_attempt_timeout(None),
            Limit::After(time) => options.with_attempt_timeout(time),
        };
        Ok((request, idempotency, options))
    }
}

/// Status, headers, body, attempts and seconds, once the answer has been told.
pub(crate) fn raw_response<'py>(
    py: Python<'py>,
    response: http::Response<Bytes>,
    on_response: &OnResponse,
) -> PyResult<Bound<'py, PyTuple>> {
    let headers = PyList::empty(py);
    for (name, value) in response.headers() {
        headers.append((name.as_str(), String::from_utf8_lossy(value.as_bytes())))?;
    }
    let status = response.status().as_u16();
    let report = response.extensions().get::<CallReport>().copied().unwrap_or_default();
    let (body, info) = ResponseInfo::split("raw", response.into());
    on_response.tell(py, info)?;
    (status, headers, body.as_ref(), report.attempts, report.elapsed.as_secs_f64()).into_pyobject(py)
}

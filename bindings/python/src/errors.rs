//! Errors of the SDK as exceptions of `tenable_api`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use tenable_api::model::Product;
use tenable_api::{BuildError, Effect, Error, ErrorKind};

/// The exception for an error of a call. It carries texts and numbers only; nothing of it refers to a request or an answer.
pub(crate) fn exception(py: Python<'_>, product: Product, error: &Error) -> PyErr {
    make(py, product, error).unwrap_or_else(|failed| failed)
}

fn make(py: Python<'_>, product: Product, error: &Error) -> PyResult<PyErr> {
    let attributes = PyDict::new(py);
    attributes.set_item("product", product.to_string())?;
    attributes.set_item("operation", error.operation())?;
    attributes.set_item("method", error.method().map(http::Method::as_str))?;
    attributes.set_item("path", error.path_template())?;
    attributes.set_item("status", error.status().map(|status| status.as_u16()))?;
    attributes.set_item("code", error.code())?;
    attributes.set_item("message", error.message())?;
    attributes.set_item("request_id", error.request_id())?;
    attributes.set_item("attempts", error.attempts())?;
    attributes.set_item("elapsed", error.elapsed().as_secs_f64())?;
    attributes.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    attributes.set_item("retryable", error.is_retryable())?;
    attributes.set_item("effect", effect(error.effect()))?;
    let instance = class(py, class_name(error.kind()))?.call((error.report(),), Some(&attributes))?;
    Ok(PyErr::from_value(instance))
}

/// The exception for a client that cannot be built.
pub(crate) fn configuration(py: Python<'_>, product: Product, error: &BuildError) -> PyErr {
    let attributes = PyDict::new(py);
    let made = attributes
        .set_item("product", product.to_string())
        .and_then(|()| class(py, "ConfigurationError")?.call((tenable_api::report(error),), Some(&attributes)));
    match made {
        Ok(instance) => PyErr::from_value(instance),
        Err(failed) => failed,
    }
}

/// The exception for a setting that no client can have.
pub(crate) fn unusable(py: Python<'_>, text: &str) -> PyErr {
    bare(py, "ConfigurationError", text)
}

/// The exception for arguments that make no request, wherever they are found out.
pub(crate) fn invalid_input(py: Python<'_>, text: &str) -> PyErr {
    bare(py, "InvalidInputError", text)
}

fn bare(py: Python<'_>, name: &str, text: &str) -> PyErr {
    match class(py, name).and_then(|class| class.call1((text,))) {
        Ok(instance) => PyErr::from_value(instance),
        Err(failed) => failed,
    }
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || py.import("tenable_api._errors").map(Bound::unbind))?;
    Ok(module.bind(py).getattr(name)?.cast_into()?)
}

/// The class of `_errors.py` for a kind.
fn class_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "InvalidInputError",
        ErrorKind::Refused => "RefusedError",
        ErrorKind::Unauthenticated => "AuthenticationError",
        ErrorKind::SessionExpired => "SessionExpiredError",
        ErrorKind::SessionLimit => "SessionLimitError",
        ErrorKind::PermissionDenied => "PermissionDeniedError",
        ErrorKind::OrganizationRequired => "OrganizationRequiredError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Conflict => "ConflictError",
        ErrorKind::RateLimited => "RateLimitedError",
        ErrorKind::Server => "ServerError",
        ErrorKind::Unavailable => "UnavailableError",
        ErrorKind::Connect => "ConnectError",
        ErrorKind::Tls => "TlsError",
        ErrorKind::Timeout => "CallTimeoutError",
        ErrorKind::Interrupted => "ConnectionLostError",
        ErrorKind::Overloaded => "OverloadedError",
        ErrorKind::Redirected => "RedirectedError",
        ErrorKind::ResponseTooLarge => "ResponseTooLargeError",
        ErrorKind::Unreadable => "UnreadableError",
        ErrorKind::NotApplied => "NotAppliedError",
        ErrorKind::Incomplete => "IncompleteError",
        ErrorKind::Unsupported => "UnsupportedError",
        // `Other`, and what a later release knows.
        _ => "TenableError",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::NotSent => "not_sent",
        Effect::NotApplied => "not_applied",
        Effect::Applied => "applied",
        // `Unknown`, and what a later release knows.
        _ => "unknown",
    }
}

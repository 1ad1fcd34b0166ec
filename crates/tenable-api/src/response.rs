use std::fmt;

use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;
use tenable_model::Timestamp;
use tenable_transport::CallReport;

use crate::error::excerpt;

/// A value with what came around it.
///
/// `Debug` names the headers without their values, which may be secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// What the answer was read as.
    pub value: T,
    /// HTTP status. A deletion that counts as done because nothing was there any more keeps its 404, or 403.
    pub status: StatusCode,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The server's name for this request, if it gave one; tell it to the vendor's support.
    pub request_id: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// What the product warns of, as it came. Security Center only.
    pub warnings: Vec<Value>,
    /// The server's time at the answer. Security Center only.
    pub timestamp: Option<Timestamp>,
}

impl<T> Response<T> {
    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Self { value, status, headers, request_id, attempts, warnings, timestamp } = self;
        Response { value: change(value), status, headers, request_id, attempts, warnings, timestamp }
    }

    /// The value, and what came around it.
    pub(crate) fn split(self) -> (T, Response<()>) {
        let Self { value, status, headers, request_id, attempts, warnings, timestamp } = self;
        (value, Response { value: (), status, headers, request_id, attempts, warnings, timestamp })
    }
}

/// What a raw answer holds, with the request id and the number of attempts that came with it. Warnings are not looked for.
impl<T> From<http::Response<T>> for Response<T> {
    fn from(response: http::Response<T>) -> Self {
        let report = report(&response);
        let (parts, value) = response.into_parts();
        Self {
            value,
            status: parts.status,
            request_id: request_id(&parts.headers),
            headers: parts.headers,
            attempts: report.attempts,
            warnings: Vec::new(),
            timestamp: None,
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("warnings", &self.warnings)
            .field("timestamp", &self.timestamp)
            .finish()
    }
}

/// How the call went that gave an answer.
pub(crate) fn report<T>(response: &http::Response<T>) -> CallReport {
    response.extensions().get().copied().unwrap_or_default()
}

const REQUEST_IDS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-uuid"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// The request id of an answer, by the header names in use.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_IDS
        .iter()
        .find_map(|name| headers.get(name))
        .map(|value| excerpt(value.as_bytes()))
        .filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_one_short_line() {
        let id = |value: &str| {
            request_id(&HeaderMap::from_iter([("x-request-id".parse().unwrap(), value.parse().unwrap())]))
        };
        assert_eq!(id("a\tb").unwrap(), "a b");
        assert_eq!(id(" "), None);
        assert!(id(&"a".repeat(10_000)).unwrap().len() < 1000);
    }
}

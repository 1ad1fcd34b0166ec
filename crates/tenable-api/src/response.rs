use http::{HeaderMap, StatusCode};

/// A value with what came around it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// What the answer was read as.
    pub value: T,
    /// HTTP status.
    pub status: StatusCode,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The server's name for this request, if it gave one; tell it to the vendor's support.
    pub request_id: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
}

impl<T> Response<T> {
    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Self { value, status, headers, request_id, attempts } = self;
        Response { value: change(value), status, headers, request_id, attempts }
    }
}

/// The request id of an answer, by the header names in use.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-uuid", "x-request-id", "x-correlation-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

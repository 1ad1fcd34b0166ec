//! What the core answers, and how it reaches the caller.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;

use crate::json::KeyOrder;

/// The answer to one request, with what happens to it on the way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply {
    /// The answer. It is complete even where [`delivery`](Self::delivery) says that it does not arrive; for a request
    /// that was not applied and is not answered it is an empty 503.
    pub response: Response<Bytes>,
    /// What the connection does with the answer.
    pub delivery: Delivery,
    /// Time to wait before the answer, or before the connection is cut.
    pub delay: Duration,
}

/// What a connection does with an answer.
///
/// Whether the request was applied is not said here: it shows in the emulator's state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Delivery {
    /// The whole answer is sent.
    Send,
    /// The head and the first `bytes` bytes of the body are sent, then the connection is closed. `Content-Length` still
    /// names the full length. Of an answer without a body, half the head is sent.
    Truncate {
        /// Number of body bytes sent.
        bytes: usize,
    },
    /// The body is sent with `Transfer-Encoding: chunked` and a chunk size that is not a number.
    BadChunk,
    /// The connection is reset without an answer.
    Reset,
    /// The connection stays open and nothing is sent.
    Stall,
}

/// What a product says to a request, before it is turned into bytes.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    pub(crate) encoding: Encoding,
    /// Template of the route that matched, or none.
    pub(crate) route: Option<&'static str>,
}

/// How a JSON body is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding {
    pub(crate) content_type: &'static str,
    /// Whether `/` is written as `\/`.
    pub(crate) escaped_slashes: bool,
    /// Whether a newline follows.
    pub(crate) final_newline: bool,
}

impl Default for Encoding {
    fn default() -> Self {
        Self { content_type: "application/json; charset=utf-8", escaped_slashes: false, final_newline: false }
    }
}

impl Encoding {
    fn write(self, value: &Value, key_order: &KeyOrder) -> Vec<u8> {
        let mut bytes = crate::json::to_bytes(value, key_order);
        if self.escaped_slashes {
            // Outside of strings, JSON has no slash.
            let escaped = |byte: u8| std::iter::once(b'\\').filter(move |_| byte == b'/').chain([byte]);
            bytes = bytes.into_iter().flat_map(escaped).collect();
        }
        if self.final_newline {
            bytes.push(b'\n');
        }
        bytes
    }
}

/// A body before it is turned into bytes.
#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Html(String),
    /// Bare text that nothing says what it is.
    Text(&'static str),
}

impl Outcome {
    fn new(status: StatusCode, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, encoding: Encoding::default(), route: None }
    }

    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, Body::Empty)
    }

    pub(crate) fn html(status: StatusCode, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
        );
        Self::new(status, Body::Html(page))
    }

    pub(crate) fn encoded(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn at_route(mut self, route: Option<&'static str>) -> Self {
        self.route = route;
        self
    }

    pub(crate) fn into_response(self, key_order: &KeyOrder) -> Response<Bytes> {
        let (content_type, bytes) = match self.body {
            Body::Empty => (None, Vec::new()),
            Body::Json(value) => (Some(self.encoding.content_type), self.encoding.write(&value, key_order)),
            Body::Text(text) => (Some("application/octet-stream"), text.as_bytes().to_vec()),
            Body::Html(page) => (Some("text/html; charset=utf-8"), page.into_bytes()),
        };
        let mut response = Response::new(Bytes::from(bytes));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        headers.extend(self.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_escaped_and_a_newline_ends_the_body_where_the_product_does_so() {
        let value = serde_json::json!({ "zone": "Europe/Paris", "a": "\\/" });
        let encoding = Encoding { escaped_slashes: true, final_newline: true, ..Encoding::default() };
        let bytes = encoding.write(&value, &KeyOrder::new(&[("", &["zone"])]));
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "{\"zone\":\"Europe\\/Paris\",\"a\":\"\\\\\\/\"}\n");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderName, Request, Response};

use crate::{Transport, TransportError, TransportErrorKind};

/// Expects requests in order, and answers each with its response. Clones share the script.
///
/// Compares the method, path and query, the body byte for byte, and the headers named by
/// [`compare_header`](Self::compare_header). A request that differs gets an error of kind
/// [`InvalidRequest`](TransportErrorKind::InvalidRequest) that says how, and fails
/// [`assert_finished`](Self::assert_finished) even if the code under test swallows it.
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tenable_transport::{ReplayTransport, Transport};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let replay = ReplayTransport::new([(
///     Request::post("/api/users").header("content-type", "application/json").body(Bytes::from("{}"))?,
///     Response::builder().status(201).body(Bytes::from(r#"{"id":7}"#))?,
/// )])
/// .compare_header(http::header::CONTENT_TYPE);
///
/// let request = Request::post("https://acme.example/api/users")
///     .header("content-type", "application/json")
///     .body(Bytes::from("{}"))?;
/// assert_eq!(replay.clone().send(request).await?.status(), 201);
/// replay.assert_finished();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReplayTransport {
    headers: Vec<HeaderName>,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    expected: VecDeque<(Request<Bytes>, Response<Bytes>)>,
    received: usize,
    mismatches: Vec<String>,
}

impl ReplayTransport {
    /// Expects these requests, in this order.
    pub fn new(pairs: impl IntoIterator<Item = (Request<Bytes>, Response<Bytes>)>) -> Self {
        let expected = pairs.into_iter().collect();
        Self { headers: Vec::new(), script: Arc::new(Mutex::new(Script { expected, ..Script::default() })) }
    }

    /// Compares this header too; absent on both sides is equal.
    #[must_use]
    pub fn compare_header(mut self, name: HeaderName) -> Self {
        self.headers.push(name);
        self
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks that every expected request came, and nothing else.
    ///
    /// # Panics
    ///
    /// If a request differed or was not expected, or if some are still expected.
    #[track_caller]
    pub fn assert_finished(&self) {
        let script = self.script();
        assert!(script.mismatches.is_empty(), "requests differed: {}", script.mismatches.join("; "));
        let missing: Vec<_> = script.expected.iter().map(|(request, _)| line(request)).collect();
        assert!(missing.is_empty(), "requests never came: {}", missing.join("; "));
    }
}

fn line(request: &Request<Bytes>) -> String {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    format!("{} {path}", request.method())
}

/// What differs, without quoting contents: they may be secret.
fn difference(expected: &Request<Bytes>, received: &Request<Bytes>, headers: &[HeaderName]) -> Option<String> {
    if line(expected) != line(received) {
        return Some(format!("expected {}, received {}", line(expected), line(received)));
    }
    for name in headers {
        let values = |request: &Request<Bytes>| request.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
        if values(expected) != values(received) {
            return Some(format!("header {name} of {} differs", line(expected)));
        }
    }
    let (expected_body, received_body) = (expected.body(), received.body());
    if expected_body != received_body {
        let at = expected_body.iter().zip(received_body).take_while(|(left, right)| left == right).count();
        return Some(format!(
            "body of {} differs from byte {at} on: expected {} bytes, received {}",
            line(expected),
            expected_body.len(),
            received_body.len()
        ));
    }
    None
}

impl fmt::Debug for ReplayTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        f.debug_struct("ReplayTransport")
            .field("received", &script.received)
            .field("expected", &script.expected.len())
            .field("mismatches", &script.mismatches)
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl Transport for ReplayTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut script = self.script();
        script.received += 1;
        let (mismatch, response) = match script.expected.pop_front() {
            Some((expected, response)) => (difference(&expected, &request, &self.headers), Some(response)),
            None => (Some(format!("nothing more was expected, received {}", line(&request))), None),
        };
        match (mismatch, response) {
            (None, Some(response)) => Ok(response),
            (mismatch, _) => {
                let message = format!("request {}: {}", script.received, mismatch.unwrap_or_default());
                script.mismatches.push(message.clone());
                Err(TransportError::new(TransportErrorKind::InvalidRequest).with_message(message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(path: &str, kind: &str, body: &'static str) -> Request<Bytes> {
        Request::post(path).header("x-kind", kind).body(Bytes::from(body)).unwrap()
    }

    #[tokio::test]
    async fn says_what_differs() {
        for (received, expected) in [
            (post("http://a/other?x", "k", "body"), "request 1: expected POST /users, received POST /other?x"),
            (post("http://a/users", "other", "body"), "request 1: header x-kind of POST /users differs"),
            (
                post("http://a/users", "k", "boxy!"),
                "request 1: body of POST /users differs from byte 2 on: expected 4 bytes, received 5",
            ),
        ] {
            let replay = ReplayTransport::new([(post("/users", "k", "body"), Response::new(Bytes::new()))])
                .compare_header(HeaderName::from_static("x-kind"));
            assert_eq!(replay.send(received).await.unwrap_err().to_string(), expected);
        }
    }

    #[tokio::test]
    #[should_panic(expected = "requests differed: request 1: nothing more was expected, received POST /users")]
    async fn an_unexpected_request_fails_the_end() {
        let replay = ReplayTransport::new([]);
        replay.send(post("http://a/users", "k", "")).await.unwrap_err();
        replay.assert_finished();
    }

    #[test]
    #[should_panic(expected = "requests never came: POST /users")]
    fn a_missing_request_fails_the_end() {
        ReplayTransport::new([(post("/users", "k", ""), Response::new(Bytes::new()))]).assert_finished();
    }
}

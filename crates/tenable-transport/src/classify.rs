//! What an answer means for sending again.

use std::fmt::Debug;

use bytes::Bytes;
use http::{Response, StatusCode};

/// Reads what a response means for sending the call again. Each product says its own.
///
/// # Examples
///
/// A server that says "come back later" with a 403:
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use tenable_transport::{Classify, ClassifyByStatus, Outcome};
///
/// #[derive(Debug)]
/// struct BusyIsRefused;
///
/// impl Classify for BusyIsRefused {
///     fn classify(&self, response: &Response<Bytes>) -> Outcome {
///         if response.status() == 403 && response.body() == "busy" {
///             Outcome::Refused
///         } else {
///             ClassifyByStatus.classify(response)
///         }
///     }
/// }
///
/// let busy = Response::builder().status(403).body(Bytes::from("busy"))?;
/// assert_eq!(BusyIsRefused.classify(&busy), Outcome::Refused);
/// # Ok::<(), http::Error>(())
/// ```
pub trait Classify: Debug + Send + Sync {
    /// Called once for each response of a call, sign-ins excluded.
    fn classify(&self, response: &Response<Bytes>) -> Outcome;
}

/// What a response means for sending the call again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The answer to the call, good or bad.
    Final,
    /// Refused before any work because too much was asked. A `Retry-After` pauses every clone of the client.
    Throttled,
    /// The answer of something in front of the server, or of a failing one: it may have acted.
    Unavailable,
    /// Refused before any work for a passing reason. As safe to send again as `Throttled`, and pauses nobody else.
    Refused,
    /// Refused before any work because the session is no longer valid.
    SessionExpired,
}

/// 429 is [`Throttled`](Outcome::Throttled); 502, 503 and 504 are [`Unavailable`](Outcome::Unavailable); anything else
/// is [`Final`](Outcome::Final).
#[derive(Clone, Copy, Debug, Default)]
pub struct ClassifyByStatus;

impl Classify for ClassifyByStatus {
    fn classify(&self, response: &Response<Bytes>) -> Outcome {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Outcome::Throttled,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Outcome::Unavailable
            }
            _ => Outcome::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_status() {
        for (status, expected) in [
            (200, Outcome::Final),
            (401, Outcome::Final),
            (408, Outcome::Final),
            (429, Outcome::Throttled),
            (500, Outcome::Final),
            (501, Outcome::Final),
            (502, Outcome::Unavailable),
            (503, Outcome::Unavailable),
            (504, Outcome::Unavailable),
        ] {
            let response = Response::builder().status(status).body(Bytes::new()).unwrap();
            assert_eq!(ClassifyByStatus.classify(&response), expected, "{status}");
        }
    }
}

//! What kind of failure it was, and what the server did.

use http::StatusCode;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The arguments cannot make a correct request, or the client could not be built. Nothing was sent.
    InvalidInput,
    /// The server refused the request as invalid (400, 422).
    Refused,
    /// The server refused the credentials (401).
    Unauthenticated,
    /// The session is over, and could not be renewed.
    SessionExpired,
    /// The account has as many sessions as it may have, and signing in once more would end one of them.
    SessionLimit,
    /// The credentials are good, the right is missing (403).
    PermissionDenied,
    /// The call needs to be told which organization it concerns. Security Center, in an administrator's session.
    OrganizationRequired,
    /// What was named does not exist (404), or the product does not have the operation.
    NotFound,
    /// It conflicts with what is there (409).
    Conflict,
    /// Too many requests, to the end of the deadline (429).
    RateLimited,
    /// The server failed (500 and other 5xx).
    Server,
    /// A gateway failed or the server is starting (502, 503, 504).
    Unavailable,
    /// No connection was made. Nothing was sent.
    Connect,
    /// The server's certificate was not accepted, or the handshake failed. Nothing was sent.
    Tls,
    /// The time was up before there was an answer.
    Timeout,
    /// The connection ended before there was a whole answer.
    Interrupted,
    /// The client's own limit of calls under way kept it waiting too long. Nothing was sent.
    Overloaded,
    /// The server sent the client elsewhere. Redirects are not followed: the usual reason is a wrong address or a login page.
    Redirected,
    /// The answer is larger than the client accepts.
    ResponseTooLarge,
    /// The answer was success, but not what the operation gives.
    Unreadable,
    /// The answer was success, but what is there afterwards is not what was asked for: the server has not done it, has done it in part, or
    /// somebody else has changed it meanwhile.
    NotApplied,
    /// One of several steps failed after others were carried out, or what was carried out could not be read back. The cause is in
    /// [`source`](std::error::Error::source); doing it all again would do the first steps twice.
    Incomplete,
    /// The product cannot do what was asked. Nothing was sent.
    Unsupported,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// What a status says by itself.
    pub(crate) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            400 | 405 | 406 | 411..=417 | 422 => Self::Refused,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 | 410 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::RateLimited,
            502..=504 => Self::Unavailable,
            500..=599 => Self::Server,
            _ => Self::Other,
        }
    }
}

/// What the server did, as far as can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing was sent.
    NotSent,
    /// The server answered that it did not do it.
    NotApplied,
    /// The server may or may not have done it.
    Unknown,
    /// The server did it; only the answer could not be used.
    Applied,
}

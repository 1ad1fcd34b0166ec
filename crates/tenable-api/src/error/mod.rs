//! What went wrong, whether the server may have acted, and what to do.

mod display;
mod kind;
mod make;
mod refusal;
mod report;
mod sign_in;

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};
use tenable_model::Product;

pub use kind::{Effect, ErrorKind};
pub(crate) use make::invalid_arguments;
pub(crate) use refusal::{Refusal, excerpt};
pub use report::report;
pub(crate) use sign_in::SignInError;

use crate::BuildError;

/// The failure of an operation.
///
/// `Display` is one line: the operation, what failed, what the server said, whether it may have acted, what to do. The cause below,
/// if there is one, is in [`source`](std::error::Error::source) and not repeated. Neither shows a secret, a request body or a filled
/// path.
///
/// ```
/// use tenable_api::identity_exposure;
/// use serde_json::json;
///
/// let operation = identity_exposure::operation("users.details").expect("the operation exists");
/// let error = operation.request(json!({})).unwrap_err();
/// assert!(error.is_invalid_input());
/// assert!(!error.outcome_unknown());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    effect: Effect,
    operation: &'static str,
    method: Option<Method>,
    path: Option<&'static str>,
    takes_secrets: bool,
    product: Option<Product>,
    /// Whether it was signing in that failed.
    signing_in: bool,
    status: Option<StatusCode>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What the server did, as far as can be known.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Whether the server may have carried out what was asked.
    ///
    /// # Troubleshooting
    ///
    /// Look before trying again: read the object by its name or list the resource. The client has not repeated the request where a
    /// second one could have done more than the first.
    pub fn outcome_unknown(&self) -> bool {
        self.0.effect == Effect::Unknown
    }

    /// Whether what was named does not exist.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether it conflicts with what is there, such as an e-mail address in use.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// Whether the account lacks the right.
    ///
    /// # Troubleshooting
    ///
    /// The server did not act. Ask for a role with the permission, or check that the licence has the feature.
    pub fn is_permission_denied(&self) -> bool {
        self.0.kind == ErrorKind::PermissionDenied
    }

    /// Whether the credentials were refused.
    ///
    /// # Troubleshooting
    ///
    /// The server did not act. The key may be wrong, renewed elsewhere, of another product, or of an account that is locked out. Of an
    /// operation that takes a password, it may also mean that the password is wrong.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unauthenticated | ErrorKind::SessionExpired)
    }

    /// Whether the account has as many sessions as it may have.
    ///
    /// # Troubleshooting
    ///
    /// Nothing was sent. Close a session elsewhere, or allow the client to end one (`release_session`). Sessions that are never closed
    /// are the usual reason.
    pub fn is_session_limit(&self) -> bool {
        self.0.kind == ErrorKind::SessionLimit
    }

    /// Whether the call has to say which organization it concerns.
    ///
    /// # Troubleshooting
    ///
    /// The server did not act. An administrator belongs to no organization and must name one.
    pub fn is_organization_required(&self) -> bool {
        self.0.kind == ErrorKind::OrganizationRequired
    }

    /// Whether the request was refused as invalid, by the client or by the server.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, ErrorKind::InvalidInput | ErrorKind::Refused)
    }

    /// Whether the product cannot do what was asked.
    ///
    /// # Troubleshooting
    ///
    /// Nothing was sent, and no account can do it. The error says what to do instead; see
    /// [`Capabilities`](crate::admin::Capabilities).
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == ErrorKind::Unsupported
    }

    /// Whether the server asked to slow down until the deadline passed.
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// Whether the time was up. Ask [`outcome_unknown`](Self::outcome_unknown) before trying again.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether no connection was made, or none that could be trusted. Nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect | ErrorKind::Tls)
    }

    /// Whether the answer was success but could not be read. The server has acted.
    pub fn is_unreadable(&self) -> bool {
        self.0.kind == ErrorKind::Unreadable
    }

    /// Whether the same call may succeed later without doing anything twice.
    pub fn is_retryable(&self) -> bool {
        let passing = matches!(
            self.0.kind,
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Unavailable
                | ErrorKind::Connect
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::Overloaded
        );
        passing && matches!(self.0.effect, Effect::NotSent | Effect::NotApplied)
    }

    /// The error and everything below it, in one line: for a log or a terminal. As [`report`](fn@crate::report) gives it.
    pub fn report(&self) -> String {
        report(self)
    }

    /// The operation, such as `users.create`; empty for a client that could not be built.
    pub fn operation(&self) -> &str {
        self.0.operation
    }

    /// HTTP method of the operation.
    pub fn method(&self) -> Option<&Method> {
        self.0.method.as_ref()
    }

    /// Path of the operation with its parameters in braces, such as `/api/users/{id}`.
    pub fn path_template(&self) -> Option<&str> {
        self.0.path
    }

    /// HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's own code for the error, such as `INVALID_PAYLOAD_FORMAT`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the server said, or what is wrong with the arguments. At most a few hundred characters.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The server's name for the request, if it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call took, waits included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        let mut this = Self::new(None, ErrorKind::InvalidInput, Effect::NotSent);
        this.0.source = Some(Box::new(error));
        this
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            effect,
            operation,
            method,
            path,
            takes_secrets: _,
            product: _,
            signing_in: _,
            status,
            code,
            message,
            request_id,
            attempts,
            elapsed,
            retry_after,
            source,
        } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("effect", effect)
            .field("operation", operation)
            .field("method", method)
            .field("path", path)
            .field("status", status)
            .field("code", code)
            .field("message", message)
            .field("request_id", request_id)
            .field("attempts", attempts)
            .field("elapsed", elapsed)
            .field("retry_after", retry_after)
            .field("source", source)
            .finish()
    }
}

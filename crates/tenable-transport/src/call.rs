//! What travels with a call: its context on the way down, its report on the way up.

use std::borrow::Cow;
use std::time::Duration;

use http::Method;

use crate::layers::progress::Progress;

/// What the layers need to know of a call. Put it in the extensions of the request; clones of the request keep it.
///
/// A request without one is treated by its method: GET, HEAD and OPTIONS as [`Idempotency::Read`], anything else as
/// [`Idempotency::Once`].
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use tenable_transport::{CallContext, Idempotency};
///
/// let mut request = http::Request::get("https://acme.example/api/users/7").body(Bytes::new())?;
/// request.extensions_mut().insert(CallContext::new("users.details", "/api/users/{id}", Idempotency::Read));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallContext {
    /// Name of the operation, for logs: `users.create`.
    pub operation: &'static str,
    /// Path with its parameters unfilled, for logs: `/api/users/{id}`.
    pub path_template: Cow<'static, str>,
    /// When the call may be sent again.
    pub idempotency: Idempotency,
    /// Send without credentials.
    pub anonymous: bool,
    /// Overrides the total deadline of the stack; `Some(None)` switches it off for this call.
    pub deadline: Option<Option<Duration>>,
    /// Overrides the limit of each attempt; `Some(None)` switches it off for this call. A sign-in on the way keeps that
    /// of the stack.
    pub attempt_timeout: Option<Option<Duration>>,
    /// The request or the response holds a secret. The layers of this crate never log contents anyway; layers above
    /// read this before they quote anything.
    pub sensitive: bool,
    /// Of the call that is under way with this context.
    pub(crate) progress: Option<Progress>,
}

impl CallContext {
    /// A call with credentials, the deadline of the stack, and nothing secret in its contents.
    pub fn new(operation: &'static str, path_template: impl Into<Cow<'static, str>>, idempotency: Idempotency) -> Self {
        Self {
            operation,
            path_template: path_template.into(),
            idempotency,
            anonymous: false,
            deadline: None,
            attempt_timeout: None,
            sensitive: false,
            progress: None,
        }
    }

    /// Sends the call without credentials.
    #[must_use]
    pub fn with_anonymous(mut self, anonymous: bool) -> Self {
        self.anonymous = anonymous;
        self
    }

    /// Overrides the total deadline of the stack for this call; `None` switches it off.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Overrides the limit of each attempt for this call; `None` switches it off.
    #[must_use]
    pub fn with_attempt_timeout(mut self, limit: Option<Duration>) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Marks the contents of the call as secret.
    #[must_use]
    pub fn with_sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive = sensitive;
        self
    }

    /// The context of a request, or one made up from its method. The path is left out: it is filled in.
    pub(crate) fn of<B>(request: &http::Request<B>) -> Cow<'_, Self> {
        request.extensions().get().map_or_else(
            || {
                let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
                let idempotency = if reads { Idempotency::Read } else { Idempotency::Once };
                Cow::Owned(Self::new("unnamed", "", idempotency))
            },
            Cow::Borrowed,
        )
    }
}

/// When a call may be sent again.
///
/// | | connection never made | 429, or refused for now | 502, 503, 504, no full answer |
/// | --- | --- | --- | --- |
/// | `Read`, `Idempotent`, `Removal` | again | again | again |
/// | `Once` | again | again | stop: outcome unknown |
/// | `Never` | again | stop | stop: outcome unknown |
///
/// Certificate errors, redirects, oversized or undecodable answers and every other status stop the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Changes nothing; may always be sent again, and its outcome is never unknown.
    Read,
    /// Sending it twice is the same as once; an unknown outcome is still reported.
    Idempotent,
    /// As `Idempotent`; the layer above takes "not found" after an earlier attempt of unknown outcome as done.
    Removal,
    /// Sent again only when the server provably did not act: the connection was never made, or it answered 429.
    Once,
    /// Sent again only when it provably was not sent: a second try of a changed password looks like an attack.
    Never,
}

/// How a call went. The stack puts one in the extensions of every response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallReport {
    /// How often the request was handed to the network, the last time included.
    pub attempts: u32,
    /// Time from the call to its response, waits included.
    pub elapsed: Duration,
    /// An attempt before the one that gave this response may have been carried out. Always false for reads.
    pub earlier_outcome_unknown: bool,
    /// An attempt may have been carried out without this response saying so: an earlier one, or this one when it was
    /// answered 502, 503 or 504. Of interest when the response is an error. Always false for reads.
    pub outcome_unknown: bool,
    /// How long the server asked to wait before another try, in the `Retry-After` of this response.
    pub retry_after: Option<Duration>,
}

impl CallReport {
    /// A report of `attempts` attempts in `elapsed` time, with no unknown outcome.
    pub fn new(attempts: u32, elapsed: Duration) -> Self {
        Self { attempts, elapsed, ..Self::default() }
    }

    /// Says that an earlier attempt may have been carried out.
    #[must_use]
    pub fn with_earlier_outcome_unknown(mut self, unknown: bool) -> Self {
        self.earlier_outcome_unknown = unknown;
        self.outcome_unknown |= unknown;
        self
    }

    /// Says how long the server asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Says that the last attempt may have been carried out although its answer is an error.
    #[must_use]
    pub fn with_outcome_unknown(mut self, unknown: bool) -> Self {
        self.outcome_unknown = unknown || self.earlier_outcome_unknown;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_survives_a_clone_of_the_request() {
        let mut request = http::Request::post("http://localhost/").body(()).unwrap();
        request.extensions_mut().insert(CallContext::new("users.create", "/users", Idempotency::Idempotent));
        assert_eq!(CallContext::of(&request.clone()).operation, "users.create");
        assert_eq!(CallContext::of(&request.clone()).idempotency, Idempotency::Idempotent);
    }

    #[test]
    fn without_a_context_the_method_decides() {
        for (method, expected) in [
            (Method::GET, Idempotency::Read),
            (Method::HEAD, Idempotency::Read),
            (Method::OPTIONS, Idempotency::Read),
            (Method::POST, Idempotency::Once),
            (Method::PUT, Idempotency::Once),
            (Method::PATCH, Idempotency::Once),
            (Method::DELETE, Idempotency::Once),
        ] {
            let request = http::Request::builder().method(method.clone()).uri("/users/7").body(()).unwrap();
            let context = CallContext::of(&request);
            assert_eq!(context.idempotency, expected, "{method}");
            assert_eq!(context.path_template, "", "a filled-in path never reaches a log");
        }
    }

    #[test]
    fn an_earlier_unknown_outcome_stays_unknown() {
        let report = CallReport::new(2, Duration::ZERO).with_earlier_outcome_unknown(true).with_outcome_unknown(false);
        assert!(report.outcome_unknown && report.earlier_outcome_unknown);
        assert!(!CallReport::default().with_outcome_unknown(true).earlier_outcome_unknown);
    }
}

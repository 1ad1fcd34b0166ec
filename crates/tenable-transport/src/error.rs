//! Why a call has no response.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

type BoxError = Box<dyn Error + Send + Sync>;

/// Why a call has no response. As large as a pointer.
///
/// `Display` is one line of this error's own; the rest is in [`source`](Error::source). Neither holds a query, a
/// header, a body or a password.
///
/// # Examples
///
/// ```
/// use tenable_transport::{TransportError, TransportErrorKind};
///
/// let error = TransportError::new(TransportErrorKind::Interrupted);
/// assert!(error.outcome_unknown(), "the request was sent, so the server may have acted");
/// assert!(!TransportError::new(TransportErrorKind::Connect).outcome_unknown());
/// ```
pub struct TransportError(Box<Inner>);

struct Inner {
    kind: TransportErrorKind,
    message: Option<Cow<'static, str>>,
    source: Option<BoxError>,
    outcome_unknown: bool,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
}

/// What kind of failure a [`TransportError`] is, and whether the server may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The connection could not be made. Nothing was sent.
    Connect,
    /// The certificate or the handshake was refused, by us or by the server. The server did not act. Never retried.
    Tls,
    /// The connection, handshake included, was not ready in time. Nothing was sent.
    ConnectTimeout,
    /// One attempt did not get its full answer in time. It may have been sent: the outcome is unknown.
    AttemptTimeout,
    /// The total deadline of the call passed. The outcome is unknown if an attempt was under way, unless it was
    /// certainly still being connected, or if an earlier one was of unknown outcome.
    Deadline,
    /// The request was sent, and the connection ended before the full answer: the outcome is unknown.
    Interrupted,
    /// The response is larger than the bound. The server answered, so it may have acted.
    BodyTooLarge,
    /// The server answered with a redirect, which is never followed. Usually the base URL is wrong, or a proxy wants
    /// a sign-in page to be shown. With 301, 302 or 303 the outcome is unknown, as a form that was carried out is
    /// answered so too; 307 and 308 ask to repeat the call elsewhere, so the server did not act.
    Redirect,
    /// Refused here, before anything was sent: no host, another origin than the configured one, plain http to another
    /// machine.
    InvalidRequest,
    /// Too many calls of our own were under way for longer than the wait limit. Nothing was sent.
    Overloaded,
    /// Signing in failed; the source has why. The call itself was not sent.
    Authorize,
    /// The answer could not be read: bad compression, or not HTTP. The server answered, so it may have acted.
    Decode,
}

impl TransportErrorKind {
    /// Whether an attempt that ended like this may have been carried out.
    fn may_have_acted(self) -> bool {
        match self {
            Self::AttemptTimeout | Self::Interrupted | Self::BodyTooLarge | Self::Decode => true,
            Self::Connect
            | Self::Tls
            | Self::ConnectTimeout
            | Self::Deadline
            | Self::Redirect
            | Self::InvalidRequest
            | Self::Overloaded
            | Self::Authorize => false,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Connect => "could not connect; nothing was sent",
            Self::Tls => "the secure connection was refused",
            Self::ConnectTimeout => "the connection was not ready in time; nothing was sent",
            Self::AttemptTimeout => "no full answer in time",
            Self::Deadline => "the deadline of the call passed",
            Self::Interrupted => "the connection ended before the full answer",
            Self::BodyTooLarge => "the answer is larger than the limit",
            Self::Redirect => "the server answered with a redirect",
            Self::InvalidRequest => "the request was refused before sending",
            Self::Overloaded => "too many calls are under way; nothing was sent",
            Self::Authorize => "signing in failed; the call was not sent",
            Self::Decode => "the answer could not be read",
        }
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl TransportError {
    /// An error of `kind`, with the text and the [outcome](Self::outcome_unknown) of that kind.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            message: None,
            source: None,
            outcome_unknown: kind.may_have_acted(),
            attempts: 0,
            elapsed: Duration::ZERO,
            retry_after: None,
        }))
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Replaces the text of the kind. The caller keeps queries, headers, bodies and passwords out of it.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Overrides whether the server may have acted.
    #[must_use]
    pub fn with_outcome_unknown(mut self, unknown: bool) -> Self {
        self.0.outcome_unknown = unknown;
        self
    }

    /// Sets how often the request was sent, and how long the call took.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// Sets how long the server asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }

    /// Whether the server may have acted on any attempt of this call. False for reads: there is nothing to carry out.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// How often the request was handed to the network. 0 outside of a [stack](crate::stack()).
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call took, waits included. Zero outside of a [stack](crate::stack()).
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How long the server asked to wait, if it did. For a call that was held back by the pause after a 429 or by the
    /// rate limit, how long that still lasts.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message.as_deref().unwrap_or_else(|| self.0.kind.text()))?;
        if self.0.attempts > 1 {
            write!(f, " (after {} attempts in {:.1}s)", self.0.attempts, self.0.elapsed.as_secs_f64())?;
        }
        Ok(())
    }
}

/// The causes as text, outermost first: their `Debug` forms are not ours and could hold anything.
struct Causes<'a>(Option<&'a (dyn Error + 'static)>);

impl fmt::Debug for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        let mut next = self.0;
        while let Some(cause) = next {
            list.entry(&cause.to_string());
            next = cause.source();
        }
        list.finish()
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message.as_deref().unwrap_or_else(|| self.0.kind.text()))
            .field("outcome_unknown", &self.0.outcome_unknown)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field("retry_after", &self.0.retry_after)
            .field("causes", &Causes(self.source()))
            .finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_and_crosses_threads() {
        fn crosses_threads<T: Send + Sync + 'static>() {}
        crosses_threads::<TransportError>();
        assert_eq!(size_of::<TransportError>(), size_of::<usize>());
    }

    #[test]
    fn every_kind_says_whether_the_server_may_have_acted() {
        use TransportErrorKind as Kind;
        for (kind, unknown) in [
            (Kind::Connect, false),
            (Kind::Tls, false),
            (Kind::ConnectTimeout, false),
            (Kind::AttemptTimeout, true),
            (Kind::Deadline, false),
            (Kind::Interrupted, true),
            (Kind::BodyTooLarge, true),
            (Kind::Redirect, false),
            (Kind::InvalidRequest, false),
            (Kind::Overloaded, false),
            (Kind::Authorize, false),
            (Kind::Decode, true),
        ] {
            assert_eq!(TransportError::new(kind).outcome_unknown(), unknown, "{kind:?}");
        }
    }

    #[test]
    fn display_is_its_own_line_and_the_cause_is_the_source() {
        let cause = std::io::Error::other("connection refused");
        let error = TransportError::new(TransportErrorKind::Connect).with_source(cause);
        assert_eq!(error.to_string(), "could not connect; nothing was sent");
        assert_eq!(error.source().unwrap().to_string(), "connection refused");

        let error = error.with_message("no way to acme.example:443").with_attempts(3, Duration::from_millis(4123));
        assert_eq!(error.to_string(), "no way to acme.example:443 (after 3 attempts in 4.1s)");
        assert_eq!((error.attempts(), error.elapsed()), (3, Duration::from_millis(4123)));
    }

    #[test]
    fn debug_is_a_report() {
        let error = TransportError::new(TransportErrorKind::Deadline)
            .with_outcome_unknown(true)
            .with_retry_after(Duration::from_secs(7))
            .with_source(std::io::Error::other("late"));
        assert_eq!(
            format!("{error:?}"),
            "TransportError { kind: Deadline, message: \"the deadline of the call passed\", outcome_unknown: true, \
             attempts: 0, elapsed: 0ns, retry_after: Some(7s), causes: [\"late\"] }"
        );
    }
}

//! What went wrong, whether the server may have acted, and what to do.

mod display;
mod refusal;
mod sign_in;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use tenable_transport::{CallReport, Idempotency, TransportError, TransportErrorKind};

pub(crate) use refusal::{Refusal, excerpt};
pub(crate) use sign_in::SignInError;

use tenable_model::Product;

use crate::response::request_id;
use crate::{BuildError, OperationMeta};

/// What is kept whole of serde's words, in bytes; they quote what was found.
const LONGEST_CAUSE: usize = 512;

/// What Vulnerability Management says to a caller without the right.
const INSUFFICIENT_SCOPE: &str = "Insufficient scope";

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
    /// The client's own limit of calls in flight kept it waiting too long. Nothing was sent.
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

    /// The error and everything below it, in one line: for a log or a terminal.
    pub fn report(&self) -> String {
        let chain = std::iter::successors(Some(self as &dyn std::error::Error), |error| error.source());
        chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
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

/// Making errors, for the layers of this crate.
impl Error {
    fn new(meta: Option<&'static OperationMeta>, kind: ErrorKind, effect: Effect) -> Self {
        Self(Box::new(Inner {
            kind,
            effect,
            operation: meta.map_or("", |meta| meta.id),
            method: meta.map(|meta| meta.method.clone()),
            path: meta.map(|meta| meta.path),
            takes_secrets: meta.is_some_and(OperationMeta::takes_secrets),
            product: meta.map(|meta| meta.product),
            signing_in: false,
            status: None,
            code: None,
            message: None,
            request_id: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_input(meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::InvalidInput, Effect::NotSent);
        error.0.message = Some(message.into());
        error
    }

    /// For a request that belongs to no operation.
    pub(crate) fn invalid_raw(message: impl Into<String>) -> Self {
        let mut error = Self::new(None, ErrorKind::InvalidInput, Effect::NotSent);
        error.0.message = Some(message.into());
        error
    }

    /// A transport that failed.
    pub(crate) fn transport(meta: Option<&'static OperationMeta>, error: TransportError) -> Self {
        if let Some(sign_in) = SignInError::of(&error) {
            let mut this = Self::new(meta, sign_in.kind, effect_without_session(&error));
            this.0.signing_in = true;
            this.0.status = sign_in.status;
            this.0.code.clone_from(&sign_in.code);
            this.0.message = Some(sign_in.message.clone());
            this.0.attempts = error.attempts();
            this.0.elapsed = error.elapsed();
            this.0.retry_after = sign_in.retry_after;
            return this;
        }
        // What ended a sign-in without an answer stands below.
        let below = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<TransportError>());
        let failed = below.filter(|_| error.kind() == TransportErrorKind::Authorize).unwrap_or(&error);
        let kind = match failed.kind() {
            TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout => ErrorKind::Connect,
            TransportErrorKind::Tls => ErrorKind::Tls,
            TransportErrorKind::AttemptTimeout | TransportErrorKind::Deadline => ErrorKind::Timeout,
            TransportErrorKind::Interrupted => ErrorKind::Interrupted,
            TransportErrorKind::Overloaded => ErrorKind::Overloaded,
            TransportErrorKind::Redirect => ErrorKind::Redirected,
            TransportErrorKind::BodyTooLarge => ErrorKind::ResponseTooLarge,
            TransportErrorKind::Decode => ErrorKind::Unreadable,
            TransportErrorKind::InvalidRequest => ErrorKind::InvalidInput,
            _ => ErrorKind::Other,
        };
        let effect = match error.kind() {
            TransportErrorKind::Authorize => effect_without_session(&error),
            _ if error.outcome_unknown() => Effect::Unknown,
            TransportErrorKind::Redirect
            | TransportErrorKind::BodyTooLarge
            | TransportErrorKind::Decode
            | TransportErrorKind::AttemptTimeout
            | TransportErrorKind::Interrupted => Effect::NotApplied,
            // A deadline that passed after an attempt of a read, or after answers that refused to act.
            TransportErrorKind::Deadline if error.attempts() > 0 => Effect::NotApplied,
            _ => Effect::NotSent,
        };
        let mut this = Self::new(meta, kind, effect);
        this.0.attempts = error.attempts();
        this.0.elapsed = error.elapsed();
        this.0.retry_after = error.retry_after().or(failed.retry_after());
        if error.kind() == TransportErrorKind::Authorize {
            this.0.signing_in = true;
            this.0.message = Some("signing in failed".to_owned());
        }
        this.0.source = Some(Box::new(error));
        this
    }

    /// An answer that is not success.
    pub(crate) fn refused(meta: &'static OperationMeta, response: &Response<Bytes>, refusal: Refusal) -> Self {
        let status = response.status();
        let kind = refusal.kind(status);
        // Who answers neither success nor refusal may have acted all the same.
        let doubtful = status.is_server_error() || status.is_redirection() || report(response).outcome_unknown;
        let effect =
            if meta.idempotency != Idempotency::Read && doubtful { Effect::Unknown } else { Effect::NotApplied };
        let mut error = Self::new(Some(meta), kind, effect);
        error.0.signing_in = meta.anonymous && meta.product == Product::SecurityCenter;
        error.0.code = refusal.code;
        error.0.message = refusal.message;
        error.about(response)
    }

    /// A success whose body is not what the operation gives.
    pub(crate) fn unreadable(
        meta: &'static OperationMeta,
        response: &Response<Bytes>,
        path: Option<String>,
        cause: serde_json::Error,
    ) -> Self {
        if !looks_like_json(response.body()) {
            return Self::unexpected(meta, response, not_json(response));
        }
        // The names of fields are the server's words: of any length, with anything in them.
        let path = path.filter(|path| path != ".").map(|path| excerpt(path.as_bytes()));
        let place = path.map_or_else(String::new, |path| format!(" at `{path}`"));
        let message = format!("the answer cannot be read{place}, line {}, column {}", cause.line(), cause.column());
        let mut error = Self::unexpected(meta, response, message);
        // serde's text quotes what it found, which may be a secret, also one that was sent and came back.
        if meta.secret_fields.is_empty() && !meta.takes_secrets() {
            let text = cause.to_string();
            let is_short = text.len() <= LONGEST_CAUSE;
            error.0.source = Some(if is_short { cause.into() } else { excerpt(text.as_bytes()).into() });
        }
        error
    }

    /// A success that cannot be what the operation gives.
    pub(crate) fn unexpected(meta: &'static OperationMeta, response: &Response<Bytes>, message: String) -> Self {
        // A page of HTML with status 200 comes from something in front of the product, which may not have been asked at all.
        let effect = match (meta.idempotency, looks_like_json(response.body())) {
            (Idempotency::Read, _) => Effect::NotApplied,
            (_, true) => Effect::Applied,
            (_, false) => Effect::Unknown,
        };
        let mut error = Self::new(Some(meta), ErrorKind::Unreadable, effect);
        error.0.message = Some(message);
        error.about(response)
    }

    /// An answer that lacks what the next step needs.
    pub(crate) fn incomplete(meta: &'static OperationMeta, status: StatusCode, message: &str) -> Self {
        let effect = if meta.idempotency == Idempotency::Read { Effect::NotApplied } else { Effect::Applied };
        let mut error = Self::new(Some(meta), ErrorKind::Unreadable, effect);
        error.0.message = Some(message.to_owned());
        error.0.status = Some(status);
        error
    }

    /// Says on whose behalf a call was refused: who that is may be the reason.
    pub(crate) fn acting_as(mut self, user_name: Option<&str>) -> Self {
        if let (Some(name), ErrorKind::PermissionDenied) = (user_name, self.0.kind) {
            let said = self.0.message.take().unwrap_or_default();
            // The words for a missing right tell that the user is there and was acted for.
            let doubt = if said == INSUFFICIENT_SCOPE { "" } else { ", who may not exist, or may not be acted for" };
            self.0.message = Some(format!("{said} (on behalf of {name}{doubt})").trim_start().to_owned());
        }
        self
    }

    /// What was read back after a success is not what was asked for.
    pub(crate) fn not_applied(meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::NotApplied, Effect::Unknown);
        error.0.message = Some(message.into());
        error
    }

    /// What is there is not what the caller expects; nothing was written.
    pub(crate) fn unexpected_state(meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::Conflict, Effect::NotApplied);
        error.0.message = Some(message.into());
        error
    }

    /// Arguments that cannot make a correct request, as is known after asking the server. Nothing was changed.
    pub(crate) fn unfit(meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::InvalidInput, Effect::NotApplied);
        error.0.message = Some(message.into());
        error
    }

    /// What no call of the product can do.
    pub(crate) fn unsupported(product: Product, operation: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::new(None, ErrorKind::Unsupported, Effect::NotSent);
        error.0.operation = operation;
        error.0.product = Some(product);
        error.0.message = Some(message.into());
        error
    }

    /// What a list that was read does not hold.
    pub(crate) fn not_found(meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::NotFound, Effect::NotApplied);
        error.0.message = Some(message.into());
        error
    }

    /// One of several steps failed, after others were carried out.
    pub(crate) fn partly(self, meta: &'static OperationMeta, message: impl Into<String>) -> Self {
        let mut error = Self::new(Some(meta), ErrorKind::Incomplete, Effect::Applied);
        error.0.message = Some(message.into());
        error.0.status = self.0.status;
        error.0.request_id.clone_from(&self.0.request_id);
        error.0.attempts = self.0.attempts;
        error.0.elapsed = self.0.elapsed;
        error.0.retry_after = self.0.retry_after;
        error.0.source = Some(Box::new(self));
        error
    }

    /// The server has done what was asked, and then could not be asked for the result.
    pub(crate) fn not_read_back(self, meta: &'static OperationMeta) -> Self {
        self.partly(meta, "it was carried out, but the result could not be read back")
    }

    /// The path that the operation has in the edition of the product that was called.
    pub(crate) fn at(mut self, path: &'static str) -> Self {
        self.0.path = self.0.path.map(|_| path);
        self
    }

    fn about(mut self, response: &Response<Bytes>) -> Self {
        let report = report(response);
        self.0.status = Some(response.status());
        self.0.request_id = request_id(response.headers());
        self.0.attempts = report.attempts;
        self.0.elapsed = report.elapsed;
        self.0.retry_after = report.retry_after;
        self
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

/// Arguments that do not fit the request struct of an operation.
pub(crate) fn invalid_arguments(
    meta: &'static OperationMeta,
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> Error {
    let path = error.path().to_string();
    let place = if path == "." { String::new() } else { format!("`{path}`: ") };
    // serde's text quotes the value; that of an operation with secrets is not repeated unless it names a field only.
    let text = error.inner().to_string();
    let names_only = text.starts_with("missing field") || text.starts_with("unknown field");
    let text =
        if meta.takes_secrets() && !names_only { "not a value that this argument takes".to_owned() } else { text };
    Error::invalid_input(meta, format!("{place}{text}"))
}

/// What a call did that could not sign in: the first time, or after an attempt with a session that was over.
fn effect_without_session(error: &TransportError) -> Effect {
    match error.attempts() {
        _ if error.outcome_unknown() => Effect::Unknown,
        0 => Effect::NotSent,
        _ => Effect::NotApplied,
    }
}

fn report(response: &Response<Bytes>) -> CallReport {
    response.extensions().get::<CallReport>().copied().unwrap_or_default()
}

/// Whether a body is JSON, or the beginning of an object or an array.
fn looks_like_json(body: &[u8]) -> bool {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'[')) || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

fn not_json(response: &Response<Bytes>) -> String {
    if response.body().is_empty() {
        return "the answer is empty".to_owned();
    }
    let kind =
        media_type(response.headers()).map_or_else(|| "no content type".to_owned(), |kind| excerpt(kind.as_bytes()));
    format!("the answer is {kind}, not JSON: {}", excerpt(response.body()))
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()
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

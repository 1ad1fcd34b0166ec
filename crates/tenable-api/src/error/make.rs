//! Making errors, for the layers of this crate.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use tenable_model::{Product, cause_of, place_of};
use tenable_transport::{Idempotency, TransportError, TransportErrorKind};

use super::{Effect, Error, ErrorKind, Inner, Refusal, SignInError, excerpt};
use crate::OperationMeta;
use crate::response::{report, request_id};

/// What is kept whole of serde's words, in bytes; they quote what was found.
const LONGEST_CAUSE: usize = 512;

/// What Vulnerability Management says to a caller without the right.
const INSUFFICIENT_SCOPE: &str = "Insufficient scope";

impl Error {
    pub(super) fn new(meta: Option<&'static OperationMeta>, kind: ErrorKind, effect: Effect) -> Self {
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
        let path = path.map(|path| excerpt(path.as_bytes()));
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

/// Arguments that do not fit the request struct of an operation, as they stood in a document that nobody saw.
pub(crate) fn invalid_arguments(meta: &'static OperationMeta, document: &str, error: &serde_json::Error) -> Error {
    let place = place_of(document, error).map_or_else(String::new, |place| format!("`{place}`: "));
    // serde's text quotes the value; that of an operation with secrets is not repeated unless it names a field only.
    let text = cause_of(error);
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

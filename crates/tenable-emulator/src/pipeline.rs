//! The road of one request through a product: faults, the product's own answer, bytes, journal.

use std::fmt::Debug;
use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{ALLOW, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::clock::LATEST_MS;
use crate::faults::{Fault, FaultKind, Hit, RetryAfter};
use crate::instruments::Instruments;
use crate::journal::Verdict;
use crate::json::KeyOrder;
use crate::reply::{Body, Delivery, Outcome, Reply};

/// Longest body that a fault may ask for.
const OVERSIZE_LIMIT: usize = 1 << 30;

/// A product as the server and the control interface see it.
pub(crate) trait Product: Debug + Send + Sync + 'static {
    /// Answers one request.
    fn handle(&self, request: Request<Bytes>) -> Reply;

    /// Records a request that was answered with this status before its body was read.
    fn record_unread(&self, request: &Request<Bytes>, status: StatusCode);

    /// A sign-in to the user interface, where that is all there is to sign in to: whether it succeeds. None for a user, or a
    /// product, that has none.
    fn sign_in(&self, _username: &str, _password: &str) -> Option<bool> {
        None
    }

    /// Back to the seed data.
    fn reset(&self) -> Result<(), crate::StateError>;

    /// The whole state, keys included.
    fn state(&self) -> Value;
}

/// A change to the answers that the product has to know how to make.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    MissingOptionalFields,
    OldVersion,
    Warnings,
}

/// What a product brings along for [`respond`].
pub(crate) trait Application {
    /// Name, as in the journal and the ready line.
    const NAME: &'static str;
    /// Order of the keys in the product's answers.
    const KEY_ORDER: &'static LazyLock<KeyOrder>;

    /// Applies the request to the state.
    fn apply(&self, request: &Request<Bytes>) -> Outcome;
    /// Answers the request as if it had been applied, and leaves the state as it was.
    fn apply_and_forget(&self, request: &Request<Bytes>) -> Outcome;
    /// Template of the route that a request would match.
    fn route(&self, request: &Request<Bytes>) -> Option<&'static str>;
    /// Whether a field of this name stands in the body of some request, and is no secret.
    fn is_open_field(&self, name: &str) -> bool;
    /// Revokes the credential that the request carries, if it is a good one.
    fn revoke_credential(&self, request: &Request<Bytes>);
    /// Changes a successful answer to another shape.
    fn reshape(&self, shape: Shape, method: &Method, route: &str, body: &mut Value);
    /// Whether a request that carries `bytes` may still be remembered, with `limit` bytes in all.
    fn has_room(&self, limit: usize, bytes: usize) -> bool;
    /// Counts a request that carried, or was answered with, as many bytes.
    fn grew(&self, bytes: usize);
    /// An error answer in the product's form.
    fn error(&self, status: StatusCode, code: &'static str, message: &str) -> Outcome;
}

/// Answers `request`, with the faults that are due, and records it.
pub(crate) fn respond<A: Application>(application: &A, instruments: &Instruments, request: &Request<Bytes>) -> Reply {
    instruments.entropy.within(A::NAME, || answer(application, instruments, request))
}

fn answer<A: Application>(application: &A, instruments: &Instruments, request: &Request<Bytes>) -> Reply {
    let time = instruments.timestamp();
    let Hit { delay, fault, names } = instruments.faults.meet(A::NAME, request.method().as_str(), request.uri().path());

    let grows = !matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE);
    let outcome = match &fault {
        _ if grows && !application.has_room(instruments.state_limit, request.body().len()) => {
            let message =
                format!("the emulator remembers {} bytes: delete something, or reset it", instruments.state_limit);
            application.error(StatusCode::INSUFFICIENT_STORAGE, "INSUFFICIENT_STORAGE", &message)
        }
        Some(fault) => outcome_with(fault, application, instruments, request),
        None => application.apply(request),
    };
    let route = outcome.route;
    let mut response = outcome.into_response(A::KEY_ORDER);
    if grows && response.status() != StatusCode::INSUFFICIENT_STORAGE {
        application.grew(request.body().len().max(response.body().len()));
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().extend(allowed(application, request));
    }
    let delivery = match fault {
        Some(fault) => deliver_with(&fault.kind, &mut response),
        None => Delivery::Send,
    };

    let arrives = !matches!(delivery, Delivery::Reset | Delivery::Stall);
    let verdict = Verdict { status: arrives.then_some(response.status().as_u16()), route, faults: names };
    record(application, instruments, time, request, &verdict);
    Reply { response, delivery, delay }
}

/// The header that goes with status 405: the methods that the path has.
fn allowed<A: Application>(application: &A, request: &Request<Bytes>) -> Option<(HeaderName, HeaderValue)> {
    let mut other = Request::new(Bytes::new());
    request.uri().clone_into(other.uri_mut());
    let mut methods = vec![Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    methods.retain(|method| {
        method.clone_into(other.method_mut());
        application.route(&other).is_some()
    });
    let methods: Vec<_> = methods.iter().map(Method::as_str).collect();
    Some((ALLOW, HeaderValue::from_str(&methods.join(", ")).ok()?))
}

/// Records a request that the server itself answered.
pub(crate) fn record_unread<A: Application>(
    application: &A,
    instruments: &Instruments,
    request: &Request<Bytes>,
    status: StatusCode,
) {
    let verdict = Verdict { status: Some(status.as_u16()), route: application.route(request), faults: Vec::new() };
    record(application, instruments, instruments.timestamp(), request, &verdict);
}

fn record<A: Application>(
    application: &A,
    instruments: &Instruments,
    time: String,
    request: &Request<Bytes>,
    verdict: &Verdict,
) {
    let is_open = |name: &str| application.is_open_field(name);
    instruments.journal.record(time, A::NAME, request, &is_open, verdict);
}

/// The part of a fault that concerns what is answered.
fn outcome_with<A: Application>(
    fault: &Fault,
    application: &A,
    instruments: &Instruments,
    request: &Request<Bytes>,
) -> Outcome {
    if fault.kind.replaces_answer() {
        let applied = fault.after_commit.then(|| application.apply(request));
        let route = applied.as_ref().map_or_else(|| application.route(request), |outcome| outcome.route);
        return substitute(&fault.kind, application, instruments, applied).at_route(route);
    }
    if fault.kind == FaultKind::RevokeCredential {
        application.revoke_credential(request);
    }
    let mut outcome = match fault.kind {
        FaultKind::Swallowed => application.apply_and_forget(request),
        _ => application.apply(request),
    };
    if let Body::Json(body) = &mut outcome.body {
        match fault.kind {
            FaultKind::ExtraFields => add_fields(body),
            _ if outcome.status.is_success() => {
                if let Some(shape) = shape(&fault.kind) {
                    application.reshape(shape, request.method(), outcome.route.unwrap_or_default(), body);
                }
            }
            _ => {}
        }
    }
    outcome
}

/// The change to a successful answer that a fault asks for.
fn shape(kind: &FaultKind) -> Option<Shape> {
    match kind {
        FaultKind::MissingOptionalFields => Some(Shape::MissingOptionalFields),
        FaultKind::OldVersionShapes => Some(Shape::OldVersion),
        FaultKind::Warnings => Some(Shape::Warnings),
        _ => None,
    }
}

/// The answer that stands in for the product's own.
fn substitute<A: Application>(
    kind: &FaultKind,
    application: &A,
    instruments: &Instruments,
    applied: Option<Outcome>,
) -> Outcome {
    let waiting = |outcome: Outcome, retry_after: &Option<RetryAfter>| match retry_after {
        Some(retry_after) => outcome.with_header(RETRY_AFTER, retry_after_value(*retry_after, instruments)),
        None => outcome,
    };
    match kind {
        FaultKind::TooManyRequests { retry_after } => {
            waiting(application.error(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "rate limit"), retry_after)
        }
        FaultKind::InternalServerError => {
            application.error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "Internal server error")
        }
        FaultKind::DatabaseLocked => application.error(StatusCode::FORBIDDEN, "DATABASE_LOCKED", "database is locked"),
        FaultKind::NotFoundPage => Outcome::html(StatusCode::NOT_FOUND, "404 Not Found"),
        FaultKind::BadGateway => Outcome::html(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        FaultKind::ServiceUnavailable { retry_after } => {
            waiting(Outcome::html(StatusCode::SERVICE_UNAVAILABLE, "503 Service Unavailable"), retry_after)
        }
        FaultKind::GatewayTimeout => Outcome::html(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Timeout"),
        FaultKind::HtmlPage => Outcome::html(StatusCode::OK, "Sign in"),
        FaultKind::Redirect { location } => {
            let outcome = Outcome::empty(StatusCode::TEMPORARY_REDIRECT);
            match HeaderValue::from_str(location) {
                Ok(location) => outcome.with_header(LOCATION, location),
                Err(_) => outcome,
            }
        }
        // Cut connections: the answer does not arrive, whatever it is.
        _ => applied.unwrap_or_else(|| Outcome::empty(StatusCode::SERVICE_UNAVAILABLE)),
    }
}

fn retry_after_value(retry_after: RetryAfter, instruments: &Instruments) -> HeaderValue {
    match retry_after {
        RetryAfter::Seconds(seconds) => seconds.into(),
        RetryAfter::DateInSeconds(seconds) => {
            // No HTTP date is later than the year 9999.
            let latest = UNIX_EPOCH + Duration::from_millis(LATEST_MS);
            let text = httpdate::fmt_http_date(instruments.clock.in_seconds(seconds).unwrap_or(latest));
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
        }
    }
}

/// The part of a fault that concerns how the answer travels.
fn deliver_with(kind: &FaultKind, response: &mut Response<Bytes>) -> Delivery {
    let length = response.body().len();
    match kind {
        FaultKind::TruncatedJson => {
            response.body_mut().truncate(length / 2);
            Delivery::Send
        }
        FaultKind::OversizedBody { bytes } => {
            let mut body = Vec::with_capacity(*bytes.min(&OVERSIZE_LIMIT));
            body.extend_from_slice(response.body());
            body.resize((*bytes).min(OVERSIZE_LIMIT).max(length), b' ');
            *response.body_mut() = body.into();
            Delivery::Send
        }
        FaultKind::TruncatedBody => Delivery::Truncate { bytes: length / 2 },
        FaultKind::BadChunk => Delivery::BadChunk,
        FaultKind::Reset => Delivery::Reset,
        FaultKind::Stall => Delivery::Stall,
        _ => Delivery::Send,
    }
}

/// Gives every object of an answer fields that no client knows.
pub(crate) fn add_fields(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        Value::Object(object) => {
            object.values_mut().for_each(add_fields);
            object.insert("addedInALaterRelease".to_owned(), json!({ "nested": [1, null, "text"] }));
        }
        _ => {}
    }
}

//! Every fault, how it is made on the way, and what it means. Written by hand from the rules of the project: nothing here asks the
//! client.
#![expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "all that alters an answer has one shape"
)]

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Request, Response};
use serde_json::{Map, Value, json};
use tenable_api::ErrorKind;
use tenable_model::Product;
use tenable_transport::{TransportError, TransportErrorKind as Failure};

use super::scene::{Hand, Link, Struck};
use super::subjects::Subject;

/// What a fault means for the call it happens to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Means {
    /// Nothing was sent. Any call is sent again.
    Unsent,
    /// Nothing was sent, and it would not be better the next time.
    Untrusted,
    /// The server may have acted. What can be repeated is sent again.
    Lost(ErrorKind),
    /// The server did not act, and asks to come later. Any call but the setting of a password by the old one is sent again, until the
    /// deadline.
    Throttled,
    /// The server did not act.
    Refused(ErrorKind),
    /// The server may have acted, and nothing is sent again.
    Failed(ErrorKind),
    /// Success that nobody from the product said: it may have acted, and nothing is sent again.
    Doubtful,
    /// The server acted, and what it said cannot be used.
    Garbled,
    /// The server acted, and what the operation gives cannot be read. One that gives nothing looks at none of it.
    Marred,
    /// The server acted, and what it said can be used, or lacks what it may not lack.
    Lacking,
    /// The answer can be used.
    Usable,
    /// The answer can be used, and means the same.
    Harmless,
    /// The answer can be used, and means the same; what has no type stays in the form in which it came.
    Reworded,
}

/// How a fault is made without sockets.
#[derive(Clone, Copy, Debug)]
enum Way {
    Fails(Failure),
    Redirects(u16),
    Hangs,
    Answers(u16, Form),
    Alters(fn(Product, Value) -> Option<Vec<u8>>),
    Cuts,
    /// The emulator leaves out whatever may be left out.
    Reduces,
}

/// What stands in a substitute answer.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The product's own form of an error.
    Product,
    /// The same, with a `Retry-After`.
    Later(&'static str),
    /// A page of something in between.
    Page,
}

/// A fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    way: Way,
    /// Whether the emulator carries the request out before it happens.
    pub(super) commits: bool,
    pub(super) means: Means,
}

const fn fault(name: &'static str, way: Way, commits: bool, means: Means) -> Fault {
    Fault { name, way, commits, means }
}

/// The date 7 seconds after the start of each case.
const IN_SEVEN_SECONDS: &str = "Fri, 15 Jan 2027 08:02:10 GMT";

/// All of them. Where the server may or may not have acted, both are tried.
pub(super) const ALL: &[Fault] = &[
    fault("connection refused, or name not found", Way::Fails(Failure::Connect), false, Means::Unsent),
    fault("connection not ready in time", Way::Fails(Failure::ConnectTimeout), false, Means::Unsent),
    fault("TLS refused", Way::Fails(Failure::Tls), false, Means::Untrusted),
    fault("reset before commit", Way::Fails(Failure::Interrupted), false, Means::Lost(ErrorKind::Interrupted)),
    fault(
        "reset after commit, or body truncated",
        Way::Fails(Failure::Interrupted),
        true,
        Means::Lost(ErrorKind::Interrupted),
    ),
    fault("stall before commit", Way::Hangs, false, Means::Lost(ErrorKind::Timeout)),
    fault("stall after commit", Way::Hangs, true, Means::Lost(ErrorKind::Timeout)),
    fault("JSON truncated", Way::Cuts, true, Means::Garbled),
    fault("oversized", Way::Fails(Failure::BodyTooLarge), true, Means::Failed(ErrorKind::ResponseTooLarge)),
    fault("bad compression", Way::Fails(Failure::Decode), true, Means::Failed(ErrorKind::Unreadable)),
    fault("invalid UTF-8", Way::Alters(invalid_utf8), true, Means::Marred),
    fault("invalid JSON", Way::Alters(invalid_json), true, Means::Garbled),
    fault("no JSON", Way::Alters(no_json), true, Means::Doubtful),
    fault("HTML with 200 before commit", Way::Answers(200, Form::Page), false, Means::Doubtful),
    fault("HTML with 200 after commit", Way::Answers(200, Form::Page), true, Means::Doubtful),
    fault("wrong envelope", Way::Alters(wrong_envelope), true, Means::Garbled),
    fault("wrong shape", Way::Alters(wrong_shape), true, Means::Marred),
    fault("401", Way::Answers(401, Form::Product), false, Means::Refused(ErrorKind::Unauthenticated)),
    fault("403", Way::Answers(403, Form::Product), false, Means::Refused(ErrorKind::PermissionDenied)),
    fault("404", Way::Answers(404, Form::Product), false, Means::Refused(ErrorKind::NotFound)),
    fault("409", Way::Answers(409, Form::Product), false, Means::Refused(ErrorKind::Conflict)),
    fault("429", Way::Answers(429, Form::Product), false, Means::Throttled),
    fault("429 with seconds", Way::Answers(429, Form::Later("7")), false, Means::Throttled),
    fault("429 with a date", Way::Answers(429, Form::Later(IN_SEVEN_SECONDS)), false, Means::Throttled),
    fault("500 before commit", Way::Answers(500, Form::Product), false, Means::Failed(ErrorKind::Server)),
    fault("500 after commit", Way::Answers(500, Form::Product), true, Means::Failed(ErrorKind::Server)),
    fault("502 before commit", Way::Answers(502, Form::Page), false, Means::Lost(ErrorKind::Unavailable)),
    fault("502 after commit", Way::Answers(502, Form::Page), true, Means::Lost(ErrorKind::Unavailable)),
    fault("503 before commit", Way::Answers(503, Form::Page), false, Means::Lost(ErrorKind::Unavailable)),
    fault("503 after commit", Way::Answers(503, Form::Page), true, Means::Lost(ErrorKind::Unavailable)),
    fault("504 before commit", Way::Answers(504, Form::Page), false, Means::Lost(ErrorKind::Unavailable)),
    fault("504 after commit", Way::Answers(504, Form::Page), true, Means::Lost(ErrorKind::Unavailable)),
    fault("redirect 307 to another origin", Way::Redirects(307), false, Means::Refused(ErrorKind::Redirected)),
    fault("redirect 302 before commit", Way::Redirects(302), false, Means::Failed(ErrorKind::Redirected)),
    fault("redirect 303 after commit", Way::Redirects(303), true, Means::Failed(ErrorKind::Redirected)),
    fault("unknown fields", Way::Alters(unknown_fields), true, Means::Harmless),
    fault("optional fields missing", Way::Reduces, true, Means::Usable),
    fault("all fields missing", Way::Alters(no_fields), true, Means::Lacking),
    fault("numbers as strings", Way::Alters(numbers_as_strings), true, Means::Reworded),
    fault("duplicate keys", Way::Alters(duplicate_keys), true, Means::Harmless),
    fault("deep nesting", Way::Alters(deep_nesting), true, Means::Marred),
];

impl Fault {
    /// Whether it happens to the operation of this number: the three answers of gateways, which are one to a client, take turns.
    pub(super) fn has_turn(self, number: usize) -> bool {
        match self.way {
            Way::Answers(status @ 502..=504, _) => number % 3 == usize::from(status - 502),
            _ => true,
        }
    }

    /// What does it, on the way to the emulator.
    pub(super) fn hand(self, subject: &Subject) -> Hand {
        let product = subject.product();
        Arc::new(move |request, link| self.strike(product, request, link))
    }

    fn strike(self, product: Product, request: Request<Bytes>, link: &Link) -> Struck {
        if matches!(self.way, Way::Reduces) {
            link.reduce(product);
        }
        let answer = self.commits.then(|| link.answer(request));
        match (self.way, answer) {
            (Way::Fails(kind), _) => Struck::Failed(TransportError::new(kind)),
            // As the network's transport tells it.
            (Way::Redirects(status), _) => {
                Struck::Failed(TransportError::new(Failure::Redirect).with_outcome_unknown(status != 307))
            }
            (Way::Hangs, _) => Struck::Hangs,
            (Way::Answers(status, form), _) => Struck::Answered(substitute(product, status, form)),
            (Way::Alters(alter), Some(answer)) => harmed(answer, |body| {
                let value = serde_json::from_slice(body).ok()?;
                alter(product, value).map(Bytes::from)
            }),
            (Way::Cuts, Some(answer)) => harmed(answer, |body| is_of_more(body).then(|| body.slice(..body.len() / 2))),
            (Way::Reduces, Some(answer)) => harmed(answer, |body| Some(body.clone()).filter(is_of_more)),
            (Way::Alters(_) | Way::Cuts | Way::Reduces, None) => unreachable!("only an answer can be altered"),
        }
    }
}

fn harmed(answer: Response<Bytes>, harm: impl FnOnce(&Bytes) -> Option<Bytes>) -> Struck {
    let (parts, body) = answer.into_parts();
    match harm(&body) {
        Some(body) => Struck::Answered(Response::from_parts(parts, body)),
        None => Struck::Unharmed(Response::from_parts(parts, body)),
    }
}

/// Whether it is an object or an array: half of a mere `null` is no JSON at all any more.
fn is_of_more(body: &Bytes) -> bool {
    matches!(body.first(), Some(b'{' | b'['))
}

fn substitute(product: Product, status: u16, form: Form) -> Response<Bytes> {
    let said = "Something in the way";
    let body = match (form, product) {
        (Form::Page, _) => format!("<!DOCTYPE html><html><head><title>{said}</title></head><body>{said}</body></html>"),
        (_, Product::IdentityExposure) => json!({ "code": "SOMETHING", "message": said }).to_string(),
        (_, Product::SecurityCenter) => json!({
            "type": "regular", "response": "", "error_code": 9, "error_msg": said, "warnings": [], "timestamp": 1
        })
        .to_string(),
        _ => json!({ "statusCode": status, "error": said, "message": said }).to_string(),
    };
    let mut response = Response::builder().status(status).body(Bytes::from(body)).unwrap();
    let kind = if matches!(form, Form::Page) { "text/html" } else { "application/json" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Form::Later(when) = form {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(when));
    }
    response
}

/// An object of those that a value is about: not the one around them, in which nobody looks at what is not a list.
fn record(value: &mut Value) -> Option<&mut Map<String, Value>> {
    match value {
        Value::Object(object) => {
            let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
            let list = object.iter().find(|(_, value)| is_list(value)).map(|(name, _)| name.clone());
            match list {
                Some(name) => record(&mut object[&name]),
                None => Some(object),
            }
        }
        Value::Array(items) => items.iter_mut().find_map(record),
        _ => None,
    }
}

/// An object in the payload, or the one around it.
fn record_or_envelope(product: Product, value: &mut Value) -> Option<&mut Map<String, Value>> {
    let inside = payload(product, value).and_then(record).is_some();
    if inside { payload(product, value).and_then(record) } else { record(value) }
}

/// The payload: what is in the envelope of Security Center, and the whole answer elsewhere.
fn payload(product: Product, value: &mut Value) -> Option<&mut Value> {
    if product == Product::SecurityCenter { value.get_mut("response") } else { Some(value) }
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn invalid_utf8(product: Product, mut value: Value) -> Option<Vec<u8>> {
    let mark = "\u{fffd}\u{fffd}";
    record_or_envelope(product, &mut value)?.insert("remark".to_owned(), mark.into());
    let text = text(&value);
    let at = text.windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some([&text[..at], &[0xff, 0xfe], &text[at + mark.len()..]].concat())
}

fn invalid_json(_: Product, value: Value) -> Option<Vec<u8>> {
    let mut text = text(&value);
    text.insert(1, b',');
    (value.is_object() || value.is_array()).then_some(text)
}

fn no_fields(product: Product, mut value: Value) -> Option<Vec<u8>> {
    payload(product, &mut value).and_then(record)?.clear();
    Some(text(&value))
}

fn no_json(_: Product, _: Value) -> Option<Vec<u8>> {
    Some(b"OK, done".to_vec())
}

/// The payload alone. Only Security Center has an envelope.
fn wrong_envelope(product: Product, mut value: Value) -> Option<Vec<u8>> {
    (product == Product::SecurityCenter).then(|| text(&value["response"].take()))
}

/// An object instead of a list, and lists instead of an object.
fn wrong_shape(product: Product, mut value: Value) -> Option<Vec<u8>> {
    let payload = payload(product, &mut value)?;
    *payload = match payload.take() {
        Value::Array(items) => json!({ "items": items }),
        other => json!([[other]]),
    };
    Some(text(&value))
}

fn unknown_fields(_: Product, mut value: Value) -> Option<Vec<u8>> {
    fn add(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(add),
            Value::Object(object) => {
                object.values_mut().for_each(add);
                object.insert(UNKNOWN_FIELD.to_owned(), json!({ "nested": [1, null, "text"] }));
            }
            _ => {}
        }
    }
    add(&mut value);
    Some(text(&value))
}

/// The name that [`unknown_fields`] adds.
pub(super) const UNKNOWN_FIELD: &str = "addedInALaterRelease";

fn numbers_as_strings(_: Product, mut value: Value) -> Option<Vec<u8>> {
    fn quote(value: &mut Value) {
        match value {
            Value::Number(number) => *value = number.to_string().into(),
            Value::Array(items) => items.iter_mut().for_each(quote),
            Value::Object(object) => object.values_mut().for_each(quote),
            _ => {}
        }
    }
    quote(&mut value);
    Some(text(&value))
}

/// Each object says its first field twice.
fn duplicate_keys(_: Product, value: Value) -> Option<Vec<u8>> {
    fn write(value: &Value, into: &mut String) {
        match value {
            Value::Array(items) => {
                into.push('[');
                for (at, item) in items.iter().enumerate() {
                    into.push_str(if at == 0 { "" } else { "," });
                    write(item, into);
                }
                into.push(']');
            }
            Value::Object(object) => {
                into.push('{');
                let first = object.iter().take(1);
                for (at, (name, value)) in object.iter().chain(first).enumerate() {
                    into.push_str(if at == 0 { "" } else { "," });
                    into.push_str(&Value::from(name.as_str()).to_string());
                    into.push(':');
                    write(value, into);
                }
                into.push('}');
            }
            other => into.push_str(&other.to_string()),
        }
    }
    let mut text = String::new();
    write(&value, &mut text);
    Some(text.into_bytes())
}

/// A field that nobody knows holds a hundred thousand lists in each other.
fn deep_nesting(product: Product, mut value: Value) -> Option<Vec<u8>> {
    let mark = "here the lists go";
    record_or_envelope(product, &mut value)?.insert("remark".to_owned(), mark.into());
    let lists = "[".repeat(100_000) + &"]".repeat(100_000);
    Some(value.to_string().replace(&format!("\"{mark}\""), &lists).into_bytes())
}

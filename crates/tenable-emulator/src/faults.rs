//! Trouble on demand: slow, broken, refused and lost answers.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lock;

/// What goes wrong.
///
/// In JSON, the name is the value of `kind` and the data stand beside it, as in
/// `{"kind": "too_many_requests", "retry_after": {"seconds": 2}}`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The answer comes late. Adds to any other fault on the same request.
    Latency {
        /// How late.
        milliseconds: u64,
    },
    /// Status 429.
    TooManyRequests {
        /// The `Retry-After` header, if any.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// Status 500 with the product's error body.
    InternalServerError,
    /// Status 502 with a proxy's HTML page.
    BadGateway,
    /// Status 503 with a proxy's HTML page.
    ServiceUnavailable {
        /// The `Retry-After` header, if any.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// Status 504 with a proxy's HTML page.
    GatewayTimeout,
    /// Status 200 with an HTML page, as from a sign-in proxy.
    HtmlPage,
    /// Status 307 to another place.
    Redirect {
        /// Value of the `Location` header.
        location: String,
    },
    /// The body is cut in the middle of the JSON text; the framing is right for what is left.
    TruncatedJson,
    /// The connection is closed in the middle of the body; `Content-Length` names the full length. Of an answer without
    /// a body, only half the head arrives.
    TruncatedBody,
    /// The body is padded with spaces, which leaves it valid JSON. At most 1 GiB.
    OversizedBody {
        /// Length of the whole body.
        bytes: usize,
    },
    /// The body is chunked and the size of its first chunk is not a number.
    BadChunk,
    /// The connection is reset without an answer.
    Reset,
    /// The answer never comes, while the connection stays open.
    Stall,
    /// Every object of the answer has a field that no client knows.
    ExtraFields,
    /// The answer lacks every field that the product's description marks as optional.
    MissingOptionalFields,
    /// The answer has the shape of an old version of the product.
    OldVersionShapes,
    /// The credential of the request is revoked for good, before the request is looked at: a key, or a session.
    RevokeCredential,
    /// The product's refusal while its database is busy; in Security Center, status 403 with a text that says so.
    DatabaseLocked,
    /// Status 404 with a web server's HTML page.
    NotFoundPage,
    /// The list of warnings, in a product whose answers have one, holds objects.
    Warnings,
    /// The answer is that of a request that was applied, and nothing of it is kept.
    Swallowed,
}

impl FaultKind {
    /// The name, as in the JSON form and the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::InternalServerError => "internal_server_error",
            Self::BadGateway => "bad_gateway",
            Self::ServiceUnavailable { .. } => "service_unavailable",
            Self::GatewayTimeout => "gateway_timeout",
            Self::HtmlPage => "html_page",
            Self::Redirect { .. } => "redirect",
            Self::TruncatedJson => "truncated_json",
            Self::TruncatedBody => "truncated_body",
            Self::OversizedBody { .. } => "oversized_body",
            Self::BadChunk => "bad_chunk",
            Self::Reset => "reset",
            Self::Stall => "stall",
            Self::ExtraFields => "extra_fields",
            Self::MissingOptionalFields => "missing_optional_fields",
            Self::OldVersionShapes => "old_version_shapes",
            Self::RevokeCredential => "revoke_credential",
            Self::DatabaseLocked => "database_locked",
            Self::NotFoundPage => "not_found_page",
            Self::Warnings => "warnings",
            Self::Swallowed => "swallowed",
        }
    }

    /// Whether the fault stands in for the answer, so that the request need not be applied to have it.
    pub(crate) fn replaces_answer(&self) -> bool {
        matches!(
            self,
            Self::TooManyRequests { .. }
                | Self::InternalServerError
                | Self::BadGateway
                | Self::ServiceUnavailable { .. }
                | Self::GatewayTimeout
                | Self::HtmlPage
                | Self::Redirect { .. }
                | Self::Reset
                | Self::Stall
                | Self::DatabaseLocked
                | Self::NotFoundPage
        )
    }
}

/// The two forms of the `Retry-After` header.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// An HTTP date, this many seconds ahead of the emulator's clock, or the end of the year 9999 if that is sooner.
    DateInSeconds(u64),
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Times {
    /// This many times. In JSON, a number.
    Limited(u64),
    /// Until the fault is removed. In JSON, `"always"`.
    Unlimited(Always),
}

/// The word `always`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Always {
    /// Until the fault is removed.
    Always,
}

impl Default for Times {
    fn default() -> Self {
        Self::Limited(1)
    }
}

/// A fault, the requests it happens to, and how often.
///
/// Without conditions it happens once, to the next request. Of several faults that match a request, the latencies add
/// up and the first of the others, in the order added, happens.
///
/// ```
/// use tenable_emulator::faults::{Fault, RetryAfter};
///
/// // The second and the third listing of users are refused.
/// let fault = Fault::too_many_requests(Some(RetryAfter::Seconds(2))).method("GET").path("/api/users").skip(1).times(2);
/// assert_eq!(
///     serde_json::to_value(&fault).unwrap(),
///     serde_json::json!({
///         "kind": "too_many_requests", "retry_after": {"seconds": 2},
///         "method": "GET", "path": "/api/users", "skip": 1, "times": 2, "after_commit": false
///     })
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only requests to this product, such as `identity_exposure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Only requests with this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose path matches. `*` stands for anything but a slash, `**` for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Matching requests that pass unharmed first.
    pub skip: u64,
    /// How often the fault happens; once unless said otherwise.
    pub times: Times,
    /// Whether a fault that stands in for the answer lets the request be applied. Without it, it is not applied.
    pub after_commit: bool,
}

/// The JSON form of a [`Fault`], the kind excepted. `flatten` and `deny_unknown_fields` exclude each other.
#[derive(Deserialize)]
struct FaultForm {
    product: Option<String>,
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    skip: u64,
    #[serde(default)]
    times: Times,
    #[serde(default)]
    after_commit: bool,
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;

        let mut kind = serde_json::Map::deserialize(deserializer)?;
        let mut form = serde_json::Map::new();
        for key in ["product", "method", "path", "skip", "times", "after_commit"] {
            form.extend(kind.remove_entry(key));
        }
        let form: FaultForm = serde_json::from_value(form.into()).map_err(D::Error::custom)?;
        let given = kind.clone();
        let kind: FaultKind = serde_json::from_value(kind.into()).map_err(D::Error::custom)?;
        let known = serde_json::to_value(&kind).map_err(D::Error::custom)?;
        if let Some(unknown) = given.keys().find(|key| known.get(key).is_none()) {
            return Err(D::Error::custom(format!("unknown field `{unknown}` for a fault of kind {}", kind.name())));
        }
        let FaultForm { product, method, path, skip, times, after_commit } = form;
        Ok(Self { kind, product, method, path, skip, times, after_commit })
    }
}

impl Fault {
    /// A fault of this kind on the next request.
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, product: None, method: None, path: None, skip: 0, times: Times::default(), after_commit: false }
    }

    /// The answer comes late; in whole milliseconds.
    pub fn latency(delay: Duration) -> Self {
        Self::new(FaultKind::Latency { milliseconds: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX) })
    }

    /// Status 429.
    pub fn too_many_requests(retry_after: Option<RetryAfter>) -> Self {
        Self::new(FaultKind::TooManyRequests { retry_after })
    }

    /// Status 500.
    pub fn internal_server_error() -> Self {
        Self::new(FaultKind::InternalServerError)
    }

    /// Status 502 with an HTML page.
    pub fn bad_gateway() -> Self {
        Self::new(FaultKind::BadGateway)
    }

    /// Status 503 with an HTML page.
    pub fn service_unavailable(retry_after: Option<RetryAfter>) -> Self {
        Self::new(FaultKind::ServiceUnavailable { retry_after })
    }

    /// The connection is reset and the request is not applied.
    pub fn reset_before_commit() -> Self {
        Self::new(FaultKind::Reset)
    }

    /// The request is applied, then the connection is reset.
    pub fn reset_after_commit() -> Self {
        Self::new(FaultKind::Reset).after_commit()
    }

    /// The request is not applied and the answer never comes.
    pub fn stall_before_commit() -> Self {
        Self::new(FaultKind::Stall)
    }

    /// The request is applied and the answer never comes.
    pub fn stall_after_commit() -> Self {
        Self::new(FaultKind::Stall).after_commit()
    }

    /// The credential of the request stops working; with [`skip`](Self::skip), in the middle of a run.
    pub fn revoke_credential() -> Self {
        Self::new(FaultKind::RevokeCredential)
    }

    /// The product's refusal while its database is busy.
    pub fn database_locked() -> Self {
        Self::new(FaultKind::DatabaseLocked)
    }

    /// The request is answered as if it had been applied, and is not.
    pub fn swallowed() -> Self {
        Self::new(FaultKind::Swallowed)
    }

    /// Only requests to this product, such as `identity_exposure`.
    #[must_use]
    pub fn product(mut self, name: impl Into<String>) -> Self {
        self.product = Some(name.into());
        self
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests whose path matches. `*` stands for anything but a slash, `**` for anything.
    #[must_use]
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Happens this many times.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Times::Limited(times);
        self
    }

    /// Happens until removed.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = Times::Unlimited(Always::Always);
        self
    }

    /// Lets the request be applied before a fault that stands in for the answer.
    #[must_use]
    pub fn after_commit(mut self) -> Self {
        self.after_commit = true;
        self
    }

    fn matches(&self, product: &str, method: &str, path: &str) -> bool {
        self.product.as_deref().is_none_or(|wanted| wanted == product)
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|pattern| glob(pattern.as_bytes(), path.as_bytes()))
    }
}

/// `*` stands for any run without a slash, `**` for any run.
///
/// Step by step through the pattern, as going back for each star would take forever with many of them.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // Whether the pattern so far stands for the text up to each place.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    let mut rest = pattern;
    while let Some((&first, after)) = rest.split_first() {
        let mut next = vec![false; text.len() + 1];
        rest = after;
        if first == b'*' {
            let crosses_slashes = after.first() == Some(&b'*');
            rest = &after[usize::from(crosses_slashes)..];
            let mut reached = false;
            for (at, next) in next.iter_mut().enumerate() {
                reached |= fits[at];
                *next = reached;
                reached &= crosses_slashes || text.get(at) != Some(&b'/');
            }
        } else {
            for (at, byte) in text.iter().enumerate() {
                next[at + 1] = fits[at] && *byte == first;
            }
        }
        fits = next;
    }
    fits[text.len()]
}

/// A fault in force, with its counters.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ActiveFault {
    /// Number by which the fault is removed.
    pub id: u64,
    /// Matching requests so far.
    pub matched: u64,
    /// How often the fault has happened.
    pub happened: u64,
    /// The fault.
    pub fault: Fault,
}

impl ActiveFault {
    fn is_due(&self) -> bool {
        // `matched` already counts the request at hand.
        self.matched > self.fault.skip
            && match self.fault.times {
                Times::Limited(times) => self.happened < times,
                Times::Unlimited(Always::Always) => true,
            }
    }
}

/// The faults that one request meets.
#[derive(Debug, Default)]
pub(crate) struct Hit {
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
    pub(crate) names: Vec<&'static str>,
}

#[derive(Debug, Default)]
struct Active {
    last_id: u64,
    list: Vec<ActiveFault>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Active>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> u64 {
        let mut active = lock(&self.0);
        active.last_id += 1;
        let id = active.last_id;
        active.list.push(ActiveFault { id, matched: 0, happened: 0, fault });
        id
    }

    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        lock(&self.0).list.clone()
    }

    /// Whether there was a fault of this number.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut active = lock(&self.0);
        let before = active.list.len();
        active.list.retain(|fault| fault.id != id);
        active.list.len() < before
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).list.clear();
    }

    /// Counts a request and says what happens to it.
    pub(crate) fn meet(&self, product: &str, method: &str, path: &str) -> Hit {
        let mut hit = Hit::default();
        for active in &mut lock(&self.0).list {
            if !active.fault.matches(product, method, path) {
                continue;
            }
            active.matched += 1;
            if !active.is_due() {
                continue;
            }
            if let FaultKind::Latency { milliseconds } = active.fault.kind {
                hit.delay = hit.delay.saturating_add(Duration::from_millis(milliseconds));
            } else if hit.fault.is_none() {
                hit.fault = Some(active.fault.clone());
            } else {
                continue;
            }
            active.happened += 1;
            hit.names.push(active.fault.kind.name());
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn met(faults: &Faults, method: &str, path: &str) -> Option<&'static str> {
        faults.meet("identity_exposure", method, path).fault.map(|fault| fault.kind.name())
    }

    #[test]
    fn a_fault_skips_happens_and_ends() {
        let faults = Faults::default();
        faults.add(Fault::internal_server_error().skip(1).times(2));
        let seen: Vec<_> = (0..5).map(|_| met(&faults, "GET", "/x").is_some()).collect();
        assert_eq!(seen, [false, true, true, false, false]);
    }

    #[test]
    fn conditions_are_product_method_and_path() {
        let faults = Faults::default();
        faults
            .add(Fault::bad_gateway().product("identity_exposure").method("post").path("/api/users/*/roles").always());
        assert_eq!(met(&faults, "POST", "/api/users/7/roles"), Some("bad_gateway"));
        assert_eq!(met(&faults, "GET", "/api/users/7/roles"), None);
        assert_eq!(met(&faults, "POST", "/api/users/7/8/roles"), None);
        assert!(faults.meet("security_center", "POST", "/api/users/7/roles").fault.is_none());
    }

    #[test]
    fn two_stars_cross_slashes() {
        assert!(glob(b"/api/**", b"/api/users/7/roles"));
        assert!(!glob(b"/api/*", b"/api/users/7"));
        assert!(glob(b"/api/users", b"/api/users"));
        assert!(!glob(b"/api/users", b"/api/users/"));
        assert!(glob(b"", b"") && glob(b"**", b"") && glob(b"*", b"") && !glob(b"*", b"/") && glob(b"*/*", b"/"));
        assert!(glob(b"/a*c/**d", b"/abc/x/y/d") && !glob(b"/a*c/**d", b"/ab/c/d"));
    }

    #[test]
    fn many_stars_take_no_time() {
        let (pattern, path) = ("**a".repeat(40) + "b", "a".repeat(4_000));
        assert!(!glob(pattern.as_bytes(), path.as_bytes()));
        assert!(glob(pattern.trim_end_matches('b').as_bytes(), path.as_bytes()));
    }

    #[test]
    fn latencies_add_up_and_other_faults_take_turns() {
        let faults = Faults::default();
        faults.add(Fault::latency(Duration::from_millis(20)).always());
        faults.add(Fault::service_unavailable(None));
        faults.add(Fault::latency(Duration::from_millis(5)).always());
        faults.add(Fault::bad_gateway());
        let first = faults.meet("p", "GET", "/");
        assert_eq!((first.delay.as_millis(), first.names), (25, vec!["latency", "service_unavailable", "latency"]));
        let second = faults.meet("p", "GET", "/");
        assert_eq!(second.names, ["latency", "latency", "bad_gateway"]);
    }

    #[test]
    fn a_fault_is_removed_by_its_number() {
        let faults = Faults::default();
        let id = faults.add(Fault::bad_gateway());
        assert!(faults.remove(id));
        assert!(!faults.remove(id));
        assert_eq!(met(&faults, "GET", "/"), None);
    }

    #[test]
    fn the_json_form_round_trips_and_refuses_unknown_keys() {
        for fault in [
            json!({"kind": "stall", "after_commit": true, "times": "always"}),
            json!({"kind": "service_unavailable", "retry_after": {"date_in_seconds": 30}, "path": "/**"}),
            json!({"kind": "oversized_body", "bytes": 70_000_000, "skip": 2, "product": "identity_exposure"}),
        ] {
            let parsed: Fault = serde_json::from_value(fault).unwrap();
            let again: Fault = serde_json::from_value(serde_json::to_value(&parsed).unwrap()).unwrap();
            assert_eq!(again, parsed);
        }
        for wrong in [json!({"kind": "latency"}), json!({"kind": "no_such"}), json!({"kind": "reset", "tmies": 2})] {
            assert!(serde_json::from_value::<Fault>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}

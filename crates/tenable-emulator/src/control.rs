//! Looking into a running emulator, and steering it.
//!
//! The same is offered twice: by the methods of [`Control`], in the process, and over HTTP on a port of its own.
//!
//! | Request | Body | Answer |
//! | --- | --- | --- |
//! | `GET /journal`, `GET /journal?after=N` | | list of [`JournalEntry`], those after number N |
//! | `DELETE /journal` | | 204 |
//! | `GET /faults` | | list of [`ActiveFault`] |
//! | `POST /faults` | a [`Fault`] | 201 `{"id": N}` |
//! | `DELETE /faults`, `DELETE /faults/{id}` | | 204, or 404 for an unknown number |
//! | `GET /rules` | | list of rules with name, outcomes, default, confidence, doc and outcome in force |
//! | `PATCH /rules` | `{"ie.duplicate_email": "400"}` | the list; nothing is set if one entry is wrong |
//! | `GET /mail` | | list of [`Mail`] |
//! | `GET /clock` | | `{"now": "2026-01-01T00:00:00.000Z"}` |
//! | `POST /clock` | `{"advance_seconds": 300}` or `{"set": "2026-01-01T00:00:00Z"}` | the new time |
//! | `POST /sign-in` | `{"product": "vulnerability_management", "username": "...", "password": "..."}` | `{"succeeded": false}`, or 404 without such a user |
//! | `GET /state` | | everything each product remembers, keys included |
//! | `POST /reset` | | 204; seed data, first rules, no faults, journal, mail or clock offset |
//!
//! Each request carries `Authorization: Bearer <token>`; without it the answer is 401. What cannot be done is answered
//! with 400, 404 or 500 and `{"message": "..."}`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::faults::{ActiveFault, Fault, FaultKind, RetryAfter};
use crate::instruments::Instruments;
use crate::journal::JournalEntry;
use crate::mail::Mail;
use crate::persistence::StateError;
use crate::pipeline::Product;
use crate::rules::{Rule, RuleError};

/// The handle on a running emulator.
///
/// Clones steer the same emulator.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use tenable_emulator::Emulator;
/// use tenable_emulator::faults::Fault;
///
/// let emulator = Emulator::builder().start().await?;
/// let control = emulator.control();
/// control.set_rule("ie.duplicate_email", "400")?;
/// control.add_fault(Fault::reset_after_commit().method("POST").path("/api/users"));
/// control.advance(Duration::from_secs(300));
/// assert!(control.journal().is_empty());
/// emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Control {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    token: String,
    instruments: Arc<Instruments>,
    products: Vec<(&'static str, Arc<dyn Product>)>,
}

impl fmt::Debug for Control {
    /// Leaves out the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Control").field("url", &self.inner.url).finish_non_exhaustive()
    }
}

/// A rule and the outcome in force.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct RuleSetting {
    /// The rule.
    #[serde(flatten)]
    pub rule: &'static Rule,
    /// The outcome in force.
    pub outcome: &'static str,
}

impl Control {
    pub(crate) fn new(
        url: String,
        token: String,
        instruments: Arc<Instruments>,
        products: Vec<(&'static str, Arc<dyn Product>)>,
    ) -> Self {
        Self { inner: Arc::new(Inner { url, token, instruments, products }) }
    }

    /// Where the control interface listens; plain HTTP, also when the products have TLS.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// What the control interface wants as bearer token.
    pub fn token(&self) -> &str {
        &self.inner.token
    }

    /// Adds a fault and gives its number.
    pub fn add_fault(&self, fault: Fault) -> u64 {
        self.inner.instruments.faults.add(fault)
    }

    /// The faults, those that have happened often enough included.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.inner.instruments.faults.list()
    }

    /// Removes a fault; false if there is none of this number.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.inner.instruments.faults.remove(id)
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.inner.instruments.faults.clear();
    }

    /// The last 10,000 requests, the oldest first; fewer where those would take more than 64 MiB of memory.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.journal_after(0)
    }

    /// The requests with a greater number.
    pub fn journal_after(&self, sequence: u64) -> Vec<JournalEntry> {
        self.inner.instruments.journal.after(sequence)
    }

    /// Forgets the requests; the numbering goes on.
    pub fn clear_journal(&self) {
        self.inner.instruments.journal.clear();
    }

    /// All mail that would have been sent.
    pub fn mail(&self) -> Vec<Mail> {
        self.inner.instruments.mail.all()
    }

    /// The emulator's time.
    pub fn now(&self) -> SystemTime {
        self.inner.instruments.clock.now()
    }

    /// Moves the emulator's clock forward, at most to the end of the year 9999. Delayed answers that become due are sent.
    pub fn advance(&self, by: Duration) {
        self.inner.instruments.clock.advance(by);
    }

    /// Moves the emulator's clock to a time, in either direction.
    pub fn set_time(&self, to: SystemTime) {
        self.inner.instruments.clock.set(to);
    }

    /// Chooses the outcome of a rule.
    pub fn set_rule(&self, rule: &str, outcome: &str) -> Result<(), RuleError> {
        self.inner.instruments.rules.set(rule, outcome)
    }

    /// All rules with the outcome in force.
    pub fn rules(&self) -> Vec<RuleSetting> {
        let rules = &self.inner.instruments.rules;
        rules.all().map(|rule| RuleSetting { rule, outcome: rules.outcome(rule) }).collect()
    }

    /// A sign-in to the user interface of a product that has no sign-in among its API's requests, such as
    /// `vulnerability_management`: whether it succeeds. Failures count towards the lock-out. None without such a user or product.
    pub fn sign_in(&self, product: &str, username: &str, password: &str) -> Option<bool> {
        let (_, product) = self.inner.products.iter().find(|(name, _)| *name == product)?;
        product.sign_in(username, password)
    }

    /// Everything each product remembers, keys included, by product.
    pub fn state(&self) -> Value {
        let states = self.inner.products.iter().map(|(name, product)| ((*name).to_owned(), product.state()));
        Value::Object(states.collect::<Map<_, _>>())
    }

    /// Back to the start: seed data and its keys, the rules given at the start, no faults, journal, mail or clock offset.
    ///
    /// Fails if the seed data cannot be written to the state file; all is as before then.
    pub fn reset(&self) -> Result<(), StateError> {
        // What can fail comes first, so that a failure leaves everything as it was.
        let instruments = &self.inner.instruments;
        let mut products = self.inner.products.iter();
        products.try_for_each(|(name, product)| instruments.entropy.within(name, || product.reset()))?;
        instruments.reset();
        Ok(())
    }

    /// The HTTP form.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/journal", get(journal).delete(clear_journal))
            .route("/faults", get(faults).post(add_fault).delete(clear_faults))
            .route("/faults/{id}", delete(remove_fault))
            .route("/rules", get(rules).patch(set_rules))
            .route("/mail", get(mail))
            .route("/clock", get(clock).post(set_clock))
            .route("/sign-in", post(sign_in))
            .route("/state", get(state))
            .route("/reset", post(reset))
            .fallback(|| async { Failure(StatusCode::NOT_FOUND, "there is no such control request".to_owned()) })
            .layer(from_fn_with_state(self.clone(), authorize))
            .layer(DefaultBodyLimit::max(1024 * 1024))
            .with_state(self.clone())
    }
}

/// A refusal of the control interface.
#[derive(Debug)]
struct Failure(StatusCode, String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "message": self.1 }))).into_response()
    }
}

macro_rules! failure_from {
    ($($error:ty => $status:ident;)+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self(StatusCode::$status, error.to_string())
            }
        })+
    };
}

failure_from! {
    JsonRejection => BAD_REQUEST;
    PathRejection => BAD_REQUEST;
    QueryRejection => BAD_REQUEST;
    RuleError => BAD_REQUEST;
    StateError => INTERNAL_SERVER_ERROR;
}

async fn authorize(
    State(control): State<Control>,
    headers: HeaderMap,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    if given == Some(control.token()) {
        return next.run(request).await;
    }
    Failure(StatusCode::UNAUTHORIZED, "the control token is missing or wrong".to_owned()).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalQuery {
    #[serde(default)]
    after: u64,
}

async fn journal(
    State(control): State<Control>,
    query: Result<Query<JournalQuery>, QueryRejection>,
) -> Result<Json<Vec<JournalEntry>>, Failure> {
    Ok(Json(control.journal_after(query?.after)))
}

async fn clear_journal(State(control): State<Control>) -> StatusCode {
    control.clear_journal();
    StatusCode::NO_CONTENT
}

async fn faults(State(control): State<Control>) -> Json<Vec<ActiveFault>> {
    Json(control.faults())
}

async fn add_fault(
    State(control): State<Control>,
    fault: Result<Json<Fault>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let Json(fault) = fault?;
    if let FaultKind::TooManyRequests { retry_after } | FaultKind::ServiceUnavailable { retry_after } = &fault.kind {
        if let Some(RetryAfter::DateInSeconds(seconds)) = retry_after {
            check_reach(&control, *seconds)?;
        }
    }
    let id = control.add_fault(fault);
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.clear_faults();
    StatusCode::NO_CONTENT
}

async fn remove_fault(
    State(control): State<Control>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<StatusCode, Failure> {
    let Path(id) = id?;
    if control.remove_fault(id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Failure(StatusCode::NOT_FOUND, format!("there is no fault {id}")))
}

async fn rules(State(control): State<Control>) -> Json<Vec<RuleSetting>> {
    Json(control.rules())
}

async fn set_rules(
    State(control): State<Control>,
    chosen: Result<Json<BTreeMap<String, String>>, JsonRejection>,
) -> Result<Json<Vec<RuleSetting>>, Failure> {
    let Json(chosen) = chosen?;
    for (rule, outcome) in &chosen {
        control.inner.instruments.rules.check(rule, outcome)?;
    }
    for (rule, outcome) in &chosen {
        control.set_rule(rule, outcome)?;
    }
    Ok(Json(control.rules()))
}

async fn mail(State(control): State<Control>) -> Json<Vec<Mail>> {
    Json(control.mail())
}

async fn clock(State(control): State<Control>) -> Json<Value> {
    Json(json!({ "now": control.inner.instruments.timestamp() }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockChange {
    AdvanceSeconds(u64),
    Set(Timestamp),
}

async fn set_clock(
    State(control): State<Control>,
    change: Result<Json<ClockChange>, JsonRejection>,
) -> Result<Json<Value>, Failure> {
    match change?.0 {
        ClockChange::AdvanceSeconds(seconds) => {
            check_reach(&control, seconds)?;
            control.advance(Duration::from_secs(seconds));
        }
        ClockChange::Set(time) if time < Timestamp::UNIX_EPOCH => {
            return Err(Failure(StatusCode::BAD_REQUEST, format!("{time} is before the year 1970")));
        }
        ClockChange::Set(time) => control.set_time(time.into()),
    }
    Ok(clock(State(control)).await)
}

/// Refuses what leads to a time that cannot be written.
fn check_reach(control: &Control, seconds: u64) -> Result<(), Failure> {
    match control.inner.instruments.clock.in_seconds(seconds) {
        Some(_) => Ok(()),
        None => Err(Failure(StatusCode::BAD_REQUEST, format!("{seconds} seconds from now is after the year 9999"))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    product: String,
    username: String,
    password: String,
}

async fn sign_in(
    State(control): State<Control>,
    sign_in: Result<Json<SignIn>, JsonRejection>,
) -> Result<Json<Value>, Failure> {
    let Json(SignIn { product, username, password }) = sign_in?;
    match control.sign_in(&product, &username, &password) {
        Some(succeeded) => Ok(Json(json!({ "succeeded": succeeded }))),
        None => Err(Failure(StatusCode::NOT_FOUND, format!("{product} has no {username} to sign in"))),
    }
}

async fn state(State(control): State<Control>) -> Json<Value> {
    Json(control.state())
}

async fn reset(State(control): State<Control>) -> Result<StatusCode, Failure> {
    control.reset()?;
    Ok(StatusCode::NO_CONTENT)
}

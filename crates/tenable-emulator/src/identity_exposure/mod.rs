//! Tenable Identity Exposure.
//!
//! Users, roles, profiles, keys, passwords, preferences and the configuration that users depend on: everything below
//! `/api` that an administrator of people needs. Undocumented points are [rules](crate::rules()) with the prefix `ie.`.
//!
//! # Seed data
//!
//! | Id | Address | What it is |
//! | --- | --- | --- |
//! | 1 | `admin@example.com` | active Global Administrator; the owner of the key that is returned |
//! | 2 | `robin.active@example.com` | active, roles User and Auditor |
//! | 3 | `sasha.inactive@example.com` | inactive |
//! | 4 | `kim.locked@example.com` | locked out until an administrator unlocks it |
//! | 5 | `noor.directory@example.com` | signs in by LDAP |
//! | 6 | `jules.platform@example.com` | signs in by Tenable One |
//!
//! Local accounts have the password [`SEED_PASSWORD`]. Roles are 1 Global Administrator, 2 User (the default) and 3
//! Auditor; the profile is 1 Tenable. Every account has a key; [`IdentityExposure::api_key_of`] tells it.

mod about;
mod accounts;
mod api_key;
mod call;
mod ldap;
mod license;
mod lockout_policy;
mod login;
mod password;
mod permissions;
mod preferences;
mod profiles;
mod roles;
mod routes;
pub(crate) mod rules;
mod saml;
mod schema;
mod seed;
mod settings;
mod shapes;
mod state;
mod users;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use self::call::{Answer, Call, Refusal};
use self::routes::{Access, Found, Route};
pub use self::seed::SEED_PASSWORD;
use self::state::{DEFAULT_ADMINISTRATOR, State};
use crate::clock::Clock;
use crate::instruments::Instruments;
use crate::json::KeyOrder;
use crate::persistence::{StateError, StateFile};
use crate::pipeline::{self, Application, Product, Shape};
use crate::reply::{Outcome, Reply};
use crate::rules::{RuleError, Rules};
use crate::secrets;
use crate::store::{Store, Tracked};

/// Order of keys in answers, as in the vendor's description.
static KEY_ORDER: LazyLock<KeyOrder> = LazyLock::new(|| KeyOrder::new(&[("", KEYS)]));

const KEYS: &[&str] = &[
    "id",
    "name",
    "surname",
    "email",
    "provider",
    "lockedOut",
    "department",
    "description",
    "permissions",
    "entityName",
    "action",
    "entityIds",
    "dynamicId",
    "biography",
    "active",
    "picture",
    "roles",
    "identifier",
    "eulaVersion",
    "internal",
    "tenableCloudUserName",
    "authToken",
    "needPasswordReset",
    "code",
    "message",
    "deleted",
    "directories",
    "dirty",
    "hasEverBeenCommitted",
    "language",
    "preferredProfileId",
    "enabled",
    "lockoutDuration",
    "failedAttemptThreshold",
    "failedAttemptPeriod",
    "version",
    "hostname",
    "isSaaSDeployment",
    "customerName",
    "maxActiveUserCount",
    "currentActiveUserCount",
    "expirationDateUTC",
];

/// How an instance without sockets is set up.
///
/// ```
/// use std::sync::Arc;
/// use tenable_emulator::clock::ManualClock;
/// use tenable_emulator::identity_exposure::{IdentityExposure, Settings};
///
/// let settings = Settings::new().api_key("a-key").set("ie.duplicate_email", "400")?;
/// let instance = IdentityExposure::new(settings, Arc::new(ManualClock::default()));
/// assert_eq!(instance.api_key(), "a-key");
/// # Ok::<(), tenable_emulator::RuleError>(())
/// ```
pub struct Settings {
    rules: Rules,
    api_key: Option<String>,
}

impl fmt::Debug for Settings {
    /// Leaves out the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Settings").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings {
    /// Default rules and a fresh key.
    pub fn new() -> Self {
        Self { rules: Rules::new(crate::RULE_TABLES), api_key: None }
    }

    /// The key of the default administrator.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Chooses the outcome of a rule. A rule or an outcome that does not exist is refused.
    pub fn set(mut self, rule: &str, outcome: &str) -> Result<Self, RuleError> {
        self.rules.set_initial(rule, outcome)?;
        Ok(self)
    }
}

/// One instance, free of sockets: a request goes in, a [`Reply`] comes out.
///
/// Clones share the instance.
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::Request;
/// use tenable_emulator::clock::SystemClock;
/// use tenable_emulator::identity_exposure::{IdentityExposure, Settings};
///
/// let instance = IdentityExposure::new(Settings::new(), Arc::new(SystemClock));
/// let request = Request::get("/api/users").header("x-api-key", instance.api_key()).body(Bytes::new())?;
/// let reply = instance.handle(request);
/// assert_eq!(reply.response.status(), 200);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct IdentityExposure {
    inner: Arc<Inner>,
}

struct Inner {
    instruments: Arc<Instruments>,
    /// The default administrator's key at the start, to which a reset returns.
    initial_key: String,
    store: Store<State>,
}

impl fmt::Debug for IdentityExposure {
    /// Leaves out the state, which holds keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IdentityExposure").finish_non_exhaustive()
    }
}

impl IdentityExposure {
    /// An instance with the seed data, kept in memory.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let key = settings.api_key.unwrap_or_else(secrets::api_key);
        let store = Store::in_memory(Self::NAME, seed::state(&key));
        Self::assemble(Arc::new(Instruments::new(settings.rules, clock)), store)
    }

    /// An instance whose state is kept in a file, which is written before each answer that follows a change.
    ///
    /// A file that does not exist yet starts with the seed data. One that cannot be understood is refused and left as it
    /// is, and so is one that another emulator works with: `<file>.lock` is locked until the last clone of the instance is
    /// dropped. A key in the settings replaces the one in the file.
    pub fn open(settings: Settings, clock: Arc<dyn Clock>, file: impl AsRef<Path>) -> Result<Self, StateError> {
        let file = Arc::new(StateFile::open(file.as_ref())?);
        Self::start(Arc::new(Instruments::new(settings.rules, clock)), settings.api_key, Some(file))
    }

    pub(crate) fn start(
        instruments: Arc<Instruments>,
        api_key: Option<String>,
        file: Option<Arc<StateFile>>,
    ) -> Result<Self, StateError> {
        let given = api_key.clone();
        let accept = |state: &mut State| {
            let administrator = administrator(state).ok_or("it has no user")?;
            if let Some(key) = &given {
                state.accounts.set_api_key(administrator, key);
            }
            Ok(())
        };
        let seed = || seed::state(&api_key.unwrap_or_else(secrets::api_key));
        Ok(Self::assemble(instruments, Store::open(Self::NAME, file, accept, seed)?))
    }

    fn assemble(instruments: Arc<Instruments>, store: Store<State>) -> Self {
        let initial_key = administrator_key(&store.lock());
        Self { inner: Arc::new(Inner { instruments, initial_key, store }) }
    }

    /// Answers one request. The URI may be absolute or only a path.
    #[expect(clippy::needless_pass_by_value, reason = "the usual signature of a service")]
    pub fn handle(&self, request: Request<Bytes>) -> Reply {
        pipeline::respond(self, &self.inner.instruments, &request)
    }

    /// The key of the default administrator, or of the first Global Administrator if that one is gone; empty without any.
    pub fn api_key(&self) -> String {
        administrator_key(&self.inner.store.lock())
    }

    /// The key that the console would show a user.
    pub fn api_key_of(&self, user_id: u64) -> Option<String> {
        self.inner.store.lock().accounts.get(user_id).map(|user| user.api_key.clone())
    }

    steering!();

    fn rules(&self) -> &Rules {
        &self.inner.instruments.rules
    }

    /// The answer to a request that no fault concerns.
    fn answer(&self, request: &Request<Bytes>) -> Outcome {
        let (method, path) = (request.method(), request.uri().path());
        let (route, segment) = match routes::find(self.rules(), method, path) {
            Found::Route(route, segment) => (route, segment),
            Found::OtherMethods(methods) => return self.refused(&unknown_method(self.rules(), request, &methods)),
            Found::Nothing => {
                let message = format!("there is no {method} {path}");
                return self.refused(&Refusal::new(StatusCode::NOT_FOUND, message));
            }
        };
        let outcome = match self.run(route, segment, request) {
            Ok(answer) => self.success(request, route, answer),
            Err(refusal) => self.refused(&refusal),
        };
        outcome.at_route(Some(route.template))
    }

    /// The checks in their order, the handler, and the commit.
    fn run(&self, route: &'static Route, segment: Option<&str>, request: &Request<Bytes>) -> Result<Answer, Refusal> {
        let instruments = &self.inner.instruments;
        let mut state = self.inner.store.lock();
        let mut call = Call {
            rules: &instruments.rules,
            now: instruments.clock.now_ms(),
            state: &mut state,
            caller: None,
            path_id: None,
            body: Value::Null,
            mail: Vec::new(),
        };
        if matches!(route.access, Access::Key | Access::LicensedKey) {
            call.caller = Some(authenticate(&call, request)?);
        }
        if route.access == Access::LicensedKey && call.rules.is(rules::LICENSE_FEATURES, "none") {
            return Err(call.refusal(rules::LICENSE_REFUSAL, "the license does not include this feature"));
        }
        call.path_id = segment.map(|segment| routes::parse_id(call.rules, route.template, segment)).transpose()?;
        routes::check_query(call.rules, request.uri().query())?;
        call.body = routes::check_body(call.rules, route, request)?;

        let handled = (route.handler)(&mut call);
        let mail = call.mail;
        // A refusal may change something too: a failed login counts.
        self.commit(&mut state)?;
        instruments.mail.send(mail);
        handled
    }

    /// Saves what has changed; if that fails, nothing has.
    fn commit(&self, state: &mut Tracked<State>) -> Result<(), Refusal> {
        let failed = |error: StateError| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
        self.inner.store.commit(state).map_err(failed)
    }

    fn success(&self, request: &Request<Bytes>, route: &'static Route, answer: Answer) -> Outcome {
        match answer {
            Answer::Json(status, mut body) => {
                if self.rules().is(rules::VERSION_SHAPE, "2021") {
                    shapes::reshape(Shape::OldVersion, request.method(), route.template, &mut body);
                }
                if self.rules().is(rules::EXTRA_FIELDS, "on") {
                    pipeline::add_fields(&mut body);
                }
                Outcome::json(status, body)
            }
            Answer::Nothing(status) if status == StatusCode::NO_CONTENT => Outcome::empty(status),
            Answer::Nothing(status) if self.rules().is(rules::NULL_BODY, "null") => Outcome::json(status, Value::Null),
            Answer::Nothing(status) => Outcome::empty(status),
        }
    }

    fn refused(&self, refusal: &Refusal) -> Outcome {
        let Refusal { status, code, message } = refusal;
        let body = match self.rules().outcome(rules::ERROR_BODY) {
            "nested" => json!({ "error": { "code": code, "message": message } }),
            "errors_array" => json!({ "errors": [{ "code": code, "message": message }] }),
            "text" => Value::String(message.clone()),
            "empty" => return Outcome::empty(*status),
            _ => json!({ "code": code, "message": message }),
        };
        Outcome::json(*status, body)
    }
}

fn unknown_method(rules: &Rules, request: &Request<Bytes>, known: &[&'static Method]) -> Refusal {
    let status = rules.status(rules::UNKNOWN_METHOD).unwrap_or(StatusCode::NOT_FOUND);
    let known: Vec<_> = known.iter().map(|method| method.as_str()).collect();
    let message = format!("there is no {} {}, only {}", request.method(), request.uri().path(), known.join(", "));
    Refusal::new(status, message)
}

/// The account that the embedding program works with.
fn administrator(state: &State) -> Option<u64> {
    let default = state.accounts.get(DEFAULT_ADMINISTRATOR);
    let first = || state.accounts.iter().find(|user| user.is_global_administrator());
    default.or_else(first).or_else(|| state.accounts.iter().next()).map(|user| user.id)
}

/// Its key; empty without one.
fn administrator_key(state: &State) -> String {
    let user = administrator(state).and_then(|id| state.accounts.get(id));
    user.map(|user| user.api_key.clone()).unwrap_or_default()
}

/// The user whose key the request carries.
fn authenticate(call: &Call<'_>, request: &Request<Bytes>) -> Result<u64, Refusal> {
    let unauthorized = || Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized");
    let user = key(request).and_then(|key| call.state.accounts.with_key(key)).ok_or_else(unauthorized)?;
    if user.is_locked(&call.state.lockout_policy, call.now) {
        return Err(call.refusal(rules::LOCKED_KEY, "the account is locked out"));
    }
    if !user.active {
        call.unless_allowed(rules::INACTIVE_KEY, "the account is not active")?;
    }
    Ok(user.id)
}

fn key(request: &Request<Bytes>) -> Option<&str> {
    request.headers().get("x-api-key")?.to_str().ok()
}

impl Application for IdentityExposure {
    const NAME: &'static str = "identity_exposure";
    const KEY_ORDER: &'static LazyLock<KeyOrder> = &KEY_ORDER;

    fn apply(&self, request: &Request<Bytes>) -> Outcome {
        self.answer(request)
    }

    fn apply_and_forget(&self, request: &Request<Bytes>) -> Outcome {
        self.inner.store.forgetting(|| self.apply(request))
    }

    fn route(&self, request: &Request<Bytes>) -> Option<&'static str> {
        match routes::find(self.rules(), request.method(), request.uri().path()) {
            Found::Route(route, _) => Some(route.template),
            _ => None,
        }
    }

    fn has_room(&self, limit: usize, bytes: usize) -> bool {
        self.inner.store.has_room(limit, bytes)
    }

    fn grew(&self, bytes: usize) {
        self.inner.store.grew(bytes);
    }

    fn is_open_field(&self, name: &str) -> bool {
        routes::is_open_field(name)
    }

    fn revoke_credential(&self, request: &Request<Bytes>) {
        let mut state = self.inner.store.lock();
        let owner = key(request).and_then(|key| state.accounts.with_key(key)).map(|user| user.id);
        if let Some(owner) = owner {
            state.accounts.set_api_key(owner, &secrets::api_key());
            // If it cannot be saved, the key is good again: a fault that did not happen.
            drop(self.commit(&mut state));
        }
    }

    fn reshape(&self, shape: Shape, method: &Method, route: &str, body: &mut Value) {
        shapes::reshape(shape, method, route, body);
    }

    fn error(&self, status: StatusCode, code: &'static str, message: &str) -> Outcome {
        self.refused(&Refusal { status, code, message: message.to_owned() })
    }
}

impl Product for IdentityExposure {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        Self::handle(self, request)
    }

    fn record_unread(&self, request: &Request<Bytes>, status: StatusCode) {
        pipeline::record_unread(self, &self.inner.instruments, request, status);
    }

    fn reset(&self) -> Result<(), StateError> {
        self.inner.store.replace(seed::state(&self.inner.initial_key))
    }

    fn state(&self) -> Value {
        self.inner.store.to_value()
    }
}

//! Tenable Security Center, and the paths of Tenable Enclave Security.
//!
//! Users, roles, groups, organizations, their Security Managers, sessions, API keys and client certificates: everything
//! below `/rest` that an administrator of people needs. Undocumented points are [rules](crate::rules()) with the prefix
//! `sc.`; `sc.generation` chooses the version, `sc.enclave_security` adds the paths below `/rest/tes`.
//!
//! # Seed data
//!
//! Ids of users are unique per organization only. Administrators are in organization 0.
//!
//! | Organization | Id | User name | What it is |
//! | --- | --- | --- | --- |
//! | 0 | 1 | `admin` | administrator, whose key is returned |
//! | 0 | 2 | `kit.admin` | administrator with a linked user |
//! | 1 Example North | 1 | `north.manager` | Security Manager of all groups, whose key is returned |
//! | 1 | 2 | `north.deputy` | a second Security Manager |
//! | 1 | 3 | `avery.analyst` | Security Analyst in group 1, owner of objects |
//! | 1 | 4 | `blake.viewer` | Vulnerability Analyst in group 2, owner of objects |
//! | 1 | 5 | `casey.auditor` | Auditor in group 2 |
//! | 1 | 6 | `devon.lead` | role 1000001 in group 1, manages users and objects of group 2 |
//! | 1 | 7 | `emery.locked` | locked |
//! | 1 | 8 | `kit.linked` | linked user of `kit.admin` |
//! | 1 | 9 | `frankie.directory` | signs in by LDAP |
//! | 2 Example South | 1 | `south.manager` | Security Manager |
//! | 2 | 2 | `gray.analyst` | Security Analyst |
//!
//! All but the linked user have the password [`SEED_PASSWORD`], and all have an API key;
//! [`SecurityCenter::api_key`] tells it. Roles are 0 to 7 and the custom role 1000001 Team Lead; groups are 0 Full Access
//! in each organization, and 1 Operations and 2 Analysts in the first. The first organization has the LDAP server 1, the
//! repository 1 and the asset lists 0 to 5, of which 3 is a watch list and 4 a combination.

mod accounts;
mod authentication;
mod call;
mod certificates;
mod current_user;
mod envelope;
mod fields;
mod form;
mod generation;
mod groups;
mod linked;
mod organization_users;
mod organizations;
mod paging;
mod roles;
mod routes;
pub(crate) mod rules;
mod security_managers;
mod seed;
mod sessions;
mod settings;
mod shapes;
mod state;
mod system;
mod token;
mod user_changes;
mod user_deletion;
mod users;
mod view;
mod visibility;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::Value;

use self::authentication::{authenticate, owner_of_key};
use self::call::{Call, Credential};
use self::envelope::{KEY_ORDER, Kind, Refusal};
use self::form::Form;
use self::generation::Generation;
use self::routes::Found;
pub use self::seed::SEED_PASSWORD;
use self::seed::{FIRST_ADMINISTRATOR, FIRST_SECURITY_MANAGER, Keys};
use self::sessions::Sessions;
pub use self::settings::Settings;
pub use self::state::KeyPair;
use self::state::{ADMINISTRATION, AccountId, SECURITY_MANAGER, State, User};
use crate::clock::Clock;
use crate::instruments::Instruments;
use crate::json::KeyOrder;
use crate::peer::Peer;
use crate::persistence::{StateError, StateFile};
use crate::pipeline::{self, Application, Product, Shape};
use crate::reply::{Outcome, Reply};
use crate::routing::query_pairs;
use crate::rules::Rules;
use crate::store::Store;
use crate::tls::{Authority, ClientCertificate};
use crate::{EmulatorError, lock};

/// One instance, free of sockets: a request goes in, a [`Reply`] comes out.
///
/// Clones share the instance.
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::Request;
/// use tenable_emulator::clock::SystemClock;
/// use tenable_emulator::security_center::{SecurityCenter, Settings};
///
/// let instance = SecurityCenter::new(Settings::new(), Arc::new(SystemClock));
/// let key = instance.api_key(1, 1).unwrap();
/// let header = format!("accesskey={}; secretkey={};", key.access_key, key.secret_key);
/// let request = Request::get("/rest/currentUser").header("x-apikey", header).body(Bytes::new())?;
/// assert_eq!(instance.handle(request).response.status(), 200);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct SecurityCenter {
    inner: Arc<Inner>,
}

struct Inner {
    instruments: Arc<Instruments>,
    /// The keys at the start, to which a reset returns.
    initial_keys: Keys,
    store: Store<State>,
    /// Locked while the store is, and after it.
    sessions: Mutex<Sessions>,
    /// The emulator's, or one of the instance's own, made when it is first needed.
    authority: OnceLock<Arc<Authority>>,
}

impl fmt::Debug for SecurityCenter {
    /// Leaves out the state, which holds keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SecurityCenter").finish_non_exhaustive()
    }
}

impl SecurityCenter {
    /// An instance with the seed data, kept in memory.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let store = Store::in_memory(Self::NAME, seed::state(&Keys::new()));
        Self::assemble(Arc::new(Instruments::new(settings.rules, clock)), store, None)
    }

    /// An instance whose state is kept in a file, which is written before each answer that follows a change.
    ///
    /// Sessions are not kept. A file that does not exist yet starts with the seed data. One that cannot be understood is
    /// refused and left as it is, and so is one that another emulator works with: `<file>.lock` is locked until the last
    /// clone of the instance is dropped.
    pub fn open(settings: Settings, clock: Arc<dyn Clock>, file: impl AsRef<Path>) -> Result<Self, StateError> {
        let file = Arc::new(StateFile::open(file.as_ref())?);
        Self::start(Arc::new(Instruments::new(settings.rules, clock)), Some(file), None)
    }

    pub(crate) fn start(
        instruments: Arc<Instruments>,
        file: Option<Arc<StateFile>>,
        authority: Option<Arc<Authority>>,
    ) -> Result<Self, StateError> {
        let accept = |state: &mut State| {
            let administrator = administrator(state).ok_or("it has no administrator")?.account;
            // The two accounts that the embedding program works with need a key.
            for account in security_manager(state).map(|user| user.account).into_iter().chain([administrator]) {
                if state.accounts.get(account).is_some_and(|user| user.keys.is_none()) {
                    state.accounts.set_keys(account, KeyPair::random());
                }
            }
            Ok(())
        };
        let store = Store::open(Self::NAME, file, accept, || seed::state(&Keys::new()))?;
        Ok(Self::assemble(instruments, store, authority))
    }

    fn assemble(instruments: Arc<Instruments>, store: Store<State>, authority: Option<Arc<Authority>>) -> Self {
        let keys = |user: &User| Some((user.account, user.keys.clone()?));
        let initial_keys = store.lock().accounts.iter().filter_map(keys).collect();
        let authority = authority.map_or_else(OnceLock::new, OnceLock::from);
        let sessions = Mutex::default();
        Self { inner: Arc::new(Inner { instruments, initial_keys, store, sessions, authority }) }
    }

    /// Answers one request. The URI may be absolute or only a path; a [`Peer`] among the request's extensions tells about
    /// the connection.
    #[expect(clippy::needless_pass_by_value, reason = "the usual signature of a service")]
    pub fn handle(&self, request: Request<Bytes>) -> Reply {
        pipeline::respond(self, &self.inner.instruments, &request)
    }

    /// The key of a user, if there is one; organization 0 is that of the administrators.
    pub fn api_key(&self, organization_id: u64, user_id: u64) -> Option<KeyPair> {
        let account = AccountId { organization: organization_id, id: user_id };
        self.inner.store.lock().accounts.get(account).and_then(|user| user.keys.clone())
    }

    /// Gives a user a new key, as the console does; an old one stops working. None if there is no such user.
    ///
    /// Fails if the state cannot be saved; nothing has changed then.
    pub fn generate_api_key(&self, organization_id: u64, user_id: u64) -> Result<Option<KeyPair>, StateError> {
        let account = AccountId { organization: organization_id, id: user_id };
        let mut state = self.inner.store.lock();
        if state.accounts.get(account).is_none() {
            return Ok(None);
        }
        let keys = self.inner.instruments.entropy.within(Self::NAME, KeyPair::random);
        state.accounts.set_keys(account, keys.clone());
        self.inner.store.commit(&mut state)?;
        Ok(Some(keys))
    }

    /// Turns the server-wide switch for API keys, which is the rule `sc.api_keys`. Keys work again once it is back on.
    pub fn allow_api_keys(&self, allowed: bool) {
        let outcome = if allowed { "on" } else { "off" };
        let set = self.set_rule(rules::API_KEYS.name, outcome);
        debug_assert!(set.is_ok(), "the rule has these outcomes");
    }

    /// A certificate for a client, of the authority that the server trusts. Nobody is bound to it yet.
    pub fn issue_client_certificate(&self, common_name: &str) -> Result<ClientCertificate, EmulatorError> {
        let authority = if let Some(authority) = self.inner.authority.get() {
            authority
        } else {
            let own = Arc::new(Authority::new(&[])?);
            self.inner.authority.get_or_init(|| own)
        };
        authority.issue_client(common_name)
    }

    steering!();

    /// The administrator and the Security Manager that the embedding program works with.
    pub(crate) fn principals(&self) -> (Principal, Principal) {
        let state = self.inner.store.lock();
        let principal = |user: Option<&User>| user.map(Principal::from).unwrap_or_default();
        (principal(administrator(&state)), principal(security_manager(&state)))
    }

    fn rules(&self) -> &Rules {
        &self.inner.instruments.rules
    }

    fn seconds(&self) -> u64 {
        self.inner.instruments.clock.now_ms() / 1_000
    }

    fn refused(&self, refusal: Refusal) -> Outcome {
        refusal.into_outcome(self.rules(), self.seconds())
    }

    /// The answer to a request that no fault concerns.
    fn answer(&self, request: &Request<Bytes>) -> Outcome {
        let generation = Generation::of(self.rules());
        let outcome = match routes::find(self.rules(), request.method(), request.uri().path()) {
            Ok(found) => {
                let template = found.template;
                self.run(found, generation, request).at_route(Some(template))
            }
            Err(refusal) => self.refused(refusal),
        };
        let (name, value) = envelope::version_header(generation);
        outcome.with_header(name, value)
    }

    /// The checks in their order, the handler, and the commit.
    fn run(&self, found: Found, generation: Generation, request: &Request<Bytes>) -> Outcome {
        let instruments = &self.inner.instruments;
        let Found { route, segments, .. } = found;
        let mut state = self.inner.store.lock();
        let mut sessions = lock(&self.inner.sessions);
        let mut call = Call {
            rules: &instruments.rules,
            generation,
            now: instruments.clock.now_ms(),
            peer: Peer::of(request),
            method: request.method(),
            credential: Credential::Nobody,
            path: segments,
            query: query_pairs(request.uri().query()).collect(),
            body: Form::default(),
            headers: Vec::new(),
            mail: Vec::new(),
            state: &mut state,
            sessions: &mut sessions,
        };
        let mut handle = || {
            let (rules, now) = (call.rules, call.now);
            call.credential = authenticate(rules, route.access, call.state, call.sessions, request.headers(), now)?;
            route.check_query(rules, &call.query)?;
            call.body = route.read_body(rules, request)?;
            (route.handler)(&mut call)
        };
        let handled = handle();
        let Call { headers, mail, .. } = call;
        // A refusal may change something too: a failed login counts.
        if let Err(error) = self.inner.store.commit(&mut state) {
            let kind = Kind::Other(StatusCode::INTERNAL_SERVER_ERROR, 1);
            return self.refused(Refusal::new(kind, error.to_string()));
        }
        instruments.mail.send(mail);
        let outcome = match handled {
            Ok(response) => envelope::success(response, self.seconds()),
            Err(refusal) => self.refused(refusal),
        };
        headers.into_iter().fold(outcome, |outcome, (name, value)| outcome.with_header(name, value))
    }
}

/// An account that the embedding program works with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Principal {
    pub(crate) organization: u64,
    pub(crate) username: String,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
}

impl From<&User> for Principal {
    fn from(user: &User) -> Self {
        let (access_key, secret_key) =
            user.keys.clone().map(|keys| (keys.access_key, keys.secret_key)).unwrap_or_default();
        Self { organization: user.account.organization, username: user.username.clone(), access_key, secret_key }
    }
}

/// The first administrator, or the next one if that one is gone.
fn administrator(state: &State) -> Option<&User> {
    state.accounts.get(FIRST_ADMINISTRATOR).or_else(|| state.accounts.of(ADMINISTRATION).next())
}

/// The first Security Manager of the first organization, or another one if that one is gone.
fn security_manager(state: &State) -> Option<&User> {
    let first = || state.accounts.iter().find(|user| user.role == SECURITY_MANAGER && !user.is_linked());
    state.accounts.get(FIRST_SECURITY_MANAGER).or_else(first)
}

impl Application for SecurityCenter {
    const NAME: &'static str = "security_center";
    const KEY_ORDER: &'static LazyLock<KeyOrder> = &KEY_ORDER;

    fn apply(&self, request: &Request<Bytes>) -> Outcome {
        self.answer(request)
    }

    fn apply_and_forget(&self, request: &Request<Bytes>) -> Outcome {
        self.inner.store.forgetting(|| self.apply(request))
    }

    fn route(&self, request: &Request<Bytes>) -> Option<&'static str> {
        let found = routes::find(self.rules(), request.method(), request.uri().path());
        found.ok().map(|found| found.template)
    }

    fn has_room(&self, limit: usize, bytes: usize) -> bool {
        self.inner.store.has_room(limit, bytes)
    }

    fn grew(&self, bytes: usize) {
        self.inner.store.grew(bytes);
    }

    fn is_open_field(&self, name: &str) -> bool {
        form::is_open_field(name)
    }

    fn revoke_credential(&self, request: &Request<Bytes>) {
        let mut state = self.inner.store.lock();
        let mut sessions = lock(&self.inner.sessions);
        if let Some((cookie, _)) = sessions.resume(request.headers(), self.inner.instruments.clock.now_ms()) {
            sessions.end(&cookie);
        } else if let Some(owner) = owner_of_key(&state, request.headers()) {
            state.accounts.set_keys(owner, KeyPair::random());
            // If it cannot be saved, the key is good again: a fault that did not happen.
            drop(self.inner.store.commit(&mut state));
        }
    }

    fn reshape(&self, shape: Shape, _method: &Method, route: &str, body: &mut Value) {
        shapes::reshape(shape, route, body);
    }

    fn error(&self, status: StatusCode, code: &'static str, message: &str) -> Outcome {
        // No code is known for any of these; only that of a busy database, which the product itself reports, is not 0.
        let number = if code == "DATABASE_LOCKED" { 143 } else { 0 };
        self.refused(Refusal::new(Kind::Other(status, number), message))
    }
}

impl Product for SecurityCenter {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        Self::handle(self, request)
    }

    fn record_unread(&self, request: &Request<Bytes>, status: StatusCode) {
        pipeline::record_unread(self, &self.inner.instruments, request, status);
    }

    fn reset(&self) -> Result<(), StateError> {
        self.inner.store.replace(seed::state(&self.inner.initial_keys))?;
        lock(&self.inner.sessions).clear();
        Ok(())
    }

    fn state(&self) -> Value {
        let mut state = self.inner.store.to_value();
        state["sessions"] = lock(&self.inner.sessions).to_value();
        state
    }
}

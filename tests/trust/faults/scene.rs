//! An emulator, clients that reach it over a [`Link`], and what can be seen of it from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{Builder, Client};
use tenable_emulator::clock::ManualClock;
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_emulator::journal::JournalEntry;
use tenable_emulator::security_center::SEED_PASSWORD;
use tenable_emulator::{Emulator, Peer, RunningEmulator};
use tenable_model::Product;
use tenable_transport::{NoJitter, PinnedTime, SharedTransport, StackSettings, Transport, TransportError};

use super::subjects::{Subject, Who, operation};

/// The time of day at which every case begins.
pub(super) fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_123)
}

/// The three products, and what happens to requests on the way to them.
pub(super) struct Scene {
    pub(super) emulator: RunningEmulator,
    certificate: Bytes,
}

/// A subject that is prepared: a client, filled arguments, and what was there before.
pub(super) struct Prepared {
    pub(super) client: Client,
    pub(super) arguments: Value,
    pub(super) before: Value,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(start()));
        let emulator = Emulator::builder().clock(clock).start().await.unwrap();
        let certificate = emulator.security_center_core().issue_client_certificate("avery").unwrap().der;
        Self { emulator, certificate }
    }

    /// What one product remembers, and the mail that was sent.
    pub(super) fn state(&self, product: Product) -> Value {
        let state = match product {
            Product::IdentityExposure => self.emulator.identity_exposure_core().state(),
            Product::SecurityCenter => self.emulator.security_center_core().state(),
            _ => self.emulator.vulnerability_management_core().state(),
        };
        json!({ "state": state, "mail": self.emulator.control().mail().len() })
    }

    /// Back to the seed, then what the subject needs; the client reaches the emulator by `link`.
    pub(super) async fn prepare(&self, subject: &Subject, link: &Link) -> Prepared {
        self.prepare_with(subject, link, || self.client(subject, link)).await
    }

    /// The same with a client of one's own, made once the keys are those of the seed.
    pub(super) async fn prepare_with(
        &self,
        subject: &Subject,
        link: &Link,
        client: impl FnOnce() -> Client,
    ) -> Prepared {
        let control = self.emulator.control();
        match subject.product() {
            Product::IdentityExposure => self.emulator.identity_exposure_core().reset().unwrap(),
            Product::SecurityCenter => self.emulator.security_center_core().reset().unwrap(),
            _ => self.emulator.vulnerability_management_core().reset().unwrap(),
        }
        if let Some((rule, outcome)) = subject.rule {
            control.set_rule(rule, outcome).unwrap();
        }
        link.clear();
        link.shows(subject.certificate.then(|| Peer::default().with_certificate(self.certificate.clone())));
        let client = client();
        let mut given = Vec::new();
        for (id, arguments) in &subject.before {
            let arguments = filled(arguments, &given, "");
            let answer = client.execute_untyped(operation(subject.product(), id), arguments).await;
            given.push(answer.unwrap_or_else(|error| panic!("{}: {id}: {}", subject.name(), error.report())).value);
        }
        let token = control.mail().last().and_then(|mail| mail.token.clone()).unwrap_or_default();
        let arguments = filled(&subject.arguments, &given, &token);
        Prepared { client, arguments, before: self.state(subject.product()) }
    }

    fn client(&self, subject: &Subject, link: &Link) -> Client {
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        settings.time = Arc::new(PinnedTime::new(start()));
        let transport = SharedTransport::new(link.clone());
        match subject.product() {
            Product::IdentityExposure => {
                let tie = IdentityExposure::builder().url("https://tie.example.com").stack_settings(settings);
                self.exposure(tie.transport(transport), subject.who)
            }
            Product::SecurityCenter => {
                let sc = SecurityCenter::builder().url("https://sc.example.com").stack_settings(settings);
                self.center(sc.transport(transport), subject.who)
            }
            _ => {
                let vm = VulnerabilityManagement::builder().url("https://vm.example.com").stack_settings(settings);
                self.management(vm.transport(transport), subject.who)
            }
        }
    }

    pub(super) fn exposure(&self, builder: Builder<tenable_api::identity_exposure::Settings>, who: Who) -> Client {
        let user = if let Who::Other(user) = who { user } else { 1 };
        let key = self.emulator.identity_exposure_core().api_key_of(user).unwrap();
        builder.api_key(key).build().unwrap().client().clone()
    }

    pub(super) fn center(&self, builder: Builder<tenable_api::security_center::Settings>, who: Who) -> Client {
        let core = self.emulator.security_center_core();
        let builder = match who {
            Who::Session(name) => builder.login(name, SEED_PASSWORD),
            Who::Administrator => {
                let key = core.api_key(0, 1).unwrap();
                builder.api_key(key.access_key, key.secret_key)
            }
            _ => {
                let key = core.api_key(1, 1).unwrap();
                builder.api_key(key.access_key, key.secret_key)
            }
        };
        builder.build().unwrap().client().clone()
    }

    pub(super) fn management(
        &self,
        builder: Builder<tenable_api::vulnerability_management::Settings>,
        who: Who,
    ) -> Client {
        let user = if let Who::Other(user) = who { user } else { 2_223_301 };
        let keys = self.emulator.vulnerability_management_core().api_keys_of(user).unwrap();
        builder.api_key(keys.access_key, keys.secret_key).build().unwrap().client().clone()
    }

    /// How often the emulator carried out the operation since the preparation ended.
    pub(super) fn carried_out(&self, subject: &Subject) -> usize {
        let done = |entry: &&JournalEntry| entry.status.is_some_and(|status| (200..300).contains(&status));
        let own = |entry: &&JournalEntry| is_own(subject, &entry.method, &entry.path);
        let prepared = subject.before.iter().filter(|(id, _)| *id == subject.operation.meta().id).count();
        self.emulator.control().journal().iter().filter(own).filter(done).count() - prepared
    }
}

/// Whether a request is the one that the operation stands for, and none that it makes besides.
pub(super) fn is_own(subject: &Subject, method: &str, path: &str) -> bool {
    let meta = subject.operation.meta();
    let matches = |(wanted, found): (&str, &str)| wanted.starts_with('{') || wanted == found;
    method == meta.method.as_str()
        && meta.path.split('/').count() == path.split('/').count()
        && meta.path.split('/').zip(path.split('/')).all(matches)
}

/// The arguments with what stands for something else put in.
fn filled(arguments: &Value, given: &[Value], token: &str) -> Value {
    match arguments {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(value, given, token))).collect()
        }
        Value::Array(items) => items.iter().map(|item| filled(item, given, token)).collect(),
        Value::String(text) if text == "$mail" => token.into(),
        Value::String(text) => match text.strip_prefix("$0/") {
            Some(path) => path.split('/').fold(given[0].clone(), |value, step| match step.split_once('=') {
                Some((field, wanted)) => {
                    value.as_array().unwrap().iter().find(|item| item[field] == wanted).unwrap().clone()
                }
                None => value[step].clone(),
            }),
            None => arguments.clone(),
        },
        other => other.clone(),
    }
}

/// What is done with a request that meets the trouble.
pub(super) type Hand = Arc<dyn Fn(Request<Bytes>, &Link) -> Struck + Send + Sync>;

/// How a request ends that met the trouble.
pub(super) enum Struck {
    Answered(Response<Bytes>),
    Failed(TransportError),
    Hangs,
    /// There was nothing to harm.
    Unharmed(Response<Bytes>),
}

/// Whether the trouble happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Harm(Arc<AtomicBool>);

impl Harm {
    pub(super) fn happens(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn happened(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A transport to the emulator's cores, without sockets. Trouble meets the requests of one operation and no others.
#[derive(Clone)]
pub(super) struct Link(Arc<Inner>);

struct Inner {
    exposure: tenable_emulator::identity_exposure::IdentityExposure,
    center: tenable_emulator::security_center::SecurityCenter,
    management: tenable_emulator::vulnerability_management::VulnerabilityManagement,
    trouble: Mutex<Option<OnTheWay>>,
    peer: Mutex<Option<Peer>>,
}

struct OnTheWay {
    subject: Subject,
    hand: Hand,
    harm: Harm,
    /// How often it still happens; without a number, always.
    left: Option<usize>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn new(scene: &Scene) -> Self {
        let emulator = &scene.emulator;
        Self(Arc::new(Inner {
            exposure: emulator.identity_exposure_core().clone(),
            center: emulator.security_center_core().clone(),
            management: emulator.vulnerability_management_core().clone(),
            trouble: Mutex::default(),
            peer: Mutex::default(),
        }))
    }

    pub(super) fn clear(&self) {
        *self.0.trouble.lock().unwrap() = None;
    }

    fn shows(&self, peer: Option<Peer>) {
        *self.0.peer.lock().unwrap() = peer;
    }

    /// From now on, so many requests of the operation meet the trouble; all of them without a number.
    pub(super) fn trouble(&self, subject: &Subject, times: Option<usize>, hand: Hand) -> Harm {
        let harm = Harm::default();
        let trouble = OnTheWay { subject: subject.clone(), hand, harm: harm.clone(), left: times };
        *self.0.trouble.lock().unwrap() = Some(trouble);
        harm
    }

    /// Has the product leave out of its next answer whatever it may.
    pub(super) fn reduce(&self, product: Product) {
        let fault = Fault::new(FaultKind::MissingOptionalFields);
        match product {
            Product::IdentityExposure => self.0.exposure.add_fault(fault),
            Product::SecurityCenter => self.0.center.add_fault(fault),
            _ => self.0.management.add_fault(fault),
        };
    }

    /// The product's own answer, for a request that names the host of the product.
    pub(super) fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let product = match request.uri().host() {
            Some("tie.example.com") => Product::IdentityExposure,
            Some("sc.example.com") => Product::SecurityCenter,
            _ => Product::VulnerabilityManagement,
        };
        self.answer_of(product, request)
    }

    /// The answer of a product.
    pub(super) fn answer_of(&self, product: Product, mut request: Request<Bytes>) -> Response<Bytes> {
        if let Some(peer) = self.0.peer.lock().unwrap().clone() {
            request.extensions_mut().insert(peer);
        }
        let reply = match product {
            Product::IdentityExposure => self.0.exposure.handle(request),
            Product::SecurityCenter => self.0.center.handle(request),
            _ => self.0.management.handle(request),
        };
        reply.response
    }

    fn hand_for(&self, request: &Request<Bytes>) -> Option<(Hand, Harm)> {
        let mut trouble = self.0.trouble.lock().unwrap();
        let trouble = trouble.as_mut()?;
        if !is_own(&trouble.subject, request.method().as_str(), request.uri().path()) || trouble.left == Some(0) {
            return None;
        }
        trouble.left = trouble.left.map(|left| left - 1);
        Some((trouble.hand.clone(), trouble.harm.clone()))
    }
}

#[async_trait]
impl Transport for Link {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let Some((hand, harm)) = self.hand_for(&request) else { return Ok(self.answer(request)) };
        let struck = hand(request, self);
        harm.0.fetch_or(!matches!(struck, Struck::Unharmed(_)), Ordering::Relaxed);
        match struck {
            Struck::Answered(response) | Struck::Unharmed(response) => Ok(response),
            Struck::Failed(error) => Err(error),
            Struck::Hangs => std::future::pending().await,
        }
    }
}

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use secrecy::SecretString;
use tenable_api::Builder;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::{self, SecurityCenter};
use tenable_api::vulnerability_management::{self, VulnerabilityManagement};
use tenable_emulator::clock::ManualClock;
use tenable_emulator::journal::JournalEntry;
use tenable_emulator::{
    Delivery, Reply, identity_exposure as emulated_exposure, security_center as emulated_center,
    vulnerability_management as emulated_management,
};
use tenable_transport::{NoJitter, SharedTransport, StackSettings, Transport, TransportError, TransportErrorKind};

/// A product without sockets.
pub trait Core: Debug + Send + Sync + 'static {
    /// Answers one request.
    fn handle(&self, request: Request<Bytes>) -> Reply;
    /// All requests so far.
    fn journal(&self) -> Vec<JournalEntry>;
}

impl Core for emulated_exposure::IdentityExposure {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        self.handle(request)
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.journal()
    }
}

impl Core for emulated_center::SecurityCenter {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        self.handle(request)
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.journal()
    }
}

impl Core for emulated_management::VulnerabilityManagement {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        self.handle(request)
    }

    fn journal(&self) -> Vec<JournalEntry> {
        self.journal()
    }
}

/// An emulated product as a transport: no sockets, and waits that pass at once when tokio's time is paused.
#[derive(Debug)]
pub struct CoreTransport<C> {
    /// The product, for its journal, mail, faults and clock.
    pub core: Arc<C>,
}

impl<C> Clone for CoreTransport<C> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone() }
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_123)))
}

/// Sends again at once.
fn stack_settings() -> StackSettings {
    let mut settings = StackSettings::default();
    settings.jitter = Arc::new(NoJitter);
    settings
}

impl CoreTransport<emulated_exposure::IdentityExposure> {
    /// A freshly seeded Identity Exposure with these rules.
    ///
    /// # Panics
    ///
    /// When a rule or an outcome does not exist.
    pub fn with_rules(rules: &[(&str, &str)]) -> Self {
        let settings = rules.iter().fold(emulated_exposure::Settings::new(), |settings, (rule, outcome)| {
            settings.set(rule, outcome).expect("the rule exists")
        });
        Self { core: Arc::new(emulated_exposure::IdentityExposure::new(settings, clock())) }
    }

    /// A client with the administrator's key.
    pub fn client(&self) -> IdentityExposure {
        self.client_with_key(self.core.api_key())
    }

    /// A client with this key.
    ///
    /// # Panics
    ///
    /// When the key is none.
    pub fn client_with_key(&self, key: impl Into<SecretString>) -> IdentityExposure {
        IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key(key)
            .stack_settings(stack_settings())
            .transport(SharedTransport::new(self.clone()))
            .build()
            .expect("the settings are good")
    }
}

impl CoreTransport<emulated_center::SecurityCenter> {
    /// A freshly seeded Security Center with these rules.
    ///
    /// # Panics
    ///
    /// When a rule or an outcome does not exist.
    pub fn security_center(rules: &[(&str, &str)]) -> Self {
        let settings = rules.iter().fold(emulated_center::Settings::new(), |settings, (rule, outcome)| {
            settings.set(rule, outcome).expect("the rule exists")
        });
        Self { core: Arc::new(emulated_center::SecurityCenter::new(settings, clock())) }
    }

    /// What every client of this product starts from.
    pub fn builder(&self) -> Builder<security_center::Settings> {
        SecurityCenter::builder()
            .url("https://sc.example.com")
            .stack_settings(stack_settings())
            .transport(SharedTransport::new(self.clone()))
    }

    /// A client with the key of a user; organization 0 is that of the administrators.
    ///
    /// # Panics
    ///
    /// When there is no such user.
    pub fn client_of(&self, organization: u64, user: u64) -> SecurityCenter {
        let key = self.core.api_key(organization, user).expect("the user has a key");
        self.builder().api_key(key.access_key, key.secret_key).build().expect("the settings are good")
    }

    /// A client with the key of the first administrator.
    pub fn administrator(&self) -> SecurityCenter {
        self.client_of(0, 1)
    }

    /// A client with the key of the first organization's Security Manager.
    pub fn manager(&self) -> SecurityCenter {
        self.client_of(1, 1)
    }

    /// A client that signs in by name, with the password of the seed data.
    ///
    /// # Panics
    ///
    /// When the name is none.
    pub fn session_of(&self, username: &str) -> SecurityCenter {
        let builder = self.builder().login(username, emulated_center::SEED_PASSWORD);
        builder.build().expect("the settings are good")
    }
}

impl CoreTransport<emulated_management::VulnerabilityManagement> {
    /// A freshly seeded Vulnerability Management with these rules.
    ///
    /// # Panics
    ///
    /// When a rule or an outcome does not exist.
    pub fn vulnerability_management(rules: &[(&str, &str)]) -> Self {
        let settings = rules.iter().fold(emulated_management::Settings::new(), |settings, (rule, outcome)| {
            settings.set(rule, outcome).expect("the rule exists")
        });
        Self { core: Arc::new(emulated_management::VulnerabilityManagement::new(settings, clock())) }
    }

    /// What every client of this product starts from.
    pub fn builder(&self) -> Builder<vulnerability_management::Settings> {
        VulnerabilityManagement::builder()
            .stack_settings(stack_settings())
            .transport(SharedTransport::new(self.clone()))
    }

    /// A client with the keys of a user.
    ///
    /// # Panics
    ///
    /// When there is no such user.
    pub fn client_of(&self, user: u64) -> VulnerabilityManagement {
        let keys = self.core.api_keys_of(user).expect("the user is there");
        self.builder().api_key(keys.access_key, keys.secret_key).build().expect("the settings are good")
    }

    /// A client with the keys of the first administrator.
    pub fn administrator(&self) -> VulnerabilityManagement {
        self.client_of(2_223_301)
    }
}

impl<C: Core> CoreTransport<C> {
    /// Method, path and status of each request, from the first.
    pub fn lines(&self) -> Vec<String> {
        let entries = self.core.journal();
        entries
            .iter()
            .map(|entry| {
                let status = entry.status.map_or_else(|| "cut".to_owned(), |status| status.to_string());
                format!("{} {} {status}", entry.method, entry.path)
            })
            .collect()
    }
}

#[async_trait]
impl<C: Core> Transport for CoreTransport<C> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reply = self.core.handle(request);
        tokio::time::sleep(reply.delay).await;
        match reply.delivery {
            Delivery::Send => Ok(reply.response),
            Delivery::Stall => std::future::pending().await,
            _ => Err(TransportError::new(TransportErrorKind::Interrupted)),
        }
    }
}

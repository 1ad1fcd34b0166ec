use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use secrecy::SecretString;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_emulator::Delivery;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::identity_exposure as emulator;
use tenable_transport::{NoJitter, SharedTransport, StackSettings, Transport, TransportError, TransportErrorKind};

/// An emulated product as a transport: no sockets, and waits that pass at once when tokio's time is paused.
#[derive(Clone, Debug)]
pub struct CoreTransport {
    /// The product, for its journal, mail, faults and clock.
    pub core: Arc<emulator::IdentityExposure>,
}

impl CoreTransport {
    /// A freshly seeded product with these rules.
    ///
    /// # Panics
    ///
    /// When a rule or an outcome does not exist.
    pub fn with_rules(rules: &[(&str, &str)]) -> Self {
        let start = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_123);
        let settings = rules.iter().fold(emulator::Settings::new(), |settings, (rule, outcome)| {
            settings.set(rule, outcome).expect("the rule exists")
        });
        Self { core: Arc::new(emulator::IdentityExposure::new(settings, Arc::new(ManualClock::new(start)))) }
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
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key(key)
            .stack_settings(settings)
            .transport(SharedTransport::new(self.clone()))
            .build()
            .expect("the settings are good")
    }

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
impl Transport for CoreTransport {
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

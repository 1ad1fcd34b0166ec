//! The API key: how it is attached, and how a renewal swaps it for all clones of a client at once.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use tenable_transport::{
    Authorize, CallContext, Classify, ClassifyByStatus, Idempotency, Outcome, SharedTransport, TransportError,
    TransportErrorKind,
};

use super::RenewApiKey;
use crate::client::{Dialect, Notes};
use crate::error::Refusal;
use crate::{BuildError, Operation as _, OperationMeta};

const HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// What is told of a new key before it is used.
pub(super) type OnNewKey = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// The key of a client and all its clones.
pub(super) struct ApiKeyCredential {
    current: RwLock<(u64, SecretString)>,
    on_new_key: Option<OnNewKey>,
    renewals: Mutex<Renewals>,
}

/// Renewals that were sent and have not ended, and who waits for their end.
#[derive(Default)]
struct Renewals {
    under_way: usize,
    waiting: Vec<Waker>,
}

impl ApiKeyCredential {
    pub(super) fn new(key: &SecretString, on_new_key: Option<OnNewKey>) -> Result<Self, BuildError> {
        let text = key.expose_secret().trim();
        if text.to_ascii_lowercase().contains("accesskey=") || text.to_ascii_lowercase().contains("secretkey=") {
            return Err(BuildError::new(
                "the API key is a key pair of Tenable Vulnerability Management; Identity Exposure has one key of its own, \
                 shown in its console under the profile's preferences",
            ));
        }
        let key = SecretString::from(text);
        usable(&key).map_err(|reason| BuildError::new(format!("the API key {reason}")))?;
        Ok(Self { current: RwLock::new((0, key)), on_new_key, renewals: Mutex::default() })
    }

    /// The key in use and its number; each renewal counts one up.
    pub(super) fn current(&self) -> (u64, SecretString) {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands the new key to whoever stores it, then uses it; also if storing panics, for the old key is dead.
    fn replace(&self, key: SecretString) {
        let stored = self.on_new_key.as_ref().map(|store| catch_unwind(AssertUnwindSafe(|| store(&key))));
        {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            *current = (current.0 + 1, key);
        }
        if let Some(Err(panic)) = stored {
            resume_unwind(panic);
        }
    }

    fn renewals(&self) -> MutexGuard<'_, Renewals> {
        self.renewals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until no renewal is under way.
    async fn settled(&self) {
        poll_fn(|context| {
            let mut renewals = self.renewals();
            if renewals.under_way == 0 {
                return Poll::Ready(());
            }
            renewals.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Counts a renewal until it has ended, however it ends.
struct RenewalUnderWay(Arc<ApiKeyCredential>);

impl RenewalUnderWay {
    fn start(credential: &Arc<ApiKeyCredential>) -> Self {
        credential.renewals().under_way += 1;
        Self(credential.clone())
    }
}

impl Drop for RenewalUnderWay {
    fn drop(&mut self) {
        let waiting = {
            let mut renewals = self.0.renewals();
            renewals.under_way -= 1;
            std::mem::take(&mut renewals.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Whether a key can stand in a header; what is wrong with it otherwise.
fn usable(key: &SecretString) -> Result<HeaderValue, &'static str> {
    if key.expose_secret().trim().is_empty() {
        return Err("is empty");
    }
    let mut value =
        HeaderValue::from_str(key.expose_secret()).map_err(|_| "holds characters that a header cannot hold")?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ApiKeyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyCredential").field("generation", &self.current().0).finish_non_exhaustive()
    }
}

/// Attaches the key. A call that was refused with a key which was renewed meanwhile is sent once more with the new one.
#[derive(Debug)]
pub(super) struct ApiKeyAuthorization(pub(super) Arc<ApiKeyCredential>);

#[async_trait]
impl Authorize for ApiKeyAuthorization {
    async fn authorize(&self, request: &mut Request<Bytes>, _: &SharedTransport) -> Result<u64, TransportError> {
        let (generation, key) = self.0.current();
        let value = usable(&key).map_err(|reason| {
            TransportError::new(TransportErrorKind::Authorize).with_message(format!("the API key {reason}"))
        })?;
        request.headers_mut().insert(HEADER, value);
        Ok(generation)
    }

    async fn refresh(
        &self,
        refused: &Request<Bytes>,
        stale_generation: u64,
        _: &SharedTransport,
    ) -> Result<bool, TransportError> {
        let context = refused.extensions().get::<CallContext>();
        // The server may have refused the old password instead of the key, and a second try would look like an attack.
        if context.is_some_and(|context| context.idempotency == Idempotency::Never) {
            return Ok(false);
        }
        // The old key dies before the answer with the new one is here. A renewal does not wait for itself.
        if context.is_none_or(|context| context.operation != RenewApiKey::META.id) {
            self.0.settled().await;
        }
        Ok(self.0.current().0 > stale_generation)
    }
}

/// 401 may mean that the key was renewed while the request was on its way.
#[derive(Debug)]
pub(super) struct ClassifyIdentityExposure;

impl Classify for ClassifyIdentityExposure {
    fn classify(&self, response: &Response<Bytes>) -> Outcome {
        match response.status() {
            StatusCode::UNAUTHORIZED => Outcome::SessionExpired,
            _ => ClassifyByStatus.classify(response),
        }
    }
}

/// Statuses mean what they say; the shape of error bodies is not documented.
#[derive(Debug)]
pub(super) struct IdentityExposureDialect(pub(super) Arc<ApiKeyCredential>);

impl Dialect for IdentityExposureDialect {
    fn examine(&self, _: &'static OperationMeta, response: &Response<Bytes>) -> Result<Notes, Refusal> {
        if response.status().is_success() { Ok(Notes::default()) } else { Err(Refusal::read(response)) }
    }

    fn started(&self, meta: &'static OperationMeta) -> Option<Box<dyn Send>> {
        (meta.id == RenewApiKey::META.id).then(|| Box::new(RenewalUnderWay::start(&self.0)) as Box<dyn Send>)
    }

    fn succeeded(&self, meta: &'static OperationMeta, _: &Bytes, response: &Response<Bytes>) -> Result<(), String> {
        if meta.id != RenewApiKey::META.id {
            return Ok(());
        }
        if let Ok(renewed) = RenewApiKey::parse(response) {
            usable(&renewed.key).map_err(|reason| format!("the new API key {reason}"))?;
            self.0.replace(renewed.key);
        }
        Ok(())
    }

    fn credentials(&self) -> Vec<SecretString> {
        vec![self.0.current().1]
    }
}

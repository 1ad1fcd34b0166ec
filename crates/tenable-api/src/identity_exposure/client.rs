use std::sync::Arc;

use secrecy::SecretString;

use super::session::{
    ApiKeyAuthorization, ApiKeyCredential, ClassifyIdentityExposure, IdentityExposureDialect, OnNewKey,
};
use super::{API_KEY_VARIABLE, URL_VARIABLE};
use crate::builder::{Builder, ProductParts, variable};
use crate::{BuildError, CallOptions, Client};

/// The client of Tenable Identity Exposure.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use tenable_api::identity_exposure::IdentityExposure;
///
/// let tie = IdentityExposure::builder().url("https://acme.tenable.ad").api_key("the key").build()?;
/// for user in tie.users().list().send().await? {
///     println!("{} {}", user.id, user.email);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Pooling and cloning
///
/// A clone shares connections, limits and the API key: when one clone renews the key, all use the new one at once. Keep one client
/// per account and clone it freely.
#[derive(Clone, Debug)]
pub struct IdentityExposure {
    client: Client,
    credential: Arc<ApiKeyCredential>,
}

/// What only Identity Exposure needs to be told.
#[derive(Clone, Default)]
pub struct Settings {
    api_key: Option<SecretString>,
    on_new_key: Option<OnNewKey>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl IdentityExposure {
    /// Starts a client with its settings.
    pub fn builder() -> Builder<Settings> {
        Builder::new()
    }

    /// A client for the address and the key that the environment names: `TIE_URL` and `TIE_API_KEY`.
    ///
    /// Fails when one is missing or cannot be used, before any request. Without the feature `hyper` it always fails, for want of a
    /// transport: use [`builder`](Self::builder) and [`from_env`](Builder::from_env) there.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().from_env()?.build()
    }

    /// The part that runs operations, for operations as values and for what the SDK does not know yet.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The same client with options for all its calls; what a call says itself comes first. See [`Client::with_options`].
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), credential: self.credential.clone() }
    }

    /// The key in use: the one given, or the one of the last renewal.
    pub fn current_api_key(&self) -> SecretString {
        self.credential.current().1
    }
}

impl Builder<Settings> {
    /// The API key of the user on whose behalf the client acts. One opaque text; not a key pair of another product.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.product.api_key = Some(key.into());
        self
    }

    /// Is told the new key when a renewal gives one, before it is used: the place to store it. The old key is dead by then.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use tenable_api::identity_exposure::IdentityExposure;
    ///
    /// let stored = Arc::new(Mutex::new(None));
    /// let store = stored.clone();
    /// let builder = IdentityExposure::builder().on_new_api_key(move |key| *store.lock().unwrap() = Some(key.clone()));
    /// # let _ = builder;
    /// ```
    pub fn on_new_api_key(mut self, store: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.product.on_new_key = Some(Arc::new(store));
        self
    }

    /// Takes what the environment has of `TIE_URL` and `TIE_API_KEY`; what is not there stays as it is.
    pub fn from_env(mut self) -> Result<Self, BuildError> {
        if let Some(url) = variable(URL_VARIABLE)? {
            self = self.url(url);
        }
        if let Some(key) = variable(API_KEY_VARIABLE)? {
            self = self.api_key(key);
        }
        Ok(self)
    }

    /// The client. Fails, before any request, when the URL or the key is missing or cannot be used.
    pub fn build(self) -> Result<IdentityExposure, BuildError> {
        let (product, rest) = self.take_product();
        let key = product
            .api_key
            .ok_or_else(|| BuildError::new("the API key is missing: give it, or set TIE_API_KEY and use from_env()"))?;
        let credential = Arc::new(ApiKeyCredential::new(&key, product.on_new_key)?);
        let hint = "give a URL such as https://acme.tenable.ad, or set TIE_URL and use from_env()";
        let base = rest.base("/api", hint)?;
        let client = rest.client(ProductParts {
            base,
            authorize: Arc::new(ApiKeyAuthorization(credential.clone())),
            classify: Arc::new(ClassifyIdentityExposure),
            dialect: Box::new(IdentityExposureDialect(credential.clone())),
            twins: false,
        })?;
        Ok(IdentityExposure { client, credential })
    }
}

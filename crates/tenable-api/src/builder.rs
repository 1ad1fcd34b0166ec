use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderValue;
use tenable_transport::{Authorize, Classify, SharedTransport, StackSettings, stack};
#[cfg(feature = "hyper")]
use tenable_transport::{HyperTransport, HyperTransportBuilder, ProxySettings, TlsSettings};

use crate::BuildError;
use crate::base_url::BaseUrl;
use crate::client::{Client, Dialect};

/// Collects the settings of a product client; `P` holds what only that product has.
///
/// Setters shared by all products stand here, the product's own (credentials) beside the product.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder<P> {
    pub(crate) product: P,
    url: Option<String>,
    allow_plain_http: bool,
    user_agent: Option<String>,
    stack: StackSettings,
    transport: Option<SharedTransport>,
    network: Network,
}

/// What carries requests when the caller brings nothing.
#[derive(Clone, Debug)]
struct Network {
    #[cfg(feature = "hyper")]
    http: HyperTransportBuilder,
}

impl Network {
    fn new() -> Self {
        Self {
            #[cfg(feature = "hyper")]
            http: HyperTransport::builder(),
        }
    }

    #[cfg(feature = "hyper")]
    fn transport(self, https: bool) -> Result<SharedTransport, BuildError> {
        let unusable = |error| BuildError::new("the HTTP settings cannot be used").with_source(error);
        let transport = self.http.build().map_err(unusable)?;
        if https {
            // Told now rather than by the first call. Plain http needs none of it.
            transport.load_trust().map_err(unusable)?;
        }
        Ok(SharedTransport::new(transport))
    }

    #[cfg(not(feature = "hyper"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn transport(self, _https: bool) -> Result<SharedTransport, BuildError> {
        Err(BuildError::new("no transport: give one to the builder, or enable the feature `hyper`"))
    }
}

impl<P: Default> Builder<P> {
    pub(crate) fn new() -> Self {
        Self {
            product: P::default(),
            url: None,
            allow_plain_http: false,
            user_agent: None,
            stack: StackSettings::default(),
            transport: None,
            network: Network::new(),
        }
    }
}

impl<P> Builder<P> {
    /// Where the product answers, such as `https://acme.tenable.ad`; with or without a trailing slash, `/api` or `/rest`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Whether plain http may be used to other hosts than this machine. Credentials then travel unencrypted.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Names the calling program to the server, before the SDK's own name.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// The limit of each call, retries and waits included; `None` for no limit. Of an operation that takes several requests, the limit of
    /// each of them. The default is in
    /// [`StackSettings`].
    pub fn deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.stack.deadline = deadline.into();
        self
    }

    /// The limit of each attempt, from sending to the last byte of the answer; `None` for no limit.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.stack.attempt_timeout = timeout.into();
        self
    }

    /// How often a request is sent at most when it may be sent again; 1 for no retries. Waits asked for by the server (429) do not
    /// count.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.stack.retry.max_attempts = attempts.max(1);
        self
    }

    /// How many calls are under way at once, over all clones of the client.
    pub fn calls_in_flight(mut self, calls: usize) -> Self {
        self.stack.calls_in_flight = calls.max(1);
        self
    }

    /// All settings of the layer stack at once: retries, deadlines, limits, and the clock and jitter that tests replace.
    pub fn stack_settings(mut self, settings: StackSettings) -> Self {
        self.stack = settings;
        self
    }

    /// What carries requests instead of the SDK's own HTTP: a double in a test, another HTTP library, a recorder.
    ///
    /// TLS, proxy and connection settings of this builder are then without effect.
    pub fn transport(mut self, transport: impl Into<SharedTransport>) -> Self {
        self.transport = Some(transport.into());
        self
    }

    /// Which certificates are trusted, and the client's own certificate. Without it, the platform's roots are trusted.
    #[cfg(feature = "hyper")]
    pub fn tls(mut self, settings: TlsSettings) -> Self {
        self.network.http = self.network.http.tls(settings);
        self
    }

    /// Which proxy is used. Without it, the one that the environment names.
    #[cfg(feature = "hyper")]
    pub fn proxy(mut self, settings: ProxySettings) -> Self {
        self.network.http = self.network.http.proxy(settings);
        self
    }

    /// The limit of making a connection, TLS included; `None` for no limit.
    #[cfg(feature = "hyper")]
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.network.http = self.network.http.connect_timeout(timeout.into());
        self
    }

    /// The largest answer that is accepted, in bytes after decompression.
    #[cfg(feature = "hyper")]
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.network.http = self.network.http.max_response_bytes(bytes);
        self
    }

    /// The URL, unless one is set.
    pub(crate) fn url_or(mut self, url: &str) -> Self {
        self.url.get_or_insert_with(|| url.to_owned());
        self
    }

    /// Splits off the product's settings.
    pub(crate) fn take_product(self) -> (P, Builder<()>) {
        let Self { product, url, allow_plain_http, user_agent, stack, transport, network } = self;
        (product, Builder { product: (), url, allow_plain_http, user_agent, stack, transport, network })
    }
}

/// What a product brings to its client.
pub(crate) struct ProductParts {
    pub(crate) base: BaseUrl,
    pub(crate) authorize: Arc<dyn Authorize>,
    pub(crate) classify: Arc<dyn Classify>,
    pub(crate) dialect: Box<dyn Dialect>,
    /// Whether operations go to the other edition of the product.
    pub(crate) twins: bool,
}

impl Builder<()> {
    /// Where the product answers. `suffix` is a path that people tend to add to the URL and every operation brings itself; `hint` says
    /// where a person finds the URL, and which variable `from_env` reads.
    pub(crate) fn base(&self, suffix: &str, hint: &str) -> Result<BaseUrl, BuildError> {
        let url = self.url.as_ref().ok_or_else(|| BuildError::new(format!("the URL is missing: {hint}")))?;
        BaseUrl::parse(url, suffix, self.allow_plain_http)
    }

    pub(crate) fn client(self, parts: ProductParts) -> Result<Client, BuildError> {
        let base = parts.base;
        let sdk = concat!("tenable-api/", env!("CARGO_PKG_VERSION"));
        let user_agent = self.user_agent.map_or_else(|| sdk.to_owned(), |name| format!("{name} {sdk}"));
        let user_agent = HeaderValue::try_from(user_agent)
            .map_err(|_| BuildError::new("the user agent holds characters that a header cannot hold"))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => self.network.transport(base.origin().is_https())?,
        };
        let mut settings = self.stack;
        settings.allow_plain_http |= self.allow_plain_http;
        let transport = stack(transport, base.origin().clone(), parts.authorize, parts.classify, settings);
        Ok(Client::new(base, transport, parts.dialect, user_agent, parts.twins))
    }
}

/// Reads an environment variable that holds text.
pub(crate) fn variable(name: &str) -> Result<Option<String>, BuildError> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(BuildError::new(format!("the environment variable {name} is not text")))
        }
    }
}

/// Two variables that only make sense together.
pub(crate) fn pair(first: &str, second: &str) -> Result<Option<(String, String)>, BuildError> {
    match (variable(first)?, variable(second)?) {
        (Some(one), Some(other)) => Ok(Some((one, other))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(BuildError::new(format!("{first} is set, and {second} is missing"))),
        (None, Some(_)) => Err(BuildError::new(format!("{second} is set, and {first} is missing"))),
    }
}

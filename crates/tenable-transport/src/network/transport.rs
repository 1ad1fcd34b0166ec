//! The transport itself: a pooled HTTP/1.1 client.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use http::{Method, Request, Response, Version};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::runtime::{Handle, Id};

use super::body::{self, BodyFailure};
use super::connector::Connector;
use super::failure::{interrupted, request_failure};
use super::platform::{self, Platform};
use super::sent::Sent;
use super::{BuildError, ProxySettings, TlsSettings, redirect};
use crate::{Origin, Transport, TransportError, TransportErrorKind};

type Pool = Client<Connector, Full<Bytes>>;

/// Runtimes whose connections are kept; the oldest is forgotten first. Few programs have more than one, and some have one for each of as
/// many calls as a stack lets be under way.
const RUNTIMES: usize = IDLE_CONNECTIONS + 8;

/// Idle connections kept per server: as many as the calls that a stack lets be under way. With fewer, those that end at the same time
/// close what the next ones open again.
const IDLE_CONNECTIONS: usize = 64;

/// The [`Transport`] over the network: HTTP/1.1 with a pool of connections, TLS, proxies, gzip, and bounded responses.
///
/// A response of any status is `Ok`; a redirect that names a place is an error and never followed. The transport has no
/// retries, no credentials and no total timeout: those are the layers of a [`stack`](crate::stack()).
///
/// # Pooling and runtimes
///
/// It must be used within a Tokio runtime with I/O and time enabled. A connection belongs to the runtime that made it,
/// so each runtime has connections of its own: using one transport from several runtimes, one after the other or at
/// once, is fine.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use tenable_transport::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .connect_timeout(Some(Duration::from_secs(5)))
///     .user_agent("my-script/1.0")
///     .build()?;
/// # Ok::<(), tenable_transport::BuildError>(())
/// ```
pub struct HyperTransport {
    connector: Connector,
    /// What the platform trusts, where that counts.
    platform: Option<Arc<Platform>>,
    pools: Mutex<Vec<(Id, Pool)>>,
    user_agent: HeaderValue,
    settings: HyperTransportBuilder,
}

/// Settings of a [`HyperTransport`].
///
/// # Examples
///
/// ```no_run
/// use tenable_transport::{HyperTransport, ProxySettings, TlsSettings};
///
/// let transport = HyperTransport::builder()
///     .tls(TlsSettings::platform_plus_file("/etc/ssl/acme-ca.pem"))
///     .proxy(ProxySettings::none())
///     .max_response_bytes(16 << 20)
///     .build()?;
/// # Ok::<(), tenable_transport::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HyperTransportBuilder {
    connect_timeout: Option<Duration>,
    max_response_bytes: u64,
    pool_idle_timeout: Option<Duration>,
    user_agent: String,
    tls: TlsSettings,
    proxy: ProxySettings,
}

impl Default for HyperTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Some(Duration::from_secs(10)),
            max_response_bytes: 256 << 20,
            pool_idle_timeout: Some(Duration::from_secs(30)),
            user_agent: concat!("tenable-transport/", env!("CARGO_PKG_VERSION")).to_owned(),
            tls: TlsSettings::default(),
            proxy: ProxySettings::default(),
        }
    }
}

impl HyperTransportBuilder {
    /// Longest time to make a connection, name lookup, proxy and TLS included. 10 s; `None`: no limit.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Option<Duration>) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Largest body of a response, in bytes, before and after decompression. 256 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, limit: u64) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// How long an unused connection is kept. 30 s; `None`: until the server closes it.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Option<Duration>) -> Self {
        self.pool_idle_timeout = limit;
        self
    }

    /// The `User-Agent` of requests that have none. The name and version of this crate by default.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Whom to trust, and the certificate to show. The trust of the platform by default.
    #[must_use]
    pub fn tls(mut self, settings: TlsSettings) -> Self {
        self.tls = settings;
        self
    }

    /// Which proxy to go through. What the environment says by default.
    #[must_use]
    pub fn proxy(mut self, settings: ProxySettings) -> Self {
        self.proxy = settings;
        self
    }

    /// Builds the transport; reads the files that the settings name, and the environment. Connects to nothing.
    ///
    /// What the platform trusts is read by the first secure connection, or by [`load_trust`](HyperTransport::load_trust).
    ///
    /// # Errors
    ///
    /// A certificate, key, proxy or user agent that cannot be used.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|error| BuildError::new("the user agent is not a valid header value").with_source(error))?;
        let (tls, platform) = self.tls.config()?;
        let connector = Connector::new(tls, self.proxy.proxies()?, self.connect_timeout);
        Ok(HyperTransport { connector, platform, pools: Mutex::default(), user_agent, settings: self })
    }
}

impl HyperTransport {
    /// Settings to start from.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::default()
    }

    /// Reads what the platform trusts, if the settings want it and nothing has read it yet, instead of at the first secure connection.
    ///
    /// It is read once for all transports of a process, as it was then: a store that changes later is not read again.
    ///
    /// ```
    /// # fn main() -> Result<(), tenable_transport::BuildError> {
    /// # use tenable_transport::{HyperTransport, TlsSettings};
    /// let transport = HyperTransport::builder().tls(TlsSettings::platform().dangerous_accept_any_certificate()).build()?;
    /// transport.load_trust()?; // nothing to read here
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The platform has no certificates of authorities, or they cannot be read.
    pub fn load_trust(&self) -> Result<(), BuildError> {
        let Some(platform) = &self.platform else { return Ok(()) };
        platform.load().map(drop).map_err(|error| BuildError::new(platform::UNREADABLE).with_source(error))
    }

    /// The connections of the runtime we are on.
    ///
    /// A connection of another runtime may never make progress again: that runtime can be gone, or be driven by nobody.
    fn pool(&self) -> Result<Pool, TransportError> {
        let runtime = Handle::try_current().map_err(|error| {
            TransportError::new(TransportErrorKind::InvalidRequest)
                .with_message("requests must be sent from within a Tokio runtime")
                .with_source(error)
        })?;
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pool)) = pools.iter().find(|(id, _)| *id == runtime.id()) {
            return Ok(pool.clone());
        }
        let pool = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.settings.pool_idle_timeout)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(self.connector.clone());
        if pools.len() == RUNTIMES {
            pools.remove(0);
        }
        pools.push((runtime.id(), pool.clone()));
        Ok(pool)
    }

    /// The headers of every request, where it has none of its own.
    fn complete(&self, request: Request<Bytes>) -> Request<Full<Bytes>> {
        let authorization = self.connector.proxy_authorization(request.uri());
        let mut request = request.map(Full::new);
        *request.version_mut() = Version::HTTP_11;
        let headers = request.headers_mut();
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
        if let Some(authorization) = authorization {
            headers.insert(PROXY_AUTHORIZATION, authorization);
        }
        request
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let target = Origin::of(request.uri())?;
        if request.method() == Method::CONNECT {
            return Err(TransportError::new(TransportErrorKind::InvalidRequest)
                .with_message("CONNECT is not a request to a server"));
        }
        let pool = self.pool()?;
        let mut request = self.complete(request);
        let _sent = Sent::watch(&mut request);
        let response = pool.request(request).await.map_err(|error| request_failure(error, &target))?;
        redirect::refuse(&response, &target)?;
        let (mut parts, incoming) = response.into_parts();
        let limit = self.settings.max_response_bytes;
        let failed = |failure| match failure {
            BodyFailure::TooLarge => TransportError::new(TransportErrorKind::BodyTooLarge)
                .with_message(format!("the answer of {target} is larger than the limit of {limit} bytes")),
            BodyFailure::UnknownEncoding => TransportError::new(TransportErrorKind::Decode)
                .with_message(format!("{target} compressed its answer in a way that was not asked for")),
            BodyFailure::Corrupt(error) => TransportError::new(TransportErrorKind::Decode)
                .with_message(format!("the compressed answer of {target} is corrupt"))
                .with_source(error),
            BodyFailure::Ended(error) => interrupted(error, &target),
        };
        let body = body::read(&mut parts.headers, incoming, limit).await.map_err(failed)?;
        Ok(Response::from_parts(parts, body))
    }
}

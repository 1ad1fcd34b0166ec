//! From a URI to a connection: TCP, proxy, TLS, all within one timeout.

use std::error::Error;
use std::fmt;
use std::future::{Future, Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::proxy::{Protocol, Proxies, Proxy, with_port};
use super::stream::{BoxIo, Stream};
use crate::origin::bare;

type BoxError = Box<dyn Error + Send + Sync>;

/// Makes connections for the client of hyper-util.
#[derive(Clone)]
pub(super) struct Connector(Arc<Inner>);

struct Inner {
    tcp: HttpConnector,
    tls: Arc<ClientConfig>,
    proxies: Proxies,
    timeout: Option<Duration>,
}

/// Where a connection failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not done within this time.
    TimedOut(Duration),
    /// To the server, or in its handshake.
    Server,
    /// To the proxy of this name, or in its handshake.
    ToProxy(String),
    /// The proxy of this name did not pass us on.
    ThroughProxy(String),
}

/// Why there is no connection. Clones share the cause, so that it can be taken out of the client's own error.
#[derive(Clone, Debug)]
pub(super) struct ConnectFailure {
    pub(super) stage: Stage,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl ConnectFailure {
    fn new(stage: Stage, cause: impl Into<BoxError>) -> Self {
        Self { stage, cause: Some(Arc::from(cause.into())) }
    }

    pub(super) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Reads as its cause: where it failed is told by the error above.
impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => cause.fmt(f),
            None => f.write_str("timed out"),
        }
    }
}

impl Error for ConnectFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref()?.source()
    }
}

impl Connector {
    pub(super) fn new(tls: ClientConfig, proxies: Proxies, timeout: Option<Duration>) -> Self {
        let mut tcp = HttpConnector::new();
        // Schemes are told apart here.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Self(Arc::new(Inner { tcp, tls: Arc::new(tls), proxies, timeout }))
    }

    /// The header that authorizes a plain http request to its proxy; a tunnel is authorized when it is made.
    pub(super) fn proxy_authorization(&self, target: &Uri) -> Option<http::HeaderValue> {
        if target.scheme() != Some(&Scheme::HTTP) {
            return None;
        }
        match self.0.proxies.of(target)?.protocol {
            Protocol::Http { authorization } => authorization,
            Protocol::Socks5 { .. } => None,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = ConnectFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, ConnectFailure>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let Some(limit) = inner.timeout else { return inner.connect(target).await };
            tokio::time::timeout(limit, inner.connect(target))
                .await
                .unwrap_or(Err(ConnectFailure { stage: Stage::TimedOut(limit), cause: None }))
        })
    }
}

impl Inner {
    async fn connect(&self, target: Uri) -> Result<Stream, ConnectFailure> {
        let https = target.scheme() == Some(&Scheme::HTTPS);
        let target = with_port(&target, if https { 443 } else { 80 })
            .ok_or_else(|| ConnectFailure::new(Stage::Server, "the URL has no host"))?;
        let (io, absolute_form) = match self.proxies.of(&target) {
            None => (self.tcp(target.clone(), Stage::Server).await?, false),
            Some(proxy) => self.through(&proxy, &target, https).await?,
        };
        let io = if https { self.tls(io, &target, Stage::Server).await? } else { io };
        Ok(Stream { io: TokioIo::new(io), absolute_form })
    }

    async fn tcp(&self, target: Uri, stage: Stage) -> Result<BoxIo, ConnectFailure> {
        // A clone shares the settings; the call only wants it mutable.
        let stream = self.tcp.clone().call(target).await.map_err(|error| ConnectFailure::new(stage, error))?;
        Ok(Box::new(stream.into_inner()))
    }

    async fn tls(&self, io: BoxIo, target: &Uri, stage: Stage) -> Result<BoxIo, ConnectFailure> {
        let host = bare(target.host().unwrap_or_default()).to_owned();
        let name = ServerName::try_from(host).map_err(|error| ConnectFailure::new(stage.clone(), error))?;
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, io)
            .await
            .map_err(|error| ConnectFailure::new(stage, error))?;
        Ok(Box::new(stream))
    }

    /// A connection through the proxy, and whether the proxy itself reads the requests on it.
    async fn through(&self, proxy: &Proxy, target: &Uri, https: bool) -> Result<(BoxIo, bool), ConnectFailure> {
        let to_proxy = || Stage::ToProxy(proxy.name());
        let through_proxy = |error: BoxError| ConnectFailure::new(Stage::ThroughProxy(proxy.name()), error);
        let mut io = self.tcp(proxy.uri.clone(), to_proxy()).await?;
        if proxy.uri.scheme() == Some(&Scheme::HTTPS) {
            io = self.tls(io, &proxy.uri, to_proxy()).await?;
        }
        let connected = Connected(Some(TokioIo::new(io)));
        let io = match &proxy.protocol {
            Protocol::Http { .. } if !https => return Ok((connected.into_inner()?, true)),
            Protocol::Http { authorization } => {
                let mut tunnel = Tunnel::new(proxy.uri.clone(), connected);
                if let Some(authorization) = authorization {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                tunnel.call(target.clone()).await.map_err(|error| through_proxy(error.into()))?
            }
            Protocol::Socks5 { resolve_here, login } => {
                let target = if *resolve_here { self.resolve(target).await? } else { target.clone() };
                let mut socks = SocksV5::new(proxy.uri.clone(), connected);
                if let Some((user, password)) = login {
                    socks = socks.with_auth(user.clone(), password.clone());
                }
                socks.call(target).await.map_err(|error| through_proxy(error.into()))?
            }
        };
        Ok((io.into_inner(), false))
    }

    /// The same URI with an address for its host. The SOCKS connector would resolve it too, but blocks meanwhile.
    async fn resolve(&self, target: &Uri) -> Result<Uri, ConnectFailure> {
        let host = bare(target.host().unwrap_or_default());
        let address = tokio::net::lookup_host((host, target.port_u16().unwrap_or_default()))
            .await
            .and_then(|mut found| found.next().ok_or_else(|| io::ErrorKind::NotFound.into()))
            .map_err(|error| ConnectFailure::new(Stage::Server, error))?;
        let address = SocketAddr::new(address.ip(), address.port());
        Uri::builder()
            .scheme(target.scheme_str().unwrap_or_default())
            .authority(address.to_string())
            .path_and_query("/")
            .build()
            .map_err(|error| ConnectFailure::new(Stage::Server, error))
    }
}

/// A connection that is there already, in the shape that the proxy handshakes of hyper-util want.
///
/// Connecting first tells "no way to the proxy" from "the proxy refused".
struct Connected(Option<TokioIo<BoxIo>>);

impl Connected {
    fn into_inner(self) -> Result<BoxIo, ConnectFailure> {
        let io = self.0.ok_or_else(|| ConnectFailure::new(Stage::Server, "the connection was used twice"))?;
        Ok(io.into_inner())
    }
}

impl Service<Uri> for Connected {
    type Response = TokioIo<BoxIo>;
    type Error = io::Error;
    type Future = Ready<io::Result<TokioIo<BoxIo>>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _target: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

//! The sockets around a product's core: HTTP/1.1, with or without TLS, and the means to break it.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::future::{pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::bounds::{BODIES_LIMIT, BODY_LIMIT, Budget, CONNECTION_LIMIT, HEAD_LIMIT, Share};
use crate::instruments::Instruments;
use crate::lock;
use crate::peer::Peer;
use crate::pipeline::Product;
use crate::reply::{Delivery, Reply};

/// Time after a failure to accept a connection until the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// One product behind one listener.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    product: Arc<dyn Product>,
    instruments: Arc<Instruments>,
    /// For the bodies of requests.
    budget: Arc<Budget>,
}

/// Binds a listener.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

impl Server {
    pub(crate) fn new(product: Arc<dyn Product>, instruments: Arc<Instruments>) -> Self {
        Self { product, instruments, budget: Arc::new(Budget::new(BODIES_LIMIT)) }
    }

    /// Accepts connections until the task is aborted, which cuts those it has.
    pub(crate) async fn run(self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        accept_all(listener, |stream| self.clone().accept(stream, tls.clone())).await;
    }

    async fn accept(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Answers are written in one go; waiting for more would only delay them.
        let _unsupported = stream.set_nodelay(true);
        let peer = match stream.peer_addr() {
            Ok(address) => Peer::default().with_address(address.ip()),
            Err(_) => Peer::default(),
        };
        match tls {
            None => self.serve(stream, peer).await,
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    let peer = match stream.get_ref().1.peer_certificates().and_then(<[_]>::first) {
                        Some(certificate) => peer.with_certificate(certificate.to_vec()),
                        None => peer.with_tls(),
                    };
                    self.serve(stream, peer).await;
                }
            }
        }
    }

    /// Serves one connection to its end.
    async fn serve<S: Connection>(self, stream: S, peer: Peer) {
        // Set when an answer needs more than HTTP allows; hyper then gives the connection back.
        let breakage: Arc<Mutex<Option<Breakage>>> = Arc::default();
        let service = service_fn(|mut request: Request<Incoming>| {
            let server = self.clone();
            let breakage = Arc::clone(&breakage);
            request.extensions_mut().insert(peer.clone());
            Box::pin(async move { server.answer(request, &breakage).await })
        });
        let mut connection = http().serve_connection(TokioIo::new(stream), service);
        let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
        let mut stream = connection.into_parts().io.into_inner();
        let breakage = lock(&breakage).take();
        // The peer may be gone by now, which is what it was told to expect.
        let _gone = match breakage {
            Some(Breakage::Reset) => return stream.reset_on_drop(),
            Some(Breakage::Raw(bytes)) => write_and_close(&mut stream, &bytes).await,
            None if ended.is_ok() => stream.shutdown().await,
            None => Ok(()),
        };
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        breakage: &Mutex<Option<Breakage>>,
    ) -> Result<Response<Full<Bytes>>, Broken> {
        let (head, body) = request.into_parts();
        // Given back once the request is answered.
        let mut share = self.budget.share();
        let body = match receive(body, &mut share).await {
            Ok(body) => body,
            Err(Unread::Refused(status)) => return Ok(self.refuse_unread(head, status)),
            Err(Unread::Broken) => return Err(Broken),
        };
        let Reply { response, delivery, delay } = self.product.handle(Request::from_parts(head, body));
        if !delay.is_zero() {
            self.instruments.clock.wait(delay).await;
        }
        let broken = match delivery {
            Delivery::Send => return Ok(response.map(Full::new)),
            Delivery::Stall => match pending::<Infallible>().await {},
            Delivery::Reset => Breakage::Reset,
            Delivery::Truncate { bytes } => {
                let mut raw = head_bytes(&response, CONTENT_LENGTH.as_str(), &response.body().len().to_string());
                if response.body().is_empty() {
                    // The head alone would be a whole answer.
                    raw.truncate(raw.len() / 2);
                }
                raw.extend_from_slice(&response.body()[..bytes.min(response.body().len())]);
                Breakage::Raw(raw)
            }
            Delivery::BadChunk => {
                let mut raw = head_bytes(&response, TRANSFER_ENCODING.as_str(), "chunked");
                raw.extend_from_slice(b"not-a-number\r\n");
                raw.extend_from_slice(response.body());
                raw.extend_from_slice(b"\r\n0\r\n\r\n");
                Breakage::Raw(raw)
            }
        };
        *lock(breakage) = Some(broken);
        Err(Broken)
    }

    /// The answer to a request whose body is not read to its end.
    fn refuse_unread(&self, head: Parts, status: StatusCode) -> Response<Full<Bytes>> {
        let mut refusal = Response::new(Full::default());
        *refusal.status_mut() = status;
        refusal.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        self.product.record_unread(&Request::from_parts(head, Bytes::new()), refusal.status());
        refusal
    }
}

/// Serves the control interface until the task is aborted.
pub(crate) async fn serve_control(listener: TcpListener, router: Router) {
    accept_all(listener, |stream| {
        let connection = http().serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        // A peer that is gone, or speaks no HTTP, is nothing to the emulator.
        async { drop(connection.await) }
    })
    .await;
}

/// HTTP/1.1 as all listeners speak it. hyper answers a head that is too long, or has more than 100 fields, with 431.
fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.max_buf_size(HEAD_LIMIT);
    http
}

/// Accepts connections, as many at a time as are served, until the task is aborted, which cuts those it has.
async fn accept_all<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, _) = next_connection(|| listener.accept()), if connections.len() < CONNECTION_LIMIT => {
                drop(connections.spawn(serve(stream)));
            }
            // Finished connections are collected, so that the set does not grow.
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Why a body was not read to its end.
#[derive(Debug)]
enum Unread {
    /// It takes more room than there is.
    Refused(StatusCode),
    /// The peer is gone, or does not keep to its own framing.
    Broken,
}

/// Reads a body to its end, as far as there is room for it.
async fn receive(mut body: Incoming, share: &mut Share<'_>) -> Result<Bytes, Unread> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > BODY_LIMIT {
        return Err(Unread::Refused(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let mut received = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > BODY_LIMIT - received.len() {
            return Err(Unread::Refused(StatusCode::PAYLOAD_TOO_LARGE));
        }
        if !share.take(data.len()) {
            return Err(Unread::Refused(StatusCode::SERVICE_UNAVAILABLE));
        }
        received.extend_from_slice(&data);
    }
    Ok(received.freeze())
}

/// Waits for the next connection, past those that fail.
async fn next_connection<T, F>(mut accept: impl FnMut() -> F) -> T
where
    F: Future<Output = io::Result<T>>,
{
    loop {
        match accept().await {
            Ok(stream) => return stream,
            // Out of descriptors, or the peer is gone already: others may still come, but to ask at once would be to spin.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// What is done to a connection instead of an answer.
#[derive(Debug)]
enum Breakage {
    Reset,
    Raw(Vec<u8>),
}

/// Makes hyper give up the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is to be broken")]
struct Broken;

async fn write_and_close(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.shutdown().await
}

/// The head of an answer that hyper would refuse to write.
fn head_bytes<B>(response: &Response<B>, framing: &str, value: &str) -> Vec<u8> {
    let status = response.status();
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default());
    // Writing to a string cannot fail.
    let _infallible = write!(head, "{framing}: {value}\r\n");
    let mut bytes = head.into_bytes();
    write_headers(&mut bytes, response.headers());
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn write_headers(bytes: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
}

/// A stream that can be cut hard.
trait Connection: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Makes the peer see a reset rather than an end.
    fn reset_on_drop(&self);
}

impl Connection for TcpStream {
    fn reset_on_drop(&self) {
        // Where it is not supported, the peer sees an end without an answer, which is as broken.
        let _unsupported = self.set_zero_linger();
    }
}

impl Connection for TlsStream<TcpStream> {
    fn reset_on_drop(&self) {
        self.get_ref().0.reset_on_drop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn failures_to_accept_are_waited_out() {
        let start = Instant::now();
        let mut failures = 3;
        let accepted = next_connection(|| {
            let result = if failures == 0 { Ok("connection") } else { Err(io::Error::other("too many open files")) };
            failures -= 1;
            std::future::ready(result)
        });
        assert_eq!(accepted.await, "connection");
        assert_eq!(start.elapsed(), ACCEPT_PAUSE * 3);
    }
}

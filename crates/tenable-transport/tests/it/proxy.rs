//! Through HTTP and SOCKS proxies.

use std::sync::Arc;

use tenable_transport::{
    HyperTransport, ProxySettings, TlsSettings, Transport as _, TransportError, TransportErrorKind,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server::{Heard, Server, answer_all, get, header, read_request, write};
use crate::tls::{Authority, tls_server};

fn through(proxy: ProxySettings, tls: TlsSettings) -> HyperTransport {
    HyperTransport::builder().proxy(proxy).tls(tls).build().unwrap()
}

async fn fetch(transport: &HyperTransport, url: &str) -> Result<String, TransportError> {
    let response = transport.send(get(url)).await?;
    Ok(String::from_utf8(response.body().to_vec()).unwrap())
}

/// Answers a CONNECT and passes bytes to `server`, or answers a plain request itself.
async fn serve_http_proxy(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: Option<std::net::SocketAddr>,
    heard: &Heard,
) {
    let Some(request) = read_request(stream).await else { return };
    heard.push(request.clone());
    match server {
        Some(server) if request.starts_with("CONNECT ") => {
            write(stream, b"HTTP/1.1 200 Connection established\r\n\r\n").await;
            let mut onward = TcpStream::connect(server).await.unwrap();
            let _ = copy_bidirectional(stream, &mut onward).await;
        }
        Some(_) => {
            write(stream, crate::server::ok("from the proxy").as_bytes()).await;
            answer_all(stream, heard, "from the proxy").await;
        }
        None => write(stream, b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await,
    }
}

async fn http_proxy(server: Option<&Server>, heard: &Heard) -> Server {
    let (server, heard) = (server.map(|server| server.address), heard.clone());
    Server::start(move |mut stream| {
        let heard = heard.clone();
        async move { serve_http_proxy(&mut stream, server, &heard).await }
    })
    .await
}

/// A SOCKS5 proxy (RFC 1928, RFC 1929) that takes any login, and passes bytes to `server` whatever it is asked for.
async fn socks_proxy(server: &Server, heard: &Heard) -> Server {
    let (server, heard) = (server.address, heard.clone());
    Server::start(move |mut stream| {
        let heard = heard.clone();
        async move {
            let [_version, methods] = take(&mut stream).await;
            let mut offered = vec![0; methods.into()];
            stream.read_exact(&mut offered).await.unwrap();
            write(&mut stream, &[5, offered[0]]).await;
            if offered[0] == 2 {
                let [_version, length] = take(&mut stream).await;
                let user = text(&mut stream, length).await;
                let [length] = take(&mut stream).await;
                heard.push(format!("{user}:{}", text(&mut stream, length).await));
                write(&mut stream, &[1, 0]).await;
            }
            let [_version, _command, _reserved, kind] = take(&mut stream).await;
            let host = match kind {
                1 => take::<4>(&mut stream).await.map(|part| part.to_string()).join("."),
                3 => {
                    let [length] = take(&mut stream).await;
                    text(&mut stream, length).await
                }
                // Version 6, the only other kind: as a test name would resolve to.
                _ => format!("{:?}", take::<16>(&mut stream).await),
            };
            heard.push(format!("{host}:{}", u16::from_be_bytes(take(&mut stream).await)));
            write(&mut stream, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await;
            let mut onward = TcpStream::connect(server).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut onward).await;
        }
    })
    .await
}

async fn take<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

async fn text(stream: &mut TcpStream, length: u8) -> String {
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn https_through_a_tunnel() {
    let (ca, heard, behind) = (Authority::new("Acme CA"), Heard::default(), Heard::default());
    let server = tls_server(ca.issue("acme.example").server(), behind.clone()).await;
    let proxy = http_proxy(Some(&server), &heard).await;
    let settings = ProxySettings::explicit(format!("http://ann:hunter2@{}", proxy.address));
    let transport = through(settings, TlsSettings::only(ca.pem()));
    // The name exists only at the proxy.
    assert_eq!(fetch(&transport, "https://acme.example/users?x=1").await.unwrap(), "secure");
    assert_eq!(fetch(&transport, "https://acme.example/again").await.unwrap(), "secure");

    let [connect] = &heard.all()[..] else { panic!("one tunnel, used twice") };
    assert!(connect.starts_with("CONNECT acme.example:443 HTTP/1.1\r\n"), "{connect}");
    assert_eq!(header(connect, "proxy-authorization"), Some("Basic YW5uOmh1bnRlcjI="));
    let [first, _] = &behind.all()[..] else { panic!("two requests") };
    assert!(first.starts_with("GET /users?x=1 HTTP/1.1\r\n"), "{first}");
    assert_eq!(header(first, "host"), Some("acme.example"));
    assert_eq!(header(first, "proxy-authorization"), None, "the password is for the proxy only");
}

#[tokio::test]
async fn a_certificate_is_checked_for_the_server_and_not_for_the_proxy() {
    let (ca, heard) = (Authority::new("Acme CA"), Heard::default());
    let server = tls_server(ca.issue("127.0.0.1").server(), heard.clone()).await;
    let proxy = http_proxy(Some(&server), &Heard::default()).await;
    let transport = through(ProxySettings::explicit(proxy.url("")), TlsSettings::only(ca.pem()));
    let error = fetch(&transport, "https://acme.example/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert!(error.to_string().starts_with("the certificate of acme.example is for another name: 127.0.0.1"), "{error}");
    assert!(heard.all().is_empty());
}

#[tokio::test]
async fn plain_http_names_the_server_in_the_request_line() {
    let (server, heard) = (Server::answering("").await, Heard::default());
    let proxy = http_proxy(Some(&server), &heard).await;
    let settings = ProxySettings::explicit(format!("http://ann:hunter2@{}", proxy.address));
    let transport = through(settings, TlsSettings::default());
    for _ in 0..2 {
        assert_eq!(fetch(&transport, "http://acme.example:8080/users?x=1").await.unwrap(), "from the proxy");
    }
    let requests = heard.all();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.starts_with("GET http://acme.example:8080/users?x=1 HTTP/1.1\r\n"), "{request}");
        assert_eq!(header(&request, "host"), Some("acme.example:8080"));
        assert_eq!(header(&request, "proxy-authorization"), Some("Basic YW5uOmh1bnRlcjI="));
    }
}

#[tokio::test]
async fn a_proxy_over_tls() {
    let (ca, heard) = (Authority::new("Acme CA"), Heard::default());
    let server = tls_server(ca.issue("acme.example").server(), Heard::default()).await;
    let (address, there) = (server.address, heard.clone());
    let acceptor = TlsAcceptor::from(Arc::new(ca.issue("127.0.0.1").server()));
    let proxy = Server::start(move |stream| {
        let (acceptor, heard) = (acceptor.clone(), there.clone());
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                serve_http_proxy(&mut stream, Some(address), &heard).await;
            }
        }
    })
    .await;
    let settings = ProxySettings::explicit(format!("https://{}", proxy.address));
    let transport = through(settings.clone(), TlsSettings::only(ca.pem()));
    assert_eq!(fetch(&transport, "https://acme.example/").await.unwrap(), "secure");
    assert_eq!(heard.all().len(), 1);

    let transport = through(settings, TlsSettings::platform());
    let error = fetch(&transport, "https://acme.example/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    let expected = format!("the certificate of the proxy https://{} was issued by an authority", proxy.address);
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[tokio::test]
async fn a_proxy_that_refuses() {
    let heard = Heard::default();
    let proxy = http_proxy(None, &heard).await;
    let settings = ProxySettings::explicit(format!("http://ann:hunter2@{}", proxy.address));
    let error = fetch(&through(settings, TlsSettings::default()), "https://acme.example/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!error.outcome_unknown());
    assert_eq!(
        error.to_string(),
        format!("the proxy http://{} did not connect us to https://acme.example; nothing was sent", proxy.address)
    );
    let causes = format!("{error:?}");
    assert!(causes.contains("proxy authorization required"), "{causes}");
    assert!(!causes.contains("hunter2") && !causes.contains("ann"), "{causes}");
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for scheme in ["http", "https", "socks5", "socks5h"] {
        let settings = ProxySettings::explicit(format!("{scheme}://ann:hunter2@{address}"));
        let transport = through(settings, TlsSettings::default());
        let error = fetch(&transport, "https://acme.example/").await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        let expected = format!("could not connect to the proxy {scheme}://{address}; nothing was sent");
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}{transport:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn socks_resolves_names_there_or_here() {
    let (ca, heard) = (Authority::new("Acme CA"), Heard::default());
    let server = tls_server(ca.issue("localhost").server(), Heard::default()).await;
    let proxy = socks_proxy(&server, &heard).await;
    let tls = TlsSettings::only(ca.pem());

    let there = through(ProxySettings::explicit(format!("socks5h://{}", proxy.address)), tls.clone());
    assert_eq!(fetch(&there, "https://localhost/").await.unwrap(), "secure");
    assert_eq!(heard.all(), ["localhost:443"]);

    let here = through(ProxySettings::explicit(format!("socks5://ann:hunter2@{}", proxy.address)), tls);
    assert_eq!(fetch(&here, "https://localhost:8443/").await.unwrap(), "secure");
    let [_, login, target] = &heard.all()[..] else { panic!("a login and a target") };
    assert_eq!(login, "ann:hunter2");
    assert_ne!(target, "localhost:8443", "the name is resolved here");
    assert!(target.ends_with(":8443"), "{target}");
}

#[tokio::test]
async fn socks_carries_plain_http_to_its_own_port() {
    let (heard, behind) = (Heard::default(), Heard::default());
    let there = behind.clone();
    let server = Server::start(move |mut stream| {
        let heard = there.clone();
        async move { answer_all(&mut stream, &heard, "plain").await }
    })
    .await;
    let proxy = socks_proxy(&server, &heard).await;
    let transport = through(ProxySettings::explicit(format!("socks5h://{}", proxy.address)), TlsSettings::default());
    assert_eq!(fetch(&transport, "http://acme.example/users").await.unwrap(), "plain");
    assert_eq!(heard.all(), ["acme.example:80"]);
    assert!(behind.all()[0].starts_with("GET /users HTTP/1.1\r\n"), "a tunnel carries paths, not URLs");
}

#[tokio::test]
async fn no_proxy_goes_straight() {
    let (heard, direct) = (Heard::default(), Heard::default());
    let there = direct.clone();
    let server = Server::start(move |mut stream| {
        let heard = there.clone();
        async move { answer_all(&mut stream, &heard, "straight").await }
    })
    .await;
    let proxy = http_proxy(Some(&server), &heard).await;
    let variables = |no_proxy: &'static str| {
        ProxySettings::from_variables([("http_proxy", proxy.url("")), ("no_proxy", no_proxy.to_owned())])
    };
    for (settings, expected) in [
        (variables("other.example"), "from the proxy"),
        (variables("127.0.0.1"), "straight"),
        (variables("127.0.0.0/8"), "straight"),
        (variables("*"), "straight"),
        (ProxySettings::explicit(proxy.url("")), "from the proxy"),
        (ProxySettings::explicit(proxy.url("")).no_proxy("127.0.0.1"), "straight"),
        (ProxySettings::none(), "straight"),
    ] {
        let name = format!("{settings:?}");
        let transport = through(settings, TlsSettings::default());
        assert_eq!(fetch(&transport, &server.url("/")).await.unwrap(), expected, "{name}");
    }
    assert_eq!((heard.all().len(), direct.all().len()), (2, 5));
}

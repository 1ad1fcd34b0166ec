//! What a server can do to a request, and what the transport says of it.

use std::error::Error as _;
use std::io::Write as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use tenable_transport::{Transport as _, TransportError, TransportErrorKind};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::server::{Heard, Server, answer_all, get, header, ok, post, transport};

/// The error of a POST to a server.
async fn error_from(server: &Server) -> TransportError {
    transport(|builder| builder.max_response_bytes(1000)).send(post(server.url("/users"), "body")).await.unwrap_err()
}

/// The error of a POST that gets this answer, after which the server closes.
async fn error_of(answer: impl Into<Vec<u8>>) -> TransportError {
    error_from(&Server::answering(answer).await).await
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn gzip_answer(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[track_caller]
fn assert_unknown(error: &TransportError, kind: TransportErrorKind) {
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.outcome_unknown(), "{error:?}");
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error =
        transport(|builder| builder).send(post(format!("http://{address}/x?key=secret"), "")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!error.outcome_unknown());
    assert_eq!(error.to_string(), format!("could not connect to http://{address}; nothing was sent"));
    assert!(error.source().is_some());
    assert!(!format!("{error:?}").contains("secret"));
}

#[tokio::test]
async fn a_reset_before_the_request_is_read() {
    let server = Server::start(|stream| async move {
        assert_eq!(stream.peek(&mut [0]).await.unwrap(), 1);
        stream.set_zero_linger().unwrap();
    })
    .await;
    assert_unknown(&error_from(&server).await, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn a_server_that_reads_and_closes() {
    let error = error_of("").await;
    assert_unknown(&error, TransportErrorKind::Interrupted);
    assert!(error.to_string().ends_with("ended before the full answer"), "{error}");
}

#[tokio::test]
async fn a_server_that_closes_within_the_head() {
    assert_unknown(&error_of("HTTP/1.1 200 OK\r\ncontent-le").await, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn half_a_body() {
    let error = error_of("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    assert_unknown(&error, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn half_a_chunked_body() {
    let error = error_of("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n").await;
    assert_unknown(&error, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn bad_chunks() {
    let error = error_of("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfour\r\nbody\r\n0\r\n\r\n").await;
    assert_unknown(&error, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn something_that_is_not_http() {
    let error = error_of("220 mail.example ESMTP ready\r\n\r\n").await;
    assert_unknown(&error, TransportErrorKind::Decode);
    assert!(error.to_string().ends_with("answered something that is not HTTP/1.1"), "{error}");
}

#[tokio::test]
async fn too_large_as_announced_and_as_received() {
    let announced = error_of("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n").await;
    assert_unknown(&announced, TransportErrorKind::BodyTooLarge);
    assert!(announced.to_string().ends_with("is larger than the limit of 1000 bytes"), "{announced}");

    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    let received = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(3));
    assert_unknown(&error_of(received).await, TransportErrorKind::BodyTooLarge);

    let until_close = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1001));
    assert_unknown(&error_of(until_close).await, TransportErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_body_of_just_the_limit() {
    let server = Server::answering(ok(&"x".repeat(1000))).await;
    let response = transport(|builder| builder.max_response_bytes(1000)).send(get(server.url("/"))).await.unwrap();
    assert_eq!(response.body().len(), 1000);
}

#[tokio::test]
async fn a_gzip_bomb_is_too_large_and_a_small_one_is_text() {
    let bomb = gzip(&vec![0; 1_000_000]);
    assert!(bomb.len() > 900 && bomb.len() < 1000 * 2);
    let server = Server::answering(gzip_answer(&bomb)).await;
    let transport = transport(|builder| builder.max_response_bytes(10_000));
    let error = transport.send(get(server.url("/"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);

    let server = Server::answering(gzip_answer(&gzip(b"{\"id\":7}"))).await;
    let response = transport.send(get(server.url("/"))).await.unwrap();
    assert_eq!(response.body(), "{\"id\":7}");
    assert!(response.headers().is_empty());
}

#[tokio::test]
async fn corrupt_gzip() {
    let error = error_of(gzip_answer(b"this is not compressed")).await;
    assert_unknown(&error, TransportErrorKind::Decode);
    assert!(error.to_string().ends_with("is corrupt"), "{error}");

    let error = error_of("HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx").await;
    assert_unknown(&error, TransportErrorKind::Decode);
}

#[tokio::test]
async fn an_error_page_is_an_answer() {
    let page = "<html><body>Bad Gateway</body></html>";
    let answer =
        format!("HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}", page.len());
    let server = Server::answering(answer).await;
    let response = transport(|builder| builder).send(post(server.url("/users"), "{}")).await.unwrap();
    assert_eq!(response.status(), 502);
    assert_eq!(response.body(), page);
}

#[tokio::test]
async fn an_answer_to_head_has_no_body_whatever_it_announces() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 999999\r\n\r\n").await;
    let request = Request::head(server.url("/")).body(Bytes::new()).unwrap();
    let response = transport(|builder| builder.max_response_bytes(10)).send(request).await.unwrap();
    assert!(response.body().is_empty());
}

#[tokio::test]
async fn a_redirect_is_an_error_and_is_not_followed() {
    let heard = Heard::default();
    let heard_there = heard.clone();
    let there = Server::start(move |mut stream| {
        let heard = heard_there.clone();
        async move { answer_all(&mut stream, &heard, "there").await }
    })
    .await;
    let location = there.url("/login?SAMLRequest=secret");
    let here =
        Server::answering(format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")).await;
    let error = transport(|builder| builder).send(post(here.url("/users"), "{}")).await.unwrap_err();
    assert_unknown(&error, TransportErrorKind::Redirect);
    assert_eq!(
        error.to_string(),
        format!(
            "http://{} answered 302 with a redirect to http://{}, which is not followed; usually the base URL is \
             wrong, or a single sign-on proxy stands in front",
            here.address, there.address
        )
    );
    assert!(heard.all().is_empty());

    let elsewhere = error_of("HTTP/1.1 307 Temporary Redirect\r\nlocation: /users\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((elsewhere.kind(), elsewhere.outcome_unknown()), (TransportErrorKind::Redirect, false));
}

#[tokio::test]
async fn a_handshake_that_stalls_runs_into_the_timeout_of_the_connection() {
    let server = Server::start(|mut stream| async move {
        // Reads the client's part of the handshake, and says nothing.
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    let transport = transport(|builder| builder.connect_timeout(Some(Duration::from_millis(20))));
    let error = transport.send(post(format!("https://{}/", server.address), "{}")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::ConnectTimeout);
    assert!(!error.outcome_unknown());
    let expected = format!("the connection to https://{} was not ready within 20ms; nothing was sent", server.address);
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn what_goes_over_the_wire() {
    let heard = Heard::default();
    let heard_there = heard.clone();
    let server = Server::start(move |mut stream| {
        let heard = heard_there.clone();
        async move { answer_all(&mut stream, &heard, "{}").await }
    })
    .await;
    let transport = transport(|builder| builder.user_agent("my-script/1.0"));
    transport.send(post(server.url("/users?x=1"), "{\"a\":1}")).await.unwrap();
    let own = Request::get(server.url("/")).header("user-agent", "own").header("accept-encoding", "identity");
    transport.send(own.body(Bytes::new()).unwrap()).await.unwrap();

    let [first, second] = &heard.all()[..] else { panic!("two requests") };
    assert!(first.starts_with("POST /users?x=1 HTTP/1.1\r\n"), "{first}");
    assert!(first.ends_with("\r\n\r\n{\"a\":1}"), "{first}");
    assert_eq!(header(first, "host"), Some(server.address.to_string().as_str()));
    assert_eq!(header(first, "user-agent"), Some("my-script/1.0"));
    assert_eq!(header(first, "accept-encoding"), Some("gzip"));
    assert_eq!(header(second, "user-agent"), Some("own"));
    assert_eq!(header(second, "accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn what_is_no_request_to_a_server_is_refused() {
    let transport = transport(|builder| builder);
    let connect = Request::connect("http://127.0.0.1/").body(Bytes::new()).unwrap();
    for request in [get("/users"), get("ftp://127.0.0.1/"), get("http://user:hunter2@127.0.0.1/"), connect] {
        let error = transport.send(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::InvalidRequest);
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let transport = transport(|builder| builder);
    let call = pin!(transport.send(get("http://127.0.0.1/")));
    let Poll::Ready(result) = call.poll(&mut Context::from_waker(Waker::noop())) else { panic!("nothing to wait for") };
    let error = result.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::InvalidRequest);
    assert_eq!(error.to_string(), "requests must be sent from within a Tokio runtime");
}

#[test]
fn a_user_agent_that_is_no_header_value_is_refused() {
    let builder = tenable_transport::HyperTransport::builder().user_agent("a\nb");
    assert_eq!(builder.build().unwrap_err().to_string(), "the user agent is not a valid header value");
}

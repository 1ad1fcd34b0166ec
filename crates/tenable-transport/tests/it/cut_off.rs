//! Calls whose time is up: what is known of them.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tenable_transport::{
    ClassifyByStatus, NoAuthorization, SharedTransport, StackSettings, Time, Transport as _, TransportErrorKind, stack,
};
use tokio::io::AsyncReadExt as _;
use tokio::sync::Notify;

use crate::server::{Server, ok, post, read_request, transport, write};

/// A clock on which the limit under test passes when the server says so.
#[derive(Clone, Debug, Default)]
struct Bell(Arc<Notify>);

/// The limit under test.
#[derive(Clone, Copy)]
enum Limit {
    Attempt,
    Deadline,
}

impl Bell {
    fn ring(&self) {
        self.0.notify_one();
    }

    /// A client of the server at `url` with one limit and one attempt.
    fn client(&self, url: &str, limit: Limit) -> SharedTransport {
        let long = Some(Duration::from_secs(30));
        let mut settings = StackSettings::default();
        settings.time = Arc::new(self.clone());
        settings.retry.max_attempts = 1;
        (settings.attempt_timeout, settings.deadline) = match limit {
            Limit::Attempt => (long, None),
            Limit::Deadline => (None, long),
        };
        let base = SharedTransport::new(transport(|builder| builder.connect_timeout(None)));
        stack(base, url.parse().unwrap(), Arc::new(NoAuthorization), Arc::new(ClassifyByStatus), settings)
    }
}

#[async_trait::async_trait]
impl Time for Bell {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn unix_time(&self) -> SystemTime {
        UNIX_EPOCH
    }

    async fn sleep(&self, _duration: Duration) {
        self.0.notified().await;
    }
}

#[tokio::test]
async fn while_connecting_nothing_was_sent() {
    let bell = Bell::default();
    let rope = bell.clone();
    let server = Server::start(move |mut stream| {
        let bell = rope.clone();
        async move {
            // The client's part of the handshake has come, and nothing goes back.
            stream.read_u8().await.unwrap();
            bell.ring();
            while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
        }
    })
    .await;
    let url = format!("https://{}", server.address);
    for (limit, kind, text) in [
        (
            Limit::Attempt,
            TransportErrorKind::ConnectTimeout,
            "the connection was not ready within 30s; nothing was sent",
        ),
        (Limit::Deadline, TransportErrorKind::Deadline, "the deadline of 30s passed while a connection was being made"),
    ] {
        let error = bell.client(&url, limit).send(post(&url, "{}")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown(), error.attempts()), (kind, false, 1));
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test]
async fn while_an_answer_is_awaited_the_outcome_is_unknown() {
    let bell = Bell::default();
    let rope = bell.clone();
    let server = Server::start(move |mut stream| {
        let bell = rope.clone();
        async move {
            // One whole answer, so that the second request goes over a connection that was kept.
            read_request(&mut stream).await;
            write(&mut stream, ok("whole").as_bytes()).await;
            read_request(&mut stream).await;
            write(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
            bell.ring();
            // Until the client lets go of the connection.
            assert_eq!(stream.read(&mut [0]).await.unwrap_or_default(), 0);
        }
    })
    .await;
    let url = server.url("");
    for (limit, kind, text) in [
        (Limit::Attempt, TransportErrorKind::AttemptTimeout, "no full answer within 30s"),
        (Limit::Deadline, TransportErrorKind::Deadline, "the deadline of 30s passed while an answer was awaited"),
    ] {
        let client = bell.client(&url, limit);
        assert_eq!(client.send(post(&url, "{}")).await.unwrap().body(), "whole");
        let error = client.send(post(&url, "{}")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown(), error.attempts()), (kind, true, 1));
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test]
async fn on_a_new_connection_the_outcome_is_unknown_too() {
    let bell = Bell::default();
    let rope = bell.clone();
    let server = Server::start(move |mut stream| {
        let bell = rope.clone();
        async move {
            read_request(&mut stream).await;
            bell.ring();
            assert_eq!(stream.read(&mut [0]).await.unwrap_or_default(), 0);
        }
    })
    .await;
    let url = server.url("");
    let error = bell.client(&url, Limit::Attempt).send(post(&url, "{}")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (TransportErrorKind::AttemptTimeout, true));
}

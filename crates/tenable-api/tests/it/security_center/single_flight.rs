//! Calls at once: one sign-in for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use tenable_api::ErrorKind;
use tenable_api::security_center::SecurityCenter;
use tenable_transport::{SharedTransport, Transport, TransportError, TransportErrorKind};

use super::support::{PASSWORD, Reply, Server, expired, header, none, refusal, session};

#[tokio::test(start_paused = true)]
async fn the_first_calls_share_one_sign_in() {
    let server = Server::new([session(123_456_789).after(50)], vec![none(); 20]);
    let sc = server.client(Some(PASSWORD));
    let calls = join_all((0..20).map(|_| sc.clone().users().list().send())).await;
    for call in calls {
        call.unwrap();
    }
    assert_eq!((server.count("POST /rest/token"), server.count("GET /rest/user")), (1, 20));
    for request in &server.requests()[1..] {
        assert_eq!(header(request, "x-securitycenter"), Some("123456789"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_sent_once_for_all_who_waited() {
    let wrong = || Reply::from(refusal(403, 71, "Invalid login credentials.\n"));
    let server = Server::new([wrong().after(50), wrong(), session(123_456_789)], [none()]);
    let sc = server.client(Some(PASSWORD));
    for call in join_all((0..20).map(|_| sc.clone().users().list().send())).await {
        let error = call.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
        assert_eq!((error.code(), error.status().map(|status| status.as_u16())), (Some("71"), Some(403)));
        assert_eq!(error.message(), Some("signing in failed: Invalid login credentials."));
    }
    assert_eq!(server.lines(), ["POST /rest/token"]);

    // Who comes later asks again, as the account may have been unlocked.
    assert!(sc.users().list().send().await.unwrap_err().is_unauthenticated());
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_sessions_is_met_once_for_all_who_waited() {
    let server = Server::new([super::support::full().after(50)], []);
    let sc = server.client(Some(PASSWORD));
    for call in join_all((0..20).map(|_| sc.clone().users().list().send())).await {
        assert!(call.unwrap_err().is_session_limit());
    }
    assert_eq!(server.lines(), ["POST /rest/token"]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_is_given_up_is_taken_over() {
    let server = Server::new([session(123_456_789).after(5_000), session(987_654_321).after(50)], vec![none(); 3]);
    let sc = server.client(Some(PASSWORD));
    let given_up = tokio::time::timeout(Duration::from_millis(20), sc.users().list().send());
    let later = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let waiting = join_all((0..2).map(|_| sc.clone().users().list().send()));
        waiting.await.into_iter().map(Result::unwrap).for_each(drop);
    };
    let start = tokio::time::Instant::now();
    let (given_up, ()) = tokio::join!(given_up, later);
    given_up.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_millis(70), "nobody waits for what was given up");
    sc.users().list().send().await.unwrap();
    assert_eq!((server.count("POST /rest/token"), server.count("GET /rest/user")), (2, 3));
    for request in &server.requests()[2..] {
        assert_eq!(header(request, "x-securitycenter"), Some("987654321"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_waiting_call_that_is_given_up_holds_nobody() {
    let server = Server::new([session(123_456_789).after(100)], vec![none(); 2]);
    let sc = server.client(Some(PASSWORD));
    let given_up = sc.users().list().with_deadline(Duration::from_millis(10)).send();
    let calls = join_all([sc.users().list().send(), sc.users().list().send()]);
    let (calls, given_up) = tokio::join!(calls, given_up);
    calls.into_iter().map(Result::unwrap).for_each(drop);
    let error = given_up.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert_eq!(server.count("POST /rest/token"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_without_an_answer_is_tried_by_the_next_one() {
    let server = Server::new([Reply::Failure(TransportErrorKind::Interrupted), session(123_456_789)], vec![none(); 2]);
    let sc = server.client(Some(PASSWORD));
    let results = join_all((0..3).map(|_| sc.clone().users().list().send())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
    assert_eq!(server.count("POST /rest/token"), 2);
}

/// Counts its sign-ins, gives each the next token, and takes no other.
#[derive(Debug, Default)]
struct Sessions {
    newest: AtomicU32,
    sign_ins: AtomicUsize,
    refused: AtomicUsize,
}

impl Sessions {
    fn expire(&self) {
        self.newest.fetch_add(1000, Ordering::Relaxed);
    }
}

#[async_trait]
impl Transport for Sessions {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reply = if request.method() == "POST" && request.uri().path() == "/rest/token" {
            self.sign_ins.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(50)).await;
            session(self.newest.fetch_add(1, Ordering::Relaxed) + 1)
        } else {
            // One after another, so that some learn of the end of the session while others wait for the new one.
            let came = self.refused.load(Ordering::Relaxed) as u64;
            tokio::time::sleep(Duration::from_millis(20 * (came % 5))).await;
            if header(&request, "x-securitycenter") == Some(&self.newest.load(Ordering::Relaxed).to_string()) {
                none()
            } else {
                self.refused.fetch_add(1, Ordering::Relaxed);
                expired()
            }
        };
        let Reply::Answer(response) = reply else { panic!("an answer") };
        Ok(response)
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_is_renewed_once_for_all() {
    let sessions = Arc::new(Sessions::default());
    let transport: Arc<dyn Transport> = sessions.clone();
    let sc = SecurityCenter::builder()
        .url("https://sc.example.com")
        .login("ann", PASSWORD)
        .transport(SharedTransport::from(transport))
        .build()
        .unwrap();
    sc.users().list().send().await.unwrap();
    for renewals in 1..=3 {
        sessions.expire();
        for call in join_all((0..10).map(|_| sc.clone().users().list().send())).await {
            call.unwrap();
        }
        assert_eq!(sessions.sign_ins.load(Ordering::Relaxed), 1 + renewals);
        assert_eq!(sessions.refused.load(Ordering::Relaxed), 10 * renewals);
    }
}

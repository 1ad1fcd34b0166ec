//! Credentials: where they go, when they are renewed, and what their failures say.

use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};

use TransportErrorKind as Kind;

use super::*;

/// Signs in through the stack, once per generation, and attaches a token with its number.
#[derive(Debug, Default)]
struct Session {
    generation: AtomicU64,
    refreshes: AtomicU64,
    /// Says that there is nothing newer.
    stuck: bool,
    /// Signs in at another server.
    elsewhere: bool,
}

impl Session {
    async fn sign_in(&self, below: &SharedTransport) -> Result<(), TransportError> {
        let host = if self.elsewhere { "other.example" } else { "acme.example" };
        let request = Request::post(format!("https://{host}/token")).body(Bytes::new()).unwrap();
        below.send(request).await?;
        self.generation.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Authorize for Session {
    async fn authorize(&self, request: &mut Request<Bytes>, below: &SharedTransport) -> Result<u64, TransportError> {
        if self.generation.load(Ordering::Relaxed) == 0 {
            self.sign_in(below).await?;
        }
        let generation = self.generation.load(Ordering::Relaxed);
        request.headers_mut().insert("x-token", format!("token-{generation}").parse().unwrap());
        Ok(generation)
    }

    async fn refresh(
        &self,
        refused: &Request<Bytes>,
        stale: u64,
        below: &SharedTransport,
    ) -> Result<bool, TransportError> {
        assert!(!refused.headers().contains_key("x-token"), "the call is shown without its credentials");
        assert_eq!(stale, self.generation.load(Ordering::Relaxed));
        self.refreshes.fetch_add(1, Ordering::Relaxed);
        if !self.stuck {
            self.sign_in(below).await?;
        }
        Ok(!self.stuck)
    }
}

fn client(script: &Script, session: &Arc<Session>) -> SharedTransport {
    let session: Arc<dyn Authorize> = session.clone();
    script.client_with(session, Arc::new(BusyIsRefused), script.settings())
}

/// Path and token of what was sent.
fn sent(script: &Script) -> Vec<(String, String)> {
    let token = |request: &Request<Bytes>| {
        request.headers().get("x-token").map_or(String::new(), |token| token.to_str().unwrap().to_owned())
    };
    script.sent().iter().map(|request| (request.uri().path().to_owned(), token(request))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, token)| ((*path).to_owned(), (*token).to_owned())).collect()
}

const CALL: &str = "/api/users/7";

#[tokio::test(start_paused = true)]
async fn signs_in_and_marks_the_credential_sensitive() {
    let (script, session) = (Script::new([]), Arc::new(Session::default()));
    let response = client(&script, &session).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(sent(&script), pairs(&[("/token", ""), (CALL, "token-1")]));
    assert_eq!(report(&response).attempts, 1, "a sign-in is no attempt of the call");
    let call = &script.sent()[1];
    assert!(call.headers()["x-token"].is_sensitive());
    assert!(!call.headers()["x-note"].is_sensitive());
    assert!(!format!("{call:?}").contains("token-1"));
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_call_has_no_credential() {
    let (script, session) = (Script::new([Step::Status(401)]), Arc::new(Session::default()));
    let context = CallContext::new("about", "/about", Idempotency::Read).with_anonymous(true);
    let response = client(&script, &session).send(request_with(context)).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(sent(&script), pairs(&[(CALL, "")]));
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_renewed_once_and_the_call_sent_once_more() {
    for idempotency in [Idempotency::Read, Idempotency::Once, Idempotency::Never] {
        let steps = [Step::Status(200), Step::Status(401)];
        let (script, session) = (Script::new(steps), Arc::new(Session::default()));
        let response = client(&script, &session).send(request(idempotency)).await.unwrap();
        assert_eq!((response.status().as_u16(), report(&response).attempts), (200, 2));
        assert!(!report(&response).earlier_outcome_unknown);
        let expected = [("/token", ""), (CALL, "token-1"), ("/token", ""), (CALL, "token-2")];
        assert_eq!(sent(&script), pairs(&expected), "{idempotency:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sign_ins_and_the_resend_take_no_token_but_a_throttled_resend_pauses_all() {
    let steps = [Step::Status(200), Step::Status(401), Step::Status(200), Step::RetryAfter(429, "30")];
    let (script, session) = (Script::new(steps), Arc::new(Session::default()));
    let authorize: Arc<dyn Authorize> = session.clone();
    let settings = StackSettings { rate_limit: Some(RateLimit::new(1, SECOND * 10)), ..script.settings() };
    let client = script.client_with(authorize, Arc::new(BusyIsRefused), settings);
    assert_eq!(client.send(request(Idempotency::Never)).await.unwrap().status(), 429);
    assert_eq!(script.times(), [0, 0, 0, 0]);
    client.send(request(Idempotency::Read)).await.unwrap();
    client.send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(script.times()[4..], [30_000, 40_000]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_sign_in_pauses_nobody() {
    let (script, session) = (Script::new([Step::RetryAfter(429, "30")]), Arc::new(Session::default()));
    client(&script, &session).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(script.times(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_expires_again_is_given_back() {
    let steps = [Step::Status(200), Step::Status(401), Step::Status(200), Step::Status(401)];
    let (script, session) = (Script::new(steps), Arc::new(Session::default()));
    let response = client(&script, &session).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(session.refreshes.load(Ordering::Relaxed), 1);
    assert_eq!(script.times().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_renews_once_however_often_it_is_retried() {
    let steps = [Step::Status(200), Step::Status(401), Step::Status(200), Step::Status(503), Step::Status(401)];
    let (script, session) = (Script::new(steps), Arc::new(Session::default()));
    let response = client(&script, &session).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(session.refreshes.load(Ordering::Relaxed), 1);
    let calls: Vec<_> = sent(&script).into_iter().filter(|(path, _)| path == CALL).map(|(_, token)| token).collect();
    assert_eq!(calls, ["token-1", "token-2", "token-2"], "a retry has the newest credential");
}

#[tokio::test(start_paused = true)]
async fn nothing_newer_means_no_second_try() {
    let session = Arc::new(Session { stuck: true, ..Session::default() });
    let script = Script::new([Step::Status(200), Step::Status(401)]);
    let response = client(&script, &session).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(sent(&script), pairs(&[("/token", ""), (CALL, "token-1")]));
}

#[tokio::test(start_paused = true)]
async fn a_failed_sign_in_says_that_the_call_was_not_sent() {
    for (kind, expected, sends) in [
        (Kind::Interrupted, Kind::Authorize, 1),
        (Kind::AttemptTimeout, Kind::Authorize, 1),
        (Kind::Decode, Kind::Authorize, 1),
        (Kind::Authorize, Kind::Authorize, 1),
        (Kind::Tls, Kind::Tls, 1),
        (Kind::Redirect, Kind::Redirect, 1),
        (Kind::Connect, Kind::Connect, 3),
        (Kind::ConnectTimeout, Kind::ConnectTimeout, 3),
    ] {
        let (script, session) = (Script::new(vec![Step::Fail(kind); 3]), Arc::new(Session::default()));
        let error = client(&script, &session).send(request(Idempotency::Once)).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{kind:?}");
        assert!(!error.outcome_unknown(), "{kind:?}");
        assert_eq!((script.times().len(), error.attempts()), (sends, 0), "{kind:?}");
        if kind != expected {
            let source = error.source().and_then(|source| source.downcast_ref::<TransportError>());
            assert_eq!(source.map(TransportError::kind), Some(kind));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_sign_in_is_a_known_outcome() {
    let (script, session) = (Script::new([Step::Never]), Arc::new(Session::default()));
    let authorize: Arc<dyn Authorize> = session.clone();
    let settings = StackSettings { attempt_timeout: None, ..script.settings() };
    let client = script.client_with(authorize, Arc::new(BusyIsRefused), settings);
    let error = client.send(request(Idempotency::Once)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown(), error.attempts()), (Kind::Deadline, false, 0));
    assert_eq!(error.to_string(), "the deadline of 60s passed before anything was sent");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_to_another_origin() {
    for target in [
        "https://other.example",
        "http://acme.example",
        "https://acme.example:8443",
        "https://acme.example.evil.example",
        "https://evil.example/?x=https://acme.example",
    ] {
        for anonymous in [false, true] {
            let (script, session) = (Script::new([]), Arc::new(Session::default()));
            let context = CallContext::new("raw", "", Idempotency::Read).with_anonymous(anonymous);
            let mut request = Request::get(target).body(Bytes::new()).unwrap();
            request.extensions_mut().insert(context);
            let error = client(&script, &session).send(request).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (Kind::InvalidRequest, 0), "{target}");
            let origin = target.split_once("/?").map_or(target, |(origin, _)| origin);
            let expected = format!("the request goes to {origin}, but this client serves https://acme.example only");
            assert_eq!(error.to_string(), expected);
            assert!(script.times().is_empty(), "not even a sign-in");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_goes_to_the_configured_origin_only() {
    let session = Arc::new(Session { elsewhere: true, ..Session::default() });
    let script = Script::new([]);
    let error = client(&script, &session).send(request(Idempotency::Read)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRequest);
    assert!(script.times().is_empty());
}

#[tokio::test(start_paused = true)]
async fn plain_http_goes_to_this_machine_or_where_it_is_allowed() {
    for (origin, allowed, sent) in [
        ("http://acme.example", false, false),
        ("http://acme.example", true, true),
        ("http://127.0.0.1:8080", false, true),
        ("http://[::1]:8080", false, true),
        ("http://localhost", false, true),
        ("https://acme.example", false, true),
    ] {
        let script = Script::new([]);
        let client = stack(
            SharedTransport::new(script.clone()),
            origin.parse().unwrap(),
            Arc::new(NoAuthorization),
            Arc::new(ClassifyByStatus),
            StackSettings { allow_plain_http: allowed, ..script.settings() },
        );
        let result = client.send(Request::get(format!("{origin}/x")).body(Bytes::new()).unwrap()).await;
        assert_eq!(result.is_ok(), sent, "{origin}");
        assert_eq!(script.times().len(), usize::from(sent), "{origin}");
        if let Err(error) = result {
            assert_eq!(error.kind(), Kind::InvalidRequest);
            assert!(error.to_string().starts_with("http://acme.example is plain http to another machine"));
        }
    }
}

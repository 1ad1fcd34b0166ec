use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use secrecy::{ExposeSecret as _, SecretString};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_transport::{SharedTransport, Transport, TransportError};

use crate::script::{Answer, Script};

fn key_of(request: &http::Request<bytes::Bytes>) -> Option<&str> {
    request.headers().get("x-api-key").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_key_goes_with_every_call_but_the_anonymous_ones() {
    let script =
        Script::new([Answer::Status(200, "[]"), Answer::Status(204, ""), Answer::Status(200, r#"{"version":"3"}"#)]);
    let client = script.client();
    client.users().list().send().await.unwrap();
    client.users().request_password_reset("ann@example.com").send().await.unwrap();
    client.about().details().send().await.unwrap();
    let requests = script.requests();
    let keys: Vec<Option<&str>> = requests.iter().map(key_of).collect();
    assert_eq!(keys, [Some("first-key"), None, None]);
    assert!(requests[0].headers()["x-api-key"].is_sensitive());
    assert!(requests[0].headers()["user-agent"].to_str().unwrap().starts_with("tenable-api/"));
}

#[tokio::test]
async fn a_renewal_is_stored_then_used_by_all_clones() {
    let stored = Arc::new(Mutex::new(Vec::new()));
    let store = stored.clone();
    let script = Script::new([Answer::Status(200, r#"{"key":"second-key"}"#), Answer::Status(200, "[]")]);
    let client = IdentityExposure::builder()
        .url("https://tie.example.com")
        .api_key("first-key")
        .on_new_api_key(move |key| store.lock().unwrap().push(key.expose_secret().to_owned()))
        .transport(SharedTransport::new(script.clone()))
        .build()
        .unwrap();
    let clone = client.clone();

    let renewed = client.api_key().renew().send().await.unwrap();
    clone.users().list().send().await.unwrap();

    assert_eq!(renewed.key.expose_secret(), "second-key");
    assert_eq!(stored.lock().unwrap().as_slice(), ["second-key"]);
    assert_eq!(clone.current_api_key().expose_secret(), "second-key");
    let requests = script.requests();
    assert_eq!(requests.iter().map(key_of).collect::<Vec<_>>(), [Some("first-key"), Some("second-key")]);
}

#[tokio::test]
async fn an_untyped_renewal_swaps_the_key_too() {
    let script = Script::new([Answer::Status(200, r#"{"key":"second-key"}"#)]);
    let client = script.client();
    let renew = tenable_api::identity_exposure::operation("api_key.renew").unwrap();
    client.client().execute_untyped(renew, serde_json::json!({})).await.unwrap();
    assert_eq!(client.current_api_key().expose_secret(), "second-key");
}

#[tokio::test]
async fn a_refused_renewal_leaves_the_key() {
    let client = Script::new([Answer::Status(403, "")]).client();
    client.api_key().renew().send().await.unwrap_err();
    assert_eq!(client.current_api_key().expose_secret(), "first-key");
}

#[test]
fn what_is_not_a_key_is_refused_before_any_request() {
    for (key, text) in [
        ("", "the API key is empty"),
        (" \n", "the API key is empty"),
        ("accessKey=aaaa;secretKey=bbbb", "key pair of Tenable Vulnerability Management"),
        ("caf\u{0}e", "a header cannot hold"),
    ] {
        let error = IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key(SecretString::from(key))
            .transport(SharedTransport::new(Script::new([])))
            .build()
            .unwrap_err()
            .to_string();
        assert!(error.contains(text), "{error}");
        assert!(!error.contains("bbbb"), "{error}");
    }
}

/// A product whose renewal kills the old key at once and answers 50 ms later.
#[derive(Debug, Default)]
struct SlowRenewal {
    requests: Mutex<Vec<String>>,
    renewed: Mutex<bool>,
}

#[async_trait]
impl Transport for SlowRenewal {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (path, key) = (request.uri().path().to_owned(), key_of(&request).unwrap_or_default().to_owned());
        self.requests.lock().unwrap().push(format!("{path} {key}"));
        let answer =
            |status: u16, body: &'static str| Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap());
        if request.method() == "POST" && path == "/api/api-key" {
            *self.renewed.lock().unwrap() = true;
            tokio::time::sleep(Duration::from_millis(50)).await;
            return answer(200, r#"{"key":"second-key"}"#);
        }
        if *self.renewed.lock().unwrap() && key == "first-key" {
            return answer(401, "");
        }
        answer(if path.ends_with("password") { 401 } else { 200 }, "[]")
    }
}

fn slow() -> (Arc<SlowRenewal>, IdentityExposure) {
    let product = Arc::new(SlowRenewal::default());
    let transport: Arc<dyn Transport> = product.clone();
    let builder = IdentityExposure::builder().url("https://tie.example.com").api_key("first-key");
    (product, builder.transport(transport).build().unwrap())
}

#[tokio::test(start_paused = true)]
async fn calls_during_a_renewal_wait_for_the_new_key() {
    let (product, client) = slow();
    let later = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        client.users().list().send().await
    };
    let (renewed, listed) = tokio::join!(client.api_key().renew().send(), later);
    renewed.unwrap();
    listed.unwrap();
    let requests = product.requests.lock().unwrap();
    assert_eq!(*requests, ["/api/api-key first-key", "/api/users first-key", "/api/users second-key"]);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_is_given_up_does_not_hold_the_others() {
    let (_, client) = slow();
    let renewal = client.api_key().renew().with_deadline(Duration::from_millis(20)).send();
    let later = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        client.users().list().send().await
    };
    let (renewed, listed) = tokio::join!(renewal, later);
    assert!(renewed.unwrap_err().outcome_unknown());
    assert!(listed.unwrap_err().is_unauthenticated());
}

#[tokio::test(start_paused = true)]
async fn a_refused_password_is_not_tried_again_with_a_new_key() {
    let (product, client) = slow();
    let change = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        client.users().change_password("Wrong-Harbor-42", "Copper-Lantern-77").send().await
    };
    let (_, changed) = tokio::join!(client.api_key().renew().send(), change);
    assert!(changed.unwrap_err().is_unauthenticated());
    let tries = product.requests.lock().unwrap().iter().filter(|line| line.contains("password")).count();
    assert_eq!(tries, 1);
}

#[tokio::test]
async fn a_new_key_that_cannot_be_used_is_neither_stored_nor_used() {
    for body in [r#"{"key":""}"#, r#"{"key":"a\nb"}"#] {
        let stored = Arc::new(Mutex::new(0));
        let store = stored.clone();
        let client = IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key("first-key")
            .on_new_api_key(move |_| *store.lock().unwrap() += 1)
            .transport(SharedTransport::new(Script::new([Answer::Status(200, body)])))
            .build()
            .unwrap();
        let error = client.api_key().renew().send().await.unwrap_err();
        assert!(error.is_unreadable() && error.to_string().contains("the new API key"), "{error}");
        assert_eq!(client.current_api_key().expose_secret(), "first-key");
        assert_eq!(*stored.lock().unwrap(), 0);
    }
}

#[tokio::test]
async fn a_key_is_used_even_if_storing_it_panics() {
    let client = IdentityExposure::builder()
        .url("https://tie.example.com")
        .api_key("first-key")
        .on_new_api_key(|_| panic!("no room"))
        .transport(SharedTransport::new(Script::new([Answer::Status(200, r#"{"key":"second-key"}"#)])))
        .build()
        .unwrap();
    let renewing = client.clone();
    let renewal = tokio::spawn(async move { renewing.api_key().renew().send().await.is_ok() });
    assert!(renewal.await.unwrap_err().is_panic());
    assert_eq!(client.current_api_key().expose_secret(), "second-key");
}

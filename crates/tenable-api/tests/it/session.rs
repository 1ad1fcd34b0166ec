use std::sync::{Arc, Mutex};

use secrecy::{ExposeSecret as _, SecretString};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_transport::SharedTransport;

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

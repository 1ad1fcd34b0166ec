use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tenable_api::admin::UserAdmin as _;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::identity_exposure::UserId;
use tenable_api::{CallOptions, Response};
use tenable_transport::{Idempotency, NeverTransport, SharedTransport};

use crate::script::{Answer, Script};

#[test]
fn what_is_missing_is_said_with_the_way_to_give_it() {
    let error = IdentityExposure::builder().api_key("key").build().unwrap_err().to_string();
    assert!(error.contains("the URL is missing") && error.contains("TIE_URL"), "{error}");
    let error = IdentityExposure::builder().url("https://tie.example.com").build().unwrap_err().to_string();
    assert!(error.contains("the API key is missing") && error.contains("TIE_API_KEY"), "{error}");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_only_for_those_who_ask() {
    let builder = || IdentityExposure::builder().url("http://tie.example.com").api_key("key");
    let error = builder().build().unwrap_err().to_string();
    assert!(error.contains("plain http") && error.contains("allow_plain_http"), "{error}");
    let answer = http::Response::new(bytes::Bytes::from("[]"));
    let transport = SharedTransport::new(tenable_transport::CaptureTransport::new(answer));
    let client = builder().allow_plain_http(true).transport(transport).build().unwrap();
    assert!(client.users().list().send().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_may_have_its_own_deadline() {
    let client = IdentityExposure::builder()
        .url("https://tie.example.com")
        .api_key("key")
        .attempt_timeout(None)
        .transport(SharedTransport::new(NeverTransport))
        .build()
        .unwrap();
    let start = tokio::time::Instant::now();
    let error = client.users().list().with_deadline(Duration::from_millis(1500)).send().await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert_eq!(start.elapsed(), Duration::from_millis(1500));

    let error = client
        .users()
        .create("Ann", "ann@example.com", "pw")
        .with_deadline(Duration::from_secs(1))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn options_of_a_client_hold_for_all_that_it_does_and_give_way_to_those_of_a_call() {
    let first = IdentityExposure::builder()
        .url("https://tie.example.com")
        .api_key("key")
        .attempt_timeout(None)
        .transport(SharedTransport::new(NeverTransport))
        .build()
        .unwrap();
    let after = |seconds| CallOptions::default().with_deadline(Duration::from_secs(seconds));
    // What is said later comes first, and what it does not say stays.
    let client = first.with_options(after(7)).with_options(after(2)).with_options(CallOptions::default());
    let start = tokio::time::Instant::now();
    let passed = || start.elapsed().as_secs();
    assert!(client.users().list().send().await.unwrap_err().is_timeout());
    assert_eq!(passed(), 2);
    assert!(client.users().list().with_deadline(Duration::from_secs(3)).send().await.unwrap_err().is_timeout());
    assert_eq!(passed(), 5);
    let request = Request::get("/api/users").body(Bytes::new()).unwrap();
    assert!(client.client().send_raw(request, Idempotency::Read).await.unwrap_err().is_timeout());
    assert_eq!(passed(), 7);
    assert!(client.me().await.unwrap_err().is_timeout());
    assert_eq!(passed(), 9);
}

#[tokio::test]
async fn a_client_may_take_what_is_missing_for_deleted() {
    let script = Script::new([Answer::Status(404, r#"{"statusCode":404}"#)]);
    let client = script.client();
    assert!(client.users().delete(UserId(7)).send().await.unwrap_err().is_not_found());
    let lenient = client.with_options(CallOptions::default().with_missing_as_deleted());
    lenient.users().delete(UserId(7)).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn pages_and_raw_answers_come_with_what_was_around_them() {
    let script = Script::new([Answer::Header(200, "x-request-id", "r-1")]);
    let client = script.client();
    let request = Request::get("/api/users").body(Bytes::new()).unwrap();
    let raw = client.client().send_raw(request, Idempotency::Read).await.unwrap();
    let raw = Response::from(raw);
    assert_eq!((raw.status.as_u16(), raw.request_id.as_deref(), raw.attempts), (200, Some("r-1"), 1));

    let script = Script::new([Answer::Status(503, ""), Answer::Status(200, r#"[{"id":1}]"#)]);
    let pages: Vec<_> = script.client().users().list().pages_with_response().try_collect().await.unwrap();
    let [page] = pages.as_slice() else { panic!("one page, not {}", pages.len()) };
    assert_eq!((page.value.len(), page.attempts), (1, 2));
}

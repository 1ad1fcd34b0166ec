use std::time::Duration;

use tenable_api::identity_exposure::IdentityExposure;
use tenable_transport::{NeverTransport, SharedTransport};

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

//! Each fault through a real socket.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tenable_emulator::faults::{Fault, FaultKind, RetryAfter};
use tenable_emulator::{Emulator, RunningEmulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{PASSWORD, authority, json, request, send, send_over, start};

fn new_user() -> String {
    json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD }]).to_string()
}

/// Number of users, asked past every fault that matches only creations.
async fn users(emulator: &RunningEmulator) -> usize {
    json(&send(emulator, "GET", "/api/users", "").await.unwrap(), StatusCode::OK).as_array().unwrap().len()
}

/// What the socket gives in answer to a request, to its end.
async fn raw_answer(emulator: &RunningEmulator, method: &str, path: &str) -> std::io::Result<String> {
    let endpoint = emulator.identity_exposure();
    let mut stream = TcpStream::connect(authority(&endpoint.url)).await.unwrap();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nconnection: close\r\n\r\n", endpoint.api_key);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn latency_follows_the_emulators_clock() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::latency(Duration::from_secs(3_600)));
    let asked = tokio::spawn({
        let address = authority(&emulator.identity_exposure().url).to_owned();
        let request = request(&emulator, "GET", "/api/about", "");
        async move { send_over(TcpStream::connect(address).await.unwrap(), request).await }
    });
    // The request stands in the journal as soon as it waits.
    while emulator.control().journal().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!asked.is_finished());
    emulator.control().advance(Duration::from_secs(3_600));
    assert_eq!(asked.await.unwrap().unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn too_many_requests_says_when_in_both_forms_or_not_at_all() {
    let emulator = start().await;
    for (retry_after, header) in [
        (Some(RetryAfter::Seconds(2)), Some("2")),
        // The clock stands at the start of 2026.
        (Some(RetryAfter::DateInSeconds(90)), Some("Thu, 01 Jan 2026 00:01:30 GMT")),
        (None, None),
    ] {
        emulator.control().add_fault(Fault::too_many_requests(retry_after));
        let answer = send(&emulator, "POST", "/api/users", &new_user()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers().get("retry-after").map(|value| value.to_str().unwrap()), header);
    }
    assert_eq!(users(&emulator).await, 6, "a refused request is not applied");
}

#[tokio::test]
async fn server_errors_come_as_json_from_the_product_and_as_html_from_a_proxy() {
    let emulator = start().await;
    for (kind, status, content_type) in [
        (FaultKind::InternalServerError, StatusCode::INTERNAL_SERVER_ERROR, "application/json; charset=utf-8"),
        (FaultKind::BadGateway, StatusCode::BAD_GATEWAY, "text/html; charset=utf-8"),
        (
            FaultKind::ServiceUnavailable { retry_after: None },
            StatusCode::SERVICE_UNAVAILABLE,
            "text/html; charset=utf-8",
        ),
        (FaultKind::GatewayTimeout, StatusCode::GATEWAY_TIMEOUT, "text/html; charset=utf-8"),
        (FaultKind::HtmlPage, StatusCode::OK, "text/html; charset=utf-8"),
    ] {
        emulator.control().add_fault(Fault::new(kind));
        let answer = send(&emulator, "POST", "/api/users", &new_user()).await.unwrap();
        assert_eq!((answer.status(), answer.headers()["content-type"].to_str().unwrap()), (status, content_type));
    }
    assert_eq!(users(&emulator).await, 6);
}

#[tokio::test]
async fn a_server_error_can_come_after_the_request_was_applied() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::bad_gateway().after_commit());
    let answer = send(&emulator, "POST", "/api/users", &new_user()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(users(&emulator).await, 7);
}

#[tokio::test]
async fn a_redirect_points_where_it_was_told() {
    let emulator = start().await;
    let location = "https://elsewhere.example.com/api/users".to_owned();
    emulator.control().add_fault(Fault::new(FaultKind::Redirect { location: location.clone() }));
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers()["location"].to_str().unwrap(), location);
}

#[tokio::test]
async fn truncated_json_is_well_framed_and_does_not_parse() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::new(FaultKind::TruncatedJson));
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.body().is_empty());
    assert!(serde_json::from_slice::<Value>(answer.body()).is_err());
}

#[tokio::test]
async fn a_truncated_body_ends_before_its_announced_length() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::new(FaultKind::TruncatedBody).times(2));
    assert!(send(&emulator, "GET", "/api/users", "").await.is_err());
    let answer = raw_answer(&emulator, "GET", "/api/users").await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length: usize = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert_eq!(body.len(), length / 2);
}

#[tokio::test]
async fn a_truncated_answer_without_a_body_breaks_in_its_head() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::new(FaultKind::TruncatedBody).times(2));
    assert!(send(&emulator, "DELETE", "/api/users/6", "").await.is_err());
    let answer = raw_answer(&emulator, "DELETE", "/api/users/5").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204") && !answer.contains("\r\n\r\n"), "{answer:?}");
    assert_eq!(users(&emulator).await, 4);
}

#[tokio::test]
async fn an_oversized_body_is_valid_and_long() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::new(FaultKind::OversizedBody { bytes: 3_000_000 }));
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.body().len(), 3_000_000);
    assert_eq!(json(&answer, StatusCode::OK).as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_bad_chunk_breaks_the_body() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::new(FaultKind::BadChunk).times(2));
    assert!(send(&emulator, "GET", "/api/users", "").await.is_err());
    let answer = raw_answer(&emulator, "GET", "/api/users").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"), "{answer}");
    assert!(answer.contains("\r\n\r\nnot-a-number\r\n["), "{answer}");
}

#[tokio::test]
async fn a_reset_before_the_commit_leaves_nothing() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::reset_before_commit().method("POST"));
    assert!(send(&emulator, "POST", "/api/users", &new_user()).await.is_err());
    assert_eq!(users(&emulator).await, 6);
}

#[tokio::test]
async fn a_reset_after_the_commit_leaves_the_user() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::reset_after_commit().method("POST"));
    assert!(send(&emulator, "POST", "/api/users", &new_user()).await.is_err());
    assert_eq!(users(&emulator).await, 7);
    let journal = emulator.control().journal();
    assert_eq!((journal[0].status, journal[0].faults.as_slice()), (None, ["reset".to_owned()].as_slice()));
    assert_eq!(journal[0].route.as_deref(), Some("/api/users"));
}

#[tokio::test]
async fn a_reset_is_a_reset_and_not_an_end() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::reset_before_commit());
    let error = raw_answer(&emulator, "GET", "/api/users").await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

/// Sends a creation that will hang, and returns once the emulator has taken it.
async fn hang(
    emulator: &RunningEmulator,
) -> tokio::task::JoinHandle<Result<http::Response<bytes::Bytes>, hyper::Error>> {
    let address = authority(&emulator.identity_exposure().url).to_owned();
    let request = request(emulator, "POST", "/api/users", &new_user());
    let asked = tokio::spawn(async move { send_over(TcpStream::connect(address).await.unwrap(), request).await });
    while emulator.control().journal().is_empty() {
        tokio::task::yield_now().await;
    }
    asked
}

#[tokio::test]
async fn a_stall_never_answers_while_others_are_served() {
    for (fault, count) in [(Fault::stall_before_commit(), 6), (Fault::stall_after_commit(), 7)] {
        let emulator = start().await;
        emulator.control().add_fault(fault.method("POST"));
        let asked = hang(&emulator).await;
        assert_eq!(users(&emulator).await, count);
        assert!(!asked.is_finished());
        emulator.shutdown().await;
        assert!(asked.await.unwrap().is_err(), "the end of the emulator cuts the connection");
    }
}

#[tokio::test]
async fn what_was_committed_before_a_kill_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let emulator = Emulator::builder().state_file(&path).start().await.unwrap();
    emulator.control().add_fault(Fault::stall_after_commit().method("POST"));
    let asked = hang(&emulator).await;
    drop(emulator);
    assert!(asked.await.unwrap().is_err());
    let again = Emulator::builder().state_file(&path).start().await.unwrap();
    assert_eq!(users(&again).await, 7);
    again.shutdown().await;
}

#[tokio::test]
async fn a_key_can_be_revoked_in_the_middle_of_a_run() {
    let emulator = start().await;
    emulator.control().add_fault(Fault::revoke_credential().skip(2));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(send(&emulator, "GET", "/api/users", "").await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 401, 401]);
}

#[tokio::test]
async fn a_swallowed_write_is_answered_and_not_kept() {
    let emulator = start().await;
    let before = emulator.control().state();
    emulator.control().add_fault(Fault::swallowed().method("POST"));
    let created = json(&send(&emulator, "POST", "/api/users", &new_user()).await.unwrap(), StatusCode::CREATED);
    assert_eq!(created[0]["email"], "n@example.com");
    assert_eq!(emulator.control().state(), before);
    assert_eq!(emulator.control().journal()[0].faults, ["swallowed"]);
    json(&send(&emulator, "POST", "/api/users", &new_user()).await.unwrap(), StatusCode::CREATED);
    assert_ne!(emulator.control().state(), before);
}

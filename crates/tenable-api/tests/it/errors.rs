use std::error::Error as _;

use bytes::Bytes;
use http::Response;
use tenable_api::{Effect, ErrorKind};
use tenable_transport::TransportErrorKind;

use crate::script::{Answer, Script};

#[tokio::test(start_paused = true)]
async fn every_status_has_its_kind() {
    for (status, kind, effect) in [
        (400, ErrorKind::Refused, Effect::NotApplied),
        (401, ErrorKind::Unauthenticated, Effect::NotApplied),
        (403, ErrorKind::PermissionDenied, Effect::NotApplied),
        (404, ErrorKind::NotFound, Effect::NotApplied),
        (409, ErrorKind::Conflict, Effect::NotApplied),
        (422, ErrorKind::Refused, Effect::NotApplied),
        (500, ErrorKind::Server, Effect::Unknown),
        (502, ErrorKind::Unavailable, Effect::Unknown),
        (503, ErrorKind::Unavailable, Effect::Unknown),
        (504, ErrorKind::Unavailable, Effect::Unknown),
    ] {
        let script = Script::new([Answer::Status(status, r#"{"code":"SOME_CODE","message":"some text"}"#)]);
        let error = script.client().users().create("Ann", "ann@example.com", "pw").send().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, effect), "{status}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.outcome_unknown(), effect == Effect::Unknown, "{status}");
        assert_eq!(error.code(), Some("SOME_CODE"));
        assert_eq!(error.message(), Some("some text"));
        assert_eq!(error.operation(), "users.create");
        assert_eq!(error.path_template(), Some("/api/users"));
        assert_eq!(script.requests().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_has_no_outcome_to_know() {
    for answer in [
        Answer::Status(500, ""),
        Answer::Status(503, ""),
        Answer::Failure(TransportErrorKind::Interrupted),
        Answer::Failure(TransportErrorKind::AttemptTimeout),
        Answer::Failure(TransportErrorKind::BodyTooLarge),
    ] {
        let error = Script::new([answer.clone()]).client().users().list().send().await.unwrap_err();
        assert!(!error.outcome_unknown(), "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_line_says_what_failed_what_it_did_and_what_to_do() {
    for (answer, line) in [
        (
            Answer::Status(401, ""),
            "users.update: the server refused the credentials (401 Unauthorized); check the API key, and the password that \
             was given",
        ),
        (
            Answer::Status(400, r#"{"code":"INVALID_PAYLOAD_FORMAT","message":"data.name should be string"}"#),
            "users.update: the server refused the request as invalid (400 Bad Request): data.name should be string \
             [INVALID_PAYLOAD_FORMAT]",
        ),
        (
            Answer::Status(404, r#"{"message":"no such user"}"#),
            "users.update: not found (404 Not Found): no such user; check the id, and that this version of the product has \
             the operation",
        ),
        (
            Answer::Status(502, "<html><h1>502 Bad Gateway</h1></html>"),
            "users.update: the server is unavailable (502 Bad Gateway): 502 Bad Gateway, after 3 attempts in 0.8 s; it may \
             or may not have been carried out; look before trying again",
        ),
        (
            Answer::Failure(TransportErrorKind::Connect),
            "users.update: the server could not be reached, after 3 attempts in 0.8 s; nothing was sent; check the address, \
             the network and the proxy",
        ),
        (
            Answer::Failure(TransportErrorKind::Tls),
            "users.update: no trusted connection to the server; nothing was sent; check the host name, or add the authority \
             that signed the server's certificate",
        ),
    ] {
        let error = Script::new([answer]).client().users().update(7).name("Ann").send().await.unwrap_err();
        assert_eq!(error.to_string(), line);
        if let Some(source) = error.source() {
            assert!(!line.contains(&source.to_string()), "the source is not repeated: {source}");
        }
    }
}

#[tokio::test]
async fn a_success_that_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
    for (answer, effect, text) in [
        (Answer::Status(200, page), Effect::Unknown, "not JSON: Sign in"),
        (Answer::Status(201, ""), Effect::Unknown, "the answer is empty"),
        (Answer::Status(200, "Service temporarily unavailable"), Effect::Unknown, "not JSON: Service temporarily"),
        (Answer::Status(201, "[{\"id\":7,\"name\":[]}]"), Effect::Applied, "cannot be read at `[0].name`"),
        (Answer::Status(201, "[{\"id\":7}"), Effect::Applied, "cannot be read"),
        (Answer::Status(201, "[]"), Effect::Applied, "one element was expected in the answer, 0 came"),
        (
            Answer::Status(201, "[{\"id\":7},{\"id\":8}]"),
            Effect::Applied,
            "one element was expected in the answer, 2 came",
        ),
    ] {
        let script = Script::new([answer]);
        let error = script.client().users().create("Ann", "ann@example.com", "pw").send().await.unwrap_err();
        assert!(error.is_unreadable(), "{error}");
        assert_eq!(error.effect(), effect, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn errors_are_small_and_travel() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<tenable_api::Error>();
    assert_eq!(size_of::<tenable_api::Error>(), size_of::<usize>());
}

#[tokio::test]
async fn a_page_is_no_success_for_what_gives_nothing_either() {
    let client = Script::new([Answer::Status(200, "<html><h1>Sign in</h1></html>")]).client();
    for error in [
        client.users().delete(7).send().await.unwrap_err(),
        client.roles().delete(7).send().await.unwrap_err(),
        client.users().change_password("a", "b").send().await.unwrap_err(),
        client.users().create_password("ann@example.com").send().await.unwrap_err(),
        client.users().retrieve_password("token", "b").send().await.unwrap_err(),
        client.lockout_policy().update().enabled(true).send().await.unwrap_err(),
    ] {
        assert!(error.is_unreadable() && error.outcome_unknown(), "{error}");
    }
    for body in ["", " ", "null", "{}", "{\"id\":7}"] {
        Script::new([Answer::Status(200, body)]).client().users().delete(7).send().await.unwrap();
    }
}

#[tokio::test]
async fn an_error_document_with_status_200_is_no_policy() {
    let client = Script::new([Answer::Status(200, r#"{"error":"nope"}"#)]).client();
    assert!(client.lockout_policy().details().send().await.unwrap_err().is_unreadable());
    assert!(client.preferences().details().send().await.unwrap_err().is_unreadable());
    let error = client.users().update_user_roles(7, [2]).send().await.unwrap_err();
    assert!(error.is_unreadable() && error.effect() == Effect::Applied, "{error}");
}

#[tokio::test(start_paused = true)]
async fn how_long_to_wait_is_told() {
    // Longer than the deadline, so it is given back instead of waited for.
    for status in [429, 503] {
        let script = Script::new([Answer::Header(status, "retry-after", "600")]);
        let error = script.client().users().create("Ann", "ann@example.com", "pw").send().await.unwrap_err();
        assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(600)), "{error}");
    }
    let script = Script::new([Answer::Header(429, "retry-after", "600")]);
    let error = script.client().users().list().send().await.unwrap_err();
    assert!(error.to_string().ends_with("too many requests (429 Too Many Requests); try again in 600 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_was_never_connected_was_never_sent() {
    for kind in [TransportErrorKind::Connect, TransportErrorKind::ConnectTimeout] {
        let client = Script::new([Answer::Failure(kind)]).client();
        let error = client.users().create("Ann", "ann@example.com", "pw").send().await.unwrap_err();
        assert!(error.is_connect() && error.effect() == Effect::NotSent, "{error}");
    }
}

#[tokio::test]
async fn a_redirect_of_a_change_leaves_a_doubt() {
    let error = Script::new([Answer::Status(303, "")]).client().users().update(7).name("Ann").send().await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
}

#[test]
fn debug_of_a_response_names_headers_without_their_values() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let script = Script::new([Answer::Header(204, "set-cookie", "session=Canary-Secret-4711")]);
    let response = runtime.block_on(script.client().users().delete(7).send_with_response()).unwrap();
    let shown = format!("{response:?}");
    assert!(shown.contains("set-cookie") && !shown.contains("Canary"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_or_unusable_leaves_a_doubt() {
    for kind in [
        TransportErrorKind::AttemptTimeout,
        TransportErrorKind::BodyTooLarge,
        TransportErrorKind::Decode,
        TransportErrorKind::Interrupted,
    ] {
        let client = Script::new([Answer::Failure(kind)]).client();
        let error = client.users().create("Ann", "ann@example.com", "pw").send().await.unwrap_err();
        assert!(error.outcome_unknown(), "{kind:?}: {error}");
        assert!(!client.users().list().send().await.unwrap_err().outcome_unknown(), "{kind:?}");
    }
}

/// The names of fields are the server's words as well, and so is what serde quotes.
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_in_one_short_line() {
    let long = "x".repeat(100_000);
    for body in [
        "[{\"id\":7,\"\\u001b[2J\\u0000\\n\":nonsense}]".to_owned(),
        format!("[{{\"id\":7,\"{long}\":nonsense}}]"),
        format!("[{{\"id\":\"{long}\"}}]"),
    ] {
        let script = Script::new([Answer::Response(Response::new(Bytes::from(body)))]);
        let error = script.client().users().list().send().await.unwrap_err();
        let report = error.report();
        assert!(report.contains("cannot be read at `[0]."), "{report}");
        assert!(report.len() < 1_000 && !report.contains(char::is_control), "{report:?}");
    }
}

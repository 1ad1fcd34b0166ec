//! What the road of a request once got wrong, each shown by the request or the error that a user would see.

use bytes::Bytes;
use http::Response;
use tenable_api::{Effect, ErrorKind};
use tenable_model::security_center::{RoleId, UserAddress};
use tenable_transport::TransportErrorKind;

use super::support::{EXPIRED, PASSWORD, Reply, Server, envelope, refusal, session};

#[tokio::test(start_paused = true)]
async fn closing_leaves_a_session_that_was_opened_meanwhile() {
    let list = || Reply::from(envelope(200, 0, "", "[]"));
    let server = Server::new(
        [session(123_456_789), session(987_654_321)],
        [
            list(),
            // The end of the first session takes its time, and a call finds out before it is confirmed.
            Reply::Slow(100, envelope(200, 0, "", r#""""#)),
            Reply::Slow(10, refusal(403, 12, EXPIRED)),
            list(),
            list(),
            envelope(200, 0, "", r#""""#).into(),
        ],
    );
    let sc = server.client(Some(PASSWORD));
    sc.users().list().send().await.unwrap();
    let (closed, listed) = tokio::join!(sc.close(), sc.users().list().send());
    closed.unwrap();
    listed.unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 2, "the second session is used on");
    sc.close().await.unwrap();
    assert_eq!(server.count("DELETE /rest/token"), 2, "and ended");
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_does_not_hide_that_an_earlier_attempt_may_have_counted() {
    let server = Server::new(
        [session(123_456_789), refusal(403, 0, "Invalid login.").into()],
        [Reply::Failure(TransportErrorKind::Interrupted), refusal(403, 12, EXPIRED).into()],
    );
    let call = server.client(Some(PASSWORD)).users().update(UserAddress::own(4)).title("Head");
    let error = call.send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unauthenticated, Effect::Unknown), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_refused_for_its_session_was_sent() {
    let server = Server::new([session(123_456_789), refusal(403, 0, "no").into()], [refusal(403, 12, EXPIRED).into()]);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert_eq!(error.effect(), Effect::NotApplied, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_without_an_answer_has_the_kind_of_its_failure() {
    for (failure, kind) in [
        (TransportErrorKind::AttemptTimeout, ErrorKind::Timeout),
        (TransportErrorKind::Interrupted, ErrorKind::Interrupted),
        (TransportErrorKind::BodyTooLarge, ErrorKind::ResponseTooLarge),
        (TransportErrorKind::Tls, ErrorKind::Tls),
    ] {
        let server = Server::new([Reply::Failure(failure)], []);
        let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::NotSent), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_masked_answer_keeps_its_kind() {
    // The first stands in the timestamp, the second in nearly every text.
    for password in ["1234", "c"] {
        for status in [403, 200] {
            let missing = refusal(status, 147, "User #9 does not exist in c.");
            let server = Server::new([session(123_456_789)], [missing.into()]);
            let error = server.client(Some(password)).users().details(UserAddress::own(9)).send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{password} {status}: {error}");
            assert!(!error.to_string().contains("1612341234"), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_carried_out_is_not_sent_again_for_its_text() {
    let created = envelope(200, 0, "Note: database is locked by a backup.", r#"{"id":"7"}"#);
    let server = Server::new([], [created.into()]);
    server.client(None).users().create("bo", RoleId(2)).password(PASSWORD).send().await.unwrap();
    assert_eq!(server.count("POST /rest/user"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_envelope_with_another_status_goes_by_that() {
    for (status, kind) in [
        (401, ErrorKind::Unauthenticated),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Refused),
    ] {
        for api_key in [true, false] {
            let server = Server::new([session(123_456_789)], [refusal(status, 0, "").into()]);
            let sc = server.client(Some(PASSWORD).filter(|_| !api_key));
            let error = sc.users().list().send().await.unwrap_err();
            assert_eq!(error.kind(), kind, "{status}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn advice_fits_the_way_to_sign_in() {
    let server = Server::new([refusal(403, 0, "no").into()], []);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err().to_string();
    assert!(error.contains("check the name and the password") && !error.contains("API key"), "{error}");

    let server = Server::new([], [refusal(400, 0, "").into()]);
    let error = server.client(None).users().list().send().await.unwrap_err().to_string();
    assert!(error.ends_with("or the server may not allow API keys at all"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_no_missing_permission_in_a_sign_in_by_hand() {
    let server = Server::new([refusal(403, 146, "Invalid login.").into()], []);
    let error = server.client(None).token().create("ann", PASSWORD).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
    assert!(!error.to_string().contains("API key"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_array_is_no_envelope() {
    let array = Response::new(Bytes::from("[12]"));
    let server = Server::new([session(123_456_789)], [array.into()]);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert!(error.is_unreadable(), "{error}");
    assert_eq!(server.count("POST /rest/token"), 1, "nothing in it says that the session is over");
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_ends_after_its_session_does_not_block_the_next_one() {
    let done = || envelope(200, 0, "", r#""""#);
    let server = Server::new(
        [session(123_456_789), session(987_654_321)],
        [
            envelope(200, 0, "", "[]").into(),
            Reply::Slow(100, done()),
            Reply::Slow(10, done()),
            envelope(200, 0, "", "[]").into(),
        ],
    );
    let sc = server.client(Some(PASSWORD));
    sc.users().list().send().await.unwrap();
    let (switched, closed) = tokio::join!(sc.current_user().switch("bo").send(), sc.close());
    switched.unwrap();
    closed.unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 2);
}

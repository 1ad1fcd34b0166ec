//! Sessions that are over, and a server that is busy for a moment.

use tenable_api::{Effect, ErrorKind};
use tenable_model::security_center::UserAddress;
use tenable_transport::TransportErrorKind;

use super::support::{EXPIRED, PASSWORD, Reply, Server, done, expired, header, none, ok, raw, refusal, session};

#[tokio::test(start_paused = true)]
async fn a_creation_in_a_session_that_is_over_is_sent_once_more() {
    let server = Server::new([session(123_456_789), session(987_654_321)], [none(), expired(), ok(r#"{"id":"7"}"#)]);
    let sc = server.client(Some(PASSWORD));
    sc.users().list().send().await.unwrap();
    let created = sc.users().create("bo", 2).password("pw").send_with_response().await.unwrap();
    assert_eq!((created.value.id.get(), created.attempts), (7, 2));
    assert_eq!(server.lines()[2..], ["POST /rest/user", "POST /rest/token", "POST /rest/user"]);
    let requests = server.requests();
    assert_eq!(requests[2].body(), requests[4].body());
    assert_eq!(header(&requests[2], "x-securitycenter"), Some("123456789"));
    assert_eq!(header(&requests[4], "x-securitycenter"), Some("987654321"));
    assert_eq!(header(&requests[4], "cookie"), Some("TNS_SESSIONID=5f2b987654321"));
    assert_eq!((header(&requests[3], "x-securitycenter"), header(&requests[3], "cookie")), (None, None));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_renewed_once_for_one_call() {
    let server = Server::new([session(123_456_789), session(987_654_321)], [expired(), expired()]);
    let error = server.client(Some(PASSWORD)).users().create("bo", 2).password("pw").send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::SessionExpired, Effect::NotApplied), "{error}");
    assert!(error.is_unauthenticated(), "{error}");
    assert_eq!((error.code(), error.message()), (Some("12"), Some(EXPIRED)));
    assert_eq!((server.count("POST /rest/token"), server.count("POST /rest/user")), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_between_two_attempts_is_renewed_once() {
    let server = Server::new(
        [session(123_456_789), session(987_654_321)],
        [expired(), Reply::Failure(TransportErrorKind::Interrupted), expired()],
    );
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!((server.count("POST /rest/token"), server.count("GET /rest/user")), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_status_of_success_does_not_hide_that_the_session_is_over() {
    let server = Server::new([session(123_456_789), session(987_654_321)], [refusal(200, 12, EXPIRED).into(), none()]);
    server.client(Some(PASSWORD)).users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_changed_password_is_sent_once_more_as_well() {
    // Whoever refuses the session has not looked at the password.
    let server = Server::new([session(123_456_789), session(987_654_321)], [expired(), ok(r#"{"id":"4"}"#)]);
    server.client(Some(PASSWORD)).current_user().change_password("Copper-Lantern-77", PASSWORD).send().await.unwrap();
    assert_eq!(server.count("PATCH /rest/currentUser"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_has_no_session_that_could_be_over() {
    for status in [403, 200] {
        let server = Server::new([], [refusal(status, 12, EXPIRED).into()]);
        let error = server.client(None).users().list().send().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Unauthenticated, Some("12")), "{error}");
        assert!(error.to_string().contains("check the API key"), "{error}");
        assert_eq!(server.lines(), ["GET /rest/user"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_server_has_not_said_that_the_session_is_over() {
    // It may have acted, so a creation is not sent again, whatever the text says.
    for (code, message) in [(12, EXPIRED), (1, "database is locked")] {
        for status in [500, 503] {
            let server = Server::new([session(123_456_789)], [refusal(status, code, message).into()]);
            let error = server.client(Some(PASSWORD)).users().create("bo", 2).password("pw").send().await.unwrap_err();
            assert_eq!(error.effect(), Effect::Unknown, "{status} {code}: {error}");
            assert_eq!(server.lines(), ["POST /rest/token", "POST /rest/user"], "{status} {code}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_locked_database_is_waited_for() {
    let locked = || Reply::from(refusal(403, 1, "Error: Database is locked\n"));
    let server = Server::new([], [locked(), ok(r#"{"id":"7"}"#), locked(), locked(), done()]);
    let sc = server.client(None);
    let created = sc.users().create("bo", 2).password("pw").send_with_response().await.unwrap();
    assert_eq!(created.attempts, 2, "nothing was done, so a creation is sent again as well");
    sc.users().delete(UserAddress::own(7)).send().await.unwrap();
    assert_eq!((server.count("POST /rest/user"), server.count("DELETE /rest/user/7")), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_stays_locked_is_an_error_that_passes() {
    let locked = Reply::from(refusal(403, 1, "database is locked\n"));
    let server = Server::new([], vec![locked.clone(); 3]);
    let error = server.client(None).users().create("bo", 2).password("pw").send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.attempts()), (ErrorKind::Unavailable, Effect::NotApplied, 3));
    assert!(error.is_retryable(), "{error}");
    assert_eq!(
        error.to_string(),
        "users.create: the server is unavailable (403 Forbidden): database is locked [1], after 3 attempts in 0.8 s; try \
         again later"
    );
    assert_eq!(server.count("POST /rest/user"), 3);

    // A password is never sent twice to a server that has seen it.
    let server = Server::new([], [locked]);
    let call = server.client(None).current_user().change_password("Copper-Lantern-77", PASSWORD).send();
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(server.lines(), ["PATCH /rest/currentUser"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_says_so_locks_no_database() {
    let user = r#"{"id":"7","firstname":"database is locked"}"#;
    let server = Server::new([], [ok(user), raw(200, "database is locked").into()]);
    let sc = server.client(None);
    sc.users().details(UserAddress::own(7)).send().await.unwrap();
    assert!(sc.users().list().send().await.unwrap_err().is_unreadable());
    assert_eq!(server.requests().len(), 2);
}
